"""The annex of the voice of the citizens: every type by district and series, and what the types mean; for XLSX, CSV and
Parquet.

Belongs here: the sums that tie the annex to the page, and its rows. A row is shown when its count may be; what is not
shown is zero, small, or would give a small one back, and the three are not told apart. Where an edition is so wide that
its hidden cells are too many to be checked against each other, the types with few contacts are given as a whole only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jobs import query
from jobs.reports import derived, editions
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.figures import Figure
from jobs.reports.voc_edition import Edition
from jobs.reports.voc_places import NO_DISTRICT
from jobs.reports.voc_tables import by_column
from jobs.reports.voc_theme import Theme
from schemas.codes import SERIES
from schemas.metrics import SMALL_CELL_K

MOST_HIDDEN = 12_000  # cells of 1 to k-1 that are checked against each other in a few seconds
MOST_ROWS = 1_000_000  # of a sheet; Excel ends at 1,048,576
FLOORS = (0, 20, 50, 100, 200, 400, 800, 1_600, 3_200)
WHOLE = "(모든 자치구)"

Pair = tuple[str, str]  # type, district


@dataclass(frozen=True)
class Annex:
    """The counts by type and district of the types with `floor` contacts or more, and those of `SERIES` for the pairs that
    may be shown; `totals` are the counts of the other types."""

    pairs: dict[Pair, Figure]
    cells: dict[Pair, list[Figure]]
    totals: dict[str, Figure]
    floor: int


def declare(edition: Edition, theme: Theme | None) -> Annex:
    """The figures and their sums, before any mask is decided."""
    ledger, window, columns = edition.ledger, edition.month.window, ["type_code", "district_code", "series"]
    types = by_column(edition, "type_code", edition.month)
    floor = _floor(edition)
    wide = [code for code, figure in types.items() if int(figure.value or 0) >= floor]
    if edition.kind == "district":  # a type's pair is the type
        pairs = {(code, str(edition.where["district_code"])): types[code] for code in wide}
    else:
        found = ledger.by("type_count", window, columns[:2], edition.where, keys=_pairs(edition, set(wide)))
        pairs = {(str(key[0]), str(key[1])): figure for key, figure in found.items() if isinstance(key, tuple)}
        _relate_types(edition, types, pairs)
        _relate_places(edition, pairs)
    large = [pair for pair, figure in pairs.items() if int(figure.value or 0) >= SMALL_CELL_K]
    by_key = ledger.by("type_count", window, columns, edition.where, keys=[(*p, s) for p in large for s in SERIES])
    cells = {pair: [by_key[*pair, name] for name in SERIES] for pair in large}
    for pair, parts in cells.items():
        ledger.relate(pairs[pair], parts)
    totals = by_column(edition, "series", edition.month)
    for place, name in enumerate(SERIES):
        if name in totals:
            derived.rest(ledger, totals[name], [parts[place] for parts in cells.values()], name="annex")
        if theme is not None:
            own = [parts[place] for (code, _), parts in cells.items() if code in theme.figures]
            derived.rest(ledger, theme.series[name], own, name="annex")
    return Annex(
        pairs, cells, {code: figure for code, figure in types.items() if int(figure.value or 0) < floor}, floor
    )


def _floor(edition: Edition) -> int:
    """From how many contacts on a type is split, so that the small cells are not too many."""
    small: Counter[str] = Counter()
    size: Counter[str] = Counter()
    counts = query.type_places(edition.ledger.conn, *edition.month.window, edition.where)
    by_pair: Counter[Pair] = Counter()
    for code, place, _, n in counts:
        by_pair[code, place] += n
        size[code] += n
    for (code, _), n in by_pair.items():
        small[code] += n < SMALL_CELL_K
    for code, place, _, n in counts:
        small[code] += by_pair[code, place] >= SMALL_CELL_K > n
    return next(
        (floor for floor in FLOORS if sum(small[code] for code in small if size[code] >= floor) <= MOST_HIDDEN),
        max(size.values(), default=0) + 1,
    )


def _pairs(edition: Edition, wide: set[str]) -> list[Pair]:
    counts = query.type_places(edition.ledger.conn, *edition.month.window, edition.where)
    return sorted({(code, place) for code, place, _, _ in counts if code in wide})


def _relate_types(edition: Edition, totals: Mapping[str, Figure], pairs: Mapping[Pair, Figure]) -> None:
    """The pairs of a type add up to its total."""
    parts: dict[str, list[Figure]] = {}
    for (code, _), figure in pairs.items():
        parts.setdefault(code, []).append(figure)
    for code, figures in parts.items():
        edition.ledger.relate(totals[code], figures)


def _relate_places(edition: Edition, pairs: Mapping[Pair, Figure]) -> None:
    """The pairs of a district add up to its total, together with the types that are not split."""
    parts: dict[str, list[Figure]] = {}
    for (_, place), figure in pairs.items():
        parts.setdefault(place, []).append(figure)
    totals = by_column(edition, "district_code", edition.month)
    for place, figures in parts.items():
        derived.rest(edition.ledger, totals[place], figures, name="annex")


def table(edition: Edition, annex: Annex) -> tuple[Block, ...]:
    """The pairs that may be shown, once all masks are decided, and the meaning of their types."""
    places = editions.district_names(edition.month.days[-1])
    rows: list[tuple[Cell, ...]] = []
    for pair in sorted(pair for pair in annex.cells if not annex.pairs[pair].masked):
        head = _head(edition, pair[0], places.get(pair[1], NO_DISTRICT))
        rows.append((*head, *map(_cell, annex.cells[pair]), Number(annex.pairs[pair])))
    blanks: tuple[Cell, ...] = ("",) * len(SERIES)
    for code, figure in sorted(annex.totals.items()):
        if not figure.masked and int(figure.value or 0) >= SMALL_CELL_K:
            rows.append((*_head(edition, code, WHOLE), *blanks, Number(figure)))
    if not rows:
        return (say(f"{SMALL_CELL_K}건 이상이어서 실을 수 있는 유형과 자치구의 짝이 없어 부록을 싣지 않았습니다."),)
    return (*_split(edition, rows, annex.floor), *_meanings(edition, rows))


def _head(edition: Edition, code: str, place: str) -> tuple[Cell, ...]:
    kind = edition.ledger.types.get(code, {})
    return code, edition.type_name(code), kind.get("domain", ""), place


def _split(edition: Edition, rows: Sequence[tuple[Cell, ...]], floor: int) -> list[Table]:
    """The rows in tables that a sheet of Excel holds."""
    names = editions.series_names(edition.month.days[-1])
    titles = [Column(title, "text") for title in ("유형 코드", "유형", "대분류", "자치구")]
    columns = (*titles, *(Column(names[name]) for name in SERIES), Column("전체"))
    note = (
        f"단위: 건. 표에 없는 짝은 {SMALL_CELL_K}건 미만(0 포함)이며 빈칸도 같음. "
        "합계에서 빼면 그런 수가 드러나는 그다음 작은 수도 싣지 않음."
    )
    if floor:
        note += f" 이 달 {floor:,}건이 안 되는 유형은 자치구와 계열로 나누지 않고 ‘{WHOLE}’로만 실음."
    parts = [rows[start : start + MOST_ROWS] for start in range(0, len(rows), MOST_ROWS)]
    tables = []
    for number, part in enumerate(parts, start=1):
        end, told = ("", "") if len(parts) == 1 else (f"_{number}", f" {number}/{len(parts)}")
        table_id = f"types_by_district_and_series{end}"
        tables.append(Table(table_id, f"유형·자치구·계열{told}", columns, tuple(part), note, annex=True))
    return tables


def _meanings(edition: Edition, rows: Sequence[tuple[Cell, ...]]) -> list[Block]:
    """What each type of the annex is, from the taxonomy that the marts were classified by."""
    codes = sorted({str(row[0]) for row in rows} & edition.leaves.keys())
    if not codes:
        return [say("이 설치본에 마트의 분류 체계가 없어 유형의 정의는 싣지 않았습니다.")]
    columns = tuple(Column(title, "text") for title in ("유형 코드", "유형", "대분류", "중분류", "소분류", "정의"))
    leaves = [edition.leaves[code] for code in codes]
    found = tuple((each.type_code, each.name, each.domain, each.middle, each.minor, each.definition) for each in leaves)
    return [Table("type_definitions", "유형의 정의", columns, found, "분류 체계에 적힌 대로.", annex=True)]


def _cell(figure: Figure) -> Cell:
    return "" if figure.masked or int(figure.value or 0) < SMALL_CELL_K else Number(figure)
