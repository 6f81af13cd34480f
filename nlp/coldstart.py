"""Which counselling type a text belongs to, from the types' own words alone (a cold start: no labelled text).

Belongs here: scoring, abstention and doubt. Does not: COVID groups, departments or districts, which follow from the
type, the contact's date and `nlp.routing`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from nlp.dialogue import need
from nlp.features import Analyzer, TermWeights, character_ngrams
from nlp.normalize import normalize
from nlp.tokenize import MecabTokenizer, Tokenizer
from schemas.codes import UNCLASSIFIED
from schemas.taxonomy import Leaf, Taxonomy

_TOP = 5
_BLOCK = 1_024
_REVISION = "cold-2"  # raise when the scoring below changes: it enters the model version


@dataclass(frozen=True)
class Prediction:
    """The type of one text. `alternatives` are the best (code, score) pairs, at most five, the first included."""

    type_code: str
    score: float
    alternatives: tuple[tuple[str, float], ...]
    needs_review: bool


@dataclass(frozen=True)
class Parameters:
    """What the scoring rests on. Saliences say how much a word counts by where the type uses it."""

    name_salience: float = 1.0
    keyword_salience: float = 1.0
    definition_salience: float = 0.5
    path_salience: float = 0.4
    example_salience: float = 0.25  # more lets the small talk of one type's examples draw other texts to it
    morpheme_share: float = 0.5  # of the score; the rest is the character n-grams'
    domain_share: float = 3.0  # what a 대분류's own words count beside the type's
    domain_uses: float = 20.0  # uses that make a word half a 대분류's own
    doubt: float = 8.0  # evidence that halves the score of a text all of whose words are explained
    unexplained_weight: float = 0.35
    unexplained_cap: float = 25.0  # so that a long call is not punished for its small talk
    threshold: float = 0.50
    review_below: float = 0.58
    review_margin: float = 0.03


_Texts = list[tuple[float, str]]


class ColdStart:
    """Scores a text against every type. Deterministic; a fitted one pickles."""

    def __init__(self, parameters: Parameters | None = None, tokenizer: Tokenizer | None = None) -> None:
        self.parameters = parameters or Parameters()
        self.tokenizer = tokenizer or MecabTokenizer()

    @classmethod
    def cold_start(cls, taxonomy: Taxonomy) -> ColdStart:
        """A classifier fitted on a taxonomy's names, keywords, definitions and examples."""
        return cls().fit(taxonomy)

    def fit(self, taxonomy: Taxonomy) -> ColdStart:
        self.type_codes = tuple(leaf.type_code for leaf in taxonomy.leaves)
        self._domain_names = tuple(dict.fromkeys(leaf.domain for leaf in taxonomy.leaves))
        self._domain_of = [self._domain_names.index(leaf.domain) for leaf in taxonomy.leaves]
        texts = [self._texts(leaf) for leaf in taxonomy.leaves]
        self._levels = [self._fit_levels(texts, analyze) for analyze in (self.tokenizer.tokens, character_ngrams)]
        described = repr((_REVISION, taxonomy.content_hash, asdict(self.parameters), self.tokenizer.name))
        self.model_version = f"{_REVISION}-{hashlib.sha256(described.encode()).hexdigest()[:12]}"
        return self

    def classify(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order. Equal texts are scored once."""
        normal = [normalize(need(text)) for text in texts]
        distinct = list(dict.fromkeys(normal))
        found: dict[str, Prediction] = {}
        for start in range(0, len(distinct), _BLOCK):
            block = distinct[start : start + _BLOCK]
            found.update(zip(block, self._predict(block), strict=True))
        return [found[text] for text in normal]

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The type codes alone, as scikit-learn's estimators give them."""
        return [prediction.type_code for prediction in self.classify(texts)]

    def _fit_levels(self, texts: Sequence[_Texts], analyze: Analyzer) -> tuple[TermWeights, TermWeights]:
        """Weights over the types, and over the 대분류: a word like 코로나 tells the domain, though hardly the type."""
        analyze = cache(analyze)  # the names of the levels above a type come again and again
        leaves = [_saliences(own, analyze) for own in texts]
        domains = self._domain_saliences(leaves)
        spread: Counter[str] = Counter()  # in how many 대분류 a term is at home, each by its share of the fullest
        for domain in domains:
            spread.update(domain)
        return TermWeights().fit(leaves), TermWeights().fit(domains, spread)

    def _domain_saliences(self, leaves: Sequence[dict[str, float]]) -> list[dict[str, float]]:
        """How much each term belongs to each 대분류: the part of its types that use it, against the 대분류 where that
        part is the largest."""
        uses: list[Counter[str]] = [Counter() for _ in self._domain_names]
        for leaf, domain in zip(leaves, self._domain_of, strict=True):
            uses[domain].update(leaf)
        sizes = Counter(self._domain_of)
        fullest: dict[str, float] = {}
        for domain, counts in enumerate(uses):
            for term, count in counts.items():
                fullest[term] = max(fullest.get(term, 0.0), count / sizes[domain])
        support = self.parameters.domain_uses
        return [
            {term: count / sizes[domain] / fullest[term] * count / (count + support) for term, count in counts.items()}
            for domain, counts in enumerate(uses)
        ]

    def _texts(self, leaf: Leaf) -> _Texts:
        """What a type says of itself, normalised, with the salience of each."""
        chosen = self.parameters
        return [
            (salience, normalize(text))
            for salience, texts in (
                (chosen.name_salience, (leaf.name,)),
                (chosen.keyword_salience, leaf.keywords),
                (chosen.example_salience, leaf.examples),
                (chosen.definition_salience, (leaf.definition,)),
                (chosen.path_salience, (leaf.domain, leaf.middle, leaf.minor)),
            )
            for text in texts
        ]

    def _predict(self, texts: Sequence[str]) -> Iterator[Prediction]:
        import numpy as np

        share = self.parameters.morpheme_share
        by_morpheme, known = self._scores(self._levels[0], [self.tokenizer.tokens(text) for text in texts])
        by_ngram, _ = self._scores(self._levels[1], [character_ngrams(text) for text in texts])
        scores = share * by_morpheme + (1 - share) * by_ngram
        scores[~known] = 0.0  # letters in common are not enough: at least one word must be recognised
        count = min(_TOP, scores.shape[1])
        candidates = np.sort(np.argpartition(-scores, count - 1, axis=1)[:, :count], axis=1)
        values = np.take_along_axis(scores, candidates, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        codes = np.take_along_axis(candidates, order, axis=1).tolist()
        for columns, ranked in zip(codes, np.take_along_axis(values, order, axis=1).tolist(), strict=True):
            yield self._decide(
                [(self.type_codes[column], score) for column, score in zip(columns, ranked, strict=True)]
            )

    def _scores(self, levels: tuple[TermWeights, TermWeights], documents: Sequence[Sequence[str]]) -> tuple[Any, Any]:
        """Scores in [0, 1): evidence / (evidence + doubt + what the type leaves unexplained, weighted and capped)."""
        import numpy as np

        chosen = self.parameters
        present, whole = levels[0].transform(documents)
        evidence = levels[0].evidence(present)
        unexplained = np.clip(whole[:, None] - evidence, 0.0, chosen.unexplained_cap)
        # both levels are fitted on the same words, so they share the vocabulary and its order
        evidence += chosen.domain_share * levels[1].evidence(present)[:, self._domain_of]
        scores = evidence / (evidence + chosen.doubt + chosen.unexplained_weight * unexplained)
        return scores, evidence.any(axis=1)

    def _decide(self, ranked: list[tuple[str, float]]) -> Prediction:
        alternatives = tuple((code, round(score, 4)) for code, score in ranked if score > 0)
        if not alternatives:
            return Prediction(UNCLASSIFIED, 0.0, (), True)
        code, score = alternatives[0]
        runner_up = alternatives[1][1] if len(alternatives) > 1 else 0.0
        chosen = self.parameters
        if score < chosen.threshold:
            return Prediction(UNCLASSIFIED, score, alternatives, True)
        doubtful = score < chosen.review_below or score - runner_up < chosen.review_margin
        return Prediction(code, score, alternatives, doubtful)


def _saliences(texts: _Texts, analyze: Analyzer) -> dict[str, float]:
    """Each term with the highest salience of a text it stands in."""
    found: dict[str, float] = {}
    for salience, text in texts:
        for term in analyze(text):
            found[term] = max(salience, found.get(term, 0.0))
    return found
