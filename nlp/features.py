"""Weighted terms of texts: content morphemes and character n-grams, over a vocabulary learnt from the types' own words.

Belongs here: from text to sparse matrix. Does not: what the numbers decide (`nlp.coldstart`).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

Analyzer = Callable[[str], list[str]]

_WORD = re.compile(r"[0-9a-z가-힣]+")


def character_ngrams(text: str) -> list[str]:
    """Bigrams and trigrams inside each word, and bigrams across a space, so that spacing hardly matters."""
    text = text.lower()
    words = _WORD.findall(text)
    joined = "".join(words)
    found = [joined[i : i + 2] for i in range(len(joined) - 1)]
    for word in words:
        found += [word[i : i + 3] for i in range(len(word) - 2)]
    return found


class TermWeights:
    """Term saliences of documents (types) and the evidence that a query shares with each.

    `fit` takes, for every document, its terms with a salience in (0, 1]. A term's weight is BM25's inverse document
    frequency, ln(1 + (N - n + 0.5) / (n + 0.5)) (Robertson & Zaragoza 2009, eq. 3.12); a term no document has
    weighs as much as the rarest. A query's evidence for a document is the sum of weight times salience over the
    terms they share, each query term counted once.
    """

    def fit(self, documents: Sequence[Mapping[str, float]], spread: Mapping[str, float] | None = None) -> TermWeights:
        import numpy as np
        from scipy.sparse import csr_matrix

        frequency = spread or Counter(term for document in documents for term in document)
        self.vocabulary = {term: index for index, term in enumerate(sorted(frequency))}
        total = len(documents)
        self.unknown_weight = _idf(total, 1)
        self.weights = np.array([_idf(total, frequency[term]) for term in self.vocabulary], dtype=np.float32)
        lengths = [len(document) for document in documents]
        size = sum(lengths)
        index = self.vocabulary
        rows = np.fromiter((index[term] for document in documents for term in document), np.int64, size)
        saliences = np.fromiter(
            (salience for document in documents for salience in document.values()), np.float32, size
        )
        columns = np.repeat(np.arange(total), lengths)
        shape = (len(index), total)
        self.matrix = csr_matrix((saliences * self.weights[rows], (rows, columns)), shape=shape, dtype=np.float32)
        return self

    def transform(self, documents: Iterable[Sequence[str]]) -> tuple[Any, Any]:
        """A 0/1 matrix (documents x vocabulary), and the weight of all terms of each document, known or not."""
        import numpy as np
        from scipy.sparse import csr_matrix

        index, indices, bounds, unknown = self.vocabulary, [], [0], []
        for terms in documents:
            distinct = set(terms)
            known = [index[term] for term in distinct if term in index]
            known.sort()  # sets have no order; equal texts must give equal sums to the last bit
            indices += known
            bounds.append(len(indices))
            unknown.append((len(distinct) - len(known)) * self.unknown_weight)
        ones = np.ones(len(indices), dtype=np.float32)
        present = csr_matrix((ones, indices, bounds), shape=(len(unknown), len(index)))
        return present, present @ self.weights + np.array(unknown, dtype=np.float32)

    def evidence(self, present: Any) -> Any:
        """Evidence for every document fitted on (dense, queries x documents), from `transform`'s 0/1 matrix."""
        return (present @ self.matrix).toarray()


def _idf(total: int, count: float) -> float:
    return math.log1p((total - count + 0.5) / (count + 0.5))
