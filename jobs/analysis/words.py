"""Which words a group of texts uses more than another, beyond chance.

Belongs here: counts of words in two groups. Does not: what a word is (`nlp.tokenize`), or which groups.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RisingWord:
    """`log_odds`: how much larger the word's odds are now than before (natural logarithm); `z` that over its standard
    error; `now` and `before` its counts."""

    word: str
    log_odds: float
    z: float
    now: int
    before: int


def rising_words(
    now: Mapping[str, int],
    before: Mapping[str, int],
    background: Mapping[str, int] | None = None,
    prior_words: float = 500.0,
) -> list[RisingWord]:
    """Every word of either group, the most risen first.

    Weighted log-odds ratio with an informative Dirichlet prior: Monroe, Colaresi & Quinn, Political Analysis 16 (2008)
    372, equations 15, 16 and 22. The prior is `prior_words` words in the proportions of `background` (both groups
    together where there is none), half a word at least for words that are not in it, so that rare words do not lead.
    Over thousands of words hold `z` against a limit for all of them (`jobs.analysis.fdr`).
    """
    words = sorted(now.keys() | before.keys())
    known = background if background is not None else {w: now.get(w, 0) + before.get(w, 0) for w in words}
    y, x = (np.array([group.get(word, 0) for word in words], float) for group in (now, before))
    base = np.array([max(known.get(word, 0), 0.5) for word in words], float)
    prior = base / max(base.sum(), 1.0) * prior_words
    size, total_now, total_before = prior.sum(), y.sum(), x.sum()
    odds_now = np.log((y + prior) / (total_now + size - y - prior)) if len(words) > 1 else np.zeros(len(words))
    odds_before = np.log((x + prior) / (total_before + size - x - prior)) if len(words) > 1 else np.zeros(len(words))
    change = odds_now - odds_before
    z = change / np.sqrt(1 / (y + prior) + 1 / (x + prior))
    return [
        RisingWord(words[i], float(change[i]), float(z[i]), int(y[i]), int(x[i])) for i in np.argsort(-z, kind="stable")
    ]
