"""Files as they come: what has landed since is run through the pipeline, and published, again and again.

Belongs here: noticing what is new, on either engine, and stopping when told. Does not: anything that happens to a
record: a tick is `jobs.pipeline.Pipeline` over the days concerned. A file that was taken in before is known by its
hash, so a tick may be repeated: after a kill, or after Spark's at-least-once, every record counts once.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.engine import Engine
from jobs.errors import DaysInHand, PublicationBlocked, WrongUse
from jobs.ingest import landed
from jobs.lake import LakeTable, Partition
from jobs.pipeline import Pipeline, RunResult
from jobs.settings import Home
from schemas.codes import CHANNELS
from schemas.tables import BRONZE

if TYPE_CHECKING:
    from jobs.engine.spark import SparkEngine

EVERY_SECONDS = 20
Told = Callable[[RunResult], None]
Trouble = Callable[[str], None]  # what kept a tick from its end (Korean); it is tried again


@dataclass
class Watcher:
    """Looks into the landing folder for files that it has not seen as they are now."""

    engine: Engine
    home: Home
    landing: Path
    told: Told = lambda result: None
    trouble: Trouble = lambda message: None
    _seen: dict[str, int] | None = field(default=None, init=False)

    def tick(self) -> list[RunResult]:
        """Run what has come since the last tick; after a start, what is not in bronze. A run that must wait for
        another, or is not let through by the gate, is tried again with the next tick.
        """
        now = _files(self.landing)
        if self._seen is None:
            self._seen = _taken_in(self.home, now)
        seen = self._seen
        fresh = {name: changed for name, (_, changed) in now.items() if seen.get(name) != changed}
        results = []
        for partitions in _runs({now[name][0] for name in fresh}):
            try:
                result = run_days(self.engine, self.home, self.landing, partitions)
            except (DaysInHand, PublicationBlocked) as fault:
                self.trouble(str(fault))
                continue
            results.append(result)
            seen.update((name, changed) for name, changed in fresh.items() if now[name][0] in partitions)
            self.told(result)
        return results

    def watch(self, stop: threading.Event, every: float = EVERY_SECONDS) -> None:
        """Tick until `stop` is set; a tick at work is finished first."""
        while not stop.is_set():
            self.tick()
            stop.wait(every)


def _files(landing: Path) -> dict[str, tuple[Partition, int]]:
    """The data files that are there: partition, and the time (ns) at which they last changed in any way: a file that
    is renamed into place, or copied with its old time of writing, has a new one.
    """
    _there(landing)
    found: dict[str, tuple[Partition, int]] = {}
    for row in landed(landing, date.min, date.max).files.to_pylist():
        try:
            changed = os.lstat(row["path"]).st_ctime_ns
        except FileNotFoundError:
            continue
        found[row["source_file"]] = (row["channel"], row["landing_date"].isoformat()), changed
    return found


def _there(landing: Path) -> None:
    if not landing.is_dir():
        raise WrongUse(f"도착 폴더가 없습니다: {landing}. --landing 또는 DASAN_HOME을 확인하세요.")


def _taken_in(home: Home, files: dict[str, tuple[Partition, int]]) -> dict[str, int]:
    """Of these files, those that bronze has taken in since they last changed."""
    import duckdb

    bronze = LakeTable(home, BRONZE)
    known = bronze.absolute(bronze.files({partition for partition, _ in files.values()}))
    if not known:
        return {}
    query = "SELECT source_file, epoch_ns(max(ingested_at)) FROM read_parquet($files) GROUP BY source_file"
    with duckdb.connect() as db:
        taken = dict(db.execute(query, {"files": known}).fetchall())
    return {name: changed for name, (_, changed) in files.items() if changed <= taken.get(name, 0)}


def _runs(partitions: set[Partition]) -> Iterable[set[Partition]]:
    """The partitions by day: a run is over some channels of a day."""
    for day in sorted({day for _, day in partitions}):
        yield {partition for partition in partitions if partition[1] == day}


def run_days(engine: Engine, home: Home, landing: Path, partitions: set[Partition]) -> RunResult:
    """All hops over the channels of one landing day. Raises what `Pipeline.run` does."""
    ((day,), channels) = ({day for _, day in partitions}, {channel for channel, _ in partitions})
    pipeline = Pipeline(engine, home, landing, tuple(channel for channel in CHANNELS if channel in channels))
    return pipeline.run(date.fromisoformat(day), date.fromisoformat(day))


def stream_spark(
    engine: SparkEngine,
    home: Home,
    landing: Path,
    stop: threading.Event,
    told: Told,
    *,
    once: bool,
    every: float = EVERY_SECONDS,
) -> None:
    """Structured Streaming over the landing folder: each micro-batch is the names of new files, handed to the pipeline.

    The checkpoint lies below the lake. A batch that fails ends the stream, and is done again at the next start. Spark
    knows a file by its path: one that is overwritten in place is noticed by the next `dasan run`, not here.
    """
    _there(landing)
    home.stream_checkpoint.mkdir(parents=True, exist_ok=True)
    faults: list[Exception] = []

    def batch(names: Any, batch_id: int) -> None:
        found = {_partition(landing, row["path"]) for row in names.collect()}
        try:
            for partitions in _runs({partition for partition in found if partition}):
                told(_in_turn(partial(run_days, engine, home, landing, partitions), stop, every))
        except Exception as fault:  # Spark would pass on its own wording of it only
            faults.append(fault)
            raise

    names = (
        engine.spark.readStream.format("binaryFile")
        .schema("path STRING, modificationTime TIMESTAMP, length BIGINT, content BINARY")  # as the format has it
        .option("recursiveFileLookup", "true")
        .load(str(landing.resolve()))
        .select("path")
    )
    writer = names.writeStream.foreachBatch(batch).option("checkpointLocation", str(home.stream_checkpoint))
    writer = writer.trigger(availableNow=True) if once else writer.trigger(processingTime=f"{every:g} seconds")
    query = writer.start()
    while query.isActive and not (stop.is_set() and not query.status["isTriggerActive"]):
        time.sleep(0.5)  # waiting on the query itself would raise Spark's wording of a fault before ours is at hand
    query.stop()
    if faults:
        raise faults[0]
    if (broken := query.exception()) is not None:
        raise broken


def _in_turn(run: Callable[[], RunResult], stop: threading.Event, every: float) -> RunResult:
    """A run, once no other is at its days. Raises `DaysInHand` only if the stream is to stop meanwhile."""
    while True:
        try:
            return run()
        except DaysInHand:
            if stop.wait(every):
                raise


def _partition(landing: Path, uri: str) -> Partition | None:
    """The partition of a file by Spark's name of it; None for what does not lie in a channel's day."""
    from urllib.parse import unquote, urlparse

    parts = Path(unquote(urlparse(uri).path)).relative_to(landing.resolve()).parts
    try:
        return (parts[0], date.fromisoformat(parts[1]).isoformat()) if parts[0] in CHANNELS else None
    except (IndexError, ValueError):
        return None
