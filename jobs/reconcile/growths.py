"""Growths: against the period before, in the right unit, of the right thing, over windows of the same length.

Belongs here: the rules `growth` and `difference`, and the growth of a volume that is called the growth of a rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations

from jobs.analysis.printing import Interval
from jobs.reconcile.bases import Base, bases, considered, fitting
from jobs.reconcile.changes import is_growth_row
from jobs.reconcile.dates import Window, alike
from jobs.reconcile.figures import Figure, Kind, Operand, Table
from jobs.reconcile.findings import Candidate, Explanation, Finding, as_printed, in_detail, number, print_of
from jobs.reconcile.labels import expression_result, is_growth, rate_named
from jobs.reconcile.relation import Relation
from jobs.reconcile.shares import from_rounded, is_telling_slip, slip_of, slipped, truncated
from jobs.reconcile.spans import Spans
from jobs.reconcile.wording import misses, pair, right, signed

_MOST_PAIRED = 40
_RATE_ITSELF = Fraction(1, 2)  # a part of this size and more is a rate, not the change of one


def check_growths(table: Table, found: dict[Figure, Relation], spans: Spans) -> Iterator[Finding]:
    for figure, relation in found.items():
        if relation.rule in ("growth", "difference"):
            yield Finding.of(figure, relation.rule, explain_growth(table, relation, spans))
    for figure in table.valued():
        if explanation := _volume_called_rate(table, figure, found.get(figure)):
            yield Finding.of(figure, "base", explanation)
        elif figure not in found and not (figure.period_before or figure.denominator) and is_growth_row(figure):
            yield from _no_base(table, figure)


def explain_growth(table: Table, relation: Relation, spans: Spans) -> Explanation:
    if relation.rounding == "nearest":
        return _wrong_unit(relation) or _unequal(relation, spans) or right(relation)
    reasons = (
        _points(relation),
        truncated(table, relation),
        _other_form(relation),
        _per_day(relation, spans),
        from_rounded(table, relation),
    )
    if explanation := next((reason for reason in reasons if reason), None):
        return explanation
    if (fault := slip_of(relation.figure, relation.expected)) and is_telling_slip(relation.figure, fault):
        return slipped(relation, fault)
    near = Candidate("바른 값", as_printed(relation.figure, relation.expected), relation.figure.name, True)
    pairs = _other_pairs(table, relation)
    text = f"{misses(relation)} 맞는 값은 {signed(as_printed(relation.figure, relation.expected))}입니다."
    if pairs:
        text += " 표의 다른 두 수로는 나오지만 우연일 수 있습니다(candidates)."
    return Explanation("conflict", text, (near, *pairs))


def _wrong_unit(relation: Relation) -> Explanation | None:
    """%p on a growth of counts, or % on a difference of rates."""
    figure = relation.figure
    if relation.rule == "growth" and figure.kind is Kind.POINT:
        return Explanation("explained", f"{pair(relation)}은(는) 건수의 증감이므로 %p가 아니라 %로 적어야 합니다.")
    if relation.rule == "difference" and figure.kind is Kind.PERCENT:
        points = Candidate("바른 단위", f"{as_printed(figure, relation.expected)}p", figure.name, True)
        return Explanation(
            "explained", f"{pair(relation)}은(는) 두 비율의 차이므로 %가 아니라 %p로 적어야 합니다.", (points,)
        )
    return None


def _points(relation: Relation) -> Explanation | None:
    """% on a difference of rates, or %p on a growth of a rate."""
    now, before, figure = relation.numerator, relation.base, relation.figure
    assert before is not None and figure.printed is not None
    if not (now.could_be_rate and before.could_be_rate):
        return None
    apart = now.true.middle - before.true.middle
    is_rate = relation.rule == "growth" and (now.is_rate or before.is_rate or rate_named(figure.label) is not None)
    around = Interval.around(abs(figure.printed.value), figure.printed.step)
    if is_rate and Interval.of(abs(apart)).meets(around):
        points = f"{number(apart, figure.printed.step)}%p"
        text = f"{pair(relation)}: 두 비율의 차 {points}입니다. %가 아니라 %p로 적어야 합니다(%로는 {in_detail(figure, relation.readings[0])})."
        return Explanation("explained", text, (Candidate("바른 단위", points, figure.name, True),))
    if relation.rule == "difference" and figure.kind is Kind.POINT and before.true.low > 0:
        growth = (now.true / before.true - Interval.of(1)).scaled(100)
        if relation.rounding_to(growth) == "nearest":
            text = f"{misses(relation)} 인쇄된 값은 비율의 증감률(%)입니다. %p가 아니라 %로 적거나 차를 적어야 합니다."
            return Explanation("explained", text, (Candidate("차", as_printed(figure, relation.expected)),))
    return None


def _other_form(relation: Relation) -> Explanation | None:
    """The sign, the later period as the base, or the multiple in the place of the growth."""
    now, before = relation.numerator.true, relation.base.true if relation.base else Interval.of(0)
    forms: dict[str, Interval] = {"부호가 반대인 값": relation.readings[0].scaled(-1)}
    if relation.rule == "growth" and now.low > 0 and before.low > 0:
        ratio = now / before
        forms["앞 기간이 아니라 뒤 기간을 분모로 한 증감률"] = Interval.of(100) - (before / now).scaled(100)
        forms["증감률이 아니라 앞 기간에 대한 비율(몇 %가 되었는지)"] = ratio.scaled(100)
    for name, value in forms.items():
        if relation.rounding_to(value) == "nearest":
            verdict = "conflict" if name.startswith("부호") else "explained"
            text = f"{misses(relation)} 인쇄된 값은 {name}입니다."
            return Explanation(verdict, text, (Candidate("증감률", as_printed(relation.figure, relation.expected)),))  # type: ignore[arg-type]
    return None


def _windows(relation: Relation, spans: Spans) -> tuple[int, int, str] | None:
    """(days now, days before, words) where the two windows are of unequal length; None where equal or unknown."""
    now, before = relation.numerator.figure, relation.base.figure if relation.base else None
    if now is None or before is None or not {now.kind, before.kind} <= {Kind.COUNT}:
        return None
    one, other = spans.window(now), spans.window(before)
    if one and other and alike(one, other) and not spans.is_implied(now) and not spans.is_implied(before):
        return None
    days = spans.days(now), spans.days(before)
    if not days[0] or not days[1] or days[0] == days[1] or (one and other and alike(one, other)):
        return None
    return days[0], days[1], f"앞 기간은 {_days(days[1], other)}, 뒤 기간은 {_days(days[0], one)}"


def _days(days: int, window: Window | None) -> str:
    return str(window) if window and window.days == days else f"{days}일"


def _daily_growth(relation: Relation, days: tuple[int, int]) -> Interval:
    assert relation.base is not None
    return (
        relation.numerator.true.scaled(Fraction(1, days[0])) / relation.base.true.scaled(Fraction(1, days[1]))
        - Interval.of(1)
    ).scaled(100)


def _unequal(relation: Relation, spans: Spans) -> Explanation | None:
    """Right, but of windows that are not equally long."""
    if relation.rule != "growth" or (windows := _windows(relation, spans)) is None:
        return None
    daily = as_printed(relation.figure, _daily_growth(relation, windows[:2]))
    text = (
        f"{pair(relation)}의 증감률로는 맞으나 기간의 길이가 다릅니다({windows[2]}). 하루평균으로는 {signed(daily)}입니다. "
        "기간이 다름을 밝히거나 하루평균으로 비교해야 합니다."
    )
    return Explanation("explained", text, (Candidate("하루평균 증감률", daily, relation.figure.name, True),))


def _per_day(relation: Relation, spans: Spans) -> Explanation | None:
    if relation.rule != "growth" or (windows := _windows(relation, spans)) is None:
        return None
    daily = _daily_growth(relation, windows[:2])
    if relation.rounding_to(daily) != "nearest":
        return None
    text = f"{misses(relation)} 인쇄된 값은 하루평균의 증감률입니다({windows[2]}). 그렇게 적어야 합니다."
    return Explanation("explained", text, (Candidate("건수의 증감률", as_printed(relation.figure, relation.expected)),))


def _other_pairs(table: Table, relation: Relation) -> tuple[Candidate, ...]:
    """Other pairs of the table whose growth is the print: hints, since many pairs are tried."""
    figure = relation.figure
    assert figure.printed is not None
    counts = [each for each in table.counts() if each.true.low > 0][:_MOST_PAIRED]
    pairs = []
    near, width = float(figure.printed.value), float(figure.printed.step)
    for now, before in permutations(counts, 2):
        growth = (float(now.true.middle) / float(before.true.middle) - 1) * 100
        if now.unit == before.unit and abs(growth - near) <= width / 2:
            pairs.append(Candidate(f"{before.title} → {now.title}", print_of(figure), now.name))
    return tuple(pairs[:3])


def _volume_called_rate(table: Table, figure: Figure, relation: Relation | None) -> Explanation | None:
    """The growth of what was answered, called the growth of the rate at which it was answered."""
    rate = rate_named(figure.label)
    is_rise = is_growth(figure.label) or (figure.printed is not None and figure.printed.is_signed)
    if rate is None or not is_rise or figure.kind not in (Kind.PERCENT, Kind.POINT):
        return None
    numerator = relation.numerator if relation else _numerator(table, figure)
    if (
        numerator is None
        or numerator.is_rate
        or (relation and (relation.rule == "difference" or (relation.base and relation.base.could_be_rate)))
    ):
        return None
    found = bases(table, figure, numerator)
    fits, _ = fitting(figure, numerator, found)
    wholes = {
        each.denominator
        for each in table.valued()
        if each is not figure and each.kind is Kind.PERCENT and rate in each.label
    }
    if relation and relation.base:
        if relation.rounding != "nearest" or _is_about_rate(relation, wholes):
            return None
        base = relation.base.text
    elif fits:
        base = fits[0].text
    else:
        return None
    points = _points_of_rate(figure, rate, numerator, [base for base in found if base not in fits], wholes)
    changes = ", ".join(f"{point.what.partition(':')[0]}에서 {point.value}" for point in points[:3])
    text = (
        f"이름은 {rate}이나 {print_of(figure)}은(는) {base}을(를) 분모로 한 값입니다. 양(건수)의 증가율이지 {rate}의 변화가 아닙니다. "
        + (f"{rate}의 변화로는 {changes}입니다." if points else f"{rate}의 변화는 %p로 적어야 합니다.")
    )
    return Explanation("explained", text, (*considered(figure, numerator, found, fits), *points))


def _is_about_rate(relation: Relation, wholes: set[str]) -> bool:
    """Whether it is the rate itself after all, or its change on its own base."""
    assert relation.base is not None
    ratio = relation.numerator.true / relation.base.true
    is_rate = ratio.low >= _RATE_ITSELF and relation.rounding_to(ratio.scaled(100)) == "nearest"
    is_whole = relation.base.figure is not None and relation.base.figure.name in wholes
    return is_rate or (is_whole and ratio.high < _RATE_ITSELF)


def _points_of_rate(
    figure: Figure, rate: str, numerator: Operand, found: list[Base], wholes: set[str]
) -> list[Candidate]:
    """What the volume would be in points of the rate, on the bases of its printed rates; else on any but its own counts."""
    stem = rate.rstrip("율률")
    return [
        Candidate(
            f"분모 {each.text}: {rate}의 변화", f"{number(share.middle, Fraction(1, 100))}%p", each.figure.name, False
        )
        for each in found
        if each.figure
        and (each.figure.name in wholes or (not wholes and stem not in each.figure.subject))
        and (share := each.share(numerator))
        and share.high < 100
    ]


def _numerator(table: Table, figure: Figure) -> Operand | None:
    """As the row names it, or the outcome of the sum in its label."""
    return table.operand(figure.numerator or expression_result(figure.label), figure)


def _no_base(table: Table, figure: Figure) -> Iterator[Finding]:
    """A growth that names what grew and not from what."""
    numerator = _numerator(table, figure)
    if numerator is None or numerator.is_rate or figure.kind is not Kind.PERCENT:
        return
    found = bases(table, figure, numerator)
    fits, is_telling = fitting(figure, numerator, found)
    candidates = considered(figure, numerator, found, fits)
    if fits:
        base = f"{fits[0].text} {number(fits[0].true.middle)}"
        text = f"증감률의 분모가 적히지 않았습니다. {base}을(를) 분모로 하면 {print_of(figure)}입니다."
        yield Finding.of(figure, "base", Explanation("explained" if is_telling else "conflict", text, candidates))
        return
    text = f"증감률의 앞 기간(period_before)이 적히지 않았고, {print_of(figure)}이(가) 나오는 분모가 표에 없습니다."
    yield Finding.of(figure, "base", Explanation("conflict", text, candidates))
