"""Texts to weighted sparse rows: content morphemes, pairs of them, and n-grams of characters and of their letters,
hashed.

Belongs here: what a term is and what it weighs. Does not: learning (`nlp.linear`), the compiled loops (`nlp.kernels`).

The tokenizer's output for a batch is one string that compiled code walks over, so that no term becomes a Python
object; beside MeCab itself the rest costs little (`benchmarks/features.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, vstack

from nlp.codepoints import code_points, joined
from nlp.dialogue import need
from nlp.normalize import normalize
from nlp.tokenize import MecabTokenizer, Tokenizer

GRAMS = (2, 4)  # shortest and longest character n-gram
SHORT_GRAMS = (1, 3)  # of few texts: longer ones hardly come twice
LETTER_GRAMS = (1, 5)  # of few texts: syllables taken apart (ㅅㅣㅂㅏㄹ) are alike in words that are spelt differently
NO_GRAMS = (1, 0)
LEAD = 40  # characters: what stands first says most, and gives its terms once more
BLOCK = 8_192  # texts counted at a time
#        characters, words, the lead's characters, the lead's words, letters
SHARES = (1.0, 1.0, 0.7, 0.7, 1.0)
_SYLLABLES = (0xAC00, 0xD7A3)
_INITIALS = np.array([ord(letter) for letter in "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"], np.uint32)
_VOWELS = np.arange(ord("ㅏ"), ord("ㅣ") + 1, dtype=np.uint32)
_FINALS = np.array(
    [0, *(ord(letter) for letter in "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")], np.uint32
)


class Prepared(NamedTuple):
    """What is read of a text: normalised, lower case, and how many of its characters are its lead (0: no longer than
    a lead)."""

    text: str
    lead: int


def prepare(text: str) -> Prepared:
    """The first line is the lead where there are several; else the first 40 characters, to the end of a word."""
    wanted = need(text)
    whole = normalize(wanted).lower()
    first, _, rest = wanted.strip().partition("\n")
    lead = len(normalize(first)) if rest else LEAD
    lead = lead if lead <= 2 * LEAD else LEAD
    if lead >= len(whole):
        return Prepared(whole, 0)
    end = whole.find(" ", lead, lead + 10)
    return Prepared(whole, end if end > 0 else lead)


class TermRows:
    """`fit` learns which terms occur and how rare they are; `transform` gives L2-normalised CSR rows (float32).

    A term's weight is (1 + ln tf) · idf, idf = ln((1 + n) / (1 + df)) + 1, as scikit-learn's TfidfVectorizer with
    sublinear_tf; each kind of term has its share of the row whatever its number.
    """

    def __init__(self, tokenizer: Tokenizer | None = None, least: int = 1) -> None:
        self.tokenizer = tokenizer or MecabTokenizer()
        self.least = least  # documents a term must occur in
        self.grams, self.letter_grams = GRAMS, NO_GRAMS

    def fit(self, texts: Sequence[Prepared]) -> csr_matrix:
        """Learns, and returns the rows of `texts`."""
        from nlp.kernels import BUCKET_BITS

        every = np.arange(1 << BUCKET_BITS, dtype=np.int32)
        frequency = np.zeros(1 << BUCKET_BITS, np.int32)
        parts = []
        for counts in self._counts(texts, every, len(every)):
            parts.append(counts)
            frequency += np.bincount(counts.indices, minlength=len(frequency)).astype(np.int32)
        buckets = np.flatnonzero(frequency >= max(self.least, 1)).astype(np.int32)
        inverse = np.log((1 + len(texts)) / (1 + frequency[buckets])) + 1
        self.restore(buckets, inverse.astype(np.float32))
        return self._weighed(self._known(parts))

    def restore(self, buckets: Any, inverse: Any) -> None:
        """The state of a fitted one: the buckets in use, by column, and their inverse document frequencies."""
        from nlp.kernels import BUCKET_BITS

        self.buckets, self.inverse = buckets, inverse
        self._table = np.full(1 << BUCKET_BITS, -1, np.int32)
        self._table[buckets] = np.arange(len(buckets), dtype=np.int32)

    def extend(self, texts: Sequence[Prepared]) -> None:
        """Terms of further texts that are new get columns at the end, as rare as the rarest."""
        from nlp.kernels import BUCKET_BITS

        every = np.arange(1 << BUCKET_BITS, dtype=np.int32)
        found = [np.unique(counts.indices) for counts in self._counts(texts, every, len(every))]
        new = np.setdiff1d(np.concatenate(found), self.buckets).astype(np.int32) if found else np.zeros(0, np.int32)
        rarest = np.full(len(new), self.inverse.max(initial=1.0), np.float32)
        self.restore(np.concatenate([self.buckets, new]), np.concatenate([self.inverse, rarest]))

    def transform(self, texts: Sequence[Prepared]) -> csr_matrix:
        parts = [self._weighed(part) for part in self._counts(texts, self._table, len(self.buckets))]
        return vstack(parts, format="csr") if parts else csr_matrix((0, len(self.buckets)), dtype=np.float32)

    def words(self, rows: csr_matrix) -> Any:
        """Whether each row has a word, and not n-grams alone."""
        from nlp.kernels import BLOCKS

        counts = np.concatenate([[0], np.cumsum((self.buckets % BLOCKS & 1)[rows.indices])])
        return np.diff(counts[rows.indptr]) > 0

    def letters(self) -> Any:
        """Whether each column is of letters."""
        from nlp.kernels import BLOCKS

        return self.buckets % BLOCKS == BLOCKS - 1

    def named(self, text: Prepared) -> dict[int, str]:
        """The terms of one text that are known, by column, as a person reads them."""
        from nlp.kernels import character_terms, word_terms

        codes, lines = code_points(text.text), self.tokenizer.lines(text.text)
        letters, places = _letters(codes if self.letter_grams != NO_GRAMS else codes[:0])
        grams, of_letters = len(range(*self.grams)) + 1, len(range(*self.letter_grams)) + 1
        found = np.empty((2 * grams * (2 * len(codes) + 4) + of_letters * (2 * len(letters) + 4), 3), np.int64)
        filled = character_terms(codes, 0, len(codes), *self.grams, 0, found, 0)
        filled = character_terms(codes, 0, text.lead, *self.grams, 2, found, filled)
        of_characters = found[:filled].tolist()
        filled = character_terms(letters, 0, len(letters), *self.letter_grams, 4, found, 0)
        spans = np.concatenate([places, [len(codes)]])
        for bucket, start, end in found[:filled].tolist():  # letters are shown as the syllables that they stand in
            of_characters.append([bucket, spans[start], spans[max(end - 1, start)] + 1])
        named = {bucket: text.text[start:end] for bucket, start, end in of_characters}
        found = np.empty((6 * len(lines) + 64, 3), np.int64)
        filled = word_terms(code_points(lines), 0, len(lines), _solid(text), 1, found, 0)
        for bucket, start, end in found[:filled].tolist():
            named[bucket] = " ".join(line.partition("\t")[0] for line in lines[start:end].split("\n"))
        return {int(self._table[bucket]): name for bucket, name in named.items() if self._table[bucket] >= 0}

    def _counts(self, texts: Sequence[Prepared], table: Any, size: int) -> Iterator[csr_matrix]:
        from nlp.kernels import count_terms

        for start in range(0, len(texts), BLOCK):
            block = texts[start : start + BLOCK]
            chars, char_bounds = joined([text for text, _ in block])
            letters, places = _letters(chars if self.letter_grams != NO_GRAMS else chars[:0])
            words, word_bounds = joined([self.tokenizer.lines(text) for text, _ in block])
            bounds, columns, counts = count_terms(
                (chars, char_bounds, self.grams),
                (letters, np.searchsorted(places, char_bounds), self.letter_grams),
                (words, word_bounds),
                np.array([lead for _, lead in block], np.int64),
                np.array([_solid(text) for text in block], np.int64),
                table,
                size,
            )
            yield csr_matrix((counts, columns, bounds), shape=(len(block), size))

    def _known(self, parts: list[csr_matrix]) -> csr_matrix:
        """All parts over the columns that are kept; each part is let go as soon as it is copied, for they are large."""
        size = sum(part.nnz for part in parts)
        columns, counts = np.empty(size, np.int32), np.empty(size, np.float32)
        bounds, filled = [np.zeros(1, np.int64)], 0
        parts.reverse()
        while parts:
            part = parts.pop()
            placed = self._table[part.indices]
            kept = placed >= 0
            bounds.append(filled + np.concatenate([[0], np.cumsum(kept)])[part.indptr[1:]])
            end = filled + int(kept.sum())
            columns[filled:end], counts[filled:end] = placed[kept], part.data[kept]
            filled = end
        shape = (sum(map(len, bounds)) - 1, len(self.buckets))
        return csr_matrix((counts[:filled], columns[:filled], np.concatenate(bounds)), shape=shape)

    def _weighed(self, counts: csr_matrix) -> csr_matrix:
        from nlp.kernels import BLOCKS, weigh

        shares = np.array(SHARES, np.float32)
        weigh(counts.indptr, counts.indices, counts.data, self.inverse, self.buckets % BLOCKS, shares)
        return counts


def _solid(text: Prepared) -> int:
    """The lead's characters without its spaces: MeCab's surfaces have none."""
    return text.lead - text.text.count(" ", 0, text.lead)


def _letters(codes: Any) -> tuple[Any, Any]:
    """Hangul syllables taken apart, all else as it is; and for each of the code points at which of `codes` it stands."""
    hangul = (codes >= _SYLLABLES[0]) & (codes <= _SYLLABLES[1])
    number = np.where(hangul, codes - np.uint32(_SYLLABLES[0]), 0)
    first = np.where(hangul, _INITIALS[number // 588], codes)
    second, last = (np.where(hangul, part, 0) for part in (_VOWELS[number % 588 // 28], _FINALS[number % 28]))
    apart = np.stack([first, second, last], axis=1).ravel().astype(np.uint32)
    filled = np.flatnonzero(apart)
    return apart[filled], filled // 3
