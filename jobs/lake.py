"""The lake: Delta tables of Parquet files, replaced partition by partition in one transaction each.

Belongs here: which files are live, and the commit. Both engines write their files below the table's folder first
and commit them here, so that there is one way into a table. What stands in the files is the hops' business.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from jobs.errors import DasanError
from jobs.files import exclusive
from jobs.settings import Home
from schemas.table import Table

if TYPE_CHECKING:
    from pyarrow.parquet import FileMetaData

# The log forgets nothing by itself: `jobs.maintenance` alone decides how long a version stays readable.
KEPT_IN_LOG = {
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}
Partition = tuple[str, ...]  # the values of the table's partition columns, dates in ISO form


@dataclass(frozen=True)
class DataFile:
    """One Parquet file below a table's folder, with what the log says of it."""

    path: str  # relative to the table's folder
    partition: Partition
    rows: int
    size: int
    first_contact: date | None = None
    last_contact: date | None = None

    def may_hold(self, first: date, last: date) -> bool:
        """Whether a row of this file can lie in `first`..`last` (contact dates); unknown counts as yes."""
        if self.first_contact is None or self.last_contact is None:
            return True
        return self.first_contact <= last and first <= self.last_contact


class LakeTable:
    """One Delta table. Reading the log costs milliseconds; nothing is cached between calls."""

    def __init__(self, home: Home, table: Table) -> None:
        self.table = table
        self.root = home.lake / table.name

    def exists(self) -> bool:
        return (self.root / "_delta_log").is_dir()

    def version(self) -> int:
        """The current version, or -1 where the table was never written."""
        from deltalake import DeltaTable

        return int(DeltaTable(self.root).version()) if self.exists() else -1

    def files(self, partitions: Collection[Partition] | None = None, version: int | None = None) -> list[DataFile]:
        """The live files, of the given partitions or of all, in a fixed order; of an earlier `version` (-1: before
        there was any) or of the current one. Raises `DasanError` for a version that can no longer be read.
        """
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        if not self.exists() or version == -1:
            return []
        wanted = None if partitions is None else set(partitions)
        try:
            delta = DeltaTable(self.root, version=version)
        except DeltaError as error:
            raise DasanError(f"{self.table.name} 표의 {version}판은 보존 기간이 지나 더 읽을 수 없습니다.") from error
        rows = delta.get_add_actions(flatten=True)
        columns = {name: rows[name].to_pylist() for name in rows.schema.names}
        found = []
        for i, path in enumerate(columns["path"]):
            partition = tuple(str(columns[f"partition.{name}"][i]) for name in self.table.partitions)
            if wanted is None or partition in wanted:
                found.append(
                    DataFile(
                        unquote(path),
                        partition,
                        columns["num_records"][i],
                        columns["size_bytes"][i],
                        *(_as_date(columns.get(f"{bound}.contact_date"), i) for bound in ("min", "max")),
                    )
                )
        return sorted(found, key=lambda file: file.path)

    def rows(self, partitions: Collection[Partition]) -> int:
        """The rows that are live in the partitions."""
        return sum(file.rows for file in self.files(partitions))

    def describe(self, paths: Iterable[Path]) -> list[DataFile]:
        """`DataFile`s of Parquet files just written below the table's folder (row counts and dates from their footers)."""
        return [self._describe(path) for path in paths]

    def _describe(self, path: Path) -> DataFile:
        import pyarrow.parquet as pq

        relative = path.relative_to(self.root)
        values = dict(part.split("=", 1) for part in relative.parts[:-1])
        footer = pq.read_metadata(path)
        bounds = _bounds(footer, "contact_date") or (None, None)
        partition = tuple(unquote(values[name]) for name in self.table.partitions)
        return DataFile(str(relative), partition, footer.num_rows, path.stat().st_size, *bounds)

    def meeting(self, files: Iterable[DataFile], others: Collection[DataFile], column: str) -> list[DataFile]:
        """Those of `others` that can share a value of `column` with one of `files`, by the bounds in their footers;
        unknown bounds count as yes. `column` is text, compared as Parquet does (by code points)."""
        wanted = [self._bounds_of(file, column) for file in files]
        return [
            other
            for other, bounds in ((other, self._bounds_of(other, column)) for other in others)
            if any(_meet(bounds, one) for one in wanted)
        ]

    def _bounds_of(self, file: DataFile, column: str) -> tuple[Any, Any] | None:
        return _file_bounds(self.root / file.path, column)

    def absolute(self, files: Iterable[DataFile]) -> list[str]:
        return [str(self.root / file.path) for file in files]

    def commit(self, added: Collection[DataFile], replaced: Collection[Partition] = ()) -> int:
        """Make `added` live and drop what the `replaced` partitions hold, in one version. Returns that version.

        Raises `DasanError` where the log refuses; the files stay unreferenced and the table as it was.
        """
        from deltalake import DeltaTable, Schema
        from deltalake.exceptions import DeltaError
        from deltalake.transaction import AddAction, RemoveAction

        now = int(time.time() * 1000)
        schema = Schema.from_arrow(self.table.arrow_schema())
        # delta-rs takes any concurrent removal for a conflict, whatever the partition: writers queue up here instead
        with exclusive(self.root / ".commit.lock"):
            if not self.exists():
                by = list(self.table.partitions)
                DeltaTable.create(self.root, schema, mode="ignore", partition_by=by, configuration=KEPT_IN_LOG)
            delta = DeltaTable(self.root)
            removed = self.files(replaced) if replaced else []
            if not added and not removed:
                return int(delta.version())
            actions: list[AddAction | RemoveAction] = [
                RemoveAction(_log_path(file.path), True, now, file.size, self._values(file.partition))
                for file in removed
            ]
            actions += [
                AddAction(_log_path(file.path), file.size, self._values(file.partition), now, True, _stats(file))
                for file in added
            ]
            try:
                delta.create_write_transaction(actions, "append", schema, partition_by=list(self.table.partitions))
            except DeltaError as error:
                raise DasanError(
                    f"{self.table.name} 표에 쓰지 못했습니다. 다른 프로그램이 이 표를 바꾸고 있는지 확인하고 다시 실행하세요. "
                    "표는 앞의 판 그대로입니다."
                ) from error
            return int(DeltaTable(self.root).version())

    def discard(self, staged: Iterable[DataFile]) -> None:
        """Delete files that were staged on the way to others and never became live: they may hold personal data."""
        for path in self.absolute(staged):
            Path(path).unlink(missing_ok=True)

    def _values(self, partition: Partition) -> dict[str, str | None]:
        return dict(zip(self.table.partitions, partition, strict=True))


@lru_cache(maxsize=1 << 16)  # a live file never changes
def _file_bounds(path: Path, column: str) -> tuple[Any, Any] | None:
    import pyarrow.parquet as pq

    return _bounds(pq.read_metadata(path), column)


def _bounds(footer: FileMetaData, column: str) -> tuple[Any, Any] | None:
    """The least and the greatest value of a column, or None where a part of the file does not tell."""
    names = [footer.schema.column(i).name for i in range(footer.num_columns)]
    if column not in names:
        return None
    groups = [footer.row_group(g) for g in range(footer.num_row_groups)]
    told = [group.column(names.index(column)).statistics for group in groups]
    if not told or not all(stats is not None and stats.has_min_max for stats in told):
        return None
    return min(stats.min for stats in told), max(stats.max for stats in told)


def _meet(one: tuple[Any, Any] | None, other: tuple[Any, Any] | None) -> bool:
    return one is None or other is None or bool(one[0] <= other[1] and other[0] <= one[1])


def by_days(partitions: Collection[Partition], count: int) -> Iterator[set[Partition]]:
    """The (channel, date) partitions of `count` dates at a time, the earliest first."""
    days = sorted({day for _, day in partitions})
    for start in range(0, len(days), count):
        chosen = set(days[start : start + count])
        yield {partition for partition in partitions if partition[1] in chosen}


def by_channel(files: Iterable[DataFile]) -> dict[str, list[DataFile]]:
    """The files by the first of their partition's values."""
    found: dict[str, list[DataFile]] = {}
    for file in files:
        found.setdefault(file.partition[0], []).append(file)
    return found


def partition_folder(table: Table, partition: Partition) -> Path:
    """The relative folder of a partition (`channel=phone/landing_date=2021-12-01`)."""
    return Path(*(f"{name}={quote(value)}" for name, value in zip(table.partitions, partition, strict=True)))


def _log_path(path: str) -> str:
    return quote(path, safe="/=")


def _as_date(values: list[Any] | None, index: int) -> date | None:
    return values[index] if values and isinstance(values[index], date) else None


def _stats(file: DataFile) -> str:
    stats: dict[str, Any] = {"numRecords": file.rows}
    if file.first_contact and file.last_contact:
        stats["minValues"] = {"contact_date": file.first_contact.isoformat()}
        stats["maxValues"] = {"contact_date": file.last_contact.isoformat()}
        stats["nullCount"] = {}
    return json.dumps(stats)
