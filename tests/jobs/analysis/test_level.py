"""The place of a week among the weeks before it."""

from __future__ import annotations

import numpy as np
import pytest

from jobs.analysis.level import level_bands


def _year(last: float) -> np.ndarray:
    """A year whose weeks rise evenly from 10 to 90 a day, and a last week of `last` a day."""
    days = np.linspace(10.0, 90.0, 364)
    return np.concatenate([days, np.full(7, last)])[:, None]


@pytest.mark.parametrize(
    ("last", "band"), [(5, "low"), (25, "low"), (50, "usual"), (75, "high"), (89, "very_high"), (200, "very_high")]
)
def test_bands_are_quarters_and_a_twentieth_of_the_past(last: float, band: str) -> None:
    assert level_bands(_year(last)) == [band]


def test_a_day_without_data_is_no_zero() -> None:
    year = _year(50)
    year[-3:] = np.nan
    assert level_bands(year) == ["usual"]
    year[-7:] = np.nan
    assert level_bands(year) == ["unknown"]


def test_with_less_than_half_a_year_nothing_is_said() -> None:
    assert level_bands(_year(50)[-190:]) == ["unknown"]
    assert level_bands(_year(50)[-195:]) != ["unknown"]
    assert level_bands(np.ones((5, 2))) == ["unknown", "unknown"]


def test_a_level_series_is_usual() -> None:
    assert level_bands(np.full((200, 1), 7.0)) == ["usual"]


def test_the_past_does_not_hold_the_week_itself() -> None:
    """The windows that overlap the last week would make a jump look smaller."""
    counts = np.concatenate([np.full(357, 10.0), np.full(7, 30.0)])[:, None]
    assert level_bands(counts) == ["very_high"]
