"""The members of a mixture (`nlp.supervised`): each gives every class a margin, or the best classes theirs.

Belongs here: what a member is fitted from, scores, explains and learns later. Does not: how members are weighed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from scipy.sparse import csr_matrix, vstack

from nlp.linear import LinearModel, adapted

_NEIGHBOURS, _NEARNESS = 40, 4  # rows looked at, and the power of their likeness
_WIDTH = 3.0  # of likenesses, which hardly reach .5, beside margins from -1 to 1
_SMALLEST = 1e-3  # of a chance, before its logarithm


class Member(Protocol):
    def margins(self, rows: csr_matrix) -> Any:
        """Margins of all classes (rows x classes)."""

    def learn(self, rows: csr_matrix, labels: Any, classes: int, weight: Any) -> Member:
        """A member that has learnt further rows."""

    def told(self, rows: csr_matrix, number: int) -> Any:
        """What each entry of the first of `rows` adds to the margin of class `number`."""

    def fingerprint(self) -> bytes:
        """Bytes that differ when what was learnt differs."""


@dataclass(frozen=True)
class Plain:
    model: LinearModel

    def margins(self, rows: csr_matrix) -> Any:
        return _dense(self.model, rows)

    def learn(self, rows: csr_matrix, labels: Any, classes: int, weight: Any) -> Plain:
        return replace(self, model=adapted(self.model, rows, labels, classes, weight))

    def told(self, rows: csr_matrix, number: int) -> Any:
        output = int(np.flatnonzero(self.model.class_of == number)[0])
        return rows.data * np.asarray(self.model.weights[rows.indices, output].todense()).ravel()

    def fingerprint(self) -> bytes:
        return bytes(self.model.weights.data.tobytes() + self.model.bias.tobytes())


@dataclass(frozen=True)
class Scaled:
    """A linear model over terms that are scaled first, rows of length one again."""

    model: LinearModel
    scale: Any

    def margins(self, rows: csr_matrix) -> Any:
        return _dense(self.model, scaled(rows, self.scale))

    def learn(self, rows: csr_matrix, labels: Any, classes: int, weight: Any) -> Scaled:
        new = np.full(rows.shape[1] - len(self.scale), self.scale.max(initial=0.0) or 1.0, np.float32)
        scale = np.concatenate([self.scale, new])
        return Scaled(adapted(self.model, scaled(rows, scale), labels, classes, weight), scale)

    def told(self, rows: csr_matrix, number: int) -> Any:
        return Plain(self.model).told(scaled(rows, self.scale), number)

    def fingerprint(self) -> bytes:
        return Plain(self.model).fingerprint()


@dataclass(frozen=True)
class Neighbours:
    """The share of each class among the most similar rows, weighed by a power of the similarity."""

    rows: csr_matrix
    labels: Any
    classes: int

    def margins(self, rows: csr_matrix) -> Any:
        found = np.zeros((rows.shape[0], self.classes), np.float32)
        count = min(_NEIGHBOURS, self.rows.shape[0])
        columns = self.rows.T.tocsr()
        for start in range(0, rows.shape[0], 512):
            likeness = (rows[start : start + 512] @ columns).toarray()
            near = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
            weight = np.take_along_axis(likeness, near, axis=1) ** _NEARNESS
            for row in range(len(near)):
                np.add.at(found[start + row], self.labels[near[row]], weight[row])
        found /= np.maximum(found.sum(axis=1, keepdims=True), 1e-9)
        return np.log(found + _SMALLEST) - np.log(_SMALLEST)

    def learn(self, rows: csr_matrix, labels: Any, classes: int, weight: Any) -> Neighbours:
        known = csr_matrix((self.rows.data, self.rows.indices, self.rows.indptr), (self.rows.shape[0], rows.shape[1]))
        return Neighbours(vstack([known, rows], format="csr"), np.concatenate([self.labels, labels]), classes)

    def told(self, rows: csr_matrix, number: int) -> Any:
        return np.zeros(rows.nnz, np.float32)  # rows speak here, not terms

    def fingerprint(self) -> bytes:
        return bytes(self.rows.data.tobytes() + self.labels.tobytes())


def prototypes(rows: csr_matrix, labels: Any, model: LinearModel, weight: Any) -> Plain:
    """The mean row of each class among the outputs of `model`: a margin is the likeness to it, made as wide as those of
    `model` are."""
    number = np.empty(len(model.class_of), np.int64)
    number[model.class_of] = np.arange(len(number))
    member = csr_matrix((weight, (number[labels], np.arange(len(labels)))), (len(model.bias), len(labels)))
    means = (member @ rows).tocsr()
    lengths = np.sqrt(np.asarray(means.multiply(means).sum(axis=1)).ravel())
    means.data *= _WIDTH / np.repeat(np.maximum(lengths, 1e-9), np.diff(means.indptr))
    return Plain(replace(model, weights=means.T.tocsr().astype(np.float32), bias=np.zeros_like(model.bias)))


def joined(members: Sequence[Member], share: float) -> Plain:
    """Of two plain members with the same outputs one, whose margins are the first's and `share` of the second's."""
    first, second = members
    assert isinstance(first, Plain)
    assert isinstance(second, Plain)
    weights = (first.model.weights + second.model.weights * np.float32(share)).tocsr()
    return Plain(replace(first.model, weights=weights, bias=first.model.bias + second.model.bias * np.float32(share)))


def margins_at(member: Member, rows: csr_matrix, ids: Any) -> Any:
    """Margins of some classes of each row (rows x as many; -1: no class, whatever is told of it)."""
    found = np.empty(ids.shape, np.float32)
    for start in range(0, rows.shape[0], 512):
        part = slice(start, start + 512)
        found[part] = np.take_along_axis(member.margins(rows[part]), np.maximum(ids[part], 0), axis=1)
    return found


def scaled(rows: csr_matrix, scale: Any) -> csr_matrix:
    """The rows with their columns scaled, of length one again; the same entries in the same order."""
    data = rows.data * scale[rows.indices]
    row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    lengths = np.sqrt(np.bincount(row, data * data, rows.shape[0]))
    data = (data / np.maximum(lengths, 1e-9)[row]).astype(np.float32)
    return csr_matrix((data, rows.indices, rows.indptr), shape=rows.shape)


def telling(rows: csr_matrix, labels: Any, classes: int) -> Any:
    """The largest absolute log-count ratio of each term, of a class against the rest; counts of rows, plus one."""
    ones = csr_matrix((np.ones_like(rows.data), rows.indices, rows.indptr), shape=rows.shape)
    member = csr_matrix((np.ones(len(labels), np.float32), (labels, np.arange(len(labels)))), (classes, len(labels)))
    whole, largest = np.asarray(ones.sum(axis=0)).ravel(), np.zeros(rows.shape[1], np.float32)
    for counts in (member @ ones).tocsr():
        own = counts.toarray().ravel()
        ratio = np.log((own + 1) / (own + 1).sum()) - np.log((whole - own + 1) / (whole - own + 1).sum())
        np.maximum(largest, np.abs(ratio), out=largest)
    return largest


def _dense(model: LinearModel, rows: csr_matrix) -> Any:
    """Margins of all classes (rows x classes)."""
    count = len(model.class_of)
    found = np.empty((rows.shape[0], count), np.float32)
    found[:, model.class_of] = (rows @ model.weights[:, :count]).toarray() + model.bias[:count]
    return found
