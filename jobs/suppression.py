"""Which counts of a month no edition may show: decided once for all recipients, and kept with what was published.

Belongs here: the month's table from the marts, what was published of it before, and the decision's rows. Does not: the
choice (`jobs.analysis.suppression`), or masks within one document (`jobs.reports.masking`).

A month that is decided again, because late contacts came, keeps hidden what was hidden; and a count that differs by 1 to
k - 1 from what was shown before is hidden as well, and protected like a small one, as the difference is a count of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from jobs import query
from jobs.analysis.cells import EVERYWHERE, SHOWN, Cells
from jobs.analysis.suppression import Target, suppress
from jobs.errors import WrongUse
from jobs.settings import Home
from jobs.statistics_file import keep_facts, only_writer, statistics_draft
from schemas.metrics import SMALL_CELL_K
from schemas.statistics_tables import ALL, COVID, PUBLISHED_CELL, SUPPRESSION

if TYPE_CHECKING:
    import duckdb

Cell = tuple[str, str, str]  # level, code, district_code
_FACT = "suppression "  # and the month: the contents of the marts that it was decided for
_TABLE = """
    SELECT type_code, coalesce(domain, ''), coalesce(department_code, ''), coalesce(covid_group, ''),
           coalesce(covid_subgroup, ''), coalesce(district_code, ''), sum(consultation_count)::BIGINT
    FROM type_daily WHERE strftime(contact_date, '%Y-%m') = ? GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class MonthTable:
    """A month's counts (types, places) with the names of its rows, places and classes."""

    cells: Cells
    types: list[str]
    places: list[str]

    def named(self) -> dict[Cell, tuple[int, bool]]:
        """(count, whether it is shown) of every count that is not zero."""
        found: dict[Cell, tuple[int, bool]] = {}
        cells = self.cells
        for (name, place), mask in cells.sums.items():
            level, _, code = name.partition(":")
            if cells.values[name, place]:
                found[level, code, self._place(place)] = (cells.values[name, place], mask == SHOWN)
        for row, code in enumerate(self.types):
            held = {ALL: (int(cells.row_counts[row]), bool(cells.totals[row] == SHOWN))}
            held |= {
                self.places[place]: (int(cells.counts[row, place]), bool(cells.pairs[row, place] == SHOWN))
                for place in np.nonzero(cells.counts[row])[0]
            }
            for name, (count, is_shown) in held.items():  # a type whose department changed has several rows
                before, was_shown = found.get(("type", code, name), (0, True))
                found["type", code, name] = (before + count, was_shown and is_shown)
        return found

    def hide(self, cell: Cell) -> None:
        level, code, name = cell
        place = EVERYWHERE if name == ALL else self.places.index(name)
        if level != "type":
            self.cells.hide_sum((f"{level}:{code}", place))
            return
        for row in (row for row, each in enumerate(self.types) if each == code):
            if place == EVERYWHERE:
                self.cells.hide_total(row)
            else:
                self.cells.hide_pairs(np.array([row]), place)

    def _place(self, place: int) -> str:
        return ALL if place == EVERYWHERE else self.places[place]


def decide(home: Home, months: list[str], is_protected: bool = True) -> dict[str, list[Target]]:
    """Decide what is hidden of each of `months` (YYYY-MM), where the marts have changed since it was decided last.

    Returns, for the months decided now, the small counts for which no protection was found though nothing was left to
    hide (none in a month of a city's size). `is_protected` False hides the small counts only: for tests of the attack.
    Raises `WrongUse` without marts.
    """
    found: dict[str, list[Target]] = {}
    with only_writer(home), query.connect(home) as marts:
        known = dict(query.rows(marts, "SELECT name, value FROM statistics.statistics_build"))
        prints = {month: _fingerprint(marts, month) for month in months}
        due = [month for month in dict.fromkeys(months) if prints[month] and known.get(_FACT + month) != prints[month]]
        if not due:
            return {}
        run_id = query.build_facts(marts).get("run_id", "")
        with statistics_draft(home) as db:
            for month in due:
                table = month_table(marts, month)
                found[month] = suppress(table.cells, is_protected)
                if is_protected:
                    _protect_changes(table, *_published(db, month))
                _keep(db, table, month, run_id)
                keep_facts(db, {_FACT + month: prints[month]})
    return found


def _fingerprint(marts: duckdb.DuckDBPyConnection, month: str) -> str:
    """Of what a month is decided from; empty where there is nothing."""
    sql = f"SELECT bit_xor(hash(t)) FROM ({_TABLE}) AS t"
    (value,) = query.rows(marts, sql, [month])[0]
    return "" if value is None else str(value)


def month_table(marts: duckdb.DuckDBPyConnection, month: str) -> MonthTable:
    """The month's counts by type and place, and the sums that editions show. Raises `WrongUse` where there are none."""
    rows = query.rows(marts, _TABLE, [month])
    if not rows:
        raise WrongUse(f"{month} 의 상담 자료가 없습니다.")
    kinds = sorted({row[:5] for row in rows})
    places = sorted({row[5] for row in rows})
    row_of, place_of = ({name: number for number, name in enumerate(names)} for names in (kinds, places))
    counts = np.zeros((len(kinds), len(places)), np.int64)
    for row in rows:
        counts[row_of[row[:5]], place_of[row[5]]] += row[6]
    columns = dict(zip(("domain", "department", "group", "subgroup"), np.array(kinds).T[1:], strict=True))
    has_covid = columns["group"] != ""
    classes = {f"all:{ALL}": np.ones(len(kinds), bool), f"covid:{COVID}": has_covid}
    classes |= {
        f"covid:{name}": columns[part] == name for part in ("group", "subgroup") for name in _names(columns[part])
    }
    classes |= {f"domain:{name}": columns["domain"] == name for name in sorted(set(columns["domain"].tolist()))}
    apart = {}
    for name in _names(columns["department"]):
        member = columns["department"] == name
        classes[f"department:{name}"] = member
        apart[f"department_covid:{name}"] = member & has_covid
        for domain in sorted(set(columns["domain"][member].tolist())):
            apart[f"department_domain:{name} {domain}"] = member & (columns["domain"] == domain)
    return MonthTable(Cells(counts, classes, apart, SMALL_CELL_K), [kind[0] for kind in kinds], places)


def _names(column: Any) -> list[str]:
    return sorted(set(column.tolist()) - {""})


def _published(db: duckdb.DuckDBPyConnection, month: str) -> tuple[dict[Cell, int], set[Cell]]:
    """(counts, what was hidden) of the month as it was decided last."""
    rows = db.execute(
        "SELECT level, code, district_code, consultation_count, is_shown FROM published_cell WHERE month = $month "
        "AND published_at = (SELECT max(published_at) FROM published_cell WHERE month = $month)",
        {"month": month},
    ).fetchall()
    return {row[:3]: row[3] for row in rows}, {row[:3] for row in rows if not row[4]}


def _protect_changes(table: MonthTable, before: dict[Cell, int], hidden: set[Cell]) -> None:
    """Keep hidden what was, and hide what would show a small change of what was shown."""
    if not before:
        return
    known = table.named()
    for cell in hidden & known.keys():
        table.hide(cell)
    cells = table.cells
    earlier = np.array(
        [[before.get(("type", code, place), 0) for place in table.places] for code in table.types], np.int64
    )
    if (cells.counts < earlier).any() or len(set(table.types)) < len(table.types):
        # counted anew, not only added to: the differences are no table of people
        for cell, (count, _) in known.items():
            if 0 < abs(count - before.get(cell, 0)) < cells.k and not (cell[2] == ALL and cell[0] != "type"):
                table.hide(cell)
        return
    change = MonthTable(Cells(cells.counts - earlier, cells.classes, cells.apart, cells.k), table.types, table.places)
    for cell, (_, is_shown) in table.named().items():
        if not is_shown:
            change.hide(cell)
    suppress(change.cells, spares_everywhere=True)
    for cell, (_, is_shown) in change.named().items():
        if not is_shown:
            table.hide(cell)


def _keep(db: duckdb.DuckDBPyConnection, table: MonthTable, month: str, run_id: str) -> None:
    import pyarrow as pa

    named = table.named()
    now = datetime.now(UTC)
    k = table.cells.k
    masks = [
        (month, *cell, "small" if 0 < count < k else "complement")
        for cell, (count, shown) in named.items()
        if not shown
    ]
    published = [(month, *cell, run_id, now, count, shown) for cell, (count, shown) in named.items()]
    db.execute("DELETE FROM suppression WHERE month = ?", [month])
    db.execute("DELETE FROM published_cell WHERE month = ? AND run_id = ?", [month, run_id])
    for declared, rows in ((SUPPRESSION, masks), (PUBLISHED_CELL, published)):
        if rows:
            names = declared.column_names()
            db.register(
                "given", pa.table(dict(zip(names, zip(*rows, strict=True), strict=True)), declared.arrow_schema())
            )
            db.execute(f"INSERT INTO {declared.name} SELECT * FROM given")
            db.unregister("given")
