"""Tables of an HWPX document: widths from what is in the cells, heads that repeat, numbers to the right.

Belongs here: shapes of cells and characters. Does not: the page around the tables (`render_hwpx`).
"""

from __future__ import annotations

import unicodedata
from copy import deepcopy
from typing import Any
from uuid import uuid4

FONT = "함초롬돋움"  # comes with every Hancom Office
TEXT_WIDTH_MM = 178  # A4 less two margins of 16 mm
_UNITS_PER_MM = 7200 / 25.4
_HALVES = 112  # half-width characters of 8.5 pt on a line of that width
_PAD = 3  # of them that a cell's margins take
_PLAIN = "0"  # the shape of the paragraphs in a new table
_HEAD_FILL, _STRONG_FILL = "#E9EFF5", "#F3F6F9"
_LINE = "#C9D0D8"
_LOWEST_ROW = 1282  # of its height: a line of 10 pt and a cell's margins, in the units of the format


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
        """The shape of a paragraph in a cell, taken from the first of its table, to which it is given for a moment."""
        key = ("paragraph", alignment, indent_mm)
        if key not in self._made:
            before, paragraph.para_pr_id_ref = paragraph.para_pr_id_ref, _PLAIN
            self._document.styles.apply_paragraph_format(
                paragraphs=[paragraph], alignment=alignment, indent_left_mm=indent_mm, line_spacing_percent=120
            )
            self._made[key] = str(paragraph.para_pr_id_ref)
            paragraph.para_pr_id_ref = before
        return self._made[key]


def add_table(document: Any, block: dict[str, Any], shapes: Shapes) -> None:
    """One table of `Document.plain`, laid side by side in so many groups as it asks for."""
    columns, groups = block["columns"], block["wrap"]
    height = -(-len(block["rows"]) // groups)
    heads = [column["title"] for column in columns] * groups
    kinds = [column["kind"] for column in columns] * groups
    table = document.add_table(1, len(heads), width=round(TEXT_WIDTH_MM * _UNITS_PER_MM))
    table.element.set("repeatHeader", "1")
    table.set_column_widths(widths(block))
    rows = _Rows(table, height + 1, shapes)
    rows.add([(title, kind, True, 0, _HEAD_FILL) for title, kind in zip(heads, kinds, strict=True)], is_head=True)
    blank = [""] * len(columns)
    for line in range(height):
        cells: list[_Cell] = []
        for place in range(line, line + height * groups, height):
            values = block["rows"][place] if place < len(block["rows"]) else blank
            strong, indent = place in block["strong"], 4 if place in block["indent"] else 0
            fill = _STRONG_FILL if strong else None
            for index, (value, column) in enumerate(zip(values, columns, strict=True)):
                cells.append((value, column["kind"], strong, 0 if index else indent, fill))
        rows.add(cells)


_Cell = tuple[str, str, bool, int, str | None]  # text, kind, whether it is bold, indent in mm, fill


class _Rows:
    """The rows of a new table, each a copy of the one that the library made: which takes half a millisecond a cell."""

    def __init__(self, table: Any, count: int, shapes: Shapes) -> None:
        self._table, self._shapes, self._added = table, shapes, 0
        [self._paragraph] = table.rows[0].cells[0].paragraphs
        self._model = deepcopy(table.rows[0].element)
        table.element.set("rowCnt", str(count))
        size = table.element.find("{*}sz")
        size.set("height", str(int(size.get("height")) * count))
        page = table.paragraph.section.properties
        above_and_below = ("top", "bottom", "header", "footer")
        body = page.page_size.drawn_height - sum(getattr(page.page_margins, name) for name in above_and_below)
        if count * _LOWEST_ROW > body:  # as a character in a line it would be cut at the page's end
            table.set_treat_as_char(False)

    def add(self, cells: list[_Cell], is_head: bool = False) -> None:
        row = deepcopy(self._model) if self._added else self._table.rows[0].element
        for element, (text, kind, bold, indent, fill) in zip(row, cells, strict=True):
            element.set("header", str(int(is_head)))
            element.set("dirty", str(int(bool(text))))
            element.set("borderFillIDRef", self._shapes.fill(fill))
            element.find("{*}cellAddr").set("rowAddr", str(self._added))
            paragraph = element.find("{*}subList/{*}p")
            alignment = "RIGHT" if kind == "number" else "LEFT"
            paragraph.set("id", str(uuid4().int & 0x7FFFFFFF))
            paragraph.set("paraPrIDRef", self._shapes.alignment(self._paragraph, alignment, indent))
            run = paragraph.find("{*}run")
            run.set("charPrIDRef", self._shapes.char(bold=bold))
            run.find("{*}t").text = text if text.isprintable() else ""
        if self._added:
            self._table.element.append(row)
        for number, (text, *_) in enumerate(cells):
            if not text.isprintable():  # the library knows what line breaks and tabs become
                self._table.rows[self._added].cells[number].text = text
        self._added += 1


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
