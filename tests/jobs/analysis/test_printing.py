"""Rounding and slips of digits."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from jobs.analysis.digits import digit_fault
from jobs.analysis.printing import Interval, rounded, rounding_of

TENTH = Fraction(1, 10)


@pytest.mark.parametrize(
    ("true", "value", "expected"),
    [
        ("12.34", "12.3", "nearest"),
        ("12.35", "12.4", "nearest"),  # half up
        ("12.35", "12.3", "nearest"),  # half to even would give 12.4, half down 12.3: both are roundings
        ("12.39", "12.3", "truncated"),
        ("12.31", "12.4", "raised"),
        ("12.41", "12.3", None),
        ("-41.86", "-41.8", "truncated"),
        ("-41.82", "-41.9", "raised"),
        ("0.04", "0.0", "nearest"),
        ("-0.09", "0.0", "truncated"),
    ],
)
def test_how_a_value_was_rounded(true: str, value: str, expected: str | None) -> None:
    assert rounding_of(Interval.of(Fraction(true)), Fraction(value), TENTH) == expected


def test_rounded_values_are_the_nearest() -> None:
    lot = random.Random(5)
    for _ in range(500):
        true, step = Fraction(lot.randint(-(10**6), 10**6), lot.randint(1, 999)), Fraction(10) ** lot.randint(-3, 3)
        near = rounded(true, step)
        assert near % step == 0
        assert abs(near - true) <= step / 2
        assert rounding_of(Interval.of(true), near, step) == "nearest"


def test_intervals_hold_what_their_members_give() -> None:
    lot = random.Random(6)
    for _ in range(300):
        ends = [sorted((Fraction(lot.randint(-90, 90)), Fraction(lot.randint(-90, 90)))) for _ in range(2)]
        one, other = (Interval(*pair) for pair in ends)
        a, b = (low + (high - low) * Fraction(lot.randint(0, 10), 10) for low, high in ends)
        results = [(one + other, a + b), (one - other, a - b), (one * other, a * b), (one.scaled(-3), a * -3)]
        if other.low > 0 or other.high < 0:
            results.append((one / other, a / b))
        assert all(interval.low <= value <= interval.high for interval, value in results)
    with pytest.raises(ZeroDivisionError):
        Interval.of(1) / Interval(Fraction(-1), Fraction(1))


@pytest.mark.parametrize(
    ("written", "meant", "fault"),
    [
        (5465, 5456, "transposed"),
        (5546, 5456, "transposed"),
        (141963, 1419632, "dropped"),
        (41963, 1419632, None),
        (14419632, 1419632, "doubled"),
        (14519632, 1419632, "inserted"),
        (14196320, 1419632, "shifted"),
        (1419732, 1419632, "substituted"),
        (1419722, 1419632, None),
        (7, 7, None),
        (-12, 12, None),
        (-21, -12, "transposed"),
        (90, 9, "shifted"),
    ],
)
def test_slips_of_digits(written: int, meant: int, fault: str | None) -> None:
    assert digit_fault(written, meant) == fault
