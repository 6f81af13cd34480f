"""What the statistics say of the day of a COVID brief: signals, and the trend and level of each group.

Belongs here: reading `statistics.*` and the tests that words rest on. Does not: how the statistics are made.
An observed count is the report's own figure, masked as it is elsewhere.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from jobs import query
from jobs.reports import editions
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.figures import Figure, Ledger
from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS
from schemas.statistics_tables import ALL, COVID

if TYPE_CHECKING:
    from jobs.reports.covid_daily import Day

MOST_SIGNALS = 5
WHOLE = "코로나19 전체"
TREND_DAYS = 14
_LEVEL_DAYS = 364
TRENDS = {"stable": "뚜렷하지 않음", "rising": "오름", "falling": "내림", "unknown": "알 수 없음"}
LEVELS = {"low": "낮음", "usual": "보통", "high": "높음", "very_high": "매우 높음", "unknown": "견줄 자료 적음"}
_STATES = {"open": "시작", "ongoing": "이어짐"}


class Signal(NamedTuple):
    """A COVID series that surges on the day; `type_code` where it is a type. `day` of the episode counts from 1."""

    type_code: str
    name: str
    observed: Figure
    expected: Figure
    upper: Figure
    state: str
    day: int


class Watch:
    """The statistics of one day. `is_there`: whether they reach it."""

    def __init__(self, context: Day) -> None:
        self._ledger, self._day, self._window = context.ledger, context.day, context.window

    @cached_property
    def watched(self) -> int:
        """How many COVID series were looked at: the whole, its groups and its types, in the whole city."""
        sql = f"SELECT count(*) FROM statistics.expectation_daily AS e WHERE {self._where} AND upper_count IS NOT NULL"
        return int(query.rows(self._ledger.conn, sql, [self._day])[0][0])

    @property
    def is_there(self) -> bool:
        return self.watched > 0

    @property
    def _where(self) -> str:
        """Whole-city COVID series of a day; types by the code book as the marts counted them."""
        types = "SELECT type_code FROM type_daily WHERE contact_date = e.contact_date AND covid_group <> ''"
        return (
            f"e.contact_date = ? AND e.district_code = '{ALL}' AND e.series = '{ALL}' "
            f"AND (e.level = 'covid' OR (e.level = 'type' AND e.code IN ({types})))"
        )

    def expected(self, level: str, code: str) -> tuple[Figure, Figure] | None:
        """What was expected of a series, and the largest count that is no surge; `None` where nothing was."""
        where = {"level": level, "code": code, "district_code": ALL, "series": ALL}
        mean, upper = (self._ledger.figure(name, self._window, where) for name in ("expected_count", "upper_count"))
        return None if mean.value is None or upper.value is None else (mean, upper)

    def surges(self) -> list[Signal]:
        """Open and ongoing episodes of the day, the whole and the groups first, then types by their excess."""
        sql = (
            "SELECT e.level, e.code, e.state, coalesce(max(p.opened_date), max(e.contact_date)) "
            "FROM statistics.expectation_daily AS e LEFT JOIN statistics.episode AS p ON (p.level, p.code, "
            "p.district_code, p.series) = (e.level, e.code, e.district_code, e.series) AND p.opened_date <= e.contact_date "
            f"WHERE {self._where} AND e.state IN ('open', 'ongoing') GROUP BY ALL "
            "ORDER BY e.level, max(e.consultation_count - e.expected_count) DESC, e.code"
        )
        found = []
        for level, code, state, opened in query.rows(self._ledger.conn, sql, [self._day]):
            bounds = self.expected(level, code)
            if bounds is not None:
                age = (self._day - opened).days + 1
                kind = code if level == "type" else ""
                observed = self._observed(level, code)
                found.append(Signal(kind, self._name(level, code), observed, *bounds, _STATES[state], age))
        return found

    def _observed(self, level: str, code: str) -> Figure:
        ledger, window = self._ledger, self._window
        if level == "type":
            return ledger.by("covid_type_count", window, ["type_code"], keys=[code])[code]
        if code in COVID_SUBGROUPS:
            return ledger.figure(f"{code}_count", window)
        if code in COVID_GROUPS:
            return ledger.by("covid_type_count", window, ["covid_group"], keys=[code])[code]
        return ledger.figure("covid_count", window)

    def _name(self, level: str, code: str) -> str:
        if level == "type":
            return self._ledger.types.get(code, {}).get("type_name") or code
        return {COVID: WHOLE, **COVID_GROUPS, **COVID_SUBGROUPS}.get(code, code)


def signals(context: Day, watch: Watch, found: list[Signal]) -> tuple[Block, ...]:
    """The surges of the day as a table; or a sentence."""
    if not watch.is_there:
        return (
            say(
                "이 날까지의 통계(기대 건수와 급증)가 아직 없어 신호를 싣지 않았습니다. dasan statistics update 로 만듭니다."
            ),
        )
    if not found:
        return (say(f"기대를 넘어선 급증이 없습니다(살핀 코로나19 계열 {watch.watched:,}개)."),)
    rows: list[tuple[Cell, ...]] = [
        (s.name, Number(s.observed), Number(s.expected), Number(s.upper), f"{s.day}일째({s.state})")
        for s in found[:MOST_SIGNALS]
    ]
    more = f" 싣지 않은 신호 {len(found) - MOST_SIGNALS}개." if len(found) > MOST_SIGNALS else ""
    columns = (Column("계열", "text"), Column("관측"), Column("기대"), Column("상한"), Column("급증", "short"))
    note = (
        f"단위: 건. 상한: 급증이라 하지 않을 가장 큰 하루 건수(며칠의 합이 상한 아래의 날에 급증을 알릴 수도 있음). "
        f"살핀 코로나19 계열 {watch.watched:,}개.{more}"
    )
    return (Table("signals", f"급증 신호, {editions.day_text(context.day)}", columns, tuple(rows), note),)


def words(context: Day) -> dict[str, tuple[str, str]]:
    """The words for trend and level of each group and of the two parts set apart, by name.

    Trend: of the share in all COVID consultations over the last 14 days, where its test holds (`analysis.trend`).
    Level: of the last 7 days among all 7 days of the last 52 weeks (`analysis.level`).
    """
    import numpy as np

    from jobs.analysis.level import level_bands
    from jobs.analysis.trend import FALLING, RISING, STABLE, share_trend

    first = context.day - timedelta(days=_LEVEL_DAYS + 6)
    days = [first + timedelta(days=offset) for offset in range((context.day - first).days + 1)]
    names = [*COVID_GROUPS, *COVID_SUBGROUPS]
    counts = np.full((len(days), len(names)), np.nan)
    totals = np.full(len(days), np.nan)
    for row, (total, parts) in _daily(context.ledger, first, context.day).items():
        totals[row] = total
        counts[row] = [parts.get(name, 0) for name in names]
    recent, whole = counts[-TREND_DAYS:], np.repeat(totals[-TREND_DAYS:, None], len(names), axis=1)
    trend = share_trend(recent, whole).trend
    spoken = {RISING: "rising", FALLING: "falling", STABLE: "stable"}
    bands = level_bands(counts)
    return {
        name: (TRENDS[spoken.get(int(trend[place]), "unknown")], LEVELS[bands[place]])
        for place, name in enumerate(names)
    }


def _daily(ledger: Ledger, first: date, last: date) -> dict[int, tuple[int, dict[str, int]]]:
    """For each day with data, by its place after `first`: all COVID consultations, and those of groups and parts."""
    sql = (
        "SELECT contact_date, covid_group, covid_subgroup, sum(consultation_count)::BIGINT FROM type_daily "
        "WHERE contact_date BETWEEN ? AND ? GROUP BY ALL"
    )
    found: dict[int, tuple[int, dict[str, int]]] = {}
    for day, group, part, n in query.rows(ledger.conn, sql, [first, last]):
        total, parts = found.get((day - first).days, (0, {}))
        for name in filter(None, (group, part)):
            parts[name] = parts.get(name, 0) + n
        found[(day - first).days] = (total + (n if group else 0), parts)
    return found
