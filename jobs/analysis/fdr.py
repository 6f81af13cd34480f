"""How many of many tests may be false: limits for p-values of thousands of series at once.

Belongs here: multiple testing. Does not: where the p-values come from.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def benjamini_hochberg(p_values: Floats, rate: float) -> float:
    """The largest p-value that may be called a discovery so that at most `rate` of the discoveries are expected to be
    false; 0 where there is none. NaN are no tests.

    Source: Benjamini & Hochberg, JRSS B 57 (1995) 289; it holds for positively dependent tests (Benjamini & Yekutieli,
    Annals of Statistics 29, 2001, 1165), which series of one city are, and is conservative for discrete ones.
    """
    ordered = np.sort(p_values[~np.isnan(p_values)])
    passing = np.nonzero(ordered <= rate * np.arange(1, len(ordered) + 1) / max(1, len(ordered)))[0]
    return float(ordered[passing[-1]]) if len(passing) else 0.0


def benjamini_yekutieli(p_values: Floats, rate: float) -> float:
    """As `benjamini_hochberg`, for tests that depend on each other in any way. Source: Benjamini & Yekutieli (2001)."""
    tests = np.count_nonzero(~np.isnan(p_values))
    return benjamini_hochberg(p_values, rate / float(np.sum(1 / np.arange(1, tests + 1)))) if tests else 0.0


def surge_limit(
    p_values: Floats, alpha: float, false_a_day: tuple[float, float] = (0.5, 2.0), rate: float = 0.1
) -> float:
    """The p-value up to which a series of the family surges.

    `alpha` for a series by itself; among all series of a day so many that at most `rate` of the discoveries
    (Benjamini-Hochberg) and at most `false_a_day[1]` (Bonferroni's bound on their number) are expected to be false. But
    `false_a_day[0]` are always borne, for the outbreaks that come one at a time. One series alone keeps `alpha`.
    """
    tests = max(1, int(np.count_nonzero(~np.isnan(p_values))))
    borne, most = (number / tests for number in false_a_day)
    return min(alpha, max(borne, min(most, benjamini_hochberg(p_values, rate))))
