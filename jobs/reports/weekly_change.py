"""Which types made the change of the week: a table and a waterfall from last week's total to this week's.

Belongs here: the contributions, which add up to the change. Does not: why (`weekly_events`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.reports import derived
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, Text, say
from jobs.reports.figures import Figure
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.covid_weekly import Week

EACH_WAY = 5


@dataclass(frozen=True)
class Contribution:
    """A type's count this week and last, and their difference."""

    name: str
    now: Figure
    before: Figure
    change: Figure


def relate(context: Week) -> None:
    """Both weeks are the sums of their types; groups too."""
    windows = [context.window] if context.not_compared else [context.window, context.before]
    for window in windows:
        types = context.by("type_code", window)
        for name, total in context.by("covid_group", window).items():
            members = [f for code, f in types.items() if context.families[code]["covid_group"] == name]
            context.ledger.relate(total, members)


def contributions(context: Week) -> tuple[list[Contribution], Contribution]:
    """The types that rose and fell most, as far as they may be shown, from the greatest rise to the greatest fall; and
    all others together. To be made after all that decides the masks."""
    ledger, windows = context.ledger, (context.window, context.before)
    codes = sorted({code for window in windows for code in context.by("type_code", window)})
    now, before = (context.by("type_code", window, codes) for window in windows)
    ledger.protect()
    open_ = [c for c in codes if not any(f.masked or 0 < int(f.value or 0) < SMALL_CELL_K for f in (now[c], before[c]))]
    gap = {code: int(now[code].value or 0) - int(before[code].value or 0) for code in open_}
    order = sorted((code for code in open_ if gap[code]), key=lambda code: (-gap[code], code))
    chosen = [code for code in order if gap[code] > 0][:EACH_WAY]
    chosen += [code for code in order if gap[code] < 0][-EACH_WAY:]
    while True:
        left = [derived.rest(ledger, context.covid(w), [f[c] for c in chosen]) for w, f in zip(windows, (now, before), strict=True)]
        ledger.protect()
        if not any(figure.masked for figure in (*left, *(f[c] for c in chosen for f in (now, before)))) or not chosen:
            break
        chosen.pop(min(range(len(chosen)), key=lambda place: abs(gap[chosen[place]])))
    found = [
        Contribution(context.type_name(code), now[code], before[code], derived.difference(ledger, now[code], before[code]))
        for code in chosen
    ]
    return found, Contribution("그 밖의 유형", left[0], left[1], derived.difference(ledger, left[0], left[1]))


def contribution(context: Week) -> tuple[Block, ...]:
    """The contributions as a table and, where none of its bars is masked, as a waterfall."""
    if context.not_compared:
        return (say(f"{context.not_compared} 무엇이 늘고 줄었는지 가르지 않았습니다."),)
    chosen, left = contributions(context)
    if not chosen:
        return (say(f"두 주 모두 {SMALL_CELL_K}건 이상이고 건수가 달라진 유형이 없어 기여를 싣지 않았습니다."),)
    ledger, totals = context.ledger, [context.covid(window) for window in (context.window, context.before)]
    whole = Contribution("코로나19 전체", *totals, derived.difference(ledger, *totals))
    rows = tuple(_row(context, each) for each in (*chosen, left, whole))
    columns = (Column("유형", "text"), *map(Column, ("이번 주", "지난주", "증감(기여)", "증감률")))
    note = (
        f"단위: 건, 두 주 모두 7일. 많이 늘고 준 유형 {EACH_WAY}개씩까지이며, 가렸거나 한 주라도 1–{SMALL_CELL_K - 1}건인 유형은 ‘그 밖’에 "
        "묶음. 증감을 모두 더하면 전체의 증감."
    )
    table = Table("contribution", "유형별 기여", columns, rows, note, strong=frozenset({len(rows) - 1}))
    if any(figure.masked for each in (*chosen, left, whole) for figure in (each.now, each.before, each.change)):
        return (table,)
    chart = Chart(
        "waterfall",
        "지난주에서 이번 주까지, 유형별 증감",
        ("지난주", *(each.name for each in (*chosen, left)), "이번 주"),
        (totals[1], *(each.change for each in (*chosen, left)), totals[0]),
        "코로나19 상담",
        (),
        "",
        "가로축의 양 끝은 두 주의 코로나19 상담(건), 사이는 유형별 증감(건). 빗금은 줄어든 것. 세로축은 0에서 시작하지 않을 수 있음. 출처: 상담 마트.",
        kind="waterfall",
    )
    return chart, table


def _row(context: Week, each: Contribution) -> tuple[Cell, ...]:
    change = derived.change(context.ledger, each.now, each.before)
    return (
        each.name,
        Number(each.now),
        Number(each.before),
        Number(each.change, signed=True),
        Number(change, signed=True, with_unit=True),
    )


def sentence(context: Week) -> tuple[Text, ...]:
    """The type that rose most and the one that fell most, by count."""
    if context.not_compared:
        return ()
    chosen, _ = contributions(context)
    cells: list[Cell] = []
    pieces = []
    for each, word in ((chosen[0], "늘어난"), (chosen[-1], "줄어든")) if chosen else ():
        rises = int(each.change.value or 0) > 0
        if rises == (word == "늘어난"):
            pieces.append(f"지난주보다 가장 많이 {word} 유형은 ‘{{}}’({{}})")
            cells += [each.name, Number(each.change, signed=True, with_unit=True)]
    return (say(f"{', '.join(pieces)}입니다.", *cells),) if pieces else ()
