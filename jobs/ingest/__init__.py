"""Hop 1, landing → bronze: every record of every file as it came, with its file's hash and its line.

Belongs here: which files there are and their records' raw fields. A channel's adapter is its contract in
`schemas/channels`; the readers here know formats, not channels. Types and checks are hop 2 (`jobs.validate`).
A file already in bronze under the same name and hash is not read again, so the hop can be repeated and resumed.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from jobs.engine import Engine
from jobs.files import atomic_path
from jobs.ingest.raw import RawRecord, fault
from jobs.lake import LakeTable, Partition
from jobs.settings import Home
from schemas.codes import CHANNELS
from schemas.contracts import SourceSpec, contract
from schemas.tables import BRONZE

BATCH_ROWS = 4096
HEAVY_BYTES = 1 << 24  # of all files together: below it, starting worker processes costs more than it saves
LARGE_FILE_BYTES = 1 << 26  # what comes of a larger one is not held whole: all are then read one after the other
ORIGIN_FILE = "_origin.json"  # beside the data files: where they come from, if not from the operational systems
SIDECAR = re.compile(r"_|\.(?!\.)")  # notes beside the data, and files still being written
LANDED = pa.schema(
    [("path", pa.binary()), ("source_file", pa.string()), ("channel", pa.string()), ("landing_date", pa.date32())]
)


@dataclass(frozen=True)
class Landed:
    """What the landing folder holds for some days, and what could not be placed there (Korean, one line each)."""

    files: pa.Table
    notes: list[str]

    def partitions(self) -> set[Partition]:
        return {(row["channel"], row["landing_date"].isoformat()) for row in self.files.to_pylist()}


def landed(landing: Path, first: date, last: date, channels: tuple[str, ...] = CHANNELS) -> Landed:
    """The data files of `<landing>/<channel>/<YYYY-MM-DD>/` for landing days `first`..`last`, sidecars left out."""
    rows: list[dict[str, Any]] = []
    notes = [
        f"{_printable(path.name)}: 모르는 채널의 폴더여서 읽지 않았습니다. 쓸 수 있는 이름: {', '.join(CHANNELS)}"
        for path in sorted(landing.iterdir())
        if path.name not in CHANNELS and not SIDECAR.match(path.name)
    ]
    for channel in channels:
        folders = sorted((landing / channel).iterdir()) if (landing / channel).is_dir() else []
        for folder in folders:
            where = f"{channel}/{_printable(folder.name)}"
            day = _day(folder)
            if day is None:
                notes.append(f"{where}: 날짜(YYYY-MM-DD) 이름의 폴더가 아니어서 읽지 않았습니다.")
            elif first <= day <= last:
                try:
                    found = _data_files(folder)
                except OSError:
                    notes.append(f"{where}: 폴더를 열 수 없어 읽지 않았습니다. 권한을 확인하세요.")
                    continue
                rows += [
                    {
                        "path": os.fsencode(path),
                        "source_file": _printable(path.relative_to(landing)),
                        "channel": channel,
                        "landing_date": day,
                    }
                    for path in found
                ]
    return Landed(pa.Table.from_pylist(rows, LANDED), notes)


def landing_bytes(landing: Path, first: date, last: date, channels: tuple[str, ...] = CHANNELS) -> int:
    """The size of what `landed` finds; 0 where there is no such folder."""
    rows = landed(landing, first, last, channels).files.to_pylist() if landing.is_dir() else []
    return sum(_size(_path(row)) for row in rows)


def _day(folder: Path) -> date | None:
    try:
        return date.fromisoformat(folder.name) if folder.is_dir() else None
    except ValueError:
        return None


def _data_files(folder: Path) -> list[Path]:
    """Everything under the folder that is no folder and no sidecar, links included. Raises `OSError`."""
    if not os.access(folder, os.R_OK | os.X_OK):
        raise PermissionError
    return [p for p in sorted(folder.rglob("*")) if (p.is_symlink() or not p.is_dir()) and not SIDECAR.match(p.name)]


def _printable(path: Path | str) -> str:
    """A path as text that can be stored and shown, whatever bytes its names hold."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def ingest(engine: Engine, home: Home, found: Landed, run_id: str, landing: Path) -> int:
    """Append to bronze the records of files that are not there yet. Returns the new rows."""
    bronze = LakeTable(home, BRONZE)
    partitions = found.partitions()
    key = ["source_file", "file_hash"]
    known = engine.distinct(engine.read(bronze, bronze.files(partitions), key), key)
    seen = {(row["source_file"], row["file_hash"]) for row in engine.collect(known).to_pylist()}
    present = [row for row in found.files.to_pylist() if os.path.lexists(row["path"])]  # one may have been taken away
    fresh = [row for row in present if (row["source_file"], file_hash(_path(row))) not in seen]
    if not fresh:
        return 0
    body = partial(
        read_files,
        landing=str(landing.resolve()),
        originals=str(home.originals),
        run_id=run_id,
        ingested_at=datetime.now(UTC),  # one time for all files of a run: their order is that of their names
    )
    files = engine.rows(pa.Table.from_pylist(fresh, LANDED))
    sizes = [_size(_path(row)) for row in fresh]
    heavy = sum(sizes) >= HEAVY_BYTES and max(sizes) <= LARGE_FILE_BYTES
    staged = engine.stage(engine.map(files, body, BRONZE.arrow_schema(), heavy=heavy), bronze)
    bronze.commit(staged)
    return sum(file.rows for file in staged)


def read_files(
    batch: pa.RecordBatch, landing: str, originals: str, run_id: str, ingested_at: datetime
) -> Iterator[pa.RecordBatch]:
    """The bronze rows of each file named in `batch`."""
    schema = BRONZE.arrow_schema()
    for file in batch.to_pylist():
        path = _path(file)
        digest = file_hash(path)
        of_file = {
            "channel": file["channel"],
            "landing_date": file["landing_date"],
            "source_file": file["source_file"],
            "file_hash": digest,
            "origin": _origin(path),
            "ingested_at": ingested_at,
            "run_id": run_id,
        }
        records = _records(path, file["channel"], Path(landing))
        while some := list(islice(records, BATCH_ROWS)):
            if any(record.line == 0 for _, record in some):
                _keep_original(path, Path(originals) / digest)
            names, lines, payloads, errors, details = zip(*((name, *record) for name, record in some), strict=True)
            of_record = {
                "source_name": names,
                "line_number": lines,
                "payload": payloads,
                "read_error": errors,
                "read_error_detail": details,
            }
            columns = [
                pa.array(of_record[field.name], field.type)
                if field.name in of_record
                else pa.repeat(pa.scalar(of_file[field.name], field.type), len(some))
                for field in schema
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _records(path: Path, channel: str, landing: Path) -> Iterator[tuple[str, RawRecord]]:
    """The records of a file, each with the contract's name for it; line 0 stands for the file as a whole."""
    source = _source(channel, path.name)
    if refusal := _refusal(path, landing):
        yield "", refusal
    elif source is None:
        yield "", fault(0, "unknown_format", patterns=", ".join(s.pattern for s in contract(channel).sources))
    else:
        try:
            for record in _read(path, source):
                yield source.name, record
        except OSError:
            yield source.name, fault(0, "unreadable")


def _refusal(path: Path, landing: Path) -> RawRecord | None:
    name = path.name
    if (
        ".." in name
        or "\\" in name
        or "%2f" in name.lower()
        or any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in name)
    ):
        return fault(0, "unsafe_name")
    try:
        if not path.resolve().is_relative_to(landing):
            return fault(0, "outside_landing")
        if not path.is_file():
            return fault(0, "not_a_file")
        return fault(0, "empty_file") if path.stat().st_size == 0 else None
    except (OSError, RuntimeError):  # a link that leads to itself
        return fault(0, "not_a_file")


def _source(channel: str, name: str) -> SourceSpec | None:
    return next((s for s in contract(channel).sources if fnmatch.fnmatch(name.lower(), s.pattern)), None)


def _read(path: Path, source: SourceSpec) -> Iterator[RawRecord]:
    if source.format in ("csv", "jsonl"):
        from jobs.ingest.lines import read_csv, read_jsonl

        return (read_csv if source.format == "csv" else read_jsonl)(path, source)
    from jobs.ingest.documents import read_json, read_xlsx, read_xml

    return {"json": read_json, "xlsx": read_xlsx, "xml": read_xml}[source.format](path, source)


def _path(file: dict[str, Any]) -> Path:
    return Path(os.fsdecode(file["path"]))


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes; of its name where there are none to read (a broken link, a device, no permission)."""
    try:
        if path.is_file():
            with path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, RuntimeError):
        pass
    return hashlib.sha256(b"name:" + os.fsencode(path.name)).hexdigest()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _origin(path: Path) -> str:
    try:
        return str(json.loads((path.parent / ORIGIN_FILE).read_text(encoding="utf-8"))["origin"])
    except FileNotFoundError:
        return "operational"
    except (OSError, ValueError, KeyError, TypeError):
        return "unknown"


def _keep_original(path: Path, target: Path) -> None:
    if path.is_file() and not path.is_symlink() and not target.exists():
        # without permission there is nothing to keep but the file; half of it under its hash would pass for the whole
        with suppress(OSError), atomic_path(target) as draft:
            shutil.copyfile(path, draft)
