import numpy as np
import pytest

from jobs.analysis.calendar import DAY_AFTER, DAY_OFF, day_kinds


def kinds(*days: str, country: str = "KR") -> list[int]:
    return day_kinds(np.array(days, "datetime64[D]"), country).tolist()


def test_weekdays() -> None:
    assert kinds("2020-01-13", "2020-01-18", "2020-01-19") == [0, 5, 6]


def test_lunar_new_year_2020_and_the_day_after() -> None:
    """24 January (Friday) to 27 January (Monday, the substitute holiday); the 28th is a Tuesday."""
    assert kinds("2020-01-23", "2020-01-24", "2020-01-25", "2020-01-26", "2020-01-27", "2020-01-28", "2020-01-29") == [
        3, DAY_OFF, DAY_OFF, DAY_OFF, DAY_OFF, DAY_AFTER, 2,
    ]  # fmt: skip


def test_a_monday_after_a_holiday_at_the_weekend() -> None:
    assert kinds("2019-12-25", "2019-12-26", "2021-01-01", "2021-01-04") == [DAY_OFF, DAY_AFTER, DAY_OFF, DAY_AFTER]


def test_other_calendars() -> None:
    assert kinds("2020-04-29", country="JP") == [DAY_OFF]  # 昭和の日
    assert kinds("2020-04-29", "2020-01-25", country="none") == [2, 5]
    assert kinds() == []
    with pytest.raises(NotImplementedError):
        kinds("2020-01-01", country="ZZ")
