"""Hop 3, validated → consultation: one contact a row, its text redacted, its people replaced by keyed tokens.

Belongs here: the end of personal data. A call meets its transcript here, whenever that arrived. Nothing downstream
reads anything upstream of this table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import pyarrow as pa

from jobs.batches import with_carried
from jobs.engine import Engine, Frame
from jobs.fields import SEOUL
from jobs.lake import DataFile, LakeTable, Partition, by_channel, by_days
from jobs.settings import Home
from jobs.tokens import caller_key, keyed_token, token_key
from schemas.contracts import contract
from schemas.tables import CONSULTATION, VALIDATED

SCHEMA = CONSULTATION.arrow_schema()
KEPT = tuple(name for name in SCHEMA.names if name in VALIDATED.column_names() and not name.endswith("_text"))
CONTACT_COLUMNS = [*KEPT, "source_id", "caller_id", "agent_id", "citizen_text", "agent_text"]
CODED = ("agent_type_code", "category", "language", "bot_intent")  # free text to us, whatever the source means by it
CODE_CHARACTERS = 60
JOINED_DAYS = 8  # at a time: their transcripts are held in memory for the calls
TRANSCRIPT = {"citizen_text": "transcript_citizen_text", "agent_text": "transcript_agent_text"}
CARRIED = tuple(name for name in KEPT if name not in (*CODED, "memo"))  # as they are
READ = ["channel", "started_at", "direction", "outcome", "source_id", "caller_id", "agent_id", *CODED, "memo"]
READ += [*TRANSCRIPT, *TRANSCRIPT.values()]


def contact_dates(engine: Engine, home: Home, partitions: set[Partition]) -> set[Partition]:
    """The (channel, contact date) partitions of consultation that records of these landing partitions belong to: a
    contact's own date, and for a transcript the date of its call, which may lie on the other side of midnight.
    """
    validated = LakeTable(home, VALIDATED)
    live = validated.files()
    files = [file for file in live if file.partition in partitions]
    frame = engine.read(validated, files, ["channel", "contact_date"], "contact_date IS NOT NULL")
    dates = _partitions(engine, frame)
    spoken_channels = {
        channel for channel, _ in dates if any(s.kind == "transcript" for s in contract(channel).sources)
    }
    of = by_channel(live)
    for channel in sorted(spoken_channels):
        days = around(sorted(date.fromisoformat(day) for owner, day in dates if owner == channel))
        spoken = f"record_kind = 'transcript' AND record_status = 'validated' AND channel = '{channel}'"
        transcripts = engine.read(validated, files, ["source_id"], spoken)
        calls = _records(engine, validated, of.get(channel, []), days, ["channel", "contact_date", "source_id"])
        dates |= _partitions(engine, engine.join(calls, transcripts, ["source_id"], "semi"))
    return dates


def _partitions(engine: Engine, frame: Frame) -> set[Partition]:
    rows = engine.collect(engine.distinct(frame, ["channel", "contact_date"])).to_pylist()
    return {(row["channel"], row["contact_date"].isoformat()) for row in rows}


def around(days: list[date]) -> list[date]:
    """The days and their neighbours: a transcript's clock may differ from its call's by minutes."""
    return sorted({day + timedelta(days=shift) for day in days for shift in (-1, 0, 1)})


def deidentify(engine: Engine, home: Home, partitions: set[Partition]) -> int:
    """Make the consultation partitions (channel, contact date) anew. Returns their rows."""
    validated, consultation = LakeTable(home, VALIDATED), LakeTable(home, CONSULTATION)
    body = partial(deidentify_batch, key=token_key(home.keys))
    of = by_channel(validated.files())
    staged = []
    for some in by_days(partitions, JOINED_DAYS):
        for channel in sorted({channel for channel, _ in some}):
            days = sorted(date.fromisoformat(day) for owner, day in some if owner == channel)
            files = of.get(channel, [])
            contacts = _records(engine, validated, files, days, CONTACT_COLUMNS)
            joined = engine.join(contacts, _transcripts(engine, validated, files, days), ["source_id"], "left")
            staged += engine.stage(engine.map(joined, body, SCHEMA), consultation)
    consultation.commit(staged, partitions)
    return sum(file.rows for file in staged)


def _transcripts(engine: Engine, validated: LakeTable, files: list[DataFile], days: list[date]) -> Frame:
    columns = {"source_id": "source_id"} | {new: old for old, new in TRANSCRIPT.items()}
    return _records(engine, validated, files, around(days), columns, kind="transcript")


def _records(
    engine: Engine,
    table: LakeTable,
    files: list[DataFile],
    days: list[date],
    columns: Sequence[str] | Mapping[str, str],
    *,
    kind: str = "contact",
) -> Frame:
    """Of these files the valid records of the days, which are in order."""
    files = [file for file in files if file.may_hold(days[0], days[-1])]
    dates = ", ".join(f"DATE '{day}'" for day in days)
    where = f"record_kind = '{kind}' AND record_status = 'validated' AND contact_date IN ({dates})"
    return engine.read(table, files, columns, where)


def deidentify_batch(batch: pa.RecordBatch, key: bytes) -> Iterator[pa.RecordBatch]:
    """One consultation row for each contact row."""
    told = [_deidentified(row, key) for row in batch.select(READ).to_pylist()]
    yield with_carried(batch, told, SCHEMA, CARRIED)


def _deidentified(raw: dict[str, Any], key: bytes) -> dict[str, Any]:
    from nlp.redact import redact

    # a shifted column may hold anything
    row = {name: redact(raw[name]).text[:CODE_CHARACTERS] if raw[name] else raw[name] for name in CODED}
    spoken = raw["transcript_citizen_text"]
    texts = {
        "citizen_text": spoken or raw["citizen_text"],
        "agent_text": raw["transcript_agent_text"] or raw["agent_text"],
        "memo": raw["memo"],
    }
    hidden = 0
    for name, text in texts.items():
        if text:
            redaction = redact(text)
            row[name] = redaction.text
            hidden += len(redaction.spans)
    return row | {
        "consultation_id": keyed_token(key, f"contact|{raw['channel']}", raw["source_id"]),
        "contact_hour": raw["started_at"].astimezone(SEOUL).hour,
        "is_consultation": raw["direction"] == "inbound" and raw["outcome"] == "answered",
        "caller_token": keyed_token(key, "caller", caller_key(raw["caller_id"])),
        "agent_token": keyed_token(key, "agent", raw["agent_id"]),
        "has_transcript": spoken is not None or raw["transcript_agent_text"] is not None,
        "redaction_count": hidden,
    }
