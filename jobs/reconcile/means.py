"""Means over days and months: does count ÷ days give the print, and if not, over which days does it?

Belongs here: the rule `mean`. Ranges ("하루 2~3천") are claims (`claims`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from jobs.reconcile.dates import Window
from jobs.reconcile.figures import Figure, Kind, Table
from jobs.reconcile.findings import Candidate, Explanation, Finding, as_printed, print_of
from jobs.reconcile.labels import is_daily
from jobs.reconcile.relation import Relation
from jobs.reconcile.shares import is_telling_slip, slip_of, slipped, truncated
from jobs.reconcile.spans import Spans, implied_days, is_telling, possible_windows
from jobs.reconcile.wording import misses, right

_YEAR = 365


def check_means(table: Table, found: dict[Figure, Relation], spans: Spans) -> Iterator[Finding]:
    for figure, relation in found.items():
        if relation.rule == "mean":
            explanation = explain_mean(table, relation, spans)
            yield Finding.of(figure, "mean", explanation)
    for figure in table.valued():
        if figure not in found and figure.kind is Kind.MEAN and figure.numerator and not figure.denominator:
            yield from _without_window(table, figure)
    yield from _same_days(spans)


def explain_mean(table: Table, relation: Relation, spans: Spans) -> Explanation:
    if relation.rounding == "nearest":
        return right(relation)
    if explanation := truncated(table, relation):
        return explanation
    fault = slip_of(relation.figure, relation.expected)
    if fault and is_telling_slip(relation.figure, fault):
        return slipped(relation, fault)
    if explanation := _other_days(table, relation, spans):
        return explanation
    if fault:
        return slipped(relation, fault)
    days = implied_days(relation)
    hint = (
        f" 인쇄된 값이 맞으려면 {_days_text(days)}일이어야 합니다."
        if days
        else " 어떤 날수로 나누어도 인쇄된 값이 나오지 않습니다."
    )
    candidate = Candidate("바른 값", as_printed(relation.figure, relation.expected), relation.figure.name)
    return Explanation("conflict", misses(relation) + hint, (candidate,))


def _days_text(days: list[int]) -> str:
    return str(days[0]) if len(days) == 1 else f"{days[0]}~{days[-1]}"


def _without_window(table: Table, figure: Figure) -> Iterator[Finding]:
    """A daily mean whose days are nowhere printed: some whole number of days must give it."""
    numerator = table.operand(figure.numerator, figure)
    if numerator is None or (not is_daily(f"{figure.unit} {figure.label}") and figure.unit.partition("/")[2] != "일"):
        return
    year = Relation("mean", figure, (numerator.true.scaled(Fraction(1, _YEAR)),), numerator, None, _YEAR)
    days = implied_days(year)
    if days:
        text = f"{numerator.text} ÷ {print_of(figure)} = {_days_text(days)}일입니다. 기간이 적히지 않았습니다."
        yield Finding.of(figure, "mean", Explanation("agrees", text))
    elif is_telling(year):
        fault = slip_of(figure, year.expected)
        if fault and is_telling_slip(figure, fault):
            yield Finding.of(figure, "mean", slipped(year, fault))
            return
        text = f"{numerator.text}을(를) 어떤 날수로 나누어도 {print_of(figure)}이(가) 나오지 않습니다(365일이면 {as_printed(figure, year.expected)})."
        yield Finding.of(figure, "mean", Explanation("conflict", text))


def _other_days(table: Table, relation: Relation, spans: Spans) -> Explanation | None:
    """Another number of days, where it is told by more than chance: by the digits, by a second mean, or by a window."""
    days = implied_days(relation)
    windows = {each.period: each for each in table.figures if each.period}
    printed = [day for day in days if any(window.days == day for window in windows)]
    others = [
        other
        for day in days
        for other in spans.by_days.get(day, [])
        if other.numerator.figure is not relation.numerator.figure
    ]
    if len(days) != 1 or not (is_telling(relation) or others or printed):
        return None
    day = days[0]
    window = relation.window or relation.figure.period or relation.numerator.period
    candidates = tuple(
        Candidate("기간", str(each), fits=index == 0) for index, each in enumerate(_windows(day, window, windows))
    )
    text = f"{misses(relation)} 인쇄된 값은 {day}일로 나눈 것입니다."
    if others:
        text += f" {others[0].figure.title} {print_of(others[0].figure)}도 {day}일이 나와 두 수의 기간이 같습니다."
    if candidates:
        text += f" 기간은 {candidates[0].value}(으)로 보입니다. 기간을 밝혀야 합니다."
    return Explanation("explained", text, candidates)


def _windows(day: int, window: Window | None, known: dict[Window, Figure]) -> list[Window]:
    found = [each for each in known if each.days == day]
    if window:
        found += [each for each in possible_windows(day, window) if each not in found]
    return found


def _same_days(spans: Spans) -> Iterator[Finding]:
    """Where no window is printed, the days that means imply are told beside the counts."""
    for days, relations in spans.by_days.items():
        for relation in relations:
            count = relation.numerator.figure
            if count is None:
                continue
            own = count.period or _year_window(count)
            if own is not None and own.days == days:
                continue
            also = [other.numerator.text for other in relations if other.numerator.figure not in (None, count)]
            text = f"{count.title} {print_of(count)}은(는) 하루평균 {print_of(relation.figure)}(으)로 보아 {days}일의 수치입니다"
            text += f"({also[0]}도 {days}일)." if also else "."
            if own is None:
                continue
            window = possible_windows(days, own)[0]
            if count.period:
                text += f" 적힌 기간({own})이 아니라 {window}(으)로 보입니다."
            yield Finding.of(
                count, "mean", Explanation("explained", text, (Candidate("기간", str(window), count.name, True),))
            )


def _year_window(figure: Figure) -> Window | None:
    years = {mention.year for mention in figure.dates if mention.year}
    year = years.pop() if len(years) == 1 else None
    return Window(date(year, 1, 1), date(year, 12, 31)) if year else None
