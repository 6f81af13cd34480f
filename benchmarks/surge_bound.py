"""How soon a doubling can be found at all: detectors that are told what `jobs.analysis.episodes` has to learn.

Usage: python benchmarks/surge_bound.py

Series of mean 20 with the week, variance twice the mean, outbreaks of 2 times over 7 days, as in the report card of
`surge.py` but other series. Each detector knows the dispersion and the true mean of every day, or that mean with the error
that an expectation from the past has (a level from 3 weeks of counts, factors from half a year of the same kind of day);
its threshold is set on null series to a given number of false episodes a series and year. "sums": the least of the
weighted p-values of 1, 3 and 7 days, as the watch does; "likelihood": the cumulative sum of the log likelihood ratio of
twice the mean, which no detector beats in the mean delay (Moustakides, Annals of Statistics 14, 1986, 1379).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from scipy.stats import nbinom

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import simulated_series as simulated

from jobs.analysis.episodes import SUMS, WEIGHTS

LEVEL, DISPERSION, FACTOR, WITHIN = 20.0, 2.0, 2.0, 3
LEVEL_ERROR, DAY_ERROR = 0.069, 0.07  # relative: dispersion / (20.7 days * 20), and / (8 * dispersion + 20 * 20)
DAYS, SERIES = 1_460, 300
Floats = simulated.Floats


def sums(counts: Floats, mean: Floats, unknown: tuple[float, float]) -> Floats:
    """(days, series): minus the logarithm of the least weighted p-value."""
    best = np.zeros(counts.shape)
    for days, weight in zip(SUMS, WEIGHTS, strict=True):
        total, expected, squares = (np.cumsum(part, axis=0) for part in (counts, mean, mean**2))
        for part in (total, expected, squares):
            part[days:] -= part[:-days].copy()
        variance = DISPERSION * expected + unknown[0] ** 2 * expected**2 + unknown[1] ** 2 * squares
        size = expected**2 / (variance - expected)
        tail = nbinom.logsf(total - 1, size, size / (size + expected))
        best = np.maximum(best, np.log(weight) - tail)
    return best


def likelihood(counts: Floats, mean: Floats, unknown: tuple[float, float]) -> Floats:
    """(days, series): the cumulative sum, which starts again at 0."""
    over = DISPERSION + (unknown[0] ** 2 + unknown[1] ** 2) * mean
    ratio = nbinom.logpmf(counts, FACTOR * mean / (over - 1), 1 / over) - nbinom.logpmf(
        counts, mean / (over - 1), 1 / over
    )
    found, held = np.zeros(counts.shape), np.zeros(counts.shape[1])
    for day in range(len(counts)):
        held = np.maximum(0.0, held + ratio[day])
        found[day] = held
    return found


def episodes_a_year(scores: Floats, threshold: float) -> float:
    alarms = scores >= threshold
    opened = alarms.copy()
    for lag in range(1, 8):
        opened[lag:] &= ~alarms[:-lag]
    return float(opened.mean() * 365)


def threshold_for(scores: Floats, rate: float) -> float:
    low, high = 0.0, float(scores.max())
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if episodes_a_year(scores, middle) > rate else (low, middle)
    return high


def main() -> None:
    rng = np.random.default_rng(20211127)
    scene, days = simulated.Scene(DISPERSION), simulated.days_from("2018-01-01", DAYS)
    mean = simulated.means(rng, np.full(SERIES, LEVEL), days, scene)
    null = simulated.draw(rng, mean, scene)
    starts = np.arange(
        30, DAYS - 30, 28
    )  # one outbreak after another: each detector sees 21 days before it without one
    sick = mean.copy()
    for start in starts:
        sick[start : start + simulated.OUTBREAK_DAYS] *= FACTOR
    ill = simulated.draw(rng, sick, scene)
    result: dict[str, object] = {}
    for told, unknown in (("true mean", (0.0, 0.0)), ("estimated mean", (LEVEL_ERROR, DAY_ERROR))):
        level = np.repeat(np.exp(rng.normal(0, unknown[0], (DAYS // 28 + 1, SERIES))), 28, axis=0)[:DAYS]
        believed = mean * level * np.exp(rng.normal(0, unknown[1], mean.shape))
        for name, detector in (("sums", sums), ("likelihood", likelihood)):
            quiet, scores = detector(null, believed, unknown), detector(ill, believed, unknown)
            for rate in (0.25, 0.5, 1.0):
                limit = threshold_for(quiet, rate)
                before = (scores[starts - 1] < limit) & (scores[starts - 7] < limit)  # no alarm left from earlier
                inside = np.stack([scores[starts + day] >= limit for day in range(WITHIN)])
                result[f"{told}, {name}, {rate} false a year"] = [
                    round(float(inside[: day + 1].any(axis=0)[before].mean()), 3) for day in range(WITHIN)
                ]
    print(json.dumps({"found within 1, 2, 3 days": result}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
