"""Texts: how a citizen with a matter writes or says it, and how an agent notes it down.

Belongs here: composing sentences. Does not: volumes, records or file formats. Nothing here changes a planted value:
personal data is put in whole, after typing errors and lost spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from jobs.simulate.catalogue import District, Topic, Voice, catalogue
from jobs.simulate.personal import Planted, plant

_WHERE_SHARE, _ASIDE_SHARE, _STYLED_SHARE = 0.35, 0.2, 0.8


@dataclass(slots=True)
class Matter:
    """What one contact is about and who tells it."""

    topic: Topic
    district: District
    dong: str
    voice: Voice
    situation: str
    need: str


def matter(topic: Topic, rng: Random, district: District | None = None) -> Matter:
    book = catalogue()
    district = district or rng.choices(book.districts, cum_weights=book.district_weights)[0]
    voice = rng.choices(book.voices, cum_weights=book.voice_weights)[0]
    dong = rng.choice(district.dongs)
    situation = _filled(rng.choice(topic.situations), rng, district, dong)
    return Matter(topic, district, dong, voice, situation, _filled(rng.choice(topic.needs), rng, district, dong))


def written(what: Matter, rng: Random, planted: Planted) -> str:
    """One text with opener, place, situation, need and closer in the citizen's voice."""
    voice = what.voice
    parts = [
        rng.choice(voice.openers),
        _where(what, rng),
        what.situation,
        "",
        need(what, rng),
        rng.choice(voice.closers),
    ]
    if rng.random() < _ASIDE_SHARE:
        parts[3] = rng.choice(voice.asides)
    parts = [_blurred(part, voice, rng) for part in parts if part]
    if personal := plant(rng, planted):
        parts.insert(rng.randrange(1, len(parts) + 1), personal)
    return " ".join(parts)


def brief(what: Matter, rng: Random) -> str:
    """A short question without personal data, as a title or a line in a chat."""
    return _blurred(need(what, rng), what.voice, rng)


def spoken(what: Matter, rng: Random, planted: Planted) -> list[str]:
    """What the caller says, as speech recognition writes it: no punctuation, fillers in between; 2-4 utterances."""
    voice = what.voice
    first = " ".join(part for part in (rng.choice(voice.openers), _where(what, rng), what.situation) if part)
    said = [_heard(first, rng), _heard(need(what, rng), rng)]
    if rng.random() < _ASIDE_SHARE:
        said.insert(1, _heard(rng.choice(voice.asides), rng))
    if personal := plant(rng, planted, spoken=True):
        said.append(personal.rstrip("."))
    return said


def memo(what: Matter, rng: Random, planted: Planted) -> str:
    """An agent's or interpreter's note; now and then of two lines."""
    phrases = catalogue().phrases
    text = f"{what.situation} {_ended(what.need, phrases['memo_endings'])}"
    if rng.random() < 0.3:
        text = f"[{what.topic.name}] {what.district.name}, {text}"
    if personal := plant(rng, planted, memo=True):
        text = f"{text}\n{personal}"
    return f"{text}{' / ' if rng.random() < 0.7 else chr(10)}{rng.choice(phrases['memo_closers'])}"


def title(what: Matter, rng: Random) -> str:
    return brief(what, rng) if rng.random() < 0.4 else f"{what.topic.name} {rng.choice(catalogue().phrases['titles'])}"


def need(what: Matter, rng: Random) -> str:
    """The need with the voice's own ending, mostly."""
    return _ended(what.need, what.voice.endings) if rng.random() < _STYLED_SHARE else what.need


def _where(what: Matter, rng: Random) -> str:
    if rng.random() >= _WHERE_SHARE:
        return ""
    return str(rng.choice(catalogue().phrases["where"])).format(gu=what.district.name, dong=what.dong)


def _filled(text: str, rng: Random, district: District, dong: str) -> str:
    if "{" not in text:
        return text
    slots = catalogue().phrases["slots"]
    return text.format(gu=district.name, dong=dong, **{slot: rng.choice(values) for slot, values in slots.items()})


def _ended(text: str, endings: tuple[tuple[str, str], ...]) -> str:
    for old, new in endings:
        if text.endswith(old):
            return text.removesuffix(old) + new
    return text


def _blurred(text: str, voice: Voice, rng: Random) -> str:
    if rng.random() < voice.typo:
        pairs = rng.sample(catalogue().phrases["typos"], 6)
        right, wrong = next((pair for pair in pairs if pair[0] in text), ("", ""))
        text = text.replace(right, wrong, 1)
    if rng.random() < voice.squeeze:
        words = text.split(" ")
        place = rng.randrange(len(words))
        text = "".join(words) if rng.random() < 0.2 else " ".join(words[:place]) + " ".join(words[place:])
    return text


def _heard(text: str, rng: Random) -> str:
    words = text.translate(_NO_PUNCTUATION).split()
    for _ in range(rng.choice((0, 1, 1, 2))):
        words.insert(rng.randrange(len(words) + 1), rng.choice(catalogue().phrases["fillers"]))
    return " ".join(words)


_NO_PUNCTUATION = str.maketrans("", "", ".,?!~")
