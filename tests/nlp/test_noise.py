from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from nlp.noise import trust


def test_wrong_labels_weigh_less_and_trusted_ones_all() -> None:
    """Three classes of 60, 30 and 10 rows, each with a term of its own and chance ones; every tenth label is wrong."""
    random = np.random.default_rng(0)
    true = np.repeat([0, 1, 2], [60, 30, 10])
    cells = np.zeros((100, 20), np.float32)
    cells[np.arange(100), true] = 1.0
    cells[np.arange(100), random.integers(3, 20, 100)] = 0.4
    rows = csr_matrix(cells / np.linalg.norm(cells, axis=1, keepdims=True))
    labels = true.copy()
    labels[::10] = (labels[::10] + 1) % 3
    wrong = labels != true
    weight = trust(rows, labels, 3, np.zeros(100, bool))
    assert weight[wrong].max() < 0.3
    assert np.median(weight[~wrong]) == 1.0
    assert (trust(rows, labels, 3, np.ones(100, bool)) == 1.0).all()
