"""A run of the synthetic city: day by day, channel by channel, with what arrives late, twice or corrected.

Belongs here: the order of things and the sidecars. Does not: what a contact says, or how a file is written.
A day stands for itself: what it sends later goes into files of its own in the later days' folders, so days can be
made in any order and by several processes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from jobs.errors import WrongUse
from jobs.files import atomic_path, exclusive
from jobs.imports.landing import claim, clear
from jobs.simulate import calls, messages
from jobs.simulate.coding import MISSING_BEFORE_SYSTEM_CHANGE, MISSING_SHARE, SYSTEM_CHANGE, WRONG_SHARE
from jobs.simulate.formats import write
from jobs.simulate.key import KeyRows
from jobs.simulate.scene import Contact, Contacts, Record, Scene, scene
from jobs.simulate.volumes import stream
from schemas.codes import CHANNELS
from schemas.contracts import SourceSpec, contract
from schemas.taxonomy import load_taxonomy

ORIGIN = {
    "origin": "synthetic",
    "label": "합성 자료",
    "note": "실제 시민의 상담이 아니다. 공표된 연간 합계에 맞춘 규모로 프로그램이 지어낸 글과 번호이다. "
    f"상담사 유형 코드는 {MISSING_SHARE:.0%}({SYSTEM_CHANGE} 전은 {MISSING_BEFORE_SYSTEM_CHANGE:.0%})가 비고 "
    f"나머지의 {WRONG_SHARE:.0%}가 틀리게 만들었다.",
}
BUILDERS: dict[str, Callable[[Scene], Contacts]] = {
    "phone": calls.phone_calls,
    "sms": messages.sms,
    "chatbot": messages.chatbot,
    "smart_report": messages.smart_report,
    "naver": messages.naver,
    "twitter": messages.twitter,
    "homepage": messages.homepage,
    "foreign": calls.foreign_calls,
    "sign": calls.sign_calls,
}
MOST_LATE = 2  # days
_DUPLICATE_SHARE = 0.001  # records sent twice in one file
_CORRECTION_CHANCE = 0.5  # of a channel's day to have one record sent again, changed, on the next day
_FILE_AGAIN_CHANCE = 0.01  # of a channel's day to have a whole file sent again on the next day
_CORRECTED = {"phone": "상담유형코드", "sms": "상담유형코드", "smart_report": "answer"}
_MARKS = ("", "_late1", "_late2", "_corrected", "_again")  # of a day's files
_DONE = ".simulate"  # a folder beside the channels: what was made of each day

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Run:
    """What decides a run's bytes, and where they go."""

    landing: Path
    first: date
    last: date
    scale: float
    seed: int
    answer_key: Path | None = None


def simulate(
    landing: Path,
    first: date,
    last: date,
    scale: float = 0.1,
    seed: int = 120,
    *,
    progress: Callable[[date], None] | None = None,
    answer_key: Path | None = None,
    workers: int = 1,
) -> dict[str, int]:
    """Write `landing/<channel>/<day>/…` for each day from `first` to `last`; returns records by channel.

    `scale` 1 is the real city's size. The same arguments give the same bytes, with any number of `workers`
    (processes). Late transcripts and corrections land within the range. A day that stands complete from an earlier
    run with the same arguments is left as it is, so an interrupted run goes on where it was. `answer_key` is a folder
    outside `landing` for `<day>.parquet` with the truth (`jobs.simulate.key`). A process holds one day of one channel.
    Raises `WrongUse` for impossible arguments and for landing folders that hold other data.
    """
    run = Run(landing, first, last, scale, seed, answer_key)
    _check(run)
    counts = dict.fromkeys(CHANNELS, 0)
    days = [first + timedelta(offset) for offset in range((last - first).days + 1)]
    for day, made in _made(run, days, workers):
        for channel, count in made.items():
            counts[channel] += count
        if progress:
            progress(day)
    return counts


def _made(run: Run, days: list[date], workers: int) -> Iterator[tuple[date, dict[str, int]]]:
    if workers == 1 or len(days) == 1:
        yield from ((day, write_day(run, day)) for day in days)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        yield from zip(days, pool.map(write_day, [run] * len(days), days), strict=True)


def _check(run: Run) -> None:
    if run.last < run.first:
        raise WrongUse(f"합성 기간의 끝({run.last})이 시작({run.first})보다 앞섭니다. 날짜를 바꾸어 주세요.")
    if not 0 < run.scale <= 10:
        raise WrongUse(f"합성 규모({run.scale})는 0보다 크고 10 이하여야 합니다. 1이 실제 규모입니다.")
    if run.answer_key and run.answer_key.resolve().is_relative_to(run.landing.resolve()):
        raise WrongUse(f"{run.answer_key}: 정답 폴더는 도착 폴더 밖에 두어야 합니다. 다른 경로를 주세요.")


def write_day(run: Run, day: date) -> dict[str, int]:
    """Write what a day's contacts send, on that day and later; returns the number of records by channel."""
    note = run.landing / _DONE / f"{day}.json"
    print_of = _fingerprint(run, day)
    if (made := _made_before(run, note, print_of)) is not None:
        return made
    key = KeyRows(day)
    counts, files = {}, []
    for channel in CHANNELS:
        written = _write_channel(run, channel, day, key)
        counts[channel] = sum(written.values())
        files += list(written)
    if run.answer_key:
        key.write(run.answer_key)
    with atomic_path(note) as draft:
        draft.write_text(json.dumps({"fingerprint": print_of, "records": counts, "files": files}), encoding="utf-8")
    return counts


def _made_before(run: Run, note: Path, print_of: str) -> dict[str, int] | None:
    """The counts of a day that stands complete, as these arguments would make it."""
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
        whole = held["fingerprint"] == print_of and all((run.landing / name).is_file() for name in held["files"])
        has_key = run.answer_key is None or KeyRows.path(run.answer_key, date.fromisoformat(note.stem)).is_file()
        return dict(held["records"]) if whole and has_key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fingerprint(run: Run, day: date) -> str:
    """What the bytes of a day's files rest on."""
    lands = min(MOST_LATE, (run.last - day).days)
    told = repr((_revision(), load_taxonomy("2022").content_hash, run.scale, run.seed, day, lands))
    return hashlib.sha256(told.encode()).hexdigest()


@cache
def _revision() -> str:
    """A hash of this package's own code and data: a newer program makes a day anew."""
    digest = hashlib.sha256()
    stack = [resources.files("jobs.simulate")]
    while stack:
        for entry in sorted(stack.pop().iterdir(), key=lambda entry: entry.name):
            if entry.is_dir() and not entry.name.startswith("_"):
                stack.append(entry)
            elif entry.is_file():
                digest.update(entry.read_bytes())
    return digest.hexdigest()


def _write_channel(run: Run, channel: str, day: date, key: KeyRows) -> dict[str, int]:
    """Write a channel's files of a day; returns their records by path below the landing folder."""
    made: dict[tuple[date, str], tuple[SourceSpec, Rows]] = {}
    specs = {spec.name: spec for spec in contract(channel).sources}
    for lands, mark, record in _sent(run, channel, day, key):
        spec = specs[record.source]
        name = f"{spec.name}_{day:%Y%m%d}{mark}.{spec.format}"
        made.setdefault((lands, name), (spec, []))[1].append(record.fields)
    for lands, name, spec, rows in _sent_again(run, channel, day, made):
        made[lands, name] = (spec, rows)
    with exclusive(run.landing / _DONE / f"{channel}.lock"):  # neighbouring days write to the same folders
        for lands in (day + timedelta(late) for late in range(MOST_LATE + 1)):  # beyond the range: of a longer run
            names = [f"{spec.name}_{day:%Y%m%d}{mark}.{spec.format}" for spec in specs.values() for mark in _MARKS]
            clear(run.landing, channel, lands, ORIGIN["origin"], [name for name in names if (lands, name) not in made])
        for (lands, name), (spec, rows) in made.items():
            write(claim(run.landing, channel, lands, ORIGIN) / name, spec, rows)
    return {f"{channel}/{lands}/{name}": len(rows) for (lands, name), (_, rows) in made.items()}


def _sent(run: Run, channel: str, day: date, key: KeyRows) -> Iterator[tuple[date, str, Record]]:
    """(landing date, mark of its file, record): the day's records, some of them twice, some late, one corrected."""
    rng = stream(run.seed, day, f"{channel}|faults")
    correctable: list[tuple[Record, Contact]] = []
    for contact in BUILDERS[channel](scene(channel, day, run.scale, run.seed)):
        key.add(channel, contact)
        for record in contact.records:
            lands = min(day + timedelta(record.late_days), run.last)
            yield lands, f"_late{record.late_days}" if lands > day else "", record
            if rng.random() < _DUPLICATE_SHARE:
                yield lands, f"_late{record.late_days}" if lands > day else "", record
        if contact.what and channel in _CORRECTED and (not correctable or rng.random() < 0.01):
            correctable = [(contact.records[0], contact)]
    if correctable and day < run.last and rng.random() < _CORRECTION_CHANCE:
        yield day + timedelta(1), "_corrected", _corrected(channel, *correctable[0], rng)


def _sent_again(
    run: Run, channel: str, day: date, made: dict[tuple[date, str], tuple[SourceSpec, Rows]]
) -> Iterator[tuple[date, str, SourceSpec, Rows]]:
    """Now and then a whole file comes a second time, under another name, on the next day."""
    rng = stream(run.seed, day, f"{channel}|again")
    own = [(name, spec, rows) for (lands, name), (spec, rows) in made.items() if lands == day]
    if own and day < run.last and rng.random() < _FILE_AGAIN_CHANCE:
        name, spec, rows = rng.choice(own)
        yield day + timedelta(1), name.replace(f"{day:%Y%m%d}", f"{day:%Y%m%d}_again"), spec, rows


def _corrected(channel: str, record: Record, contact: Contact, rng: Random) -> Record:
    """The record as its system sends it again after an agent changed it."""
    column = _CORRECTED[channel]
    before = record.fields[column]
    if column != "상담유형코드":
        return Record(record.source, record.fields | {column: f"{before} (답변을 고쳤습니다)".strip()})
    assert contact.what is not None
    leaf = contact.what.topic.leaf
    value = leaf.type_code if before != leaf.type_code else ""
    return Record(record.source, record.fields | {column: value})
