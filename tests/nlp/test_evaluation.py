"""Measuring: figures by hand, folds that keep their promises."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sklearn.metrics import f1_score

from nlp.evaluation import accuracy, cross_validate, folds, macro_f1, retrieval

LABELS = ["교통"] * 20 + ["수도"] * 10 + ["여권"] * 2


class Parrot:
    """Says the same labels of every text, the one it saw most often first."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Parrot:
        self.ranked = sorted(set(labels), key=lambda label: (-list(labels).count(label), label))
        return self

    def features(self, texts: Sequence[str]) -> Sequence[str]:
        return texts

    def top(self, features: Sequence[str], count: int) -> list[list[str]]:
        return [self.ranked[:count] for _ in features]


def test_figures_by_hand() -> None:
    gold, found = ["가", "가", "나", "다"], ["가", "나", "나", "나"]
    assert accuracy(gold, found) == 0.5
    assert macro_f1(gold, found) == pytest.approx((2 / 3 + 2 / 4 + 0) / 3)
    assert macro_f1(gold, found) == pytest.approx(f1_score(gold, found, average="macro"))


def test_every_row_is_tested_once_and_never_learnt_from() -> None:
    found = folds(LABELS)
    assert sorted(row for _, test in found for row in test) == list(range(32))
    assert all(not set(train) & set(test) for train, test in found)
    assert found == folds(LABELS)
    assert all(sum(LABELS[row] == "교통" for row in test) == 4 for _, test in found)


def test_a_group_is_never_divided() -> None:
    groups = [str(row // 3) for row in range(32)]
    found = folds(LABELS, groups)
    assert sorted(row for _, test in found for row in test) == list(range(32))
    for train, test in found:
        assert not {groups[row] for row in train} & {groups[row] for row in test}


def test_a_given_split_is_kept() -> None:
    split = ["train"] * 25 + ["test"] * 7
    assert folds(LABELS, split=split) == [(list(range(25)), list(range(25, 32)))]


def test_the_parrot_is_as_good_as_its_commonest_label() -> None:
    found = cross_validate(Parrot, [""] * 32, LABELS, folds(LABELS))
    assert found.accuracy == 20 / 32
    assert found.macro_f1 == pytest.approx(2 * 20 / (32 + 20) / 3)
    assert found.top5_accuracy == 1.0
    assert (found.n, found.classes) == (32, 3)
    assert found.peak_mb > 10


def test_ties_are_lost_in_retrieval() -> None:
    same = "여권 재발급은 구청에서 합니다"
    found = retrieval(["여권 재발급", "여권 재발급", "수도 요금"], [same, same, "수도 요금 조회"])
    assert (found.r_at_1, found.r_at_1_text) == (pytest.approx(1 / 3), 1.0)
    assert found.mrr == pytest.approx((1 / 2 + 1 / 2 + 1) / 3)
