"""Counts of the types by month, district and series, as a tidy table: one row a count, and only what may be shown.

Belongs here: the cells, and the sums that tie them to what else a document shows. A count that is not in the table is
zero, small, or would give a small one back; the three are not told apart. Types with few contacts are not split, where
so many cells would be hidden that they could not be checked against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from jobs import query
from jobs.reports import derived
from jobs.reports.figures import Figure, Ledger, Where, Window
from schemas.codes import SERIES
from schemas.metrics import SMALL_CELL_K

ALL = "all"
FLOORS = (0, 10, 20, 50, 100, 200, 400, 800, 1_600, 3_200)
Cell = tuple[str, str, str]  # type, district, series; `ALL` for the sum over one of the two
_HIDDEN = """
WITH cell AS (
    SELECT type_code, coalesce(district_code, '') AS place, series, sum(consultation_count) AS n
    FROM type_daily WHERE {condition} AND contact_date BETWEEN ? AND ? GROUP BY ALL
), pair AS (SELECT type_code, place, sum(n) AS n FROM cell GROUP BY ALL)
SELECT type_code, sum(n)::BIGINT, (count(*) FILTER (n < {k}))::BIGINT + any_value(coalesce(inside, 0))::BIGINT
FROM pair LEFT JOIN (
    SELECT type_code, count(*) FILTER (cell.n < {k}) AS inside
    FROM cell JOIN pair USING (type_code, place) WHERE {has_series} AND pair.n >= {k} GROUP BY 1
) USING (type_code) GROUP BY 1
"""


@dataclass
class Crossed:
    """The counts of one window; `districts` and `series` are its margins; `floor`: the contacts from which a type is
    split."""

    window: Window
    floor: int
    total: Figure
    districts: dict[str, Figure]
    series: dict[str, Figure]
    cells: dict[Cell, Figure] = field(default_factory=dict)

    def shown(self) -> list[tuple[Cell, Figure]]:
        """The cells that may be shown, in order; once the masks are decided."""
        large = [(c, f) for c, f in self.cells.items() if not f.masked and int(f.value or 0) >= SMALL_CELL_K]
        return sorted(large, key=lambda pair: pair[0])


def cross(
    ledger: Ledger,
    metric_id: str,
    window: Window,
    where: Where,
    places: Sequence[str],
    most_hidden: int,
    condition: str = "true",
    has_series: bool = True,
) -> Crossed:
    """The counts of `metric_id` by type; of the types with enough contacts by district (of `places`), and each large one
    by series (if `has_series`); split so far that about `most_hidden` cells are small.

    `where` cuts the marts to the types wanted, and so does `condition` in SQL. Every sum is declared: a type's over its
    districts, a district's over the types, a count's over its series, and the total's over each margin.
    """
    sizes = query.rows(
        ledger.conn,
        _HIDDEN.format(condition=condition, k=SMALL_CELL_K, has_series=str(has_series).lower()),
        list(window),
    )
    floor = _floor([(size, hidden) for _, size, hidden in sizes], most_hidden)
    series = {str(k): f for k, f in ledger.by(metric_id, window, ["series"], where, keys=SERIES).items()}
    districts = {str(k): f for k, f in ledger.by(metric_id, window, ["district_code"], where, keys=places).items()}
    found = Crossed(window, floor, ledger.figure(metric_id, window, where), districts, series)
    types = {str(code): figure for code, figure in ledger.by(metric_id, window, ["type_code"], where).items()}
    for members in (types, series, districts):
        ledger.relate(found.total, members.values())
    found.cells |= {(code, ALL, ALL): figure for code, figure in types.items()}
    _by_district(ledger, metric_id, found, where, {code for code, size, _ in sizes if size >= floor})
    if has_series:
        _by_series(ledger, metric_id, found, where)
    return found


def _floor(types: Sequence[tuple[int, int]], most_hidden: int) -> int:
    """The least of `FLOORS` with which no more than `most_hidden` cells are small; `types` are (contacts, small cells)."""
    for floor in FLOORS:
        if sum(hidden for size, hidden in types if size >= floor) <= most_hidden:
            return floor
    return max((size for size, _ in types), default=0) + 1


def _by_district(ledger: Ledger, metric_id: str, found: Crossed, where: Where, wide: Collection[str]) -> None:
    columns = ["type_code", "district_code"]
    first, last = found.window
    sql = "SELECT DISTINCT type_code, coalesce(district_code, '') FROM type_daily WHERE contact_date BETWEEN ? AND ?"
    keys = sorted(pair for pair in query.rows(ledger.conn, sql, [first, last]) if pair[0] in wide)
    pairs = ledger.by(metric_id, found.window, columns, where, keys=keys)
    of_type: dict[str, list[Figure]] = {}
    of_district: dict[str, list[Figure]] = {code: [] for code in found.districts}
    for code, place in keys:
        figure = found.cells[code, place, ALL] = pairs[code, place]
        of_type.setdefault(code, []).append(figure)
        of_district[place].append(figure)
    for code, figures in of_type.items():
        ledger.relate(found.cells[code, ALL, ALL], figures)
    for place, figures in of_district.items():
        derived.rest(ledger, found.districts[place], figures, name="crossed")


def _by_series(ledger: Ledger, metric_id: str, found: Crossed, where: Where) -> None:
    wanted = [
        (code, place)
        for (code, place, _), figure in found.cells.items()
        if place != ALL and int(figure.value or 0) >= SMALL_CELL_K
    ]
    keys = [(code, place, name) for code, place in wanted for name in SERIES]
    counts = ledger.by(metric_id, found.window, ["type_code", "district_code", "series"], where, keys=keys)
    parts: dict[str, list[Figure]] = {name: [] for name in SERIES}
    for code, place in wanted:
        each = [counts[code, place, name] for name in SERIES]
        ledger.relate(found.cells[code, place, ALL], each)
        for name, figure in zip(SERIES, each, strict=True):
            found.cells[code, place, name] = figure
            parts[name].append(figure)
    for name, figures in parts.items():
        derived.rest(ledger, found.series[name], figures, name="crossed")
