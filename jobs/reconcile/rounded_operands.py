"""Ratios that come out only from rounded figures: 30만 and 70만 instead of the counts behind them."""

from __future__ import annotations

from fractions import Fraction

from jobs.analysis.printing import Interval, rounded, rounding_of
from jobs.reconcile.relation import Relation

_PLACES = {1000: "천", 10**4: "만", 10**5: "십만", 10**6: "백만", 10**7: "천만", 10**8: "억"}


def rounded_operands(relation: Relation) -> str | None:
    """In Korean, the place to which both operands were rounded where the print comes out from them; None otherwise."""
    figure, base = relation.figure, relation.base
    if figure.printed is None or base is None or relation.rule not in ("growth", "share", "quotient"):
        return None
    if not (relation.numerator.true.is_exact and base.true.is_exact):
        return None
    now, before = relation.numerator.true.low, base.true.low
    for place, name in _PLACES.items():
        a, b = rounded(now, Fraction(place)), rounded(before, Fraction(place))
        if min(abs(now), abs(before)) < place * 10:  # at least two digits must be left of each
            return None
        value = a / b if relation.rule == "quotient" else a / b * 100
        true = Interval.of(value - 100 if relation.rule == "growth" else value)
        if rounding_of(true, figure.printed.value, figure.printed.step) == "nearest":
            return f"{name} 단위로 반올림한 {a // place:,}{name}과 {b // place:,}{name}"
    return None
