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


def effect(counts: Floats, control: Floats, after: npt.NDArray[np.bool_], kinds: npt.NDArray[np.int8]) -> Effect:
    """The change of level of `counts` (days, series; NaN where missing) on the days `after` (days,), all at the end.

    Log-linear quasi-Poisson regression of each count on a constant, its own slope, whether the day is off (`kinds` of
    `day_kinds`), and the change of level, with the unaffected `control` (days,) or (days, series) as what it is drawn
    from: what moves both is no effect (a difference in differences of logarithms). The interval is Student's t, widened for errors that
    go together from day to day as a sum of AR(1) errors is. Sources: Bernal, Cummins & Gasparrini, International Journal
    of Epidemiology 46 (2017) 348, and 47 (2018) 2082 for controls.
    """
    from scipy.special import stdtr, stdtrit

    days = np.arange(len(counts), dtype=float)
    is_off = (kinds >= SATURDAY) & (kinds != DAY_AFTER)
    columns = [np.ones_like(days), (days - days.mean()) / len(days), is_off.astype(float), after.astype(float)]
    design = np.stack([column for column in columns if column.any()], axis=1)
    beside = control[:, None] if control.ndim == 1 else control
    exposure = np.broadcast_to(np.where(np.isnan(beside), 0.0, beside), counts.shape)
    found = fit(counts, design, totals=exposure)
    seen = ~np.isnan(counts) & (exposure > 0)
    freedom = np.maximum(1, seen.sum(axis=0) - design.shape[1])
    change = np.clip(found.coefficients[:, -1], -_MOST_LOG, _MOST_LOG)
    error = np.sqrt(found.covariance[:, -1, -1] * _memory_factor(counts, found.fitted * exposure, seen))
    reach = np.minimum(stdtrit(freedom, 0.975) * error, _MOST_LOG)
    p_value = 2 * stdtr(freedom, -np.abs(change / error))
    late = after[:, None] & seen
    events = np.where(late, np.nan_to_num(counts), 0).sum(axis=0)
    known = (seen & ~after[:, None]).sum(axis=0) >= FEWEST_BEFORE
    known &= (late.sum(axis=0) >= FEWEST_AFTER) & (
        np.where(seen, np.nan_to_num(counts), 0).sum(axis=0) >= FEWEST_EVENTS
    )
    known &= events > 0
    parts = (np.exp(change), np.exp(change - reach), np.exp(change + reach), p_value, events * (1 - np.exp(-change)))
    return Effect(*(np.where(known, part, np.nan) for part in parts))


def _memory_factor(counts: Floats, fitted: Floats, seen: npt.NDArray[np.bool_]) -> Floats:
    """What the variance of a mean of days is multiplied by when the days' errors follow an AR(1); at least 1."""
    error = np.where(seen, (np.nan_to_num(counts) - fitted) / np.sqrt(np.maximum(fitted, 1e-9)), 0.0)
    power = np.maximum((error**2).sum(axis=0), 1e-12)
    memory = np.clip((error[1:] * error[:-1]).sum(axis=0) / power, 0.0, _MOST_MEMORY)
    return np.asarray((1 + memory) / (1 - memory))
