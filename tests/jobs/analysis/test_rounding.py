"""Rounding: half up, and shares that sum."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from jobs.analysis.rounding import half_up, largest_remainder


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Fraction(5, 2), 0, 3),
        (Fraction(-5, 2), 0, -3),
        (Fraction(45, 1000), 2, 0.05),
        (Fraction(1991566, 365), 0, 5456),
        (Fraction(1991566 * 100, 7516257), 1, 26.5),
    ],
)
def test_half_up(value: Fraction, decimals: int, expected: float) -> None:
    assert half_up(value, decimals) == expected


def test_six_series_of_2021_round_together() -> None:
    """The Foundation's 59.5 % for the phone comes out only when the six series are rounded together."""
    parts = [4467628, 1419632, 798756, 791295, 22527, 16419]
    shares = largest_remainder(parts, sum(parts), Fraction(100), 1)
    assert shares[0] == 59.5
    assert round(sum(shares), 1) == 100.0
    assert largest_remainder([4467628, 3048629], 7516257, Fraction(100), 1) == [59.4, 40.6]


def test_parts_always_sum_to_their_parent_at_both_levels() -> None:
    draw = random.Random(1)
    for _ in range(300):
        parts = [draw.randrange(0, 500) for _ in range(draw.randrange(1, 12))]
        whole = sum(parts)
        if not whole:
            continue
        shares = largest_remainder(parts, whole, Fraction(100), 1)
        assert round(sum(shares), 6) == 100.0
        split = draw.randrange(0, parts[0] + 1)
        inner = largest_remainder([split, parts[0] - split], whole, Fraction(str(shares[0])), 1)
        assert round(sum(inner), 6) == shares[0]
        assert all(abs(share - part * 100 / whole) < 0.1 for share, part in zip(shares, parts, strict=True))


def test_an_unreachable_sum_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot sum"):
        largest_remainder([1, 1], 4, Fraction(100), 1)
