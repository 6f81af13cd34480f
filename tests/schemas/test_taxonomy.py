from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS, CodeRow, code_list, known_codes
from schemas.taxonomy import COLUMNS, Taxonomy, is_version_name, known_versions, leaf_of, load_taxonomy
from schemas.taxonomy.checks import codebook_faults, faults, keyword_overlaps, level_counts, shortcomings

TYPES = 4_600  # as many as the Foundation's reorganised list (S10)


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy("2022")


def test_it_is_whole_and_says_whose_it_is(taxonomy: Taxonomy) -> None:
    assert len(taxonomy) == TYPES
    assert "재단이 말하는 4,600개 유형의 목록이 아니" in taxonomy.note
    assert taxonomy.predecessor == "2019"
    counts = level_counts(taxonomy)
    assert counts["대분류"] < counts["중분류"] < counts["소분류"] < counts["유형"] == TYPES


@pytest.mark.parametrize("version", known_versions())
def test_nothing_is_wrong_and_nothing_is_thin(version: str) -> None:
    built_in = load_taxonomy(version)
    assert faults(built_in) == []
    assert shortcomings(built_in) == []
    assert all(leaf.minor for leaf in built_in.leaves)


def test_names_are_told_apart_without_their_path(taxonomy: Taxonomy) -> None:
    """Reports print a type's name alone."""
    names = Counter(leaf.name for leaf in taxonomy.leaves)
    assert [name for name, count in names.items() if count > 1] == []


def test_notes_name_what_there_is(taxonomy: Taxonomy) -> None:
    """A note that sends the reader to a neighbour quotes a type or a level by its present name."""
    there = {name for leaf in taxonomy.leaves for name in leaf.path}
    quoted = [(leaf.type_code, name) for leaf in taxonomy.leaves for name in re.findall("'([^']+)'", leaf.note)]
    assert len(quoted) > 1000
    assert [one for one in quoted if one[1] not in there] == []


def test_a_topic_that_is_asked_in_several_ways_is_several_types(taxonomy: Taxonomy) -> None:
    kinds = Counter(leaf.request_kind for leaf in taxonomy.leaves)
    assert min(kinds.values()) >= 10
    assert max(kinds.values()) < 0.5 * TYPES
    duties = Counter(leaf.duty for leaf in taxonomy.leaves)
    assert min(duties.values()) > 0.05 * TYPES


def test_it_loads_in_a_blink() -> None:
    """In a fresh interpreter, the best of three: under 200 ms of processor time and 100 MB over the bare interpreter."""
    script = (
        "import resource, time; before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; at = time.process_time()\n"
        "from schemas.taxonomy import load_taxonomy; load_taxonomy('2022')\n"
        "print(time.process_time() - at, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    found = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        found.append(tuple(map(float, done.stdout.split())))
    assert min(seconds for seconds, _ in found) < 0.2
    assert max(kilobytes for _, kilobytes in found) < 100_000


def test_look_ups(taxonomy: Taxonomy) -> None:
    leaf = taxonomy.leaves[0]
    assert taxonomy.leaf(leaf.type_code) is leaf
    assert leaf.type_code in taxonomy
    assert "T99999" not in taxonomy
    with pytest.raises(KeyError):
        taxonomy.leaf("T99999")


def test_a_row_is_read_as_it_is_written(taxonomy: Taxonomy) -> None:
    for leaf in taxonomy.leaves:
        assert leaf_of(leaf.cells()) == leaf
        assert all(text == text.strip() for text in (*leaf.cells(), *leaf.keywords, *leaf.examples))


@pytest.mark.parametrize(("column", "cell"), [("chatbot", "예"), ("valid_from", "2021.11.01")])
def test_a_cell_that_cannot_be_read(taxonomy: Taxonomy, column: str, cell: str) -> None:
    cells = dict(zip(COLUMNS, taxonomy.leaves[0].cells(), strict=True)) | {column: cell}
    with pytest.raises(ValueError, match=r"chatbot은|isoformat"):
        leaf_of(cells.values())
    with pytest.raises(ValueError, match="칸이"):
        leaf_of([*cells.values(), ""])


def test_content_hash_follows_content_alone(taxonomy: Taxonomy) -> None:
    assert Taxonomy("other", taxonomy.leaves).content_hash == taxonomy.content_hash
    changed = (taxonomy.leaves[0]._replace(definition="다른 정의"), *taxonomy.leaves[1:])
    assert Taxonomy("2022", changed).content_hash != taxonomy.content_hash


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"department_code": "D77"}, "부서 코드"),
        ({"duty": "nobody"}, "duty"),
        ({"duty": "district", "unit_code": "U99"}, "과 코드"),
        ({"duty": "city", "unit_code": "U01"}, "과 코드"),
        ({"request_kind": "wish"}, "request_kind"),
        ({"name": ""}, "유형 이름"),
        ({"type_code": "유형 1"}, "유형 코드는"),
        ({"valid_from": date(2022, 1, 2), "valid_to": date(2022, 1, 1)}, "valid_from"),
    ],
)
def test_planted_fault_in_a_type(taxonomy: Taxonomy, change: dict[str, object], words: str) -> None:
    found = faults(Taxonomy("x", (*taxonomy.leaves[:-1], taxonomy.leaves[-1]._replace(**change))))
    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"keywords": ()}, "키워드"),
        ({"examples": ("하나",)}, "예시"),
        ({"definition": ""}, "정의"),
        ({"department_code": ""}, "부서"),
        ({"duty": "district", "unit_code": ""}, "과가"),
    ],
)
def test_planted_thinness(taxonomy: Taxonomy, change: dict[str, object], words: str) -> None:
    thin = Taxonomy("x", (*taxonomy.leaves[:-1], taxonomy.leaves[-1]._replace(**change)))
    assert faults(thin) == []
    (found,) = shortcomings(thin)
    assert words in found


def test_planted_twins(taxonomy: Taxonomy) -> None:
    first, second = taxonomy.leaves[0], taxonomy.leaves[-1]
    copied = second._replace(keywords=(*first.keywords[:-1], "전혀 다른 말 하나"))
    kept = (len(first.keywords) - 1) / len(first.keywords)
    assert [(one, other) for one, other, _ in keyword_overlaps([first, copied], kept - 0.01)] == [(first, copied)]
    assert keyword_overlaps([first, copied], kept) == []
    spaced = second._replace(keywords=tuple(word.replace(" ", "") for word in first.keywords))
    (found,) = faults(Taxonomy("x", (first, spaced)))
    assert "키워드가 100% 같습니다" in found
    twice = faults(Taxonomy("x", (*taxonomy.leaves, first)))
    assert {"유형 코드", "이름", "정의", "예시"} <= {
        words for fault in twice for words in ("유형 코드", "이름", "정의", "예시") if words in fault
    }


def test_every_code_of_the_code_book_is_a_type(taxonomy: Taxonomy) -> None:
    assert known_codes("covid_codebook") == {leaf.type_code for leaf in taxonomy.leaves if leaf.domain == "코로나19"}
    assert load_taxonomy("2019").covid_on(date(2021, 1, 1)).keys().isdisjoint(load_taxonomy("2019").by_code)


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


def test_covid_code_book_covers_the_groups(taxonomy: Taxonomy) -> None:
    rows = taxonomy.covid_on(date(2021, 12, 15)).values()
    assert {row["covid_group"] for row in rows} == set(COVID_GROUPS)
    assert {row["covid_subgroup"] for row in rows} - {""} == set(COVID_SUBGROUPS)


def test_covid_code_book_is_dated(taxonomy: Taxonomy) -> None:
    assert taxonomy.covid_on(date(2019, 12, 31)) == {}
    early = taxonomy.covid_on(date(2021, 6, 1)).values()
    assert "vaccine_pass" not in {row["covid_subgroup"] for row in early}
    assert len(early) == len(taxonomy.covid_on(date(2022, 1, 1)))


@pytest.mark.parametrize("codes", ["departments", "district_units"])
def test_departments_and_units_are_known_once(codes: str) -> None:
    rows = code_list(codes)
    for column in list(rows[0].cells)[:2]:
        assert len({row[column] for row in rows}) == len(rows)


@pytest.mark.parametrize("version", ["1999", "../2022", "", "2022/..", "a" * 40])
def test_unknown_version(version: str) -> None:
    with pytest.raises(FileNotFoundError, match="판이 없습니다"):
        load_taxonomy(version)
    assert not is_version_name(version) or version == "1999"
