"""Forecasts: the real hotline of Fukuoka, coverage on simulated series, and what must not matter."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import simulated_series as simulated

from jobs.analysis.forecast import Forecast, forecast

ORIGIN, WEEK = 84, 7


def fukuoka(real_data: Path) -> tuple[np.ndarray, np.ndarray]:
    with (real_data / "jp-covid-callcentre-fukuoka" / "DERIVED_daily.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["date"], row["consultations"]) for row in csv.DictReader(stream) if row["consultations"]]
    return np.array([day for day, _ in rows], "datetime64[D]"), np.array([float(n) for _, n in rows])[:, None]


@pytest.mark.parametrize("country", ["JP", "KR", "none"])
def test_fukuoka_is_forecast_no_worse_than_by_autoarima(real_data: Path, country: str) -> None:
    """Mean absolute error of seven days, weekly origins from day 84, over that of the seasonal naive forecast. AutoARIMA
    on log1p: 0.749, AutoETS 0.780, AutoTheta 0.993 (statsforecast 2.1.1, benchmarks/forecast.py)."""
    days, counts = fukuoka(real_data)
    ours, naive = [], []
    for origin in range(ORIGIN, len(counts) - WEEK + 1, WEEK):
        truth = counts[origin : origin + WEEK]
        ours.append(np.abs(forecast(counts[:origin], days[:origin], WEEK, country).mean - truth).mean())
        naive.append(np.abs(counts[origin - WEEK : origin] - truth).mean())
    assert np.mean(ours) / np.mean(naive) <= 0.749


def covered(found: Forecast, truth: np.ndarray) -> float:
    return float(((truth >= found.lower) & (truth <= found.upper)).mean())


def test_intervals_cover_95_percent() -> None:
    rng = np.random.default_rng(16)
    shares = []
    scenes = (
        simulated.Scene(),
        simulated.Scene(5.0),
        simulated.Scene(size=20),
        simulated.Scene(size=50, swing=0.1),
        simulated.Scene(size=50, season=0.3),
        simulated.Scene(rebound=0.2),
    )
    for scene in scenes:
        days = simulated.days_from("2021-01-01", 187)
        levels = np.exp(rng.uniform(np.log(2), np.log(2000), 250))
        counts = simulated.draw(rng, simulated.means(rng, levels, days, scene), scene)
        for origin in (120, 180):
            found = forecast(counts[:origin], days[:origin], WEEK)
            shares.append(covered(found, counts[origin : origin + WEEK]))
    assert 0.92 <= np.mean(shares) <= 0.97
    assert min(shares) >= 0.9


def test_wandering_hotlines_are_covered_four_weeks_ahead() -> None:
    rng = np.random.default_rng(17)
    days = simulated.days_from("2021-01-01", 208)
    scene = simulated.Scene(size=50)
    walk = np.cumsum(rng.normal(0, 1, (208, 250)) * np.exp(rng.uniform(np.log(0.01), np.log(0.06), 250)), axis=0)
    mean = simulated.means(rng, np.full(250, 300.0), days, scene) * np.exp(walk)
    counts = simulated.draw(rng, mean, scene)
    assert 0.92 <= covered(forecast(counts[:180], days[:180], 28), counts[180:]) <= 0.98


def weekly_pattern(weeks: int) -> tuple[np.ndarray, np.ndarray]:
    week = np.array((130, 118, 114, 112, 110, 50, 42), float)
    return np.tile(week, weeks)[:, None], simulated.days_from("2021-03-01", 7 * weeks)


def test_a_regular_week_goes_on() -> None:
    counts, days = weekly_pattern(20)
    found = forecast(counts, days, WEEK, "none")
    np.testing.assert_allclose(found.mean, counts[:WEEK], rtol=0.02)
    assert (found.upper < 1.6 * found.mean).all()


def test_a_constant_scales_the_forecast_and_a_week_shifts_it() -> None:
    counts, days = weekly_pattern(12)
    rng = np.random.default_rng(18)
    counts = counts * rng.gamma(50, 1 / 50, counts.shape)
    plain, times = forecast(counts, days, WEEK, "none"), forecast(100 * counts, days, WEEK, "none")
    np.testing.assert_allclose(times.mean, 100 * plain.mean, rtol=0.03)
    shifted = forecast(counts, days + 7, WEEK, "none")
    np.testing.assert_array_equal(shifted.mean, plain.mean)


def test_gaps_are_not_zeros() -> None:
    counts, days = weekly_pattern(20)
    gaps = counts.copy()
    gaps[60:90] = np.nan
    gaps[-2:] = np.nan
    np.testing.assert_allclose(forecast(gaps, days, WEEK, "none").mean, counts[:WEEK], rtol=0.1)


def test_zeros_one_day_and_nothing() -> None:
    days = simulated.days_from("2021-03-01", 60)
    zeros = forecast(np.zeros((60, 2)), days, 3)
    assert (zeros.mean < 0.05).all() and (zeros.lower == 0).all() and (zeros.upper <= 1).all()
    one = forecast(np.full((1, 1), 100.0), days[:1], 3)
    assert (one.lower < 100).all() and (one.upper > 100).all()
    none = forecast(np.full((5, 1), np.nan), days[:5], 2)
    assert np.isnan(none.mean).all() and np.isnan(none.upper).all()
    huge = forecast(np.full((60, 1), 1e12), days, 30)
    assert np.isfinite(huge.upper).all() and (huge.mean > 1e11).all()


def test_a_holiday_is_foretold_from_the_last_one() -> None:
    """A line that rests on holidays as on Sundays: Children's Day (5 May 2021, a Wednesday) after 1 March (a Monday)."""
    rng = np.random.default_rng(19)
    days = simulated.days_from("2020-11-01", 185)  # to 4 May
    every = simulated.days_from("2020-11-01", 186)
    mean = simulated.means(rng, np.full(30, 800.0), every, simulated.Scene())
    found = forecast(simulated.draw(rng, mean[:185], simulated.Scene()), days, 1)
    assert np.median(np.abs(found.mean[0] / mean[185] - 1)) < 0.15


@pytest.mark.parametrize("block", [2, 7, 1_000])
def test_a_forecast_does_not_depend_on_its_neighbours(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(21)
    days = simulated.days_from("2021-02-01", 90)  # with a public holiday and the day after it
    counts = rng.poisson(np.exp(rng.uniform(1, 7, 25)), (90, 25)).astype(float)
    counts[40:43, :9] = np.nan
    usual = forecast(counts, days, WEEK)
    monkeypatch.setattr("jobs.analysis.forecast._BLOCK", block)
    found = forecast(counts, days, WEEK)
    for one, other in ((found.mean, usual.mean), (found.lower, usual.lower), (found.upper, usual.upper)):
        np.testing.assert_array_equal(one, other)
