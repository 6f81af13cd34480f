"""Which of many series stand higher or lower than before, beyond their own noise and beyond chance among so many.

Belongs here: a span against the one before it, for thousands of series at once. Does not: surges as the days come
(`jobs.analysis.episodes`), or shares (`jobs.analysis.trend`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.analysis.fdr import benjamini_hochberg
from jobs.analysis.glm import Floats, fit

BLOCK_DAYS = 7
FEWEST_NOW, FEWEST_BEFORE = 2, 3  # whole weeks
FEWEST_EVENTS = 20  # of a series in both spans together; rarer ones are not tested
RATE = 0.05  # of the discoveries that may be false
_PRIOR_WEEKS = 8.0


@dataclass(frozen=True)
class Changes:
    """For each series: `ratio` of the daily means with its 95 % interval (NaN where untested or without an earlier
    count), and whether the change `holds`."""

    ratio: Floats
    lower: Floats
    upper: Floats
    holds: npt.NDArray[np.bool_]


def changed(now: Floats, before: Floats) -> Changes | None:
    """`now` and `before` (days, series; NaN where missing), `before` ending where `now` begins; `None` with fewer than two
    whole weeks now and three before.

    Sums of whole weeks, so that each weekday stands once in each, in a quasi-Poisson regression on the span (McCullagh &
    Nelder 1989, section 4.5.1), the variance with the weeks' own over-dispersion, drawn to what is usual (Smyth,
    Statistical Applications in Genetics and Molecular Biology 3, 2004, article 3); p-values from Student's t; those hold
    that Benjamini & Hochberg (1995) keep at `RATE` among all series tested.
    """
    from scipy.special import stdtr, stdtrit

    weeks = np.concatenate((_weeks(before), _weeks(now)))
    late = np.concatenate((np.zeros(len(before) // BLOCK_DAYS), np.ones(len(now) // BLOCK_DAYS)))
    known = ~np.isnan(weeks).any(axis=1)
    weeks, late = weeks[known], late[known]
    if late.sum() < FEWEST_NOW or (1 - late).sum() < FEWEST_BEFORE:
        return None
    tested = weeks.sum(axis=0) >= FEWEST_EVENTS
    size = weeks.shape[1]
    ratio, lower, upper, chance = np.full((4, size), np.nan)
    if tested.any():
        # half an event a span, so that a series that was not there before has an end to its interval
        found = fit(weeks[:, tested] + 0.5 / np.where(late > 0, late.sum(), (1 - late).sum())[:, None],
                    np.stack((np.ones_like(late), late), axis=1))  # fmt: skip
        own = len(late) - 2
        freedom = own + _PRIOR_WEEKS
        expected = 1.5 + 0.04 * weeks[:, tested].mean(axis=0)  # as `jobs.analysis.weekly` expects of a week
        dispersion = np.maximum(1.0, (found.dispersion * own + expected * _PRIOR_WEEKS) / freedom)
        slope = found.coefficients[:, 1]
        error = np.sqrt(found.covariance[:, 1, 1] / found.dispersion * dispersion)
        reach = float(stdtrit(freedom, 0.975)) * error
        chance[tested] = 2 * stdtr(freedom, -np.abs(slope / error))
        for target, value in ((ratio, slope), (lower, slope - reach), (upper, slope + reach)):
            target[tested] = np.exp(value)
    holds = np.nan_to_num(chance, nan=2.0) <= benjamini_hochberg(chance, RATE)
    none_before = weeks[late == 0].sum(axis=0) == 0
    for target in (ratio, lower, upper):
        target[none_before] = np.nan
    return Changes(ratio, lower, upper, holds)


def _weeks(counts: Floats) -> Floats:
    """Sums of whole weeks (weeks, series), counted back from the last day; NaN with a missing day."""
    whole = len(counts) // BLOCK_DAYS
    return np.asarray(counts[len(counts) - whole * BLOCK_DAYS :].reshape(whole, BLOCK_DAYS, -1).sum(axis=1), float)
