"""The linear model: as good as scikit-learn's on the same rows, groups that lose nothing, and changes that stay small."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from nlp.linear import FLAT, LinearModel, Training, adapted, fit_linear, grouped
from nlp.noise import trust


def made(classes: int, count: int, seed: int, terms: int = 3_000) -> tuple[csr_matrix, Any]:
    """Rows of twelve terms: half of the class's own eight terms, half of all."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, count)
    own = np.random.default_rng(99).integers(0, terms, (classes, 8))[labels[:, None], random.integers(0, 8, (count, 6))]
    columns = np.concatenate([own, random.integers(0, terms, (count, 6))], axis=1)
    rows = csr_matrix((np.ones(columns.size, np.float32), (np.repeat(np.arange(count), 12), columns.ravel())))
    rows.resize(count, terms)
    return normalize(rows).astype(np.float32), labels


def accuracy(model: LinearModel, rows: csr_matrix, labels: Any) -> float:
    return float((model.best(rows, 1)[0][:, 0] == labels).mean())


def test_few_classes_as_liblinear() -> None:
    rows, labels = made(10, 1_500, 0)
    test, gold = made(10, 500, 1)
    theirs = LinearSVC(C=1.0).fit(rows, labels)
    ours = fit_linear(rows, labels, 10, training=Training(epochs=60, pruned=0.0))
    weights = ours.weights.toarray()
    assert np.abs(weights - theirs.coef_.T).max() < 0.03
    assert accuracy(ours, test, gold) == pytest.approx(theirs.score(test, gold), abs=0.01)


def test_many_classes_in_groups() -> None:
    classes = 3 * FLAT
    rows, labels = made(classes, 8_000, 0)
    test, gold = made(classes, 1_000, 1)
    model = fit_linear(rows, labels, classes, training=Training(balance=0.5))
    assert len(model.groups) > 3
    assert sorted(model.class_of.tolist()) == list(range(classes))
    theirs = LinearSVC(C=1.0).fit(rows, labels).score(test, gold)
    assert accuracy(model, test, gold) > theirs - 0.01
    again = fit_linear(rows, labels, classes, training=Training(balance=0.5))
    assert (again.weights != model.weights).nnz == 0  # threads do not change the outcome


def test_best_is_ranked_by_margin_and_says_where_there_is_no_more() -> None:
    rows, labels = made(10, 500, 0)
    model = fit_linear(rows, labels, 10)
    ids, margins = model.best(rows[:5], 12)
    assert (ids[:, 10:] == -1).all()
    dense = np.asarray((rows[:5] @ model.weights).todense()) + model.bias
    assert margins[:, :10] == pytest.approx(-np.sort(-dense, axis=1), abs=1e-4)


def test_groups_are_full_and_hold_what_is_alike() -> None:
    rows, labels = made(4, 400, 0)
    labels = labels * 64 + np.random.default_rng(0).integers(0, 64, 400)  # four kinds, 64 classes of each
    group_of = grouped(rows, labels, 256, 0)
    assert np.bincount(group_of).max() <= 64
    assert len(set(group_of.tolist())) == 4


def test_weights_of_rows_count_like_repeats() -> None:
    rows, labels = made(5, 300, 0)
    twice = np.ones(300)
    twice[:100] = 2
    repeated = csr_matrix(np.concatenate([rows.toarray(), rows[:100].toarray()]))
    plain = Training(epochs=200, pruned=0.0)
    weighed = fit_linear(rows, labels, 5, twice, plain)
    doubled = fit_linear(repeated, np.concatenate([labels, labels[:100]]), 5, training=plain)
    assert np.abs((weighed.weights - doubled.weights).toarray()).max() < 0.01
    with pytest.raises(ValueError, match="0보다"):
        fit_linear(rows, labels, 5, np.zeros(300))


@pytest.mark.parametrize("classes", [10, 2 * FLAT])
def test_reviewed_rows_take_effect_and_the_rest_stays(classes: int) -> None:
    rows, labels = made(classes, 20 * classes, 0)
    test, gold = made(classes, 1_000, 1)
    swapped = np.where(labels == 0, 1, labels)  # the first class was never told of
    model = fit_linear(rows, swapped, classes, training=Training(balance=0.5))
    own, first = np.flatnonzero(labels == 0), gold == 0
    before = accuracy(model, test[~first], gold[~first])
    assert accuracy(model, test[first], gold[first]) == 0
    changed = adapted(model, rows[own], labels[own], classes + 1, np.ones(len(own)))
    assert accuracy(changed, test[first], gold[first]) > 0.6
    assert accuracy(changed, test[~first], gold[~first]) > before - 0.02
    assert changed.groups[-1] == classes + 1  # and a new class has its place
    assert sorted(changed.class_of.tolist()) == list(range(classes + 1))


def test_wrong_codes_are_doubted_and_right_ones_are_not() -> None:
    rows, labels = made(20, 3_000, 0)
    random = np.random.default_rng(5)
    wrong = random.random(3_000) < 0.15
    given = np.where(wrong, (labels + 1) % 20, labels)  # the neighbour on the screen
    trusted = random.random(3_000) < 0.1
    weight = trust(rows, given, 20, trusted)
    assert (weight[trusted] == 1).all()
    assert weight[wrong & ~trusted].mean() < 0.3
    assert weight[~wrong].mean() > 0.8
