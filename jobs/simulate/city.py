"""A run of the synthetic city: day by day, channel by channel, with what arrives late, twice or corrected.

Belongs here: the order of things and the sidecars. Does not: what a contact says, or how a file is written.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import IO, Any

from jobs.errors import WrongUse
from jobs.files import atomic_path
from jobs.imports.landing import claim, clear
from jobs.simulate import calls, messages
from jobs.simulate.formats import write
from jobs.simulate.scene import Contact, Contacts, Record, Scene, scene, type_codes
from jobs.simulate.volumes import stream
from schemas.codes import CHANNELS
from schemas.contracts import contract

ORIGIN = {
    "origin": "synthetic",
    "label": "합성 자료",
    "note": "실제 시민의 상담이 아니다. 공표된 2021년 일평균에 맞춘 규모로 프로그램이 지어낸 글과 번호이다.",
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
_DUPLICATE_SHARE = 0.001  # records sent twice in one file
_CORRECTION_CHANCE = 0.5  # of a channel's day to have one record sent again, changed, on the next day
_CORRECTED = {"phone": "상담유형코드", "sms": "상담유형코드", "smart_report": "answer"}


def simulate(
    landing: Path,
    first: date,
    last: date,
    scale: float = 0.1,
    seed: int = 120,
    *,
    progress: Callable[[date], None] | None = None,
    answer_key: Path | None = None,
) -> dict[str, int]:
    """Write `landing/<channel>/<day>/…` for each day from `first` to `last`; returns records by channel.

    `scale` 1 is the real city's size. The same arguments give the same bytes. Late transcripts and corrections land
    within the range. `answer_key` is a JSONL outside `landing` with each text's true topic and planted personal data
    (`channel, source_id, topic, district_code, planted: [{kind, text}]`). Holds one day at a time.
    Raises `WrongUse` for impossible arguments and for landing folders that hold other data.
    """
    _check(landing, first, last, scale, answer_key)
    counts = dict.fromkeys(CHANNELS, 0)
    with ExitStack() as stack:
        key: IO[str] | None = None
        if answer_key:
            draft = stack.enter_context(atomic_path(answer_key))
            key = stack.enter_context(draft.open("w", encoding="utf-8", newline="\n"))
        city = _City(landing, last, scale, seed, key)
        for offset in range((last - first).days + 1):
            day = first + timedelta(offset)
            for channel in CHANNELS:
                counts[channel] += city.write_day(channel, day)
            if progress:
                progress(day)
    return counts


def _check(landing: Path, first: date, last: date, scale: float, answer_key: Path | None) -> None:
    if last < first:
        raise WrongUse(f"합성 기간의 끝({last})이 시작({first})보다 앞섭니다. 날짜를 바꾸어 주세요.")
    if not 0 < scale <= 10:
        raise WrongUse(f"합성 규모({scale})는 0보다 크고 10 이하여야 합니다. 1이 실제 규모입니다.")
    if answer_key and answer_key.resolve().is_relative_to(landing.resolve()):
        raise WrongUse(f"{answer_key}: 정답 파일은 도착 폴더 밖에 두어야 합니다. 다른 경로를 주세요.")


@dataclass
class _City:
    """One run: where it writes, and what still waits to land."""

    landing: Path
    last: date
    scale: float
    seed: int
    key: IO[str] | None
    waiting: dict[tuple[str, date], list[Record]] = field(default_factory=lambda: defaultdict(list))

    def write_day(self, channel: str, day: date) -> int:
        """Write what lands on a day; returns the number of records."""
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for record in self._landing_on(channel, day):
            rows[record.source].append(record.fields)
        stale = []
        for spec in contract(channel).sources:
            name = f"{spec.name}_{day:%Y%m%d}.{spec.format}"
            if rows[spec.name]:
                write(claim(self.landing, channel, day, ORIGIN) / name, spec, rows[spec.name])
            else:
                stale.append(name)
        clear(self.landing, channel, day, ORIGIN["origin"], stale)
        return sum(map(len, rows.values()))

    def _landing_on(self, channel: str, day: date) -> Iterator[Record]:
        """The day's own records, some of them twice, then what waited for this day."""
        rng = stream(self.seed, day, f"{channel}|faults")
        correctable: list[Record] = []
        for contact in BUILDERS[channel](scene(channel, day, self.scale, self.seed)):
            self._note(channel, contact)
            for record in contact.records:
                if record.late_days and day < self.last:
                    lands = min(day + timedelta(record.late_days), self.last)
                    self.waiting[channel, lands].append(record)
                    continue
                yield record
                if rng.random() < _DUPLICATE_SHARE:
                    yield record
            if contact.topic and _CORRECTED.get(channel):
                correctable.append(contact.records[0])
        yield from self.waiting.pop((channel, day), [])
        if correctable and day < self.last and rng.random() < _CORRECTION_CHANCE:
            corrected = _corrected(channel, rng.choice(correctable), rng)
            self.waiting[channel, day + timedelta(1)].append(corrected)

    def _note(self, channel: str, contact: Contact) -> None:
        if self.key and contact.topic:
            entry = {
                "channel": channel,
                "source_id": contact.source_id,
                "topic": contact.topic,
                "district_code": contact.district_code,
                "planted": [{"kind": kind, "text": text} for kind, text in contact.planted],
            }
            self.key.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _corrected(channel: str, record: Record, rng: Random) -> Record:
    """The record as its system sends it again after an agent changed it."""
    column = _CORRECTED[channel]
    before = record.fields[column]
    others = [code for code in type_codes() if code != before]
    value = rng.choice(others) if column == "상담유형코드" else f"{before} (답변을 고쳤습니다)".strip()
    return Record(record.source, record.fields | {column: value})
