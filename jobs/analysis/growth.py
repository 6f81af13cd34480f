"""How fast counts grow: rate a day and doubling time, with intervals.

Belongs here: exponential growth within a window. Does not: whether it is a surge, or what comes next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jobs.analysis.glm import Floats, fit


@dataclass(frozen=True)
class Growth:
    """For each series: the growth `rate` (log a day: 0.1 is +10.5 % a day) with its 95 % interval, and the days in
    which a count doubles (negative: halves), whose interval is that of 1 / rate. Where the rate's interval holds 0 the
    doubling time may be anything beyond: its bounds are then NaN. NaN throughout without two days with counts."""

    rate: Floats
    lower: Floats
    upper: Floats
    doubling_days: Floats
    doubling_lower: Floats
    doubling_upper: Floats


def growth(counts: Floats, factors: Floats | None = None) -> Growth:
    """Growth over the window `counts` (days, series; NaN where missing).

    Log-linear quasi-Poisson regression on the day with a t interval. `factors` (days, series) is what the kinds of day
    make of a count (or exposure): growth is measured beside them. Source: Wallinga & Lipsitch, Proceedings of the Royal
    Society B 274 (2007) 599, for the exponential rate and the doubling time ln 2 / rate.
    """
    from scipy.special import stdtrit

    days = np.arange(len(counts), dtype=float)
    given = np.ones_like(counts) if factors is None else factors
    found = fit(counts, np.stack((np.ones_like(days), days - days.mean()), axis=1), totals=given)
    seen = (~np.isnan(counts)).sum(axis=0)
    known = (np.nan_to_num(counts) > 0).sum(axis=0) > 1
    rate = np.where(known, found.coefficients[:, 1], np.nan)
    reach = stdtrit(np.maximum(1, seen - 2), 0.975) * np.sqrt(found.covariance[:, 1, 1])
    lower, upper = rate - reach, rate + reach
    is_clear = (lower > 0) | (upper < 0)
    with np.errstate(divide="ignore"):
        doubling = np.log(2) / rate
        bounds = [np.where(is_clear, np.log(2) / bound, np.nan) for bound in (upper, lower)]
    return Growth(rate, lower, upper, doubling, *bounds)
