"""The controlled interrupted time series: what it must find, what it must not, and how often it is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from jobs.analysis.calendar import day_kinds
from jobs.analysis.intervention import effect

DAYS = np.datetime64("2021-09-06") + np.arange(35)
KINDS = day_kinds(DAYS, "none")
AFTER = np.arange(35) >= 28
WEEK = np.where(KINDS >= 5, 0.4, 1.0)


def _scene(rng: np.random.Generator, size: int, ratio: float, shock: float = 1.0, noise: float = 0.05) -> Any:
    """Counts of `size` series and their control: a common `shock` and, on the counts alone, `ratio` after the event."""
    common = WEEK * np.where(AFTER, shock, 1.0) * np.exp(rng.normal(0, noise, 35))
    mean = 80 * common[:, None] * np.where(AFTER, ratio, 1.0)[:, None] * np.exp(rng.normal(0, noise, (35, size)))
    return rng.poisson(mean).astype(float), rng.poisson(5_000 * common).astype(float)


def test_an_effect_is_found_with_its_size() -> None:
    counts, control = _scene(np.random.default_rng(3), 400, 1.5)
    found = effect(counts, control, AFTER, KINDS)
    assert np.median(found.ratio) == pytest.approx(1.5, abs=0.03)
    assert np.mean(found.p_value < 0.05) > 0.95
    assert np.median(found.excess) == pytest.approx(counts[AFTER].sum(axis=0).mean() / 3, rel=0.06)


def test_what_moves_the_controls_too_is_no_effect() -> None:
    counts, control = _scene(np.random.default_rng(4), 2_000, 1.0, shock=2.0)
    found = effect(counts, control, AFTER, KINDS)
    assert np.median(found.ratio) == pytest.approx(1.0, abs=0.02)
    covered = (found.lower <= 1) & (found.upper >= 1)
    assert 0.92 <= covered.mean() <= 0.985


def test_days_that_go_together_do_not_make_effects() -> None:
    rng = np.random.default_rng(5)
    walk = np.zeros((35, 1_000))
    for day in range(1, 35):
        walk[day] = 0.4 * walk[day - 1] + rng.normal(0, 0.1, 1_000)
    counts = rng.poisson(200 * WEEK[:, None] * np.exp(walk)).astype(float)
    found = effect(counts, 5_000 * WEEK, AFTER, KINDS)
    assert np.mean(found.p_value < 0.05) < 0.12


def test_a_rise_that_was_under_way_is_no_effect() -> None:
    rng = np.random.default_rng(6)
    counts = rng.poisson(60 * WEEK[:, None] * np.exp(0.02 * np.arange(35))[:, None] * np.ones((35, 500))).astype(float)
    found = effect(counts, 5_000 * WEEK, AFTER, KINDS)
    assert np.median(found.ratio) == pytest.approx(1.0, abs=0.03)


def test_too_little_is_unknown() -> None:
    counts, control = _scene(np.random.default_rng(7), 2, 2.0)
    counts[:, 0] = 0
    found = effect(counts, control, AFTER, KINDS)
    assert np.isnan(found.ratio[0]) and np.isfinite(found.ratio[1])
    early = effect(counts[20:], control[20:], AFTER[20:], KINDS[20:])
    assert np.isnan(early.ratio).all() and np.isnan(early.excess).all()
    gaps = counts.copy()
    gaps[3:6] = np.nan
    assert effect(gaps, control, AFTER, KINDS).ratio[1] == pytest.approx(2.0, abs=0.4)


def test_a_series_that_was_not_there_before_is_found() -> None:
    rng = np.random.default_rng(8)
    counts = np.where(AFTER, rng.poisson(12, 35), 0).astype(float)[:, None]
    found = effect(counts, 5_000 * WEEK, AFTER, KINDS, has_slope=False)
    assert found.p_value[0] < 0.001
    assert found.ratio[0] > 20
    assert np.isfinite(found.upper[0])


def test_a_week_against_the_last_keeps_its_level() -> None:
    """Two weeks of over-dispersed days, as small as reports see them: at most 1 % and a little are called changes."""
    rng = np.random.default_rng(9)
    days = slice(21, 35)
    mean = 15 * WEEK[days, None] * np.exp(rng.normal(0, 0.15, (14, 4_000)))
    counts = rng.poisson(mean).astype(float)
    found = effect(counts, 5_000 * WEEK[days], AFTER[days], KINDS[days], has_slope=False, fewest_before=7)
    assert np.mean(found.p_value < 0.01) < 0.02
