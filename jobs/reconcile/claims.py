"""What is claimed in words: ranges a day, superlatives, and sums written out in a label.

Belongs here: the rules `range`, `superlative` and `expression`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from jobs.analysis.printing import Interval, rounding_of
from jobs.reconcile.changes import is_growth_row
from jobs.reconcile.dates import Window
from jobs.reconcile.figures import Figure, Kind, Operand, Table
from jobs.reconcile.findings import Candidate, Explanation, Finding, number, print_of
from jobs.reconcile.labels import DAILY_CLAIM, superlative
from jobs.reconcile.numbers import Printed, clean, parse_printed
from jobs.reconcile.relation import Relation
from jobs.reconcile.relations import span_of

_MOST_SUMMED = 12
_YEAR = 365


def check_ranges(table: Table) -> Iterator[Finding]:
    """`하루 2~3천` beside the count of a period: the mean must lie in the range."""
    for figure in table.figures:
        claim = figure.printed if figure.printed and figure.printed.top is not None else _in_label(figure)
        if claim is None:
            continue
        found = _mean_for(table, figure)
        if found is None:
            if figure.printed and figure.printed.top is not None:
                yield Finding.of(figure, "range", Explanation("agrees", "범위와 견줄 수가 표에 없습니다."))
            continue
        yield Finding.of(figure, "range", _in_range(table, figure, claim, *found))


def _in_label(figure: Figure) -> Printed | None:
    if not (match := DAILY_CLAIM.search(clean(figure.label))) or figure.kind is not Kind.COUNT:
        return None
    try:
        return parse_printed(match["claim"])
    except ValueError:
        return None


def _mean_for(table: Table, figure: Figure) -> tuple[Interval, str, Operand] | None:
    """(mean, how it comes about, what it is the mean of) for a figure that claims a range."""
    numerator = table.operand(figure.numerator, figure)
    if numerator is None and figure.kind is Kind.COUNT and figure.printed and figure.printed.top is None:
        numerator = Operand(
            figure.true, figure.title, figure, figure.unit
        )  # the claim stands in the label of the count
    if numerator is None:
        near = [
            each
            for each in table.valued()
            if figure.subject and each.subject == figure.subject and _meets(each, figure)
        ]
        if not near:
            near = [each for each in table.valued() if _is_about(each, figure) and _meets(each, figure)]
            near = near if len(near) == 1 else []
        near = [each for each in near if each is not figure and each.kind in (Kind.COUNT, Kind.MEAN)]
        near.sort(key=lambda each: each.kind is not Kind.MEAN)
        if not near:
            whole = table.parent(figure)
            near = [whole] if whole and whole.printed and whole.kind in (Kind.COUNT, Kind.MEAN) else []
        if not near:
            return None
        numerator = Operand(near[0].true, near[0].title, near[0], near[0].unit)
    if numerator.figure and numerator.figure.kind is Kind.MEAN:
        return numerator.true, f"{numerator.text} {print_of(numerator.figure)}", numerator
    span, window = span_of(figure, numerator, table.operand(figure.denominator, figure))
    if span is None:
        window = figure.period or numerator.period or _usual_window(table)
        span = window.days if window else _YEAR
    mean = numerator.true.scaled(Fraction(1, span))
    return (
        mean,
        f"{_counted(numerator)} ÷ {window or f'{span}일'} = {number(mean.middle)}",
        numerator,
    )


def _usual_window(table: Table) -> Window | None:
    """The window of most figures, for a figure that is printed without one."""
    windows = Counter(figure.window for figure in table.figures if figure.window)
    return windows.most_common(1)[0][0] if windows else None


def _meets(one: Figure, other: Figure) -> bool:
    return one.period is None or other.period is None or one.period.meets(other.period)


def _counted(numerator: Operand) -> str:
    return f"{numerator.text} {number(numerator.true.middle)}" if numerator.figure else numerator.text


def _is_about(one: Figure, other: Figure) -> bool:
    a, b = one.subject, other.subject
    return (
        bool(a and b)
        and (a in b or b in a)
        and one.kind in (Kind.COUNT, Kind.MEAN)
        and one.unit.partition("/")[0] == other.unit.partition("/")[0]
    )


def _in_range(
    table: Table, figure: Figure, claim: Printed, mean: Interval, how: str, numerator: Operand
) -> Explanation:
    if claim.top is None:
        return _as_claimed(figure, claim, mean, how)
    text = f"{number(claim.value)}~{number(claim.top)}"
    near = Candidate("하루평균", number(mean.middle), numerator.figure.name if numerator.figure else None)
    if claim.value <= mean.high and mean.low <= claim.top:
        return Explanation("agrees", f"{how}(으)로 범위 {text}에 듭니다.")
    wide = Interval(claim.value - claim.step / 2, claim.top + claim.step)
    if mean.meets(wide) and not mean.low < claim.value - claim.step / 10:
        return Explanation("explained", f"{how}(으)로 범위 {text}의 끝에서 반올림 안쪽입니다.", (near,))
    days = (
        f"{number(numerator.true.middle / claim.top)}~{number(numerator.true.middle / claim.value)}일"
        if claim.value > 0
        else ""
    )
    counts = numerator.figure is not None and numerator.figure.kind is Kind.COUNT
    reason = (
        f" 범위대로라면 {days}의 수여야 합니다."
        if counts and days
        else " 평균이 아니라 많은 때의 수라면 그렇게 적어야 합니다."
    )
    sums = _sums_of(table, numerator.figure) if counts and numerator.figure else None
    if sums is not None:
        reason += sums
    return Explanation("conflict", f"{how}(으)로 범위 {text} 밖입니다.{reason}", (near,))


def _as_claimed(figure: Figure, claim: Printed, mean: Interval, how: str) -> Explanation:
    """A daily mean that stands in the label of its count."""
    rounding = rounding_of(mean, claim.value, claim.step)
    if rounding == "nearest":
        return Explanation("agrees", f"{how}(으)로 이름에 적힌 하루평균과 맞습니다.")
    text = f"{how}이나 이름에는 하루평균 {number(claim.value, claim.step)}(으)로 적혔습니다."
    return Explanation("explained" if rounding == "truncated" else "conflict", text)


def _sums_of(table: Table, figure: Figure) -> str | None:
    """Whether some figures of the same unit and window sum to the count."""
    others = [
        each
        for each in table.counts()
        if each is not figure and each.unit == figure.unit and each.period == figure.period
    ]
    others = [each for each in others if each.is_exact and each.true.low <= figure.true.low][:_MOST_SUMMED]
    for size in range(2, len(others) + 1):
        for group in combinations(others, size):
            if sum(each.true.low for each in group) == figure.true.low:
                return f" {' + '.join(each.name for each in group)}의 합과 같습니다."
    return " 표의 다른 수를 더해도 이 수가 되지 않습니다." if len(others) > 1 else None


def check_superlatives(table: Table, found: dict[Figure, Relation]) -> Iterator[Finding]:
    """`최고`, `최대`: nothing of the same subject may exceed it, and a share must say of what it is one."""
    for figure in table.valued():
        turn = superlative(figure.label)
        if not turn or figure.printed is None:
            continue
        rivals = [
            each
            for each in table.valued()
            if each is not figure and each.kind is figure.kind and each.unit == figure.unit
        ]
        rivals = [
            each for each in rivals if figure.subject and each.subject == figure.subject and not superlative(each.label)
        ]
        rivals = [each for each in rivals if is_growth_row(each) == is_growth_row(figure)]
        if figure.kind is Kind.COUNT:  # a longer window holds more by itself
            rivals = [
                each for each in rivals if not (each.period and figure.period) or each.period.days <= figure.period.days
            ]
        beyond = [each for each in rivals if each.printed and (each.printed.value - figure.printed.value) * turn > 0]
        if beyond:
            names = ", ".join(f"{each.title} {print_of(each)}" for each in beyond[:3])
            text = (
                f"{'최고' if turn > 0 else '최저'}라고 하나 {names}이(가) {'더 큽니다' if turn > 0 else '더 작습니다'}."
            )
            yield Finding.of(figure, "superlative", Explanation("conflict", text))
        elif figure.kind is Kind.PERCENT and figure not in found:
            yield Finding.of(figure, "superlative", _base_of_share(table, figure))


def _base_of_share(table: Table, figure: Figure) -> Explanation:
    """A share of one month: of what was counted in that month, or the month's part of the year's count?"""
    assert figure.printed is not None
    window = figure.period or next((mention.window for mention in figure.dates if mention.window), None)
    head = f"{print_of(figure)}의 분모가 적히지 않았습니다. "
    if figure.denominator and (base := table.by_name.get(figure.denominator)):
        head = f"{print_of(figure)}의 분모로 {base.title}이(가) 적혔으나 분자가 없습니다. "
    longer = [
        each
        for each in table.valued()
        if each.kind is Kind.PERCENT and each.subject == figure.subject and each is not figure
    ]
    longer = [each for each in longer if each.period and window and each.period.holds(window) and each.period != window]
    around = [
        each
        for each in table.counts()
        if each.period and window and each.period.holds(window) and each.period.days > window.days
    ]
    if window is None or not (longer or around):
        return Explanation(
            "conflict",
            head + "그 기간의 전체 가운데 비율인지, 긴 기간의 같은 것 가운데 그 기간의 몫인지 밝혀야 합니다.",
        )
    reach = (longer or around)[0].period
    assert reach is not None
    even = Fraction(window.days * 100, reach.days)
    text = (
        f"{head}{window}의 전체 가운데 비율로 보아야 합니다. {reach} 동안의 같은 것 가운데 그 기간의 몫이라면, 고르게 나뉠 때의 "
        f"{number(even, Fraction(1, 10))}%의 {number(figure.printed.value / even, Fraction(1, 10))}배입니다"
    )
    text += f"(긴 기간의 비율은 {longer[0].title} {print_of(longer[0])})." if longer else "."
    candidates = [Candidate(f"{window}의 전체를 분모로 한 비율", print_of(figure), figure.name, True)]
    for each in around[:4]:
        part = each.true.middle * figure.printed.value / 100
        candidates.append(
            Candidate(f"분모가 {each.title} {number(each.true.middle)}이라면 그 기간의 수", number(part), each.name)
        )
    return Explanation("explained", text + " 분모를 밝혀야 합니다.", tuple(candidates))
