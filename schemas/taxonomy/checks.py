"""Faults of a taxonomy, each a Korean sentence that says which type and what is wrong.

Belongs here: what holds for every version (`faults`), and what a version lacks to be classified by its own words
(`shortcomings`). Does not: reading files, or what needs the analysis of language (`nlp.twins`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS, CodeRow, known_codes
from schemas.taxonomy import DUTIES, REQUEST_KINDS, Leaf, Taxonomy

MIN_KEYWORDS = 5
MIN_EXAMPLES = 2
MAX_KEYWORD_OVERLAP = 0.8
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,19}")
_SUBGROUP_OF = {"vaccine": "general", "vaccine_pass": "other"}


def faults(taxonomy: Taxonomy) -> list[str]:
    """What may not be: type by type, then between types, then in the COVID code book. Empty when there is none."""
    leaves = taxonomy.leaves
    found = [fault for leaf in leaves for fault in _leaf_faults(leaf)]
    found += _repeated("유형 코드", (leaf.type_code for leaf in leaves))
    found += _repeated("이름", (" > ".join(leaf.path) for leaf in leaves))
    found += _repeated("정의", (leaf.definition for leaf in leaves))
    found += _repeated("예시", (example for leaf in leaves for example in leaf.examples))
    found += [
        f"{one.type_code} {one.name} ↔ {other.type_code} {other.name}: 키워드가 {share:.0%} 같습니다."
        for one, other, share in keyword_overlaps(leaves, MAX_KEYWORD_OVERLAP)
    ]
    return found + codebook_faults(taxonomy, taxonomy.codebook)


def shortcomings(taxonomy: Taxonomy) -> list[str]:
    """What a type lacks to be found from its own words; such a version works, but classifies worse from a cold start."""
    return [fault for leaf in taxonomy.leaves for fault in _thinness(leaf)]


def _leaf_faults(leaf: Leaf) -> Iterator[str]:
    where = f"{leaf.type_code} {leaf.name}".strip()
    if not _CODE.fullmatch(leaf.type_code):
        yield f"{where}: 유형 코드는 영문자·숫자 20자 이하여야 합니다."
    for column, title in (("domain", "대분류"), ("middle", "중분류"), ("name", "유형 이름")):
        if not getattr(leaf, column):
            yield f"{where}: {title}({column}) 칸이 비어 있습니다."
    if leaf.request_kind not in REQUEST_KINDS:
        yield f"{where}: request_kind {leaf.request_kind!r} 는 {', '.join(REQUEST_KINDS)} 가운데 하나여야 합니다."
    if leaf.duty not in DUTIES:
        yield f"{where}: duty {leaf.duty!r} 는 {', '.join(DUTIES)} 가운데 하나여야 합니다."
    if leaf.department_code and leaf.department_code not in known_codes("departments"):
        yield f"{where}: 부서 코드 {leaf.department_code!r} 가 codes/departments.csv 에 없습니다."
    if leaf.unit_code and (leaf.unit_code not in known_codes("district_units") or leaf.duty != "district"):
        yield f"{where}: 과 코드 {leaf.unit_code!r} 가 codes/district_units.csv 에 없거나 자치구 업무가 아닙니다."
    if leaf.valid_from > leaf.valid_to:
        yield f"{where}: valid_from 이 valid_to 보다 늦습니다."


def _thinness(leaf: Leaf) -> Iterator[str]:
    where = f"{leaf.type_code} {leaf.name}".strip()
    if not leaf.definition:
        yield f"{where}: 정의가 없습니다."
    if not leaf.department_code:
        yield f"{where}: 담당 부서가 없습니다."
    if leaf.duty == "district" and not leaf.unit_code:
        yield f"{where}: 자치구의 담당 과가 없습니다."
    if len(set(leaf.keywords)) < MIN_KEYWORDS:
        yield f"{where}: 서로 다른 키워드가 {MIN_KEYWORDS}개 이상이어야 합니다(지금 {len(set(leaf.keywords))}개)."
    if len(set(leaf.examples)) < MIN_EXAMPLES:
        yield f"{where}: 서로 다른 예시가 {MIN_EXAMPLES}개 이상이어야 합니다(지금 {len(set(leaf.examples))}개)."


def _repeated(what: str, values: Iterable[str]) -> list[str]:
    counts = Counter(values)
    return [f"같은 {what}이(가) {count}번 나옵니다: {value}" for value, count in counts.items() if count > 1 and value]


def keyword_overlaps(leaves: Iterable[Leaf], more_than: float) -> list[tuple[Leaf, Leaf, float]]:
    """Pairs of types that share more than this part (0-1) of the keywords of the one that has fewer; spacing aside."""
    words = [(leaf, {re.sub(r"\s+", "", keyword) for keyword in leaf.keywords}) for leaf in leaves]
    holders: dict[str, list[int]] = defaultdict(list)
    for at, (_, own) in enumerate(words):
        for word in own:
            holders[word].append(at)
    pairs = Counter(
        (one, other) for at in holders.values() for place, one in enumerate(at) for other in at[place + 1 :]
    )
    shares = (
        (words[one][0], words[other][0], count / min(len(words[one][1]), len(words[other][1])))
        for (one, other), count in sorted(pairs.items())
    )
    return [found for found in shares if found[2] > more_than]


def level_counts(taxonomy: Taxonomy) -> dict[str, int]:
    """How many 대분류, 중분류, 소분류 and 유형 there are."""
    paths = [leaf.path for leaf in taxonomy.leaves]
    return {title: len({path[:depth] for path in paths}) for depth, title in enumerate(LEVELS, start=1)}


LEVELS = ("대분류", "중분류", "소분류", "유형")


def codebook_faults(taxonomy: Taxonomy, rows: Iterable[CodeRow]) -> list[str]:
    """Faults of the COVID code book's rows. A row may name a type of another version, since codes are not re-used."""
    rows = tuple(rows)
    return list(chain.from_iterable(_row_faults(row, rows) for row in rows if row["type_code"] in taxonomy))


def _row_faults(row: CodeRow, rows: tuple[CodeRow, ...]) -> Iterator[str]:
    where = f"코로나19 코드북 {row['type_code']}"
    group, subgroup = row["covid_group"], row["covid_subgroup"]
    if group not in COVID_GROUPS:
        yield f"{where}: covid_group {group!r} 는 {', '.join(COVID_GROUPS)} 가운데 하나여야 합니다."
    if subgroup and (subgroup not in COVID_SUBGROUPS or _SUBGROUP_OF[subgroup] != group):
        yield f"{where}: covid_subgroup {subgroup!r} 는 {group} 그룹에 둘 수 없습니다."
    if row.valid_from > row.valid_to:
        yield f"{where}: valid_from 이 valid_to 보다 늦습니다."
    if any(row is not other and other["type_code"] == row["type_code"] and _overlap(row, other) for other in rows):
        yield f"{where}: 같은 코드의 기간이 겹칩니다."


def _overlap(one: CodeRow, other: CodeRow) -> bool:
    return one.valid_from <= other.valid_to and other.valid_from <= one.valid_to
