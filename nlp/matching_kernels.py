"""The inner loops of matching texts with documents, compiled by numba.

Belongs here: adding up what terms tell, without the interpreter's lock. Does not: what a term tells (`nlp.matching`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nlp.kernels import compiled
from nlp.linear_kernels import insert

_DIGITS = 1e6  # what follows is lost, so that company cannot change a score through a library's order of addition


@compiled
def add_told(bounds: Any, terms: Any, starts: Any, columns: Any, told: Any, sums: Any) -> None:
    """Add to `sums` (queries x columns) what the terms of each query tell: rows `starts`, `columns`, `told` of a CSR
    matrix."""
    for query in range(len(bounds) - 1):
        row = sums[query]
        for at in range(bounds[query], bounds[query + 1]):
            term = terms[at]
            for entry in range(starts[term], starts[term + 1]):
                row[columns[entry]] += told[entry]


@compiled
def settle(sums: Any, above: Any, ways: Any, way: Any) -> None:
    """Add to `sums` (queries x documents) what is told for the branches above each document, by its `way` (`ways`:
    levels x ways, columns of `above`); below 0 becomes 0, six decimals are kept."""
    levels, count = ways.shape
    added = np.empty(count)
    for query in range(len(sums)):
        for number in range(count):
            added[number] = 0.0
            for level in range(levels):
                added[number] += above[query, ways[level, number]]
        for document in range(sums.shape[1]):
            value = sums[query, document]
            if count > 0:
                value += added[way[document]]
            sums[query, document] = np.rint(max(value, 0.0) * _DIGITS) / _DIGITS


@compiled
def best_documents(sums: Any, ids: Any, scores: Any) -> None:
    """The best documents of each query, from the best on, and their scores, into `ids` and `scores` (queries x top)."""
    for query in range(len(sums)):
        scores[query, :] = -1.0
        for document in range(sums.shape[1]):
            insert(scores[query], ids[query], sums[query, document], document)
