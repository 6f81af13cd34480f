"""What differs between two versions of the taxonomy, and where a search leads in one.

Belongs here: answers about types as data. Does not: their wording on the screen (`jobs.cli.taxonomy`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from schemas.taxonomy import COLUMNS, Leaf, Taxonomy
from schemas.taxonomy.crosswalk import Link, load_crosswalk

_FIELD_WEIGHTS = (("name", 8.0), ("keywords", 4.0), ("definition", 2.0), ("middle", 2.0), ("minor", 2.0))
_OTHER_WEIGHTS = (("domain", 1.0), ("examples", 1.0), ("note", 0.5))


@dataclass(frozen=True)
class Difference:
    """Types in one version alone, types in both whose cells differ, and the crosswalk's rows where there is one."""

    old_version: str
    new_version: str
    only_old: tuple[Leaf, ...]
    only_new: tuple[Leaf, ...]
    changed: tuple[tuple[Leaf, Leaf, tuple[str, ...]], ...]
    links: tuple[Link, ...]

    def relations(self) -> Counter[str]:
        """Rows of the crosswalk by relation."""
        return Counter(link.relation for link in self.links)


def difference(old: Taxonomy, new: Taxonomy, imported: Path | None) -> Difference:
    changed = []
    for leaf in old.leaves:
        if leaf.type_code in new:
            other = new.leaf(leaf.type_code)
            if columns := tuple(name for name in COLUMNS if getattr(leaf, name) != getattr(other, name)):
                changed.append((leaf, other, columns))
    try:
        links = load_crosswalk(old.version, new.version, imported).links
    except FileNotFoundError:
        links = ()
    return Difference(
        old.version,
        new.version,
        tuple(leaf for leaf in old.leaves if leaf.type_code not in new),
        tuple(leaf for leaf in new.leaves if leaf.type_code not in old),
        tuple(changed),
        links,
    )


def search(taxonomy: Taxonomy, text: str, limit: int) -> list[Leaf]:
    """The types in which the words of `text` stand, best first: all words before some, in the name before elsewhere.
    Spaces do not matter; a type's code finds it.
    """
    if text.strip().upper() in taxonomy:
        return [taxonomy.leaf(text.strip().upper())]
    words = [word.lower() for word in text.split()]
    whole = "".join(words)
    scored = []
    for leaf in taxonomy.leaves:
        fields = [(weight, _folded(getattr(leaf, name))) for name, weight in (*_FIELD_WEIGHTS, *_OTHER_WEIGHTS)]
        best = [max((weight for weight, value in fields if word in value), default=0.0) for word in words]
        score = sum(best) / (1 + 3 * best.count(0.0)) + sum(weight for weight, value in fields if whole in value)
        if any(best) or score:
            scored.append((-score, len(leaf.name), leaf.type_code, leaf))
    return [leaf for *_, leaf in sorted(scored, key=lambda found: found[:3])[:limit]]


def _folded(value: str | Iterable[str]) -> str:
    text = value if isinstance(value, str) else "\n".join(value)
    return re.sub(r"[ \t]", "", text.lower())
