"""Weekly counts, against the R package surveillance and statsmodels, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.analysis.episodes import NONE, ONGOING, OPEN
from jobs.analysis.glm import fit
from jobs.analysis.weekly import YEAR, noufaily_limit, outbreak_weights, watch_weeks


@pytest.mark.parametrize(
    ("dispersion", "is_plugin", "expected"), [(1.5, False, 24), (1.0, False, 22), (1.5, True, 10), (1.0, True, 9)]
)
def test_limits_of_the_r_package(dispersion: float, is_plugin: bool, expected: int) -> None:
    """surveillance, tests/testthat/test-farringtonFlexible.R, "threshold function Noufaily": a linear predictor of
    log 5 with standard error log 2 at alpha 0.05; methods muan and nbPlugin."""
    one = np.ones(1)
    assert noufaily_limit(np.log(5) * one, np.log(2) * one, dispersion * one, 0.05, is_plugin)[0] == expected


def test_weights_of_the_r_package() -> None:
    """The same file, "A case that was checked by hand": residuals 0 and 2 at threshold 0 weigh 1.6 and 0.4."""
    residuals = np.repeat((0.0, 2.0), 5)[:, None]
    np.testing.assert_allclose(outbreak_weights(residuals, 0.0)[:, 0], np.repeat((1.6, 0.4), 5))
    np.testing.assert_allclose(outbreak_weights(np.zeros((10, 1)), 0.0), 1.0)


def test_the_season_is_that_of_statsmodels() -> None:
    """GLM(Poisson) of statsmodels 0.15.0 on 156 weeks: 3.99010007, 0.16669864, 0.00096267, 0.30125080."""
    weeks = np.arange(156)
    counts = np.round(
        50 * np.exp(0.3 * np.sin(2 * np.pi * weeks / YEAR) + 0.001 * weeks) + 5 * ((weeks * 7919) % 13 - 6) / 6
    )
    angle = 2 * np.pi * weeks / YEAR
    design = np.stack((np.ones(156), (weeks - 78) / 156, np.cos(angle), np.sin(angle)), axis=1)
    found = fit(counts[:, None], design).coefficients[0]
    np.testing.assert_allclose(found, (3.99010007, 0.166698642, 0.000962671523, 0.301250798), atol=1e-7)


def season(rng: np.random.Generator, weeks: int, series: int) -> np.ndarray:
    level = np.exp(rng.uniform(np.log(5), np.log(2000), series))
    wave = np.exp(0.3 * np.sin(2 * np.pi * (np.arange(weeks)[:, None] / YEAR + rng.random(series))))
    return level * wave


def test_false_episodes_of_weeks() -> None:
    rng = np.random.default_rng(14)
    mean = season(rng, 180, 60)
    counts = rng.poisson(mean * rng.gamma(30, 1 / 30, mean.shape)).astype(float)
    state = watch_weeks(counts).state
    assert (state[:104] == OPEN).sum() / 60 / 2 <= 1
    assert (state[104:] == OPEN).sum() / 60 / 1.5 <= 1


def test_a_doubled_month_is_found_and_does_not_hide_itself() -> None:
    rng = np.random.default_rng(15)
    mean = season(rng, 180, 60)
    mean = mean * (100 / mean.mean(axis=0))
    mean[170:174] *= 2
    found = watch_weeks(rng.poisson(mean * rng.gamma(50, 1 / 50, mean.shape)).astype(float))
    assert np.isin(found.state[170:172], (OPEN, ONGOING)).any(axis=0).mean() >= 0.9
    assert np.isin(found.state[173], (OPEN, ONGOING)).mean() >= 0.8
    assert (found.expected[170:174] < mean[170:174]).mean() > 0.95


def test_short_and_empty_weeks() -> None:
    assert (watch_weeks(np.zeros((60, 1))).state == NONE).all()
    assert np.isnan(watch_weeks(np.ones((3, 2))).expected).all()
    gaps = np.full((60, 1), 30.0)
    gaps[20:40] = np.nan
    assert (watch_weeks(gaps).state == NONE).all()
