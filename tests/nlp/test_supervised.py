"""What the members of a mixture see, what each adds to a margin, and that texts learnt later are seen alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlp.members import Neighbours
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


def test_shares_are_those_of_least_loss() -> None:
    """A member that is always right gets all, one that guesses nothing."""
    right = np.tile([[1.0, -1.0], [-1.0, 1.0]], (50, 1))
    guess = np.random.default_rng(0).normal(size=right.shape)
    shares = least_loss([right, guess], right > 0, np.ones(len(right)))
    assert shares[0] > 2
    assert shares[1] < 0.1 * shares[0]
