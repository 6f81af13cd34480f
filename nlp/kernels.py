"""The inner loops of reading terms, compiled by numba.

Belongs here: loops over code points and counts, without the interpreter's lock, and how such loops are compiled. Does
not: what a term weighs (`nlp.features`), learning and scoring (`nlp.linear_kernels`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

BUCKET_BITS = 24  # 16.8 million: one term in thirty shares its bucket where half a million are in use
BLOCKS = 5  # kinds of terms: a bucket's remainder says of which it is
_SPACE, _TAB, _NEWLINE, _SLASH, _PLUS = 32, 9, 10, 47, 43
_A, _H, _L, _N, _P, _R, _S, _V, _X, _G = (ord(letter) for letter in "AHLNPRSVXG")


def compiled(function: Callable[..., Any]) -> Any:
    """Compile on first use, and keep the machine code beside the module where that folder can be written to."""
    try:
        return njit(nogil=True, fastmath=True, cache=True)(function)
    except RuntimeError:  # no place for a cache: a read-only installation without a home
        return njit(nogil=True, fastmath=True)(function)


@compiled
def _bucket(state: Any, block: int) -> Any:
    """A bucket of the block: `bucket % BLOCKS == block`."""
    state = np.uint64(state)
    state ^= state >> np.uint64(29)
    state *= np.uint64(0xBF58476D1CE4E5B9)
    state ^= state >> np.uint64(32)
    place = np.int64(state >> np.uint64(64 - BUCKET_BITS)) % ((1 << BUCKET_BITS) // BLOCKS)
    return place * BLOCKS + block


@compiled
def _extend(state: Any, code: Any) -> Any:
    """One more code point into an FNV-1a state."""
    return (np.uint64(state) ^ np.uint64(code)) * np.uint64(0x100000001B3)


@compiled
def _fresh() -> Any:
    return np.uint64(0xCBF29CE484222325)


@compiled
def character_terms(codes: Any, start: int, end: int, low: int, high: int, block: int, out: Any, filled: int) -> int:
    """n-grams inside each word with a space before and after it, as scikit-learn's `char_wb`.

    Writes (bucket, first code, code after the last) rows to `out` from row `filled`; returns the rows then filled.
    """
    position = start
    while position < end:
        if codes[position] <= _SPACE:
            position += 1
            continue
        stop = position
        while stop < end and codes[stop] > _SPACE:
            stop += 1
        size = stop - position + 2
        for length in range(low, high + 1):
            for first in range(max(size - length, 0) + 1):
                state = _fresh()
                last = min(first + length, size)
                for offset in range(first, last):
                    at = position + offset - 1
                    state = _extend(state, codes[at] if 0 < offset < size - 1 else _SPACE)
                out[filled, 0] = _bucket(state, block)
                out[filled, 1] = max(position + first - 1, position)
                out[filled, 2] = min(position + last - 1, stop)
                filled += 1
            if length >= size:
                break
        position = stop
    return filled


@compiled
def _is_noun(codes: Any, tag: int) -> bool:
    """NNG, NNP, NR, XR, SL or SH at `tag`."""
    first, second, third = codes[tag], codes[tag + 1], codes[tag + 2]
    if first == _N:
        return (second == _N and third in (_G, _P)) or second == _R
    return (first == _X and second == _R) or (first == _S and second in (_L, _H))


@compiled
def _hash_run(codes: Any, start: int, end: int) -> Any:
    state = _fresh()
    for at in range(start, end):
        state = _extend(state, codes[at])
    return state


@compiled
def _until(codes: Any, start: int, end: int, mark: int) -> int:
    while start < end and codes[start] != mark:
        start += 1
    return start


@compiled
def word_terms(codes: Any, start: int, end: int, lead: int, block: int, out: Any, filled: int) -> int:
    """Content morphemes, the parts of compounds, and pairs of neighbours, from lines `surface TAB tag TAB parts`.

    The first `lead` characters of the text (spaces not counted) give their terms once more, in block + 2.
    """
    seen, before, before_at = 0, np.uint64(0), -1
    while start < end:
        line_end = _until(codes, start, end, _NEWLINE)
        tag = _until(codes, start, line_end, _TAB) + 1
        parts = _until(codes, tag, line_end, _TAB) + 1
        if parts > line_end:  # not a line of ours
            start = line_end + 1
            continue
        seen += tag - 1 - start
        stem, extra = tag - 1, parts < line_end and codes[parts] != 42  # '*': no parts
        noun = _is_noun(codes, tag)
        predicate = codes[tag] == _V and codes[tag + 1] in (_V, _A)
        if noun or predicate:
            state = _hash_run(codes, start, stem)
            if predicate:
                if extra:
                    state = _hash_run(codes, parts, _until(codes, parts, line_end, _SLASH))
                state = _extend(state, 1)
            for copy in range(2 if seen <= lead else 1):
                out[filled, 0], out[filled, 1], out[filled, 2] = _bucket(state, block + 2 * copy), start, stem
                filled += 1
                if before_at >= 0:
                    pair = _extend(_extend(before, 2), state & np.uint64(0xFFFFFFFF))
                    out[filled, 0], out[filled, 1] = _bucket(pair, block + 2 * copy), before_at
                    out[filled, 2] = stem
                    filled += 1
                if noun and extra:
                    at = parts
                    while at < line_end:
                        slash = _until(codes, at, line_end, _SLASH)
                        if slash - at > 1 and slash - at < stem - start:
                            out[filled, 0] = _bucket(_hash_run(codes, at, slash), block + 2 * copy)
                            out[filled, 1], out[filled, 2] = at, slash
                            filled += 1
                        at = _until(codes, slash, line_end, _PLUS) + 1
            before, before_at = state, start
        start = line_end + 1
    return filled


@compiled
def count_terms(chars: Any, letters: Any, words: Any, leads: Any, solid: Any, table: Any, size: int) -> Any:
    """Rows of distinct terms with their counts: (bounds, columns, counts). `table` maps a bucket to one of `size`
    columns, or to -1.

    `chars` and `letters` are (codes, bounds of the texts, shortest and longest n-gram), `words` (codes, bounds);
    `leads` and `solid` are the characters of each text's lead, with spaces and without.
    """
    texts = len(leads)
    codes, char_bounds, (low, high) = chars
    parts, part_bounds, (least, most) = letters
    lines, line_bounds = words
    bounds = np.zeros(texts + 1, np.int64)
    columns, counts = np.empty(1 << 16, np.int32), np.empty(1 << 16, np.float32)
    place = np.full(size, -1, np.int64)
    found = np.empty((1 << 14, 3), np.int64)
    for text in range(texts):
        start, end = char_bounds[text], char_bounds[text + 1]
        room = 2 * (high - low + 1) * (2 * (end - start) + 4) + 6 * (line_bounds[text + 1] - line_bounds[text]) + 8
        room += (most - least + 1) * (2 * (part_bounds[text + 1] - part_bounds[text]) + 4)
        if room > len(found):
            found = np.empty((room, 3), np.int64)
        filled = character_terms(codes, start, end, low, high, 0, found, 0)
        if leads[text] > 0:
            filled = character_terms(codes, start, start + leads[text], low, high, 2, found, filled)
        filled = character_terms(parts, part_bounds[text], part_bounds[text + 1], least, most, 4, found, filled)
        filled = word_terms(lines, line_bounds[text], line_bounds[text + 1], solid[text], 1, found, filled)
        first = at = bounds[text]
        if at + filled > len(columns):
            grown = max(2 * len(columns), at + filled)
            new_columns, new_counts = np.empty(grown, np.int32), np.empty(grown, np.float32)
            new_columns[:at], new_counts[:at] = columns[:at], counts[:at]
            columns, counts = new_columns, new_counts
        for row in range(filled):
            column = table[found[row, 0]]
            if column < 0:
                continue
            if place[column] < first:  # from an earlier text, or never
                place[column] = at
                columns[at], counts[at] = column, np.float32(0)
                at += 1
            counts[place[column]] += np.float32(1)
        bounds[text + 1] = at
    return bounds, columns[: bounds[texts]].copy(), counts[: bounds[texts]].copy()


@compiled
def weigh(bounds: Any, columns: Any, counts: Any, inverse: Any, blocks: Any, shares: Any) -> None:
    """Counts to (1 + ln tf) · idf, each block of a row to length `shares[block]`, the row to length one; in place."""
    squares, factors = np.zeros(BLOCKS, np.float32), np.zeros(BLOCKS, np.float32)
    for row in range(len(bounds) - 1):
        squares[:] = 0
        for at in range(bounds[row], bounds[row + 1]):
            counts[at] = (1 + np.log(counts[at])) * inverse[columns[at]]
            squares[blocks[columns[at]]] += counts[at] * counts[at]
        whole = np.float32(0)
        for block in range(BLOCKS):
            factors[block] = 0
            if squares[block] > 0:
                factors[block] = shares[block] / np.sqrt(squares[block])
                whole += shares[block] * shares[block]
        for at in range(bounds[row], bounds[row + 1]):
            counts[at] *= factors[blocks[columns[at]]] / np.sqrt(whole)
