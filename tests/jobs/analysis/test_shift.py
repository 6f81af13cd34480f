from __future__ import annotations

import pytest

from jobs.analysis.shift import novelty, share_change, stability_index


def test_newcombe_agrees_with_published_values() -> None:
    """Newcombe (1998) 873, table II, method 10: 56/70 against 48/80 and 9/10 against 3/10 (difference p1 - p2)."""
    for one, other, lower, upper in (((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)):
        low, difference, high = share_change(other, one)
        assert difference == pytest.approx(one[0] / one[1] - other[0] / other[1])
        assert (low, high) == pytest.approx((lower, upper), abs=1e-4)


def test_shares_of_nothing_are_open() -> None:
    assert share_change((0, 0), (1, 2)) == (-1.0, 0.0, 1.0)


def test_the_stability_index_sees_shape_not_size() -> None:
    assert stability_index([10, 20, 30], [10, 20, 30]) == 0
    assert stability_index([100, 200, 300], [1000, 2000, 3000]) < 0.001
    moved = stability_index([100, 200, 300], [300, 200, 100])
    assert 0.25 < moved == pytest.approx(stability_index([300, 200, 100], [100, 200, 300]))
    assert stability_index([0, 100], [100, 0]) < 20


def test_novelty_counts_a_word_once_a_document() -> None:
    assert novelty({"버스"}, [["버스", "지하철", "지하철"], ["버스"]]) == (1, 3)
    assert novelty(set(), []) == (0, 0)
