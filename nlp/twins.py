"""Types that are twins: sentences made by filling one template, found by blanking what the sentence is about.

Belongs here: what of a taxonomy's upkeep needs the analysis of language. Does not: the faults that letters alone show
(`schemas.taxonomy.checks`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nlp.tokenize import morphemes
from schemas.taxonomy import Leaf, Taxonomy

# Nouns of every kind, roots, numerals, determiners, foreign letters and digits: the topic.
_TOPIC = frozenset({"NNG", "NNP", "NNB", "NNBC", "NP", "NR", "XR", "XPN", "XSN", "MM", "SL", "SH", "SN"})
_BLANK = "_"


def skeleton(text: str) -> str:
    """The sentence with its topic blanked: particles, endings, verbs and adverbs stay, a run of nouns is one blank."""
    found: list[str] = []
    for morpheme in morphemes(text):
        first, _, fused = morpheme.tag.partition("+")
        if first not in _TOPIC:
            piece = "" if first.startswith("S") else morpheme.surface
        else:
            piece = _BLANK + morpheme.surface[-1] if fused else _BLANK
        if piece and not (piece == _BLANK and found and found[-1] == _BLANK):
            found.append(piece)
    return " ".join(found)


@dataclass(frozen=True)
class SharedSkeleton:
    """Sentences of several types with one skeleton: (type code, sentence) each."""

    skeleton: str
    sentences: tuple[tuple[str, str], ...]


def shared_skeletons(taxonomy: Taxonomy, sentences: Callable[[Leaf], Iterable[str]]) -> list[SharedSkeleton]:
    """The skeletons that stand in more than one type, in the order in which they first occur."""
    holders: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for leaf in taxonomy.leaves:
        for sentence in sentences(leaf):
            holders[skeleton(sentence)].append((leaf.type_code, sentence))
    return [
        SharedSkeleton(text, tuple(found)) for text, found in holders.items() if len({code for code, _ in found}) > 1
    ]


def _definitions(leaf: Leaf) -> Iterable[str]:
    return (leaf.definition,) if leaf.definition else ()


def _examples(leaf: Leaf) -> Iterable[str]:
    return leaf.examples


SENTENCES: dict[str, Callable[[Leaf], Iterable[str]]] = {"정의": _definitions, "예시": _examples}
