"""Files of one table made into files of another that is divided alike, piece by piece, where the rows lie.

Belongs here: cutting files into pieces of work, and a piece's way from Parquet to Parquet. A worker reads and writes its
pieces itself: rows that need not meet others are not sent through the process that began it all.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jobs.engine import BatchFunction
from jobs.lake import DataFile, LakeTable, Partition, partition_folder

BATCH_ROWS = 4096


@dataclass(frozen=True)
class Piece:
    """Row groups of one file."""

    path: str
    partition: Partition
    groups: tuple[int, ...]
    rows: int


def divided(table: LakeTable, files: Sequence[DataFile], most: int) -> Iterator[Piece]:
    """Pieces of at most `most` rows, or of one row group."""
    for file, path in zip(files, table.absolute(files), strict=True):
        footer = pq.read_metadata(path)
        groups: list[int] = []
        rows = 0
        for group in range(footer.num_row_groups):
            further = footer.row_group(group).num_rows
            if groups and rows + further > most:
                yield Piece(path, file.partition, tuple(groups), rows)
                groups, rows = [], 0
            groups.append(group)
            rows += further
        if groups:
            yield Piece(path, file.partition, tuple(groups), rows)


def transformed(
    source: LakeTable, columns: Sequence[str], function: BatchFunction, target: LakeTable, piece: Piece
) -> Path | None:
    """The file that `function` makes of a piece, or None where nothing comes of it."""
    inner = inner_schema(target)
    path, written = new_file(target, piece.partition), None
    try:
        for batch in _batches(source, columns, piece):
            for made in function(batch):
                rows = pa.Table.from_batches([made]).select(inner.names).cast(inner)
                if rows.num_rows:
                    written = written or parquet_writer(path, inner, rows)
                    written.write_table(rows)
    finally:
        if written:
            written.close()
    return path if written else None


def _batches(source: LakeTable, columns: Sequence[str], piece: Piece) -> Iterator[pa.RecordBatch]:
    """The rows of a piece in declared types, the partition's values among them."""
    declared = source.table.arrow_schema()
    schema = pa.schema([declared.field(name) for name in columns])
    values = {name: pa.scalar(value) for name, value in zip(source.table.partitions, piece.partition, strict=True)}
    inner = [name for name in columns if name not in values]
    with pq.ParquetFile(piece.path) as file:
        found = file.iter_batches(BATCH_ROWS, row_groups=list(piece.groups), columns=inner, use_threads=False)
        for batch in rebatched(found):
            arrays = [
                pa.repeat(values[field.name].cast(field.type), batch.num_rows)
                if field.name in values
                else batch[field.name].cast(field.type)
                for field in schema
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def rebatched(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of about `BATCH_ROWS` (small files and row groups give small batches)."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(part.num_rows for part in held) >= BATCH_ROWS:
            yield pa.concat_batches(held)
            held = []
    if held:
        yield pa.concat_batches(held)


def inner_schema(table: LakeTable) -> pa.Schema:
    """What stands in a table's files: the partition's values are in their paths."""
    return pa.schema([field for field in table.table.arrow_schema() if field.name not in table.table.partitions])


def new_file(table: LakeTable, partition: Partition) -> Path:
    """A path for a further file of a partition, not live yet."""
    folder = table.root / partition_folder(table.table, partition)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"part-{uuid.uuid4()}.parquet"


def parquet_writer(path: Path, schema: pa.Schema, first: pa.Table) -> pq.ParquetWriter:
    """For rows like the `first`: a dictionary for a column whose values repeat. Of texts and ids it takes longer than all
    else and saves nothing."""
    repeating = [name for name in schema.names if _repeats(first[name])]
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=repeating)


def _repeats(column: pa.ChunkedArray) -> bool:
    return not pa.types.is_nested(column.type) and 2 * pc.count_distinct(column, mode="all").as_py() <= len(column)
