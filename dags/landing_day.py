"""Which landing day a scheduled, backfilled or hand-started run is for. Knows dates only; imports no scheduler."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from jobs.errors import WrongUse

SEOUL = ZoneInfo("Asia/Seoul")


def landing_day(
    chosen: str | None, run_type: str, logical_at: datetime | None, interval_start: datetime | None
) -> date:
    """The day, in Seoul, whose landing folder a run takes.

    In this order: the parameter `day`, if one was given; for a run started by hand, the date of its logical date;
    otherwise the date on which its data interval starts. Raises `WrongUse` if none of them says.
    """
    if chosen:
        try:
            return date.fromisoformat(chosen)
        except ValueError as error:
            raise WrongUse(
                f"매개변수 day의 값 '{chosen}'은(는) 날짜가 아닙니다. 2021-12-14처럼 적어 주세요."
            ) from error
    moment = logical_at if run_type == "manual" else interval_start
    if moment is None:
        raise WrongUse('어느 도착일인지 알 수 없습니다. 실행할 때 매개변수를 {"day": "2021-12-14"}처럼 주세요.')
    return moment.astimezone(SEOUL).date()
