"""Slips of the pen: how one written number becomes another by a fault in its digits.

Belongs here: comparing two numbers digit by digit. Does not: which of the two is right.
"""

from __future__ import annotations

from typing import Literal

DigitFault = Literal["transposed", "dropped", "doubled", "inserted", "shifted", "substituted"]


LEAST_DIGITS = 4


def is_telling(written: int, fault: DigitFault | None) -> bool:
    """Whether a slip explains a number by itself: numbers of few digits are all a slip away from each other."""
    return fault == "transposed" or (fault not in (None, "substituted") and len(str(abs(written))) >= LEAST_DIGITS)


def digit_fault(written: int, meant: int) -> DigitFault | None:
    """The single slip that turns `meant` into `written`; None where there is none. Both are in units of the last digit.

    `transposed`: two adjacent digits; `dropped`: a digit is missing; `doubled`, `inserted`: one too many, the same as
    its neighbour or another; `shifted`: zeros more or fewer; `substituted`: one digit is another.
    """
    if written == meant or (written < 0) != (meant < 0):
        return None
    there, here = str(abs(meant)), str(abs(written))
    if there.rstrip("0") == here.rstrip("0") and len(there) != len(here):
        return "shifted"
    if len(there) == len(here):
        different = [place for place, (a, b) in enumerate(zip(there, here, strict=True)) if a != b]
        if len(different) == 1:
            return "substituted"
        first, last = different[0], different[-1]
        swapped = last == first + 1 and (there[first], there[last]) == (here[last], here[first])
        return "transposed" if swapped else None
    if len(here) == len(there) - 1:
        return "dropped" if any(there[:i] + there[i + 1 :] == here for i in range(len(there))) else None
    if len(here) == len(there) + 1:
        extra = [i for i in range(len(here)) if here[:i] + here[i + 1 :] == there]
        if not extra:
            return None
        return "doubled" if any(here[i] in (here[i - 1 : i] + here[i + 1 : i + 2]) for i in extra) else "inserted"
    return None
