"""What comes next: daily counts ahead with 95 % intervals.

Belongs here: the forecast of series from themselves. Does not: surges (`jobs.analysis.episodes`), whose expectation must
not follow an outbreak as a forecast should; the smoothers (`jobs.analysis.smoothing`).

From 10 a day on: exponential smoothing of log(1 + count) with many parameters at once; the forecasts are averaged with
weights from their own past errors at the asked horizons (in the manner of Akaike weights: Burnham & Anderson, Model
Selection and Multimodel Inference, 2nd ed. 2002, section 2.9), and the interval comes from the averaged forecast's past
errors at each horizon. Below, where a logarithm of counts is no scale: the slow level and the factors of
`jobs.analysis.expectation`, with negative binomial limits. Constants were chosen on simulated series
(docs/statistics.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.analysis.blocks import blocks, side_by_side
from jobs.analysis.calendar import NO_HOLIDAYS, Days, day_kinds
from jobs.analysis.expectation import SMALL, Baseline, Bools, Dispersion, Floats
from jobs.analysis.smoothing import PARAMETERS, Smoothers
from jobs.analysis.tails import limit

Codes = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]

_MEMORY = 0.5 ** (1 / 56)  # a day's discount of past errors
_SHARPNESS = 12.0  # the power of the ratio of squared errors in the weights; less than Akaike's, as errors overlap
_PRIOR_VARIANCE, _PRIOR_DAYS = 0.04, 1.0  # of an error a day ahead, (20 %)^2
_MOST_ERROR = 5.0  # squared errors are cut at so many times the usual
_FREEDOM = 3.0  # degrees of Student's t before there are errors
_HORIZONS = 7  # that are judged; those between are interpolated
_BLOCK = 128  # series at a time, so that their states stay in the processor's cache


@dataclass(frozen=True)
class Forecast:
    """`mean`, `lower` and `upper` (95 %) counts, (days ahead, series); NaN for a series without a single day."""

    mean: Floats
    lower: Floats
    upper: Floats


def forecast(counts: Floats, days: Days, ahead: int, country: str = "KR", step: int = 1) -> Forecast:
    """The `ahead` days that follow on `counts` (days, series; NaN where missing) of `days`, which are `step` days apart
    (7 for weekly counts, with the country "none").

    `country` says whose public holidays are looked up (`day_kinds`); how a series answers to them, if at all, is learned.
    """
    every = np.concatenate((days, days[-1] + step * np.arange(1, ahead + 1)))
    kinds, weekdays = day_kinds(every, country), day_kinds(every, NO_HOLIDAYS)

    def part(chosen: slice) -> Floats:
        block = counts[:, chosen]
        found = _smoothed(block, kinds, weekdays)
        small = _recent_mean(block) < SMALL
        if small.any():
            found[:, :, small] = _counted(block[:, small], kinds)
        found[:, :, np.isnan(block).all(axis=0)] = np.nan
        return found

    return Forecast(*np.concatenate(side_by_side(part, blocks(counts.shape[1], _BLOCK)), axis=2))


def _recent_mean(counts: Floats) -> Floats:
    recent = counts[-28:]
    seen = ~np.isnan(recent)
    return np.asarray(np.where(seen, recent, 0).sum(axis=0) / np.maximum(1, seen.sum(axis=0)))


def _smoothed(counts: Floats, kinds: Codes, weekdays: Codes) -> Floats:
    """(3, ahead, series): mean, lower, upper."""
    logs, length = np.log1p(counts), len(counts)
    ahead = len(kinds) - length
    horizons = np.unique(np.linspace(1, ahead, min(ahead, _HORIZONS)).astype(int))
    smoothers, record = Smoothers(logs, weekdays), _Record(horizons, counts.shape[1], length)
    runs = smoothers.runs(horizons)
    for day in range(length):
        today = np.ascontiguousarray(logs[day])  # the loops are compiled once, however the counts lie in memory
        record.check(today, day)
        smoothers.absorb(today, int(kinds[day]), int(weekdays[day]), record.spread())
        weights = record.weights()
        rows = horizons + day < length
        then = day + horizons[rows]
        slots = record.slots(rows, day)
        smoothers.ahead(kinds[then], weekdays[then], runs[rows], weights, slots, record.waiting, record.averages)
    steps = np.arange(1, ahead + 1)
    each, middle, slots = np.empty((ahead, *record.squares.shape)), np.empty((ahead, counts.shape[1])), steps - 1
    smoothers.ahead(kinds[length:], weekdays[length:], smoothers.runs(steps), record.weights(), slots, each, middle)
    half = record.half_width(steps)
    with np.errstate(over="ignore"):
        return np.asarray(np.maximum(0.0, np.expm1(np.stack((middle, middle - half, middle + half)))))


class _Record:
    """How past forecasts fared: squared errors of each smoother over all horizons, and of their average by horizon.

    `waiting` (slots, parameters, series) and `averages` (slots, series) are forecasts whose day has not come: a horizon
    has as many slots as it has days, which are filled in turn."""

    def __init__(self, horizons: Ints, series: int, length: int) -> None:
        self.horizons, self.length = horizons, length
        self.squares = np.zeros((PARAMETERS, series))
        self.average_squares, self.days = np.zeros((2, len(horizons), series))
        self.starts = np.cumsum(horizons) - horizons
        self.waiting = np.empty((int(horizons.sum()), PARAMETERS, series))
        self.averages = np.empty((int(horizons.sum()), series))

    def slots(self, rows: Bools, day: int) -> Ints:
        """Where the forecasts of some horizons are that were made for `day`, and then those that are made on it."""
        return (self.starts + day % self.horizons)[rows]

    def check(self, logs: Floats, day: int) -> None:
        from jobs.analysis.smoothing_kernels import score

        seen = ~np.isnan(logs)
        forget = np.where(seen, _MEMORY, 1.0)
        # the last `steps` - 1 days are not judged: the constants were chosen so
        due = (self.horizons <= day) & (day <= self.length - self.horizons)
        slots = self.slots(due, day)
        score(self.squares, forget, logs, self.waiting, slots)
        usual = (self.average_squares[due] + _PRIOR_DAYS * _PRIOR_VARIANCE) / (self.days[due] + _PRIOR_DAYS)
        # a holiday that nobody could foretell must not widen every later interval
        error = np.minimum(np.where(seen, (logs - self.averages[slots]) ** 2, 0.0), _MOST_ERROR * usual)
        self.average_squares[due] = self.average_squares[due] * forget + error
        self.days[due] = self.days[due] * forget + seen

    def spread(self) -> Floats:
        """Standard deviation of an error a day ahead, (series,)."""
        variance = (self.average_squares[0] + _PRIOR_DAYS * _PRIOR_VARIANCE) / (self.days[0] + _PRIOR_DAYS)
        return np.asarray(np.sqrt(variance))

    def weights(self) -> Floats:
        """(parameters, series), adding up to 1; equal at first."""
        squares = self.squares + 1e-6
        weights = (squares.min(axis=0) / squares) ** (_SHARPNESS * np.minimum(1, self.days[0] / 28))
        return np.asarray(weights / weights.sum(axis=0))

    def half_width(self, steps: Ints) -> Floats:
        """Of the 95 % interval on the scale of logarithms, (steps, series); it never narrows further ahead."""
        from scipy.special import stdtrit

        prior = _PRIOR_VARIANCE * (1 + self.horizons[:, None] / 7)
        variance = (self.average_squares + _PRIOR_DAYS * prior) / (self.days + _PRIOR_DAYS)
        variance = np.maximum.accumulate(variance, axis=0)
        between = np.stack([np.interp(steps, self.horizons, column) for column in variance.T], axis=1)
        return np.asarray(stdtrit(_FREEDOM + self.days[0], 0.975) * np.sqrt(between))


def _counted(counts: Floats, kinds: Codes) -> Floats:
    """(3, ahead, series): mean, lower, upper of small series."""
    size = counts.shape[1]
    baseline, dispersion = Baseline(size), Dispersion(size, 1)
    ones, always = np.ones(size), np.ones(size, bool)
    for day, kind in enumerate(kinds[: len(counts)]):
        level = baseline.level()
        value = dispersion.value(level)
        mean, level_variance, factor_variance = baseline.expect(int(kind), ones, value)
        unknown = mean**2 * (level_variance + factor_variance)
        part = value * mean / (value * mean + unknown)
        error = part**2 * (counts[day] - mean) ** 2 + part * unknown
        if day:
            dispersion.absorb(np.nan_to_num(error), mean, ~np.isnan(counts[day]), always)
        baseline.absorb(counts[day], int(kind), ones, value, always)
    level = baseline.level()
    found = []
    for kind in kinds[len(counts) :]:
        mean, level_variance, factor_variance = baseline.expect(int(kind), ones, dispersion.value(level))
        variance = dispersion.variance(mean, level) + mean**2 * (level_variance + factor_variance)
        lower = limit(mean, variance, 0.975)
        upper = limit(mean, variance, np.where(lower > 0, 0.025, 0.05))  # where nothing is below, all 5 % are above
        found.append((mean, lower, upper))
    return np.stack(found, axis=1)
