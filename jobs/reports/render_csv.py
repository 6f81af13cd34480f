"""A document's tables as CSV: UTF-8 with a byte-order mark, RFC 4180, safe to open in a spreadsheet.

Belongs here: the writing of cells, for the tables and for the ledger. Does not: what is in them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from jobs.reports.document import Cell, Document, Table

ORIGIN_COLUMN = "자료구분"
NOTICES = "notices"  # the file beside those of the tables
WHOLE = "(모두)"
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r")
_SIGNED = re.compile(r"[+-]\d+(\.\d+)?(%p?|건|초|명)?")


def render(document: Document) -> dict[str, bytes]:
    """The CSV of each table by its id, and beside them `NOTICES`: what stands around the tables on paper."""
    label = document.origin_label
    tables = {table.table_id: written_rows(_labelled(_rows(table), label)) for table in document.tables()}
    return {**tables, NOTICES: written_rows(_labelled(_around(document), label))}


def _labelled(rows: Iterator[Sequence[str | float | int]], label: str) -> Iterator[Sequence[str | float | int]]:
    """The head and the rows, with the origin of the contacts at the end where they are not the Foundation's own."""
    for number, row in enumerate(rows):
        yield [*row, *([label if number else ORIGIN_COLUMN] if label else [])]


def _around(document: Document) -> Iterator[Sequence[str | float | int]]:
    """Banners, what the gate warned of, and the title and note (units, bases) of each table: a row each, so that the tables
    themselves are nothing but a head and rows."""
    yield ["표", "종류", "내용"]
    yield from ([WHOLE, "자료구분", banner] for banner in document.banners)
    yield from ([WHOLE, "알림", notice] for notice in document.notices)
    for table in document.tables():
        yield [table.table_id, "제목", table.title]
        if table.note:
            yield [table.table_id, "주", table.note]


def written_rows(rows: Iterable[Sequence[str | float | int | None]]) -> bytes:
    """Rows as bytes. Text that a spreadsheet could take for a formula gets an apostrophe before it.

    A lone `-` (a masked derived figure) and a signed number with its unit are no formulas, and stay.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def safe(text: str) -> str:
    harmless = text == "-" or _SIGNED.fullmatch(text)
    return f"'{text}" if text.startswith(_TRIGGERS) and not harmless else text


def _rows(table: Table) -> Iterator[Sequence[str | float | int]]:
    yield [column.title for column in table.columns]
    yield from ([*map(_plain, row)] for row in table.rows)


def _plain(cell: Cell) -> str | float | int:
    """A number without separators, with its published digits, and with its sign and unit where it has them on paper;
    else the text."""
    if isinstance(cell, str):
        return cell
    if cell.value is None:
        return cell.text
    return cell.text.replace(",", "") if cell.with_unit else cell.value
