"""Readers of line-wise files (CSV, JSONL): streaming, bounded, and a bad line costs no other.

Line ends and quotes are found in the bytes (neither can be part of a character in UTF-8 or CP949), so that one
undecodable record does not spoil its neighbours.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from jobs.ingest.raw import RawRecord, encoding_fault, fault, record
from schemas.contracts import SourceSpec

_CHUNK = 1 << 20


def bounded_lines(stream: BinaryIO, limit: int) -> Iterator[tuple[int, bytes, int]]:
    """(line number, its first bytes with the line end, its whole size); the rest of a line past `limit` is skipped."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        size = len(line)
        if size > limit and not line.endswith(b"\n"):
            while piece := stream.readline(_CHUNK):
                size += len(piece)
                if piece.endswith(b"\n"):
                    break
        yield number, line, size


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
    limit = source.max_record_bytes
    with path.open("rb") as stream:
        rows = _csv_rows(bounded_lines(stream, limit), limit)
        try:
            _, raw, size = next(rows)
        except StopIteration:
            return
        if size > limit:
            yield fault(0, "record_too_large", raw, size=size, limit=limit)
            return
        try:
            header = _cells(raw.removeprefix(codecs.BOM_UTF8).decode(encoding))
        except UnicodeDecodeError:
            yield encoding_fault(0, raw, encoding)
            return
        wanted = {spec.source for spec in source.fields.values() if isinstance(spec.source, str)}
        missing = sorted(wanted - set(header))
        if missing or len(set(header)) != len(header):
            yield fault(0, "header", raw, missing=", ".join(missing) or "없음(같은 이름의 열이 둘 이상)")
            return
        for number, raw, size in rows:
            if size > limit:
                yield fault(number, "record_too_large", raw, size=size, limit=limit)
            elif raw.strip():
                yield _csv_record(number, raw, header, source, encoding)


def _csv_record(number: int, raw: bytes, header: list[str], source: SourceSpec, encoding: str) -> RawRecord:
    if source.final_newline_required and not raw.endswith(b"\n"):
        return fault(number, "cut_off", raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return encoding_fault(number, raw, encoding)
    cells = _cells(text)
    if len(cells) != len(header):
        return fault(number, "field_count", raw, found=len(cells), expected=len(header))
    return record(number, dict(zip(header, cells, strict=True)))


def _csv_rows(lines: Iterator[tuple[int, bytes, int]], limit: int) -> Iterator[tuple[int, bytes, int]]:
    """Rows of whole quotes: (first line, bytes, size). Where quotes never close, the first line stands alone."""
    pending: list[tuple[int, bytes, int]] = []
    while True:
        item = pending.pop(0) if pending else next(lines, None)
        if item is None:
            return
        group = [item]
        quotes, size = item[1].count(b'"'), item[2]
        while quotes % 2 and size <= limit:
            following = pending.pop(0) if pending else next(lines, None)
            if following is None:
                break
            group.append(following)
            quotes, size = quotes + following[1].count(b'"'), size + following[2]
        if quotes % 2 and len(group) > 1:
            pending, group, size = group[1:] + pending, group[:1], item[2]
        yield item[0], b"".join(line for _, line, _ in group), size


def _cells(text: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text.rstrip("\r\n"), newline="")), [])
    except csv.Error:
        return []
