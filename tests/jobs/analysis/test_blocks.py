"""Series in blocks, side by side, and with room for more: the same numbers in the same order."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.analysis.blocks import blocks, side_by_side, widened


@pytest.mark.parametrize("series", [0, 1, 7, 8, 9, 15, 16, 17, 100])
def test_blocks_make_up_all_series_and_none_is_small(series: int) -> None:
    parts = blocks(series, 8)
    assert [place for part in parts for place in range(part.start, part.stop)] == list(range(series))
    assert len(parts) == 1 or min(part.stop - part.start for part in parts) >= 8


def test_results_keep_the_order_of_their_items_and_a_fault_comes_through() -> None:
    assert side_by_side(lambda item: -item, list(range(50))) == [-item for item in range(50)]
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 // item, [2, 1, 0])


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 4, 3)])
def test_more_series_stand_as_the_first_and_leave_the_others(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(20)
    held = expected = rng.normal(size=shape)
    for more in (1, 5, 1, 1, 40, 2):
        expected = np.concatenate((expected, np.repeat(expected[..., :1], more, axis=-1)), axis=-1)
        held = widened(held, more)
        np.testing.assert_array_equal(held, expected)
        held[..., -1], expected[..., -1] = 9.0, 9.0  # what comes next must not undo it


def test_some_rows_of_a_wider_array_are_not_taken_for_it() -> None:
    whole = np.arange(12.0).reshape(3, 4)
    found = widened(whole[1:, :2], 1)
    np.testing.assert_array_equal(found, [[4, 5, 4], [8, 9, 8]])
    np.testing.assert_array_equal(whole, np.arange(12.0).reshape(3, 4))
