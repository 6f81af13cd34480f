"""One channel's day: what the builders of records share.

Belongs here: the shape of a contact and what a day offers to draw from. Does not: any channel's own fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import numpy as np

from jobs.simulate.catalogue import Topic
from jobs.simulate.coding import Coded, coded
from jobs.simulate.personal import Planted
from jobs.simulate.plan import CATEGORIES, DayPlan, day_plan
from jobs.simulate.volumes import Mix, numbers, seconds_of_day, stream, topic_mixes
from jobs.simulate.wording import Matter, matter

AGENTS_2021 = 265
_ALSO_SHARE = 0.05  # of contacts: a second thing is asked


@dataclass(slots=True)
class Record:
    """One record of a file, as nested raw fields; `late_days` after its contact it lands."""

    source: str
    fields: dict[str, Any]
    late_days: int = 0


@dataclass(slots=True)
class Contact:
    """One contact: its records (a call and its transcript are two), what it is about and what was planted in it.

    `what` is None where no text of it was written (an abandoned call); `code` is what the agent put down.
    """

    source_id: str
    records: list[Record]
    what: Matter | None = None
    code: Coded | None = None
    planted: Planted = field(default_factory=list)


@dataclass(slots=True)
class Scene:
    """A channel on a day, with its own streams of chance."""

    channel: str
    day: date
    scale: float
    seed: int
    rng: Random
    arrays: np.random.Generator
    plan: DayPlan
    mixes: tuple[Mix, ...]

    def starts(self) -> list[int]:
        """Sorted seconds since midnight, one a contact."""
        return list(seconds_of_day(self.channel, self.day, self.plan.contacts, self.arrays).tolist())

    def categories(self) -> list[int]:
        """Of each consultation, in order of time, the place of its category among `plan.CATEGORIES`."""
        shuffled = np.repeat(np.arange(len(CATEGORIES)), self.plan.categories)
        self.arrays.shuffle(shuffled)
        return list(shuffled.tolist())

    def topic(self, category: int) -> Topic:
        return self.mixes[category].draw(self.rng)

    def matter(self, category: int, topic: Topic | None = None) -> Matter:
        """What a contact is about: a topic of the category, now and then with a second one of the same category."""
        also = self.topic(category) if self.rng.random() < _ALSO_SHARE else None
        return matter(topic or self.topic(category), self.rng, also=also)

    def matters(self) -> Iterator[tuple[int, datetime, Matter]]:
        """(number, start, matter) of each contact of a channel all of whose contacts are consultations."""
        for place, (second, category) in enumerate(zip(self.starts(), self.categories(), strict=True), 1):
            yield place, self.at(second), self.matter(category)

    def at(self, second: int) -> datetime:
        """The wall clock in Seoul, without a zone."""
        return datetime(self.day.year, self.day.month, self.day.day) + timedelta(seconds=second)

    def numbered(self, prefix: str, place: int) -> str:
        return f"{prefix}{self.day:%Y%m%d}{place:06d}"

    def agent(self) -> str:
        return f"A{1 + int(self.rng.random() * max(8, round(AGENTS_2021 * self.scale))):04d}"

    def coded(self, what: Matter) -> Coded:
        """What the agent put down as the type."""
        return coded(what.topic.leaf, self.day, self.rng)


def scene(channel: str, day: date, scale: float, seed: int) -> Scene:
    plan = day_plan(channel, day, scale, seed)
    arrays = numbers(seed, day, channel)
    return Scene(channel, day, scale, seed, stream(seed, day, channel), arrays, plan, topic_mixes(channel, day))


Contacts = Iterator[Contact]
