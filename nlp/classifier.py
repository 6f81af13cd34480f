"""The product's classifier of counselling types, from no labelled text to many.

Belongs here: what callers hold on to, and how what the taxonomy says and what labels say are brought together. Does
not: scoring from the taxonomy alone (`nlp.coldstart`), learning from labels (`nlp.supervised`), thresholds
(`nlp.decision`), files (`nlp.storage`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError

from nlp import storage
from nlp.blend import Blend, Ranking
from nlp.coldstart import ColdStart, Parameters, Prediction
from nlp.decision import REVIEW_MARGIN, Decision, codes_right
from nlp.supervised import TextLearner
from nlp.tokenize import Tokenizer
from schemas.codes import UNCLASSIFIED
from schemas.taxonomy import Taxonomy

__all__ = ["Parameters", "Prediction", "TaxonomyClassifier"]

TOP = 5
_CERTAIN = 0.95  # a chance from labels above which the taxonomy's own words are not asked
_REVIEWED_WEIGHT = 4.0  # of a reviewed label beside an agent's code
_HELD_OUT_MOST = 20_000  # held-out texts that thresholds rest on
_ENOUGH_REVIEWED = 200  # held-out reviewed labels from which on thresholds rest on them alone


class TaxonomyClassifier(ClassifierMixin, BaseEstimator):
    """Texts to type codes. With a `taxonomy`, types without labelled texts are found by their own words.

    `fit` without texts is a cold start; with texts and codes it learns from them; `update` adds reviewed ones.
    `target_precision` is what the thresholds for 미분류 are chosen for. `noisy`: the codes come from agents and may be
    wrong. After `fit`: `classes_` (codes with labels, then the other types), `model_version`, `decision_`.
    """

    def __init__(
        self,
        taxonomy: Taxonomy | None = None,
        tokenizer: Tokenizer | None = None,
        target_precision: float = 0.9,
        noisy: bool = False,
        random_state: int = 0,
    ) -> None:
        self.taxonomy = taxonomy
        self.tokenizer = tokenizer
        self.target_precision = target_precision
        self.noisy = noisy
        self.random_state = random_state

    @classmethod
    def cold_start(cls, taxonomy: Taxonomy) -> TaxonomyClassifier:
        """A classifier fitted on a taxonomy's names, keywords, definitions and examples."""
        return cls(taxonomy).fit()

    def fit(
        self,
        X: Sequence[str] = (),
        y: Sequence[str] = (),
        sample_weight: Sequence[float] | None = None,
        reviewed: Sequence[bool] | None = None,
        articles: Mapping[str, Sequence[str]] | None = None,
    ) -> TaxonomyClassifier:
        """`reviewed` marks codes that a reviewer gave; `articles` are 표준상담DB texts by type code.

        Raises `ValueError` (Korean) for lengths that differ, weights that are not above 0, codes that the taxonomy
        does not have, fewer than two codes, and neither texts nor taxonomy.
        """
        texts, codes = _checked(X, y, self.taxonomy)
        if not texts and self.taxonomy is None:
            raise ValueError("배울 글도 분류 체계도 없습니다. 글과 코드를 주거나 taxonomy를 주세요.")
        if texts and len(set(codes)) < 2:
            raise ValueError("코드가 한 가지뿐입니다. 두 가지 이상의 코드가 있는 글로 학습하세요.")
        self.cold_ = ColdStart(tokenizer=self.tokenizer).fit(self.taxonomy, articles) if self.taxonomy else None
        self.domains_ = {leaf.type_code: leaf.domain for leaf in self.taxonomy.leaves} if self.taxonomy else {}
        self.learner_: TextLearner | None = None
        self.decision_: Decision | None = None
        self._made({"texts": len(texts), "reviewed": int(np.sum(reviewed)) if reviewed is not None else 0})
        if not texts:
            return self
        checked = np.zeros(len(texts), bool) if reviewed is None else np.asarray(reviewed, bool)
        weight = _weights(sample_weight, len(texts)) * np.where(checked, _REVIEWED_WEIGHT, 1.0)
        learner = TextLearner(self.tokenizer, self.random_state)
        learner.fit(texts, codes, weight, checked if self.noisy else None)
        self.learner_ = learner
        self._made(self.data_, "0")
        self._decide(learner, texts, checked)
        return self

    def update(
        self, X: Sequence[str], y: Sequence[str], sample_weight: Sequence[float] | None = None
    ) -> TaxonomyClassifier:
        """Reviewed texts take effect at once, the texts learnt before not being needed. Raises as `fit` does."""
        self._check_fitted()
        texts, codes = _checked(X, y, self.taxonomy)
        if not texts:
            return self
        if self.learner_ is None:
            return self.fit(texts, codes, sample_weight, [True] * len(texts)) if len(set(codes)) > 1 else self
        self.learner_.update(texts, codes, _weights(sample_weight, len(texts)))
        told = hashlib.sha256(repr((self.model_version, texts, codes)).encode("utf-8", "replace")).hexdigest()
        self._made(self.data_ | {"updates": self.data_.get("updates", 0) + len(texts)}, told[:12])
        return self

    def classify(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order; 미분류 where the best chance is below the threshold."""
        self._check_fitted()
        texts = [text if isinstance(text, str) else str(text or "") for text in texts]
        return self._predict(texts) if texts else []

    def predict(self, X: Sequence[str]) -> Any:
        """The best code of each text, doubtful or not; `UNCLASSIFIED` where nothing in the text is known."""
        best = [found.alternatives[0][0] if found.alternatives else UNCLASSIFIED for found in self.classify(X)]
        return np.array(best, dtype=object)

    def predict_proba(self, X: Sequence[str]) -> Any:
        """Chances (texts x `classes_`, dense); what the best candidates leave over is nobody's, so that rows sum to at
        most one."""
        self._check_fitted()
        place = {code: number for number, code in enumerate(self.classes_.tolist())}
        found = np.zeros((len(X), len(place)))
        for row, ranked in enumerate(self._ranked(list(X), len(place))):
            for code, chance in ranked:
                found[row, place[code]] = chance
        return found

    def explain(self, text: str, code: str | None = None, count: int = 5) -> list[tuple[str, float]]:
        """The terms of a text that weighed most for a code (the best one where None), the most first."""
        code = code or str(self.predict([text])[0])
        if self.learner_ is not None and code in set(self.learner_.labels.tolist()):
            return self.learner_.explain(text, code, count)
        return self.cold_.explain(text, code, count) if self.cold_ and code in self.domains_ else []

    def save(self, folder: Path, metrics: Mapping[str, Any] | None = None) -> None:
        """Into a folder (replaced as a whole), with its card; see `nlp.storage`."""
        self._check_fitted()
        storage.save(self, folder, self.card(metrics))

    @classmethod
    def load(cls, folder: Path) -> TaxonomyClassifier:
        """Raises `nlp.storage.StoredModelError` for files that are missing or were changed."""
        found, _ = storage.load(folder)
        if not isinstance(found, cls):
            raise storage.StoredModelError(f"분류 모델이 아닙니다: {folder}. dasan train 으로 만든 폴더를 주세요.")
        return found

    def card(self, metrics: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What the model is made of: version, taxonomy, data, thresholds and figures; no text of anyone's."""
        return {
            "model_version": self.model_version,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "taxonomy": getattr(self, "taxonomy_", None),
            "data": self.data_,
            "classes_learnt": 0 if self.learner_ is None else len(self.learner_.labels),
            "target_precision": self.target_precision,
            "thresholds": {} if self.decision_ is None else {"": self.decision_.overall} | self.decision_.by_domain,
            "metrics": dict(metrics or {}) | self.metrics_,
        }

    def _predict(self, texts: list[str]) -> list[Prediction]:
        if self.learner_ is None:
            assert self.cold_ is not None
            return self.cold_.classify(texts)
        return [self._decided(ranked[:TOP]) for ranked in self._ranked(texts, TOP)]

    def _decided(self, ranked: Ranking) -> Prediction:
        assert self.decision_ is not None
        if not ranked:
            return Prediction(UNCLASSIFIED, 0.0, (), True)
        kept = tuple((code, round(chance, 4)) for code, chance in ranked)
        code, chance = ranked[0]
        if not self.decision_.accepts(chance, self.domains_.get(code, "")):
            return Prediction(UNCLASSIFIED, kept[0][1], kept, True)
        close = len(ranked) > 1 and chance - ranked[1][1] < REVIEW_MARGIN
        return Prediction(code, kept[0][1], kept, close)

    def _ranked(self, texts: list[str], top: int) -> list[Ranking]:
        """Codes and chances of each text, the best first; none where nothing of the text is known."""
        if self.learner_ is None:
            assert self.cold_ is not None
            return [list(found.alternatives) for found in self.cold_.classify(texts)]
        rows = self.learner_.features(texts)
        told = self._named(*self.learner_.mixture.chances(rows, max(top, TOP)))
        words = self.learner_.terms.words(rows)  # letters in common are not enough: a word must be recognised
        ranked = [found if known else [] for found, known in zip(told, words, strict=True)]
        return self._with_words(texts, ranked)

    def _named(self, ids: Any, chances: Any) -> list[Ranking]:
        assert self.learner_ is not None
        labels = self.learner_.labels.tolist()
        return [
            [(labels[number], chance) for number, chance in zip(numbers, found, strict=True) if number >= 0]
            for numbers, found in zip(ids.tolist(), chances.tolist(), strict=True)
        ]

    def _with_words(self, texts: Sequence[str], ranked: list[Ranking]) -> list[Ranking]:
        """What labels say, and where that is doubtful what the taxonomy's words say beside it."""
        if self.cold_ is None:
            return ranked
        doubtful = [at for at, found in enumerate(ranked) if not found or found[0][1] < _CERTAIN]
        for at, cold in zip(doubtful, self.cold_.classify([texts[at] for at in doubtful]), strict=True):
            ranked[at] = self.blend_.ranked(ranked[at], cold.alternatives)
        return ranked

    def _decide(self, learner: TextLearner, texts: Sequence[str], checked: Any) -> None:
        """Thresholds from what was held out, and figures for the card."""
        held = learner.held_out
        assert held is not None
        use = np.flatnonzero(checked[held.rows])
        use = use if len(use) >= _ENOUGH_REVIEWED else np.arange(len(held.rows))
        use = use[:: -(-len(use) // _HELD_OUT_MOST)]
        told = self._named(held.ids[use], held.chances[use])
        ranked = self._with_words([texts[row] for row in held.rows[use]], told)
        best = [found[0] if found else (UNCLASSIFIED, 0.0) for found in ranked]
        given = learner.labels[held.given[use]]
        right = np.array([code == gold for (code, _), gold in zip(best, given, strict=True)])
        chance = np.array([chance for _, chance in best])
        domains = np.array([self.domains_.get(code, "") for code, _ in best], dtype=object)
        vouched = bool(checked[held.rows[use]].all()) or not self.noisy
        attainable = 1.0 if vouched else codes_right(chance, right)
        self.decision_ = decision = Decision.fitted(chance, right, domains, self.target_precision * attainable)
        accepted = np.array([decision.accepts(*pair) for pair in zip(chance, domains, strict=True)])
        self.metrics_ = {
            "held_out": len(right),
            "held_out_reviewed": bool(checked[held.rows[use]].all()),
            "codes_right": round(attainable, 4),
            "accuracy": round(float(right.mean()), 4),
            "top5_accuracy": round(float(np.mean([g in dict(f) for g, f in zip(given, ranked, strict=True)])), 4),
            "accepted": round(float(accepted.mean()), 4),
            "precision_accepted": round(float(right[accepted].mean()), 4) if accepted.any() else None,
        }
        learner.held_out = None
        described = repr((learner.labels.tolist(), self.get_params()["target_precision"], learner.seen.tolist()))
        digest = hashlib.sha256(described.encode() + learner.mixture.fingerprint()).hexdigest()
        self._made(self.data_, digest[:12])

    def _made(self, data: dict[str, Any], digest: str = "") -> None:
        """A new state: its version, and what it is made of."""
        self.data_ = data
        self.metrics_ = getattr(self, "metrics_", {}) if digest else {}
        if self.taxonomy is not None:
            self.taxonomy_ = {"version": self.taxonomy.version, "content_hash": self.taxonomy.content_hash}
        cold = self.cold_.model_version if self.cold_ else ""
        self.model_version = f"trained-{digest}" if digest else cold
        learnt = [] if self.learner_ is None else self.learner_.labels.tolist()
        self.classes_ = np.array(list(dict.fromkeys([*learnt, *self.domains_])), dtype=object)
        if self.learner_ is None:
            return
        self.blend_ = Blend.fitted(learnt, self.learner_.seen, len(set(self.domains_) - set(learnt)))

    def _check_fitted(self) -> None:
        if not hasattr(self, "learner_"):
            raise NotFittedError("아직 학습하지 않은 분류기입니다. fit 을 먼저 부르세요.")

    def stored_state(self) -> dict[str, Any]:
        """The taxonomy itself stays where taxonomies are kept; the card names its version and hash."""
        return {key: value for key, value in vars(self).items() if key != "taxonomy"}

    def restore_state(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state | {"taxonomy": None})


def _checked(X: Sequence[str], y: Sequence[str], taxonomy: Taxonomy | None) -> tuple[list[str], list[str]]:
    texts, codes = [str(text) for text in X], [str(code) for code in y]
    if len(texts) != len(codes):
        raise ValueError(f"글은 {len(texts):,}개인데 코드는 {len(codes):,}개입니다. 수가 같아야 합니다.")
    unknown = sorted({code for code in codes if taxonomy is not None and code not in taxonomy})
    if unknown:
        raise ValueError(
            f"분류 체계에 없는 코드 {len(unknown):,}가지: {', '.join(unknown[:5])}. 코드나 판을 확인하세요."
        )
    return texts, codes


def _weights(given: Sequence[float] | None, count: int) -> Any:
    weights = np.ones(count) if given is None else np.asarray(given, np.float64)
    if weights.shape != (count,) or not (weights > 0).all():
        raise ValueError(f"표본 가중치는 글마다 하나씩({count:,}개), 0보다 커야 합니다.")
    return weights
