"""Exponential smoothing of logarithms of daily counts, for a grid of parameters and many series at once.

Belongs here: the smoothers' states. Does not: which of them to believe (`jobs.analysis.forecast`).

Additive level, damped slope and weekdays: ETS(A,N,A) and ETS(A,Ad,A) of Hyndman, Koehler, Ord & Snyder, Forecasting
with Exponential Smoothing (2008), table 2.1, with errors clipped at four standard deviations (Gelper, Fried & Croux,
Journal of Forecasting 29, 2010, 285). A public holiday lies between its weekday and a Sunday; where, is learned for each
series, and so is what comes on the first working day after it; half of the smoothers know no holidays, for series that
have none.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from jobs.analysis.calendar import DAY_AFTER, DAY_OFF, SUNDAY

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]

# level, slope as a part of it, week; whether the series knows public holidays at all
_GRID = np.array(list(product((0.05, 0.1, 0.2, 0.35, 0.55, 0.8), (0.0, 0.1, 0.3), (0.05, 0.15, 0.3), (0.0, 1.0)))).T
PARAMETERS = _GRID.shape[1]
_DAMPING = 0.8
_CLIP = 4.0
_START_DAYS = 14
_WEEK = np.log((1.1, 1.0, 1.0, 1.0, 1.0, 0.7, 0.6))  # where the week starts; it gives way after two observations
_NO_WEEK = np.array([[1.0], [1.0], [0.0]])  # a day of another kind says nothing of its weekday
_ONE = np.zeros(1, np.int64)
_HOLIDAY_DEVIATION = 0.5  # prior of a holiday's place: a Sunday, give or take half the way
_AFTER_DAYS = 2.0  # what the prior of no rebound is worth


class Smoothers:
    """States (parameters, series) and, for the holidays, (series,)."""

    def __init__(self, logs: Floats, weekdays: Codes) -> None:
        """`logs` (days, series), of which the first two weeks with data say where to begin; their `weekdays`."""
        alpha, slope, gamma, self.holidays = _GRID
        self.gains, self.damping = (
            np.stack((alpha, alpha * slope, gamma * (1 - alpha))),
            np.where(slope > 0, _DAMPING, 0.0),
        )
        seen = ~np.isnan(logs)
        first = seen & (np.cumsum(seen, axis=0) <= _START_DAYS)
        days = weekdays[: len(logs)]
        level = np.where(first, logs - _WEEK[days][:, None], 0.0).sum(axis=0) / np.maximum(1, first.sum(axis=0))
        left = np.where(first, logs - level, 0.0)
        week = np.empty((7, logs.shape[1]))
        for weekday in range(7):
            here = days == weekday
            week[weekday] = (left[here].sum(axis=0) + _WEEK[weekday]) / (first[here].sum(axis=0) + 1)
        self.state = np.stack((np.tile(level, (PARAMETERS, 1)), np.zeros((PARAMETERS, len(level)))))  # level, slope
        self.week = np.repeat(week[:, None], PARAMETERS, axis=1)
        self.place_sums, self.place_weights, self.after_sums, self.after_days = np.zeros((4, logs.shape[1]))
        self._next, self._expected, self._unused = self.runs(_ONE + 1), np.empty((1, *self.state[0].shape)), level[None]
        self.place = np.ones(logs.shape[1])  # of a holiday: 0 its weekday, 1 a Sunday

    def runs(self, steps: Ints) -> Floats:
        """How far the slopes run in so many days, (steps, parameters)."""
        return np.stack([self.damping * (1 - self.damping**step) / (1 - self.damping) for step in steps.tolist()])

    def ahead(
        self, kinds: Codes, weekdays: Codes, runs: Floats, weights: Floats, slots: Ints, out: Floats, averages: Floats
    ) -> None:
        """What is expected of the days of these kinds and weekdays, `runs` after the last one absorbed, written to the
        `slots` of `out` (slots, parameters, series), and averaged with `weights` to those of `averages` (slots, series)."""
        from jobs.analysis.smoothing_kernels import expect

        moves = np.zeros((len(kinds) if (kinds >= DAY_OFF).any() else 0, 2, len(self.place)))
        for move, kind in zip(moves, kinds.tolist(), strict=False):  # ordinary days alone move nothing
            if kind == DAY_OFF:
                move[0] = self.place
            elif kind == DAY_AFTER:
                move[1] = self.after_sums / (self.after_days + _AFTER_DAYS)
        knows, week = self.holidays > 0, self.week
        expect(self.state, week, SUNDAY, weekdays, runs, knows, moves, weights, slots, out, averages)

    def absorb(self, logs: Floats, kind: int, weekday: int, spread: Floats) -> None:
        """The next day (series,), NaN where missing; `spread` is the usual size of an error."""
        from jobs.analysis.smoothing_kernels import absorb

        if kind in (DAY_OFF, DAY_AFTER):
            self._learn_holiday(logs, kind, weekday, spread)
        kinds, weekdays = np.array([[kind], [weekday]], np.int8)
        self.ahead(kinds, weekdays, self._next, self.state[0], _ONE, self._expected, self._unused)
        gains = self.gains if kind == weekday else self.gains * _NO_WEEK
        absorb(self.state, self.week[weekday], gains, self.damping, self._expected[0], logs, _CLIP * spread)

    def _learn_holiday(self, logs: Floats, kind: int, weekday: int, spread: Floats) -> None:
        level, slope = self.state
        usual = (level + self.damping[:, None] * slope + self.week[weekday]).mean(axis=0)
        seen = ~np.isnan(logs)
        beyond = np.where(seen, logs - usual, 0.0)
        if kind == DAY_AFTER:
            self.after_sums += beyond
            self.after_days += seen
            return
        way = (self.week[SUNDAY] - self.week[weekday]).mean(axis=0)
        self.place_sums += way * beyond
        self.place_weights += np.where(seen, way**2, 0.0)
        prior = (spread / _HOLIDAY_DEVIATION) ** 2
        self.place = np.clip((self.place_sums + prior) / (self.place_weights + prior), -0.5, 1.5)
