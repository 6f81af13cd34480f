"""A telephone call as turns: what is said of the matter, and what else is said until the call is as long as calls are.

Belongs here: the order and the length of a conversation. Does not: sentences about a matter (`wording`) or records.
"""

from __future__ import annotations

from random import Random

from jobs.simulate.catalogue import catalogue, pick
from jobs.simulate.levels import levels_file
from jobs.simulate.noise import heard
from jobs.simulate.personal import Planted
from jobs.simulate.wording import Matter, need, other_need, other_situation, spoken

Turns = list[tuple[str, str]]  # (speaker, text)
_MATTER_SHARE = 0.45  # of what is said further: about the matter; the rest is what any call has
STEPS = (1, 3, 7)  # through the exchanges that any call has, from one to the next
_LINE = 26  # characters of a further line, on average: half of it decides whether one more is said


def conversation(what: Matter, rng: Random, further: Random, planted: Planted) -> Turns:
    """All turns of a call. What it is about and what is planted follow from `rng`; how long it is, from `further`."""
    agent = catalogue().phrases["agent"]
    before = len(planted)
    said = spoken(what, rng, planted)
    turns = [("agent", pick(rng, agent["greetings"]))]
    for place, text in enumerate(said):
        if place:
            asks = "asking" if place == len(said) - 1 and len(planted) > before else "clarifying"
            turns.append(("agent", pick(rng, agent[asks])))
        turns.append(("customer", text))
    thanks = str(pick(rng, catalogue().phrases["thanks"]))
    length = levels_file()["spoken_characters"]
    wanted = further.gauss(length["mean"], length["deviation"]) - _LINE / 2
    turns += _further(what, further, int(wanted) - sum(map(len, said)) - len(thanks))
    turns += [("agent", what.topic.answer), ("customer", thanks), ("agent", pick(rng, agent["closing"]))]
    return turns


def _further(what: Matter, rng: Random, characters: int) -> Turns:
    """Pairs of turns until the caller has said so many characters more; no exchange comes twice in a call."""
    phrases = catalogue().phrases["talk"]
    turns: Turns = []
    start, step = int(rng.random() * len(phrases["exchanges"])), pick(rng, STEPS)
    while characters > 0:
        if rng.random() < _MATTER_SHARE:
            line = _of_the_matter(what, rng, phrases)
            asked = pick(rng, phrases["heard"]).format(topic=what.topic.name)
        else:
            asked, line = phrases["exchanges"][start % len(phrases["exchanges"])]
            start += step
        line = heard(line, what.voice, rng)
        turns += [("agent", asked), ("customer", line)]
        characters -= len(line)
    return turns


def _of_the_matter(what: Matter, rng: Random, phrases: dict[str, list[str]]) -> str:
    """The need again, a further one of the same topic, or more of how things stand."""
    chance = rng.random()
    if chance < 0.3:
        return f"{pick(rng, phrases['again'])} {need(what, rng)}"
    if chance < 0.65:
        return f"{pick(rng, phrases['further'])} {other_need(what, rng)}"
    return f"{pick(rng, phrases['telling'])} {other_situation(what, rng)}"
