"""The engine seam: the few verbs that a hop needs, on one machine or on Spark.

Belongs here: how batches are read, moved and written. What happens to a record does not: a hop's body is a function
of Arrow batches that runs unchanged on either engine. Expressions given to `where` are plain SQL comparisons that
both engines read alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import pyarrow as pa

from jobs.errors import WrongUse
from jobs.lake import DataFile, LakeTable

BatchFunction = Callable[[pa.RecordBatch], Iterable[pa.RecordBatch]]
Frame = Any  # an engine's own handle on a stream of batches; only the engine that made one may use it


class Engine(Protocol):
    """One way of running hops. Frames are lazy: nothing runs before `stage` or `collect`."""

    name: str

    def read(
        self,
        table: LakeTable,
        files: Sequence[DataFile],
        columns: Sequence[str] | Mapping[str, str] | None = None,
        where: str = "",
    ) -> Frame:
        """The rows of some of a table's files, live or staged; all columns in declared order unless named. A mapping
        gives columns new names: new → old."""

    def rows(self, table: pa.Table) -> Frame:
        """A small table made by the driver."""

    def map(self, frame: Frame, function: BatchFunction, schema: pa.Schema, *, heavy: bool = False) -> Frame:
        """`function` over every batch. It must be picklable and must not depend on how rows fall into batches. `heavy`:
        every row is work enough for a process of its own, and what comes of one fits into memory."""

    def transform(
        self,
        source: LakeTable,
        files: Sequence[DataFile],
        columns: Sequence[str] | None,
        function: BatchFunction,
        target: LakeTable,
    ) -> list[DataFile]:
        """`function` over the rows of some of `source`'s files, as in `read` and `map`, staged below `target`'s folder,
        as in `stage`. Every row must stay in its partition: the two tables are divided alike."""

    def distinct(self, frame: Frame, columns: Sequence[str]) -> Frame:
        """The distinct values of some columns together."""

    def repeated(self, frame: Frame, columns: Sequence[str]) -> Frame:
        """The values of some columns together that stand in more than one row."""

    def union(self, frames: Sequence[Frame]) -> Frame:
        """All rows of frames of one schema."""

    def rank(self, frame: Frame, by: Sequence[str], order: Sequence[str], name: str) -> Frame:
        """A column `name`: 1, 2, … within equal `by`, in `order` (a column may be followed by ` desc`)."""

    def join(self, left: Frame, right: Frame, on: Sequence[str], how: str) -> Frame:
        """Equi-join, `how` = `inner`, `left` or `semi`; apart from `on`, the two share no column names."""

    def stage(self, frame: Frame, table: LakeTable) -> list[DataFile]:
        """Write the frame below the table's folder, split by its partitions; not live before `LakeTable.commit`."""

    def collect(self, frame: Frame) -> pa.Table:
        """A small result, brought to the driver."""

    def rest(self) -> None:
        """Give back processes and memory until there is something to do again."""

    def close(self) -> None:
        """Give back processes and memory for good."""


def named(columns: Sequence[str] | Mapping[str, str]) -> dict[str, str]:
    """New → old names of columns to be read."""
    return dict(columns) if isinstance(columns, Mapping) else {name: name for name in columns}


def make_engine(name: str, workers: int | None = None, master: str = "local[*]") -> Engine:
    """`local` or `spark`. Raises `WrongUse` for another name."""
    if name == "local":
        from jobs.engine.local import LocalEngine

        return LocalEngine(workers)
    if name == "spark":
        from jobs.engine.spark import SparkEngine

        return SparkEngine(master)
    raise WrongUse(f"엔진 이름 '{name}'을(를) 모릅니다. --engine 은 local 또는 spark 입니다.")
