"""Counts of the types by month, district and series, as a tidy table: one row a count, and only what may be shown.

Belongs here: the cells, and the sums that tie them to what else a document shows. A count that is not in the table is
zero, small, or would give a small one back; the three are not told apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from jobs import query
from jobs.reports import derived
from jobs.reports.figures import Figure, Ledger, Where, Window
from schemas.codes import SERIES
from schemas.metrics import SMALL_CELL_K

ALL = "all"
Cell = tuple[str, str, str]  # type, district, series; `ALL` for the sum over one of the two


@dataclass
class Crossed:
    """The counts of one window; `districts` and `series` are its margins."""

    window: Window
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
    by_district: bool,
    by_series: bool = True,
) -> Crossed:
    """The counts of `metric_id` by type; by type and district (of `places`) if `by_district`; each large one by series
    if `by_series`.

    `where` cuts the marts to the types wanted. Every sum is declared: a type's over its districts, a district's over
    the types, a count's over its series, a series' over the counts, and the total's over each margin.
    """
    total = ledger.figure(metric_id, window, where)
    series = {str(k): f for k, f in ledger.by(metric_id, window, ["series"], where, keys=SERIES).items()}
    districts = {str(k): f for k, f in ledger.by(metric_id, window, ["district_code"], where, keys=places).items()}
    found = Crossed(window, total, districts, series)
    types = {str(code): figure for code, figure in ledger.by(metric_id, window, ["type_code"], where).items()}
    for members in (types, series, districts):
        ledger.relate(total, members.values())
    found.cells |= {(code, ALL, ALL): figure for code, figure in types.items()}
    if by_district:
        _by_district(ledger, metric_id, found, where, types)
    if by_series:
        _by_series(ledger, metric_id, found, where, by_district)
    return found


def small_cells(
    ledger: Ledger, windows: Sequence[Window], condition: str, by_district: bool, by_series: bool = True
) -> int:
    """About how many counts `cross` would have to hide: those that are small by themselves. `condition`: SQL."""
    columns = ["type_code", *(["district_code"] if by_district else [])]
    found = 0
    for window in windows:
        for by in (columns, [*columns, "series"])[: 2 if by_series else 1]:
            sql = (
                f"SELECT count(*) FROM (SELECT sum(consultation_count) AS n FROM type_daily WHERE {condition} "
                f"AND contact_date BETWEEN ? AND ? GROUP BY {', '.join(by)}) WHERE n BETWEEN 1 AND {SMALL_CELL_K - 1}"
            )
            found += int(query.rows(ledger.conn, sql, list(window))[0][0])
    return found


def _by_district(ledger: Ledger, metric_id: str, found: Crossed, where: Where, types: dict[str, Figure]) -> None:
    pairs = ledger.by(metric_id, found.window, ["type_code", "district_code"], where)
    of_type: dict[str, list[Figure]] = {code: [] for code in types}
    of_district: dict[str, list[Figure]] = {code: [] for code in found.districts}
    for key, figure in pairs.items():
        assert isinstance(key, tuple)
        code, place = str(key[0]), str(key[1])
        found.cells[code, place, ALL] = figure
        of_type[code].append(figure)
        of_district[place].append(figure)
    for code, figures in of_type.items():
        ledger.relate(types[code], figures)
    for place, figures in of_district.items():
        ledger.relate(found.districts[place], figures)


def _by_series(ledger: Ledger, metric_id: str, found: Crossed, where: Where, by_district: bool) -> None:
    """The large counts by series; where they are of districts, those of the type as a whole are left out."""
    wanted = [
        (code, place)
        for (code, place, _), figure in found.cells.items()
        if int(figure.value or 0) >= SMALL_CELL_K and (place != ALL or not by_district)
    ]
    columns = ["type_code", *(["district_code"] if by_district else []), "series"]
    keys = [(code, place, name) if by_district else (code, name) for code, place in wanted for name in SERIES]
    counts = ledger.by(metric_id, found.window, columns, where, keys=keys)
    parts: dict[str, list[Figure]] = {name: [] for name in SERIES}
    for code, place in wanted:
        each = [counts[(code, place, name) if by_district else (code, name)] for name in SERIES]
        ledger.relate(found.cells[code, place, ALL], each)
        for name, figure in zip(SERIES, each, strict=True):
            found.cells[code, place, name] = figure
            parts[name].append(figure)
    for name, figures in parts.items():
        derived.rest(ledger, found.series[name], figures, name="crossed")
