"""Rounding as it is published: half up, and shares that sum to their rounded parent.

Belongs here: exact arithmetic on fractions. Does not: which figures are rounded together.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction


def half_up(value: Fraction, decimals: int) -> float | int:
    """`value` rounded half away from zero to `decimals` digits; an `int` for 0 digits."""
    with localcontext() as context:
        context.prec = 40
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return int(rounded) if decimals == 0 else float(rounded) + 0.0


def largest_remainder(parts: Sequence[int], whole: int, target: Fraction, decimals: int) -> list[float]:
    """Percent shares of `parts` in `whole`, rounded to `decimals` digits so that they sum to `target` percent.

    Each share is cut down to the last digit; what is missing to `target` goes, one unit each, to the largest
    remainders (the larger part, then the earlier one, where they tie): the Hamilton method.
    Raises `ValueError` if `target` cannot be reached so.
    """
    unit = 10**decimals
    exact = [Fraction(part * 100 * unit, whole) for part in parts]
    floors = [int(quota) for quota in exact]
    missing = int(target * unit) - sum(floors)
    if not 0 <= missing <= len(parts):
        raise ValueError(f"shares of {list(parts)} in {whole} cannot sum to {float(target)} %")
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - exact[i], -parts[i], i))
    for index in order[:missing]:
        floors[index] += 1
    return [share / unit for share in floors]
