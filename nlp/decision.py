"""When to give a type and when to say 미분류.

Belongs here: thresholds chosen on held-out rows for a target precision, one for each 대분류. Does not: the chances that
they are held against (`nlp.supervised`, `nlp.coldstart`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

LEAST_ROWS = 50  # held-out rows below which a 대분류 takes the threshold of all
CODES_RIGHT = 0.8  # of agents' codes, at least
SUREST = 0.05  # of the held-out rows, that tell how many codes are right
REVIEW_MARGIN = 0.1  # a runner-up that is nearer than this is looked at


@dataclass(frozen=True)
class Decision:
    """`overall` and `by_domain` are chances below which no type is given."""

    target_precision: float
    overall: float
    by_domain: dict[str, float]

    def accepts(self, chance: float, domain: str) -> bool:
        return chance >= self.by_domain.get(domain, self.overall)

    @classmethod
    def fitted(cls, chances: Any, right: Any, domains: Any, target_precision: float) -> Decision:
        """From held-out chances of the best type, whether it was right, and its 대분류 (arrays of one length)."""
        overall = threshold(chances, right, target_precision)
        by_domain = {}
        for domain in sorted(set(domains.tolist())):
            own = domains == domain
            if own.sum() >= LEAST_ROWS:
                by_domain[domain] = threshold(chances[own], right[own], target_precision)
        return cls(target_precision, overall, by_domain)


def threshold(chances: Any, right: Any, target: float) -> float:
    """The lowest chance from which on the precision of what is accepted, (right + 1) / (accepted + 2), reaches the
    target; 1 where none does."""
    order = np.argsort(-chances, kind="stable")
    count = np.arange(1, len(order) + 1)
    precise = (np.cumsum(right[order]) + 1) / (count + 2) >= target
    last_of_equals = np.append(np.diff(chances[order]) != 0, True)[: len(order)]
    usable = np.flatnonzero(precise & last_of_equals)
    return float(chances[order][usable[-1]]) if len(usable) else 1.0


def codes_right(chances: Any, agrees: Any) -> float:
    """The share of agents' codes that are right, as far as the surest rows tell, at least `CODES_RIGHT`: where a type is
    all but certain, a code that differs is likely the one that is wrong. A type that is right agrees with no more codes
    than that."""
    count = max(LEAST_ROWS, round(len(chances) * SUREST))
    surest = agrees[np.argsort(-chances, kind="stable")[:count]]
    return max(CODES_RIGHT, float((surest.sum() + 1) / (len(surest) + 2)))
