"""What was not there before: topics that appear for the first time, and the log of surges with their episodes.

Belongs here: both, as tables and sentences. Does not: the detector (`jobs.analysis.episodes`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from jobs.reports import covid_groups, derived, editions, weekly_levels
from jobs.reports.document import Block, Cell, Column, Number, Table, Text, say
from jobs.reports.figures import Figure, Window
from jobs.reports.steps import Estimate, Step
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.covid_weekly import Week

METHOD = "covid-weekly.alarms"
FEWEST_DAYS = 28  # of history, without which nothing is new
NEW_DAYS = 14  # before the Sunday within which a topic is first seen
ROWS = 15
_STATES = {1: "시작", 2: "이어짐", 3: "끝남"}


@dataclass(frozen=True)
class Episode:
    """A surge that was open in the week; `peak` is its day with the most above what was expected."""

    code: str
    state: int
    opened: date
    length: int
    peak: date
    expected: float
    upper: float
    excess: float


def emerging(context: Week) -> tuple[Block, ...]:
    """The types that were asked for the first time within two weeks."""
    if len(context.history) < FEWEST_DAYS:
        return (
            say(f"자료가 {len(context.history)}일치뿐이어서({FEWEST_DAYS}일 미만) 새로 나타난 주제를 말하지 않습니다."),
        )
    since = context.window[1] - timedelta(NEW_DAYS - 1)
    first = _first_seen(context)
    fresh = sorted(code for code, day in first.items() if day >= since)
    found = context.by("type_code", context.window)
    context.ledger.protect()
    shown = [c for c in fresh if c in found and not found[c].masked and int(found[c].value or 0) >= SMALL_CELL_K]
    if not shown:
        return (
            say(f"최근 {NEW_DAYS}일 안에 처음 나타나고 이번 주에 {SMALL_CELL_K}건 이상인 코로나19 유형은 없습니다."),
        )
    rows: list[tuple[Cell, ...]] = []
    for code in sorted(shown, key=lambda code: (first[code], code)):
        meaning = context.leaves[code].definition if code in context.leaves else ""
        rows.append((editions.day_text(first[code]), context.type_name(code), meaning, Number(found[code])))
    columns = (Column("처음 본 날", "short"), Column("유형", "text"), Column("무엇을 묻나", "text"), Column("이번 주"))
    note = (
        f"단위: 건. {context.history[0]}부터의 자료에서 처음 나타난 것. 글은 시민의 말이 아니라 유형의 뜻을 적은 것. 분류 체계나 모델이 "
        "바뀌면 있던 주제가 새로 보일 수 있음."
    )
    return (Table("emerging", "새로 나타난 주제", columns, tuple(rows), note),)


def _first_seen(context: Week) -> dict[str, date]:
    """The first day in the history on which a type was counted."""
    import numpy as np

    seen = np.nan_to_num(context.types.counts) > 0
    return {
        code: context.history[int(np.argmax(seen[:, i]))]
        for i, code in enumerate(context.types.names)
        if seen[:, i].any()
    }


def episodes(context: Week) -> list[Episode]:
    """The surges of all COVID contacts, of the groups and of each type that were open in the week, the largest excess
    first."""
    import numpy as np

    from jobs.analysis.episodes import CLOSED, NONE, OPEN, one_day_limit, watch

    above_types = (weekly_levels.TOTAL, *covid_groups.ORDER)
    names = [*above_types, *context.types.names]
    counts = np.column_stack((*(weekly_levels.history(context, name) for name in above_types), context.types.counts))
    days = watch(counts, context.types.kinds, is_city=True)  # a list, as the statistics
    state = np.stack([day.state for day in days])
    expected, upper = np.stack([day.expected for day in days]), np.stack([one_day_limit(day) for day in days])
    week = slice(len(days) - 7, len(days))
    found = []
    for place in np.flatnonzero((state[week] != NONE).any(axis=0)):
        last = int(np.flatnonzero(state[:, place] != NONE)[-1])
        opened = int(np.flatnonzero(state[: last + 1, place] == OPEN)[-1])
        end = last if state[last, place] != CLOSED else last - 1
        above = counts[opened : end + 1, place] - expected[opened : end + 1, place]
        if np.isnan(above).all():
            continue
        peak = opened + int(np.nanargmax(above))
        code = names[place]
        bounds = float(expected[peak, place]), float(upper[peak, place])
        dates = context.history[opened], context.history[peak]
        found.append(
            Episode(
                code, int(state[last, place]), dates[0], end - opened + 1, dates[1], *bounds, float(np.nansum(above))
            )
        )
    return sorted(found, key=lambda each: (-each.excess, each.code))


def log(context: Week) -> tuple[Block, ...]:
    """The week's surges with the peak's count, expectation and limit."""
    if len(context.history) < FEWEST_DAYS:
        return (say(f"자료가 {len(context.history)}일치뿐이어서({FEWEST_DAYS}일 미만) 경보를 내지 않았습니다."),)
    shown = _shown(context, episodes(context))
    if not shown:
        return (say("이번 주에 열려 있던 경보는 없습니다."),)
    rows: list[tuple[Cell, ...]] = []
    for each, figure in shown[:ROWS]:
        bases = (figure, _count(context, each.code, (context.history[0], each.peak - timedelta(1))))
        bounds = [
            Number(derived.estimate(context.ledger, name, bases, value, _estimate(context, each, name)))
            for name, value in (("expected", each.expected), ("upper", each.upper))
        ]
        opened, peak = (f"{day.month}.{day.day}." for day in (each.opened, each.peak))
        name = _name(context, each.code)
        rows.append((name, _STATES[each.state], opened, f"{each.length}일", peak, Number(figure), *bounds))
    columns = (
        Column("상담", "text"),
        *(Column(title, "short") for title in ("상태", "시작", "길이", "정점")),
        *map(Column, ("정점의 건수", "기대값", "하루 상한")),
    )
    rest = f" 모두 {len(shown)}건 가운데 많은 차례로 {ROWS}건." if len(shown) > ROWS else ""
    note = (
        f"단위: 건. 상태는 이번 주 마지막 것. 하루의 건수가 상한 아래여도 사흘·이레의 합으로 열릴 수 있음.{rest} 정점의 건수가 작아 가린 "
        "경보는 뺌. 28일이 지난 경보는 새 수준으로 봄."
    )
    return (Table("alarms", "경보 기록", columns, tuple(rows), note),)


def _estimate(context: Week, each: Episode, name: str) -> Estimate:
    return Estimate(context.step(METHOD), f"{each.code} {name}", "건", "경보의 기대값과 하루 상한")


def outputs(context: Week, step: Step) -> dict[str, float]:
    """The expectation and limit of each surge, by `code expected` and `code upper`."""
    found = episodes(context)
    return {f"{each.code} {name}": getattr(each, name) for each in found for name in ("expected", "upper")}


def _shown(context: Week, found: Sequence[Episode]) -> list[tuple[Episode, Figure]]:
    """The episodes whose peak may be shown."""
    pairs = []
    for each in found:
        pairs.append((each, _count(context, each.code, (each.peak, each.peak))))
    context.ledger.protect()
    return [(e, f) for e, f in pairs if not f.masked and int(f.value or 0) >= SMALL_CELL_K]


def _count(context: Week, code: str, window: Window) -> Figure:
    """The contacts of a series under watch."""
    if code in covid_groups.ORDER:
        return covid_groups.figures(context.ledger, window)[code]
    where = None if code == weekly_levels.TOTAL else {"type_code": code}
    return context.ledger.figure("covid_type_count", window, where)


def _name(context: Week, code: str) -> str:
    if code == weekly_levels.TOTAL:
        return "코로나19 전체"
    return f"그룹: {covid_groups.plain(code)}" if code in covid_groups.ORDER else context.type_name(code)


def sentence(context: Week) -> Text:
    """How many surges are open, and the largest."""
    if len(context.history) < FEWEST_DAYS:
        return say(f"자료가 {len(context.history)}일치뿐이어서 경보는 내지 않았습니다.")
    shown = _shown(context, episodes(context))
    if not shown:
        return say("이번 주에 열려 있던 경보는 없습니다.")
    first, figure = shown[0]
    return say(
        f"이번 주에 경보 {len(shown)}건이 열려 있었고, 기대를 가장 많이 넘은 것은 ‘{{}}’입니다({first.opened.month}월 "
        f"{first.opened.day}일 시작, 정점 {first.peak.month}월 {first.peak.day}일 {{}}).",
        _name(context, first.code),
        Number(figure, with_unit=True),
    )
