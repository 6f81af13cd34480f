"""Which types made the change of the week: a table and a waterfall from last week's total to this week's.

Belongs here: the contributions, which add up to the change. Does not: why (`weekly_events`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.reports import covid_groups, derived, weekly_levels
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, Text, say
from jobs.reports.figures import Figure
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.covid_weekly import Week

EACH_WAY = 5


@dataclass(frozen=True)
class Contribution:
    """A type's count this week and last, and their difference. `verdict`: what the test says of it; empty where there is none."""

    name: str
    verdict: str
    now: Figure
    before: Figure
    change: Figure


def relate(context: Week) -> None:
    """Both weeks, their groups and parts are the sums of their types."""
    windows = [context.window] if context.not_compared else [context.window, context.before]
    for window in windows:
        covid_groups.relate_types(context.ledger, window, context.by("type_code", window))


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
        left = [
            derived.rest(ledger, context.covid(w), [f[c] for c in chosen])
            for w, f in zip(windows, (now, before), strict=True)
        ]
        ledger.protect()
        if not any(figure.masked for figure in (*left, *(f[c] for c in chosen for f in (now, before)))) or not chosen:
            break
        chosen.pop(min(range(len(chosen)), key=lambda place: abs(gap[chosen[place]])))
    said = _verdicts(context, chosen)
    found = [_contribution(context, context.type_name(c), said[c], now[c], before[c]) for c in chosen]
    return found, _contribution(context, "그 밖의 유형", "", *left)


def _contribution(context: Week, name: str, verdict: str, now: Figure, before: Figure) -> Contribution:
    return Contribution(name, verdict, now, before, derived.difference(context.ledger, now, before))


def _verdicts(context: Week, codes: list[str]) -> dict[str, str]:
    """The test of each type, at a level shared by all that are tested (Bonferroni)."""
    if not codes:
        return {}
    counts = context.types.counts[:, [context.types.names.index(code) for code in codes]]
    said = weekly_levels.verdicts(context, counts, weekly_levels.LEVEL / (2 * EACH_WAY))
    return dict(zip(codes, said, strict=True))


def contribution(context: Week) -> tuple[Block, ...]:
    """The contributions as a table and, where none of its bars is masked, as a waterfall."""
    if context.not_compared:
        return (say(f"{context.not_compared} 무엇이 늘고 줄었는지 가르지 않았습니다."),)
    chosen, left = contributions(context)
    if not chosen:
        return (say(f"두 주 모두 {SMALL_CELL_K}건 이상이고 건수가 달라진 유형이 없어 기여를 싣지 않았습니다."),)
    totals = [context.covid(window) for window in (context.window, context.before)]
    whole = _contribution(context, "코로나19 전체", "", *totals)
    rows = tuple(_row(context, each) for each in (*chosen, left, whole))
    columns = (
        Column("유형", "text"),
        *map(Column, ("이번 주", "지난주", "증감(기여)", "증감률")),
        Column("지난주 대비", "short"),
    )
    note = (
        f"단위: 건, 두 주 모두 7일. 많이 늘고 준 유형 {EACH_WAY}개씩까지이며, 가렸거나 한 주라도 1–{SMALL_CELL_K - 1}건인 유형은 ‘그 밖’에 "
        "묶음. 증감을 모두 더하면 전체의 증감. 지난주 대비는 코로나19가 아닌 상담을 곁에 두고 날들의 들쭉날쭉함을 넘는지 본 것(유의수준 0.01을 시험한 유형 수로 나눔)."
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
        "맨 위와 맨 아래는 두 주의 코로나19 상담(건), 사이는 유형별 증감(건). 빗금은 줄어든 것. 가로축은 0에서 시작하지 않을 수 있음. 출처: 상담 마트.",
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
        each.verdict,
    )


def sentence(context: Week) -> tuple[Text, ...]:
    """The types that made most of the change and moved beyond the noise of their days."""
    if context.not_compared:
        return ()
    chosen, _ = contributions(context)
    risen = [each for each in chosen if int(each.change.value or 0) > 0 and each.verdict == weekly_levels.ROSE]
    fallen = [each for each in chosen if int(each.change.value or 0) < 0 and each.verdict == weekly_levels.FELL]
    pieces, cells = [], list[Cell]()
    for each, word in (*((e, "늘어난") for e in risen[:1]), *((e, "줄어든") for e in fallen[-1:])):
        pieces.append(f"지난주보다 가장 많이 {word} 유형은 ‘{{}}’({{}})")
        cells += [each.name, Number(each.change, signed=True, with_unit=True)]
    if not pieces:
        return (say("우연을 넘어 늘거나 준 유형은 찾지 못했습니다."),)
    return (say(f"우연을 넘어 달라진 유형 가운데 {', '.join(pieces)}입니다.", *cells),)
