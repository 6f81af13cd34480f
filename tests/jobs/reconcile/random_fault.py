"""What the makers of random faults share: a fault, and the names and years to draw from."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from random_tables import Made, printed, window

SUBJECTS = (
    "수도 요금",
    "교통 민원",
    "여권 발급",
    "문화 행사",
    "청년 지원",
    "소음 신고",
    "공공 자전거",
    "예방 접종",
    "한파 쉼터",
    "재난 지원금",
)
CHANNELS = ("전화", "문자", "누리집", "챗봇", "방문", "전자우편")


@dataclass
class Fault:
    """Rows as a sender would print them, the figures at fault (any of them may be named), and a pattern that what is
    said of those figures must fit."""

    made: Made
    figures: tuple[str, ...]
    says: str


def a_year(lot: random.Random) -> int:
    return lot.randint(2014, 2034)


def days_of(start: date, end: date) -> dict[str, str]:
    return {"window_start": start.isoformat(), "window_end": end.isoformat()}


def two_years(
    lot: random.Random, made: Made, subject: str, low: float = 1.05, high: float = 2.5
) -> tuple[int, int, int]:
    year = a_year(lot)
    before = lot.randint(100_000, 5_000_000)
    now = int(before * lot.uniform(low, high))
    made.add("old", f"{year - 1}년 {subject}", printed(before), **window(year - 1))
    made.add("new", f"{year}년 {subject}", printed(now), **window(year))
    return year, before, now
