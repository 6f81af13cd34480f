"""The three sentences at the head of the daily COVID brief.

Belongs here: what is said, and the tests that it rests on: counts are facts; "more than expected", "rises" and "better"
are said only where a test says so. Does not: tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs.reports import derived, editions
from jobs.reports.covid_indicators import ARS0
from jobs.reports.covid_statistics import WHOLE, Signal, Watch
from jobs.reports.document import Cell, Number, Text, say
from jobs.reports.figures import Figure
from schemas.statistics_tables import COVID

if TYPE_CHECKING:
    from jobs.reports.covid_daily import Day


def messages(context: Day, watch: Watch, found: list[Signal]) -> tuple[Text, Text, Text]:
    """Volume against what was expected; changes and the strongest signal; the telephone."""
    return _volume(context, watch, found), _changes(context, watch, found), _phone(context)


def _volume(context: Day, watch: Watch, found: list[Signal]) -> Text:
    total, covid, share = (
        Number(context.ledger.figure(name, context.window), with_unit=True)
        for name in ("consultation_count", "covid_count", "covid_share_pct")
    )
    said = f"{editions.day_text(context.day)} 전체 상담은 {{}}이고, 그 가운데 코로나19 상담은 {{}}(비중 {{}})"
    bounds = watch.expected("covid", COVID)
    if bounds is None:
        return say(f"{said}입니다.", total, covid, share)
    mean, upper = (Number(figure, with_unit=True) for figure in bounds)
    surge = next((signal for signal in found if signal.name == WHOLE), None)
    if surge is not None:  # also on a day below the bound, while the last days together are too many
        return say(
            f"{said}으로, 급증 {surge.day}일째입니다(기대 {{}}, 하루 상한 {{}}).", total, covid, share, mean, upper
        )
    is_within = covid.figure.exact <= upper.figure.exact
    verdict = "기대 {}, 상한 {} 안입니다" if is_within else "기대 {}, 상한 {}을 넘었습니다"
    return say(f"{said}으로, {verdict}.", total, covid, share, mean, upper)


def _changes(context: Day, watch: Watch, found: list[Signal]) -> Text:
    covid = context.ledger.figure("covid_count", context.window)
    pieces: list[str] = []
    cells: list[Cell] = []
    for name, other, channels in context.compared:
        before = context.figure("covid_count", other)
        if before is None:
            pieces.append(f"{name}({editions.day_text(other)})은 자료가 없어 견주지 못했습니다")
            continue
        if "phone" in channels:
            pieces.append(f"{name}과는 전화 자료가 한쪽에만 있어(자료가 있는 채널이 다름) 견주지 않았습니다")
            continue
        pieces.append(f"{name} 대비 {{}}({{}}){' (자료가 있는 채널이 다름)' if channels else ''}")
        cells += [
            Number(derived.difference(context.ledger, covid, before), signed=True, with_unit=True),
            Number(derived.change(context.ledger, covid, before), signed=True, with_unit=True),
        ]
    said = f"코로나19 상담 증감: {', '.join(pieces)}."
    parts = [signal for signal in found if signal.name != WHOLE]
    if parts:
        said += f" 급증 신호 {len(found)}개, 가장 뚜렷한 것은 ‘{{}}’(관측 {{}}, 기대 {{}}, {parts[0].day}일째)."
        cells += [
            parts[0].name,
            Number(parts[0].observed, with_unit=True),
            Number(parts[0].expected, with_unit=True),
        ]
    elif watch.is_there and not found:
        said += " 그룹과 유형의 급증 신호는 없습니다."
    return say(said, *cells)


def _phone(context: Day) -> Text:
    if context.day not in context.phone_days:
        return say("전화 자료가 없어 ARS 0번(코로나19)의 인입과 응대는 싣지 못했습니다.")
    ledger = context.ledger
    names = ("ars0_inflow_count", "ars0_answered_count", "ars0_abandoned_count")
    numbers = [Number(ledger.figure(name, context.window), with_unit=True) for name in names]
    rate = ledger.figure("answer_rate_pct", context.window, ARS0)
    said = "ARS 0번(코로나19) 전화는 인입 {}, 응대 {}, 포기 {}이며 응대율은 {}"
    before = context.figure("answer_rate_pct", context.last_week, ARS0)
    if before is None or not before.denominator or not rate.denominator:
        return say(f"{said}입니다.", *numbers, Number(rate, with_unit=True))
    moved = Number(derived.difference(ledger, rate, before), signed=True, with_unit=True)
    return say(f"{said}{_verdict(before, rate)}.", *numbers, Number(rate, with_unit=True), moved)


def _verdict(before: Figure, now: Figure) -> str:
    """Better or worse only where the 95 % interval of the difference of the two rates does not hold zero."""
    from jobs.analysis.shift import share_change

    pairs = [(int(figure.numerator or 0), int(figure.denominator or 0)) for figure in (before, now)]
    lower, _, upper = share_change(*pairs)
    if lower > 0:
        return "로 전주 같은 요일보다 올랐습니다({})"
    if upper < 0:
        return "로 전주 같은 요일보다 떨어졌습니다({})"
    return "입니다(전주 같은 요일과의 차이 {}는 우연의 범위)"
