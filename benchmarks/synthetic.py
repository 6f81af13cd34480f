"""A synthetic many-class text set with a fixed seed. Invented: no document, class or word of it is real.

It is made like counselling types are: classes in a four-level hierarchy with Zipf sizes; every node of the hierarchy
has terms of its own, drawn from one vocabulary, so that nodes share terms by chance; a document mixes background
words, terms of its class and of the levels above, stray terms of a sibling, and a small part carries a wrong label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

BRANCHES = (20, 8, 5, 5)  # 대분류, 중분류, 소분류, type: 4,000 types
OWN_TERMS = (300, 120, 60, 25)  # terms of a node at each level
VOCABULARY = 80_000
BACKGROUND = 20_000
MEAN_WORDS = 45
#        background, four levels from the top, a sibling's own terms
SHARES = (0.50, 0.08, 0.09, 0.10, 0.19, 0.04)
WRONG_LABELS = 0.02


@dataclass(frozen=True)
class Documents:
    """TF-IDF rows (L2-normalised, float32) and class numbers; `words` are the same documents as word ids."""

    train: csr_matrix
    train_labels: Any
    test: csr_matrix
    test_labels: Any
    train_words: list[Any]
    test_words: list[Any]


def documents(count: int, test_count: int, seed: int = 120) -> Documents:
    """`count` documents of which the last `test_count` are for testing. Test labels are never wrong."""
    random = np.random.default_rng(seed)
    classes = int(np.prod(BRANCHES))
    share = 1.0 / (np.arange(classes) + 30.0)
    labels = random.permutation(classes)[random.choice(classes, count, p=share / share.sum())]
    lengths = np.maximum(random.poisson(MEAN_WORDS, count), 5)
    owners = np.repeat(labels, lengths)
    words = _words(owners, random)
    words = np.split(words, np.cumsum(lengths)[:-1])
    given = labels.copy()
    wrong = np.flatnonzero(random.random(count) < WRONG_LABELS)
    given[wrong] = _sibling(labels[wrong], random)  # the neighbour on the screen
    cut = count - test_count
    matrix = _tf_idf(words, cut)
    return Documents(matrix[:cut], given[:cut], matrix[cut:], labels[cut:], words[:cut], words[cut:])


def _sibling(classes: Any, random: Any) -> Any:
    width = BRANCHES[-1]
    return classes // width * width + (classes + random.integers(1, width, len(classes))) % width


def _words(owners: Any, random: Any) -> Any:
    """A word for each position, by the class that owns the position."""
    source = random.choice(len(SHARES), len(owners), p=SHARES)
    found = np.empty(len(owners), np.int64)
    background = 1.0 / (np.arange(BACKGROUND) + 10.0)
    here = source == 0
    found[here] = random.choice(BACKGROUND, here.sum(), p=background / background.sum())
    for level, size in enumerate(OWN_TERMS):
        nodes = int(np.prod(BRANCHES[: level + 1]))
        terms = random.integers(0, VOCABULARY, (nodes, size))
        rank = 1.0 / (np.arange(size) + 5.0)
        below = int(np.prod(BRANCHES[level + 1 :]))
        here = source == level + 1
        found[here] = terms[owners[here] // below, random.choice(size, here.sum(), p=rank / rank.sum())]
        if level == len(OWN_TERMS) - 1:
            here = source == len(SHARES) - 1
            found[here] = terms[_sibling(owners[here], random), random.choice(size, here.sum(), p=rank / rank.sum())]
    return found


def _tf_idf(words: list[Any], fitted: int) -> csr_matrix:
    """1 + ln tf, smoothed idf over the first `fitted` documents, rows of length one."""
    rows = np.repeat(np.arange(len(words)), [len(row) for row in words])
    matrix = csr_matrix((np.ones(len(rows), np.float32), (rows, np.concatenate(words))), shape=(len(words), VOCABULARY))
    matrix.sum_duplicates()
    seen = np.bincount(matrix[:fitted].indices, minlength=VOCABULARY)
    matrix.data = (1 + np.log(matrix.data)) * np.log((1 + fitted) / (1 + seen))[matrix.indices].astype(np.float32) + 0
    norms = np.sqrt(np.maximum(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel(), 1e-12)).astype(np.float32)
    matrix.data /= np.repeat(norms, np.diff(matrix.indptr))
    return matrix
