"""How far a distribution, a share or a vocabulary has moved between two windows.

Belongs here: measures of drift over counts and terms. Does not: which window, which branch, or what to do about it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from jobs.analysis.quantification import wilson


def stability_index(before: Sequence[int], after: Sequence[int]) -> float:
    """The population stability index of two histograms over the same bins; 0 where they have the same shape.

    Half a count is added to each bin, so that an empty one does not make it infinite. Source: N. Siddiqi, Credit Risk
    Scorecards (2006), chapter 8, whose rule of thumb is: below 0.1 no shift, 0.25 and more a large one.
    """
    one, other = ([(count + 0.5) / (sum(counts) + 0.5 * len(counts)) for count in counts] for counts in (before, after))
    return sum((b - a) * math.log(b / a) for a, b in zip(one, other, strict=True))


def share_change(before: tuple[int, int], after: tuple[int, int]) -> tuple[float, float, float]:
    """(lower, difference, upper) of two shares given as (events, all), with the 95 % interval.

    Source: Newcombe, Statistics in Medicine 17 (1998) 873, method 10. Shares of nothing are open: (-1, 0, 1).
    """
    if not before[1] or not after[1]:
        return -1.0, 0.0, 1.0
    p, q = before[0] / before[1], after[0] / after[1]
    (pl, pu), (ql, qu) = wilson(p, before[1]), wilson(q, after[1])
    difference = q - p
    return difference - math.hypot(q - ql, pu - p), difference, difference + math.hypot(qu - q, p - pl)


def novelty(known: set[str], documents: Iterable[Iterable[str]]) -> tuple[int, int]:
    """(terms that are not known, all terms) of documents, each term counted once a document."""
    new = total = 0
    for document in documents:
        terms = set(document)
        total += len(terms)
        new += len(terms - known)
    return new, total
