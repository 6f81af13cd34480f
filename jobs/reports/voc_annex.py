"""The annex of the voice of the citizens: every type by district and series, for XLSX and CSV.

Belongs here: the sums that tie the annex to the page, and its rows. A row is shown when its count may be; what is not
shown is zero, small, or would give a small one back, and the three are not told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.reports import derived, editions
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.figures import Figure
from jobs.reports.masking import SYSTEM_LIMIT
from jobs.reports.voc_places import NO_DISTRICT
from jobs.reports.voc_tables import by_column, type_name
from schemas.codes import SERIES
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.voc import Edition

Pair = tuple[str, str]  # type, district


@dataclass(frozen=True)
class Annex:
    """The counts by type and district, and those of `SERIES` for the pairs that may be shown."""

    pairs: dict[Pair, Figure]
    cells: dict[Pair, list[Figure]]


def declare(edition: Edition) -> Annex | None:
    """The figures and their sums, before any mask is decided; `None` where more are hidden than can be checked."""
    ledger, window, columns = edition.ledger, edition.month.window, ["type_code", "district_code", "series"]
    found = ledger.by("type_count", window, columns[:2], edition.where)
    pairs = {(str(key[0]), str(key[1])): figure for key, figure in found.items() if isinstance(key, tuple)}
    large = [pair for pair, figure in pairs.items() if int(figure.value or 0) >= SMALL_CELL_K]
    by_key = ledger.by("type_count", window, columns, edition.where, keys=[(*p, s) for p in large for s in SERIES])
    cells = {pair: [by_key[*pair, name] for name in SERIES] for pair in large}
    every = [*pairs.values(), *by_key.values()]
    if sum(0 < int(figure.value or 0) < SMALL_CELL_K for figure in every) > SYSTEM_LIMIT:
        return None
    for pair, parts in cells.items():
        ledger.relate(pairs[pair], parts)
    for place, column in enumerate(columns[:2]):
        _relate(edition, column, {pair: (pair[place], figure) for pair, figure in pairs.items()})
    totals = by_column(edition, "series", edition.month)
    for place, name in enumerate(SERIES):
        if name in totals:
            derived.rest(ledger, totals[name], [parts[place] for parts in cells.values()], name="annex")
    return Annex(pairs, cells)


def _relate(edition: Edition, column: str, members: Mapping[Pair, tuple[str, Figure]]) -> None:
    """The pairs add up to the totals by type and by district that are on the page."""
    parts: dict[str, list[Figure]] = {}
    for code, figure in members.values():
        parts.setdefault(code, []).append(figure)
    totals = by_column(edition, column, edition.month)
    for code, figures in parts.items():
        edition.ledger.relate(totals[code], figures)


def table(edition: Edition, annex: Annex | None) -> tuple[Block, ...]:
    """The pairs that may be shown, once all masks are decided."""
    if annex is None:
        return (
            say(
                "가릴 칸이 너무 많아 서로 맞대어도 드러나지 않음을 확인하지 못하므로 유형·자치구 부록은 싣지 않았습니다."
            ),
        )
    places = editions.district_names(edition.month.days[-1])
    kinds = edition.ledger.types
    rows: list[tuple[Cell, ...]] = []
    for pair in sorted(pair for pair in annex.cells if not annex.pairs[pair].masked):
        code, place = pair
        texts = (code, type_name(edition, code), kinds.get(code, {}).get("domain", ""), places.get(place, NO_DISTRICT))
        rows.append((*texts, *map(_cell, annex.cells[pair]), Number(annex.pairs[pair])))
    if not rows:
        return (say(f"{SMALL_CELL_K}건 이상이어서 실을 수 있는 유형과 자치구의 짝이 없어 부록을 싣지 않았습니다."),)
    names = editions.series_names(edition.month.days[-1])
    titles = [Column(title, "text") for title in ("유형 코드", "유형", "대분류", "자치구")]
    columns = (*titles, *(Column(names[name]) for name in SERIES), Column("전체"))
    note = (
        f"단위: 건. 표에 없는 짝은 {SMALL_CELL_K}건 미만(0 포함)이며 빈칸도 같음. "
        "합계에서 빼면 그런 수가 드러나는 그다음 작은 수도 싣지 않음."
    )
    return (Table("types_by_district_and_series", "유형·자치구·계열", columns, tuple(rows), note, annex=True),)


def _cell(figure: Figure) -> Cell:
    return "" if figure.masked or int(figure.value or 0) < SMALL_CELL_K else Number(figure)
