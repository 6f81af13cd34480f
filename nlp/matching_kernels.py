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
def _add(terms: Any, query: int, told: Any, sums: Any) -> None:
    """Add to `sums` what the terms of a query tell: of `terms` (bounds, numbers), rows of the CSR matrix `told`."""
    bounds, numbers = terms
    starts, columns, values = told
    for at in range(bounds[query], bounds[query + 1]):
        for entry in range(starts[numbers[at]], starts[numbers[at] + 1]):
            sums[columns[entry]] += values[entry]


@compiled
def _answer(morphemes: Any, letters: Any, query: int, told: Any, above: Any, added: Any, sums: Any) -> None:
    """Add to `sums` (documents) what a query's terms tell for each document, and for the branches above it by its `way`
    (`ways`: levels x ways, columns of `above`). `above` and `added` (ways) are room to work in."""
    evidence, branches, _, ways, way = told
    _add(morphemes, query, evidence, sums)
    _add(letters, query, evidence, sums)
    above[:] = 0.0
    _add(morphemes, query, branches, above)
    _add(letters, query, branches, above)
    levels, count = ways.shape
    for number in range(count):
        added[number] = 0.0
        for level in range(levels):
            added[number] += above[ways[level, number]]
    if count > 0:
        for document in range(len(sums)):
            sums[document] += added[way[document]]


@compiled
def _settled(value: Any) -> Any:
    """Below 0 becomes 0, six decimals are kept."""
    return np.rint(max(value, 0.0) * _DIGITS) / _DIGITS


@compiled
def every_score(morphemes: Any, letters: Any, told: Any, likeness: Any, values: Any) -> None:
    """The scores of all documents into `values`, `likeness` (both queries x documents) included."""
    above, added = np.empty(told[2]), np.empty(told[3].shape[1])
    for query in range(len(values)):
        row = values[query]
        row[:] = 0.0
        _answer(morphemes, letters, query, told, above, added, row)
        for document in range(len(row)):
            row[document] = _settled(row[document] + likeness[query, document])


@compiled
def best_scores(
    morphemes: Any, letters: Any, told: Any, places: Any, latent: Any, known: Any, ids: Any, scores: Any
) -> None:
    """The best documents of each `known` query, from the best on, and their scores, into `ids` and `scores` (queries x
    top). The likeness is that of `places` (queries x size) with the unit vectors `latent` (documents x size): at most
    the length of a place, so that a document further behind by what the terms tell need not be looked at."""
    above, added, row = np.empty(told[2]), np.empty(told[3].shape[1]), np.empty(len(latent))
    for query in range(len(places)):
        if not known[query]:
            continue
        row[:] = 0.0
        _answer(morphemes, letters, query, told, above, added, row)
        place, first, top = places[query], ids[query], scores[query]
        top[:] = -1.0
        for document in range(len(row)):
            insert(top, first, row[document], document)
        least = row[first[0]] + _dot(place, latent[first[0]])
        for document in first[1:]:
            least = min(least, row[document] + _dot(place, latent[document]))
        least -= np.sqrt(_dot(place, place)) + 2 / _DIGITS
        top[:] = -1.0
        for document in range(len(row)):
            if row[document] >= least:
                insert(top, first, _settled(row[document] + _dot(place, latent[document])), document)


@compiled
def _dot(one: Any, other: Any) -> Any:
    total = 0.0
    for at in range(len(one)):
        total += one[at] * other[at]
    return total
