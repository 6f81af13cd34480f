"""Daily counts of the Foundation's kind, made up: working week, Korean holidays, over-dispersion, outbreaks.

Belongs here: series whose truth is known, for tests and benchmarks. The week is that of an attended (telephone) or an
unattended (chatbot) channel, chosen by chance for each series, with factors that differ from series to series.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

_ATTENDED = np.array((1.3, 1.18, 1.14, 1.12, 1.1, 0.5, 0.42, 0.45))  # Monday to Sunday, holiday
_UNATTENDED = np.array((1.1, 1.06, 1.05, 1.04, 1.04, 0.88, 0.8, 0.82))
OUTBREAK_DAYS = 7


@dataclass(frozen=True)
class Scene:
    """How series behave beside their week: `dispersion` is variance over mean (NB1); with `size` the variance is
    mean + mean**2 / size instead (NB2). `season` is a yearly wave, `growth` a year's change, `rebound` what comes on
    the first working day after a holiday, `swing` the standard deviation of slow wandering (log, AR(1) with 0.8)."""

    dispersion: float = 2.0
    size: float | None = None
    season: float = 0.0
    growth: float = 0.0
    rebound: float = 0.0
    swing: float = 0.0


NULL_SCENES = {
    "Poisson": Scene(1.0),
    "NB1, dispersion 2": Scene(),
    "NB1, dispersion 3": Scene(3.0),
    "NB1, dispersion 5": Scene(5.0),
    "NB2, size 50": Scene(size=50),
    "NB2, size 20": Scene(size=20),
    "NB2, size 10": Scene(size=10),
    "season ±30 %": Scene(season=0.3),
    "growth +50 % a year": Scene(growth=0.5),
    "rebound +20 %": Scene(rebound=0.2),
    "swing 10 %": Scene(swing=0.1),
}


def days_from(first: str, count: int) -> Days:
    return np.datetime64(first, "D") + np.arange(count)


@cache
def _holidays() -> frozenset[str]:
    import holidays

    return frozenset(day.isoformat() for day in holidays.country_holidays("KR", years=range(2017, 2027)))


def means(rng: np.random.Generator, levels: Floats, days: Days, scene: Scene) -> Floats:
    """Expected counts (days, series) of series whose average day is `levels` (series,)."""
    weekday = (days.astype(np.int64) + 3) % 7
    off = np.isin(days, np.array(sorted(_holidays()), "datetime64[D]"))
    kind = np.where(off & (weekday < 5), 7, weekday)
    week = np.where(rng.random(len(levels))[:, None] < 0.6, _ATTENDED, _UNATTENDED)
    factors = week * np.exp(rng.normal(0, 0.1, week.shape))
    day_factors = factors[:, kind]
    day_factors /= day_factors.mean(axis=1, keepdims=True)
    after = np.concatenate(([False], off[:-1])) & ~off & (weekday < 5)
    time = np.arange(len(days))
    trend = (1 + scene.season * np.sin(2 * np.pi * (time / 365 + rng.random((len(levels), 1))))) * np.exp(
        np.log1p(scene.growth) * time / 365
    )
    mean = levels[:, None] * day_factors * np.where(after, 1 + scene.rebound, 1) * trend
    if scene.swing:
        state = rng.normal(0, scene.swing, len(levels))
        for day in time:
            mean[:, day] *= np.exp(state)
            state = 0.8 * state + rng.normal(0, 0.6 * scene.swing, len(levels))
    return np.ascontiguousarray(mean.T)


def draw(rng: np.random.Generator, mean: Floats, scene: Scene) -> Floats:
    """Counts with these means."""
    if scene.size is not None:
        return rng.poisson(mean * rng.gamma(scene.size, 1 / scene.size, mean.shape)).astype(float)
    if scene.dispersion <= 1:
        return rng.poisson(mean).astype(float)
    return rng.poisson(rng.gamma(np.maximum(mean, 1e-9) / (scene.dispersion - 1), scene.dispersion - 1)).astype(float)


def with_outbreaks(mean: Floats, starts: npt.NDArray[np.int64], factor: Floats | float) -> Floats:
    """`mean` (days, series) times `factor` for a week from `starts` (series,); a start of -1 is no outbreak."""
    time = np.arange(len(mean))[:, None]
    inside = (starts >= 0) & (time >= starts) & (time < starts + OUTBREAK_DAYS)
    return np.where(inside, mean * factor, mean)
