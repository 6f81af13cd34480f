"""One thing printed twice: the same subject and window, and different values.

Belongs here: the rule `same_label`. Which of two values is right follows from what else the table says of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

from jobs.analysis.digits import DigitFault, digit_fault, is_telling
from jobs.analysis.printing import rounding_of
from jobs.reconcile.changes import is_growth_row
from jobs.reconcile.dates import Window
from jobs.reconcile.figures import Figure, Kind, Table
from jobs.reconcile.findings import DIGIT_FAULTS, Candidate, Explanation, Finding, print_of
from jobs.reconcile.labels import is_fall, is_monthly, is_stock, qualifiers, subject, superlative
from jobs.reconcile.relation import Relation
from jobs.reconcile.spans import Spans

_MOST_REPEATED = 3  # a label that stands for more values than this is a heading, not a name
_ALIKE = Fraction(3, 4)  # of the larger: counts of one thing under two conditions
_FAR = 400  # days
_NESTED = 0.6  # a window at least this long a part of another is taken for the same period, counted otherwise


def check_repeats(table: Table, found: dict[Figure, Relation], spans: Spans) -> Iterator[Finding]:
    groups: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for figure in table.valued():
        if figure.subject:
            groups[(figure.subject, superlative(figure.label))].append(figure)
    by_name = defaultdict(list)
    for figure in table.valued():
        by_name[figure.name].append(figure)
    seen = set()
    for group in [*groups.values(), *by_name.values()]:
        for same in _periods(group):
            values = {each.printed.value for each in same if each.printed}
            if not 2 <= len(values) <= _MOST_REPEATED and not _units(same):
                continue
            for one, other in combinations(same, 2):
                if (one, other) not in seen and not _are_parts(table, one, other) and _is_one_thing(one, other):
                    seen.add((one, other))
                    yield from _compare(one, other, found, spans)
    yield from _conditions(table)


def _units(group: Sequence[Figure]) -> bool:
    return len(group) <= _MOST_REPEATED and len({each.unit for each in group}) > 1


def _periods(group: list[Figure]) -> list[list[Figure]]:
    """The group by window; figures without one, and windows nearly the same, stand together."""
    windows = dict.fromkeys(each.period for each in group)
    if len(windows) <= 1:
        return [group]
    sets: list[list[Figure]] = []
    for window in windows:
        if window is not None:
            sets.append([each for each in group if each.period == window])
    unknown = [each for each in group if each.period is None]
    if unknown and len(sets) == 1:
        return [sets[0] + unknown]
    if unknown:
        sets.append(unknown)
    for one, other in combinations([window for window in windows if window], 2):
        if _nearly(one, other, all(is_as_of(each) for each in group)):
            sets.append([each for each in group if each.period in (one, other)])
    return sets


def _nearly(one: Window, other: Window, is_as_of: bool) -> bool:
    if is_as_of and one.days == other.days == 1:  # stocks of two days, not far apart
        return abs((one.end - other.end).days) <= _FAR
    long, short = (one, other) if one.days >= other.days else (other, one)
    return long.holds(short) and long.start.year == short.start.year and short.days >= long.days * _NESTED


def is_as_of(figure: Figure) -> bool:
    return is_stock(figure.label) or figure.unit == "명"


def _are_parts(table: Table, one: Figure, other: Figure) -> bool:
    """Siblings, or a whole and its part, are different things whatever they are called."""
    return bool(one.parent and one.parent == other.parent) or table.parent(one) is other or table.parent(other) is one


def _is_one_thing(one: Figure, other: Figure) -> bool:
    for column in ("numerator", "denominator", "period_before"):
        a, b = getattr(one, column), getattr(other, column)
        if a and b and a != b:
            return False
    times = [
        {(each.month, each.last_month, each.quarter, each.half) for each in figure.dates if not each.is_reference}
        for figure in (one, other)
    ]
    if all(times) and times[0] != times[1]:  # 7월 and 8월, where no window is printed
        return False
    for each, named in ((one.name, other), (other.name, one)):
        if each in (named.numerator, named.denominator, named.period_before):
            return False
    if {one.kind, other.kind} == {Kind.COUNT, Kind.MEAN}:  # a number of persons and its monthly mean
        return one.unit == other.unit == "명" and any(is_monthly(each.label) for each in (one, other))
    return one.kind is other.kind and is_growth_row(one) == is_growth_row(other)


def _compare(one: Figure, other: Figure, found: dict[Figure, Relation], spans: Spans) -> Iterator[Finding]:
    """Findings on both figures; on the wrong one alone where the other is proved."""
    assert one.printed is not None and other.printed is not None
    heads = one.unit.partition("/")[0], other.unit.partition("/")[0]
    if all(heads) and heads[0] != heads[1]:
        if one.printed.value == other.printed.value:  # 3회 and 120명 of one training are no fault, 7명 and 7건 are
            text = f"{one.title}와 {other.title}는 값이 같은데 단위가 {one.unit}·{other.unit}(으)로 다릅니다. 무엇을 센 것인지 확인해 주세요."
            yield Finding.of(other, "unit", Explanation("conflict", text))
        return
    plain = (_unsigned(one), _unsigned(other)) if is_fall(one.label) and is_fall(other.label) else (one, other)
    if len({each.printed.value for each in plain if each.printed}) == 1 or _is_rounding(*plain):
        return
    is_near = _nearly_equal(*plain)
    explanation = _explain(one, other, found, spans, is_near)
    proved = [each for each in (one, other) if (relation := found.get(each)) and relation.rounding == "nearest"]
    wrong = [each for each in (one, other) if (relation := found.get(each)) and relation.rounding != "nearest"]
    if proved and wrong and is_near:
        return  # a matter of rounding, and told by the figure's own rule
    for each in wrong if proved and wrong else (one, other):
        yield Finding.of(each, "same_label", explanation)


def _conditions(table: Table) -> Iterator[Finding]:
    """Two counts of nearly the same size whose names differ in what stands in brackets alone."""
    groups: dict[str, list[Figure]] = defaultdict(list)
    for figure in table.counts():
        if bare := subject(re.sub(r"\([^()]*\)", " ", figure.label)):
            groups[bare].append(figure)
    for group in groups.values():
        for one, other in combinations(group, 2):
            windows = {one.period, other.period} - {None}
            if (
                one.subject == other.subject
                or len(group) > _MOST_REPEATED
                or len(windows) > 1
                or one.unit != other.unit
            ):
                continue
            low, high = sorted((one.true.middle, other.true.middle))
            if low == high or low < high * _ALIKE or _are_parts(table, one, other) or not _is_one_thing(one, other):
                continue
            text = f"{one.title} {print_of(one)}와 {other.title} {print_of(other)}은(는) 괄호 안만 다른 이름입니다. 기간이나 세는 기준이 다르면 밝혀야 합니다."
            for each in (one, other):
                yield Finding.of(each, "same_label", Explanation("explained", text))


def _unsigned(figure: Figure) -> Figure:
    assert figure.printed is not None
    return replace(figure, printed=replace(figure.printed, value=abs(figure.printed.value)))


def _is_rounding(one: Figure, other: Figure) -> bool:
    """One is the other, rounded more coarsely."""
    assert one.printed is not None and other.printed is not None
    return one.printed.step != other.printed.step and one.true.meets(other.true)


def _explain(one: Figure, other: Figure, found: dict[Figure, Relation], spans: Spans, is_near: bool) -> Explanation:
    assert one.printed is not None and other.printed is not None
    head = f"같은 이름에 두 값이 있습니다: {one.name} {print_of(one)}, {other.name} {print_of(other)}."
    values = tuple(Candidate(f"{each.title} ({each.line}번째 줄)", print_of(each), each.name) for each in (one, other))
    days = spans.days(one), spans.days(other)
    if (
        one.kind is Kind.COUNT
        and all(days)
        and days[0] != days[1]
        and (one.period != other.period or spans.is_implied(one) or spans.is_implied(other))
    ):
        text = f"{head} 기간이 다릅니다: {one.name} {spans.window(one) or f'{days[0]}일'}, {other.name} {spans.window(other) or f'{days[1]}일'}. 각각의 기간을 밝혀야 합니다."
        return _ordered(one, other, text, values)
    fault = digit_fault(one.printed.steps, other.printed.steps) if one.printed.step == other.printed.step else None
    if fault and is_telling(one.printed.steps, fault) and is_telling(other.printed.steps, fault):
        return _slip(head, fault, (one, other), found, values)
    if one.period != other.period and one.period and other.period:
        return Explanation(
            "explained", f"{head} 기준일이나 기간이 다릅니다({one.period}, {other.period}). 밝혀야 합니다.", values
        )
    is_mean = qualifiers(one.label) != qualifiers(other.label) or {one.kind, other.kind} == {Kind.COUNT, Kind.MEAN}
    if is_as_of(one) and not is_mean:
        text = f"{head} 어느 때에 센 수(저량)라면 기준일이, 기간에 센 수(유량)라면 기간이 달라야 합니다. 반올림이 다르지 않은지와 기준일을 확인해 주세요."
        return Explanation("conflict", text, values)
    if is_near:
        return Explanation(
            "explained",
            f"{head} 한쪽은 반올림하고 한쪽은 버린 값일 수 있습니다. 반올림 규칙을 하나로 해 주세요.",
            values,
        )
    if is_mean:
        return Explanation(
            "explained",
            f"{head} 하나는 어느 때의 수(저량)이고 하나는 기간의 수(유량)나 평균입니다. 무엇을 센 것인지 밝혀야 합니다.",
            values,
        )
    if fault:
        return _slip(head, fault, (one, other), found, values)
    hint = "기간, 세는 기준, 자료의 판이 다르지 않은지 확인해 주세요."
    return Explanation("conflict", f"{head} 자릿수의 잘못이나 반올림으로 설명되지 않습니다. {hint}", values)


def _slip(
    head: str,
    fault: DigitFault,
    pair: tuple[Figure, Figure],
    found: dict[Figure, Relation],
    values: tuple[Candidate, ...],
) -> Explanation:
    proved = [each for each in pair if (relation := found.get(each)) and relation.rounding == "nearest"]
    which = f" 분자와 기간으로 셈하면 {print_of(proved[0])}이(가) 맞습니다." if len(proved) == 1 else ""
    return Explanation("conflict", f"{head} 한쪽은 다른 쪽에서 {DIGIT_FAULTS[fault]}으로 보입니다.{which}", values)


def _ordered(one: Figure, other: Figure, text: str, values: tuple[Candidate, ...]) -> Explanation:
    """A part of a window cannot hold more than all of it."""
    long, short = (one, other) if one.period and other.period and one.period.days >= other.period.days else (other, one)
    is_nested = long.period and short.period and long.period != short.period and long.period.holds(short.period)
    if is_nested and short.true.low > long.true.high and not is_stock(one.label):
        return Explanation(
            "conflict", f"{text} 그런데 짧은 기간({short.name})의 수가 긴 기간({long.name})보다 많습니다.", values
        )
    return Explanation("explained", text, values)


def _nearly_equal(one: Figure, other: Figure) -> bool:
    """One true value can be printed as both, rounded here and cut off there. Counts are printed as they are."""
    assert one.printed is not None and other.printed is not None
    if one.printed.step != other.printed.step:
        fine, coarse = sorted((one, other), key=lambda each: each.printed.step if each.printed else 0)
        assert coarse.printed is not None
        return rounding_of(fine.true, coarse.printed.value, coarse.printed.step) == "truncated"
    if one.is_exact or other.is_exact:
        return False
    apart = abs(one.printed.value - other.printed.value)
    return apart <= one.printed.step
