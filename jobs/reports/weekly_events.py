"""The effect of policy events: what they target against contacts that they do not touch, and neighbours that rose instead.

Belongs here: which types an event is about, and the effects as figures and words. Does not: the method
(`jobs.analysis.intervention`), or the calendar (`policy`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jobs.reports import derived, meanings, policy
from jobs.reports.document import Block, Cell, Column, Number, Table, Text, say
from jobs.reports.figures import Figure, Window
from jobs.reports.steps import Estimate, Step
from schemas.codes import COVID_GROUPS, CodeRow, codes_on
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.covid_weekly import Week

METHOD = "covid-weekly.event-effect"
DAYS_BEFORE = 28
LOOK_BACK = 13  # days before the Sunday on which an event may have begun
FALSE_RATE = 0.1
NEIGHBOURS = 5
_HOLDS = ("늘었음", "줄었음")
_BASIS = "수준 변화율: 단절 시계열, 통제는 코로나19가 아닌 모든 상담"


def effects(context: Week) -> tuple[Block, ...]:
    """A row an event of this week and the last, with the interval of its effect, and the neighbours that rose."""
    events = _events(context)
    if not events:
        return (say("정책 일정표에 이번 주와 지난주에 시작한 사건이 없습니다."),)
    rows = [_row(context, event) for event in events]
    columns = (
        Column("시작", "short"),
        Column("사건", "text"),
        Column("본 상담", "text"),
        *map(Column, ("뒤의 날", "뒤의 건수", "효과", "95% 아래", "95% 위", "효과에 따른 건수")),
        Column("판정", "short"),
    )
    note = (
        f"효과: 앞 {DAYS_BEFORE}일로 미루어 본 것에 대한 변화율(%). 코로나19가 아닌 모든 상담을 통제로 두었으므로 모두가 함께 움직인 것은 "
        "효과가 아님. 구간에 0이 들어 있으면 효과가 있다고 할 근거가 없음. 같은 때의 다른 사건과는 가를 수 없음. 뒤의 날은 사건 날부터 일요일까지."
    )
    table = Table("event_effects", "정책 사건의 효과", columns, tuple(rows), note)
    return (table, *(_neighbours(context, event) for event in events))


def sentence(context: Week) -> tuple[Text, ...]:
    """The events whose effect holds."""
    told = []
    for event in _events(context):
        row = _row(context, event)
        if row[-1] in _HOLDS:
            told.append(
                say(
                    "‘{}’ 뒤 {} 건수는 그것이 없었을 때로 미루어 본 것보다 {}(95% 구간 {}에서 {})입니다.",
                    row[1],
                    row[2],
                    *row[5:8],
                )
            )
    return tuple(told)


def _events(context: Week) -> list[CodeRow]:
    last = context.window[1]
    return policy.begun_in((last - timedelta(LOOK_BACK), last))


def targets(context: Week, event: CodeRow) -> list[str]:
    """The codes of the COVID types that an event is about; all of them where it is about COVID as such."""
    kind = codes_on("policy_kinds", event.valid_from)[event["kind"]]
    known = context.types.names
    for column in ("covid_group", "covid_subgroup"):
        if kind[column]:
            return context.types_under(column, kind[column])
    if kind["words"]:
        leaves = {code: context.leaves[code] for code in known if code in context.leaves}
        return sorted({code for word in kind["words"].split("|") for code in meanings.matching(leaves, word)})
    return known


def _row(context: Week, event: CodeRow) -> tuple[Cell, ...]:
    start, codes = event.valid_from, targets(context, event)
    name = codes_on("policy_kinds", start)[event["kind"]]["target_name"]
    days = (context.window[1] - start).days + 1
    head: tuple[Cell, ...] = (f"{start.month}.{start.day}.", event["title"], name, f"{days}일")
    if not codes:
        return (*head, "", "", "", "", "", "해당 상담 없음")
    window = (start, context.window[1])
    where = {"covid_group": list(COVID_GROUPS), "type_code": codes}
    total = context.ledger.figure("covid_type_count", window, where)
    context.ledger.relate(total, _by_type(context, window, codes).values())
    found = _effect(context, start, [codes])
    if math.isnan(found.ratio[0]):
        return (*head, Number(total), "", "", "", "", "판단 보류(자료 모자람)")
    *values, more = _outputs(found).values()
    earlier = (max(context.history[0], start - timedelta(DAYS_BEFORE)), start - timedelta(1))
    bases = (total, context.ledger.figure("covid_type_count", earlier, where))
    step = context.step(METHOD, start=start.isoformat(), types=codes)
    cells = [
        Number(
            derived.estimate(context.ledger, f"effect_{side}", bases, value, Estimate(step, side, "%", _BASIS)),
            signed=True,
            with_unit=True,
        )
        for side, value in zip(("mid", "lower", "upper"), values, strict=True)
    ]
    excess = Number(
        derived.estimate(context.ledger, "excess", bases, more, Estimate(step, "excess", "건", _BASIS, 0)), signed=True
    )
    return (*head, Number(total), *cells, excess, _word(values))


def _outputs(found: Any) -> dict[str, float]:
    """The effect on the first of the groups: percent with its interval, and contacts."""
    percents = {"mid": found.ratio, "lower": found.lower, "upper": found.upper}
    return {name: float((part[0] - 1) * 100) for name, part in percents.items()} | {"excess": float(found.excess[0])}


def outputs(context: Week, step: Step) -> dict[str, float]:
    """The effect of an event on its types, by `mid`, `lower`, `upper` and `excess`."""
    return _outputs(_effect(context, date.fromisoformat(step.arguments["start"]), [step.arguments["types"]]))


def _by_type(context: Week, window: Window, codes: Sequence[str]) -> dict[str, Figure]:
    """The COVID contacts of some types, by the same counts as in the tables of the week."""
    where = {"covid_group": list(COVID_GROUPS)}
    found = context.ledger.by("covid_type_count", window, ["type_code"], where, keys=codes)
    return {str(code): figure for code, figure in found.items()}


def _word(values: Sequence[float]) -> str:
    _, lower, upper = values
    return _HOLDS[0] if lower > 0 else _HOLDS[1] if upper < 0 else "근거 없음"


def _effect(context: Week, start: date, groups: Sequence[Sequence[str]]) -> Any:
    """The effect on each group of types, from four weeks before the event to the Sunday."""
    import numpy as np

    from jobs.analysis.intervention import effect

    first = max(0, (start - context.history[0]).days - DAYS_BEFORE)
    places = {code: i for i, code in enumerate(context.types.names)}
    counts = np.stack(
        [context.types.counts[first:, [places[c] for c in codes]].sum(axis=1) for codes in groups], axis=1
    )
    after = np.array([day >= start for day in context.history[first:]])
    return effect(counts, context.everything.column("other")[first:], after, context.types.kinds[first:])


def _neighbours(context: Week, event: CodeRow) -> Text:
    """The other COVID types that rose with the event, as far as they may be named."""
    import numpy as np

    from jobs.analysis.fdr import benjamini_hochberg

    start, aimed = event.valid_from, set(targets(context, event))
    window = (start, context.window[1])
    others = [code for code in context.types.names if code not in aimed]
    title = event["title"]
    if not others or start not in context.history:
        return say("‘{}’: 견줄 이웃 유형이 없습니다.", title)
    found = _effect(context, start, [[code] for code in others])
    if np.isnan(found.ratio).all():
        return say("‘{}’: 뒤의 날이나 건수가 모자라 이웃 유형은 살피지 않았습니다.", title)
    limit = benjamini_hochberg(found.p_value, FALSE_RATE)
    counts = _by_type(context, window, others)
    context.ledger.protect()
    risen = [
        (float(found.excess[i]), code)
        for i, code in enumerate(others)
        if found.p_value[i] <= limit
        and found.ratio[i] > 1
        and int(counts[code].value or 0) >= SMALL_CELL_K
        and not counts[code].masked
    ]
    if not risen:
        return say("‘{}’ 뒤에 우연을 넘어 늘어난 이웃 유형은 찾지 못했습니다.", title)
    chosen = [code for _, code in sorted(risen, reverse=True)[:NEIGHBOURS]]
    cells: list[Cell] = [title]
    for code in chosen:
        cells += [context.type_name(code), Number(counts[code], with_unit=True)]
    return say(f"‘{{}}’ 뒤에 함께 늘어난 이웃 유형(뒤의 날 건수): {', '.join(['{}({})'] * len(chosen))}.", *cells)
