"""Texts: how a citizen with a matter writes or says it, and how an agent notes it down.

Belongs here: composing sentences. Does not: volumes, records or file formats. Nothing here changes a planted value:
personal data is put in whole, after typing errors and lost spaces.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from random import Random

from jobs.simulate.catalogue import District, Topic, Voice, catalogue, pick
from jobs.simulate.noise import heard, typed
from jobs.simulate.personal import Planted, plant

_WHERE_SHARE, _ASIDE_SHARE, _STYLED_SHARE = 0.35, 0.25, 0.8
_CHAT_SHARE = 0.12  # of texts: something beside the point


@dataclass(slots=True)
class Matter:
    """What one contact is about and who tells it. `also` is a second thing the citizen asks in the same breath."""

    topic: Topic
    district: District
    dong: str
    voice: Voice
    situation: str
    number: int  # of the need, among the topic's
    also: Topic | None = None


def matter(topic: Topic, rng: Random, district: District | None = None, also: Topic | None = None) -> Matter:
    book = catalogue()
    if district is None:
        weights = book.district_weights
        district = book.districts[bisect(weights, rng.random() * weights[-1])]
    voice = book.voices[bisect(book.voice_weights, rng.random() * book.voice_weights[-1])]
    dong = pick(rng, district.dongs)
    situation = _filled(pick(rng, topic.situations), rng, district, dong)
    return Matter(topic, district, dong, voice, situation, int(rng.random() * len(topic.needs)), also)


def written(what: Matter, rng: Random, planted: Planted) -> str:
    """One text with opener, place, situation, need and closer in the citizen's voice."""
    voice = what.voice
    parts = [pick(rng, voice.openers), _where(what, rng), what.situation, _beside(voice, rng), need(what, rng)]
    if what.also:
        parts.append(_second(what, rng))
    parts.append(pick(rng, voice.closers))
    parts = [typed(part, voice, rng) for part in parts if part]
    if personal := plant(rng, planted):
        parts.insert(1 + int(rng.random() * len(parts)), personal)
    return " ".join(parts)


def brief(what: Matter, rng: Random) -> str:
    """A short question without personal data, as a title or a line in a chat."""
    return typed(need(what, rng), what.voice, rng)


def spoken(what: Matter, rng: Random, planted: Planted) -> list[str]:
    """What the caller says, as speech recognition writes it: no punctuation, fillers in between; 2-5 utterances."""
    voice = what.voice
    first = " ".join(part for part in (pick(rng, voice.openers), _where(what, rng), what.situation) if part)
    said = [heard(first, voice, rng), heard(need(what, rng), voice, rng)]
    if beside := _beside(voice, rng):
        said.insert(1, heard(beside, voice, rng))
    if what.also:
        said.append(heard(_second(what, rng), voice, rng))
    if personal := plant(rng, planted, spoken=True):
        said.append(personal.rstrip("."))
    return said


def memo(what: Matter, rng: Random, planted: Planted) -> str:
    """An agent's or interpreter's note; now and then of two lines."""
    phrases = catalogue().phrases
    noted = _filled(what.topic.noted[what.number], rng, what.district, what.dong)
    text = f"{what.situation} {noted}"
    if rng.random() < 0.3:
        text = f"[{what.topic.name}] {what.district.name}, {text}"
    if what.also:
        text = f"{text} / {what.also.name}도 문의"
    if personal := plant(rng, planted, memo=True):
        text = f"{text}\n{personal}"
    return f"{text}{' / ' if rng.random() < 0.7 else chr(10)}{pick(rng, phrases['memo_closers'])}"


def title(what: Matter, rng: Random) -> str:
    return brief(what, rng) if rng.random() < 0.4 else f"{what.topic.name} {pick(rng, catalogue().phrases['titles'])}"


def need(what: Matter, rng: Random) -> str:
    """The need with the voice's own ending, mostly."""
    return _voiced(what, what.number, rng)


def other_need(what: Matter, rng: Random) -> str:
    """Another need of the same topic."""
    others = len(what.topic.needs) - 1
    return _voiced(what, (what.number + 1 + int(rng.random() * others)) % (others + 1), rng)


def other_situation(what: Matter, rng: Random) -> str:
    """More of how things stand: another situation of the topic, mostly."""
    others = [text for text in what.topic.situations if text != what.situation]
    return _filled(pick(rng, others), rng, what.district, what.dong)


def _voiced(what: Matter, number: int, rng: Random) -> str:
    needs = what.topic.voiced[what.voice.place] if rng.random() < _STYLED_SHARE else what.topic.needs
    return _filled(needs[number], rng, what.district, what.dong)


def _second(what: Matter, rng: Random) -> str:
    assert what.also is not None
    asked = pick(rng, what.also.voiced[what.voice.place])
    return f"{pick(rng, catalogue().phrases['besides'])} {_filled(asked, rng, what.district, what.dong)}"


def _beside(voice: Voice, rng: Random) -> str:
    """An aside of the voice, small talk, or nothing."""
    chance = rng.random()
    if chance < _ASIDE_SHARE:
        return pick(rng, voice.asides)
    return str(pick(rng, catalogue().phrases["small_talk"])) if chance < _ASIDE_SHARE + _CHAT_SHARE else ""


def _where(what: Matter, rng: Random) -> str:
    if rng.random() >= _WHERE_SHARE:
        return ""
    return str(pick(rng, catalogue().phrases["where"])).format(gu=what.district.name, dong=what.dong)


def _filled(text: str, rng: Random, district: District, dong: str) -> str:
    if "{" not in text:
        return text
    slots = catalogue().phrases["slots"]
    return text.format(gu=district.name, dong=dong, **{slot: pick(rng, values) for slot, values in slots.items()})
