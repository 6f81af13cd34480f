"""The grammar of bases and units: what a document may not say, refused before anything of it is written.

Belongs here: the four rules over a whole document. Does not: arithmetic (`derived`), or whether sums agree (`jobs.gate`).

1. a percentage has a named base (`Figure.base`, or after the ` / ` of its counting basis);
2. a difference of percentages is in %p, and every percentage is printed with its unit, beside it or over it;
3. the shares of a level add up to what they divide, under the one rounding (largest remainder);
4. counts of periods that are not equally long are compared only where the block says so (`derived.lengths`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction

from jobs.errors import PublicationBlocked
from jobs.reports import derived, identity
from jobs.reports.document import Block, Cell, Chart, Document, Number, Table, Text
from jobs.reports.figures import Figure, Ledger

ALONE = "하나씩 반올림"
_RATES = ("%", "%p")
# A figure has decimals; a whole number is a constant of a method: a 95 % interval, a significance level.
_BARE = re.compile(r"(\{\}|\d+\.\d+)\s*(%p?|퍼센트|프로\b)")


def check(document: Document) -> None:
    """Raises `PublicationBlocked` with every breach (Korean), changing nothing."""
    faults = list(dict.fromkeys(_faults(document)))
    if faults:
        more = f"\n그 밖에 {len(faults) - 8}건" if len(faults) > 8 else ""
        head = f"{document.report_id} {document.period} {document.recipient}".strip()
        raise PublicationBlocked(
            f"{head}: 수치의 기준과 단위가 분명하지 않아 쓰지 않았습니다.\n" + "\n".join(faults[:8]) + more
        )


def _faults(document: Document) -> Iterator[str]:
    for figure in document.figures().values():
        yield from _of_figure(figure)
    yield from _levels(document.ledger)
    for message in document.key_messages:
        yield from _of_block(message, [message])
    for section in document.sections:
        for block in section.blocks:
            yield from _of_block(block, section.blocks)


def _of_figure(figure: Figure) -> Iterator[str]:
    if figure.unit == "%" and not (figure.base or figure.counting_basis.partition(" / ")[2]):
        yield f"[기준 없는 비율] {figure.figure_id}: 무엇에 대한 %인지 적혀 있지 않습니다."
    kind = figure.metric_id.rpartition(".")[2]
    if figure.of_rates and kind in ("difference", "change") and figure.unit != "%p":
        yield f"[%와 %p] {figure.figure_id}: 비율끼리의 차이는 {figure.unit}가 아니라 %p입니다."
    if kind == "difference" and figure.unit == "%p" and not figure.of_rates:
        yield f"[%와 %p] {figure.figure_id}: 비율의 차이가 아닌 것에 %p를 붙였습니다."


def _levels(ledger: Ledger) -> Iterator[str]:
    """Shares that were rounded together, whether shown or not, make up the whole and its rounded share."""
    levels: dict[tuple[str, str, str, str], list[Figure]] = defaultdict(list)
    for figure in ledger.figures.values():
        if figure.level:
            name = identity.read(figure.figure_id)
            assert isinstance(name, identity.Step)
            levels[name.kind, name.second, name.parts, name.parent].append(figure)
    for (_, whole, _, parent), figures in levels.items():
        target = Fraction(100) if not parent else Fraction(str(ledger.figures[parent].value or 0))
        found = sum((Fraction(str(figure.value or 0)) for figure in figures), Fraction(0))
        if ledger.figures[whole].value and found != target:
            yield (
                f"[더해지지 않는 비중] {figures[0].level}: {whole} 에 대한 비중 {len(figures)}개의 합이 "
                f"{float(found):.1f}%로, {float(target):.1f}%가 아닙니다."
            )


def _of_block(block: Block, around: Iterable[Block]) -> Iterator[str]:
    if isinstance(block, Text):
        yield from _of_sentence(block)
    elif isinstance(block, Table):
        yield from _of_table(block)
    words = " ".join(_words(other) for other in around)
    for figure in _figures(block):
        told = derived.lengths([figure])
        if told and told not in words:
            yield (
                f"[길이가 다른 기간] {figure.figure_id}: {told} 이 말이 문장이나 표의 주에 없습니다"
                "(derived.lengths를 덧붙이세요)."
            )


def _of_sentence(text: Text) -> Iterator[str]:
    bare = _BARE.search(text.template)
    if bare:
        yield f"[맨 %] ‘{text.template}’: 글 속의 ‘{bare[0]}’는 장부의 수치가 아닙니다. 단위는 수치가 지니게 하세요."
    for cell in text.cells:
        if isinstance(cell, Number) and cell.figure.unit in _RATES and not cell.with_unit:
            yield f"[단위 없는 비율] ‘{text.template}’: {cell.figure.figure_id} 에 단위가 없습니다."


def _of_table(table: Table) -> Iterator[str]:
    alone: dict[tuple[int, str], list[Figure]] = defaultdict(list)
    for row in table.rows:
        titles = [cell for cell in row if isinstance(cell, str)]
        for place, cell in enumerate(row):
            if not isinstance(cell, Number):
                continue
            figure = cell.figure
            if figure.metric_id.endswith(".proportion"):
                alone[place, figure.figure_id.partition(":proportion:")[2]].append(figure)
            if (
                figure.unit in _RATES
                and not cell.with_unit
                and not _told(figure.unit, table.columns[place].title, titles)
            ):
                yield (
                    f"[단위 없는 비율] 표 {table.table_id}, {_first(row)}, {table.columns[place].title}: "
                    f"{figure.figure_id} 의 단위 {figure.unit}가 칸에도 머리에도 없습니다."
                )
            elif not cell.with_unit and figure.unit not in _RATES and _unit(table.columns[place].title) in _RATES:
                yield (
                    f"[단위가 다른 칸] 표 {table.table_id}, {_first(row)}: {figure.figure_id} 의 단위는 "
                    f"{figure.unit or '없음'}인데 머리는 ‘{table.columns[place].title}’입니다."
                )
    for figures in alone.values():
        parts = {figure.figure_id: Fraction(figure.numerator or 0) for figure in figures}
        is_whole = len(parts) > 1 and sum(parts.values()) == Fraction(figures[0].denominator or 0)
        if is_whole and ALONE not in table.note:
            yield (
                f"[더해지지 않는 비중] 표 {table.table_id}: 한 전체를 나눈 비중 {len(parts)}개를 따로 반올림했습니다"
                f"(derived.shares를 쓰거나, 표의 주에 ‘{ALONE}’이라고 적으세요)."
            )


def _told(unit: str, column: str, titles: list[str]) -> bool:
    """Whether the unit stands over the column, or in the row: as a cell of its own or in brackets.

    A column that names another rate tells nothing: %p under a head of % is what this is here to refuse.
    """
    own = _unit(column)
    if own in _RATES:
        return own == unit
    return any(title == unit or _unit(title) == unit for title in titles)


def _unit(title: str) -> str:
    """The percent sign in a title's brackets: 비중(%), 차이(%p); empty where there is none."""
    found = re.search(r"\((%p?)\)", title)
    return found[1] if found else ""


def _first(row: tuple[Cell, ...]) -> str:
    return next((cell for cell in row if isinstance(cell, str) and cell), "")


def _words(block: Block) -> str:
    return block.template if isinstance(block, Text) else block.note


def _figures(block: Block) -> Iterator[Figure]:
    if isinstance(block, Chart):
        yield from (figure for figure in (*block.bars, *block.line) if figure is not None)
        return
    for row in block.rows if isinstance(block, Table) else (block.cells,):
        yield from (cell.figure for cell in row if isinstance(cell, Number))
