"""Which words the contacts of some types used more in one window than in another: words alone, never a text.

Belongs here: reading redacted texts of the lake for a report, which itself reads marts only. The measure is
`jobs.analysis.words`. A word is given when enough different people used it in the window: common nouns only, so that a
name that redaction missed is not among them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date

import numpy as np

from jobs.analysis.fdr import benjamini_hochberg
from jobs.analysis.words import RisingWord, rising_words
from jobs.review import classified, files_of, partitions_of, query
from jobs.settings import Home
from schemas.metrics import SMALL_CELL_K
from schemas.tables import CONSULTATION

Window = tuple[date, date]
FALSE_RATE = 0.05  # of the words given, expected to have risen by chance
_COMMON_NOUN, _SHORTEST = "NNG", 2
_TEXTS = """
SELECT coalesce(nullif(c.caller_token, ''), c.consultation_id) AS person, concat_ws(' ', c.citizen_text, c.memo)
FROM {consultation} AS c JOIN {classification} AS k USING (consultation_id)
WHERE list_contains(?, k.type_code) AND (coalesce(c.citizen_text, '') <> '' OR coalesce(c.memo, '') <> '')
"""


def risen(home: Home, codes: Collection[str], now: Window, before: Window) -> list[str]:
    """The words of contacts of the types `codes` that rose from the one window to the other, the surest first.

    Each counts once a person; it is in the list when `SMALL_CELL_K` people or more used it in the window, and it is
    beyond chance among all words (Benjamini-Hochberg at `FALSE_RATE`, one-sided).
    """
    from scipy.special import ndtr

    ours, theirs = (_people_by_word(home, codes, window) for window in (now, before))
    if not ours or not theirs:
        return []
    found = rising_words(ours, theirs)
    chances = ndtr(-np.array([word.z for word in found]))
    limit = benjamini_hochberg(chances, FALSE_RATE)
    return [w.word for w, p in zip(found, chances, strict=True) if p <= limit and _is_told(w)]


def _is_told(word: RisingWord) -> bool:
    return word.z > 0 and word.now >= SMALL_CELL_K


def _people_by_word(home: Home, codes: Collection[str], window: Window) -> Counter[str]:
    """How many different people used each common noun."""
    from nlp.tokenize import morphemes

    sql = _TEXTS.format(
        consultation=files_of(home, CONSULTATION, partitions_of(*window)), classification=classified(home, *window)
    )
    words: dict[str, set[str]] = defaultdict(set)
    for person, text in query(sql, [sorted(codes)]):
        for part in morphemes(text):
            if part.tag == _COMMON_NOUN and len(part.surface) >= _SHORTEST:
                words[part.surface].add(person)
    return Counter({word: len(people) for word, people in words.items()})
