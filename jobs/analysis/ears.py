"""EARS C1, C2 and C3: the CDC's charts for series with next to no history, such as a type of consultation of last week.

Belongs here: the three charts as they are published. Does not: weekdays and holidays, which they know nothing of; series
with two weeks and more are better watched by `jobs.analysis.episodes`.

Source: Hutwagner, Thompson, Seeman & Treadwell, Journal of Urban Health 80 (2003) i89; the form is that of Salmon,
Schumacher & Höhle, Journal of Statistical Software 70 (2016) 10, section 3.1 (`earsC` of the R package surveillance).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BASELINE = 7  # days


def statistics(counts: Floats, least_deviation: float = 0.0) -> tuple[Floats, Floats, Floats]:
    """C1, C2 and C3 of `counts` (days, ...): for each day, in standard deviations of the seven days before it (C1) or
    before the two days before it (C2); C3 adds what the last three days' C2 had beyond 1.

    NaN where the baseline is not whole; infinite or NaN where it does not vary, unless `least_deviation` says how much
    it varies at least.
    """
    first = _standardised(counts, 0, least_deviation)
    second = _standardised(counts, 2, least_deviation)
    beyond = np.maximum(0.0, second - 1)
    third = np.full_like(second, np.nan)
    third[2:] = beyond[2:] + beyond[1:-1] + beyond[:-2]
    return first, second, third


def upper_bounds(counts: Floats, quantile: float, least_deviation: float = 0.0) -> tuple[Floats, Floats]:
    """The counts (days, ...) above which C1 and C2 alarm at a standard normal `quantile` (3.09 for 0.001)."""
    first, second = (
        mean + quantile * deviation for mean, deviation in (_baseline(counts, lag, least_deviation) for lag in (0, 2))
    )
    return first, second


def alarms(counts: Floats, least_deviation: float = 0.5) -> tuple[Bools, Bools, Bools]:
    """Days (days, ...) on which C1 and C2 pass 3 and C3 passes 2, the published limits."""
    with np.errstate(invalid="ignore"):
        first, second, third = statistics(counts, least_deviation)
        return first > 3, second > 3, third > 2


def _standardised(counts: Floats, lag: int, least: float) -> Floats:
    mean, deviation = _baseline(counts, lag, least)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (counts - mean) / deviation


def _baseline(counts: Floats, lag: int, least: float) -> tuple[Floats, Floats]:
    mean, deviation = np.full((2, *counts.shape), np.nan)
    if len(counts) > BASELINE + lag:
        windows = np.lib.stride_tricks.sliding_window_view(counts, BASELINE, axis=0)[: len(counts) - BASELINE - lag]
        mean[BASELINE + lag :] = windows.mean(axis=-1)
        deviation[BASELINE + lag :] = np.maximum(least, windows.std(axis=-1, ddof=1))
    return mean, deviation
