"""How far the city's sentences stand apart from the taxonomy's examples: runs of four morphemes that they share.

Usage: python benchmarks/city_phrases.py. Prints the share of sentences that share a run with some example, whatever the
run, and where at least two or three of its morphemes carry meaning; beside it the same of each area's examples against
those of the other areas, which is what Korean shares by itself. `tests/jobs/simulate/test_simulated_texts.py` holds the
last to none.
"""

from __future__ import annotations

from collections.abc import Iterator

from jobs.simulate.catalogue import catalogue
from nlp.tokenize import Morpheme, morphemes
from schemas.taxonomy import load_taxonomy

RUN = 4  # morphemes
LIGHT = frozenset(
    ["하", "되", "있", "없", "같", "이러", "그러", "어떻", "그렇", "이렇", "보", "주", "오", "가", "알"]
)  # verbs that go with anything
CARRYING = (0, 2, 3)
Runs = list[tuple[tuple[str, ...], int]]


def sentences() -> Iterator[tuple[str, str]]:
    for topic in catalogue().topics:
        for text in (*topic.situations, *topic.needs, topic.name):
            yield topic.type_code, text


def carries(morpheme: Morpheme) -> bool:
    """Whether a morpheme says anything of a matter: nouns, roots, foreign words, and verbs but the lightest."""
    first = morpheme.tag.partition("+")[0]
    if first in ("VV", "VA"):
        return (morpheme.parts.partition("/")[0] if morpheme.kind == "Inflect" else morpheme.surface) not in LIGHT
    return first in ("NNG", "NNP", "XR", "SL", "SH")


def runs(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Each run of four morphemes (all of them, particles and endings too; punctuation left out), and how many carry."""
    found = [m for m in morphemes(text) if not m.tag.startswith("S") or m.tag in ("SL", "SN", "SH")]
    for start in range(len(found) - RUN + 1):
        run = found[start : start + RUN]
        yield tuple(m.surface for m in run), sum(map(carries, run))


def _shares(texts: list[Runs], taken: set[tuple[str, ...]]) -> list[float]:
    return [
        round(sum(any(n >= least and run in taken for run, n in text) for text in texts) / len(texts), 3)
        for least in CARRYING
    ]


def main() -> None:
    by_domain: dict[str, list[Runs]] = {}
    for leaf in load_taxonomy("2022").leaves:
        by_domain.setdefault(leaf.domain, []).extend(list(runs(example)) for example in leaf.examples)
    runs_of = {domain: {run for text in texts for run, _ in text} for domain, texts in by_domain.items()}
    city = [list(runs(text)) for _, text in sentences()]
    print(f"carrying at least {CARRYING}")
    print("city", len(city), _shares(city, set().union(*runs_of.values())))
    for domain, texts in by_domain.items():
        others = set().union(*(taken for name, taken in runs_of.items() if name != domain))
        print(domain, len(texts), _shares(texts, others))


if __name__ == "__main__":
    main()
