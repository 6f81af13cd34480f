"""What agents put down as a contact's type: right, wrong or nothing.

Belongs here: the rates of missing and wrong wrap-up codes and which wrong ones are chosen. The wrong ones are
systematic, as where people pick from a long list: a neighbour on the screen, or a code they know by heart. All rates
are assumptions; the file's sidecar states them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from jobs.simulate.catalogue import TAXONOMY_VERSION, catalogue, pick
from schemas.taxonomy import Leaf, load_taxonomy

MISSING_SHARE, WRONG_SHARE = 0.20, 0.15  # wrong: of the codes that are there
MISSING_BEFORE_SYSTEM_CHANGE = 0.45
SYSTEM_CHANGE = date(2019, 3, 1)  # the counselling system was renewed in March 2019 (S19); the day is an assumption
_NEIGHBOUR_SHARE, _FAVOURITE_SHARE = 0.60, 0.30  # of the wrong ones; the rest is any type


@dataclass(frozen=True, slots=True)
class Coded:
    """The code put down ('' = none) and whether it is the true one."""

    type_code: str
    state: str  # right | wrong | missing


def coded(leaf: Leaf, day: date, rng: Random) -> Coded:
    if rng.random() < (MISSING_SHARE if day >= SYSTEM_CHANGE else MISSING_BEFORE_SYSTEM_CHANGE):
        return Coded("", "missing")
    if rng.random() >= WRONG_SHARE:
        return Coded(leaf.type_code, "right")
    chance = rng.random()
    if chance < _NEIGHBOUR_SHARE:
        wrong = _neighbour(leaf)
    elif chance < _NEIGHBOUR_SHARE + _FAVOURITE_SHARE:
        wrong = _favourites()[leaf.domain]
    else:
        wrong = pick(rng, _all_codes())
    return Coded(wrong, "right" if wrong == leaf.type_code else "wrong")


@cache
def _neighbour(leaf: Leaf) -> str:
    """The type that stands next to it in its 소분류, or in its 중분류 where it is alone."""
    siblings = _by_path()[leaf.path[:3]]
    if len(siblings) == 1:
        siblings = _by_path()[leaf.path[:2]]
    return siblings[(siblings.index(leaf.type_code) + 1) % len(siblings)]


@cache
def _favourites() -> dict[str, str]:
    """The type of each 대분류 that is asked most: the code an agent knows by heart."""
    most: dict[str, str] = {}
    for topic in sorted(catalogue().topics, key=lambda topic: (topic.weight, topic.type_code)):
        most[topic.leaf.domain] = topic.type_code
    return most


@cache
def _by_path() -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for leaf in load_taxonomy(TAXONOMY_VERSION).leaves:
        found[leaf.path[:3]].append(leaf.type_code)
        found[leaf.path[:2]].append(leaf.type_code)
    return found


@cache
def _all_codes() -> tuple[str, ...]:
    return tuple(leaf.type_code for leaf in load_taxonomy(TAXONOMY_VERSION).leaves)
