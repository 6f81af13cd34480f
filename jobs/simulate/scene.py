"""One channel's day: what the builders of records share.

Belongs here: the shape of a contact and what a day offers to draw from. Does not: any channel's own fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from jobs.simulate.personal import Planted
from jobs.simulate.volumes import Mix, contacts, seconds_of_day, stream, topic_mix

AGENTS_2021 = 265


@dataclass(slots=True)
class Record:
    """One record of a file, as nested raw fields; `late_days` after its contact it lands."""

    source: str
    fields: dict[str, Any]
    late_days: int = 0


@dataclass(slots=True)
class Contact:
    """One contact: its records (a call and its transcript are two), its true topic and what was planted in it.

    `topic` is empty where no text of it was written (an abandoned call).
    """

    source_id: str
    records: list[Record]
    topic: str = ""
    district_code: str = ""
    planted: Planted = field(default_factory=list)


@dataclass(slots=True)
class Scene:
    """A channel on a day, with its own stream of chance."""

    channel: str
    day: date
    scale: float
    seed: int
    rng: Random
    mix: Mix

    def starts(self) -> list[int]:
        """Sorted seconds since midnight, one a contact."""
        count = contacts(self.channel, self.day, self.scale, self.seed, self.rng)
        return seconds_of_day(self.channel, self.day, count, self.rng)

    def at(self, second: int) -> datetime:
        """The wall clock in Seoul, without a zone."""
        return datetime(self.day.year, self.day.month, self.day.day) + timedelta(seconds=second)

    def numbered(self, prefix: str, place: int) -> str:
        return f"{prefix}{self.day:%Y%m%d}{place:06d}"

    def agent(self) -> str:
        return f"A{self.rng.randrange(1, max(8, round(AGENTS_2021 * self.scale)) + 1):04d}"

    def type_code(self) -> str:
        """What an agent put down: any code of the taxonomy or nothing. It says nothing about the contact's topic."""
        codes = type_codes()
        return self.rng.choice(codes) if codes and self.rng.random() < 0.8 else ""


def scene(channel: str, day: date, scale: float, seed: int) -> Scene:
    return Scene(channel, day, scale, seed, stream(seed, day, channel), topic_mix(channel, day))


@cache
def type_codes() -> tuple[str, ...]:
    from schemas.taxonomy import load_taxonomy

    return tuple(leaf.type_code for leaf in load_taxonomy("2022").leaves)


Contacts = Iterator[Contact]
