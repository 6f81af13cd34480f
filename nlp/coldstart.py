"""Which counselling type a text belongs to, from the types' own words alone (a cold start: no labelled text).

Belongs here: what a type says of itself, the hierarchy, abstention and doubt. Does not: the score of a text against
words (`nlp.matching`); COVID groups, departments or districts, which follow from the type, the contact's date and
`nlp.routing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from nlp.dialogue import need
from nlp.matching import Document, Matcher, Scores
from nlp.normalize import normalize
from nlp.tokenize import MecabTokenizer, Tokenizer
from schemas.codes import UNCLASSIFIED
from schemas.taxonomy import Leaf, Taxonomy

_TOP = 5
_BLOCK = 1_024
_REVISION = "cold-5"  # raise when the scoring changes, here or in `nlp.matching`: it enters the model version


@dataclass(frozen=True)
class Prediction:
    """The type of one text. `alternatives` are the best (code, score) pairs, at most five, the first included."""

    type_code: str
    score: float
    alternatives: tuple[tuple[str, float], ...]
    needs_review: bool


@dataclass(frozen=True)
class Parameters:
    """What the decision rests on. Saliences say how much a word counts by where the type uses it.

    `type_chance` and `area_chance` turn scores into the chance that the best type, and its 대분류, is the right one:
    logistic regressions fitted on the taxonomy's examples, each scored by what the taxonomy says without examples, and
    on strangers' comments, which no type is right for (`benchmarks/coldstart.py`). Each has an intercept and what
    counts for ln(1 + score), for the lead over the second type as a share, and for ln(1 + the evidence of all of the
    text's words, known or not). A type is given from an `area_chance` of `threshold` on: which 대분류 it is hangs on the
    words alone, and tells what is no matter of 120 better than whether the nearest of many like types is the right one.
    """

    name_salience: float = 1.0
    keyword_salience: float = 1.0
    definition_salience: float = 0.5
    path_salience: float = 0.4
    example_salience: float = 0.25  # more lets the small talk of one type's examples draw other texts to it
    article_salience: float = 0.5
    type_chance: tuple[float, float, float, float] = (-8.05, 2.24, 9.34, -0.53)
    area_chance: tuple[float, float, float, float] = (-9.68, 2.76, 3.83, -0.25)
    threshold: float = 0.27  # so that 대분류 are right for .65 of what gets one, a tenth of all being strangers'
    review_below: float = 0.35  # so that the type is right for .6 of what is not marked, of the same mixture
    spread: float = 5.0  # in score: the alternative that is behind by as much has a chance e times smaller


class ColdStart:
    """Scores a text against every type. Deterministic; a fitted one pickles."""

    def __init__(self, parameters: Parameters | None = None, tokenizer: Tokenizer | None = None) -> None:
        self.parameters = parameters or Parameters()
        self.tokenizer = tokenizer or MecabTokenizer()

    @classmethod
    def cold_start(cls, taxonomy: Taxonomy) -> ColdStart:
        """A classifier fitted on a taxonomy's names, keywords, definitions and examples."""
        return cls().fit(taxonomy)

    def fit(self, taxonomy: Taxonomy, articles: Mapping[str, Sequence[str]] | None = None) -> ColdStart:
        """Learn the types' own words; `articles` are texts of the 표준상담DB by type code, where there are some."""
        articles = articles or {}
        self.type_codes = tuple(leaf.type_code for leaf in taxonomy.leaves)
        documents = [self._document(leaf, articles.get(leaf.type_code, ())) for leaf in taxonomy.leaves]
        self._types = Matcher(self.tokenizer).fit(
            documents, _branches(taxonomy, 1), [_branches(taxonomy, 2), _branches(taxonomy, 3)]
        )
        told = sorted((code, tuple(texts)) for code, texts in articles.items())
        described = repr((_REVISION, taxonomy.content_hash, told, asdict(self.parameters), self.tokenizer.name))
        self.model_version = f"{_REVISION}-{hashlib.sha256(described.encode()).hexdigest()[:12]}"
        return self

    def classify(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order. Every text is scored: equal ones are `nlp.memory`'s matter."""
        normal = [normalize(need(text)) for text in texts]
        blocks = (normal[start : start + _BLOCK] for start in range(0, len(normal), _BLOCK))
        return [found for block in blocks for found in self._predict(block)]

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The type codes alone, as scikit-learn's estimators give them."""
        return [prediction.type_code for prediction in self.classify(texts)]

    def explain(self, text: str, code: str, count: int) -> list[tuple[str, float]]:
        """The terms of a text that tell most for a type, and how much, the most first."""
        told = self._types.told(normalize(need(text)), self.type_codes.index(code))
        return [(term, round(weight, 4)) for term, weight in told[:count]]

    def _document(self, leaf: Leaf, articles: Sequence[str]) -> Document:
        """What a type says of itself, normalised, with the salience of each text."""
        chosen = self.parameters
        return [
            (salience, normalize(text))
            for salience, texts in (
                (chosen.name_salience, (leaf.name,)),
                (chosen.keyword_salience, leaf.keywords),
                (chosen.definition_salience, (leaf.definition,)),
                (chosen.path_salience, (leaf.domain, leaf.middle, leaf.minor)),
                (chosen.example_salience, leaf.examples),
                (chosen.article_salience, articles),
            )
            for text in texts
        ]

    def scores(self, texts: Sequence[str]) -> Scores:
        """Normalised texts against every type, in the order of `type_codes`."""
        return self._types.scores(texts)

    def _predict(self, texts: Sequence[str]) -> Iterator[Prediction]:
        import numpy as np

        chosen = self.parameters
        # letters in common are not enough: at least one word must be recognised
        ids, scores, possible = self._types.best(texts, _TOP)
        best, second = scores[:, 0], scores[:, 1] if scores.shape[1] > 1 else 0.0
        told = np.stack(
            [np.ones(len(texts)), np.log1p(best), (best - second) / (best + 20), np.log1p(possible)], axis=1
        )
        chance, of_area = (
            1 / (1 + np.exp(-(told * weights).sum(axis=1))) for weights in (chosen.type_chance, chosen.area_chance)
        )
        ranked = np.round(chance[:, None] * np.exp((scores - best[:, None]) / chosen.spread), 4)
        given, sure = of_area >= chosen.threshold, chance >= chosen.review_below
        rows = (ids.tolist(), ranked.tolist(), given.tolist(), sure.tolist(), (best > 0).tolist())
        for numbers, chances, is_given, is_sure, is_found in zip(*rows, strict=True):
            if not is_found:
                yield Prediction(UNCLASSIFIED, 0.0, (), True)
                continue
            alternatives = tuple(zip(map(self.type_codes.__getitem__, numbers), chances, strict=True))
            code = alternatives[0][0] if is_given else UNCLASSIFIED
            yield Prediction(code, chances[0], alternatives, not (is_given and is_sure))


def _branches(taxonomy: Taxonomy, depth: int) -> list[int]:
    """For each type the number of the branch it is in: 대분류 at depth 1, 중분류 at 2, 소분류 at 3."""
    number: dict[tuple[str, ...], int] = {}
    return [number.setdefault(leaf.path[:depth], len(number)) for leaf in taxonomy.leaves]
