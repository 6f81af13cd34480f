from __future__ import annotations

import pytest

from nlp.twins import SENTENCES, shared_skeletons, skeleton
from schemas.taxonomy import Taxonomy, known_versions, load_taxonomy


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("여권의 재발급에 필요한 서류", "자동차의 등록에 필요한 사진 두 장"),
        ("마스크를 어디서 사나요?", "종량제봉투를 어디서 사나요"),
        ("3월 2일까지 내야 합니까", "내일까지 내야 합니까"),
    ],
)
def test_a_template_shows_when_the_topic_is_blanked(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("마스크를 어디서 사나요", "마스크를 왜 쓰나요"),
        ("물이 샌다", "물이 새나요"),
        ("버스가 안 와요", "버스가 왔어요"),
    ],
)
def test_what_is_said_of_the_topic_stays(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_planted_templates_are_found() -> None:
    leaves = load_taxonomy("2022").leaves[:3]
    words = ("택시", "버스", "지하철")
    made = [
        leaf._replace(definition=f"{word}에서 잃어버린 물건을 찾아 달라는 부탁")
        for leaf, word in zip(leaves, words, strict=True)
    ]
    (group,) = shared_skeletons(Taxonomy("x", tuple(made)), SENTENCES["정의"])
    assert [code for code, _ in group.sentences] == [leaf.type_code for leaf in leaves]
    assert shared_skeletons(Taxonomy("x", (made[0],)), SENTENCES["정의"]) == []  # one type may repeat itself


@pytest.mark.parametrize("version", known_versions())
@pytest.mark.parametrize("kind", list(SENTENCES))
def test_no_template_was_filled(version: str, kind: str) -> None:
    """At most 2 % of the sentences share their skeleton with another type's."""
    taxonomy = load_taxonomy(version)
    shared = sum(len(group.sentences) for group in shared_skeletons(taxonomy, SENTENCES[kind]))
    assert shared <= 0.02 * sum(len(tuple(SENTENCES[kind](leaf))) for leaf in taxonomy.leaves)
