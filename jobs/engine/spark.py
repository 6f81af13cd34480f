"""The Spark engine: the same hop bodies through `mapInArrow`, on `local[*]` or any master.

Executors write plain Parquet below the table's folder; the driver commits them to the Delta log like the embedded
engine does, so that both fill the same tables and no extra jar is needed.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from jobs.engine import BatchFunction, named
from jobs.engine.local import GARBAGE_FROM
from jobs.errors import DasanError
from jobs.lake import DataFile, LakeTable

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

BATCH_ROWS = 4096
PARTS_A_CORE = 4  # so that cores are done at about the same time, though rows cost unlike much
SMALLEST_PART = 64 * 1024  # bytes of Parquet that are worth a task of their own: some hundred contacts


class SparkEngine:
    """Runs hops as Spark jobs; one session for the engine's life."""

    name = "spark"

    def __init__(self, master: str = "local[*]") -> None:
        self.spark = _session(master)

    def read(
        self,
        table: LakeTable,
        files: Sequence[DataFile],
        columns: Sequence[str] | Mapping[str, str] | None = None,
        where: str = "",
    ) -> DataFrame:
        schema = table.table.arrow_schema()
        self._divide()
        if files:
            reader = self.spark.read.schema(_spark_schema(schema)).option("basePath", str(table.root))
            frame = reader.parquet(*table.absolute(files))
        else:
            frame = self.spark.createDataFrame(schema.empty_table(), _spark_schema(schema))
        frame = frame.where(where) if where else frame
        return frame.select(*(frame[old].alias(new) for new, old in named(columns or schema.names).items()))

    def _divide(self) -> None:
        """Files and shuffles into parts for all cores that there are now: those of a cluster join one after the other."""
        parts = PARTS_A_CORE * self.spark.sparkContext.defaultParallelism
        self.spark.conf.set("spark.sql.files.minPartitionNum", parts)
        self.spark.conf.set("spark.sql.shuffle.partitions", parts)
        self.spark.conf.set("spark.sql.adaptive.coalescePartitions.minPartitionNum", parts)

    def rows(self, table: pa.Table) -> DataFrame:
        from pyspark.sql.functions import broadcast

        return broadcast(self.spark.createDataFrame(table, _spark_schema(table.schema)))

    def map(self, frame: DataFrame, function: BatchFunction, schema: pa.Schema, *, heavy: bool = False) -> DataFrame:
        if heavy:
            frame = frame.repartition(max(frame.count(), 1))

        def body(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            gc.set_threshold(GARBAGE_FROM)
            for batch in batches:
                for out in function(_as_declared(batch)):
                    yield out.cast(schema)

        return frame.mapInArrow(body, _spark_schema(schema))

    def transform(
        self,
        source: LakeTable,
        files: Sequence[DataFile],
        columns: Sequence[str] | None,
        function: BatchFunction,
        target: LakeTable,
    ) -> list[DataFile]:
        frame = self.map(self.read(source, files, columns), function, target.table.arrow_schema())
        return self.stage(frame, target)

    def distinct(self, frame: DataFrame, columns: Sequence[str]) -> DataFrame:
        return frame.select(*columns).distinct()

    def repeated(self, frame: DataFrame, columns: Sequence[str]) -> DataFrame:
        return frame.groupBy(*columns).count().where("count > 1").select(*columns)

    def union(self, frames: Sequence[DataFrame]) -> DataFrame:
        first, *others = frames
        for other in others:
            first = first.unionAll(other)
        return first

    def rank(self, frame: DataFrame, by: Sequence[str], order: Sequence[str], name: str) -> DataFrame:
        return frame.selectExpr(
            "*",
            f"CAST(row_number() OVER (PARTITION BY {', '.join(by)} ORDER BY {', '.join(order)}) AS BIGINT) AS {name}",
        )

    def join(self, left: DataFrame, right: DataFrame, on: Sequence[str], how: str) -> DataFrame:
        if how == "left":  # of texts to their contacts: Spark would send all texts to every worker, through the driver
            left = left.hint("merge")
        joined = left.join(right, on=list(on), how=how)
        names = left.columns if how == "semi" else left.columns + [name for name in right.columns if name not in on]
        return joined.select(*names)

    def stage(self, frame: DataFrame, table: LakeTable) -> list[DataFile]:
        staging = table.root / f"_staging-{uuid.uuid4()}"
        names = table.table.column_names()
        partitions = list(table.table.partitions)
        writer = frame.select(*names).repartition(*partitions).write.partitionBy(*partitions)
        writer = writer.option("compression", "zstd").option("parquet.block.row.count.limit", BATCH_ROWS)
        writer.parquet(str(staging))
        moved = []
        for written in sorted(staging.rglob("*.parquet")):
            target = table.root / written.relative_to(staging).parent / f"part-{uuid.uuid4()}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            moved.append(written.rename(target))
        shutil.rmtree(staging, ignore_errors=True)
        return table.describe(moved)

    def collect(self, frame: DataFrame) -> pa.Table:
        return frame.toArrow()

    def rest(self) -> None:
        """Spark gives back executors by its own settings."""

    def close(self) -> None:
        self.spark.stop()


def _session(master: str) -> SparkSession:
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise DasanError("Java가 없어 Spark를 켤 수 없습니다. Java 17 이상을 설치하거나 --engine local 로 실행하세요.")
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    session = (
        SparkSession.builder.master(master)
        .appName("dasan")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", BATCH_ROWS)
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
        .config("spark.sql.files.openCostInBytes", SMALLEST_PART)
        .config("spark.sql.adaptive.coalescePartitions.minPartitionSize", SMALLEST_PART)
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def _spark_schema(schema: pa.Schema):  # type: ignore[no-untyped-def]
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def _as_declared(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Timestamps in UTC and plain strings, as the embedded engine gives them."""
    fields = []
    for field in batch.schema:
        kind = field.type
        if pa.types.is_timestamp(kind):
            kind = pa.timestamp("us", tz="UTC")
        elif pa.types.is_large_string(kind):
            kind = pa.string()
        fields.append(pa.field(field.name, kind))
    return batch.cast(pa.schema(fields))
