"""The checks of a contract on typed values (hop 2's second half). Great Expectations runs the same declarations.

Belongs here: one record's plausibility. Figures that must agree with each other are the gate's business.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from schemas.codes import known_codes
from schemas.contracts import CheckSpec

EARLIEST = date(2007, 1, 1)  # the year 120 began; anything before it is a clock or format fault
CLOCK_SKEW = timedelta(days=1)


def check_id(check: CheckSpec) -> str:
    return f"{check.column}.{check.check}"


def holds(check: CheckSpec, value: Any) -> bool:
    """Whether a value passes; an empty one does (what must be there is `required` in the contract)."""
    if value is None:
        return True
    if check.check in ("length", "between"):
        measured = len(value) if check.check == "length" else value
        return (check.min is None or measured >= check.min) and (check.max is None or measured <= check.max)
    allowed = known_codes(check.codes or "") if check.check == "in_codes" else check.values
    return value in allowed


def describe(check: CheckSpec) -> str:
    """The rule in Korean, for a quarantine reason."""
    if check.check == "length":
        return f"{check.column}: 길이가 한도({check.max:.0f}자)를 넘습니다."
    if check.check == "between":
        return f"{check.column}: 값이 범위({check.min}–{check.max}) 밖입니다."
    if check.check == "in_codes":
        return f"{check.column}: 코드표({check.codes})에 없는 코드입니다."
    return f"{check.column}: 받을 수 있는 값이 아닙니다."


def implausible_date(contact: date, landing: date) -> str | None:
    """Why a contact date cannot be right, given the day on which its file arrived (Korean), or None."""
    if contact > landing + CLOCK_SKEW:
        return "상담일이 파일이 도착한 날보다 뒤입니다. 시계나 날짜 서식을 확인해 주세요(started_at)."
    if contact < EARLIEST:
        return f"상담일이 {EARLIEST.year}년보다 앞입니다. 날짜 서식을 확인해 주세요(started_at)."
    return None
