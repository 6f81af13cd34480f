"""Readers of line-wise files (CSV, JSONL): streaming, bounded, and a bad line costs no other."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path

from jobs.csvrows import CsvRow, bounded_lines, csv_rows
from jobs.ingest.raw import RawRecord, encoding_fault, fault, record
from schemas.contracts import SourceSpec


def read_jsonl(path: Path, source: SourceSpec) -> Iterator[RawRecord]:
    """One JSON object a line; blank lines are passed over."""
    with path.open("rb") as stream:
        for number, line, size in bounded_lines(stream, source.max_record_bytes):
            if size > source.max_record_bytes:
                yield fault(number, "record_too_large", line, size=size, limit=source.max_record_bytes)
                continue
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)  # noqa: PLW2901
            if line.strip():
                yield _json_record(number, line, source.encoding)


def _json_record(number: int, line: bytes, encoding: str) -> RawRecord:
    try:
        fields = json.loads(line.decode(encoding))
    except UnicodeDecodeError:
        return encoding_fault(number, line, encoding)
    except (ValueError, RecursionError) as error:
        return fault(number, "bad_json", line, position=f"{getattr(error, 'colno', 0)}번째 글자")
    if not isinstance(fields, dict):
        return fault(number, "not_an_object", line)
    return record(number, fields)


def read_csv(path: Path, source: SourceSpec) -> Iterator[RawRecord]:
    """RFC 4180 rows below a header; a quoted field may hold line ends."""
    encoding = "utf-8" if source.encoding == "utf-8-sig" else source.encoding
    with path.open("rb") as stream:
        rows = csv_rows(_without_bom(bounded_lines(stream, source.max_record_bytes)), source.max_record_bytes)
        if (head := next(rows, None)) is None:
            return
        refusal, header = _header(head, source, encoding)
        if refusal:
            yield refusal
            return
        for row in rows:
            yield _csv_record(row, header, source, encoding)


def _without_bom(lines: Iterator[tuple[int, bytes, int]]) -> Iterator[tuple[int, bytes, int]]:
    for number, line, size in lines:
        yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line, size


def _header(head: CsvRow, source: SourceSpec, encoding: str) -> tuple[RawRecord | None, list[str]]:
    """Why the file cannot be read by its header, if it cannot; and the names of its columns."""
    if head.cells is None:
        return _split_fault(0, head, source), []
    try:
        header = [cell.decode(encoding) for cell in head.cells]
    except UnicodeDecodeError:
        return encoding_fault(0, head.raw, encoding), []
    missing = sorted(source.raw_columns() - set(header))
    if missing or len(set(header)) != len(header):
        return fault(0, "header", head.raw, missing=", ".join(missing) or "없음(같은 이름의 열이 둘 이상)"), []
    return None, header


def _csv_record(row: CsvRow, header: list[str], source: SourceSpec, encoding: str) -> RawRecord:
    if row.size > source.max_record_bytes:
        return _split_fault(row.line, row, source)
    if source.final_newline_required and not row.raw.endswith(b"\n"):
        return fault(row.line, "cut_off", row.raw)
    if row.cells is None:
        return _split_fault(row.line, row, source)
    if len(row.cells) != len(header):
        return fault(row.line, "field_count", row.raw, found=len(row.cells), expected=len(header))
    try:
        cells = [cell.decode(encoding) for cell in row.cells]
    except UnicodeDecodeError:
        return encoding_fault(row.line, row.raw, encoding)
    return record(row.line, dict(zip(header, cells, strict=True)))


def _split_fault(line: int, row: CsvRow, source: SourceSpec) -> RawRecord:
    if row.size > source.max_record_bytes:
        return fault(line, "record_too_large", row.raw, size=row.size, limit=source.max_record_bytes)
    return fault(line, "bad_csv", row.raw)
