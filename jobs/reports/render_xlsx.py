"""A document as an XLSX workbook: an overview sheet, then one sheet a table, numbers as numbers.

Text is written as text: a cell that begins with `=` stays a string.
"""

from __future__ import annotations

import io
from typing import Any

from jobs.reports.document import Document, Number, Table, Text, written
from jobs.reports.render_pdf import made_at

_HEADER_LENGTH = 250  # Excel allows 255 characters in a page header
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": "맑은 고딕", "font_size": 10},
}


def render(document: Document) -> bytes:
    """The workbook; equal documents give equal cells."""
    import xlsxwriter

    written_to = io.BytesIO()
    book = xlsxwriter.Workbook(written_to, _OPTIONS)
    made = made_at(document.as_of).replace(tzinfo=None)
    book.set_properties({"title": document.title, "subject": document.subtitle, "created": made})
    formats = _Formats(book)
    _overview(book.add_worksheet("개요"), document, formats)
    for number, table in enumerate(document.tables(), start=1):
        _sheet(book.add_worksheet(sheet_name(number, table)), table, formats)
    if document.origin_label:
        label = document.origin_label.replace("&", "&&")[:_HEADER_LENGTH]
        for sheet in book.worksheets():
            sheet.set_header(f"&C{label}")
    book.close()
    return written_to.getvalue()


def sheet_name(number: int, table: Table) -> str:
    """A name that Excel allows: 31 characters, none of `[]:*?/\\`, no quote at an end, and unlike any other."""
    cleaned = "".join(" " if character in "[]:*?/\\'" else character for character in table.title)
    return f"{number}. {cleaned}"[:31].strip()


class _Formats:
    """The workbook's formats, made once each."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def get(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def number(self, cell: Number, bold: bool) -> Any:
        digits = "#,##0" + ("." + "0" * cell.figure.decimals if cell.figure.decimals else "")
        unit = f'"{cell.figure.unit}"' if cell.with_unit else ""
        pattern = f"{digits}{unit}"
        if cell.signed:
            pattern = f"+{pattern};-{pattern};{pattern}"
        return self.get(num_format=pattern, align="right", bold=bold)


def _overview(sheet: Any, document: Document, formats: _Formats) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 110)
    lines = [(document.title, ""), (document.subtitle, "")]
    lines += [("알림", banner) for banner in (*document.banners, *document.notices)]
    lines += [*document.metadata]
    lines += [("요점", message.text) for message in document.key_messages]
    for section in document.sections:
        texts = [block for block in section.blocks if isinstance(block, Text)]
        lines += [(section.title, text.text) for text in texts]
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, formats.get(bold=True))
        sheet.write_string(row, 1, text, formats.get(text_wrap=True, valign="top"))


def _sheet(sheet: Any, table: Table, formats: _Formats) -> None:
    head = formats.get(bold=True, bg_color="#E9EFF5", bottom=1, text_wrap=True)
    widths = [len(column.title) for column in table.columns]
    for index, column in enumerate(table.columns):
        sheet.write_string(0, index, column.title, head)
    for row, cells in enumerate(table.rows, start=1):
        bold = row - 1 in table.strong
        for index, cell in enumerate(cells):
            widths[index] = max(widths[index], len(written(cell)))
            if isinstance(cell, Number) and cell.value is not None:
                sheet.write_number(row, index, cell.value, formats.number(cell, bold))
            elif isinstance(cell, Number):
                sheet.write_string(row, index, cell.text, formats.get(align="right", bold=bold))
            else:
                indent = int(index == 0 and row - 1 in table.indent)
                sheet.write_string(row, index, cell, formats.get(bold=bold, indent=indent))
    for index, width in enumerate(widths):
        sheet.set_column(index, index, min(60, 4 + int(width * 1.7)))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.columns) - 1)
    if table.note:
        sheet.write_string(len(table.rows) + 2, 0, table.note, formats.get(italic=True))
