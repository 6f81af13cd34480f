"""Which counts of a month no edition may show: decided once for all recipients, and kept for the next time.

Belongs here: the month's table from the marts, what was published of it before, and the decision's rows. Does not: the
choice (`jobs.analysis.suppression`), or masks within one document (`jobs.reports.masking`).

A month is decided when it is published and hardly anything of it can still arrive, so that reports only read it; one that
is younger, when a report of it is made. A month that is decided again, because late contacts came, keeps hidden what was
hidden; and the count of a type that differs by 1 to k - 1 from what was shown before is hidden as well, and protected
like a small one, as the difference is a count of people.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from jobs import query
from jobs.analysis.cells import Cells, Ints, Level
from jobs.analysis.suppression import Target, suppress
from jobs.errors import WrongUse
from jobs.settings import Home
from jobs.statistics_file import insert, keep_facts, only_writer, statistics_draft
from schemas.metrics import SMALL_CELL_K
from schemas.statistics_tables import ALL, COVID, PUBLISHED_CELL, SUPPRESSION

if TYPE_CHECKING:
    import duckdb

Cell = tuple[str, str, str]  # level, code, district_code
_RULES = "2"  # changes when the way of deciding does, and every month is then decided anew
_FACT = "suppression "  # and the month: the contents of the marts that it was decided for
_MADE = "suppressed_files "  # and the month: the files of the lake behind those contents
_KNOWN = "SELECT name, value FROM statistics.statistics_build"
_TABLE = """
    SELECT type_code, coalesce(domain, ''), coalesce(department_code, ''), coalesce(covid_group, ''),
           coalesce(covid_subgroup, ''), coalesce(district_code, ''), sum(consultation_count)::BIGINT
    FROM type_daily WHERE strftime(contact_date, '%Y-%m') = ? GROUP BY ALL ORDER BY ALL
"""
_FILES = """
    SELECT strftime(day, '%Y-%m'), bit_xor(hash(table_name, channel, day, files_hash))::VARCHAR
    FROM lineage WHERE table_name IN ('consultation', 'classification') GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class MonthTable:
    """A month's counts (types, places) with the names of its rows and places."""

    cells: Cells
    types: list[str]
    places: list[str]

    def named(self) -> dict[Cell, tuple[int, bool]]:
        """(count, whether it is shown) of every count that is not zero, and of every sum that is hidden."""
        cells, columns = self.cells, [*self.places, ALL]
        found: dict[Cell, tuple[int, bool]] = {}
        for row, place in np.argwhere(cells.margins > 0).tolist():  # a type whose department changed has several rows
            cell = ("type", self.types[row], columns[place])
            before, was_shown = found.get(cell, (0, True))
            is_shown = not cells.hidden[row, place]
            found[cell] = (before + int(cells.margins[row, place]), was_shown and is_shown)
        for names, level in _named_levels(cells):
            for number, place in np.argwhere((level.sums > 0) | level.hidden).tolist():
                name = names[number]
                if name is not None and (level.has_places or columns[place] == ALL):
                    cell = (*name, columns[place])
                    found[cell] = (int(level.sums[number, place]), not level.hidden[number, place])
        return found

    def keep_hidden(self, hidden: set[Cell]) -> None:
        """Hide what was hidden before."""
        columns = {name: number for number, name in enumerate([*self.places, ALL])}
        rows: dict[str, list[int]] = {}
        for row, code in enumerate(self.types):
            rows.setdefault(code, []).append(row)
        for kind, code, place in hidden:
            if kind == "type" and place in columns:
                self.cells.hidden[rows.get(code, []), columns[place]] = True
        for names, level in _named_levels(self.cells):
            for number, name in enumerate(names):
                if name:
                    level.hidden[number] |= [(*name, place) in hidden for place in columns]

    def changes(self, before: dict[Cell, int]) -> Ints:
        """(types, places and everywhere): by how much the types' counts differ from what was shown before."""
        columns = [*self.places, ALL]
        now = {cell: count for cell, (count, _) in self.named().items()}
        found = np.zeros(self.cells.margins.shape, np.int64)
        for row, code in enumerate(self.types):
            cells = [("type", code, place) for place in columns]
            found[row] = [now.get(cell, 0) - before[cell] if cell in before else 0 for cell in cells]
        return found


def _named_levels(cells: Cells) -> list[tuple[list[tuple[str, str] | None], Level]]:
    """The levels with the names of their classes as (level, code); `None` for what no edition shows."""
    by_part, by_group, covid = cells.levels["covid"]
    parts = [name.partition("|")[2] for name in by_part.names]
    found: list[tuple[list[tuple[str, str] | None], Level]] = [
        ([("covid", part) if part else None for part in parts], by_part),
        ([("covid", name) if name else None for name in by_group.names], by_group),
        ([("covid", name) if name else None for name in covid.names], covid),
    ]
    for name in ("domain", "department"):
        level = cells.levels[name][-1]
        found.append(([(name, code) for code in level.names], level))
    for name, level in zip(("department_domain", "department_covid"), cells.joint, strict=True):
        found.append(([_pair(name, code) for code in level.names], level))
    return found


def _pair(level: str, name: str) -> tuple[str, str] | None:
    """A class within a department; `None` where it has none, or is what is left of it beside COVID."""
    department, _, inside = name.partition(" ")
    if not department or (level == "department_covid" and not inside):
        return None
    return level, department if level == "department_covid" else name


def decide_closed(home: Home) -> dict[str, list[Target]]:
    """Decide the months that are closed: a week of files has landed since (`query.FINAL_DAYS`). One whose files in the lake
    are those it was decided from is not read. Returns and raises as `decide`."""
    with query.connect(home) as marts:
        landed = query.days(marts, "quality_daily")
        files, known = _named_values(marts, _FILES), _named_values(marts, _KNOWN)
    due = [month for month, made in files.items() if known.get(_MADE + month) != f"{_RULES}:{made}"]
    return decide(home, [month for month in due if landed and _closes(month) <= landed[-1]])


def _closes(month: str) -> date:
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=1) + timedelta(days=query.FINAL_DAYS - 1)


def decide(home: Home, months: Sequence[str], is_protected: bool = True) -> dict[str, list[Target]]:
    """Decide what is hidden of each of `months` (YYYY-MM), where the marts have changed since it was decided last: each is
    kept as soon as it is decided, several at a time by a process a core.

    Returns, for the months decided now, the counts for which no protection was found (none in a month of a city's size).
    `is_protected` False hides the small counts only: for tests of the attack. Raises `WrongUse` without marts.
    """
    if not months:
        return {}
    found: dict[str, list[Target]] = {}
    with only_writer(home), query.connect(home) as marts:
        files, known = _named_values(marts, _FILES), _named_values(marts, _KNOWN)
        prints = {month: _fingerprint(marts, month) for month in months}
        facts = {
            month: {_FACT + month: prints[month], _MADE + month: f"{_RULES}:{files.get(month, '')}"}
            for month in dict.fromkeys(months)
            if prints[month]
        }
        due = [month for month in facts if known.get(_FACT + month) != prints[month]]
        run_id = query.build_facts(marts).get("run_id", "")
        for month, table, failed in _all_decided(home, due, is_protected):
            with statistics_draft(home) as db:
                _keep(db, table, month, run_id)
                keep_facts(db, facts[month])
            found[month] = failed
        same = {name: value for month in facts.keys() - set(due) for name, value in facts[month].items()}
        if not same.items() <= known.items():  # other files with the same contents
            with statistics_draft(home) as db:
                keep_facts(db, same)
    return found


def _named_values(marts: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    return {str(name): str(value) for name, value in query.rows(marts, sql)}


def _all_decided(
    home: Home, months: Sequence[str], is_protected: bool
) -> Iterator[tuple[str, MonthTable, list[Target]]]:
    """Each month as it comes, one here or several by processes."""
    one = partial(_decided, home, is_protected=is_protected)
    if len(months) < 2:
        yield from map(one, months)
        return
    workers = min(len(months), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(one, months)


def _decided(home: Home, month: str, is_protected: bool) -> tuple[str, MonthTable, list[Target]]:
    """The month's table with what is hidden of it now and was before, and the counts that stay unprotected."""
    with query.connect(home) as marts:
        table = month_table(marts, month)
        before, hidden = _published(marts, month)
    table.keep_hidden(hidden)
    shown = {cell: count for cell, count in before.items() if cell not in hidden}
    return month, table, suppress(table.cells, table.changes(shown) if shown else None, is_protected)


def _fingerprint(marts: duckdb.DuckDBPyConnection, month: str) -> str:
    """Of what a month is decided from; empty where there is nothing."""
    sql = f"SELECT bit_xor(hash(t)) FROM ({_TABLE}) AS t"
    (value,) = query.rows(marts, sql, [month])[0]
    return "" if value is None else f"{_RULES}:{value}"


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
    return MonthTable(divided(kinds, counts), [kind[0] for kind in kinds], places)


def divided(kinds: Sequence[tuple[str, ...]], counts: Ints) -> Cells:
    """The table of `counts` (types, places) with the sums that editions show. `kinds`: the code, domain, department, COVID
    group and part of it of each type."""
    _, domain, department, group, part = np.array(kinds).T
    covid = np.where(group == "", "", COVID)
    return Cells(
        counts,
        {
            "covid": [np.char.add(np.char.add(group, "|"), part), group, covid],
            "domain": [domain],
            "department": [department],
        },
        [np.char.add(np.char.add(department, " "), each) for each in (domain, covid)],
        SMALL_CELL_K,
    )


def _published(marts: duckdb.DuckDBPyConnection, month: str) -> tuple[dict[Cell, int], set[Cell]]:
    """(counts, what was hidden) of the month as it was decided last."""
    sql = (
        "SELECT level, code, district_code, consultation_count, is_shown FROM statistics.published_cell "
        "WHERE month = $1 AND published_at = (SELECT max(published_at) FROM statistics.published_cell WHERE month = $1)"
    )
    found = query.rows(marts, sql, [month])
    return {row[:3]: row[3] for row in found}, {row[:3] for row in found if not row[4]}


def _keep(db: duckdb.DuckDBPyConnection, table: MonthTable, month: str, run_id: str) -> None:
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
            insert(db, declared, dict(zip(declared.column_names(), zip(*rows, strict=True), strict=True)))
