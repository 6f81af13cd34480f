from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from nlp.noise import mildly_doubted, trust


def _noisy() -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """Three classes of 60, 30 and 10 rows, each with a term of its own and chance ones; every tenth label is wrong."""
    random = np.random.default_rng(0)
    true = np.repeat([0, 1, 2], [60, 30, 10])
    rows = np.zeros((100, 20), np.float32)
    rows[np.arange(100), true] = 1.0
    rows[np.arange(100), random.integers(3, 20, 100)] = 0.4
    labels = true.copy()
    labels[::10] = (labels[::10] + 1) % 3
    return csr_matrix(rows / np.linalg.norm(rows, axis=1, keepdims=True)), labels, labels != true


def test_wrong_labels_weigh_less_and_trusted_ones_all() -> None:
    rows, labels, wrong = _noisy()
    weight = trust(rows, labels, 3, np.zeros(100, bool))
    assert weight[wrong].max() < 0.3
    assert np.median(weight[~wrong]) == 1.0
    assert (trust(rows, labels, 3, np.ones(100, bool)) == 1.0).all()


def test_mild_doubt_keeps_each_class_as_heavy_as_it_was() -> None:
    rows, labels, wrong = _noisy()
    weight = mildly_doubted(rows, labels, 3)
    assert weight[wrong].mean() < 0.7 * weight[~wrong].mean()
    assert np.allclose(np.bincount(labels, weight), np.bincount(labels))
    assert weight.min() >= 0.3
