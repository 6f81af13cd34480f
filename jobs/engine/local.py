"""The embedded engine: Arrow batches streamed through Python, DuckDB where rows must meet. No JVM.

Nothing is held whole: readers stream, writers stream, and DuckDB spills to disk when rows must be sorted or joined.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jobs.engine import BatchFunction, named
from jobs.engine.pieces import BATCH_ROWS, divided, inner_schema, new_file, parquet_writer, rebatched, transformed
from jobs.engine.spill import SpillFolder
from jobs.lake import DataFile, LakeTable, Partition

POOL_FROM_ROWS = 30_000  # below this, starting worker processes costs more than it saves
PIECES_A_WORKER = 3  # of files at least, so that all are done at about the same time
GARBAGE_FROM = 200_000  # new objects in a worker
DUCKDB_TYPES = {"string": "VARCHAR", "date32[day]": "DATE"}


@dataclass(frozen=True)
class LocalFrame:
    """A schema, and a function that starts the stream of batches (each call starts it anew). A frame that DuckDB makes
    has its `query` and the files that it reads, so that a further question is asked in one piece.
    """

    schema: pa.Schema
    batches: Callable[[], Iterator[pa.RecordBatch]]
    query: str = ""
    files: dict[str, list[str]] = field(default_factory=dict)  # by the name of the query's parameter

    def reader(self) -> pa.RecordBatchReader:
        return pa.RecordBatchReader.from_batches(self.schema, self.batches())


class LocalEngine:
    """Runs hops in this process, and in a pool of `workers` processes once there is enough to do."""

    name = "local"

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._spill = SpillFolder()
        self._parameters = itertools.count()
        self._db = duckdb.connect()
        self._db.execute("SET TimeZone = 'UTC'")
        self._db.execute("SET memory_limit = '4GB'")
        self._db.execute("SET temp_directory = ?", [str(self._spill.path)])

    def read(
        self,
        table: LakeTable,
        files: Sequence[DataFile],
        columns: Sequence[str] | Mapping[str, str] | None = None,
        where: str = "",
    ) -> LocalFrame:
        full = table.table.arrow_schema()
        names = named(columns or full.names)
        schema = pa.schema([full.field(source).with_name(name) for name, source in names.items()])
        if not files:
            return LocalFrame(schema, lambda: iter(()))
        hive = ", ".join(f"'{name}': {DUCKDB_TYPES[str(full.field(name).type)]}" for name in table.table.partitions)
        parameter = f"files_{next(self._parameters)}"
        query = (
            f"SELECT {', '.join(f'{source} AS {name}' for name, source in names.items())} "
            f"FROM read_parquet(${parameter}, hive_partitioning = true, hive_types = {{{hive}}})"
            f"{f' WHERE {where}' if where else ''}"
        )
        return self._query(schema, query, {}, {parameter: table.absolute(files)})

    def _query(
        self, schema: pa.Schema, query: str, inputs: Mapping[str, LocalFrame], files: dict[str, list[str]] | None = None
    ) -> LocalFrame:
        """`{name}` in the query stands for the input of that name; `files` are those that it reads itself."""
        files = dict(files or {})
        streamed = {name: frame for name, frame in inputs.items() if not frame.query}
        for frame in inputs.values():
            files |= frame.files
        if inputs:
            query = query.format(**{name: f"({f.query})" if f.query else name for name, f in inputs.items()})

        def batches() -> Iterator[pa.RecordBatch]:
            with self._db.cursor() as connection:
                for name, frame in streamed.items():
                    connection.register(name, frame.reader())
                reader = connection.sql(query, params=files or None).to_arrow_reader(BATCH_ROWS)
                for batch in reader:
                    yield batch.cast(schema)

        return LocalFrame(schema, batches) if streamed else LocalFrame(schema, batches, query, files)

    def rows(self, table: pa.Table) -> LocalFrame:
        return LocalFrame(table.schema, lambda: iter(table.to_batches(max_chunksize=BATCH_ROWS)))

    def map(self, frame: LocalFrame, function: BatchFunction, schema: pa.Schema, *, heavy: bool = False) -> LocalFrame:
        return LocalFrame(schema, lambda: self._mapped(frame.batches(), function, heavy=heavy))

    def _mapped(
        self, batches: Iterator[pa.RecordBatch], function: BatchFunction, *, heavy: bool
    ) -> Iterator[pa.RecordBatch]:
        batches = _single(batches) if heavy else rebatched(batches)
        least = self._worth_a_pool()
        first = list(itertools.islice(batches, 2 if heavy else -(-least // BATCH_ROWS)))
        enough = len(first) > 1 if heavy else sum(batch.num_rows for batch in first) >= least
        batches = itertools.chain(first, batches)
        if self.workers == 1 or not enough:
            for batch in batches:
                yield from function(batch)
            return
        pool = self._processes()
        waiting: deque[Future[list[pa.RecordBatch]]] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(_apply, function, batch))
                if len(waiting) > 2 * self.workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def _worth_a_pool(self) -> int:
        """From how many rows on."""
        return POOL_FROM_ROWS if self._pool is None else 2 * BATCH_ROWS

    def _processes(self) -> ProcessPoolExecutor:
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.workers, mp_context=spawn, initializer=_begin_worker)
        return self._pool

    def transform(
        self,
        source: LakeTable,
        files: Sequence[DataFile],
        columns: Sequence[str] | None,
        function: BatchFunction,
        target: LakeTable,
    ) -> list[DataFile]:
        rows = sum(file.rows for file in files)
        alone = self.workers == 1 or rows < self._worth_a_pool()
        most = rows if alone else max(rows // (PIECES_A_WORKER * self.workers), BATCH_ROWS)
        made = partial(transformed, source, tuple(columns or source.table.column_names()), function, target)
        pieces = sorted(divided(source, files, most), key=lambda piece: -piece.rows)  # the longest work first
        paths = map(made, pieces) if alone else self._processes().map(made, pieces)
        return target.describe(path for path in paths if path)

    def distinct(self, frame: LocalFrame, columns: Sequence[str]) -> LocalFrame:
        schema = pa.schema([frame.schema.field(name) for name in columns])
        return self._query(schema, f"SELECT DISTINCT {', '.join(columns)} FROM {{rows_in}}", {"rows_in": frame})

    def repeated(self, frame: LocalFrame, columns: Sequence[str]) -> LocalFrame:
        names = ", ".join(columns)
        schema = pa.schema([frame.schema.field(name) for name in columns])
        query = f"SELECT {names} FROM {{rows_in}} GROUP BY {names} HAVING count(*) > 1"
        return self._query(schema, query, {"rows_in": frame})

    def union(self, frames: Sequence[LocalFrame]) -> LocalFrame:
        inputs = {f"rows_{number}": frame for number, frame in enumerate(frames)}
        query = " UNION ALL ".join(f"FROM {{{name}}}" for name in inputs)
        return self._query(frames[0].schema, query, inputs)

    def rank(self, frame: LocalFrame, by: Sequence[str], order: Sequence[str], name: str) -> LocalFrame:
        query = f"SELECT *, row_number() OVER (PARTITION BY {', '.join(by)} ORDER BY {', '.join(order)}) AS {name} FROM {{rows_in}}"
        return self._query(frame.schema.append(pa.field(name, pa.int64())), query, {"rows_in": frame})

    def join(self, left: LocalFrame, right: LocalFrame, on: Sequence[str], how: str) -> LocalFrame:
        schema = left.schema
        if how != "semi":
            for column in right.schema:
                schema = schema if column.name in on else schema.append(column)
        query = (
            f"SELECT {', '.join(schema.names)} FROM {{left_in}} {how.upper()} JOIN {{right_in}} USING ({', '.join(on)})"
        )
        return self._query(schema, query, {"left_in": left, "right_in": right})

    def stage(self, frame: LocalFrame, table: LakeTable) -> list[DataFile]:
        schema = table.table.arrow_schema()
        inner = inner_schema(table)
        writers: dict[Partition, tuple[Path, pq.ParquetWriter]] = {}
        try:
            for batch in frame.batches():
                rows = pa.Table.from_batches([batch]).select(schema.names).cast(schema)
                for partition, part in _split(rows, table.table.partitions):
                    if partition not in writers:
                        path = new_file(table, partition)
                        writers[partition] = path, parquet_writer(path, inner, part)
                    writers[partition][1].write_table(part.select(inner.names))
        finally:
            for _, writer in writers.values():
                writer.close()
        return table.describe(path for path, _ in writers.values())

    def collect(self, frame: LocalFrame) -> pa.Table:
        return pa.Table.from_batches(frame.batches(), frame.schema)

    def rest(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        pa.default_memory_pool().release_unused()

    def close(self) -> None:
        self.rest()
        self._db.close()
        self._spill.remove()


def _single(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from (batch.slice(row, 1) for row in range(batch.num_rows))


def _begin_worker() -> None:
    """One thread, as those of several workers would only get in each other's way; and rare searches for rings of
    garbage: hops make rows by the thousand, none of them in a ring, and each search goes through the whole model.
    A worker ends with the process that started it, even if that is killed."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
    gc.set_threshold(GARBAGE_FROM)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _apply(function: BatchFunction, batch: pa.RecordBatch) -> list[pa.RecordBatch]:
    return list(function(batch))


def _split(rows: pa.Table, columns: Sequence[str]) -> Iterable[tuple[Partition, pa.Table]]:
    keys = rows.select(list(columns)).group_by(list(columns)).aggregate([]).to_pylist()
    for key in keys:
        if len(keys) == 1:
            part = rows
        else:
            mask = None
            for name in columns:
                same = pc.equal(rows[name], pa.scalar(key[name], rows.schema.field(name).type))
                mask = same if mask is None else pc.and_(mask, same)
            part = rows.filter(mask)
        yield tuple(str(key[name]) for name in columns), part
