"""How many contacts a channel has on a day, at what hours, and about what.

Belongs here: volumes and mixes, from the Foundation's printed figures of 2021 where there are any; every number
that is not printed is named an assumption. Does not: texts or records. Levels are those of 2021 whatever the year.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from jobs.simulate.catalogue import Topic, catalogue, load

INFLOW_2021, ANSWERED_2021 = 5_521_102, 4_467_628
ANSWER_RATE = ANSWERED_2021 / INFLOW_2021
FOREIGN_SHARE = 0.015  # of the telephone's inflow; assumption
SIGN_UNANSWERED = 0.06  # assumption
_INFLOW = INFLOW_2021 / 365
DAILY: dict[str, float] = {  # contacts a day in 2021
    "phone": _INFLOW * (1 - FOREIGN_SHARE),
    "foreign": _INFLOW * FOREIGN_SHARE,
    "sms": 791_295 / 365,
    "chatbot": 1_419_632 / 365,
    "smart_report": 798_756 / 365,
    "sign": 22_527 / 365 / (1 - SIGN_UNANSWERED),
    # the portals are printed as one figure; their split is an assumption
    "naver": 16_419 / 365 * 0.5,
    "twitter": 16_419 / 365 * 0.2,
    "homepage": 16_419 / 365 * 0.3,
}
OUTBOUND_FROM = date(2020, 3, 1)  # unmanned outbound calls since March 2020 (S19)
OUTBOUND_DAILY = 300.0  # assumption
_TOTAL = 7_516_257 / 365
_DAY_NOISE = 0.03  # assumption

_ATTENDED = frozenset(("phone", "foreign", "sms", "sign"))
# Monday to Sunday, then holidays; assumptions, scaled so that a year's mean is 1.
_WEEK = {True: (1.3, 1.18, 1.14, 1.12, 1.1, 0.5, 0.42, 0.45), False: (1.1, 1.06, 1.05, 1.04, 1.04, 0.88, 0.8, 0.82)}
# Shares of the hours 0-23. The telephone's 08-18 add up to the printed 87.6 %; the rest is an assumption.
_HOURS = {
    True: (5, 4, 3, 3, 2, 2, 4, 8, 45, 105, 115, 105, 70, 100, 100, 90, 82, 64, 28, 20, 16, 13, 9, 7),
    False: (14, 9, 6, 5, 5, 7, 13, 26, 52, 74, 80, 76, 66, 74, 76, 72, 68, 60, 52, 46, 42, 36, 26, 15),
}
_MONDAY_MORNING = 1.15  # S5 names it a prime time; the factor is an assumption


@dataclass(frozen=True)
class Mix:
    """Topics and their cumulative weights, as `random.choices` takes them."""

    topics: tuple[Topic, ...]
    weights: tuple[float, ...]

    def draw(self, rng: Random, count: int) -> list[Topic]:
        return rng.choices(self.topics, cum_weights=self.weights, k=count) if count else []


def stream(seed: int, day: date, purpose: str) -> Random:
    """A stream of chance of its own for each day and purpose: a day is the same whatever days are made around it."""
    return Random(f"{seed}|{day}|{purpose}")  # noqa: S311 - play, not secrecy


def contacts(channel: str, day: date, scale: float, seed: int, rng: Random) -> int:
    """The number of contacts, with a day's common swing, the events' extra and Poisson noise."""
    swing = stream(seed, day, "swing").gauss(1, _DAY_NOISE)
    extra = 1 + (0 if channel == "smart_report" else sum(events_on(day).values()))
    return _poisson(rng, DAILY[channel] * scale * swing * extra * _day_factor(day, channel in _ATTENDED))


def outbound_calls(day: date, scale: float, rng: Random) -> int:
    return _poisson(rng, OUTBOUND_DAILY * scale) if day >= OUTBOUND_FROM else 0


def seconds_of_day(channel: str, day: date, count: int, rng: Random) -> list[int]:
    """Starting seconds since midnight, sorted."""
    weights = _hour_weights(channel in _ATTENDED, day.weekday() == 0 and not _is_holiday(day))
    return sorted(hour * 3600 + rng.randrange(3600) for hour in rng.choices(range(24), cum_weights=weights, k=count))


@cache
def answer_rates() -> tuple[float, ...]:
    """The chance of an answer by hour: lower when it is busy, and on average (by calls) the printed rate of 2021."""
    hours = _HOURS[True]
    strain = [0.5 + hour_share / max(hours) for hour_share in hours]  # assumption
    mean = sum(map(math.prod, zip(hours, strain, strict=True))) / sum(hours)
    return tuple(1 - (1 - ANSWER_RATE) * value / mean for value in strain)


@cache
def topic_mix(channel: str, day: date) -> Mix:
    """What a channel's contacts of a day are about; on the foreign line only what has original words."""
    topics = [topic for topic in catalogue().topics.values() if topic.holds_on(day)]
    if channel == "foreign":
        topics = [topic for topic in topics if topic.topic in catalogue().foreign["originals"]]
    if channel == "smart_report":
        return _mix((topic, topic.report) for topic in topics if topic.report)
    share = _covid_share(day) * _covid_lift()
    total = {is_covid: sum(t.weight for t in topics if t.is_covid is is_covid) for is_covid in (True, False)}
    if not total[True]:
        share = 0.0
    events = events_on(day)
    weights = {
        t: t.weight / total[t.is_covid] * (share if t.is_covid else 1 - share) + events.get(t.topic, 0) for t in topics
    }
    return _mix(weights.items())


@cache
def events_on(day: date) -> dict[str, float]:
    """Extra contacts by topic, as a share of a day's contacts without them."""
    extra: dict[str, float] = {}
    for event in _calendar()["events"]:
        if event["from"] <= day <= event["to"]:
            now = event["peak_share"] * 0.5 ** ((day - event["from"]).days / event["half_life_days"])
            for topic, part in event["topics"].items():
                extra[topic] = extra.get(topic, 0) + now * part / sum(event["topics"].values())
    return extra


def _covid_share(day: date) -> float:
    return next((row["share"] for row in reversed(_calendar()["covid_share"]) if row["from"] <= day <= row["to"]), 0.0)


@cache
def _covid_lift() -> float:
    """What the share is multiplied by outside the smart-complaint app, which has little COVID, to hold it in all."""
    reports = [topic for topic in catalogue().topics.values() if topic.report]
    of_reports = sum(t.report for t in reports if t.is_covid) / sum(t.report for t in reports)
    part = DAILY["smart_report"] / _TOTAL
    year_share = 0.265
    return (1 - part * of_reports / year_share) / (1 - part)


@cache
def _calendar() -> dict[str, list[dict]]:  # type: ignore[type-arg]
    return load("calendar.yaml")


def _mix(weights: Iterable[tuple[Topic, float]]) -> Mix:
    topics, values = zip(*weights, strict=True)
    return Mix(topics, tuple(accumulate(values)))


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("KR", years=[year]))


def _is_holiday(day: date) -> bool:
    return day in _holidays(day.year)


def _week_factor(day: date, attended: bool) -> float:
    return _WEEK[attended][7 if _is_holiday(day) and day.weekday() < 5 else day.weekday()]


@cache
def _day_factor(day: date, attended: bool) -> float:
    return _week_factor(day, attended) / _year_mean(day.year, attended)


@cache
def _year_mean(year: int, attended: bool) -> float:
    days = [date(year, 1, 1) + timedelta(offset) for offset in range((date(year, 12, 31) - date(year, 1, 1)).days + 1)]
    return sum(_week_factor(day, attended) for day in days) / len(days)


@cache
def _hour_weights(attended: bool, busy_morning: bool) -> tuple[float, ...]:
    hours = list(map(float, _HOURS[attended]))
    if busy_morning:
        moved = sum(hours[9:12]) * (_MONDAY_MORNING - 1)
        afternoon = sum(hours[13:18])
        hours[9:12] = [share * _MONDAY_MORNING for share in hours[9:12]]
        hours[13:18] = [share * (1 - moved / afternoon) for share in hours[13:18]]
    return tuple(accumulate(hours))


def _poisson(rng: Random, mean: float) -> int:
    """Poisson; from 50 on by its normal approximation."""
    if mean >= 50:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
