"""Surges of weekly counts, which have years and seasons where daily ones have weekdays.

Belongs here: the expectation and the limit of a week, and episodes of weeks. Does not: daily series
(`jobs.analysis.episodes`).

Source: Farrington, Andrews, Beale & Catchpole, JRSS A 159 (1996) 547, as improved by Noufaily, Enki, Farrington,
Garthwaite, Andrews & Charlett, Statistics in Medicine 32 (2013) 1206: log-linear quasi-Poisson regression, past
outbreaks weighed down by their residuals, a negative binomial limit. The season is a pair of yearly waves (Serfling)
instead of ten blocks, because two years must do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.analysis.episodes import CLOSED, FEWEST_EVENTS, NONE, ONGOING, OPEN
from jobs.analysis.fdr import surge_limit
from jobs.analysis.glm import Fit, Floats, fit
from jobs.analysis.tails import limit as count_limit
from jobs.analysis.tails import tail

YEAR = 365.25 / 7
GUARD = 4  # weeks before the tested one that are not learned
FEWEST_WEEKS = 6  # learned before anything is tested
SEASON_WEEKS = 104  # of history from which the season is in the model
TREND_WEEKS = 26  # from which a trend is; without a season only the last so many weeks are looked at
MOST_WEEKS = 261  # five years
ALPHA = 0.002  # of a series and week
CALM = 0.05
_PRIOR_WEEKS, _UNSURE = 8.0, 8.0  # what the prior dispersion is worth; as in `jobs.analysis.expectation`
_OUTLYING = 2.58  # standardised Anscombe residual from which a week weighs less


@dataclass(frozen=True)
class Weeks:
    """(weeks, series): NaN or `NONE` where nothing can be expected yet; `upper` is the largest count that is no surge."""

    expected: Floats
    upper: Floats
    state: npt.NDArray[np.int8]


def watch_weeks(counts: Floats) -> Weeks:
    """Every week of `counts` (weeks, series; NaN where missing), with what was known before it."""
    length, size = counts.shape
    expected, upper = np.full((2, length, size), np.nan)
    state = np.zeros((length, size), np.int8)
    for week in range(FEWEST_WEEKS, length):
        found = judge_week(counts[: week + 1], state[:week])
        expected[week], upper[week], state[week] = found.expected[0], found.upper[0], found.state[0]
    return Weeks(expected, upper, state)


def judge_week(counts: Floats, states: npt.NDArray[np.int8]) -> Weeks:
    """The last week of `counts` (weeks, series; NaN where missing), given the `states` (weeks - 1, series) of those
    before it; arrays (1, series)."""
    week, size = len(counts) - 1, counts.shape[1]
    if week < FEWEST_WEEKS:
        unknown = np.full((1, size), np.nan)
        return Weeks(unknown, unknown, np.zeros((1, size), np.int8))
    is_unusual, is_open = np.isin(states, (OPEN, ONGOING)), np.isin(states[-1], (OPEN, ONGOING))
    guard = min(GUARD, week // 4)
    past = slice(max(0, week - guard - _memory(week - guard)), week - guard)
    history = np.where(is_unusual[past], np.nan, counts[past])
    enough = (~np.isnan(history)).sum(axis=0) >= FEWEST_WEEKS - 2
    mean, variance = _expect(history, week - past.start)
    mean = np.where(enough, mean, np.nan)
    chance = np.where(np.isnan(counts[week]), np.nan, tail(np.nan_to_num(counts[week]), np.nan_to_num(mean), variance))
    chance = np.where(np.isnan(mean), np.nan, np.where(counts[week] >= FEWEST_EVENTS, chance, 1.0))
    edge = surge_limit(np.where(is_open, np.nan, chance), ALPHA)
    seen = ~np.isnan(chance)
    opens = seen & ~is_open & (chance <= edge)
    ends = is_open & seen & (chance > CALM)
    stays = is_open & ~ends
    state = np.select([opens, stays, ends], [OPEN, ONGOING, CLOSED], NONE).astype(np.int8)
    upper = np.where(np.isnan(mean), np.nan, count_limit(np.nan_to_num(mean), variance, edge))
    return Weeks(mean[None], upper[None], state[None])


def noufaily_limit(eta: Floats, error: Floats, dispersion: Floats, alpha: float, is_plugin: bool = False) -> Floats:
    """The limit of Noufaily et al. (2013), section 3.3, as the R package surveillance has it (`muan`, `nbPlugin`): the
    1 - `alpha` point of a negative binomial whose mean is the 1 - `alpha` point of the expectation's own log-normal
    distribution (`eta`, standard `error`), or the expectation itself."""
    from scipy.special import ndtri

    mean = np.exp(eta + (0.0 if is_plugin else float(ndtri(1 - alpha))) * error)
    return count_limit(mean, dispersion * mean, alpha)


def outbreak_weights(residuals: Floats, threshold: float) -> Floats:
    """Weights (weeks, series) of Farrington et al. (1996), section 3.4: residuals above `threshold` weigh with the
    inverse of their square; the weights of a series have mean 1."""
    weights = np.where(residuals > threshold, 1 / np.maximum(residuals, 1e-9) ** 2, 1.0)
    return np.asarray(weights * len(weights) / weights.sum(axis=0))


def _expect(history: Floats, week: int) -> tuple[Floats, Floats]:
    """(mean, variance) of the count in `week`, counted from the beginning of `history` (weeks, series)."""
    weeks = np.arange(len(history), dtype=float)
    design, now = _design(weeks, len(history)), _design(np.array([float(week)]), len(history))[0]
    first = fit(history, design)
    weights = outbreak_weights(_anscombe(history, first), _OUTLYING)
    found = fit(history, design, weights=weights)
    eta = np.clip(found.coefficients @ now, -20.0, 20.0)
    mean = np.minimum(np.exp(eta), 2 * np.nanmax(np.nan_to_num(history), axis=0) + 1)  # no wild extrapolation
    error = np.einsum("p,spq,q->s", now, found.covariance, now)
    known = np.maximum(1, (~np.isnan(history)).sum(axis=0) - design.shape[1])
    prior = 1.5 + 0.04 * mean
    dispersion = (found.dispersion * known + prior * _PRIOR_WEEKS) / (known + _PRIOR_WEEKS)
    wider = 1 + _UNSURE / (_PRIOR_WEEKS + known)
    return mean, wider * (dispersion * mean + mean**2 * np.minimum(error, 1.0))


def _memory(history: int) -> int:
    return MOST_WEEKS if history >= SEASON_WEEKS else TREND_WEEKS


def _design(weeks: Floats, history: int) -> Floats:
    columns = [np.ones_like(weeks)]
    if history >= TREND_WEEKS:
        columns.append((weeks - history / 2) / history)
    if history >= SEASON_WEEKS:
        columns += [np.cos(2 * np.pi * weeks / YEAR), np.sin(2 * np.pi * weeks / YEAR)]
    return np.stack(columns, axis=1)


def _anscombe(history: Floats, found: Fit) -> Floats:
    """Standardised Anscombe residuals of a Poisson fit (Farrington et al. 1996, section 3.4); 0 where missing."""
    y = np.nan_to_num(history)
    spread = np.sqrt(found.dispersion * np.maximum(1e-9, 1 - np.minimum(found.leverage, 0.999)))
    raw = 1.5 * (y ** (2 / 3) - found.fitted ** (2 / 3)) / (np.maximum(found.fitted, 1e-9) ** (1 / 6) * spread)
    return np.where(np.isnan(history), 0.0, raw)
