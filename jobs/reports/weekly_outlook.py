"""What comes next week, and how last week's forecast did.

Belongs here: the forecasts as tables and words. Does not: the method (`jobs.analysis.forecast`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jobs.reports import derived, editions
from jobs.reports.coverage import ABSENT
from jobs.reports.document import Block, Cell, Column, Number, Table, Text, say
from jobs.reports.figures import Window
from jobs.reports.steps import Estimate, Step

if TYPE_CHECKING:
    from jobs.reports.covid_weekly import Week

METHOD = "covid-weekly.forecast"
FEWEST_DAYS = 28  # of data before a forecast is made
AHEAD = 7
_PARTS = ("mean", "lower", "upper")
_BASIS = "지수평활 평균의 전망과 95% 구간"


def forecasts(context: Week) -> tuple[Block, ...]:
    """The next seven days with intervals; last week's forecast against what came."""
    import numpy as np

    counts = context.everything.column("covid")
    found: list[Block] = []
    for weeks_back, made in ((0, _next_week), (1, _last_week)):
        known = counts[: len(counts) - 7 * weeks_back]
        if int(np.isfinite(known).sum()) < FEWEST_DAYS:
            when = "다음 주 전망을" if not weeks_back else "지난주에 낼 수 있던 전망을"
            found.append(say(f"자료가 있는 날이 {FEWEST_DAYS}일이 되지 않아 {when} 싣지 않았습니다."))
        elif weeks_back == 0 and np.isnan(known[-1]):
            found.append(say("일요일까지의 자료가 모두 있지 않아 다음 주 전망을 싣지 않았습니다."))
        else:
            found += made(context, _forecast(context, known))
    return tuple(found)


def _forecast(context: Week, counts: Any) -> Any:
    from jobs.analysis.forecast import forecast

    return forecast(counts[:, None], context.everything.stamps[: len(counts)], AHEAD)


def _numbers(context: Week, found: Any, step: int, week: Window) -> list[Cell]:
    """Mean, lower and upper of a day after `week`, resting on its count and those of all days that were learned."""
    day = week[1] + timedelta(step + 1)
    bases = (context.covid(week), context.covid((context.history[0], week[1])))
    made = context.step(METHOD, until=week[1].isoformat())
    return [
        Number(
            derived.estimate(
                context.ledger,
                f"forecast_{name}_{day:%Y%m%d}",
                bases,
                float(getattr(found, name)[step, 0]),
                Estimate(made, f"{name} {step + 1}", "건", _BASIS, 0),
            )
        )
        for name in _PARTS
    ]


def outputs(context: Week, step: Step) -> dict[str, float]:
    """The forecast by `mean 1` (the first day after `until`), `lower 1`, …"""
    known = (date.fromisoformat(step.arguments["until"]) - context.history[0]).days + 1
    found = _forecast(context, context.everything.column("covid")[:known])
    return {f"{name} {i + 1}": float(getattr(found, name)[i, 0]) for name in _PARTS for i in range(AHEAD)}


def _next_week(context: Week, found: Any) -> list[Block]:
    days = [context.window[1] + timedelta(step + 1) for step in range(AHEAD)]
    rows = tuple((editions.day_text(day), *_numbers(context, found, i, context.window)) for i, day in enumerate(days))
    columns = (Column("날", "text"), *map(Column, ("전망", "95% 아래", "95% 위")))
    note = (
        "단위: 건, 하루. 코로나19 상담의 전망으로, 이번 주까지의 흐름과 요일·공휴일만 보며 앞으로의 정책 발표는 알지 못함. 구간은 날마다의 "
        "것이어서 더해서 한 주의 구간으로 읽지 말 것."
    )
    return [Table("forecast", "다음 주 코로나19 상담 전망", columns, rows, note)]


def _last_week(context: Week, found: Any) -> list[Block]:
    """The forecast that the data to last Sunday give, against this week's counts."""
    ledger = context.ledger
    actual = ledger.by("covid_count", context.window, ["contact_date"], keys=context.held(context.window))
    ledger.relate(ledger.figure("covid_count", context.window), actual.values())
    rows: list[tuple[Cell, ...]] = []
    inside = known = 0
    for step in range(AHEAD):
        day: date = context.monday + timedelta(step)
        cells = _numbers(context, found, step, context.before)
        if day not in actual:
            rows.append((editions.day_text(day), *cells, ABSENT, ""))
            continue
        known += 1
        is_inside = bool(found.lower[step, 0] <= float(actual[day].value or 0) <= found.upper[step, 0])
        inside += is_inside
        rows.append((editions.day_text(day), *cells, Number(actual[day]), "안" if is_inside else "밖"))
    columns = (Column("날", "text"), *map(Column, ("전망", "95% 아래", "95% 위", "실제")), Column("구간", "short"))
    note = "단위: 건, 하루. 지난주 일요일까지의 자료로 만든 전망과 이번 주의 실제."
    table = Table("forecast_review", "지난 전망의 성적", columns, tuple(rows), note)
    return [table, _verdict(inside, known)]


def _verdict(inside: int, known: int) -> Text:
    return say(f"이번 주 {known}일 가운데 {inside}일이 95% 구간 안에 들었습니다.")
