"""Everything that can be said against a version of the taxonomy and the crosswalk that leads to it, in one report.

Belongs here: bringing the checks together. Does not: the checks (`schemas.taxonomy.checks`, `.crosswalk`, `nlp.twins`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.taxonomy import Taxonomy, load_taxonomy
from schemas.taxonomy.checks import MAX_KEYWORD_OVERLAP, faults, level_counts, shortcomings
from schemas.taxonomy.crosswalk import RELATIONS, crosswalk_faults, load_crosswalk

MAX_SHARED_SKELETONS = 0.02  # of the sentences of a kind: more, and they were made by filling a template


@dataclass(frozen=True)
class Examination:
    """Counts by level, faults, shortcomings, and the sentences of each kind that share their skeleton with another
    type's: how many, of how many, and those groups of sentences."""

    version: str
    levels: dict[str, int]
    faults: list[str]
    shortcomings: list[str]
    skeletons: dict[str, tuple[int, int, list[str]]]
    relations: dict[str, int]

    def lines(self, shown: int) -> Iterable[str]:
        """The report, in Korean; no list longer than `shown`."""
        yield f"{self.version} 판: " + ", ".join(f"{title} {count:,}" for title, count in self.levels.items())
        if self.relations:
            yield "대응표: " + ", ".join(f"{RELATIONS[key]} {count:,}줄" for key, count in self.relations.items())
        yield f"키워드가 {MAX_KEYWORD_OVERLAP:.0%} 넘게 같은 짝, 같은 정의·이름·예시: " + (
            "없음" if not self.faults else "아래 흠을 볼 것"
        )
        for kind, (count, total, groups) in self.skeletons.items():
            share = count / total if total else 0.0
            yield f"주제어를 지우면 다른 유형과 틀이 같은 {kind}: {count:,}/{total:,} ({share:.2%})"
            yield from (f"  {group}" for group in groups[:shown])
        for title, found in (("모자람", self.shortcomings), ("흠", self.faults)):
            yield f"{title} {len(found):,}건" if found else f"{title} 없음"
            yield from (f"  {line}" for line in found[:shown])
            if len(found) > shown:
                yield f"  그 밖에 {len(found) - shown:,}건(--json 으로 모두 볼 수 있습니다)"

    def facts(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "levels": self.levels,
            "faults": self.faults,
            "shortcomings": self.shortcomings,
            "shared_skeletons": {kind: {"count": n, "total": all_} for kind, (n, all_, _) in self.skeletons.items()},
            "relations": self.relations,
        }


def examine(taxonomy: Taxonomy, imported: Path | None) -> Examination:
    from nlp.twins import SENTENCES, shared_skeletons

    found, thin = faults(taxonomy), shortcomings(taxonomy)
    relations: dict[str, int] = {}
    if taxonomy.predecessor:
        crosswalk = load_crosswalk(taxonomy.predecessor, taxonomy.version, imported)
        old = load_taxonomy(taxonomy.predecessor, imported)
        found += [f"대응표: {fault}" for fault in crosswalk_faults(crosswalk, old, taxonomy)]
        relations = {key: sum(link.relation == key for link in crosswalk.links) for key in RELATIONS}
    skeletons = {}
    for kind, sentences in SENTENCES.items():
        groups = shared_skeletons(taxonomy, sentences)
        count = sum(len(group.sentences) for group in groups)
        total = sum(len(tuple(sentences(leaf))) for leaf in taxonomy.leaves)
        skeletons[kind] = (count, total, [" / ".join(f"{c} {text}" for c, text in g.sentences[:3]) for g in groups])
        if total and count / total > MAX_SHARED_SKELETONS:
            thin.append(f"{kind}의 {count / total:.1%}가 다른 유형과 같은 틀입니다(한도 {MAX_SHARED_SKELETONS:.0%}).")
    return Examination(taxonomy.version, level_counts(taxonomy), found, thin, skeletons, relations)
