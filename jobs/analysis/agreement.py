"""How far reviewers who judged the same contacts agree.

Belongs here: coefficients over nominal judgements. Does not: who judged what, or which judgement stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """`units` judged at least twice, their `pairs` of judgements, the share of equal pairs (0-1) and alpha (at most 1).

    Both are `None` where there is nothing to compare; alpha also where every judgement is the same.
    """

    units: int
    pairs: int
    observed_rate: float | None
    alpha: float | None


def agreement(units: Iterable[Sequence[Hashable]]) -> Agreement:
    """Krippendorff's alpha for nominal data, any number of judges and missing judgements.

    `units` are the judgements of each contact. Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability
    (2011), section C.
    """
    judged = [list(unit) for unit in units if len(unit) > 1]
    pairs = sum(len(unit) * (len(unit) - 1) // 2 for unit in judged)
    if not judged:
        return Agreement(0, 0, None, None)
    values = Counter(value for unit in judged for value in unit)
    total = values.total()
    agreeing, equal_pairs = 0.0, 0
    for unit in judged:
        same = sum(count * (count - 1) for count in Counter(unit).values())
        agreeing += same / (len(unit) - 1)
        equal_pairs += same // 2
    expected = sum(count * (count - 1) for count in values.values())
    apart = total * (total - 1) - expected
    alpha = 1 - (total - 1) * (total - agreeing) / apart if apart else None
    return Agreement(len(judged), pairs, equal_pairs / pairs, alpha)
