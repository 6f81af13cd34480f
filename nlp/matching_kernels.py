"""The inner loops of matching texts with documents, compiled by numba.

Belongs here: finding pairs of letters in a vocabulary and adding up what terms tell, without the interpreter's lock.
Does not: what a term tells (`nlp.matching`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nlp.kernels import compiled
from nlp.linear_kernels import insert

_DIGITS = 1e6  # what follows is lost, so that company cannot change a score through a library's order of addition
_NO_PAIR = 0  # in an open table: nothing stands there


@compiled
def _slot(pair: Any, pairs: Any) -> Any:
    """Where a pair stands in the open table `pairs` (a power of 2 long), or would."""
    mask = np.uint64(len(pairs) - 1)
    slot = (pair * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32) & mask
    while pairs[slot] != _NO_PAIR and pairs[slot] != pair:
        slot = (slot + np.uint64(1)) & mask
    return np.int64(slot)


@compiled
def place_pairs(codes: Any, pairs: Any, numbers: Any) -> None:
    """A vocabulary of pairs, `codes` two by two, into the table `pairs`; beside each its place in the vocabulary."""
    for number in range(len(codes) // 2):
        pair = np.uint64(codes[2 * number]) << np.uint64(32) | np.uint64(codes[2 * number + 1])
        slot = _slot(pair, pairs)
        pairs[slot] = pair
        numbers[slot] = number


@compiled
def known_pairs(codes: Any, bounds: Any, pairs: Any, numbers: Any, found: Any, ends: Any, unknown: Any) -> int:
    """Which pairs of letters or digits each text holds: sorted and distinct into `found` (one row after the other, as
    `ends` says), and how many distinct others into `unknown`. Returns how many are found in all."""
    strange = np.empty(len(found), np.uint64)
    filled = 0
    for text in range(len(bounds) - 1):
        start, others, last = filled, 0, np.uint64(0)
        for at in range(bounds[text], bounds[text + 1]):
            code = np.uint64(codes[at])
            if not (48 <= code <= 57 or 97 <= code <= 122 or 0xAC00 <= code <= 0xD7A3):
                continue
            if last:
                pair = last << np.uint64(32) | code
                slot = _slot(pair, pairs)
                if pairs[slot] == pair:
                    found[filled] = numbers[slot]
                    filled += 1
                else:
                    strange[others] = pair
                    others += 1
            last = code
        row = np.sort(found[start:filled])
        filled = start
        for number in row:
            if filled == start or number != found[filled - 1]:
                found[filled] = number
                filled += 1
        ends[text + 1] = filled
        row_strange = np.sort(strange[:others])
        for at in range(others):
            unknown[text] += at == 0 or row_strange[at] != row_strange[at - 1]
    return filled


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
