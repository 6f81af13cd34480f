"""Masks decided for a month over all recipients together, as the ledger of one document sees them.

Belongs here: which decided count a figure's count is, or is a part of. Does not: the decision (`jobs.suppression`).

A count by further columns (channel, day) is hidden where the count that it is a part of is; a count over several whole
months where that of any of them is. Counts over parts of a month are left to the document's own protection.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote

from jobs import query
from jobs.reports.masking import Mask
from schemas.metrics import SMALL_CELL_K
from schemas.statistics_tables import ALL, COVID

if TYPE_CHECKING:
    import duckdb

_MEASURES = {"typed": "", "covid_typed": COVID, "vaccine": "vaccine", "vaccine_pass": "vaccine_pass"}
Cell = tuple[str, str, str]  # level, code, district_code


class JointMasks:
    """The decided masks of the statistics that a connection sees; months that are not decided hide nothing."""

    def __init__(self, conn: duckdb.DuckDBPyConnection) -> None:
        self.conn = conn
        self._months: dict[str, dict[Cell, Mask]] = {}

    @cached_property
    def _decided(self) -> set[str]:
        tables = query.rows(self.conn, "SELECT 1 FROM duckdb_databases() WHERE database_name = 'statistics'")
        if not tables:
            return set()
        sql = "SELECT split_part(name, ' ', 2) FROM statistics.statistics_build WHERE name LIKE 'suppression %'"
        return {str(row[0]) for row in query.rows(self.conn, sql)}

    @cached_property
    def _held(self) -> dict[str, tuple[date, date]]:
        """The first and last day that the marts hold of each month."""
        held: dict[str, tuple[date, date]] = {}
        for day in query.days(self.conn) if self._decided else ():
            month = f"{day:%Y-%m}"
            held[month] = (held.get(month, (day, day))[0], day)
        return held

    def mask(self, key: str, value: int) -> Mask:
        """The mask of a count of the ledger, by its key `measure:window[:column=value,…]`."""
        measure, _, rest = key.partition(":")
        window, _, condition = rest.partition(":")
        if measure not in _MEASURES or not self._decided:
            return ""
        cell = _cell(measure, condition)
        months = self._months_of(window)
        if cell is None or not months:
            return ""
        is_pair = cell[0] == "type" and cell[2] != ALL
        found: set[Mask] = {self._masks(month).get(cell, "") for month in months} - {""}
        if found:
            return "small" if found == {"small"} and value < SMALL_CELL_K else "complement"
        return "small" if is_pair and not value else ""

    def _months_of(self, window: str) -> list[str]:
        """The decided months that a window is made of; none unless it is made of whole ones."""
        first, _, last = window.partition("/")
        names = [month for month in sorted(self._held) if first[:7] <= month <= (last or first)[:7]]
        whole = names and (str(self._held[names[0]][0]), str(self._held[names[-1]][1])) == (first, last or first)
        return [name for name in names if name in self._decided] if whole else []

    def _masks(self, month: str) -> dict[Cell, Mask]:
        if month not in self._months:
            sql = "SELECT level, code, district_code, mask FROM statistics.suppression WHERE month = ?"
            self._months[month] = {row[:3]: row[3] for row in query.rows(self.conn, sql, [month])}
        return self._months[month]


def _cell(measure: str, condition: str) -> Cell | None:
    """The decided count that a condition names, or cuts a part from; `None` where there is none."""
    where = dict(part.split("=", 1) for part in condition.split(",")) if condition else {}
    if any("|" in value for value in where.values()):
        return None
    known = {name: unquote(value) for name, value in where.items()}
    place = known.get("district_code", ALL)
    kind, department, domain = (known.get(name) for name in ("type_code", "department_code", "domain"))
    covid = _MEASURES[measure] or known.get("covid_subgroup") or known.get("covid_group")
    if kind is not None:
        return "type", kind, place
    if department and covid:
        return ("department_covid", department, ALL) if place == ALL else ("department", department, place)
    if department and domain is not None:
        return (
            ("department_domain", f"{department} {domain}", ALL) if place == ALL else ("department", department, place)
        )
    if department:
        return "department", department, place
    if covid:
        return "covid", covid, place
    return ("domain", domain, place) if domain is not None else ("all", ALL, place)
