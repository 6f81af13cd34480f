"""The product's classifier as callers hold it: cold, learnt, updated, stored; and what it says to nonsense."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from nlp.classifier import TaxonomyClassifier
from nlp.decision import CODES_RIGHT, Decision, codes_right, threshold
from nlp.memory import Remembering
from nlp.storage import StoredModelError, load, save
from schemas.codes import UNCLASSIFIED
from schemas.taxonomy import Leaf, Taxonomy, load_taxonomy

TEMPLATES = ("{} 문의드립니다", "{} 어떻게 하나요", "{} 때문에 전화했어요", "저기 {} 좀 알려 주세요", "{} 신청하려고요")


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    """Thirty types of the shipped 2019 version, ten in each of three 대분류."""
    by_domain: dict[str, list[Leaf]] = {}
    for leaf in load_taxonomy("2019").leaves:
        by_domain.setdefault(leaf.domain, []).append(leaf)
    return Taxonomy("small", tuple(leaf for leaves in list(by_domain.values())[:3] for leaf in leaves[:10]))


@pytest.fixture(scope="module")
def told(taxonomy: Taxonomy) -> tuple[list[str], list[str]]:
    """Texts of all types but the last, with their codes."""
    pairs = [(form.format(leaf.name), leaf.type_code) for leaf in taxonomy.leaves[:-1] for form in TEMPLATES]
    return [text for text, _ in pairs], [code for _, code in pairs]


@pytest.fixture(scope="module")
def learnt(taxonomy: Taxonomy, told: tuple[list[str], list[str]]) -> TaxonomyClassifier:
    return TaxonomyClassifier(taxonomy).fit(*told)


def test_an_estimator(taxonomy: Taxonomy, learnt: TaxonomyClassifier, told: tuple[list[str], list[str]]) -> None:
    copy = clone(learnt)
    assert copy.get_params()["target_precision"] == 0.9
    with pytest.raises(NotFittedError):
        copy.predict(["여권"])
    assert learnt.score(*told) > 0.95
    assert set(learnt.classes_.tolist()) == {leaf.type_code for leaf in taxonomy.leaves}
    chances = learnt.predict_proba(told[0][:10])
    assert chances.shape == (10, len(learnt.classes_))
    assert (chances >= 0).all()
    assert (chances.sum(axis=1) <= 1 + 1e-9).all()
    assert (learnt.classes_[chances.argmax(axis=1)] == learnt.predict(told[0][:10])).all()


def test_a_type_without_labels_is_found_by_its_words(taxonomy: Taxonomy, learnt: TaxonomyClassifier) -> None:
    last = taxonomy.leaves[-1]
    assert last.type_code not in set(learnt.learner_.labels.tolist())  # type: ignore[union-attr]
    (found,) = learnt.classify([" ".join((last.name, *last.keywords))])
    assert last.type_code in dict(found.alternatives)


def test_reviewed_labels_take_effect_without_the_old_texts(
    taxonomy: Taxonomy, told: tuple[list[str], list[str]], tmp_path: Path
) -> None:
    TaxonomyClassifier(taxonomy).fit(*told).save(tmp_path / "model")
    model = TaxonomyClassifier.load(tmp_path / "model")
    before, last = model.model_version, taxonomy.leaves[-1].type_code
    model.update(["무지개다리 조명이 꺼졌어요", "무지개다리 불이 안 들어와요"], [last, last])
    assert model.predict(["무지개다리 조명 불"])[0] == last
    assert model.score(*told) > 0.95
    assert model.model_version != before
    assert model.card()["data"] == {"texts": len(told[0]), "reviewed": 0, "updates": 2}


def test_stored_and_read_back(learnt: TaxonomyClassifier, told: tuple[list[str], list[str]], tmp_path: Path) -> None:
    folder = tmp_path / "models" / "one"
    learnt.save(folder, {"note": "x"})
    learnt.save(folder)  # over it
    assert [path.name for path in folder.parent.iterdir()] == ["one"]
    read = TaxonomyClassifier.load(folder)
    assert read.classify(told[0]) == learnt.classify(told[0])
    assert read.model_version == learnt.model_version
    card = json.loads((folder / "model.json").read_text(encoding="utf-8").splitlines()[0])["card"]
    assert card["taxonomy"]["version"] == "small"
    assert {"accuracy", "accepted", "held_out"} <= card["metrics"].keys()
    assert set(card["thresholds"]) >= {""}


@pytest.mark.parametrize("name", ["model.json", "arrays.npz"])
def test_what_was_changed_on_disk_is_not_read(learnt: TaxonomyClassifier, tmp_path: Path, name: str) -> None:
    learnt.save(tmp_path / "model")
    path = tmp_path / "model" / name
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(bytes(body))
    with pytest.raises(StoredModelError, match="바뀌었"):
        TaxonomyClassifier.load(tmp_path / "model")
    path.unlink()
    with pytest.raises(StoredModelError):
        TaxonomyClassifier.load(tmp_path / "model")


def test_nothing_but_models_is_stored_or_made(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        save(Path("x"), tmp_path / "model", {})
    assert list(tmp_path.iterdir()) == []
    save({"a": [1, (2.5, None)], "b": np.arange(3)}, tmp_path / "plain", {"card": 1})
    found, card = load(tmp_path / "plain")
    assert (found["a"], found["b"].tolist(), card) == ([1, (2.5, None)], [0, 1, 2], {"card": 1})


BAD = ["", "  ", "😀👍🙏", "\x00\x00", "\ud800", "가" * 1_000_000, "a" * 1_000_000, "\n\n", "ㅋㅋㅋ", "！？…"]


@pytest.mark.parametrize("text", BAD)
def test_nonsense_gets_an_answer(learnt: TaxonomyClassifier, text: str) -> None:
    started = time.monotonic()
    (found,) = learnt.classify([text])
    assert time.monotonic() - started < 10
    assert found.type_code == UNCLASSIFIED
    assert found.needs_review
    assert learnt.predict([text]).shape == (1,)


def test_nonsense_among_what_is_learnt(taxonomy: Taxonomy, told: tuple[list[str], list[str]]) -> None:
    texts, codes = told
    model = TaxonomyClassifier().fit([*texts, *BAD], [*codes, *(taxonomy.leaves[0].type_code for _ in BAD)])
    assert model.score(texts, codes) > 0.95
    assert [found.type_code for found in model.classify(["mixed 한글 english 漢字 123", "hello"])]


def test_wrong_use_is_said_in_korean(taxonomy: Taxonomy) -> None:
    with pytest.raises(ValueError, match="수가 같아야"):
        TaxonomyClassifier(taxonomy).fit(["가"], [])
    with pytest.raises(ValueError, match="분류 체계에 없는 코드"):
        TaxonomyClassifier(taxonomy).fit(["가", "나"], ["x", "y"])
    with pytest.raises(ValueError, match="한 가지뿐"):
        TaxonomyClassifier().fit(["가", "나"], ["x", "x"])
    with pytest.raises(ValueError, match="분류 체계도 없습니다"):
        TaxonomyClassifier().fit()
    with pytest.raises(ValueError, match="0보다 커야"):
        TaxonomyClassifier().fit(["가", "나"], ["x", "y"], [1.0, 0.0])


def test_equal_texts_are_scored_once_and_counted(learnt: TaxonomyClassifier) -> None:
    remembering = Remembering(learnt)
    texts = ["버튼 글 하나"] * 9 + ["버튼 글 둘", "긴 글 " * 500]
    assert remembering.classify(texts) == learnt.classify(texts) == remembering.classify(texts)
    assert (remembering.asked, remembering.repeated) == (22, 8 + 10)  # the long one is not remembered


def test_the_terms_that_weighed_most(taxonomy: Taxonomy, learnt: TaxonomyClassifier) -> None:
    leaf = taxonomy.leaves[2]
    told = learnt.explain(TEMPLATES[0].format(leaf.name), leaf.type_code)
    assert 0 < len(told) <= 5
    assert any(term in leaf.name or leaf.name in term for term, _ in told)
    assert [weight for _, weight in told] == sorted((weight for _, weight in told), reverse=True)
    last = taxonomy.leaves[-1]  # by its words: it has no labels
    assert learnt.explain(last.name, last.type_code)
    assert learnt.explain("", leaf.type_code) == []


def test_thresholds_reach_their_precision_by_domain() -> None:
    random = np.random.default_rng(0)
    chances = random.random(4_000)
    domains = np.array(["쉬움", "어려움"], dtype=object)[random.integers(0, 2, 4_000)]
    right = random.random(4_000) < np.where(domains == "쉬움", np.sqrt(chances), chances**2)
    decision = Decision.fitted(chances, right, domains, 0.9)
    assert decision.by_domain["쉬움"] < decision.by_domain["어려움"]
    fresh = random.random(4_000)
    truth = random.random(4_000) < np.sqrt(fresh)
    accepted = np.array([decision.accepts(chance, "쉬움") for chance in fresh])
    assert truth[accepted].mean() == pytest.approx(0.9, abs=0.03)
    assert threshold(np.array([0.9, 0.8]), np.array([False, False]), 0.9) == 1.0
    assert decision.accepts(0.999, "처음 보는 대분류") == (decision.overall <= 0.999)


def test_wrong_codes_do_not_make_everything_doubtful(taxonomy: Taxonomy) -> None:
    """A fifth of the codes are wrong, so that no type can agree with nine in ten of them, however right it is."""
    rng = np.random.default_rng(120)
    leaves = taxonomy.leaves
    texts = [f"{form.format(leaf.name)} {k}" for leaf in leaves for form in TEMPLATES for k in range(6)]
    right = np.repeat([leaf.type_code for leaf in leaves], 6 * len(TEMPLATES))
    wrong = rng.random(len(right)) < 0.2
    codes = np.where(wrong, rng.permutation(right), right)
    model = TaxonomyClassifier(taxonomy, noisy=True).fit(texts, codes.tolist())
    assert CODES_RIGHT <= model.metrics_["codes_right"] < 0.95
    found = [answer.type_code for answer in model.classify([text[:-1] + "다시" for text in texts])]
    given = np.array([code != UNCLASSIFIED for code in found])
    assert given.mean() > 0.8
    assert (np.array(found)[given] == right[given]).mean() > 0.9
    vouched = TaxonomyClassifier(taxonomy).fit(texts, codes.tolist())
    assert vouched.metrics_["codes_right"] == 1
    assert vouched.metrics_["accepted"] < model.metrics_["accepted"]


def test_how_many_codes_are_right_by_the_surest_rows() -> None:
    chances = np.linspace(1, 0, 2_000)
    agrees = np.arange(2_000) % 10 > 0  # nine in ten, of the surest as well
    assert codes_right(chances, agrees) == pytest.approx(0.9, abs=0.01)
    assert codes_right(chances, ~agrees) == CODES_RIGHT
