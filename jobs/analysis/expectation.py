"""What a series should be today: a level that follows it, times what the kind of day does to it.

Belongs here: the expected count of daily series and how uncertain it is. Does not: whether a count is too high
(`jobs.analysis.episodes`) or what comes next (`jobs.analysis.forecast`).

The model: a count has mean level * exposure * factor of the day's kind and variance `dispersion` times its mean
(quasi-Poisson). Level and factors are gamma posteriors whose old observations are discounted (power discounting: West &
Harrison, Bayesian Forecasting and Dynamic Models, 2nd ed. 1997, section 10.8), which is an adaptive regression on the
kinds of day that is worked out one day at a time for all series at once, and so leaves out missing days by itself. The
CDC's switch between adaptive regression and EWMA (Burkom, Murphy & Shmueli, Statistics in Medicine 26, 2007, 4202) is
kept: below 10 a day the level is a slow exponentially weighted mean, and the factors stay near the prior week, because
a few events cannot tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from jobs.analysis.calendar import DAY_AFTER, DAY_OFF, KINDS, MONDAY, SUNDAY

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SMALL = 10.0  # expected counts a day below which the slow level is used
_LARGE = 50.0  # from which the fast one is; between the two the one passes into the other
_FAST = 0.5 ** (1 / 14)  # a day's discount: half-lives in days
_SLOW = 0.5 ** (1 / 42)
_RECENT = 0.5 ** (1 / 5)
_FACTOR = 0.5 ** (1 / 26)  # for each observation of the kind, so half a year of Mondays
_WEEK_PRIOR = (1.1, 1.0, 1.0, 1.0, 1.0, 0.7, 0.6, 0.6, 1.1)  # before anything is known; offices are shut at weekends
_LIKE = {DAY_OFF: SUNDAY, DAY_AFTER: MONDAY}  # holidays are few: they start from what the series does on these
_PRIOR_DAYS, _PRIOR_EVENTS = 5.0, 20.0  # what the prior dispersion is worth
_FORGET, _FORGET_SMALL = 0.5 ** (1 / 42), 0.5 ** (1 / 180)  # small series tell little a day
_EFFECTIVE_DAYS = 61  # 1 / (1 - _FORGET)
_FACTOR_WEIGHT = 8.0  # events that the prior week is worth: a standard deviation of 35 %
_LEVEL_EVENTS, _LEVEL_DAYS = 0.5, 0.1  # a prior of half an event in a tenth of a day


@dataclass
class Baseline:
    """What is known of the level and the factors of `size` series; every array has a column for each series.

    `events` and `exposure` (3, size) are the discounted sums of counts and of factor * exposure with the fast, the slow
    and the recent discount; `kind_events` and `kind_expected` (KINDS, size) those of counts and expected counts.
    """

    size: int
    events: Floats = field(init=False)
    exposure: Floats = field(init=False)
    kind_events: Floats = field(init=False)
    kind_expected: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.events, self.exposure = np.zeros((3, self.size)), np.zeros((3, self.size))
        self.kind_events, self.kind_expected = np.zeros((KINDS, self.size)), np.zeros((KINDS, self.size))

    def expect(self, kind: int, exposure: Floats, dispersion: Floats) -> tuple[Floats, Floats, Floats]:
        """(mean, the level's relative variance, the factor's relative variance) of a day of `kind`; all (size,)."""
        factor, factor_variance = self._factor(kind, dispersion)
        level, variance = self._level(dispersion)
        return level * factor * exposure, variance, factor_variance

    def absorb(self, counts: Floats, kind: int, exposure: Floats, dispersion: Floats, is_usual: Bools) -> None:
        """Learn a day: `counts` (size,), NaN where missing. Where `is_usual` is False (an outbreak) only the recent
        level follows, which nothing is expected from until `rebase`."""
        seen = ~np.isnan(counts)
        factor, _ = self._factor(kind, dispersion)
        level, _ = self._level(dispersion)
        expected = level * factor * exposure
        # a day of breakdown, or a holiday unlike others, must not halve what is expected of the next weeks
        held = np.where(expected >= SMALL, np.maximum(counts, expected / 2), counts)
        for row, discount in enumerate((_FAST, _SLOW, _RECENT)):
            takes = seen & is_usual if row < 2 else seen
            self.events[row] = np.where(takes, self.events[row] * discount + held, self.events[row])
            self.exposure[row] = np.where(takes, self.exposure[row] * discount + factor * exposure, self.exposure[row])
        takes = seen & is_usual
        level, _ = self._level(dispersion)  # with this day in it: before the first day there is none
        self.kind_events[kind] = np.where(takes, self.kind_events[kind] * _FACTOR + counts, self.kind_events[kind])
        self.kind_expected[kind] = np.where(
            takes, self.kind_expected[kind] * _FACTOR + level * exposure, self.kind_expected[kind]
        )

    def rebase(self, where: Bools) -> None:
        """What was an outbreak is the new level of the series `where`."""
        for row in (0, 1):
            self.events[row] = np.where(where, self.events[2], self.events[row])
            self.exposure[row] = np.where(where, self.exposure[2], self.exposure[row])

    def level(self) -> Floats:
        """A day's count with factor and exposure 1, (size,)."""
        return self._level(np.ones(self.size))[0]

    def _level(self, dispersion: Floats) -> tuple[Floats, Floats]:
        slow = (self.events[1] + _LEVEL_EVENTS) / (self.exposure[1] + _LEVEL_DAYS)
        is_fast = np.clip(np.log(slow / SMALL) / np.log(_LARGE / SMALL), 0.0, 1.0)  # 0-1: counts tell ever more
        events, exposure = (is_fast * held[0] + (1 - is_fast) * held[1] for held in (self.events, self.exposure))
        # a level known from few kinds of day is as uncertain as their factors
        parts = self.kind_expected / np.maximum(self.kind_expected.sum(axis=0), 1e-9)
        from_factors = (parts**2 / (_FACTOR_WEIGHT + self.kind_events / dispersion)).sum(axis=0)
        level = (events + _LEVEL_EVENTS) / (exposure + _LEVEL_DAYS)
        return level, 1 / (events / dispersion + _LEVEL_EVENTS) + from_factors

    def _factor(self, kind: int, dispersion: Floats) -> tuple[Floats, Floats]:
        prior: Any = _WEEK_PRIOR[kind]
        if kind in _LIKE:
            prior, _ = self._factor(_LIKE[kind], dispersion)
        shape = _FACTOR_WEIGHT + self.kind_events[kind] / dispersion
        factor = shape / (_FACTOR_WEIGHT / prior + self.kind_expected[kind] / dispersion)
        return factor, 1 / shape


@dataclass
class Dispersion:
    """Variance over mean of the counts of sums of `days` days, learned from their errors; arrays (size,).

    Prior: 1.5 + 6 % of the level, and 3 for small series, whose few events may come in clusters that nothing foretells.
    Beyond the typical mean the surplus over Poisson grows with the mean, so that days
    above it are safe whether the surplus is proportional (NB1) or quadratic (NB2).
    """

    size: int
    days: int
    errors: Floats = field(init=False)
    means: Floats = field(init=False)
    squares: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.errors, self.means, self.squares = np.zeros((3, self.size))

    def value(self, level: Floats) -> Floats:
        """At the typical mean, at least 1 (Poisson)."""
        prior = np.where(level < SMALL, 3.0, 1.5 + 0.06 * level)
        weight = _PRIOR_DAYS * level + _PRIOR_EVENTS
        return np.maximum(1.0, (prior * weight + self.errors) / (weight + self.means))

    def variance(self, mean: Floats, level: Floats) -> Floats:
        """Of a sum with this mean."""
        weight = _PRIOR_DAYS * level + _PRIOR_EVENTS
        typical = (level * self.days * weight + self.squares) / (weight + self.means)
        return mean * (1 + (self.value(level) - 1) * np.maximum(1.0, mean / typical))

    def absorb(self, errors: Floats, means: Floats, takes: Bools, is_small: Bools) -> None:
        """Learn the squared `errors` of sums with these `means` where `takes`."""
        forget = np.where(is_small, _FORGET_SMALL, _FORGET)
        for held, new in ((self.errors, errors), (self.means, means), (self.squares, means**2)):
            held[:] = np.where(takes, held * forget + new, held)

    @staticmethod
    def doubt(learned: npt.NDArray[np.int64]) -> Floats:
        """What a variance known from so many days is widened by; it plays the part of Student's t."""
        return 1 + 8.0 / (_PRIOR_DAYS + np.minimum(learned, _EFFECTIVE_DAYS))
