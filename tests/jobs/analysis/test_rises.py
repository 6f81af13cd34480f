"""Changes of many series between two spans: how often a false one is found, and whether true ones are."""

from __future__ import annotations

import numpy as np

from jobs.analysis.rises import changed

NOW, BEFORE = 31, 91


def _noisy(rng: np.random.Generator, means: np.ndarray) -> np.ndarray:
    """Days of negative binomial counts with the dispersion 1 + mean / 10."""
    return rng.poisson(rng.gamma(10, means / 10, (NOW + BEFORE, len(means)))).astype(float)


def test_without_change_hardly_any_family_of_series_has_a_finding() -> None:
    rng = np.random.default_rng(3)
    false = 0
    for _ in range(40):
        counts = _noisy(rng, np.exp(rng.normal(0.5, 1.2, 200)))
        found = changed(counts[BEFORE:], counts[:BEFORE])
        assert found is not None
        false += bool(found.holds.any())
    assert false <= 4  # 5 % are allowed, of 40


def test_a_doubling_is_found_and_its_interval_holds_it() -> None:
    rng = np.random.default_rng(4)
    counts = _noisy(rng, np.full(200, 12.0))
    counts[BEFORE:, :20] = _noisy(rng, np.full(20, 24.0))[:NOW]
    found = changed(counts[BEFORE:], counts[:BEFORE])
    assert found is not None
    assert found.holds[:20].all()
    assert found.holds[20:].sum() <= 3
    inside = (found.lower[:20] <= 2) & (found.upper[:20] >= 2)
    assert inside.sum() >= 17


def test_rare_series_are_not_tested_and_new_ones_have_no_ratio() -> None:
    counts = np.zeros((NOW + BEFORE, 2))
    counts[::20, 0] = 1
    counts[BEFORE:, 1] = 9
    found = changed(counts[BEFORE:], counts[:BEFORE])
    assert found is not None
    assert found.holds.tolist() == [False, True]
    assert np.isnan(found.ratio).tolist() == [True, True]


def test_too_few_weeks_are_no_test() -> None:
    counts = np.ones((NOW + BEFORE, 1))
    assert changed(counts[:13], counts) is None
    assert changed(counts, counts[:20]) is None
    counts[:80] = np.nan  # a missing day takes its week away
    assert changed(counts[BEFORE:], counts[:BEFORE]) is None
