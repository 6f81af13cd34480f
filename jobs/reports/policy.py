"""Policy events beside the counts: which were announced in a window, and the days just before and after.

Belongs here: the calendar of `schemas/codes/policy_events.csv` as a table. Does not: whether an event had an effect
(`event_effects`); before and after are no proof of one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from jobs.reports import derived, editions
from jobs.reports.coverage import ABSENT
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.figures import Ledger, Where, Window
from schemas.codes import CodeRow, code_list, codes_on

AROUND = 7  # days before, and from the event on


def begun_in(window: Window) -> list[CodeRow]:
    """The events whose first day lies in the window, in order of time."""
    rows = [row for row in code_list("policy_events") if window[0] <= row.valid_from <= window[1]]
    return sorted(rows, key=lambda row: row.valid_from)


def near(day: date, reach: int = 3) -> list[CodeRow]:
    """The events that began up to `reach` days before the day, or on it."""
    return begun_in((day - timedelta(reach), day))


def timeline(
    ledger: Ledger,
    window: Window,
    held: Collection[date],
    metric_id: str = "covid_count",
    where: Where | None = None,
) -> tuple[Block, ...]:
    """The window's events, each with the contacts (by default of COVID) of the 7 days before it and of the 7 days from
    its first day on."""
    events = begun_in(window)
    if not events:
        return (say(f"정책 일정표에 {editions.span_text(window)}에 시작한 사건이 없습니다."),)
    kinds = codes_on("policy_kinds", window[1])
    rows: list[tuple[Cell, ...]] = []
    for event in events:
        start = event.valid_from
        texts = (f"{start:%Y-%m-%d}", event["title"], kinds[event["kind"]]["kind_name"])
        rows.append((*texts, *_around(ledger, start, held, metric_id, where), event["source"]))
    columns = (
        Column("날짜", "short"),
        Column("사건", "text"),
        Column("종류", "short"),
        *map(Column, ("앞 7일 평균", "뒤 7일 평균", "증감률")),
        Column("출처", "text"),
    )
    name = "코로나19 상담" if where is None else "이 보고서가 다루는 상담"
    note = (
        f"평균은 {name}의 하루 평균(건). 앞은 사건 전날까지 7일, 뒤는 사건 날부터 7일로 날수가 같으며, 그 14일 가운데 자료가 "
        "없는 날이 있으면 견주지 않음. 앞뒤를 견준 것일 뿐 사건의 효과라는 뜻이 아님."
    )
    return (Table("policy_timeline", f"정책 일지와 {name}", columns, tuple(rows), note),)


def _around(
    ledger: Ledger, start: date, held: Collection[date], metric_id: str, where: Where | None
) -> tuple[Cell, ...]:
    days = [start + timedelta(step) for step in range(-AROUND, AROUND)]
    if not all(day in held for day in days):
        return ABSENT, ABSENT, ""
    windows = ((days[0], days[AROUND - 1]), (start, days[-1]))
    for window in windows:  # the days may stand elsewhere in the document
        by_day = ledger.by(metric_id, window, ["contact_date"], where)
        ledger.relate(ledger.figure(metric_id, window, where), by_day.values())
    before, after = (derived.per_day(ledger, ledger.figure(metric_id, w, where), AROUND) for w in windows)
    change = derived.change(ledger, after, before)
    return Number(before), Number(after), Number(change, signed=True, with_unit=True)
