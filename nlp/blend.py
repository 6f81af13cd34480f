"""What labels say of a text and what the taxonomy's own words say, brought together.

Belongs here: how much each counts for a type. Does not: where the chances come from, or what is decided on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Ranking = list[tuple[str, float]]  # codes and chances, the best first

_SUPPORT = 5.0  # labelled texts of a type that count as much as its words
_PRIOR = 0.5  # of a label for every type, seen or not (Krichevsky & Trofimov 1981)


@dataclass(frozen=True)
class Blend:
    """`of_labels` is the weight of what labels say, by code; `odds_unseen` what the odds of a type without labels are
    multiplied by: labelled texts are mostly of the types that have them."""

    of_labels: dict[str, float]
    odds_unseen: float

    @classmethod
    def fitted(cls, codes: Sequence[str], seen: Any, unseen_types: int) -> Blend:
        """`seen` are the labelled texts of each of `codes`; `unseen_types` have none."""
        weights = {code: float(count / (count + _SUPPORT)) for code, count in zip(codes, seen, strict=True)}
        a_type_with = (seen.sum() / len(codes)) + _PRIOR
        return cls(weights, float(_PRIOR / a_type_with) if unseen_types else 0.0)

    def ranked(self, told: Ranking, by_words: Sequence[tuple[str, float]]) -> Ranking:
        """Each type by its labels as far as it has any, and by its words for the rest."""
        merged = {code: chance * self.of_labels.get(code, 0.0) for code, chance in told}
        for code, chance in by_words:
            own = self.of_labels.get(code, 0.0)
            said = chance if own else self._unseen(chance)
            merged[code] = merged.get(code, 0.0) + (1 - own) * said
        whole = max(sum(merged.values()), 1.0)
        return sorted(((code, chance / whole) for code, chance in merged.items()), key=lambda item: (-item[1], item[0]))

    def _unseen(self, chance: float) -> float:
        odds = chance * self.odds_unseen
        return odds / max(odds + 1 - chance, 1e-9)
