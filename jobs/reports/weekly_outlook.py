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
from jobs.reports.foretold import ENDS
from jobs.reports.steps import Estimate, Step

if TYPE_CHECKING:
    from jobs.reports.covid_weekly import Week

METHOD = "covid-weekly.forecast"
FEWEST_DAYS = 28  # of data before a forecast is made
AHEAD = 7
FORECAST = "forecast_"  # how the names of the estimates begin, by which the next edition finds them
_BASIS = "지수평활 평균의 전망과 95% 구간"


def forecasts(context: Week) -> tuple[Block, ...]:
    """The next seven days with intervals; last week's forecast against what came."""
    import numpy as np

    counts = context.everything.column("covid")
    found: list[Block] = []
    if int(np.isfinite(counts).sum()) < FEWEST_DAYS:
        found.append(say(f"자료가 있는 날이 {FEWEST_DAYS}일이 되지 않아 다음 주 전망을 싣지 않았습니다."))
    elif np.isnan(counts[-1]):
        found.append(say("일요일까지의 자료가 모두 있지 않아 다음 주 전망을 싣지 않았습니다."))
    else:
        found += _next_week(context, _forecast(context, counts))
    known = counts[:-AHEAD]
    printed = _printed(context)
    if printed is not None and context.foretold is not None:
        told = f"지난주 판({context.foretold.shown_at})에 실린 전망 그대로와 이번 주의 실제."
        found += _last_week(context, printed, told)
    elif int(np.isfinite(known).sum()) < FEWEST_DAYS:
        found.append(say(f"자료가 있는 날이 {FEWEST_DAYS}일이 되지 않아 지난주에 낼 수 있던 전망을 싣지 않았습니다."))
    else:
        made = _forecast(context, known)
        again = [_numbers(context, made, step, context.before) for step in range(AHEAD)]
        told = "지난주에 낸 판에 전망이 없어, 지난주 일요일까지의 자료로 지금 다시 셈한 전망과 이번 주의 실제."
        found += _last_week(context, again, told)
    return tuple(found)


def _forecast(context: Week, counts: Any) -> Any:
    from jobs.analysis.forecast import forecast

    return forecast(counts[:, None], context.everything.stamps[: len(counts)], AHEAD)


def _numbers(context: Week, found: Any, step: int, week: Window) -> list[Number]:
    """Mean, lower and upper of a day after `week`, resting on its count and those of all days that were learned."""
    day = week[1] + timedelta(step + 1)
    bases = (context.covid(week), context.covid((context.history[0], week[1])))
    made = context.step(METHOD, until=week[1].isoformat())
    return [
        Number(
            derived.estimate(
                context.ledger,
                f"{FORECAST}{name}_{day:%Y%m%d}",
                bases,
                float(getattr(found, name)[step, 0]),
                Estimate(made, f"{name} {step + 1}", "건", _BASIS, 0),
            )
        )
        for name in ENDS
    ]


def outputs(context: Week, step: Step) -> dict[str, float]:
    """The forecast by `mean 1` (the first day after `until`), `lower 1`, …"""
    known = (date.fromisoformat(step.arguments["until"]) - context.history[0]).days + 1
    found = _forecast(context, context.everything.column("covid")[:known])
    return {f"{name} {i + 1}": float(getattr(found, name)[i, 0]) for name in ENDS for i in range(AHEAD)}


def _next_week(context: Week, found: Any) -> list[Block]:
    days = [context.window[1] + timedelta(step + 1) for step in range(AHEAD)]
    rows: list[tuple[Cell, ...]] = [
        (editions.day_text(day), *_numbers(context, found, i, context.window)) for i, day in enumerate(days)
    ]
    columns = (Column("날", "text"), *map(Column, ("전망", "95% 아래", "95% 위")))
    note = (
        "단위: 건, 하루. 코로나19 상담의 전망으로, 이번 주까지의 흐름과 요일·공휴일만 보며 앞으로의 정책 발표는 알지 못함. 구간은 날마다의 "
        "것이어서 더해서 한 주의 구간으로 읽지 말 것."
    )
    return [Table("forecast", "다음 주 코로나19 상담 전망", columns, tuple(rows), note)]


def _printed(context: Week) -> list[list[Number]] | None:
    """Mean, lower and upper of this week's days as last week's edition shows them; `None` unless it shows all."""
    days = [context.monday + timedelta(step) for step in range(AHEAD)]
    kinds = {day: f"{FORECAST}{{}}_{day:%Y%m%d}" for day in days}
    series = context.foretold.series("printed_forecast", kinds) if context.foretold else None
    if series is None:
        return None
    return [[Number(context.ledger.given(each, day)) for each in series] for day in days]


def _last_week(context: Week, forecast: list[list[Number]], told: str) -> list[Block]:
    """A forecast of this week's days, each as mean, lower and upper, against this week's counts."""
    ledger = context.ledger
    actual = ledger.by("covid_count", context.window, ["contact_date"], keys=context.held(context.window))
    ledger.relate(ledger.figure("covid_count", context.window), actual.values())
    rows: list[tuple[Cell, ...]] = []
    inside = known = 0
    for step, cells in enumerate(forecast):
        day: date = context.monday + timedelta(step)
        if day not in actual:
            rows.append((editions.day_text(day), *cells, ABSENT, ""))
            continue
        known += 1
        _, lower, upper = (float(cell.figure.value or 0) for cell in cells)
        is_inside = lower <= float(actual[day].value or 0) <= upper
        inside += is_inside
        rows.append((editions.day_text(day), *cells, Number(actual[day]), "안" if is_inside else "밖"))
    columns = (Column("날", "text"), *map(Column, ("전망", "95% 아래", "95% 위", "실제")), Column("구간", "short"))
    table = Table("forecast_review", "지난 전망의 성적", columns, tuple(rows), f"단위: 건, 하루. {told}")
    return [table, _verdict(inside, known)]


def _verdict(inside: int, known: int) -> Text:
    return say(f"이번 주 {known}일 가운데 {inside}일이 95% 구간 안에 들었습니다.")
