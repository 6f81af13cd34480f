"""What changed when something happened: counts before and after, against series that it did not touch.

Belongs here: the controlled interrupted time series of many series at once. Does not: which event, or which controls.
An effect that coincides with another event cannot be told from it, whatever the interval says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.analysis.calendar import DAY_AFTER, SATURDAY
from jobs.analysis.glm import Floats, fit

FEWEST_BEFORE, FEWEST_AFTER = 14, 3  # days without which nothing is said
FEWEST_EVENTS = 10  # before and after together
_MOST_MEMORY, _MOST_LOG = 0.8, 30.0


@dataclass(frozen=True)
class Effect:
    """For each series: how many times the count after is what it would have been (`ratio`, 1 is no effect) with its
    95 % interval, `p_value` (two-sided), and `excess`, the events after that are due to it; NaN with too little data."""

    ratio: Floats
    lower: Floats
    upper: Floats
    p_value: Floats
    excess: Floats


def effect(
    counts: Floats,
    control: Floats,
    after: npt.NDArray[np.bool_],
    kinds: npt.NDArray[np.int8],
    has_slope: bool = True,
    fewest_before: int = FEWEST_BEFORE,
) -> Effect:
    """The change of level of `counts` (days, series; NaN where missing) on the days `after` (days,), all at the end.

    Log-linear quasi-Poisson regression of each count on a constant, its own slope (unless `has_slope` is False: then a
    rise that was under way counts too), whether the day is off (`kinds` of `day_kinds`), and the change of level, with
    the unaffected `control` (days,) or (days, series) as what it is drawn from: what moves both is no effect (a
    difference in differences of logarithms). The interval is Student's t, the p-value that of the quasi-likelihood
    ratio (F), both widened for errors that go together from day to day as a sum of AR(1) errors is. Sources: Bernal,
    Cummins & Gasparrini, International Journal of Epidemiology 46 (2017) 348, and 47 (2018) 2082 for controls;
    McCullagh & Nelder, Generalized Linear Models, 2nd ed. 1989, section 9.2. Half an event is spread over the days
    before and half over those after, as Haldane, so that a series that was not there before has an end to its interval.
    """
    from scipy.special import stdtr, stdtrit

    design = _design(after, kinds, has_slope)
    beside = control[:, None] if control.ndim == 1 else control
    exposure = np.broadcast_to(np.where(np.isnan(beside), 0.0, beside), counts.shape)
    seen = ~np.isnan(counts) & (exposure > 0)
    y = counts + np.where(after, 0.5 / max(1, after.sum()), 0.5 / max(1, (~after).sum()))[:, None]
    found, without = fit(y, design, totals=exposure), fit(y, design[:, :-1], totals=exposure)
    means = found.fitted * exposure
    memory = _memory_factor(y, means, seen)
    freedom = np.maximum(1, seen.sum(axis=0) - design.shape[1])
    change = np.clip(found.coefficients[:, -1], -_MOST_LOG, _MOST_LOG)
    reach = stdtrit(freedom, 0.975) * np.sqrt(found.covariance[:, -1, -1] * memory)
    reach = np.minimum(reach, _MOST_LOG)
    ratio = _likelihood_ratio(y, means, without.fitted * exposure, seen) / found.dispersion / memory
    p_value = 2 * stdtr(freedom, -np.sqrt(ratio))
    late = np.where(after[:, None] & seen, np.nan_to_num(counts), 0.0).sum(axis=0)
    known = (seen & ~after[:, None]).sum(axis=0) >= fewest_before
    known &= (seen & after[:, None]).sum(axis=0) >= FEWEST_AFTER
    known &= np.where(seen, np.nan_to_num(counts), 0.0).sum(axis=0) >= FEWEST_EVENTS
    parts = (np.exp(change), np.exp(change - reach), np.exp(change + reach), p_value, late * (1 - np.exp(-change)))
    return Effect(*(np.where(known, part, np.nan) for part in parts))


def _design(after: npt.NDArray[np.bool_], kinds: npt.NDArray[np.int8], has_slope: bool) -> Floats:
    """(days, columns): constant, slope, day off (where there are any), and after, which is the last."""
    days = np.arange(len(after), dtype=float)
    is_off = (kinds >= SATURDAY) & (kinds != DAY_AFTER)
    columns = [np.ones_like(days), *([(days - days.mean()) / len(days)] if has_slope else [])]
    columns += [is_off.astype(float)] if is_off.any() and not is_off.all() else []
    return np.stack([*columns, after.astype(float)], axis=1)


def _likelihood_ratio(y: Floats, means: Floats, others: Floats, seen: npt.NDArray[np.bool_]) -> Floats:
    """Twice the Poisson log-likelihood by which the one set of means beats the other; not below 0."""
    one, other = (np.where(seen, np.maximum(part, 1e-12), 1.0) for part in (means, others))
    gain = np.where(seen, np.nan_to_num(y) * np.log(one / other) - (one - other), 0.0)
    return np.asarray(np.maximum(0.0, 2 * gain.sum(axis=0)))


def _memory_factor(counts: Floats, fitted: Floats, seen: npt.NDArray[np.bool_]) -> Floats:
    """What the variance of a mean of days is multiplied by when the days' errors follow an AR(1); at least 1."""
    error = np.where(seen, (np.nan_to_num(counts) - fitted) / np.sqrt(np.maximum(fitted, 1e-9)), 0.0)
    power = np.maximum((error**2).sum(axis=0), 1e-12)
    memory = np.clip((error[1:] * error[:-1]).sum(axis=0) / power, 0.0, _MOST_MEMORY)
    return np.asarray((1 + memory) / (1 - memory))
