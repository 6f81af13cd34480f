from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS, CodeRow, code_list, codes_on, known_codes
from schemas.taxonomy import Taxonomy, check, load_taxonomy
from schemas.taxonomy.checks import codebook_faults


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy("2022")


def test_the_starter_has_no_fault(taxonomy: Taxonomy) -> None:
    assert check(taxonomy) == []
    assert taxonomy.version == "2022.0"
    assert "4,600" in taxonomy.note


def test_look_ups(taxonomy: Taxonomy) -> None:
    leaf = taxonomy.leaves[0]
    assert taxonomy.leaf(leaf.type_code) is leaf
    assert leaf.type_code in taxonomy
    assert "T99999" not in taxonomy
    assert len(taxonomy) == len(taxonomy.by_code)
    with pytest.raises(KeyError):
        taxonomy.leaf("T99999")


def test_content_hash_follows_content_alone(taxonomy: Taxonomy) -> None:
    assert Taxonomy("other", taxonomy.leaves).content_hash == taxonomy.content_hash
    changed = (replace(taxonomy.leaves[0], definition="다른 정의"), *taxonomy.leaves[1:])
    assert Taxonomy("2022.0", changed).content_hash != taxonomy.content_hash


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"department_code": "D77"}, "부서 코드"),
        ({"duty": "nobody"}, "duty"),
        ({"request_kind": "wish"}, "request_kind"),
        ({"keywords": ()}, "키워드"),
        ({"examples": ("하나",)}, "예시"),
        ({"name": ""}, "name 칸"),
        ({"type_code": "X1"}, "유형 코드는"),
        ({"valid_from": date(2022, 1, 2), "valid_to": date(2022, 1, 1)}, "valid_from"),
    ],
)
def test_planted_fault_in_a_type(taxonomy: Taxonomy, change: dict[str, object], words: str) -> None:
    leaf = taxonomy.leaves[-1]
    assert leaf.type_code not in known_codes("covid_codebook")
    found = check(Taxonomy("x", (*taxonomy.leaves[:-1], replace(leaf, **change))))
    assert len(found) == 1
    assert words in found[0]


def test_planted_repetition(taxonomy: Taxonomy) -> None:
    found = check(Taxonomy("x", (*taxonomy.leaves, taxonomy.leaves[0])))
    assert any("유형 코드" in fault for fault in found)
    assert any("정의" in fault for fault in found)


def test_codebook_pointing_nowhere(taxonomy: Taxonomy) -> None:
    first = code_list("covid_codebook")[0]
    found = check(Taxonomy("x", tuple(leaf for leaf in taxonomy.leaves if leaf.type_code != first["type_code"])))
    assert any(first["type_code"] in fault and "없는 유형" in fault for fault in found)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"covid_group": "weather"}, "covid_group"),
        ({"covid_group": "other", "covid_subgroup": "vaccine"}, "covid_subgroup"),
    ],
)
def test_planted_fault_in_the_codebook(taxonomy: Taxonomy, cells: dict[str, str], words: str) -> None:
    first = code_list("covid_codebook")[0]
    row = CodeRow(first.cells | cells, first.valid_from, first.valid_to)
    assert any(words in fault for fault in codebook_faults(taxonomy, [row]))
    twice = codebook_faults(taxonomy, [first, CodeRow(first.cells, date(2021, 1, 1), date(2021, 2, 1))])
    assert any("겹칩니다" in fault for fault in twice)


def test_covid_code_book_covers_the_groups() -> None:
    rows = codes_on("covid_codebook", date(2021, 12, 15)).values()
    assert {row["covid_group"] for row in rows} == set(COVID_GROUPS)
    assert {row["covid_subgroup"] for row in rows} - {""} == set(COVID_SUBGROUPS)


def test_covid_code_book_is_dated() -> None:
    assert codes_on("covid_codebook", date(2019, 12, 31)) == {}
    early = codes_on("covid_codebook", date(2021, 6, 1)).values()
    assert "vaccine_pass" not in {row["covid_subgroup"] for row in early}
    assert len(early) == len(codes_on("covid_codebook", date(2022, 1, 1)))


def test_departments_are_known_once() -> None:
    rows = code_list("departments")
    assert len({row["department_code"] for row in rows}) == len(rows)
    assert "120다산콜재단" in {row["department_name"] for row in rows}


@pytest.mark.parametrize("version", ["1999", "../2022", "", "2022/.."])
def test_unknown_version(version: str) -> None:
    with pytest.raises(FileNotFoundError, match="판이 없습니다"):
        load_taxonomy(version)
