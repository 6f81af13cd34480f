"""Upkeep of the lake: many small files into one, versions older than the retention, what killed runs left lying.

Belongs here: what may be deleted, and when. A version of a table stays readable for as long as its files do: that is
the vintage of the figures that were published from it. Nothing that any kept version names is ever deleted.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jobs.claims import Waiting, turn
from jobs.engine import Engine
from jobs.files import exclusive
from jobs.lake import KEPT_IN_LOG, LakeTable, Partition
from jobs.settings import Home
from schemas.codes import CHANNELS
from schemas.table import Table
from schemas.tables import TABLES

KEEP_DAYS = 400  # a year and a month: last year's annual figures can be made again from what they were made from
COMPACT_AT_ONCE = 64  # partitions
UNCLAIMED_SECONDS = 86_400.0  # in a table that is written without a turn on a channel, a file this young may be in hand


@dataclass(frozen=True)
class Upkeep:
    """What was done to a table, or would be: partitions compacted (and of how many files), files of versions past the
    retention, files that no version names, and the bytes that the last two free."""

    table: str
    compacted_partitions: int
    compacted_files: int
    expired_files: int
    orphan_files: int
    freed_bytes: int


def maintain(
    home: Home,
    engine: Engine,
    keep_days: int = KEEP_DAYS,
    *,
    dry_run: bool = False,
    waiting: Waiting = lambda channel: None,
) -> list[Upkeep]:
    """Keep the lake's tables in order; `dry_run` only counts. Waits for runs that are at work, and holds up new ones.

    Versions from the last `keep_days` days stay readable. A compacted partition is a new version like any other.
    """
    with turn(home, CHANNELS, waiting):
        done = [
            _table(home, engine, table, keep_days, dry_run)
            for table in TABLES.values()
            if table.layer == "lake" and LakeTable(home, table).exists()
        ]
        if not dry_run:
            shutil.rmtree(home.previews, ignore_errors=True)
    if not dry_run:
        _clear_drafts(home)
    return done


def _table(home: Home, engine: Engine, table: Table, keep_days: int, dry_run: bool) -> Upkeep:
    from deltalake import DeltaTable

    lake = LakeTable(home, table)
    if not dry_run:
        DeltaTable(lake.root).alter.set_table_properties(KEPT_IN_LOG)  # tables made before this was set at their birth
    partitions, files = _compact(engine, lake, dry_run)
    delta = DeltaTable(lake.root)
    hours = keep_days * 24
    expired = [lake.root / path for path in delta.vacuum(hours, dry_run=True, enforce_retention_duration=False)]
    expired = [path for path in expired if path.exists()]
    orphans = list(_orphans(lake))
    freed = sum(path.stat().st_size for path in (*expired, *orphans))
    if not dry_run:
        if expired:
            delta.vacuum(hours, dry_run=False, enforce_retention_duration=False)
        for path in orphans:
            path.unlink(missing_ok=True)
        for folder in lake.root.glob("_staging-*"):
            shutil.rmtree(folder, ignore_errors=True)
        DeltaTable(lake.root).create_checkpoint()  # readers start from here, not from the first commit
    return Upkeep(table.name, partitions, files, len(expired), len(orphans), freed)


def _compact(engine: Engine, lake: LakeTable, dry_run: bool) -> tuple[int, int]:
    """Partitions of several files become partitions of one. Returns both counts."""
    live = lake.files()
    counts = Counter(file.partition for file in live)
    many = sorted(partition for partition, files in counts.items() if files > 1)
    for start in range(0, 0 if dry_run else len(many), COMPACT_AT_ONCE):
        chosen: set[Partition] = set(many[start : start + COMPACT_AT_ONCE])
        files = [file for file in live if file.partition in chosen]
        lake.commit(engine.stage(engine.read(lake, files), lake), chosen)
    return len(many), sum(counts[partition] for partition in many)


def _orphans(lake: LakeTable) -> Iterator[Path]:
    """Data files that no version names: written by a run that ended before its commit."""
    from deltalake import DeltaTable

    delta = DeltaTable(lake.root)
    removed = delta.vacuum(0, dry_run=True, enforce_retention_duration=False)
    named = {*lake.absolute(lake.files()), *(str(lake.root / path) for path in removed)}
    in_hand = 0.0 if "channel" in lake.table.partitions else UNCLAIMED_SECONDS
    for path in sorted(lake.root.rglob("*.parquet")):
        inside = path.relative_to(lake.root).parts[0]
        if inside != "_delta_log" and str(path) not in named and time.time() - path.stat().st_mtime >= in_hand:
            yield path


def _clear_drafts(home: Home) -> None:
    """Drafts of marts and statistics whose writer was killed: with the lock of either held, nobody is writing one."""
    for lock, targets in ((home.publication_lock, [home.marts]), (home.statistics_lock, [home.statistics, home.watch])):
        with exclusive(lock):
            for path in (path for target in targets for path in target.parent.glob(f".{target.name}.*.part*")):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)
