"""CSV rows from bytes, one broken row at a time.

Commas, quotes and line ends are single bytes that cannot be part of a character in UTF-8 or CP949, so rows are found
before anything is decoded (the bytes pass through `csv` as Latin-1), and one undecodable or badly quoted row does not
spoil its neighbours. Belongs here: the split alone; what the cells mean is the caller's.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

_CHUNK = 1 << 20
Line = tuple[int, bytes, int]  # line number, its first bytes, its whole size


class CsvRow(NamedTuple):
    """A row: its first line, its bytes, its size, and its cells as bytes (None where it cannot be split)."""

    line: int
    raw: bytes
    size: int
    cells: list[bytes] | None


def bounded_lines(stream: BinaryIO, limit: int) -> Iterator[Line]:
    """The lines with their ends; of a line longer than `limit` bytes only the beginning is kept."""
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


def csv_rows(lines: Iterable[Line], limit: int) -> Iterator[CsvRow]:
    """RFC 4180 rows; blank lines are passed over. A row of several lines whose quotes do not close within `limit`
    bytes, or whose cells are not as many as the first row's, is given up: its first line stands alone without cells,
    and the following lines are read anew.
    """
    csv.field_size_limit(max(limit + 1, csv.field_size_limit()))
    source = iter(lines)
    pending: deque[Line] = deque()
    width: int | None = None
    while first := (pending.popleft() if pending else next(source, None)):
        number, raw, size = first
        if not raw.strip():
            continue
        if size > limit:
            yield CsvRow(number, raw, size, None)
            continue
        taken, cells = _one_row(first, source, pending, limit)
        if cells is not None and width is None:
            width = len(cells)
        if len(taken) > 1 and (cells is None or len(cells) != width):
            pending.extendleft(reversed(taken[1:]))
            taken, cells = taken[:1], None
        yield CsvRow(number, b"".join(line for _, line, _ in taken), sum(part for _, _, part in taken), cells)


def _one_row(
    first: Line, source: Iterator[Line], pending: deque[Line], limit: int
) -> tuple[list[Line], list[bytes] | None]:
    """The lines that `csv` asked for to finish one row, and its cells; None where it could not."""
    if b'"' not in first[1]:  # most rows: nothing is quoted, so that every comma divides
        body = first[1].removesuffix(b"\n").removesuffix(b"\r")
        return [first], None if b"\r" in body else body.split(b",")
    taken = [first]
    unfinished = False

    def feed() -> Iterator[str]:
        nonlocal unfinished
        yield first[1].decode("latin-1")
        while (item := pending.popleft() if pending else next(source, None)) is not None:
            if sum(size for _, _, size in taken) + item[2] > limit:
                pending.appendleft(item)
                break
            taken.append(item)
            yield item[1].decode("latin-1")
        unfinished = True

    try:
        cells = next(csv.reader(feed(), strict=True), None)
    except csv.Error:  # a bare carriage return, text behind a closing quote, an end inside quotes
        cells = None
    if cells is None or unfinished:
        return taken, None
    return taken, [cell.encode("latin-1") for cell in cells]
