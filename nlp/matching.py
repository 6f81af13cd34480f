"""How well each of many documents answers a text, from the documents' own words alone: nothing labelled.

Belongs here: the score of a text against every document, the same for the types of a taxonomy and for published
answers. Does not: abstention, doubt or what a type is (`nlp.coldstart`).

These parts are added:

- BM25F (Robertson & Zaragoza 2009, eq. 3.18 and 3.12) over content morphemes: a term counts by the salience of the
  text it stands in, more at the beginning of a text than further on, and less in a longer document;
- the same over bigrams of letters across spaces, which forgives spacing, spelling and unknown words;
- the same over the branches of a hierarchy above the documents, each branch as one document of all their words;
- how much more of an area's documents (a 대분류) use a term than others do: a word like 코로나 tells the area, though
  hardly the type;
- likeness in a space of the morphemes that occur together (latent semantic analysis, learnt on the documents only),
  so that a document may answer in other words.

The constants were chosen on half of the titles of Seoul's published answers and on the examples of the taxonomy, each
against what does not hold it (`benchmarks/coldstart.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import add
from typing import Any, NamedTuple

from nlp.term_weights import evidence, inverse_frequency, latent_space, lift, membership
from nlp.tokenize import Tokenizer

Document = Sequence[tuple[float, str]]  # normalised texts, each with its salience in (0, 1]

_LEAD = 2.0  # how much more the first term of a text counts than a late one
_LEAD_HALVED = (15.0, 30.0)  # terms after which the lead is half: morphemes, bigrams
_BIGRAMS = 0.5  # the share of bigrams beside that of morphemes
_BRANCH = 0.4  # the share of each level of branches beside that of the documents
_AREA = 5.0
_LATENT = 2.0
_WORD = re.compile(r"[0-9a-z가-힣]+")


def bigrams(text: str) -> list[str]:
    """Pairs of letters or digits, spaces and punctuation left out."""
    joined = "".join(_WORD.findall(text.lower()))
    return list(map(add, joined, joined[1:]))


class Scores(NamedTuple):
    """`values` (queries x documents); for each query `possible`, the evidence of all its terms, and whether any of
    its morphemes is `known`."""

    values: Any
    possible: Any
    known: Any


class Best(NamedTuple):
    """`ids` and `values` (queries x count), from the best document on; `possible` as in `Scores`. Where nothing is known
    the values are 0."""

    ids: Any
    values: Any
    possible: Any


class _Asked(NamedTuple):
    """Queries as the compiled loops take them: `terms` of both kinds (bounds, numbers), `place` in the latent space."""

    terms: tuple[tuple[Any, Any], ...]
    place: Any
    possible: Any
    known: Any


class Matcher:
    """Documents to be found by texts. Deterministic; a fitted one pickles."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer

    def fit(
        self, documents: Sequence[Document], areas: Sequence[int] = (), levels: Sequence[Sequence[int]] = ()
    ) -> Matcher:
        """`areas` and each of `levels`: the number of the area, or branch, that each document is in."""
        import numpy as np
        from scipy.sparse import vstack

        tokens = cache(self.tokenizer.tokens)  # the names of the levels above a type come again and again
        analyzers: tuple[Callable[[str], list[str]], ...] = (tokens, bigrams)
        above = [np.asarray(level) for level in ([areas] if len(areas) else []) + [*levels]]
        # the ways that lead down to documents, and the way of each document: far fewer ways than documents
        self._ways: Any = np.zeros((0, 0), np.int64)
        self._way: Any = np.zeros(len(documents), np.int64)
        if above:
            self._ways, self._way = np.unique(np.stack(above), axis=1, return_inverse=True)
            self._ways += np.cumsum([0, *(level.max() + 1 for level in above[:-1])])[:, None]
        self._views = tuple(
            _View([[(salience, analyze(text)) for salience, text in document] for document in documents], half)
            for analyze, half in zip(analyzers, _LEAD_HALVED, strict=True)
        )
        # terms of both kinds, one below the other: what they tell for documents, and for areas and branches
        told = [view.weigh(areas, levels) for view in self._views]
        self._basis, self._latent = latent_space(told[0][0])
        self._evidence, self._above = (
            vstack([one, _BIGRAMS * other], format="csr", dtype=np.float32) for one, other in zip(*told, strict=True)
        )
        return self

    def scores(self, texts: Sequence[str]) -> Scores:
        """Scores of normalised texts against every document, equal to the last digit whatever texts come with them."""
        import numpy as np

        from nlp.matching_kernels import every_score

        asked = self._asked(texts)
        values = np.empty((len(texts), len(self._latent)))
        every_score(*asked.terms, self._told(), asked.place @ self._latent.T, values)
        return Scores(values, asked.possible, asked.known)

    def best(self, texts: Sequence[str], count: int) -> Best:
        """The best documents of normalised texts, with the scores that `scores` gives, in a fraction of its time: the
        likeness is looked at only where it could bring a document among them."""
        import numpy as np

        from nlp.matching_kernels import best_scores

        asked = self._asked(texts)
        shape = len(texts), min(count, len(self._latent))
        ids, values = np.zeros(shape, np.int64), np.zeros(shape)
        best_scores(*asked.terms, self._told(), asked.place, self._latent, asked.known, ids, values)
        return Best(ids, values, asked.possible)

    def _asked(self, texts: Sequence[str]) -> _Asked:
        import numpy as np

        first, second = self._views
        morphemes, possible = first.transform([self.tokenizer.tokens(text) for text in texts])
        letters, possible_letters = second.transform_pairs(texts)
        place = _LATENT * (morphemes.multiply(first.weights).tocsr() @ self._basis).astype(np.float64)
        terms = tuple((part.indptr, part.indices + start) for part, start in ((morphemes, 0), (letters, first.size)))
        return _Asked(terms, place, possible + _BIGRAMS * possible_letters, np.diff(morphemes.indptr) > 0)

    def _told(self) -> tuple[Any, ...]:
        """What terms tell, as the compiled loops take it."""
        below, above = ((told.indptr, told.indices, told.data) for told in (self._evidence, self._above))
        return below, above, self._above.shape[1], self._ways, self._way

    def told(self, text: str, document: int) -> list[tuple[str, float]]:
        """What each term of a normalised text tells for one document, the most first."""
        first, second = self._views
        column = self._evidence[:, [document]].toarray().ravel()
        found: dict[str, float] = {}
        for view, start, terms in ((first, 0, self.tokenizer.tokens(text)), (second, first.size, bigrams(text))):
            for term in set(terms) & view.vocabulary.keys():
                found[term] = found.get(term, 0.0) + float(column[start + view.vocabulary[term]])
        return sorted(((term, told) for term, told in found.items() if told > 0), key=lambda item: (-item[1], item[0]))


class _Numbers(dict[str, int]):
    """Terms by number, as they come."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


class _View:
    """Documents by one kind of term: what each tells for them, for the branches above them and for areas."""

    def __init__(self, documents: Sequence[Sequence[tuple[float, Sequence[str]]]], lead_halved: float) -> None:
        import numpy as np
        from scipy.sparse import csr_matrix

        number = _Numbers()
        rows: list[int] = []
        texts = []  # document, salience and length of each
        for at, document in enumerate(documents):
            for salience, terms in document:
                rows += map(number.__getitem__, terms)
                texts.append((at, salience, len(terms)))
        self.vocabulary = dict(number)
        columns, saliences, lengths = np.array(texts, np.float64).reshape(-1, 3).T
        long = lengths.astype(np.int64)
        place = np.arange(len(rows)) - np.repeat(np.cumsum(long) - long, long)
        lead = np.array([1 + _LEAD * 0.5 ** (at / lead_halved) for at in range(long.max(initial=0))])
        counts = np.repeat(saliences, long) * lead[place] / (1 + _LEAD)
        shape = (len(self.vocabulary), len(documents))
        self._used = csr_matrix(
            (counts, (rows, np.repeat(columns.astype(np.int64), long))), shape=shape, dtype=np.float64
        )

    @property
    def size(self) -> int:
        return len(self.vocabulary)

    def weigh(self, areas: Any, levels: Sequence[Any]) -> tuple[Any, Any]:
        """Make the weights from the uses. Returns what each term tells for documents (terms x documents), and for
        areas and the branches of each level (terms x all of them)."""
        import numpy as np
        from scipy.sparse import csr_matrix, hstack

        used = self._used
        del self._used
        self.weights = inverse_frequency(used)
        self.unknown_weight = float(np.log1p((used.shape[1] - 0.5) / 1.5))
        above = [_AREA * lift(used, areas)] if len(areas) else [csr_matrix((used.shape[0], 0))]
        above += [_BRANCH * evidence(used @ membership(branch)) for branch in levels]
        return evidence(used), hstack(above, format="csr")

    def transform(self, queries: Iterable[Sequence[str]]) -> tuple[Any, Any]:
        """A 0/1 matrix (queries x vocabulary), and for each query the weight of all its terms, known or not."""
        index, indices, bounds, unknown = self.vocabulary, [], [0], []
        for terms in queries:
            distinct = set(terms)
            known = [number for number in map(index.get, distinct) if number is not None]
            known.sort()  # sets have no order; equal texts must give equal sums to the last bit
            indices += known
            bounds.append(len(indices))
            unknown.append(len(distinct) - len(known))
        return self._present(indices, bounds, unknown)

    def transform_pairs(self, texts: Sequence[str]) -> tuple[Any, Any]:
        """The same of a view of `bigrams`, from the texts themselves."""
        import numpy as np

        from nlp.codepoints import joined
        from nlp.matching_kernels import known_pairs

        codes, bounds = joined([text.lower() for text in texts])
        found, ends = np.empty(len(codes), np.int32), np.zeros(len(texts) + 1, np.int32)
        unknown = np.zeros(len(texts), np.int64)
        filled = known_pairs(codes, bounds, *self._pairs(), found, ends, unknown)
        return self._present(found[:filled], ends, unknown)

    def _present(self, indices: Any, bounds: Any, unknown: Any) -> tuple[Any, Any]:
        import numpy as np
        from scipy.sparse import csr_matrix

        ones = np.ones(len(indices), dtype=np.float32)
        present = csr_matrix((ones, indices, bounds), shape=(len(bounds) - 1, len(self.vocabulary)))
        return present, present @ self.weights + np.asarray(unknown) * self.unknown_weight

    def _pairs(self) -> tuple[Any, Any]:
        """The vocabulary as a table of `nlp.matching_kernels`, made once a process."""
        if not hasattr(self, "_placed"):
            import numpy as np

            from nlp.codepoints import code_points
            from nlp.matching_kernels import place_pairs

            size = 1 << (2 * self.size + 1).bit_length()
            self._placed = np.zeros(size, np.uint64), np.zeros(size, np.int32)
            place_pairs(code_points("".join(self.vocabulary)), *self._placed)
        return self._placed

    def stored_state(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_placed"}

    def restore_state(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
