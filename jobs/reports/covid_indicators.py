"""The table of indicators of the daily COVID brief: the day beside yesterday, last week, the week's mean and last year.

Belongs here: the rows, the comparisons and what stands in their way. Does not: the day itself (`covid_daily`).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from jobs.reports import coverage, derived
from jobs.reports.document import Cell, Column, Number, Table, Text, say
from jobs.reports.figures import Figure, Where
from schemas.metrics import METRICS

if TYPE_CHECKING:
    from jobs.reports.covid_daily import Day

ARS0: Where = {"ars_code": "0"}
_INDICATORS: tuple[tuple[str, str, Where], ...] = (
    ("전체 상담", "consultation_count", {}),
    ("코로나19 상담", "covid_count", {}),
    ("코로나19 비중", "covid_share_pct", {}),
    ("ARS 0번 인입", "ars0_inflow_count", {}),
    ("ARS 0번 응대", "ars0_answered_count", {}),
    ("ARS 0번 포기", "ars0_abandoned_count", {}),
    ("ARS 0번 평균 대기", "ars0_wait_mean_seconds", {}),
    ("ARS 0번 응대율", "answer_rate_pct", ARS0),
    ("전화 전체 응대율", "answer_rate_pct", {}),
)


def indicators(context: Day) -> Table:
    """Every indicator of which there is data, by its comparisons; the year before is that of the same weekday."""
    titles = ("당일", "전일 대비", "전일 증감률", "전주 대비", "전주 증감률", "7일 평균", "전년 대비", "전년 증감률")
    columns = (Column("지표", "text", 0.7), Column("단위", "short"), *(Column(title) for title in titles))
    rows = tuple(
        _indicator(context, name, metric_id, where)
        for name, metric_id, where in _INDICATORS
        if context.day in context.days_of(metric_id)
    )
    note = (
        f"전주 대비는 전주 같은 요일, 전년 대비는 52주 전 같은 요일({context.last_year})과 견준 것. 비율의 증감은 %p. "
        "7일 평균은 당일까지 7일 가운데 자료가 있는 날의 하루 평균(비율과 대기는 7일 전체로 계산)."
    )
    return Table("indicators", "당일 지표와 비교", columns, rows, note)


def _indicator(context: Day, name: str, metric_id: str, where: Where) -> tuple[Cell, ...]:
    ledger = context.ledger
    today = ledger.figure(metric_id, context.window, where)
    over_week = ledger.figure(metric_id, context.week, where)
    if METRICS[metric_id].denominator is None:
        held = [day for day in context.days_of(metric_id) if context.week[0] <= day <= context.day]
        over_week = derived.per_day(ledger, over_week, len(held))
    yesterday, last_week, last_year = (
        _compared(context, today, other, where) for other in (context.yesterday, context.last_week, context.last_year)
    )
    return (name, today.unit, Number(today), *yesterday, *last_week, Number(over_week), *last_year)


def _compared(context: Day, today: Figure, other: date, where: Where) -> tuple[Cell, Cell]:
    """The difference and the change on another day; of percentages only the difference, in %p."""
    before = context.figure(today.metric_id, other, where)
    if before is None:
        return coverage.ABSENT, ""
    is_rate = today.unit == "%"
    difference = Number(derived.difference(context.ledger, today, before), signed=True, with_unit=is_rate)
    if is_rate:
        return difference, ""
    return difference, Number(derived.change(context.ledger, today, before), signed=True, with_unit=True)


def notes(context: Day) -> tuple[Text, ...]:
    """What stands in the way of comparing: days without data, and channels that one of the days lacks."""
    found = []
    if context.day not in context.phone_days:
        found.append(say("당일의 전화 자료가 없어 ARS 0번과 응대율은 싣지 않았습니다."))
    held = sorted(day for day in context.days if context.week[0] <= day <= context.day)
    if len(held) < 7:
        found.append(
            say(f"최근 7일 가운데 자료가 있는 날은 {len(held)}일이며, 7일 평균은 그 {len(held)}일의 평균입니다.")
        )
    lacking = coverage.gaps(context.ledger, held)
    if lacking:
        found.append(say(f"주의: 7일 평균을 낸 {len(held)}일 가운데 자료가 없는 날이 있는 큰 채널: {lacking}."))
    return (*found, *map(say, context.caveats))
