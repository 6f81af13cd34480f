"""Consultations by hour in the daily COVID brief.

Belongs here: the tables by band and by hour, with the sums that tie them. Does not: the other tables (`covid_tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import coverage, editions
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.figures import Figure
from schemas.codes import SERIES, codes_on

if TYPE_CHECKING:
    from jobs.reports.covid_daily import Day


def _bands(day: date) -> list[tuple[int, int]]:
    """The bands of the calendar as whole stretches of one day (hours, the end not included)."""
    rows = [row for row in codes_on("bands", day).values() if row["day_kind"] == "weekday"]
    edges = sorted({0, 24, *(int(row[name]) for row in rows for name in ("start_hour", "end_hour"))})
    return list(pairwise(edges))


def hours(context: Day) -> tuple[Block, ...]:
    """Consultations by band and published series, and the COVID ones by band; by the hour in the annex."""
    if set(query.origins(context.ledger.conn, *context.window)) <= editions.HOURLESS_ORIGINS:
        return (say("시각을 알 수 없는 자료여서 시간대별 표를 싣지 않았습니다."),)
    by_hour = _by_hour(context)
    columns = [*(_band(context, start, end, by_hour) for start, end in _bands(context.day)), _whole_day(context)]
    lines = list(zip(*columns, strict=True))
    for line in lines:
        context.ledger.relate(line[-1], line[:-1])
    names = editions.series_names(context.day)
    there = coverage.series_with_data(context.ledger.conn, context.window)
    held = [*(name in there for name in SERIES), True, True]
    titles = [*(names[name] for name in SERIES), "전체", "코로나19(전체의 일부)"]
    bands = (Column(f"{start}–{end}시") for start, end in _bands(context.day))
    page = Table(
        "hours",
        "시간대별 계열별 상담",
        (Column("계열", "text"), *bands, Column("하루")),
        tuple((title, *_cells(line, [has] * len(line))) for title, line, has in zip(titles, lines, held, strict=True)),
        "단위: 건. 전화에는 외국어가, 민간포털에는 홈페이지가 들어 있음(가정 A1).",
        strong=frozenset({len(SERIES)}),
    )
    annex = Table(
        "hours_annex",
        "한 시간별 계열별 상담",
        (Column("시", "short"), *(Column(title) for title in titles)),
        tuple((f"{hour}시", *_cells(figures, held)) for hour, figures in enumerate(by_hour)),
        annex=True,
    )
    return page, annex


def _cells(figures: Sequence[Figure], held: Sequence[bool]) -> list[Cell]:
    """The figures; a series of which there is no data has no zero."""
    return [
        Number(figure) if has or figure.value else coverage.ABSENT for figure, has in zip(figures, held, strict=True)
    ]


def _by_hour(context: Day) -> list[list[Figure]]:
    """For each hour: the six series, all, and the COVID ones."""
    ledger, window = context.ledger, context.window
    keys = [(name, hour) for name in SERIES for hour in range(24)]
    cells = ledger.by("consultation_count", window, ["series", "contact_hour"], keys=keys)
    totals = ledger.by("consultation_count", window, ["contact_hour"], keys=range(24))
    covid = ledger.by("covid_count", window, ["contact_hour"], keys=range(24))
    found = []
    for hour in range(24):
        parts = [cells[name, hour] for name in SERIES]
        ledger.relate(totals[hour], parts)
        found.append([*parts, totals[hour], covid[hour]])
    return found


def _band(context: Day, start: int, end: int, by_hour: list[list[Figure]]) -> list[Figure]:
    """One band, in the order of `_by_hour`: each figure is the sum of its hours."""
    ledger, window = context.ledger, context.window
    where = {"contact_hour": list(range(start, end))}
    parts = ledger.by("consultation_count", window, ["series"], where, keys=SERIES)
    total = ledger.figure("consultation_count", window, where)
    ledger.relate(total, parts.values())
    band = [*parts.values(), total, ledger.figure("covid_count", window, where)]
    for place, figure in enumerate(band):
        ledger.relate(figure, [by_hour[hour][place] for hour in range(start, end)])
    return band


def _whole_day(context: Day) -> list[Figure]:
    ledger, window = context.ledger, context.window
    parts = ledger.by("consultation_count", window, ["series"], keys=SERIES)
    total = ledger.figure("consultation_count", window)
    ledger.relate(total, parts.values())
    return [*parts.values(), total, ledger.figure("covid_count", window)]
