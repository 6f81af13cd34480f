"""Sums written out in a label or a value: 12×30=360.

Belongs here: the rule `expression`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from jobs.analysis.printing import Interval, rounding_of
from jobs.reconcile.figures import Figure, Kind, Table
from jobs.reconcile.findings import DIGIT_FAULTS, Candidate, Explanation, Finding, in_detail, number, print_of
from jobs.reconcile.labels import EXPRESSION
from jobs.reconcile.numbers import TERM, clean, read_term
from jobs.reconcile.shares import slip_of

_OPERATION = re.compile(rf"(?P<op>[×xX*✕+÷])?\s*(?P<term>{TERM})")


def check_expressions(table: Table) -> Iterator[Finding]:
    """`12×30=360` in a label or a value: the sum must be right, and the figure be its outcome."""
    for figure in table.figures:
        for text in dict.fromkeys((figure.label, figure.value_text)):
            for match in EXPRESSION.finditer(clean(text)):
                if explanation := _expression(figure, match):
                    yield Finding.of(figure, "expression", explanation)


def _expression(figure: Figure, match: re.Match[str]) -> Explanation | None:
    left = match[0].partition("=")[0]
    exact, loose = _outcome(left)
    shown = match[0].strip()
    step = Fraction(1, 100) if exact.denominator != 1 else Fraction(1)
    if match["result"]:
        value, result_step = read_term(match["result"])
        if rounding_of(Interval.of(exact), value, result_step) != "nearest":
            if rounding_of(loose, value, result_step) == "nearest":
                return Explanation(
                    "explained",
                    f"'{shown}': 적힌 수로는 {number(exact, step)}이나, 반올림하기 전의 수로는 나올 수 있습니다.",
                )
            return Explanation(
                "conflict",
                f"'{shown}': 셈하면 {number(exact, step)}입니다.",
                (Candidate("바른 값", number(exact, step)),),
            )
        is_same = figure.kind in (Kind.COUNT, Kind.MEAN) and figure.printed is not None and figure.printed.top is None
        named = clean(figure.numerator).replace(",", "") == str(value)
        terms = [read_term(term)[0] for term in re.findall(TERM, left)]
        if (
            is_same
            and figure.printed
            and not figure.true.meets(Interval.around(value, result_step))
            and figure.printed.value not in terms
            and not named
        ):
            return Explanation(
                "conflict",
                f"'{shown}'의 결과와 인쇄된 값 {print_of(figure)}이(가) 다릅니다.",
                (Candidate("셈식의 결과", number(value, result_step)),),
            )
        return Explanation("agrees", f"'{shown}'의 셈이 맞습니다.")
    if figure.printed is None or figure.printed.top is not None or figure.kind is not Kind.COUNT:
        return None
    expected = Interval.of(exact)
    if expected.meets(figure.true):
        return Explanation("agrees", f"'{shown}' = {print_of(figure)}입니다.")
    fault = slip_of(figure, expected)
    if fault is None and not Fraction(1, 2) <= figure.printed.value / (exact or 1) <= 2:
        return None  # not the outcome of what the label happens to hold
    hint = f" {DIGIT_FAULTS[fault]}으로 보입니다." if fault else ""
    return Explanation(
        "conflict",
        f"'{shown}'을(를) 셈하면 {in_detail(figure, expected)}이나 인쇄된 값은 {print_of(figure)}입니다.{hint}",
    )


def _outcome(left: str) -> tuple[Fraction, Interval]:
    """The value of a written-out sum as its numbers stand, and what it can be where they are rounded."""
    terms: list[tuple[Fraction, Interval]] = []
    for match in _OPERATION.finditer(left):
        value, step = read_term(match["term"])
        loose = Interval.around(value, step) if step < 1 else Interval.of(value)
        operator = match["op"] if terms else "+"
        if operator in ("+", None):
            terms.append((value, loose))
        elif operator == "÷":
            terms[-1] = (terms[-1][0] / (value or 1), terms[-1][1] / loose if loose.low > 0 else loose)
        else:
            terms[-1] = (terms[-1][0] * value, terms[-1][1] * loose)
    total = Interval.of(0)
    for _, loose in terms:
        total = total + loose
    return sum((value for value, _ in terms), Fraction(0)), total
