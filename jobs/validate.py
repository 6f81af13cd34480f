"""Hop 2, bronze → validated: each source record typed and judged; `bronze = validated + quarantined + duplicate + superseded`.

Belongs here: judging records and resolving repeated ones. A record that comes again with the same content is a
duplicate, wherever it lands; of several contents under one id the one that first came latest stands, and the others
are superseded. So a re-sent old file never undoes a correction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from jobs import checks
from jobs.batches import with_carried
from jobs.engine import Engine, Frame
from jobs.errors import DasanError
from jobs.fields import SEOUL_AHEAD, FieldFault, Reader, field_reader
from jobs.lake import DataFile, LakeTable, Partition, by_channel
from jobs.settings import Home
from schemas.contracts import CheckSpec, SourceSpec, contract
from schemas.tables import BRONZE, VALIDATED

SCHEMA = VALIDATED.arrow_schema()
CARRIED = ("channel", "landing_date", "source_name", "source_file", "file_hash", "line_number", "origin", "ingested_at")
JUDGED = ("channel", "landing_date", "source_name", "payload", "read_error", "read_error_detail")
LOCATION = ("channel", "landing_date", "source_file", "file_hash", "line_number")
ID = ("channel", "source_name", "source_id")
ARRIVAL = ("landing_date", "ingested_at", "source_file", "file_hash", "line_number")  # the order in which records came
RESOLVED = pa.schema([SCHEMA.field(name) for name in LOCATION] + [pa.field("resolved_status", pa.string())])


@dataclass(frozen=True)
class _Body:
    """A contract's source, compiled: a reader a column, and its checks."""

    source: SourceSpec
    constants: dict[str, str]
    readers: dict[str, Reader]
    checks: tuple[CheckSpec, ...]


@cache
def _body(channel: str, source_name: str) -> _Body:
    agreed = contract(channel)
    source = agreed.source(source_name)
    readers = {column: field_reader(column, spec) for column, spec in source.fields.items()}
    return _Body(source, agreed.constants, readers, source.checks)


def judge(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """One validated row for each bronze row, with status `validated` or `quarantined`."""
    yield with_carried(batch, [_judge(row) for row in batch.select(JUDGED).to_pylist()], SCHEMA, CARRIED)


def _judge(raw: dict[str, Any]) -> dict[str, Any]:
    if raw["read_error"]:
        return _quarantined(raw["read_error"], raw["read_error_detail"])
    body = _body(raw["channel"], raw["source_name"])
    fields = json.loads(raw["payload"])
    typed: dict[str, Any] = dict(body.constants)
    try:
        for column, read in body.readers.items():
            typed[column] = read(fields)
    except FieldFault as error:
        return _quarantined(error.code, str(error))
    typed["contact_date"] = (typed["started_at"] + SEOUL_AHEAD).date()  # the clock of a UTC time, put forward
    if implausible := checks.implausible_date(typed["contact_date"], raw["landing_date"]):
        return _quarantined("implausible_date", implausible)
    failed = [check for check in body.checks if not checks.holds(check, typed.get(check.column))]
    if fatal := next((check for check in failed if check.severity == "error"), None):
        return _quarantined(checks.check_id(fatal), checks.describe(fatal))
    for check in failed:
        if check.check != "length":  # an implausible measure or an unknown code is not passed on, only its warning
            typed[check.column] = None
    if body.source.kind == "contact":
        typed["direction"] = typed.get("direction") or "inbound"
        typed["outcome"] = typed.get("outcome") or "answered"
    return typed | {
        "record_kind": body.source.kind,
        "record_status": "validated",
        "content_hash": hashlib.sha256(raw["payload"].encode()).hexdigest(),
        "warnings": [checks.check_id(check) for check in failed] or None,
    }


def _quarantined(code: str, reason: str) -> dict[str, Any]:
    return {"record_status": "quarantined", "reason_code": code, "reason": reason}


def validate(engine: Engine, home: Home, partitions: set[Partition]) -> set[Partition]:
    """Make the validated partitions anew from bronze, and with them those whose records these repeat or correct.
    Returns all of them. Raises `DasanError` if hop 2's identity does not hold.
    """
    import pyarrow.parquet as pq

    bronze, validated = LakeTable(home, BRONZE), LakeTable(home, VALIDATED)
    judged = engine.transform(bronze, bronze.files(partitions), None, judge, validated)
    others = [file for file in validated.files() if file.partition not in partitions]
    statuses = engine.collect(_resolved(engine, validated, judged, _sharing(validated, judged, others)))
    changed = {(row["channel"], row["landing_date"].isoformat()) for row in statuses.select(LOCATION[:2]).to_pylist()}
    touched = partitions | changed
    before = [file for file in [*judged, *others] if file.partition in changed]
    final = [file for file in judged if file.partition not in changed]
    if changed:
        with TemporaryDirectory(prefix="_staging-", dir=validated.root) as folder:  # where Spark's workers read too
            path = Path(folder) / "statuses.parquet"
            pq.write_table(statuses, path)
            final += engine.transform(validated, before, None, partial(_with_status, statuses=path), validated)
    _check_identity(bronze, final, touched)
    validated.commit(final, touched)
    validated.discard(file for file in judged if file.partition in changed)
    return touched


def with_shared_ids(engine: Engine, home: Home, partitions: set[Partition]) -> set[Partition]:
    """These landing partitions, and every other one that holds a record under an id of theirs: what happens to one
    concerns the days of the other, whether or not a verdict has just changed.
    """
    validated = LakeTable(home, VALIDATED)
    live = validated.files()
    own = [file for file in live if file.partition in partitions]
    others = _sharing(validated, own, [file for file in live if file.partition not in partitions])
    kept = "record_status <> 'quarantined'"
    keys = engine.read(validated, own, list(ID), kept)
    shared = engine.join(engine.read(validated, others, [*ID, "landing_date"], kept), keys, ID, "semi")
    rows = engine.collect(engine.distinct(shared, LOCATION[:2])).to_pylist()
    return partitions | {(row["channel"], row["landing_date"].isoformat()) for row in rows}


def _sharing(table: LakeTable, own: list[DataFile], others: list[DataFile]) -> list[DataFile]:
    """Those of the other files that can hold an id of one's own: of their channel, between their least and greatest.
    Ids mostly grow with time, so that a month is read against its neighbours and not the year."""
    found = by_channel(others)
    return [
        other
        for channel, files in by_channel(own).items()
        for other in table.meeting(files, found.get(channel, []), "source_id")
    ]


def _resolved(engine: Engine, table: LakeTable, judged: list[DataFile], others: list[DataFile]) -> Frame:
    """The records whose id stands more than once, each with the status that follows (a small frame)."""
    names = [*ID, "content_hash", "record_status", *ARRIVAL]
    kept = "record_status <> 'quarantined'"
    keys = engine.read(table, judged, list(ID), kept)
    shared = engine.join(engine.read(table, others, list(ID), kept), keys, ID, "semi")
    several = engine.repeated(engine.union([keys, shared]), ID)  # few: only of these does the order matter
    frame = engine.join(engine.read(table, [*judged, *others], names, kept), several, ID, "semi")
    order = list(ARRIVAL)
    frame = engine.rank(frame, [*ID, "content_hash"], order, "sending")
    schema = pa.schema([*(SCHEMA.field(name) for name in names), pa.field("is_repeat", pa.bool_())])
    frame = engine.map(frame, _mark_repeats, schema)
    frame = engine.rank(frame, [*ID, "is_repeat"], [f"{name} desc" for name in order], "recency")
    return engine.map(frame, _status_changes, RESOLVED)


def _mark_repeats(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    import pyarrow.compute as pc

    yield batch.drop_columns(["sending"]).append_column("is_repeat", pc.greater(batch["sending"], 1))


def _status_changes(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    import pyarrow.compute as pc

    first = pc.if_else(pc.equal(batch["recency"], 1), "validated", "superseded")
    status = pc.if_else(batch["is_repeat"], "duplicate", first)
    changed = batch.append_column("resolved_status", status).filter(pc.not_equal(status, batch["record_status"]))
    yield changed.select(RESOLVED.names).cast(RESOLVED)


def _with_status(batch: pa.RecordBatch, statuses: Path) -> Iterator[pa.RecordBatch]:
    resolved = _resolved_statuses(statuses)
    index = batch.schema.get_field_index("record_status")
    rows = zip(*(batch[name].to_pylist() for name in (*LOCATION, "record_status")), strict=True)
    status = [resolved.get(row[:-1], row[-1]) for row in rows]
    yield batch.set_column(index, SCHEMA.field("record_status"), pa.array(status, pa.string()))


@lru_cache(maxsize=1)  # of a run's chunk; the next has others
def _resolved_statuses(path: Path) -> dict[tuple[Any, ...], str]:
    import pyarrow.parquet as pq

    rows = pq.read_table(path).to_pydict()
    return dict(zip(zip(*(rows[name] for name in LOCATION), strict=True), rows["resolved_status"], strict=True))


def _check_identity(bronze: LakeTable, final: list[DataFile], partitions: set[Partition]) -> None:
    received: dict[Partition, int] = dict.fromkeys(partitions, 0)
    judged = dict(received)
    for file in bronze.files(partitions):
        received[file.partition] += file.rows
    for file in final:
        judged[file.partition] += file.rows
    for partition in sorted(partitions):
        if received[partition] != judged[partition]:
            raise DasanError(
                f"2단계의 항등식이 맞지 않아 멈췄습니다({'/'.join(partition)}): 받은 레코드 {received[partition]:,}건, "
                f"판정한 레코드 {judged[partition]:,}건. bronze와 validated의 실행 기록을 확인하세요."
            )
