"""A document's tables as CSV: UTF-8 with a byte-order mark, RFC 4180, safe to open in a spreadsheet.

Belongs here: the writing of cells, for the tables and for the ledger. Does not: what is in them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from jobs.reports.document import Cell, Document, Table

_TRIGGERS = ("=", "+", "-", "@", "\t", "\r")


def render(document: Document) -> dict[str, bytes]:
    """The CSV of each table by its id."""
    return {table.table_id: written_rows(_rows(table)) for table in document.tables()}


def written_rows(rows: Iterable[Sequence[str | float | int | None]]) -> bytes:
    """Rows as bytes. Text that a spreadsheet could take for a formula gets an apostrophe before it.

    A lone `-` (a masked derived figure) is no formula, and stays.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def safe(text: str) -> str:
    return f"'{text}" if text.startswith(_TRIGGERS) and text != "-" else text


def _rows(table: Table) -> Iterable[list[str | float | int | None]]:
    yield [column.title for column in table.columns]
    for row in table.rows:
        yield [_plain(cell) for cell in row]


def _plain(cell: Cell) -> str | float | int:
    """A number without separators, with its published digits; else the text."""
    if isinstance(cell, str):
        return cell
    return cell.text if cell.value is None else cell.value
