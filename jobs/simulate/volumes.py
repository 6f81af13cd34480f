"""What a channel's contacts of a day are about, and at what seconds they start.

Belongs here: mixes of topics and the hours. How many there are is `plan`; every share here is an assumption of
`levels.yaml` unless it says otherwise. Does not: texts or records.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import accumulate
from random import Random
from typing import Any

import numpy as np

from jobs.analysis.calendar import is_day_off
from jobs.simulate.catalogue import Topic, catalogue, covid_groups
from jobs.simulate.levels import ATTENDED, boosts_on, levels_file
from jobs.simulate.plan import CATEGORIES

OUTBOUND_FROM = date(2020, 3, 1)  # unmanned outbound calls since March 2020 (S19)
_BOOST = 4.0  # what an event's extra contacts count beside a category's usual ones


@dataclass(frozen=True)
class Mix:
    """Topics and their cumulative weights."""

    topics: tuple[Topic, ...]
    weights: tuple[float, ...]

    def draw(self, rng: Random) -> Topic:
        return self.topics[bisect(self.weights, rng.random() * self.weights[-1])]


def stream(seed: int, day: date, purpose: str) -> Random:
    """A stream of chance of its own for each day and purpose: a day is the same whatever days are made around it."""
    return Random(f"{seed}|{day}|{purpose}")  # noqa: S311 - play, not secrecy


def numbers(seed: int, day: date, purpose: str) -> np.random.Generator:
    """The same for arrays."""
    return np.random.default_rng([seed, day.toordinal(), *purpose.encode()])


def outbound_calls(day: date, scale: float, rng: np.random.Generator) -> int:
    return int(rng.poisson(levels_file()["outbound_daily"] * scale)) if day >= OUTBOUND_FROM else 0


def seconds_of_day(channel: str, day: date, count: int, rng: np.random.Generator) -> Any:
    """Starting seconds since midnight, sorted: an array."""
    weights = np.array(hour_weights(channel, day.weekday() == 0 and not is_day_off(day)))
    hours = np.repeat(np.arange(24), rng.multinomial(count, weights / weights.sum()))
    return np.sort(hours * 3600 + rng.integers(0, 3600, count))


def unanswered(seconds: list[int], answered: int, rng: np.random.Generator) -> list[bool]:
    """Which of the calls that start at these seconds are not answered: exactly `answered` of them are.

    In busy hours a call is lost more easily (an assumption).
    """
    hours = np.array(hour_weights("phone", False))
    strain = (0.5 + hours / hours.max())[np.array(seconds, np.int64) // 3600]
    # sampling without replacement by weight: Efraimidis and Spirakis, Information Processing Letters 97 (2006)
    keys = rng.exponential(size=len(seconds)) / strain
    lost = np.zeros(len(seconds), bool)
    lost[np.argsort(keys, kind="stable")[: len(seconds) - answered]] = True
    return list(lost.tolist())


@cache
def hour_weights(channel: str, busy_morning: bool) -> tuple[float, ...]:
    levels = levels_file()
    hours = list(map(float, levels["hours"]["attended" if channel in ATTENDED else "unattended"]))
    if busy_morning:
        factor = levels["monday_morning"]
        moved, afternoon = sum(hours[9:12]) * (factor - 1), sum(hours[13:18])
        hours[9:12] = [share * factor for share in hours[9:12]]
        hours[13:18] = [share * (1 - moved / afternoon) for share in hours[13:18]]
    return tuple(hours)


@lru_cache(maxsize=16)  # a day's channels: a year must not pile up
def topic_mixes(channel: str, day: date) -> tuple[Mix, ...]:
    """What a channel's contacts of a day are about: a mix for each of `plan.CATEGORIES`."""
    found: list[dict[Topic, float]] = [{} for _ in CATEGORIES]
    shares = levels_file()["domains"]
    for topic, category in _on(day):
        weight = topic.weight
        if channel == "smart_report":  # an app to report what is wrong, not to ask
            weight *= 1.0 if topic.is_report else 0.0 if category == "none" else 0.02
        if category == "none":
            weight *= shares[topic.leaf.domain] / _domain_weight(topic.leaf.domain)
        if weight:
            found[CATEGORIES.index(category)][topic] = weight
    for path, boost in boosts_on(day):
        for weights in found:
            own = {topic: weight for topic, weight in weights.items() if ">".join(topic.leaf.path).startswith(path)}
            part, whole = sum(own.values()), sum(weights.values())
            for topic, weight in own.items():
                weights[topic] += _BOOST * boost * whole * weight / part
    return tuple(Mix(tuple(weights), tuple(accumulate(weights.values()))) for weights in found)


@lru_cache(maxsize=4)
def _on(day: date) -> tuple[tuple[Topic, str], ...]:
    """The topics that can come up on a day, with their category; nobody asks about COVID before its code book begins."""
    found = ((topic, category_of(topic, day)) for topic in catalogue().topics if topic.holds_on(day))
    return tuple((topic, category) for topic, category in found if category != "none" or not topic.is_covid)


def category_of(topic: Topic, day: date) -> str:
    group, subgroup = covid_groups(topic.type_code, day)
    return subgroup or ("covid" if group else "none")


@cache
def _domain_weight(domain: str) -> float:
    return sum(topic.weight for topic in catalogue().topics if topic.leaf.domain == domain)
