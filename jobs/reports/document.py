"""What a report says, free of any format: texts, tables and charts whose numbers are figures of one ledger.

Belongs here: the model, and how a figure is written, once for all formats. Does not: queries, or a renderer's syntax.
Nothing is written out before the ledger has decided its masks, so texts and cells are read late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from jobs.reports.figures import DERIVED_LABEL, SMALL_LABEL, Figure, Ledger
from schemas.metrics import SMALL_CELL_K

UNDEFINED = "산출 불가"  # a quotient whose denominator is zero
HIDDEN = "작은 수여서 싣지 않음"  # in a sentence, what is made from a masked count


@dataclass(frozen=True)
class Number:
    """A figure in a cell or a sentence: with its sign if `signed`, with its unit if `with_unit`."""

    figure: Figure
    signed: bool = False
    with_unit: bool = False

    @property
    def value(self) -> float | int | None:
        """The number; `None` where it is masked or undefined."""
        return None if self.figure.masked else self.figure.value

    @property
    def text(self) -> str:
        unit = self.figure.unit if self.with_unit else ""
        if self.figure.masked:
            small = f"{SMALL_CELL_K}{unit} 미만"
            return small if self.figure.label == SMALL_LABEL else self.figure.label
        if self.figure.value is None:
            return UNDEFINED
        sign = "+" if self.signed and self.figure.value > 0 else ""
        return f"{sign}{self.figure.value:,.{self.figure.decimals}f}{unit}"

    @property
    def in_sentence(self) -> str:
        return HIDDEN if self.figure.masked and self.figure.label == DERIVED_LABEL else self.text


Cell = str | Number


@dataclass(frozen=True)
class Text:
    """A sentence with `{}` for each of its numbers, and for each name that comes from data."""

    template: str
    cells: tuple[Cell, ...] = ()

    @property
    def text(self) -> str:
        words = (cell if isinstance(cell, str) else cell.in_sentence for cell in self.cells)
        return self.template.format(*words).replace(f"{HIDDEN}({HIDDEN})", HIDDEN)


def written(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.text


def say(template: str, *cells: Cell) -> Text:
    return Text(template, cells)


@dataclass(frozen=True)
class Column:
    """`short`: text that is as narrow as it can be. `share`: of the room for text, against other text columns."""

    title: str
    kind: Literal["text", "short", "number"] = "number"
    share: float = 1


@dataclass(frozen=True)
class Table:
    """`strong`: rows set off as totals. `indent`: rows that are a part of the row above. `wrap`: laid side by side on
    paper in so many groups. `annex`: for XLSX and CSV only."""

    table_id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    strong: frozenset[int] = frozenset()
    indent: frozenset[int] = frozenset()
    wrap: int = 1
    annex: bool = False


@dataclass(frozen=True)
class Chart:
    """Bars and, on an axis of its own, a line over the same labels. A figure that is masked or missing is left out.

    `height`: in inches, of 7.2 in width. `marks`: breaks in the series, each the place of the first label after it and a sign; the note says what they are.
    A `waterfall` has two totals as its first and last bar and the changes that lead from one to the other between them.
    `marks`: breaks in the series, each the place of the first label after it and a sign; the note says what they are.
    """

    chart_id: str
    title: str
    labels: tuple[str, ...]
    bars: tuple[Figure | None, ...]
    bar_name: str
    line: tuple[Figure | None, ...]
    line_name: str
    note: str
    marks: tuple[tuple[int, str], ...] = ()
    height: float = 2.2
    kind: Literal["bars", "waterfall"] = "bars"


Block = Text | Table | Chart


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...]
    small_print: bool = False


@dataclass(frozen=True)
class Document:
    """One edition. `period` and `recipient` name its folder; `as_of` is the time of the marts (ISO 8601, or empty).
    `banners` say what the contacts are; `notices` what the gate warns of, put there at publication. `keywords`: by what it
    should be found (핵심검색어), beside its title. `pages`: that it may take on paper, set as large as they allow; 0 for as
    many as it needs."""

    report_id: str
    period: str
    recipient: str
    title: str
    subtitle: str
    as_of: str
    metadata: tuple[tuple[str, str], ...]
    banners: tuple[str, ...]
    key_messages: tuple[Text, ...]
    sections: tuple[Section, ...]
    ledger: Ledger
    keywords: tuple[str, ...] = ()
    pages: int = 0
    notices: tuple[str, ...] = ()

    @property
    def origin_label(self) -> str:
        """What the contacts are, for each file and sheet that goes its own way; empty for the Foundation's own."""
        return " / ".join(self.banners)

    @property
    def summary(self) -> str:
        """문서요지: what it is, and its first message."""
        return f"{self.title}, {self.subtitle}." + (f" {self.key_messages[0].text}" if self.key_messages else "")

    @property
    def stem(self) -> str:
        """The name of its files, without an ending."""
        return "_".join(part for part in (self.report_id, self.period, self.recipient) if part)

    def tables(self) -> list[Table]:
        return [block for section in self.sections for block in section.blocks if isinstance(block, Table)]

    def charts(self) -> list[Chart]:
        return [block for section in self.sections for block in section.blocks if isinstance(block, Chart)]

    def figures(self) -> dict[str, Figure]:
        """The figures that it shows, in the order in which it shows them."""
        return {figure.figure_id: figure for figure in self._shown()}

    def _shown(self) -> Iterator[Figure]:
        blocks: list[Block] = [*self.key_messages, *(block for section in self.sections for block in section.blocks)]
        for block in blocks:
            if isinstance(block, Chart):
                yield from (figure for figure in (*block.bars, *block.line) if figure is not None)
                continue
            rows = block.rows if isinstance(block, Table) else (block.cells,)
            yield from (cell.figure for row in rows for cell in row if isinstance(cell, Number))

    def plain(self, charts: dict[str, str]) -> dict[str, Any]:
        """Everything on paper as strings, for the templates. `charts`: the SVG of each chart by its id."""
        if not self.ledger.protected:
            raise RuntimeError("the ledger of this document has not been protected")
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "as_of": self.as_of,
            "metadata": [list(pair) for pair in self.metadata],
            "pages": self.pages,
            "summary": self.summary,
            "keywords": [self.title, *self.keywords],
            "banners": [*self.banners, *self.notices],
            "key_messages": [message.text for message in self.key_messages],
            "sections": [plain for section in self.sections if (plain := _plain_section(section, charts))["blocks"]],
        }


def _plain_section(section: Section, charts: dict[str, str]) -> dict[str, Any]:
    """A section for paper. Where it holds one table or chart, that one's title is the heading."""
    blocks = [plain for block in section.blocks if (plain := _plain(block, charts))]
    titled = [block for block in blocks if block.get("title")]
    title = section.title
    if len(titled) == 1:
        title, titled[0]["title"] = titled[0]["title"], ""
    return {"title": title, "small_print": section.small_print, "blocks": blocks}


def _plain(block: Block, charts: dict[str, str]) -> dict[str, Any] | None:
    if isinstance(block, Text):
        return {"kind": "text", "text": block.text}
    if isinstance(block, Chart):
        return {
            "kind": "chart",
            "chart_id": block.chart_id,
            "title": block.title,
            "svg": charts.get(block.chart_id, ""),
            "alt": f"그림: {block.title}",
            "note": block.note,
        }
    if block.annex:
        return None
    return {
        "kind": "table",
        "title": block.title,
        "columns": [{"title": column.title, "kind": column.kind, "share": column.share} for column in block.columns],
        "rows": [[written(cell) for cell in row] for row in block.rows],
        "note": block.note,
        "strong": sorted(block.strong),
        "indent": sorted(block.indent),
        "wrap": block.wrap,
    }
