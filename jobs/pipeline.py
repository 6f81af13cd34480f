"""The hops in their order over a range of landing days, and the manifest that each run leaves.

Belongs here: which partitions go through which hop. Days are taken in chunks, so that memory does not grow with the
range; an interrupted run is finished by running it again.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jobs.arrivals import Arrival, arrivals
from jobs.claims import claimed, turn
from jobs.classify import classify
from jobs.deidentify import around, contact_dates, deidentify
from jobs.engine import Engine
from jobs.errors import WrongUse
from jobs.files import atomic_path
from jobs.ingest import ingest, landed
from jobs.lake import DataFile, LakeTable, Partition, by_channel, by_days
from jobs.made import Made, Sources, by_partition
from jobs.models import classifier
from jobs.publish import publish
from jobs.settings import Home
from jobs.tokens import keyed_token, token_key
from jobs.validate import validate, with_shared_ids
from schemas.codes import CHANNELS
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, VALIDATED
from schemas.taxonomy import imported_folder, load_taxonomy

CHUNK_DAYS = 31
Progress = Callable[[str, str], None]  # (hop in Korean, the days it works on)
HOPS = ("ingest", "validate", "deidentify", "classify", "publish")


@dataclass
class RunResult:
    """What a run did: rows by hop, quarantined records by file and reason, and files that could not be placed."""

    run_id: str
    first: str
    last: str
    engine: str
    channels: tuple[str, ...]
    ingested: int = 0
    contacts: int = 0
    classified: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    contact_days: list[str] = field(default_factory=list)
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    texts_read: int = 0  # classified by this run, not by one before it
    texts_repeated: int = 0  # of them, those answered from memory (`DASAN_TEXT_MEMORY`)
    text_hit_rate: float = 0.0  # their share
    hop_seconds: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @contextmanager
    def clock(self, hop: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.hop_seconds[hop] = round(self.hop_seconds.get(hop, 0.0) + time.perf_counter() - started, 2)

    @property
    def quarantined_count(self) -> int:
        return sum(self.quarantined.values())


@dataclass
class Pipeline:
    """The hops over one installation. Days given to it are landing days; the contact days follow from what landed."""

    engine: Engine
    home: Home
    landing: Path
    channels: tuple[str, ...] = CHANNELS
    progress: Progress = lambda hop, days: None

    def run(self, first: date, last: date, hops: Collection[str] = HOPS) -> RunResult:
        """The named hops, in their order; repeating a run changes nothing.

        Raises `WrongUse` for an impossible range, `DaysInHand` where another run is at the same days, and
        `PublicationBlocked` where the gate finds a fault.
        """
        if first > last:
            raise WrongUse(f"기간이 거꾸로입니다: --from {first} 이 --to {last} 보다 뒤입니다.")
        result = RunResult(new_run_id(), first.isoformat(), last.isoformat(), self.engine.name, self.channels)
        started = datetime.now(UTC)
        contact: set[Partition] = set()
        with ExitStack() as held:
            if set(hops) != {"publish"}:
                held.enter_context(claimed(self.home, result.run_id, self.channels, first, last))
            # learning a taxonomy's words takes seconds, once in a home: meanwhile the first hops go on
            aside = held.enter_context(ThreadPoolExecutor(1))
            model = aside.submit(classifications, self.home) if "classify" in hops else None
            held.enter_context(turn(self.home, self.channels, lambda channel: self.progress("차례 기다림", channel)))
            if set(hops) != {"publish"}:
                for start in range(0, (last - first).days + 1, CHUNK_DAYS):
                    begin = first + timedelta(days=start)
                    received = self._land(begin, min(last, begin + timedelta(days=CHUNK_DAYS - 1)), hops, result)
                    with result.clock("validate"):  # whom what arrived concerns
                        concerned = with_shared_ids(self.engine, self.home, received)
                        contact |= contact_dates(self.engine, self.home, concerned)
            # once all has landed: a day that two chunks concern is made once
            for chunk in by_days(contact, CHUNK_DAYS):
                self._deidentify(chunk, hops, result)
                if model:
                    self._classify(chunk, model.result(), result)
        result.contact_days = sorted({day for _, day in contact})
        if "deidentify" in hops:
            result.contacts = LakeTable(self.home, CONSULTATION).rows(contact)
        if "classify" in hops:
            result.classified = LakeTable(self.home, CLASSIFICATION).rows(contact)
        result.arrivals = arrivals(self.home, contact, date.fromisoformat(result.first), last)
        if "publish" in hops and LakeTable(self.home, BRONZE).exists():
            self.progress("마트·공표", _span(contact))
            if len(result.contact_days) > CHUNK_DAYS:
                self.engine.rest()  # the marts and statistics of many days want the memory of idle workers
            with result.clock("publish"):
                result.notes += publish(self.home, result.run_id, None if set(hops) == {"publish"} else contact)
        result.seconds = (datetime.now(UTC) - started).total_seconds()
        with atomic_path(self.home.runs / f"{result.run_id}.json") as draft:
            draft.write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1), encoding="utf-8")
        return result

    def _land(self, first: date, last: date, hops: Collection[str], result: RunResult) -> set[Partition]:
        """Hops 1 and 2. Returns the landing partitions that hold something."""
        if "ingest" in hops:
            if not self.landing.is_dir():
                raise WrongUse(f"도착 폴더가 없습니다: {self.landing}. --landing 또는 DASAN_HOME을 확인하세요.")
            self.progress("수집", f"{first}~{last}")
            with result.clock("ingest"):
                found = landed(self.landing, first, last, self.channels)
                result.notes += found.notes
                result.ingested += ingest(self.engine, self.home, found, result.run_id, self.landing)
        received = {
            file.partition
            for file in LakeTable(self.home, BRONZE).files()
            if file.partition[0] in self.channels and first.isoformat() <= file.partition[1] <= last.isoformat()
        }
        if "validate" in hops and received:
            with result.clock("validate"):
                self._validate(received, f"{first}~{last}")
        for reason, count in quarantine_counts(self.engine, self.home, received).items():
            result.quarantined[reason] = result.quarantined.get(reason, 0) + count
        return received

    def _validate(self, received: set[Partition], span: str) -> None:
        made = Made(self.home, VALIDATED)
        bronze = LakeTable(self.home, BRONZE).files()
        if stale := made.stale(_of_partitions(bronze, received)):
            self.progress("검증", span)
            touched = validate(self.engine, self.home, stale)
            made.remember(_of_partitions(bronze, received | touched))

    def _deidentify(self, days: set[Partition], hops: Collection[str], result: RunResult) -> None:
        """Hop 3 over (channel, contact date) partitions."""
        if "deidentify" not in hops:
            return
        made = Made(self.home, CONSULTATION, keyed_token(token_key(self.home.keys), "recipe", "key") or "")
        sources = _around_days(LakeTable(self.home, VALIDATED).files(), days)
        if stale := made.stale(sources):
            self.progress("비식별", _span(stale))
            with result.clock("deidentify"):
                deidentify(self.engine, self.home, stale)
            made.remember(sources)

    def _classify(self, days: set[Partition], made: Made, result: RunResult) -> None:
        """Hop 4 over the same partitions."""
        sources = classified_from(self.home, days)
        if stale := made.stale(sources):
            self.progress("분류", _span(stale))
            with result.clock("classify"):
                told = classify(self.engine, self.home, stale, self.home.taxonomy_version)
            result.texts_read += told.rows
            result.texts_repeated += told.repeated
            result.text_hit_rate = round(result.texts_repeated / max(result.texts_read, 1), 4)
            made.remember(sources)


def classifications(home: Home) -> Made:
    """What the classification was made from, under the installation's taxonomy and model. Raises `WrongUse` for a model
    that cannot be read."""
    version = home.taxonomy_version
    imported = imported_folder(version, home.taxonomies)
    model = classifier(version, imported, home.models, home.model).model_version
    return Made(home, CLASSIFICATION, f"{load_taxonomy(version, imported).content_hash}|{model}")


def classified_from(home: Home, days: set[Partition]) -> Sources:
    """The files that the classification of each (channel, contact date) is made from."""
    return _of_partitions(LakeTable(home, CONSULTATION).files(), days)


def _of_partitions(files: list[DataFile], partitions: set[Partition]) -> Sources:
    """The files of a table that each partition of the next one is made from, where both are divided alike."""
    found = by_partition(files)
    return {partition: found.get(partition, []) for partition in partitions}


def _around_days(files: list[DataFile], days: set[Partition]) -> Sources:
    """The validated files that may hold a contact of a (channel, contact date), or its transcript."""
    of = by_channel(files)
    found: dict[Partition, list[DataFile]] = {}
    for channel, day in days:
        near = around([date.fromisoformat(day)])
        found[channel, day] = [file for file in of.get(channel, []) if file.may_hold(near[0], near[-1])]
    return found


def new_run_id() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"


def _span(partitions: set[Partition]) -> str:
    days = sorted(day for _, day in partitions)
    return f"{days[0]}~{days[-1]}" if days else ""


def quarantine_counts(engine: Engine, home: Home, partitions: set[Partition]) -> dict[str, int]:
    """Quarantined records of landing partitions, by `file: reason`."""
    table = LakeTable(home, VALIDATED)
    frame = engine.read(table, table.files(partitions), ["source_file", "reason"], "record_status = 'quarantined'")
    return dict(Counter(f"{row['source_file']}: {row['reason']}" for row in engine.collect(frame).to_pylist()))
