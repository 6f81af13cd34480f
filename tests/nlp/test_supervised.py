"""What the members of a mixture see, what each adds to a margin, and that texts learnt later are seen alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp.members import Neighbours, joined, margins_at
from nlp.storage import load, save
from nlp.supervised import TextLearner, least_loss

KIND = (
    "참 좋은 글이네요",
    "고마워요 잘 봤습니다",
    "오늘도 수고하세요",
    "덕분에 많이 배워요",
    "응원합니다",
    "멋지다 최고",
)
RUDE = ("꺼져라 바보야", "바보같은 글이네", "너 바아보냐", "멍청이 꺼졍", "멍텅구리야 꺼지라고", "이 멍청아")


@pytest.fixture(scope="module")
def learnt() -> TextLearner:
    return TextLearner().fit([*KIND, *RUDE], ["0"] * len(KIND) + ["1"] * len(RUDE))


def test_letters_are_seen_by_one_member_alone(learnt: TextLearner) -> None:
    mixture, letters = learnt.mixture, learnt.terms.letters()
    assert letters.any()
    *others, last = mixture.members
    for member in others:
        if not isinstance(member, Neighbours):
            assert abs(member.model.weights[np.flatnonzero(letters)]).sum() == 0  # type: ignore[attr-defined]
    assert abs(last.model.weights[np.flatnonzero(letters)]).sum() > 0  # type: ignore[attr-defined]
    rows = learnt.features(["멍텅구리"])
    (hidden, *_, whole) = mixture._views(rows, len(mixture.members))
    assert np.array_equal(hidden.indices, rows.indices)
    assert (hidden.data[letters[rows.indices]] == 0).all()
    assert np.linalg.norm(hidden.data) == pytest.approx(1, rel=1e-5)
    assert whole is rows


def test_terms_told_add_up_to_the_margin(learnt: TextLearner) -> None:
    row = learnt.features(["바보같은 멍텅구리 글"])
    mixture = learnt.mixture
    for member, view in zip(mixture.members, mixture._views(row, len(mixture.members)), strict=True):
        if isinstance(member, Neighbours):
            continue
        model = member.model  # type: ignore[attr-defined]
        for number in (0, 1):
            bias = model.bias[np.flatnonzero(model.class_of == number)[0]]
            assert member.told(view, number).sum() + bias == pytest.approx(member.margins(view)[0, number], abs=1e-5)


def test_a_later_text_is_learnt_by_all_members_and_kept(tmp_path: Path) -> None:
    learner = TextLearner().fit([*KIND, *RUDE], ["0"] * len(KIND) + ["1"] * len(RUDE))
    (before,) = learner.mixture.chances(learner.features(["쓰레기네"]), 2)[1].tolist()
    learner.update(["쓰레기네", "쓰레기야"] * 3, ["1"] * 6)
    ids, chances = learner.mixture.chances(learner.features(["쓰레기네"]), 2)
    assert learner.labels[ids[0, 0]] == "1"
    assert chances[0, 0] > max(before)
    save(learner, tmp_path / "model", {})
    again, _ = load(tmp_path / "model")
    assert np.allclose(
        again.mixture.chances(again.features([*RUDE]), 2)[1], learner.mixture.chances(learner.features([*RUDE]), 2)[1]
    )


@pytest.mark.parametrize("count", [2, 300])
def test_texts_that_say_nothing_are_learnt_and_answered(count: int) -> None:
    nothing = ["", "😀", "\x00", "\ud800", "!" * 100_000]
    learner = TextLearner().fit(
        [nothing[row % 5] for row in range(count)], [str(row // 2 + row % 2) for row in range(count)]
    )
    assert all(learner.top(learner.features([*nothing, "mixed 한글 漢字"]), 5))
    assert np.isfinite(learner.mixture.chances(learner.features(nothing), 5)[1]).all()
    learner.update(["여권 재발급"], ["새것"])
    assert learner.terms.words(learner.features(["여권 재발급"])).all()
    assert "새것" in learner.labels


def test_shares_are_those_of_least_loss() -> None:
    """A member that is always right gets all, one that guesses nothing."""
    right = np.tile([[1.0, -1.0], [-1.0, 1.0]], (50, 1))
    guess = np.random.default_rng(0).normal(size=right.shape)
    shares = least_loss([right, guess], right > 0, np.ones(len(right)))
    assert shares[0] > 2
    assert shares[1] < 0.1 * shares[0]


@pytest.fixture(scope="module")
def of_many() -> tuple[list[str], list[str], list[str], list[str]]:
    """200 labels, each with four texts to learn from and two to be tested: two of a label's six words, two of all's."""
    random = np.random.default_rng(5)
    syllables = [chr(code) for code in range(ord("가"), ord("힣"), 37)]
    words = ["".join(random.choice(syllables, 3)) for _ in range(1_200)]
    texts, labels = [], []
    for label in range(200):
        own = words[6 * label : 6 * label + 6]
        for _ in range(6):
            texts.append(" ".join([*random.choice(own, 2, replace=False), *random.choice(words, 2)]))
            labels.append(f"{label:03}")
    tested = np.arange(len(texts)) % 6 >= 4
    parts = (texts, ~tested), (labels, ~tested), (texts, tested), (labels, tested)
    learnt, given, unseen, gold = ([row for row, kept in zip(rows, mask, strict=True) if kept] for rows, mask in parts)
    return learnt, given, unseen, gold


def test_many_labels_of_few_texts_have_their_mean_rows_too(
    of_many: tuple[list[str], list[str], list[str], list[str]],
) -> None:
    learnt, given, unseen, gold = of_many
    learner = TextLearner().fit(learnt, given)
    rows = learner.features(unseen)
    (member,) = learner.mixture.members
    assert np.mean([best[0] == label for best, label in zip(learner.top(rows, 1), gold, strict=True)]) > 0.55
    row = rows[:1]
    ids, margins = member.model.best(row, 1)  # type: ignore[attr-defined]
    bias = member.model.bias[np.flatnonzero(member.model.class_of == ids[0, 0])[0]]  # type: ignore[attr-defined]
    assert member.told(row, int(ids[0, 0])).sum() + bias == pytest.approx(margins[0, 0], abs=1e-4)
    learner.update(["새로 생긴 유형 글"] * 3, ["새것"] * 3)
    assert learner.top(learner.features(["새로 생긴 유형"]), 1) == [["새것"]]


def test_of_much_text_what_is_rare_is_left_out(
    of_many: tuple[list[str], list[str], list[str], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt, given, _, _ = of_many
    little = TextLearner().fit(learnt, given)
    monkeypatch.setattr("nlp.supervised.FEW_CHARACTERS", 1_000)
    much = TextLearner().fit(learnt, given)
    assert (little.terms.least, much.terms.least) == (1, 2)
    assert not little.terms.letters().any()  # many classes: one model sees all, and letters would blur it
    sizes = [learner.mixture.members[0].model.weights.nnz for learner in (little, much)]  # type: ignore[attr-defined]
    assert sizes[0] > 2 * sizes[1]


def test_two_linear_members_are_joined_as_they_are_mixed(
    of_many: tuple[list[str], list[str], list[str], list[str]],
) -> None:
    learnt, given, unseen, _ = of_many
    learner = TextLearner().fit(learnt, given)
    rows, numbers = learner.features(learnt), np.searchsorted(learner.labels, given)
    first, second = members = learner.mixture._members(rows, numbers, np.ones(len(given), np.float32))
    whole = joined(members, 0.7)
    test = learner.features(unseen[:40])
    ids = np.tile([3, 150, -1], (40, 1))
    parts = [margins_at(member, test, ids)[:, :2] for member in (first, second, whole)]
    assert np.allclose(parts[0] + np.float32(0.7) * parts[1], parts[2], atol=1e-5)
    lengths = np.sqrt(np.asarray(second.model.weights.power(2).sum(axis=0)).ravel())  # type: ignore[attr-defined]
    assert lengths[:200] == pytest.approx(3, rel=1e-4)
    assert (lengths[200:] == 0).all()  # a group has no mean row
