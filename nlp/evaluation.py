"""How well a learner does on labelled texts: folds that keep groups together, accuracy, macro-F1, speed and memory.

Belongs here: measuring. Does not: reading data sets (`jobs.datasets`), or what is measured.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

FOLDS = 5
SEED = 120
_TOP = 5

Fold = tuple[Sequence[int], Sequence[int]]  # rows to learn from, rows to be tested


class Learner(Protocol):
    """What can be measured: features and scoring are timed apart."""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Any: ...

    def features(self, texts: Sequence[str]) -> Any:
        """Whatever `top` takes."""

    def top(self, features: Any, count: int) -> Sequence[Sequence[str]]:
        """The best labels of each text, the best first; at most `count`, fewer where there are no more."""


@dataclass(frozen=True)
class Evaluation:
    """Over all tested rows together. `macro_f1` is the mean over the labels that occur among them; `fit_seconds` is
    one fit (the mean of the folds); `peak_mb` is the largest the process has been so far."""

    n: int
    classes: int
    accuracy: float
    macro_f1: float
    top5_accuracy: float
    fit_seconds: float
    feature_docs_per_second: float
    score_docs_per_second: float
    peak_mb: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Retrieval:
    """Where each query's own document stands. A document of equal score counts as standing before it, so that ties are
    never won; `r_at_1_text` counts as right what has the very text of the own document."""

    n: int
    r_at_1: float
    r_at_5: float
    mrr: float
    r_at_1_text: float
    fit_seconds: float
    score_docs_per_second: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def folds(labels: Sequence[str], groups: Sequence[str] | None = None, split: Sequence[str] | None = None) -> list[Fold]:
    """The given split (`train`, `test`), or five stratified folds of a fixed seed in which a group is never divided.

    Labels with fewer rows than folds are stratified together. Raises `ValueError` (Korean) for what cannot be divided.
    """
    if split is not None:
        parts = {name: [row for row, part in enumerate(split) if part == name] for name in ("train", "test")}
        if empty := [name for name, rows in parts.items() if not rows]:
            raise ValueError(f"split 열에 {', '.join(empty)} 행이 없습니다. train과 test가 모두 있어야 합니다.")
        return _checked([(parts["train"], parts["test"])], labels)
    if len(labels) < FOLDS:
        raise ValueError(f"행이 {len(labels)}개입니다. 교차검증에는 {FOLDS}개 이상이 필요합니다.")
    if groups is not None and len(set(groups)) < FOLDS:
        raise ValueError(f"group이 {len(set(groups))}가지입니다. 교차검증에는 {FOLDS}가지 이상이 필요합니다.")
    return _checked(list(_stratified(labels, groups)), labels)


def _checked(found: list[Fold], labels: Sequence[str]) -> list[Fold]:
    if any(len({labels[row] for row in train}) < 2 for train, _ in found):
        raise ValueError("배울 자료에 label이 한 가지뿐입니다. 두 가지 이상이어야 잴 수 있습니다.")
    return found


def _stratified(labels: Sequence[str], groups: Sequence[str] | None) -> Iterator[Fold]:
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    counts = Counter(labels)
    rare = sum(count for count in counts.values() if count < FOLDS)
    pool = "" if rare >= FOLDS or not rare else counts.most_common(1)[0][0]  # the few rare rows go with the many
    strata = [label if counts[label] >= FOLDS else pool for label in labels]
    chosen = StratifiedKFold if groups is None else StratifiedGroupKFold
    for train, test in chosen(FOLDS, shuffle=True, random_state=SEED).split(strata, strata, groups):
        if len(test):
            yield train.tolist(), test.tolist()


def cross_validate(
    make: Callable[[], Learner], texts: Sequence[str], labels: Sequence[str], found: Sequence[Fold]
) -> Evaluation:
    """Fit a fresh learner on each fold and test it on the rest; figures are over all tested rows."""
    gold: list[str] = []
    best: list[Sequence[str]] = []
    fit, featured, scored = 0.0, 0.0, 0.0
    for train, test in found:
        learner, started = make(), time.perf_counter()
        learner.fit([texts[row] for row in train], [labels[row] for row in train])
        fitted = time.perf_counter()
        features = learner.features([texts[row] for row in test])
        ready = time.perf_counter()
        best += learner.top(features, _TOP)
        scored += time.perf_counter() - ready
        featured, fit = featured + ready - fitted, fit + fitted - started
        gold += [labels[row] for row in test]
    first = [ranked[0] if len(ranked) else "" for ranked in best]
    return Evaluation(
        n=len(gold),
        classes=len(set(labels)),
        accuracy=accuracy(gold, first),
        macro_f1=macro_f1(gold, first),
        top5_accuracy=sum(label in ranked for label, ranked in zip(gold, best, strict=True)) / len(gold),
        fit_seconds=round(fit / len(found), 3),
        feature_docs_per_second=round(len(gold) / max(featured, 1e-9), 1),
        score_docs_per_second=round(len(gold) / max(scored, 1e-9), 1),
        peak_mb=peak_mb(),
    )


def accuracy(gold: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    return sum(a == b for a, b in zip(gold, found, strict=True)) / len(gold)


def macro_f1(gold: Sequence[Hashable], found: Sequence[Hashable]) -> float:
    """The mean over the gold labels of 2 tp / (tp + fp + tp + fn)."""
    right = Counter(a for a, b in zip(gold, found, strict=True) if a == b)
    told, true = Counter(found), Counter(gold)
    return sum(2 * right[label] / (told[label] + true[label]) for label in true) / len(true)


def peak_mb() -> float:
    """The most memory that this process has held so far, in MB of 2**20 bytes."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)  # Linux counts in KiB


def retrieval(queries: Sequence[str], documents: Sequence[str]) -> Retrieval:
    """Normalised queries against all documents; the own one of `queries[i]` is `documents[i]`."""
    import numpy as np

    from nlp.matching import Matcher
    from nlp.tokenize import MecabTokenizer

    started = time.perf_counter()
    model = Matcher(MecabTokenizer()).fit([[(1.0, text)] for text in documents])
    fitted = time.perf_counter()
    ranks, same = [], 0
    for start in range(0, len(queries), 512):
        values = model.scores(queries[start : start + 512]).values
        for row, scores in enumerate(values, start=start):
            ranks.append(int((scores >= scores[row]).sum()))
            same += scores[row] > 0 and documents[int(scores.argmax())] == documents[row]
    scored = time.perf_counter() - fitted
    places = np.array(ranks)
    return Retrieval(
        n=len(ranks),
        r_at_1=float((places == 1).mean()),
        r_at_5=float((places <= 5).mean()),
        mrr=float((1 / places).mean()),
        r_at_1_text=same / len(ranks),
        fit_seconds=round(fitted - started, 3),
        score_docs_per_second=round(len(ranks) / scored, 1),
    )


def product_learner() -> Learner:
    """The product's own classifier, as it is without a taxonomy."""
    from nlp.supervised import TextLearner

    return TextLearner()
