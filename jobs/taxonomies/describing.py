"""One type in full, with the names behind its codes and its counterparts in other versions.

Belongs here: what `dasan taxonomy show` tells.
"""

from __future__ import annotations

from pathlib import Path

from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS, code_list
from schemas.taxonomy import DUTIES, OPEN_FROM, OPEN_TO, REQUEST_KINDS, Taxonomy, known_versions, load_taxonomy
from schemas.taxonomy.crosswalk import RELATIONS, load_crosswalk


def described(taxonomy: Taxonomy, code: str, imported: Path | None) -> dict[str, str | list[str]]:
    """Titles and values in Korean, in reading order; empty ones are left out. Raises `KeyError`."""
    leaf = taxonomy.leaf(code)
    until = "" if leaf.valid_to == OPEN_TO else leaf.valid_to.isoformat()
    facts: dict[str, str | list[str]] = {
        "코드": leaf.type_code,
        "유형": " > ".join(part for part in leaf.path if part),
        "정의": leaf.definition,
        "포함·제외": leaf.note,
        "키워드": ", ".join(leaf.keywords),
        "예시": list(leaf.examples),
        "요청성격": REQUEST_KINDS[leaf.request_kind],
        "업무주체": DUTIES[leaf.duty],
        "부서": _named("departments", leaf.department_code),
        "자치구 과": _named("district_units", leaf.unit_code),
        "챗봇": "답할 수 있음" if leaf.chatbot else "사람이 받음",
        "기간": "" if leaf.valid_from == OPEN_FROM and not until else f"{leaf.valid_from}~{until}",
        "코로나19": _covid(taxonomy, code),
        "앞선 판": _counterparts(taxonomy, code, imported, before=True),
        "다음 판": _counterparts(taxonomy, code, imported, before=False),
    }
    return {title: value for title, value in facts.items() if value}


def _named(codes: str, code: str) -> str:
    row = next((row for row in code_list(codes) if next(iter(row.cells.values())) == code), None)
    return f"{list(row.cells.values())[1]}({code})" if row else ""


def _covid(taxonomy: Taxonomy, code: str) -> list[str]:
    return [
        " · ".join(
            part
            for part in (
                COVID_GROUPS[row["covid_group"]],
                COVID_SUBGROUPS.get(row["covid_subgroup"], ""),
                f"{row.valid_from}~{'' if row.valid_to == OPEN_TO else row.valid_to}",
            )
            if part
        )
        for row in taxonomy.codebook
        if row["type_code"] == code
    ]


def _counterparts(taxonomy: Taxonomy, code: str, imported: Path | None, before: bool) -> list[str]:
    """The types of the neighbouring versions that share contacts with this one, and how much."""
    versions = (
        [taxonomy.predecessor] if before else
        [name for name in known_versions(imported) if load_taxonomy(name, imported).predecessor == taxonomy.version]
    )  # fmt: skip
    found = []
    for version in filter(None, versions):
        other = load_taxonomy(version, imported)
        ends = (version, taxonomy.version) if before else (taxonomy.version, version)
        for link in load_crosswalk(*ends, imported).links:
            mine, theirs = (link.new_code, link.old_code) if before else (link.old_code, link.new_code)
            if mine == code:
                share = link.share if not before else link.reverse_share
                name = f"{theirs} {other.leaf(theirs).name} 몫 {share:.0%}" if theirs else "짝이 없음"
                found.append(f"{version} 판: {name} ({RELATIONS[link.relation]})")
    return found
