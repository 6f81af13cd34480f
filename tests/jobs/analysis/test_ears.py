"""EARS against the R package surveillance and against its definition worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.analysis.ears import alarms, statistics, upper_bounds

Z_95 = 1.6448536269514722


def test_c1_bounds_of_the_r_package() -> None:
    """surveillance 1.x, tests/testthat/test-earsC.R: the first four C1 bounds (alpha 0.05, baseline 7) of salmNewport in
    2011 are 3.278854, 3.278854, 3.436517 and 3.855617. The test prints no counts; these are counts that give all four
    (found by search; the order of the first seven is open)."""
    counts = np.array((1, 1, 1, 1, 2, 3, 3, 1, 0, 3, 0), float)
    first, _ = upper_bounds(counts, Z_95)
    np.testing.assert_allclose(first[7:], (3.278854, 3.278854, 3.436517, 3.855617), atol=1e-6)


def test_the_three_charts_by_hand() -> None:
    """Hutwagner et al. (2003): mean and standard deviation of 7 days; C2 two days back; C3 = sum of max(0, C2 - 1)."""
    counts = np.array((1, 2, 3, 4, 5, 6, 7, 4, 4, 9, 10, 11), float)
    first, second, third = statistics(counts)
    deviation = np.sqrt(28 / 6)
    assert first[7] == pytest.approx((4 - 4) / deviation)
    assert second[9] == pytest.approx((9 - 4) / deviation)
    assert np.isnan(first[:7]).all()
    assert np.isnan(second[:9]).all()
    assert np.isnan(third[:11]).all()
    beyond = [max(0.0, second[day] - 1) for day in (9, 10, 11)]
    assert third[11] == pytest.approx(sum(beyond))
    assert beyond[0] > 1


def test_alarms_of_many_series_and_of_short_ones() -> None:
    counts = np.tile(np.array((4, 5, 6, 5, 4, 5, 6, 5, 5, 30, 32, 5), float)[:, None], (1, 3))
    first, second, third = alarms(counts)
    assert first[9].all() and second[9].all()
    assert not first[10].any() and second[10].all()  # C1 has the outbreak in its baseline, C2 not yet
    assert third[11].all()
    assert not np.any(alarms(np.zeros((30, 2))))
    assert not np.any(alarms(np.ones((3, 2))))
