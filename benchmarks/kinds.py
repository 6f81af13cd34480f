"""Labelled sets of several kinds through the product's classifier, beside plain scikit-learn, in one run.

What `dasan evaluate --dataset csv:…` does on topics of short titles, and on thousands of classes with few short texts
each. How little text of many classes is learnt was chosen on `types` and `answers`; nothing was chosen on the others. One
split each (a fixed seed), so that a run stays short. `svc` and `bayes` hold 16 GB for thousands of classes; `napkinxc`
needs `benchmarks/peers.txt`.
Usage: python benchmarks/kinds.py [--sets NAME,...] [--learners NAME,...] [--json FILE]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from nlp.evaluation import cross_validate, product_learner
from schemas.taxonomy import load_taxonomy

DATA = Path(os.environ.get("DASAN_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
SEED = 7
TOPICS = ("정치개혁", "안전/환경", "인권/성평등", "보건복지", "교통/건축/국토", "일자리", "문화/예술/체육/언론")
FEWEST = 5  # stretches of an answer whose number is a class
Row = tuple[str, str, bool]  # text, label, whether it is tested


def _rows(*parts: str) -> Iterable[dict[str, str]]:
    with DATA.joinpath(*parts).open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def _split(pairs: Sequence[tuple[str, str]], tested: float) -> list[Row]:
    chosen = np.random.default_rng(SEED).random(len(pairs)) < tested
    return [(text, label, bool(test)) for (text, label), test in zip(pairs, chosen, strict=True)]


def _petitions(topics: Sequence[str], count: int) -> list[tuple[str, str]]:
    """Titles of up to 60 characters, each once."""
    told = {row["title"]: row["category"] for row in _rows("petitions-covid-2019-2021", "petition_data.csv")}
    pairs = [(title, topic) for title, topic in told.items() if len(title) <= 60 and (not topics or topic in topics)]
    order = np.random.default_rng(SEED).permutation(len(pairs))[:count]
    return [pairs[at] for at in order]


def topics() -> list[Row]:
    """Seven topics of petition titles: 24,000 to learn from, 6,000 tested."""
    return _split(_petitions(TOPICS, 30_000), 0.2)


def few_topics() -> list[Row]:
    """The same seven with 700 titles to learn from."""
    pairs = _petitions(TOPICS, 30_000)
    return [(text, label, at >= 700) for at, (text, label) in enumerate(pairs[:6_700])]


def titles() -> list[Row]:
    """All seventeen categories, unevenly filled: 2,600 titles."""
    return _split(_petitions((), 2_600), 0.2)


def prose() -> list[Row]:
    """What 2,600 types say of themselves, to their 대분류; whole 소분류 are tested."""
    leaves = load_taxonomy().leaves
    order = np.random.default_rng(SEED).permutation(len(leaves))[:2_600]
    tested = np.random.default_rng(SEED).random(10_000) < 0.2
    place = {path: at for at, path in enumerate(sorted({leaf.path[:3] for leaf in leaves}))}
    chosen = [leaves[at] for at in order]
    return [(f"{leaf.name}\n{leaf.definition}", leaf.domain, bool(tested[place[leaf.path[:3]]])) for leaf in chosen]


def types(chosen: slice = slice(3_007)) -> list[Row]:
    """3,007 types of the taxonomy: name, definition, keywords and first example learnt, the second example tested."""
    leaves = [leaf for leaf in load_taxonomy().leaves if len(leaf.examples) > 1]
    found: list[Row] = []
    for at in np.random.default_rng(SEED).permutation(len(leaves))[chosen]:
        leaf = leaves[at]
        learnt = [leaf.name, leaf.definition, leaf.examples[0], *leaf.keywords[:4]]
        found += [(text, leaf.type_code, False) for text in learnt]
        found.append((leaf.examples[1], leaf.type_code, True))
    return found


def other_types() -> list[Row]:
    """The types that `types` leaves out."""
    return types(slice(3_007, None))


def answers() -> list[Row]:
    """Stretches of nine words of Seoul's published answers, to the number of the answer: every fifth is tested."""
    found: list[Row] = []
    for row in _rows("seoul-120", "seoul-120-text.csv"):
        words = row["내용"].split()
        pieces = [" ".join(words[at : at + 9]) for at in range(0, len(words) - 5, 9)][:12]
        if len(pieces) >= FEWEST:
            found += [(text, row["번호"], at % 5 == 2) for at, text in enumerate(pieces)]
    return found


SETS: dict[str, Callable[[], list[Row]]] = {
    "topics": topics,
    "few-topics": few_topics,
    "titles": titles,
    "prose": prose,
    "types": types,
    "other-types": other_types,
    "answers": answers,
}


class Plain:
    """TF-IDF of character n-grams in words (2 to 4) and a classifier of scikit-learn."""

    def __init__(self, classifier: Any) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
        self.classifier = classifier

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Plain:
        self.classifier.fit(self.vectorizer.fit_transform(texts), labels)
        return self

    def features(self, texts: Sequence[str]) -> Any:
        return self.vectorizer.transform(texts)

    def top(self, features: Any, count: int) -> list[list[str]]:
        scorer = getattr(self.classifier, "decision_function", None) or self.classifier.predict_log_proba
        found: list[list[str]] = []
        for start in range(0, features.shape[0], 1_024):
            scores = scorer(features[start : start + 1_024])
            scores = np.stack([-scores, scores], axis=1) if scores.ndim == 1 else scores
            found += self.classifier.classes_[np.argsort(-scores, axis=1, kind="stable")[:, :count]].tolist()
        return found


def svc() -> Plain:
    from sklearn.svm import LinearSVC

    return Plain(LinearSVC())


def bayes() -> Plain:
    from sklearn.naive_bayes import ComplementNB

    return Plain(ComplementNB())


class Nearest(Plain):
    """The labels of the most similar rows."""

    def __init__(self) -> None:
        super().__init__(None)

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Nearest:
        self.rows, self.labels = self.vectorizer.fit_transform(texts).T.tocsr(), np.asarray(labels, dtype=object)
        return self

    def top(self, features: Any, count: int) -> list[list[str]]:
        found = []
        for start in range(0, features.shape[0], 512):
            likeness = (features[start : start + 512] @ self.rows).toarray()
            near = np.argsort(-likeness, axis=1)[:, :50]
            found += [list(dict.fromkeys(self.labels[row].tolist()))[:count] for row in near]
        return found


class Tree(Plain):
    """napkinXC's probabilistic label tree, with its defaults."""

    def __init__(self) -> None:
        super().__init__(None)

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Tree:
        from napkinxc.models import PLT

        self.labels, numbers = np.unique(np.asarray(labels, dtype=object), return_inverse=True)
        self.folder = TemporaryDirectory()
        self.model = PLT(self.folder.name, threads=2)
        self.model.fit(self.vectorizer.fit_transform(texts), [[number] for number in numbers.tolist()])
        return self

    def top(self, features: Any, count: int) -> list[list[str]]:
        return [[self.labels[number] for number in row] for row in self.model.predict(features, top_k=count)]


LEARNERS: dict[str, Callable[[], Any]] = {
    "dasan": product_learner,
    "svc": svc,
    "bayes": bayes,
    "nearest": Nearest,
    "napkinxc": Tree,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--learners", default=",".join(LEARNERS))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    told: dict[str, Any] = {}
    for name in options.sets.split(","):
        rows = SETS[name]()
        texts, labels = [text for text, _, _ in rows], [label for _, label, _ in rows]
        fold = [at for at, row in enumerate(rows) if not row[2]], [at for at, row in enumerate(rows) if row[2]]
        for learner in options.learners.split(","):
            found = cross_validate(LEARNERS[learner], texts, labels, [fold]).as_dict() | {"learnt": len(fold[0])}
            told.setdefault(name, {})[learner] = found
            print(name, learner, json.dumps(found), file=sys.stderr, flush=True)
    (options.json.write_text if options.json else print)(json.dumps(told, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
