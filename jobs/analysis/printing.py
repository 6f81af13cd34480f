"""What a printed number can stand for: intervals of true values, and the rounding that leads from one to the digits.

Belongs here: exact arithmetic on fractions. Does not: how a number is written, or what it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Rounding = Literal["nearest", "truncated", "raised"]


@dataclass(frozen=True)
class Interval:
    """Every value from `low` to `high`, both included."""

    low: Fraction
    high: Fraction

    @classmethod
    def of(cls, value: Fraction | int) -> Interval:
        return cls(Fraction(value), Fraction(value))

    @classmethod
    def around(cls, value: Fraction, step: Fraction) -> Interval:
        """What is printed as `value` when rounded to a multiple of `step`, halves up or to even alike."""
        return cls(value - step / 2, value + step / 2)

    @property
    def middle(self) -> Fraction:
        return (self.low + self.high) / 2

    @property
    def is_exact(self) -> bool:
        return self.low == self.high

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        """Raises `ZeroDivisionError` where `other` may be zero."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError
        if self.is_exact and other.is_exact:
            return Interval.of(self.low / other.low)
        return self * Interval(1 / other.high, 1 / other.low)

    def scaled(self, factor: Fraction | int) -> Interval:
        ends = (self.low * factor, self.high * factor)
        return Interval(*ends) if factor >= 0 else Interval(*reversed(ends))

    def meets(self, other: Interval) -> bool:
        return self.low <= other.high and other.low <= self.high


def rounding_of(true: Interval, value: Fraction, step: Fraction) -> Rounding | None:
    """How some value of `true` becomes `value`, a multiple of `step`: to the nearest, towards zero, away from zero."""
    if true.meets(Interval.around(value, step)):
        return "nearest"
    upwards, downwards = true.low < value + step and true.high >= value, true.high > value - step and true.low <= value
    if (upwards and value >= 0) or (downwards and value <= 0):
        return "truncated"
    return "raised" if upwards or downwards else None


def rounded(value: Fraction, step: Fraction) -> Fraction:
    """`value` to the nearest multiple of `step`, halves away from zero."""
    quotient = abs(value) / step
    whole = (quotient + Fraction(1, 2)).__floor__()
    return whole * step if value >= 0 else -whole * step
