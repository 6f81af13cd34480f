"""Surges: counts beyond what was expected, as episodes that open, go on and close, in thousands of series at once.

Belongs here: the test of a day, the state of an episode and what the expectation may learn from. Does not: the
expectation itself, or which series exist.

A day is tested with the sums of the last 1, 3 and 7 days against the negative binomial distribution that the expected
sum and its variance give; the three p-values are weighed and the least counts (Bonferroni with weights). The variance
has a part from the counts, `dispersion` times the mean, learned for each sum from its own past errors (errors that go
together from day to day are in it), and a part from not knowing level and factors. Between what is tested and what is
learned lies a guard band as long as the longest sum, and days inside an episode are not learned: an outbreak cannot
hide itself. How the constants were chosen and what they give: docs/statistics.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from jobs.analysis.blocks import widened
from jobs.analysis.expectation import SMALL, Baseline, Dispersion, Floats
from jobs.analysis.fdr import surge_limit
from jobs.analysis.tails import limit, tail

Bools = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]

NONE, OPEN, ONGOING, CLOSED = range(4)
STATES = ("none", "open", "ongoing", "closed")
SUMS, WEIGHTS = (1, 3, 7), (0.15, 0.75, 0.1)  # days, and the part of the error rate that each sum may spend
GUARD = 7  # days before the tested day that are not learned yet
ALPHA, ALPHA_SMALL = 0.003, 0.0015  # of a series and day, from and below `SMALL` a day
# A series by itself may spend more where its days vary little, as light tails make fewer false episodes: `STEADY` where
# (variance / mean - 1) / level, the surplus, is up to `SURPLUS`, by the days learned (after half a year and a year: the
# less is known, the more its variance overstates); `ALPHA` where the surplus is a quarter more. `GAIN` of it by the
# level: from hundreds a day on a doubling stands out without.
STEADY, SURPLUS = ((182, 365), (0.0075, 0.0048)), 0.053
GAIN = ((SMALL, 18, 50, 200), (0, 1, 1, 0))
ALONE = 1_000  # series up to which each is judged by itself: with one false episode a year each, under 3 a day
# False episodes a day over all series of a city, from and below `SMALL`: (always borne, at most).
FALSE_A_DAY, FALSE_A_DAY_SMALL = (0.75, 3.0), (0.25, 2.0)
FEWEST_EVENTS = 5  # in a sum that opens an episode (Farrington et al., JRSS A 159, 1996, 547, section 3.6)
FEWEST_DAYS = 2  # that must have been learned before anything is tested
CALM = 0.05  # an episode goes on while the sum of 1 or 3 days is less likely than this
LONGEST = 28  # days after which an episode is the new level


@dataclass(frozen=True)
class Day:
    """One day of all series, arrays (size,). `expected`, `variance` (of the day's count) and `p_value` are NaN where
    nothing could be expected yet; `p_value` also where the day is missing. A p-value up to `limit` opens an episode."""

    expected: Floats
    variance: Floats
    p_value: Floats
    limit: Floats
    state: Codes


@dataclass
class Watch:
    """Series under watch, fed a day at a time; every array has a column for each series. It can be put away between
    two days (`vars`), and goes on as if nothing had been between. `is_city`: what surges is read as one list, of which
    few may be false; else each series is judged by itself, whatever stands beside it.

    The rings hold the last `GUARD` + 1 days, the newest in row 0.
    """

    size: int
    is_city: bool = True
    baseline: Baseline = field(init=False)
    dispersions: list[Dispersion] = field(init=False)  # one for each sum

    def __post_init__(self) -> None:
        ring, size = GUARD + 1, self.size
        self.baseline, self.dispersions = Baseline(size), [Dispersion(size, days) for days in SUMS]
        self.counts: Floats = np.full((ring, size), np.nan)
        self.expected: Floats = np.full((ring, size), np.nan)
        self.exposure: Floats = np.ones((ring, size))
        self.factor_variance: Floats = np.zeros((ring, size))
        self.is_unusual: Bools = np.zeros((ring, size), bool)
        self.kinds: Codes = np.zeros(ring, np.int8)
        self.errors: Floats = np.zeros((ring, len(SUMS), size))  # of the sums that end on the day, squared
        self.means: Floats = np.zeros((ring, len(SUMS), size))
        self.observed: Counts = np.zeros(size, np.int64)
        self.learned: Counts = np.zeros(size, np.int64)
        self.pending: Counts = np.zeros(size, np.int64)  # days in the guard band
        self.length: Counts = np.zeros(size, np.int64)  # of the open episode, 0 without one

    def grow(self, more: int) -> None:
        """Watch `more` series that have been what series 0 has been, and stand behind the others."""
        parts: tuple[Any, ...] = (self.baseline, *self.dispersions, self)
        for part in parts:
            for name, held in vars(part).items():
                if isinstance(held, np.ndarray) and held.shape[-1] == self.size and name != "kinds":
                    setattr(part, name, widened(held, more))
        for part in parts:
            part.size += more

    def step(self, counts: Floats, kind: int, exposure: Floats | None = None) -> Day:
        """The next day of `kind` (`day_kinds`): `counts` (size,), NaN where missing, and what they are drawn from."""
        given = np.ones(self.size) if exposure is None else exposure
        self._learn()
        level = self.baseline.level()
        dispersion = self.dispersions[0].value(level)
        mean, level_variance, factor_variance = self.baseline.expect(kind, given, dispersion)
        mean = np.where(self.learned >= FEWEST_DAYS, mean, np.nan)
        self._push(counts, kind, given, mean, factor_variance)
        wider = self.dispersions[0].doubt(self.learned)
        sums = self._sums(level, level_variance)
        single = [tail(total, m, v * wider) for total, m, v in sums]
        enough = [total >= FEWEST_EVENTS for total, _, _ in sums]
        weighed = [np.where(e, p / w, 1.0) for e, p, w in zip(enough, single, WEIGHTS, strict=True)]
        p_value = np.minimum(1.0, np.min(weighed, axis=0))
        p_value = np.where(np.isnan(mean) | np.isnan(counts), np.nan, p_value)
        allowed = self._limit(p_value, level)
        state = self._move(p_value, weighed, np.minimum(single[0], single[1]) > CALM, allowed)
        variance = wider * (self.dispersions[0].variance(mean, level) + mean**2 * (level_variance + factor_variance))
        return Day(mean, variance, p_value, allowed, state)

    def _learn(self) -> None:
        """Let the baseline have the days that the guard band has left behind. It is shorter while a series is young:
        half of what was seen."""
        due = self.pending > np.minimum(GUARD, self.observed // 2)
        for row in np.unique(self.pending[due]) - 1:
            here = due & (self.pending == row + 1)
            seen = here & ~np.isnan(self.counts[row])
            usual = seen & ~self.is_unusual[row]
            level = self.baseline.level()
            self.baseline.absorb(
                np.where(here, self.counts[row], np.nan),
                int(self.kinds[row]),
                self.exposure[row],
                self.dispersions[0].value(level),
                usual,
            )
            is_small = self.expected[row] < SMALL
            # in small series clusters of a few events are noise, whether they were called episodes or not
            tested = (usual | (seen & is_small)) & ~np.isnan(self.expected[row])
            for which, dispersion in enumerate(self.dispersions):
                dispersion.absorb(self.errors[row, which], self.means[row, which], tested, is_small)
            self.learned += usual
            self.pending -= here

    def _push(self, counts: Floats, kind: int, exposure: Floats, mean: Floats, factor_variance: Floats) -> None:
        for ring in (self.errors, self.means, self.is_unusual):
            ring[1:] = ring[:-1]
        self.is_unusual[0] = False
        pairs = (
            (self.counts, counts),
            (self.expected, mean),
            (self.exposure, exposure),
            (self.factor_variance, factor_variance),
        )
        for ring, value in pairs:
            ring[1:] = ring[:-1]
            ring[0] = value
        self.kinds[1:] = self.kinds[:-1]
        self.kinds[0] = kind
        self.observed += ~np.isnan(counts)
        self.pending += 1

    def _sums(self, level: Floats, level_variance: Floats) -> list[tuple[Floats, Floats, Floats]]:
        """(count, mean, variance) of the last days' sums, over the days that are there; those of a closed episode are
        not. Keeps their errors for `_learn`."""
        used = ~np.isnan(self.counts) & ~np.isnan(self.expected) & ~(self.is_unusual & (self.length == 0))
        counts, means = np.where(used, self.counts, 0.0), np.where(used, self.expected, 0.0)
        found = []
        for row, days in enumerate(SUMS):
            total, mean = counts[:days].sum(axis=0), means[:days].sum(axis=0)
            unknown = mean**2 * level_variance + (means[:days] ** 2 * self.factor_variance[:days]).sum(axis=0)
            own = self.dispersions[row].variance(mean, level)
            variance = own + unknown
            # one wild day must not blind the series for weeks
            error = np.minimum((total - mean) ** 2, np.maximum(16 * variance, FEWEST_EVENTS**2))
            part = own / np.maximum(variance, 1e-12)
            self.errors[0, row] = part**2 * error + part * unknown  # the counts' own part: the E step for two variances
            self.means[0, row] = mean
            found.append((total, mean, variance))
        return found

    def _limit(self, p_value: Floats, level: Floats) -> Floats:
        """The limit of each series by itself, or those of a city: families of their own for large and small series, so
        that the few where something can be seen early do not pay for the many where it cannot (Sun, Craiu, Paterson &
        Bull, Genetic Epidemiology 30, 2006, 519)."""
        is_large = level >= SMALL
        if not self.is_city:
            surplus = np.maximum((self.dispersions[0].value(level) - 1) / level, 1e-9)
            steady = np.interp(self.learned, *STEADY)
            spent = np.clip(steady * (SURPLUS / surplus) ** 4, ALPHA, steady)
            return np.where(is_large, ALPHA + np.interp(level, *GAIN) * (spent - ALPHA), ALPHA_SMALL)
        tested = np.where(self.length == 0, p_value, np.nan)
        large = surge_limit(np.where(is_large, tested, np.nan), ALPHA, FALSE_A_DAY)
        small = surge_limit(np.where(is_large, np.nan, tested), ALPHA_SMALL, FALSE_A_DAY_SMALL)
        return np.where(is_large, large, small)

    def _move(self, p_value: Floats, weighed: Sequence[Floats], is_calm: Bools, allowed: Floats) -> Codes:
        seen, was_open = ~np.isnan(p_value), self.length > 0
        opens = seen & ~was_open & (p_value <= allowed)
        grown = was_open & (self.length >= LONGEST)
        ends = grown | (was_open & seen & is_calm)
        stays = was_open & ~ends
        for days, p in zip(SUMS, weighed, strict=True):
            self.is_unusual[:days] |= opens & (p <= allowed)
        self.is_unusual[0] |= stays
        self.baseline.rebase(grown)
        self.is_unusual |= grown  # what is still in the guard band was expected from the old level
        self.length = np.where(opens, 1, np.where(stays, self.length + 1, 0))
        return np.select([opens, stays, ends], [OPEN, ONGOING, CLOSED], NONE).astype(np.int8)


def one_day_limit(day: Day) -> Floats:
    """The largest count of a day that does not open an episode by itself, (size,); the sums may open one below it."""
    known = ~np.isnan(day.expected)
    found = limit(np.where(known, day.expected, 1.0), np.where(known, day.variance, 1.0), day.limit * WEIGHTS[0])
    return np.where(known, np.maximum(found, FEWEST_EVENTS - 1), np.nan)


def watch(
    counts: Floats, kinds: Sequence[int] | Codes, exposure: Floats | None = None, is_city: bool | None = None
) -> list[Day]:
    """Every day of `counts` (days, series) in turn, NaN where missing; `kinds` (days,) as of `day_kinds`; `exposure`
    (days, series) what the counts are drawn from, such as a population, in any unit: only its changes count. `is_city`
    as in `Watch`; None: where there are more than `ALONE` series."""
    size = counts.shape[1]
    under = Watch(size, size > ALONE if is_city is None else is_city)
    given: Sequence[Floats | None] = [None] * len(counts)
    if exposure is not None:
        usual = np.nanmedian(np.where(exposure > 0, exposure, np.nan), axis=0)
        given = list(np.where(exposure > 0, exposure / usual, 1.0))
    return [under.step(day, int(kind), e) for day, kind, e in zip(counts, kinds, given, strict=True)]
