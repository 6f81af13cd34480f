"""Shares and growth, against statsmodels 0.15.0 and by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.analysis.glm import fit
from jobs.analysis.growth import growth
from jobs.analysis.trend import FALLING, RISING, STABLE, UNKNOWN, share_trend, volume_change

EVENTS = np.array((12, 15, 11, 18, 17, 14, 21, 19, 25, 22, 27, 24, 30), float)[:, None]
TOTALS = np.array((400, 420, 380, 450, 430, 390, 460, 440, 470, 450, 480, 440, 490), float)[:, None]
COUNTS = np.array((5, 2, 9, 9, 4, 20, 15, 9, 31, 26, 14, 48, 41, 70), float)[:, None]


def test_the_binomial_trend_of_the_cdc() -> None:
    """13 days, as Rnssp's classify_trend: GLM(binomial) of statsmodels gives slope 0.05905430, standard error
    0.01750556, p 0.00074230."""
    found = share_trend(EVENTS, TOTALS, is_dispersed=False)
    assert found.slope[0] == pytest.approx(0.05905430100427788, rel=1e-6)
    assert found.p_value[0] == pytest.approx(0.0007422973667438182, rel=1e-5)
    assert (found.upper[0] - found.lower[0]) / 2 == pytest.approx(1.959964 * 0.0175055565813279, rel=1e-5)
    assert found.trend[0] == RISING
    assert share_trend(EVENTS[::-1], TOTALS[::-1]).trend[0] == FALLING


def test_shares_that_do_not_move_or_say_nothing() -> None:
    assert share_trend(TOTALS / 10, TOTALS).trend[0] == STABLE
    few = share_trend(np.zeros((13, 1)), TOTALS)
    assert few.trend[0] == UNKNOWN and np.isnan(few.slope[0])
    assert share_trend(EVENTS[:1], TOTALS[:1]).trend[0] == UNKNOWN
    gaps = EVENTS.copy()
    gaps[3:5] = np.nan
    assert share_trend(gaps, TOTALS).trend[0] == RISING


def test_a_stable_share_is_called_moving_as_rarely_as_said() -> None:
    rng = np.random.default_rng(9)
    totals = rng.poisson(400, (13, 3000)).astype(float)
    noisy = rng.beta(10, 90, totals.shape)  # days that vary by more than the binomial
    found = share_trend(rng.binomial(totals.astype(int), noisy).astype(float), totals)
    plain = share_trend(rng.binomial(totals.astype(int), noisy).astype(float), totals, is_dispersed=False)
    assert (found.trend != STABLE).mean() < 0.02
    assert (plain.trend != STABLE).mean() > 0.05  # what the days' own noise is counted for


def test_growth_against_statsmodels() -> None:
    """GLM(Poisson).fit(scale='X2'): 0.20669488, standard error 0.02997277, scale 3.03826107."""
    found = growth(COUNTS)
    assert found.rate[0] == pytest.approx(0.2066948796875482, rel=1e-6)
    assert (found.upper[0] - found.lower[0]) / 2 == pytest.approx(2.178813 * 0.029972774932956255, rel=1e-5)
    assert found.doubling_days[0] == pytest.approx(np.log(2) / 0.2066948796875482)
    assert found.doubling_lower[0] < found.doubling_days[0] < found.doubling_upper[0]
    design = np.stack((np.ones(14), np.arange(14.0)), axis=1)
    assert fit(COUNTS, design).dispersion[0] == pytest.approx(3.038261072622749, rel=1e-6)


def test_growth_that_is_none() -> None:
    flat = growth(np.full((14, 1), 20.0))
    assert flat.lower[0] < 0 < flat.upper[0] and np.isnan(flat.doubling_lower[0])
    assert np.isnan(growth(np.zeros((14, 1))).rate[0])
    halving = growth(1000 * 0.5 ** np.arange(10)[:, None])
    assert halving.doubling_days[0] == pytest.approx(-1.0, abs=0.02)


def test_growth_is_measured_beside_the_week() -> None:
    week = np.tile((1.3, 1.2, 1.1, 1.1, 1.1, 0.5, 0.4), 2)[:, None]
    found = growth(200 * week * np.exp(0.05 * np.arange(14))[:, None], week)
    assert found.rate[0] == pytest.approx(0.05, abs=1e-6)


def test_growth_intervals_cover() -> None:
    rng = np.random.default_rng(10)
    mean = 30 * np.exp(0.08 * np.arange(14))[:, None] * np.ones(2000)
    counts = rng.poisson(rng.gamma(mean / 1.5, 1.5)).astype(float)
    found = growth(counts)
    assert 0.93 <= ((found.lower <= 0.08) & (found.upper >= 0.08)).mean() <= 0.97


def test_a_change_inside_the_classifiers_uncertainty_is_not_called_one() -> None:
    """A third more of 1,000: clear by the counts alone, and not when each count is known to a fifth only."""
    now, before, ones = np.array([1330.0]), np.array([1000.0]), np.ones(1)
    by_counts = volume_change(now, before, 2 * ones, 0 * ones)
    assert by_counts.lower[0] > 0.15 and by_counts.p_value[0] < 1e-5
    carried = volume_change(now, before, 2 * ones, 0.2 * ones)
    assert carried.lower[0] < 0 < carried.upper[0] and carried.p_value[0] > 0.05
    assert carried.rate[0] == by_counts.rate[0] == pytest.approx(0.33, abs=1e-3)


@pytest.mark.parametrize("error", [0.0, 0.1])
def test_the_interval_of_a_change_holds_the_truth_at_its_rate(error: float) -> None:
    rng = np.random.default_rng(8)
    mean = np.exp(rng.uniform(np.log(20), np.log(2000), 4000))
    dispersion = 3.0

    def counted(true: np.ndarray) -> np.ndarray:
        wrong = true * np.exp(rng.normal(0, error, len(true)))
        return rng.poisson(rng.gamma(wrong / (dispersion - 1), dispersion - 1)).astype(float)

    change = volume_change(counted(1.2 * mean), counted(mean), np.full(4000, dispersion), np.full(4000, error))
    assert np.mean((change.lower < 0.2) & (change.upper > 0.2)) == pytest.approx(0.95, abs=0.015)


def test_no_series_at_all_has_no_trend() -> None:
    assert share_trend(np.zeros((14, 0)), np.zeros((14, 0))).trend.shape == (0,)
