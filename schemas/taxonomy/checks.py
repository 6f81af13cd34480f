"""Faults of a taxonomy, each a Korean sentence that says which type and what is wrong.

Belongs here: what holds for every version. Does not: reading files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS, CodeRow, code_list, known_codes
from schemas.taxonomy import DUTIES, MIN_EXAMPLES, MIN_KEYWORDS, REQUEST_KINDS, Leaf, Taxonomy

_CODE = re.compile(r"T\d{5}")
_SUBGROUP_OF = {"vaccine": "general", "vaccine_pass": "other"}


def faults(taxonomy: Taxonomy) -> list[str]:
    """All faults, type by type, then between types, then in the COVID code book."""
    found = [fault for leaf in taxonomy.leaves for fault in _leaf_faults(leaf)]
    found += _repeated("유형 코드", (leaf.type_code for leaf in taxonomy.leaves))
    found += _repeated("정의", (leaf.definition for leaf in taxonomy.leaves))
    found += _repeated("이름", (" > ".join((leaf.domain, leaf.middle, leaf.name)) for leaf in taxonomy.leaves))
    found += _repeated("예시", (example for leaf in taxonomy.leaves for example in leaf.examples))
    found += codebook_faults(taxonomy, code_list("covid_codebook"))
    return found


def _leaf_faults(leaf: Leaf) -> Iterator[str]:
    where = f"{leaf.type_code} {leaf.name}".strip()
    if not _CODE.fullmatch(leaf.type_code):
        yield f"{where}: 유형 코드는 T와 숫자 다섯 자리여야 합니다."
    for column in ("domain", "middle", "minor", "name", "definition"):
        if not getattr(leaf, column):
            yield f"{where}: {column} 칸이 비어 있습니다."
    if leaf.request_kind not in REQUEST_KINDS:
        yield f"{where}: request_kind {leaf.request_kind!r} 는 {', '.join(REQUEST_KINDS)} 가운데 하나여야 합니다."
    if leaf.duty not in DUTIES:
        yield f"{where}: duty {leaf.duty!r} 는 {', '.join(DUTIES)} 가운데 하나여야 합니다."
    if leaf.department_code not in known_codes("departments"):
        yield f"{where}: 부서 코드 {leaf.department_code!r} 가 codes/departments.csv 에 없습니다."
    if leaf.valid_from > leaf.valid_to:
        yield f"{where}: valid_from 이 valid_to 보다 늦습니다."
    if len(set(leaf.keywords)) < MIN_KEYWORDS:
        yield f"{where}: 서로 다른 키워드가 {MIN_KEYWORDS}개 이상이어야 합니다(지금 {len(set(leaf.keywords))}개)."
    if len(set(leaf.examples)) < MIN_EXAMPLES:
        yield f"{where}: 서로 다른 예시가 {MIN_EXAMPLES}개 이상이어야 합니다(지금 {len(set(leaf.examples))}개)."


def _repeated(what: str, values: Iterable[str]) -> list[str]:
    counts = Counter(values)
    return [f"같은 {what}이(가) {count}번 나옵니다: {value}" for value, count in counts.items() if count > 1 and value]


def codebook_faults(taxonomy: Taxonomy, rows: Iterable[CodeRow]) -> list[str]:
    """Faults of the COVID code book's rows against a taxonomy."""
    found = []
    rows = tuple(rows)
    for row in rows:
        where = f"codes/covid_codebook.csv {row['type_code']}"
        group, subgroup = row["covid_group"], row["covid_subgroup"]
        if row["type_code"] not in taxonomy:
            found.append(f"{where}: 분류 체계에 없는 유형 코드입니다.")
        if group not in COVID_GROUPS:
            found.append(f"{where}: covid_group {group!r} 는 {', '.join(COVID_GROUPS)} 가운데 하나여야 합니다.")
        if subgroup and (subgroup not in COVID_SUBGROUPS or _SUBGROUP_OF[subgroup] != group):
            found.append(f"{where}: covid_subgroup {subgroup!r} 는 {group} 그룹에 둘 수 없습니다.")
        if row.valid_from > row.valid_to:
            found.append(f"{where}: valid_from 이 valid_to 보다 늦습니다.")
        if any(row is not other and other["type_code"] == row["type_code"] and _overlap(row, other) for other in rows):
            found.append(f"{where}: 같은 코드의 기간이 겹칩니다.")
    return found


def _overlap(one: CodeRow, other: CodeRow) -> bool:
    return one.valid_from <= other.valid_to and other.valid_from <= one.valid_to
