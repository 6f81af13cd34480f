"""A linear classifier of sparse rows for two to many thousand classes.

Belongs here: from numbers to ranked class numbers. Does not: texts, type codes, calibration (`nlp.supervised`).

With few classes every class is one problem against all rows. With many, classes are put in groups of about 64 that
resemble each other; a row trains the classes of its own group and of the groups that it is most easily taken for
(hard negatives), and when a row is scored only the classes of its best groups are looked at. Small weights are left
out, and the rest is one sparse matrix from terms to classes and groups, so that a row costs little more than the
weights its terms have. The ideas are Parabel's (Prabhu et al. 2018) and PECOS's (Yu et al. 2022): a two-level tree,
negatives from the matcher; unlike theirs, a class's score is its own margin alone, which measured better here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from os import cpu_count
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

FLAT = 128  # classes up to which no groups are made
GROUP = 64  # classes in a group
_NEGATIVE_GROUPS = 3
_PROJECTED = 256  # dimensions in which classes are grouped
_ROUNDS = 10
_RIVALS = 5  # classes looked at beside the right one when a model is adapted


@dataclass(frozen=True)
class Training:
    """`cost` is C of the squared hinge loss; `balance` in [0, 1] says how far classes are made to weigh alike (0 not,
    1 as scikit-learn's "balanced"); weights smaller than `pruned` are left out."""

    cost: float = 1.0
    balance: float = 0.0
    epochs: int = 6
    pruned: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class LinearModel:
    """`weights` (terms x outputs, CSR) and `bias`: outputs are the classes in the order of `class_of`, then the groups,
    of which `groups` bounds the classes. One group holds all classes where they are few, and has no output."""

    weights: csr_matrix
    bias: Any
    class_of: Any
    groups: Any
    beam: int = 6

    def best(self, rows: csr_matrix, top: int) -> tuple[Any, Any]:
        """The best `top` class numbers of each row, from the best on, and their margins; -1 and -inf where fewer."""
        from nlp.linear_kernels import best_classes

        ids = np.empty((rows.shape[0], top), np.int64)
        margins = np.empty((rows.shape[0], top), np.float32)
        weights = (self.weights.indptr, self.weights.indices, self.weights.data)
        beam = min(self.beam, len(self.groups) - 1)

        def score(part: slice) -> None:
            bounds = rows.indptr[part.start : part.stop + 1]
            inner = (bounds, rows.indices, rows.data, weights, self.bias, self.groups, beam, ids[part], margins[part])
            best_classes(*inner)

        cuts = np.linspace(0, rows.shape[0], 4 * _threads() + 1).astype(int)
        _in_threads(score, [slice(a, b) for a, b in pairwise(cuts) if b > a])
        return np.where(ids >= 0, self.class_of[ids], -1), margins


def fit_linear(
    rows: csr_matrix, labels: Any, classes: int, sample_weight: Any = None, training: Training | None = None
) -> LinearModel:
    """A model of CSR `rows` (float32) with class numbers 0 … classes - 1; `sample_weight` above 0, 1 where None."""
    training = training or Training()
    costs = np.full(rows.shape[0], training.cost, np.float32)
    if sample_weight is not None:
        costs *= np.asarray(sample_weight, np.float32)
    if not (costs > 0).all():
        raise ValueError("표본 가중치(sample_weight)는 0보다 커야 합니다.")
    mass = np.bincount(labels, costs, classes)
    present = mass > 0
    positive = np.ones(classes, np.float32)
    positive[present] = (mass[present].mean() / mass[present]) ** training.balance
    if classes <= FLAT:
        weights, bias = _side_by_side(rows, labels, costs, positive, training)
        return LinearModel(weights, bias, np.arange(classes), np.array([0, classes]))
    return _fit_groups(rows, labels, costs, positive, training)


def _fit_groups(rows: csr_matrix, labels: Any, costs: Any, positive: Any, training: Training) -> LinearModel:
    group_of = grouped(rows, labels, len(positive), training.seed)
    count = int(group_of.max()) + 1
    own, none = group_of[labels], np.ones(count, np.float32)
    upper, upper_bias = _side_by_side(rows, own, costs, none, training)
    near, _ = LinearModel(upper, upper_bias, np.arange(count), np.array([0, count])).best(rows, _NEGATIVE_GROUPS)
    class_of = np.argsort(group_of, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(np.bincount(group_of, minlength=count))])

    def train_group(group: int) -> tuple[csr_matrix, Any]:
        members = class_of[bounds[group] : bounds[group + 1]]
        here = np.flatnonzero((own == group) | (near == group).any(axis=1))
        local = np.full(len(positive), -1)
        local[members] = np.arange(len(members))
        return _train(rows[here], local[labels[here]], costs[here], positive[members], training)

    blocks = [*_in_threads(train_group, range(count)), (upper, upper_bias)]
    weights = hstack([block for block, _ in blocks], format="csr")
    return LinearModel(weights, np.concatenate([bias for _, bias in blocks]), class_of, bounds)


def _side_by_side(rows: csr_matrix, labels: Any, costs: Any, positive: Any, training: Training) -> tuple[Any, Any]:
    """All classes against all rows, a share of the classes in each thread."""
    shares = np.array_split(np.arange(len(positive)), min(_threads(), len(positive)))

    def share(own: Any) -> tuple[csr_matrix, Any]:
        local = np.where((labels >= own[0]) & (labels <= own[-1]), labels - own[0], -1)
        return _train(rows, local, costs, positive[own], training)

    parts = _in_threads(share, shares)
    return hstack([weights for weights, _ in parts], format="csr"), np.concatenate([bias for _, bias in parts])


def _train(
    rows: csr_matrix, labels: Any, costs: Any, positive: Any, training: Training, base: Any = None
) -> tuple[csr_matrix, Any]:
    """Weights (terms x classes) and biases of one-versus-rest classifiers; terms that no row has are passed over."""
    from nlp.linear_kernels import train

    used = np.flatnonzero(np.bincount(rows.indices, minlength=rows.shape[1]))
    local = np.zeros(rows.shape[1], np.int32)
    local[used] = np.arange(len(used))
    labels = labels.astype(np.int64)
    bounds, columns = rows.indptr.astype(np.int64), local[rows.indices]
    base = np.zeros((0, len(positive)), np.float32) if base is None else np.ascontiguousarray(base, np.float32)
    found = train(bounds, columns, rows.data, labels, costs, positive, base, len(used), training.epochs)
    at, output = np.nonzero(np.abs(found[:-1]) > training.pruned)
    shape = (rows.shape[1], len(positive))
    return coo_matrix((found[at, output], (used[at], output)), shape=shape).tocsr(), found[-1]


def adapted(model: LinearModel, rows: csr_matrix, labels: Any, classes: int, weight: Any) -> LinearModel:
    """The least change of a model that answers for further rows: the penalty is on the change of the weights.

    Rows may have columns, and `labels` numbers up to `classes`, that the model does not know yet; a new class joins the
    group that its rows are most often taken for. `weight` (above 0) is each row's cost.
    """
    new = csr_matrix((rows.shape[1] - model.weights.shape[0], len(model.bias)), dtype=np.float32)
    model = replace(model, weights=vstack([model.weights, new], format="csr"))
    model = _widened(model, rows, labels, classes)
    costs, known = np.asarray(weight, np.float32), model.groups[-1]
    output_of = np.empty(known, np.int64)
    output_of[model.class_of] = np.arange(known)
    rivals, _ = model.best(rows, min(_RIVALS, known))
    concerned = np.unique(np.concatenate([output_of[labels], output_of[rivals[rivals >= 0]]]))
    tasks = [(part, output_of[labels]) for part in np.array_split(concerned, -(-len(concerned) // GROUP))]
    if len(model.groups) > 2:
        group = np.searchsorted(model.groups, output_of[labels], side="right") - 1
        tasks.append((np.arange(known, len(model.bias)), known + group))

    def change(task: tuple[Any, Any]) -> csr_matrix:
        outputs, right = task
        base = (rows @ model.weights[:, outputs]).toarray() + model.bias[outputs]
        local = np.where(np.isin(right, outputs), np.searchsorted(outputs, right), -1)
        training = Training(epochs=10, pruned=1e-3)
        weights, _ = _train(rows, local, costs, np.ones(len(outputs), np.float32), training, base)
        place = csr_matrix(
            (np.ones(len(outputs), np.float32), (np.arange(len(outputs)), outputs)), (len(outputs), size)
        )
        return (weights @ place).tocsr()

    size = len(model.bias)
    weights = model.weights
    for more in _in_threads(change, tasks):
        weights = weights + more
    return replace(model, weights=weights.tocsr().astype(np.float32))


def _widened(model: LinearModel, rows: csr_matrix, labels: Any, classes: int) -> LinearModel:
    """With outputs for new classes, that nothing speaks for yet."""
    for number in range(int(model.groups[-1]), classes):
        own = rows[np.flatnonzero(labels == number)]
        votes = (own @ model.weights[:, model.groups[-1] :]).sum(axis=0) if len(model.groups) > 2 else [[0.0]]
        group = int(np.argmax(np.asarray(votes)))
        at = int(model.groups[group + 1])
        empty = csr_matrix((model.weights.shape[0], 1), dtype=np.float32)
        groups = model.groups.copy()
        groups[group + 1 :] += 1
        model = replace(
            model,
            weights=hstack([model.weights[:, :at], empty, model.weights[:, at:]], format="csr"),
            bias=np.insert(model.bias, at, np.float32(-1)),
            class_of=np.insert(model.class_of, at, number),
            groups=groups,
        )
    return model


def grouped(rows: csr_matrix, labels: Any, classes: int, seed: int) -> Any:
    """The group of each class: balanced k-means of the classes' mean rows, in a random projection of the terms."""
    random = np.random.default_rng(seed)
    count = -(-classes // GROUP)
    member = csr_matrix((np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))), (classes, len(labels)))
    sums = member @ rows
    placed = np.zeros((classes, _PROJECTED), np.float32)
    for start in range(0, rows.shape[1], 1 << 16):  # the projection is as wide as the vocabulary
        part = sums[:, start : start + (1 << 16)]
        placed += part @ random.standard_normal((part.shape[1], _PROJECTED), np.float32)
    placed /= np.maximum(np.linalg.norm(placed, axis=1, keepdims=True), 1e-9)
    centres = placed[random.choice(classes, count, replace=False)]
    group_of = np.zeros(classes, np.int64)
    for _ in range(_ROUNDS):
        group_of = _balanced(placed @ centres.T, -(-classes // count))
        centres = np.stack([placed[group_of == group].sum(axis=0) for group in range(count)])
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    return group_of


def _balanced(likeness: Any, room: int) -> Any:
    """Each class to its likest group that has room; those that care most choose first."""
    ranked = np.argsort(-likeness, axis=1, kind="stable")
    best = np.sort(likeness, axis=1)
    left = np.full(likeness.shape[1], room)
    group_of = np.zeros(len(likeness), np.int64)
    for number in np.argsort(best[:, -2] - best[:, -1], kind="stable"):
        group = next(group for group in ranked[number] if left[group])
        left[group] -= 1
        group_of[number] = group
    return group_of


def _threads() -> int:
    return cpu_count() or 1


def _in_threads(work: Callable[[Any], Any], items: Iterable[Any]) -> list[Any]:
    """`work` on every item, side by side: compiled loops release the interpreter's lock."""
    with ThreadPoolExecutor(_threads()) as pool:
        return list(pool.map(work, items))
