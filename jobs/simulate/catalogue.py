"""What the synthetic city is made of: topics, voices, districts and phrases, read from the data files beside it.

Belongs here: shapes and loading. Does not: chance, dates or formats.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import accumulate
from random import Random
from typing import Any, TypeVar

import yaml

from schemas.codes import CodeRow, code_list
from schemas.taxonomy import Leaf, load_taxonomy

TAXONOMY_VERSION = "2022"  # the city's true types are of this version, whatever the year
_ARS = {"코로나19": "0", "교통": "1", "수도": "2"}
_ARS_OF_NUMBERS = ("안내·상담", "기관 전화번호")
T = TypeVar("T")
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """What citizens contact 120 about, in words of their own: one type of the taxonomy.

    `weight` is how often it is asked within its 대분류; `needs` end so that `voices.yaml` can turn the end into a
    voice's own, and `voiced` has them turned, a tuple for each voice.
    """

    leaf: Leaf
    name: str
    weight: float
    situations: tuple[str, ...]
    needs: tuple[str, ...]
    answer: str
    months: tuple[int, ...]
    voiced: tuple[tuple[str, ...], ...]
    noted: tuple[str, ...]

    @property
    def type_code(self) -> str:
        return self.leaf.type_code

    @property
    def ars(self) -> str:
        path = self.leaf.path
        return "4" if path[:2] == _ARS_OF_NUMBERS else _ARS.get(path[0], "3")

    @property
    def is_report(self) -> bool:
        return self.leaf.request_kind == "report"

    @property
    def is_covid(self) -> bool:
        """Of the code book, whatever the day."""
        return self.type_code in covid_rows()

    def holds_on(self, day: date) -> bool:
        return self.leaf.holds_on(day) and (not self.months or day.month in self.months)


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """A way to write. `typo` and `squeeze` are the chances of a misspelling and of lost spaces in a part of a text;
    `words` are (standard, the voice's own) pairs."""

    name: str
    weight: float
    openers: tuple[str, ...]
    asides: tuple[str, ...]
    closers: tuple[str, ...]
    endings: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, str], ...]
    typo: float
    squeeze: float
    is_abusive: bool = False
    place: int = 0  # among all voices


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

    topics: tuple[Topic, ...]
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
    voices = tuple(_voice(place, name, cells) for place, (name, cells) in enumerate(phrases.pop("voices").items()))
    memo_endings = tuple((old, new) for old, new in phrases["memo_endings"])
    districts = _districts()
    return Catalogue(
        topics=tuple(_topics(voices, memo_endings)),
        voices=voices,
        voice_weights=tuple(accumulate(voice.weight for voice in voices)),
        districts=districts,
        district_weights=tuple(accumulate(district.weight for district in districts)),
        phrases=phrases,
        personal=load("personal.yaml"),
        foreign=load("foreign.yaml"),
    )


@cache
def covid_rows() -> dict[str, tuple[CodeRow, ...]]:
    """The code book's rows by type: the truth of what is COVID, as the pipeline's own."""
    rows: dict[str, tuple[CodeRow, ...]] = {}
    for row in load_taxonomy(TAXONOMY_VERSION).codebook:
        rows[row["type_code"]] = (*rows.get(row["type_code"], ()), row)
    return rows


def covid_groups(type_code: str, day: date) -> tuple[str, str]:
    """(group, subgroup) of a type on a day; empty where it is not COVID."""
    for row in covid_rows().get(type_code, ()):
        if row.holds_on(day):
            return row["covid_group"], row["covid_subgroup"]
    return "", ""


def load(name: str) -> dict[str, Any]:
    """A YAML file of this package."""
    text = resources.files("jobs.simulate").joinpath(name).read_text(encoding="utf-8")
    return dict(yaml.load(text, _Loader))  # noqa: S506 - the safe loader, in C where there is one


def pick(rng: Random, items: Sequence[T]) -> T:
    """`rng.choice`, three times as fast; the bias for a few items is beyond measuring."""
    return items[int(rng.random() * len(items))]


def ended(text: str, endings: Sequence[tuple[str, str]]) -> str:
    """The text with the first of the `endings` (old, new) that it has turned into the new one."""
    for old, new in endings:
        if text.endswith(old):
            return text.removesuffix(old) + new
    return text


def _topics(voices: tuple[Voice, ...], memo_endings: tuple[tuple[str, str], ...]) -> list[Topic]:
    files = sorted(resources.files("jobs.simulate").joinpath("topics").iterdir(), key=lambda file: file.name)
    leaves = load_taxonomy(TAXONOMY_VERSION).by_code
    topics = []
    for file in files:
        for code, cells in load(f"topics/{file.name}").items():
            needs = tuple(cells["needs"])
            topics.append(
                Topic(
                    leaf=leaves[code],
                    name=cells["name"],
                    weight=float(cells["weight"]),
                    situations=tuple(cells["situations"]),
                    needs=needs,
                    answer=cells["answer"],
                    months=tuple(cells.get("months", ())),
                    voiced=tuple(tuple(ended(need, voice.endings) for need in needs) for voice in voices),
                    noted=tuple(ended(need, memo_endings) for need in needs),
                )
            )
    return topics


def _voice(place: int, name: str, cells: dict[str, Any]) -> Voice:
    pairs: dict[str, Any] = {key: tuple((old, new) for old, new in cells.pop(key, ())) for key in ("endings", "words")}
    lists: dict[str, Any] = {key: tuple(cells.pop(key)) for key in ("openers", "asides", "closers")}
    return Voice(name=name, place=place, **pairs, **lists, **cells)


def _districts() -> tuple[District, ...]:
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
