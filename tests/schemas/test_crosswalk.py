from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from schemas.codes import UNCLASSIFIED
from schemas.taxonomy import Taxonomy, load_taxonomy
from schemas.taxonomy.crosswalk import (
    NOT_IN_VERSION,
    RELATIONS,
    Crosswalk,
    Link,
    all_conversions,
    crosswalk_faults,
    lineage,
    load_crosswalk,
    relate,
)


@pytest.fixture(scope="module")
def versions() -> tuple[Taxonomy, Taxonomy]:
    return load_taxonomy("2019"), load_taxonomy("2022")


@pytest.fixture(scope="module")
def crosswalk() -> Crosswalk:
    return load_crosswalk("2019", "2022")


def test_it_is_whole(crosswalk: Crosswalk, versions: tuple[Taxonomy, Taxonomy]) -> None:
    assert crosswalk_faults(crosswalk, *versions) == []
    assert lineage("2022") == ["2019", "2022"]


def test_every_relation_is_there(crosswalk: Crosswalk) -> None:
    assert set(RELATIONS) == {link.relation for link in crosswalk.links}


def test_the_older_version_is_the_coarser(versions: tuple[Taxonomy, Taxonomy]) -> None:
    assert len(versions[0]) < len(versions[1]) / 5


def test_no_way_leads_back_to_where_it_began(crosswalk: Crosswalk) -> None:
    """Codes in both versions lead to themselves alone, so following old to new again and again ends at once."""
    onward: dict[str, set[str]] = {}
    for link in crosswalk.links:
        onward.setdefault(link.old_code, set()).add(link.new_code)
    for start, ends in onward.items():
        seen: set[str] = set()
        at = ends - {start}
        while at:
            assert start not in at
            seen |= at
            at = {end for code in at for end in onward.get(code, set())} - seen


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda links: links[1:], "없습니다"),
        (lambda links: [*links, links[0]], "2번 나옵니다"),
        (lambda links: [replace(links[0], share=links[0].share / 2), *links[1:]], "share의 합"),
        (lambda links: [replace(links[0], reverse_share=links[0].reverse_share / 2), *links[1:]], "reverse_share의 합"),
        (lambda links: [replace(links[0], share=0.0), *links[1:]], "0보다 크고"),
        (lambda links: [replace(links[0], new_code="T99999"), *links[1:]], "판에 없는 코드"),
        (lambda links: [replace(links[0], relation="retired"), *links[1:]], "relation이"),
        (lambda links: [replace(links[0], basis="guessed"), *links[1:]], "basis"),
        (lambda links: [*links, Link("", "", "new", 0, 0, "", "")], "모두 빈 줄"),
    ],
)
def test_planted_fault(crosswalk: Crosswalk, versions: tuple[Taxonomy, Taxonomy], spoil: object, words: str) -> None:
    assert callable(spoil)
    spoilt = Crosswalk("2019", "2022", tuple(spoil(list(crosswalk.links))))
    assert any(words in fault for fault in crosswalk_faults(spoilt, *versions))


def test_a_kept_code_keeps_its_meaning(versions: tuple[Taxonomy, Taxonomy]) -> None:
    leaf, other = versions[1].leaves[:2]
    old, new = Taxonomy("a", (leaf,)), Taxonomy("b", (leaf, other))
    links = (
        Link(leaf.type_code, other.type_code, "same", 1, 1, "judged", ""),
        Link("", leaf.type_code, "new", 0, 0, "", ""),
    )
    (found,) = crosswalk_faults(Crosswalk("a", "b", links), old, new)
    assert "자기 자신과만" in found


def test_relations() -> None:
    pairs = [("a", "1"), ("b", "2"), ("b", "3"), ("c", "4"), ("d", "4"), ("", "5"), ("e", "")]
    assert list(relate(pairs).values()) == ["same", "split", "split", "merge", "merge", "new", "retired"]


def test_conversions_lose_nothing(versions: tuple[Taxonomy, Taxonomy]) -> None:
    sums: Counter[tuple[str, str, str]] = Counter()
    for start, code, end, to, share in all_conversions():
        assert 0 < share <= 1
        assert to in (NOT_IN_VERSION, UNCLASSIFIED) or to in load_taxonomy(end)
        sums[start, code, end] += share  # type: ignore[assignment]
    assert all(total == pytest.approx(1.0) for total in sums.values())
    both = {("2019", leaf.type_code, "2022") for leaf in versions[0].leaves}
    both |= {("2022", leaf.type_code, "2019") for leaf in versions[1].leaves}
    assert set(sums) == both | {("2019", UNCLASSIFIED, "2022"), ("2022", UNCLASSIFIED, "2019")}


def test_a_new_type_has_no_counterpart_in_the_old_version(crosswalk: Crosswalk) -> None:
    back = crosswalk.shares(forward=False)
    new = [link.new_code for link in crosswalk.links if link.relation == "new"]
    assert all(back[code] == {NOT_IN_VERSION: 1.0} for code in new)


def test_an_unknown_pair() -> None:
    with pytest.raises(FileNotFoundError, match="대응표가 없습니다"):
        load_crosswalk("2022", "2019")
