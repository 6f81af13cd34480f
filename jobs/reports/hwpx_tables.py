"""Tables of an HWPX document: widths from what is in the cells, heads that repeat, numbers to the right.

Belongs here: shapes of cells and characters. Does not: the page around the tables (`render_hwpx`).
"""

from __future__ import annotations

import unicodedata
from typing import Any

FONT = "함초롬돋움"  # comes with every Hancom Office
TEXT_WIDTH_MM = 178  # A4 less two margins of 16 mm
_UNITS_PER_MM = 7200 / 25.4
_HALVES = 112  # half-width characters of 8.5 pt on a line of that width
_PAD = 3  # of them that a cell's margins take
_HEAD_FILL, _STRONG_FILL = "#E9EFF5", "#F3F6F9"
_LINE = "#C9D0D8"


class Shapes:
    """Ids of the shapes that a document's header declares, each made once."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._made: dict[tuple[object, ...], str] = {}

    def char(self, *, size: float = 8.5, bold: bool = False, color: str = "#000000") -> str:
        key = ("char", size, bold, color)
        if key not in self._made:
            found = self._document.styles.ensure_run(font=FONT, size=size, bold=bold, color=color)
            self._made[key] = str(found)
        return self._made[key]

    def fill(self, color: str | None = None) -> str:
        key = ("fill", color)
        if key not in self._made:
            found = self._document.styles.ensure_border_fill(border_color=_LINE, fill_color=color)
            self._made[key] = str(found)
        return self._made[key]

    def alignment(self, paragraph: Any, alignment: str, indent_mm: float = 0) -> str:
        """The shape of a paragraph in a cell, taken from one to which it was given."""
        key = ("paragraph", alignment, indent_mm)
        if key not in self._made:
            self._document.styles.apply_paragraph_format(
                paragraphs=[paragraph], alignment=alignment, indent_left_mm=indent_mm, line_spacing_percent=120
            )
            self._made[key] = str(paragraph.para_pr_id_ref)
        return self._made[key]


def add_table(document: Any, block: dict[str, Any], shapes: Shapes) -> None:
    """One table of `Document.plain`, laid side by side in so many groups as it asks for."""
    columns, groups = block["columns"], block["wrap"]
    height = -(-len(block["rows"]) // groups)
    heads = [column["title"] for column in columns] * groups
    lines = [[place + height * group for group in range(groups)] for place in range(height)]
    table = document.add_table(height + 1, len(heads), width=round(TEXT_WIDTH_MM * _UNITS_PER_MM))
    table.element.set("repeatHeader", "1")
    table.set_column_widths(widths(block))
    head, *rows = table.rows
    for cell, title, column in zip(head.cells, heads, columns * groups, strict=True):
        cell.element.set("header", "1")
        _write(cell, title, shapes, right=column["kind"] == "number", bold=True, fill=_HEAD_FILL)
    blank = [""] * len(columns)
    for line, places in zip(rows, lines, strict=True):
        cells = iter(line.cells)
        for place in places:
            values = block["rows"][place] if place < len(block["rows"]) else blank
            strong, part = place in block["strong"], place in block["indent"]
            for index, (value, column) in enumerate(zip(values, columns, strict=True)):
                indent = 4 if part and index == 0 else 0
                fill = _STRONG_FILL if strong else None
                right = column["kind"] == "number"
                _write(next(cells), value, shapes, right=right, bold=strong, fill=fill, indent=indent)


def _write(
    cell: Any, text: str, shapes: Shapes, *, right: bool, bold: bool, fill: str | None, indent: float = 0
) -> None:
    cell.text = text
    [paragraph] = cell.paragraphs
    paragraph.char_pr_id_ref = shapes.char(bold=bold)
    paragraph.para_pr_id_ref = shapes.alignment(paragraph, "RIGHT" if right else "LEFT", indent)
    cell.element.set("borderFillIDRef", shapes.fill(fill))


def widths(block: dict[str, Any]) -> list[int]:
    """The width of each column in half-width characters: as wide as its longest word or number wants; text columns share
    what is left, by the length of their texts."""
    needed, wanted = [], []
    for index, column in enumerate(block["columns"]):
        cells = [row[index] for row in block["rows"]]
        head = max(map(_halves, column["title"].split() or [""]))
        longest = max([_halves(cell) for cell in cells], default=0)
        if column["kind"] == "text":
            words = max([_halves(word) for cell in cells for word in cell.split()], default=0)
            needed.append(min(max(head, words), 24) + _PAD)
            wanted.append(max(0, longest - needed[-1] + _PAD))
        else:
            needed.append(max(head, longest) + _PAD)
            wanted.append(0)
    left = _HALVES // block["wrap"] - sum(needed)
    if left > 0 and sum(wanted):
        share = min(1.0, left / sum(wanted))
        needed = [need + int(want * share) for need, want in zip(needed, wanted, strict=True)]
    return needed * int(block["wrap"])


def _halves(text: str) -> int:
    """How many half-width characters a text is wide."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
