from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dags.landing_day import landing_day
from jobs.errors import WrongUse

FIVE_IN_SEOUL = datetime(2021, 12, 13, 20, tzinfo=UTC)  # 12-14 05:00 in Seoul


@pytest.mark.parametrize("run_type", ["scheduled", "backfill"])
def test_a_scheduled_run_takes_the_seoul_day_on_which_its_interval_starts(run_type: str) -> None:
    assert landing_day(None, run_type, FIVE_IN_SEOUL, FIVE_IN_SEOUL) == date(2021, 12, 14)


def test_a_run_by_hand_takes_its_logical_date_not_the_interval_before_it() -> None:
    logical = datetime(2021, 12, 14, tzinfo=UTC)
    assert landing_day(None, "manual", logical, datetime(2021, 12, 12, 20, tzinfo=UTC)) == date(2021, 12, 14)


def test_the_parameter_wins() -> None:
    assert landing_day("2020-02-29", "scheduled", FIVE_IN_SEOUL, FIVE_IN_SEOUL) == date(2020, 2, 29)


def test_a_bad_or_missing_day_says_what_to_do() -> None:
    with pytest.raises(WrongUse, match="2021-12-14처럼"):
        landing_day("어제", "manual", None, None)
    with pytest.raises(WrongUse, match='"day"'):
        landing_day(None, "manual", None, None)
