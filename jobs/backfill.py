"""Backfill: days that are in the lake made again, by another taxonomy or model or from the records as they are now.

Belongs here: which partitions need it, what is written down so that an interrupted backfill goes on, and the marts and
the 정오표 at its end. Does not: how a contact is classified (`jobs.classify`), how numbers of documents are compared
(`jobs.reports.errata`), or what a backfill would change (`jobs.preview`).

A classified day is up to date where it was made from the very files that its consultations have now, by the taxonomy
and the model asked for, and by this program (`jobs.made`). Only the rest is read.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from jobs.claims import Basis, claimed, turn
from jobs.classify import classify
from jobs.engine import Engine
from jobs.errors import WrongUse
from jobs.files import atomic_path
from jobs.lake import LakeTable, Partition
from jobs.pipeline import Pipeline, classifications, classified_from, new_run_id
from jobs.publish import publish
from jobs.settings import Home
from schemas.codes import CHANNELS
from schemas.tables import CLASSIFICATION, CONSULTATION

HOPS = ("ingest", "validate", "deidentify", "classify", "marts")
BY_LANDING_DAY = frozenset(HOPS[:3])
ROWS_AT_ONCE = 50_000  # contacts between two commits: what an interruption costs at most
DAYS_AT_ONCE = 7  # of landing, for the earlier hops
Progress = Callable[[str, int, int], None]  # (what in Korean, done, of how many)


@dataclass
class Backfill:
    """One backfill, as its manifest `lake/_runs/<run_id>/backfill.json` keeps it. Days in ISO form, both included."""

    run_id: str
    first: str
    last: str
    hops: tuple[str, ...]
    channels: tuple[str, ...]
    taxonomy_version: str
    model: str  # as given; empty is the cold start
    finished: bool = False
    landing_days_done: str = ""  # the last landing day that the earlier hops have done
    contact_days: list[str] = field(default_factory=list)  # concerned
    contacts: int = 0
    errata: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def basis(self) -> Basis:
        return "landing" if BY_LANDING_DAY & set(self.hops) else "contact"

    @property
    def span(self) -> tuple[date, date]:
        return date.fromisoformat(self.first), date.fromisoformat(self.last)

    @property
    def partitions(self) -> set[Partition]:
        """The (channel, contact date) pairs concerned."""
        return {(channel, day) for channel in self.channels for day in self.contact_days}

    @property
    def cause(self) -> str:
        return f"재처리 {self.run_id}: 분류 체계 {self.taxonomy_version}, 모델 {self.model or '없음(분류 체계만)'}"


def begin(home: Home, first: date, last: date, hops: Collection[str], channels: Collection[str] = CHANNELS) -> Backfill:
    """A new backfill by the installation's taxonomy and model. Raises `WrongUse` for what cannot be."""
    unknown = [hop for hop in hops if hop not in HOPS]
    if unknown or not hops:
        raise WrongUse(f"--hops: 모르는 단계입니다: {', '.join(unknown) or '(없음)'}. 쓸 수 있는 것: {','.join(HOPS)}")
    if first > last:
        raise WrongUse(f"기간이 거꾸로입니다: --from {first} 이 --to {last} 보다 뒤입니다.")
    ordered = tuple(hop for hop in HOPS if hop in hops)
    made = Backfill(new_run_id(), first.isoformat(), last.isoformat(), ordered, tuple(channels), home.taxonomy_version, home.model)  # fmt: skip
    if not LakeTable(home, CONSULTATION).exists() and made.basis == "contact":
        raise WrongUse(f"다시 분류할 상담이 없습니다: {home.lake}. 먼저 dasan run 을 실행하세요.")
    return made


def unfinished(home: Home) -> Backfill:
    """The last backfill, if it did not come to its end. Raises `WrongUse` otherwise: an older one is superseded."""
    paths = sorted(home.runs.glob("*/backfill.json"))
    kept: dict[str, Any] = json.loads(paths[-1].read_text(encoding="utf-8")) if paths else {"finished": True}
    if kept["finished"]:
        raise WrongUse("이어서 할 재처리가 없습니다. --from 과 --to 로 새로 시작하세요.")
    return Backfill(**kept | {name: tuple(kept[name]) for name in ("hops", "channels")})


def stale(home: Home, backfill: Backfill) -> dict[Partition, int]:
    """The (channel, contact date) partitions that are not up to date, in order of date, with their contacts.

    Raises `WrongUse` if the model cannot be read.
    """
    contacts: dict[Partition, int] = {}
    for table in (CONSULTATION, CLASSIFICATION):
        for file in LakeTable(home, table).files():
            channel, day = file.partition
            if channel in backfill.channels and backfill.first <= day <= backfill.last:
                rows = file.rows if table is CONSULTATION else 0
                contacts[file.partition] = contacts.get(file.partition, 0) + rows
    todo = classifications(home).stale(classified_from(home, set(contacts)))
    return {partition: contacts[partition] for partition in sorted(todo, key=lambda key: (key[1], key[0]))}


def run(engine: Engine, home: Home, landing: Path, backfill: Backfill, progress: Progress) -> Backfill:
    """Do it, or what is left of it. The manifest is written as it goes; the marts and the 정오표 come last.

    Raises `DaysInHand` where another backfill is at the same days, `PublicationBlocked` where the gate finds a fault.
    """
    first, last = backfill.span
    with ExitStack() as held:
        if backfill.basis == "contact":  # of the earlier hops, each run claims its own landing days
            held.enter_context(claimed(home, backfill.run_id, backfill.channels, first, last, "contact"))
        before = home.runs / backfill.run_id / "before.duckdb"
        if home.marts.is_file() and not before.exists():
            with atomic_path(before) as draft:
                shutil.copyfile(home.marts, draft)
        _keep(home, backfill)
        if backfill.basis == "landing":
            _by_landing_day(engine, home, landing, backfill, progress)
        elif "classify" in backfill.hops:
            _by_contact_day(engine, home, backfill, progress)
        if "marts" in backfill.hops:
            progress("마트·공표", 0, 1)
            backfill.notes = publish(home, backfill.run_id, backfill.partitions)
            backfill.errata = [str(path) for path in _errata(home, backfill, before, progress)]
        backfill.finished = True
        _keep(home, backfill)
        before.unlink(missing_ok=True)
    return backfill


def _keep(home: Home, backfill: Backfill) -> None:
    with atomic_path(home.runs / backfill.run_id / "backfill.json") as draft:
        draft.write_text(json.dumps(asdict(backfill), ensure_ascii=False, indent=1), encoding="utf-8")


def _by_contact_day(engine: Engine, home: Home, backfill: Backfill, progress: Progress) -> None:
    """Hop 4 over the partitions that need it; between two commits other runs have their turn."""
    todo = stale(home, backfill)
    backfill.contact_days = sorted({*backfill.contact_days, *(day for _, day in todo)})
    _keep(home, backfill)
    done, total = 0, sum(todo.values())
    for batch in _batches(todo.items()):
        progress("분류", done, total)
        with turn(home, {channel for channel, _ in batch}, lambda channel: progress(f"차례 기다림 {channel}", 0, 0)):
            made, sources = classifications(home), classified_from(home, set(batch))
            if chosen := made.stale(sources):  # while this one waited, another run may have made some
                backfill.contacts += classify(engine, home, chosen, backfill.taxonomy_version).rows
                made.remember(sources)
        done += sum(todo[partition] for partition in batch)
        _keep(home, backfill)
    progress("분류", total, total)


def _batches(partitions: Iterable[tuple[Partition, int]]) -> Iterator[list[Partition]]:
    """In their order, about `ROWS_AT_ONCE` contacts each, whole days together."""
    held: list[Partition] = []
    rows = 0
    for partition, count in partitions:
        if held and rows >= ROWS_AT_ONCE and partition[1] != held[-1][1]:
            yield held
            held, rows = [], 0
        held.append(partition)
        rows += count
    if held:
        yield held


def _by_landing_day(engine: Engine, home: Home, landing: Path, backfill: Backfill, progress: Progress) -> None:
    """The earlier hops, and what follows from them, over landing days; what an interrupted run has done is passed by."""
    first, last = backfill.span
    total, start = (last - first).days + 1, first
    if backfill.landing_days_done:
        start = date.fromisoformat(backfill.landing_days_done) + timedelta(days=1)
    hops = [hop for hop in backfill.hops if hop != "marts"]
    while start <= last:
        end = min(last, start + timedelta(days=DAYS_AT_ONCE - 1))
        progress("앞 단계", (start - first).days, total)
        result = Pipeline(engine, home, landing, backfill.channels).run(start, end, hops)
        backfill.contact_days = sorted({*backfill.contact_days, *result.contact_days})
        backfill.landing_days_done = end.isoformat()
        _keep(home, backfill)
        start = end + timedelta(days=1)
    # counted in the table, once for all: a day may be concerned by two pieces
    backfill.contacts = LakeTable(home, CLASSIFICATION).rows(backfill.partitions)


def _errata(home: Home, backfill: Backfill, before: Path, progress: Progress) -> list[Path]:
    """Compare the documents that were issued with the marts as they stand now."""
    from jobs import query
    from jobs.reports.editions import banners
    from jobs.reports.errata import corrections, write_errata
    from jobs.reports.figures import Ledger

    days = [date.fromisoformat(day) for day in backfill.contact_days]
    if not days or not before.is_file():
        return []
    with query.connect(home) as after, query.open_marts(before, home) as earlier:
        found = corrections(home, days, after, earlier, backfill.cause, lambda n, of: progress("정오표", n, of))
        told = [("재처리", backfill.run_id), ("상담일", f"{days[0]}~{days[-1]}"), ("까닭", backfill.cause)]
        return write_errata(home, backfill.run_id, found, told, banners(Ledger(after, "errata"), (days[0], days[-1])))
