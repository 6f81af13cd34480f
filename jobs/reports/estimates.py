"""Figures that a statistical method gives: forecasts, effects and their bounds, recorded like every other number.

Belongs here: putting an estimate into the ledger with the counts that it rests on. Does not: the methods
(`jobs.analysis`), or arithmetic on figures (`derived`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from jobs.analysis.rounding import half_up
from jobs.reports.figures import Figure, Ledger


def estimate(
    ledger: Ledger, bases: Sequence[Figure], kind: str, value: float, unit: str, basis: str, decimals: int = 0
) -> Figure:
    """`value` in `unit`, as `basis` says it was found; masked with any count of `bases`. NaN and infinity are undefined.

    `kind` names the method and tells estimates of the same bases apart. The numerator is the estimate before rounding.
    """
    known = math.isfinite(value)
    exact = Fraction(value) if known else None
    first = bases[0]
    return ledger.add(
        Figure(
            f"{first.figure_id}:{kind}",
            f"{first.metric_id}.{kind.partition('@')[0]}",
            None if exact is None else half_up(exact, decimals),
            round(value, 6) if known else None,
            None,
            first.window,
            f"{first.counting_basis} / {basis}",
            unit,
            f"추정값, 소수 {decimals}자리 반올림" if decimals else "추정값, 정수로 반올림",
            ledger.vintage,
            decimals=decimals,
            counts=tuple(count for base in bases for count in base.counts),
        )
    )
