"""What the synthetic city is made of: topics, voices, districts and phrases, read from the data files beside it.

Belongs here: shapes and loading. Does not: chance, dates or formats.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Any

import yaml

COVID = "코로나"


@dataclass(frozen=True, slots=True)
class Topic:
    """Something citizens contact 120 about. `report` is its weight in the smart-complaint app (0 = not there)."""

    topic: str
    domain: str
    name: str
    weight: float
    ars: str
    situations: tuple[str, ...]
    needs: tuple[str, ...]
    answer: str
    report: float = 0
    since: date = date.min
    months: tuple[int, ...] = ()

    @property
    def is_covid(self) -> bool:
        return self.domain == COVID

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (not self.months or day.month in self.months)


@dataclass(frozen=True, slots=True)
class Voice:
    """A way to write. `typo` and `squeeze` are the chances of a misspelling and of lost spaces."""

    name: str
    weight: float
    openers: tuple[str, ...]
    asides: tuple[str, ...]
    closers: tuple[str, ...]
    endings: tuple[tuple[str, str], ...]
    typo: float
    squeeze: float


@dataclass(frozen=True, slots=True)
class District:
    """A district: `weight` is only a weight for drawing it (about its residents, in thousands), not a figure."""

    code: str
    name: str
    weight: float
    latitude: float
    longitude: float
    dongs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All data files. `phrases` is voices.yaml without its voices; `personal` and `foreign` are their files."""

    topics: dict[str, Topic]
    voices: tuple[Voice, ...]
    voice_weights: tuple[float, ...]  # cumulative, as `random.choices` likes them
    districts: tuple[District, ...]
    district_weights: tuple[float, ...]  # cumulative
    phrases: dict[str, Any]
    personal: dict[str, Any]
    foreign: dict[str, Any]


@cache
def catalogue() -> Catalogue:
    phrases = load("voices.yaml")
    voices = tuple(_voice(name, cells) for name, cells in phrases.pop("voices").items())
    districts = _districts()
    return Catalogue(
        topics={topic.topic: topic for topic in _topics()},
        voices=voices,
        voice_weights=tuple(accumulate(voice.weight for voice in voices)),
        districts=districts,
        district_weights=tuple(accumulate(district.weight for district in districts)),
        phrases=phrases,
        personal=load("personal.yaml"),
        foreign=load("foreign.yaml"),
    )


def load(name: str) -> dict[str, Any]:
    """A YAML file of this package."""
    return dict(yaml.safe_load(resources.files("jobs.simulate").joinpath(name).read_text(encoding="utf-8")))


def _topics() -> list[Topic]:
    files = sorted(resources.files("jobs.simulate").joinpath("topics").iterdir(), key=lambda file: file.name)
    topics = []
    for file in files:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        for cells in document["topics"]:
            lists: dict[str, Any] = {name: tuple(cells.pop(name, ())) for name in ("situations", "needs", "months")}
            topics.append(Topic(domain=document["domain"], **cells, **lists))
    return topics


def _voice(name: str, cells: dict[str, Any]) -> Voice:
    endings = tuple((old, new) for old, new in cells.pop("endings"))
    lists: dict[str, Any] = {key: tuple(cells.pop(key)) for key in ("openers", "asides", "closers")}
    return Voice(name=name, endings=endings, **lists, **cells)


def _districts() -> tuple[District, ...]:
    from schemas.codes import code_list

    names = {row["district_code"]: row["district_name"] for row in code_list("districts")}
    text = resources.files("jobs.simulate").joinpath("districts.csv").read_text(encoding="utf-8")
    return tuple(
        District(
            row["district_code"],
            names[row["district_code"]],
            float(row["weight"]),
            float(row["latitude"]),
            float(row["longitude"]),
            tuple(row["dongs"].split("|")),
        )
        for row in csv.DictReader(text.splitlines())
    )
