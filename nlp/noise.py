"""How far given labels are to be trusted: agents' codes are wrong by ten to twenty per cent, and not at random.

Belongs here: weights for labels that other rows speak against. Does not: learning from them (`nlp.supervised`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from nlp.linear import Training, fit_linear

_PARTS = 2
_SLOPE = 4.0  # margins to log odds
_LEAST = 0.05  # weight of a label that all speaks against


def trust(rows: csr_matrix, labels: Any, classes: int, trusted: Any, seed: int = 0) -> Any:
    """A weight in (0, 1] for each row's label: 1 where `trusted`, else how the label's odds compare with those of the
    class that the row is taken for by a model of other rows (cross-fitted, in two halves).

    Labels that a model of other rows would not give are what wrong codes look like (Northcutt et al. 2021, confident
    learning); here they are weighed down rather than taken out, as a rare type's rows look alike.
    """
    weight = np.ones(len(labels))
    half = np.random.default_rng(seed).permutation(len(labels)) % _PARTS
    for part in range(_PARTS):
        train, test = np.flatnonzero(half != part), np.flatnonzero((half == part) & ~trusted)
        if not len(test) or len(np.unique(labels[train])) < 2:
            continue
        model = fit_linear(rows[train], labels[train], classes, None, Training(balance=0.5, epochs=4))
        ids, margins = model.best(rows[test], 20)
        own = np.where(ids == labels[test][:, None], margins, -np.inf).max(axis=1)
        own = np.where(np.isfinite(own), own, margins[:, -1])  # not among the best: at most the last of them
        own = np.where(np.isfinite(own), own, -2.0)
        learnt = np.isin(labels[test], labels[train])  # a class that the other half lacks cannot be judged
        doubt = np.exp(-_SLOPE * np.maximum(margins[:, 0] - own, 0.0))
        weight[test] = np.where(learnt, np.maximum(doubt, _LEAST), 1.0)
    return weight
