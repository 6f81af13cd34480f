"""Whether a share rises or falls, and whether a volume has changed.

Belongs here: the trend of parts of a total over days, the change of counts between two windows. Does not: growth within
a window (`jobs.analysis.growth`), or a difference between two shares (`jobs.analysis.shift`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.analysis.glm import Floats, fit

STABLE, RISING, FALLING, UNKNOWN = range(4)
_Z = 1.959964  # the normal distribution's 97.5 % point
FEWEST_EVENTS = 10  # in the window; with no more than these nothing is said


@dataclass(frozen=True)
class Trend:
    """For each series: `slope`, the change of the log odds a day, with its 95 % interval, `p_value` (two-sided) and the
    class of trend; NaN and `UNKNOWN` with too few events."""

    slope: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    trend: npt.NDArray[np.int8]


def share_trend(events: Floats, totals: Floats, level: float = 0.01, is_dispersed: bool = True) -> Trend:
    """The trend of `events` among `totals` (days, series; NaN where missing), significant at `level`.

    A logistic regression on the day. The rule is that of the CDC's trend classification (Rnssp, `classify_trend`: a
    window of 13 days, 0.01, more than 10 events), but the days' own noise widens the interval, unless `is_dispersed` is
    False: shares of real days vary by more than the binomial, and a trend must not be made of that.
    """
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    days = np.arange(len(events), dtype=float)
    found = fit(events, np.stack((np.ones_like(days), days - days.mean()), axis=1), "binomial", totals)
    seen = ~np.isnan(events) & (totals > 0)
    freedom = np.maximum(1, seen.sum(axis=0) - 2)
    variance = found.covariance[:, 1, 1] / (1 if is_dispersed else found.dispersion)
    slope, error = found.coefficients[:, 1], np.sqrt(variance)
    p_value = 2 * (stdtr(freedom, -np.abs(slope / error)) if is_dispersed else ndtr(-np.abs(slope / error)))
    reach = error * (stdtrit(freedom, 0.975) if is_dispersed else ndtri(0.975))
    known = (np.where(seen, events, 0).sum(axis=0) > FEWEST_EVENTS) & (seen.sum(axis=0) > 2)
    is_clear = p_value < level
    trend = np.select([~known, is_clear & (slope > 0), is_clear], [UNKNOWN, RISING, FALLING], STABLE).astype(np.int8)
    slope, lower, upper, p_value = (
        np.where(known, part, np.nan) for part in (slope, slope - reach, slope + reach, p_value)
    )
    return Trend(slope, lower, upper, p_value, trend)


@dataclass(frozen=True)
class Change:
    """For each series: the `rate` of change (0.2 is 20 % more) with its 95 % interval, and the two-sided `p_value`."""

    rate: Floats
    lower: Floats
    upper: Floats
    p_value: Floats


def volume_change(now: Floats, before: Floats, dispersion: Floats, error_rate: Floats) -> Change:
    """The change from one window's counts (series,) to the next one's.

    The variance of a logarithm is that of the counts, `dispersion` times Poisson's, plus what the classifier leaves
    open: `error_rate` is the relative standard error of a corrected count (0 where there is nothing to correct), and
    the two windows' errors count as independent, as nobody knows that they stay alike. Half an event is added to both
    counts. Source: the delta method for a ratio of counts (Agresti, Categorical Data Analysis, 3rd ed. 2013, section 3.1).
    """
    from scipy.special import ndtr

    log = np.log((now + 0.5) / (before + 0.5))
    error = np.sqrt(dispersion * (1 / (now + 0.5) + 1 / (before + 0.5)) + 2 * error_rate**2)
    low, high = log - _Z * error, log + _Z * error
    return Change(np.expm1(log), np.expm1(low), np.expm1(high), np.asarray(2 * ndtr(-np.abs(log) / error)))
