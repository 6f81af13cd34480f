"""Masks decided for a month over all recipients together, as the ledger of one document sees them.

Belongs here: which decided count a figure's count is, or is a part of. Does not: the decision (`jobs.suppression`).

A count by further columns (channel, day) is hidden where the count that it is a part of is; a count over several whole
months where that of any of them is, so that no sum or change ties months together. Counts over parts of a month, and all
contacts of a place, are left to the document's own protection. Whatever is hidden is withheld alike, small or not.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from jobs import query
from jobs.reports.masking import Mask
from schemas.statistics_tables import ALL, COVID

if TYPE_CHECKING:
    import duckdb

_MEASURES = {"typed": "", "covid_typed": COVID, "vaccine": "vaccine", "vaccine_pass": "vaccine_pass"}
Cell = tuple[str, str, str]  # level, code, district_code


class JointMasks:
    """The decided masks of the statistics that a connection sees; months that are not decided hide nothing."""

    def __init__(self, conn: duckdb.DuckDBPyConnection) -> None:
        self.conn = conn
        self._months: dict[str, set[Cell]] = {}
        self._windows: dict[str, list[str]] = {}

    @cached_property
    def decided(self) -> set[str]:
        """The months that are decided (YYYY-MM)."""
        tables = query.rows(self.conn, "SELECT 1 FROM duckdb_databases() WHERE database_name = 'statistics'")
        if not tables:
            return set()
        sql = "SELECT split_part(name, ' ', 2) FROM statistics.statistics_build WHERE name LIKE 'suppression %'"
        return {str(row[0]) for row in query.rows(self.conn, sql)}

    @cached_property
    def _held(self) -> dict[str, tuple[date, date]]:
        """The first and last day that the marts hold of each month."""
        held: dict[str, tuple[date, date]] = {}
        for day in query.days(self.conn) if self.decided else ():
            month = f"{day:%Y-%m}"
            held[month] = (held.get(month, (day, day))[0], day)
        return held

    def mask(self, key: str, value: int) -> tuple[Mask, bool]:
        """The mask of a count of the ledger, by its key `measure:window[:column=value,…]`, and whether that is decided:
        then no document hides more or less of it."""
        measure, _, rest = key.partition(":")
        window, _, condition = rest.partition(":")
        if measure not in _MEASURES or not self.decided:
            return "", False
        cell, is_whole = _cell(measure, condition)
        months = self._months_of(window)
        if cell is None or not months:
            return "", False
        is_hidden = any(cell in self._hidden(month) for month in months)
        if cell[0] == "type" and cell[2] != ALL and not value:
            is_hidden = True  # zeros are not told from small counts
        is_decided = is_hidden or (is_whole and self.decided.issuperset(months))
        return "complement" if is_hidden else "", is_decided

    def _months_of(self, window: str) -> list[str]:
        """The months that a window is made of; none unless it is made of whole ones, and some are decided."""
        if window not in self._windows:
            self._windows[window] = self._made_of(window)
        return self._windows[window]

    def _made_of(self, window: str) -> list[str]:
        first, _, last = window.partition("/")
        names = [month for month in sorted(self._held) if first[:7] <= month <= (last or first)[:7]]
        whole = names and (str(self._held[names[0]][0]), str(self._held[names[-1]][1])) == (first, last or first)
        return names if whole and not self.decided.isdisjoint(names) else []

    def _hidden(self, month: str) -> set[Cell]:
        if month not in self._months:
            sql = "SELECT level, code, district_code FROM statistics.suppression WHERE month = ?"
            self._months[month] = {row[:3] for row in query.rows(self.conn, sql, [month])}
        return self._months[month]


def _cell(measure: str, condition: str) -> tuple[Cell | None, bool]:
    """The decided count that a condition names, or cuts a part from (`None` where there is none); and whether it is the
    whole of it."""
    if "|" in condition:
        return None, False
    known: dict[str, str] = {}
    for part in condition.split(",") if condition else ():
        name, _, value = part.partition("=")
        known[name] = unquote(value) if "%" in value else value
    place = known.pop("district_code", ALL)
    kind, department, domain = (known.pop(name, None) for name in ("type_code", "department_code", "domain"))
    groups = [known.pop(name, "") for name in ("covid_subgroup", "covid_group")]
    covid = next((name for name in groups if name), _MEASURES[measure])
    is_whole = not known
    if kind is not None:
        return ("type", kind, place), is_whole
    if department and (covid or domain is not None):
        if place != ALL:
            return ("department", department, place), False
        level, code = ("department_covid", department) if covid else ("department_domain", f"{department} {domain}")
        return (level, code, ALL), is_whole and covid in ("", COVID) and not (covid and domain)
    if department is not None:
        return ("department", department, place), is_whole
    if covid:
        is_known = place == ALL or covid == COVID
        return ("covid", covid if is_known else COVID, place), is_whole and is_known and domain is None
    return (None, False) if domain is None else (("domain", domain, place), is_whole)
