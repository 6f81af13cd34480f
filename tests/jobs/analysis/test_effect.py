"""The difference-in-differences: its interval holds the truth as often as it says, and the control takes what is common."""

from __future__ import annotations

import numpy as np

from jobs.analysis.effect import difference_in_differences


def _days(rng: np.random.Generator, mean: float, days: int) -> np.ndarray:
    return rng.poisson(rng.gamma(10, mean / 10, days)).astype(float)


def test_the_interval_covers_the_truth_in_about_95_of_100() -> None:
    rng = np.random.default_rng(5)
    covered, trials = 0, 400
    for _ in range(trials):
        common = rng.uniform(0.7, 1.4)
        found = difference_in_differences(
            _days(rng, 20, 56), _days(rng, 20 * 0.8 * common, 40), _days(rng, 200, 56), _days(rng, 200 * common, 40)
        )
        assert found is not None
        covered += found[1] <= -0.2 <= found[2]
    assert 0.92 <= covered / trials <= 0.98


def test_a_change_that_all_share_is_no_effect() -> None:
    before, after = np.full(56, 10.0), np.full(56, 20.0)
    found = difference_in_differences(before, after, before * 100, after * 100)
    assert found is not None
    assert abs(found[0]) < 0.01


def test_fewer_than_four_whole_weeks_tell_nothing() -> None:
    enough, short, gaps = np.ones(56), np.ones(27), np.ones(34)
    gaps[[0, 7]] = np.nan
    assert difference_in_differences(enough, short, enough, short) is None
    assert difference_in_differences(enough, gaps, enough, np.ones(34)) is None
