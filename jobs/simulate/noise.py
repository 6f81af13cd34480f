"""What goes wrong between a mouth or a thumb and a text: keyboard slips, spelling, spaces, speech recognition.

Belongs here: small random faults in a Korean sentence. Does not: composing one. Planted personal data never comes here.
"""

from __future__ import annotations

from random import Random

from jobs.simulate.catalogue import Voice, catalogue, pick

_FIRST, _LAST = 0xAC00, 0xD7A3  # the precomposed syllables: lead * 588 + vowel * 28 + tail
# Positions in Unicode's order of leads (ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ) and vowels
# (ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ).
_NEAR_LEADS = {0: (1, 15), 2: (11, 5), 3: (12, 4), 5: (18, 2), 6: (2,), 7: (12, 8), 9: (10, 0), 11: (5, 6), 12: (3, 7)}
_NEAR_VOWELS = {0: (20, 4), 1: (5,), 4: (0, 8), 5: (1,), 8: (4, 12), 13: (18,), 18: (13, 20), 20: (0, 18)}
_HEARD_VOWELS = {1: (5,), 5: (1,), 9: (10,), 10: (11, 15), 11: (10, 15), 15: (11,), 19: (20,), 7: (5,), 14: (4,)}
_HEARD_TAILS = {1: (0, 21), 4: (21, 16), 16: (4,), 21: (4, 16), 8: (0,), 20: (19,), 19: (20, 0), 17: (0,)}
_NO_PUNCTUATION = str.maketrans("", "", ".,?!~")


def typed(text: str, voice: Voice, rng: Random) -> str:
    """A part of a written text as this voice types it."""
    for old, new in voice.words:
        if old in text:
            text = text.replace(old, new)
    if rng.random() < voice.typo:
        text = _misspelt(text, rng) if rng.random() < 0.5 else _slipped(text, rng, _NEAR_LEADS, _NEAR_VOWELS, {})
    if rng.random() < voice.squeeze:
        words = text.split(" ")
        place = int(rng.random() * len(words))
        text = "".join(words) if rng.random() < 0.2 else " ".join(words[:place]) + " ".join(words[place:])
    return text


def heard(text: str, voice: Voice, rng: Random) -> str:
    """An utterance as speech recognition writes it: no punctuation, fillers in between, now and then misheard."""
    for old, new in voice.words:
        if old in text:
            text = text.replace(old, new)
    words = text.translate(_NO_PUNCTUATION).split()
    fillers = catalogue().phrases["fillers"]
    for _ in range(int(rng.random() * 3)):
        words.insert(int(rng.random() * (len(words) + 1)), pick(rng, fillers))
    chance = rng.random()
    if chance < 0.25:
        at = int(rng.random() * len(words))
        words[at] = _slipped(words[at], rng, {}, _HEARD_VOWELS, _HEARD_TAILS)
    elif chance < 0.40:  # words run together
        at = int(rng.random() * len(words))
        words[at : at + 2] = ["".join(words[at : at + 2])]
    elif chance < 0.50:  # a word torn apart
        at = int(rng.random() * len(words))
        cut = 1 + int(rng.random() * max(1, len(words[at]) - 1))
        words[at] = f"{words[at][:cut]} {words[at][cut:]}".strip()
    elif chance < 0.54:  # a word lost
        del words[int(rng.random() * len(words))]
    elif chance < 0.60:  # said twice
        at = int(rng.random() * len(words))
        words.insert(at, words[at])
    return " ".join(words)


def _misspelt(text: str, rng: Random) -> str:
    """A common misspelling, if one fits."""
    typos = catalogue().phrases["typos"]
    start = int(rng.random() * len(typos))
    for place in range(start, start + 6):
        right, wrong = typos[place % len(typos)]
        if right in text:
            return text.replace(right, wrong, 1)
    return text


def _slipped(
    text: str,
    rng: Random,
    leads: dict[int, tuple[int, ...]],
    vowels: dict[int, tuple[int, ...]],
    tails: dict[int, tuple[int, ...]],
) -> str:
    """One syllable with one letter turned into a near one, if the place that chance points at has any."""
    at = int(rng.random() * len(text)) if text else 0
    if not text or not _FIRST <= (code := ord(text[at])) <= _LAST:
        return text
    lead, rest = divmod(code - _FIRST, 588)
    vowel, tail = divmod(rest, 28)
    if tail in tails and rng.random() < 0.5:
        tail = pick(rng, tails[tail])
    elif vowel in vowels:
        vowel = pick(rng, vowels[vowel])
    elif lead in leads:
        lead = pick(rng, leads[lead])
    else:
        return text
    return text[:at] + chr(_FIRST + lead * 588 + vowel * 28 + tail) + text[at + 1 :]
