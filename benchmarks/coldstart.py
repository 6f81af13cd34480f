"""The cold start measured: published answers found by their titles, the taxonomy's own examples, COVID on real titles.

No label is learnt from. The constants of `nlp.matching` and the calibration of `nlp.coldstart` were chosen on the half
of the titles called `chosen on` here (a fixed seed), on the taxonomy's examples, each scored by the taxonomy without
examples, and on the petitions of even id; the other half of the titles and the petitions of odd id were only reported.
The calibration is fitted on 4,000 of the examples and 750 strangers' comments; what is said of accepted ones is of the
others. Usage: python benchmarks/coldstart.py [--fit]     (--fit prints the calibration and the thresholds anew)
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import re
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from nlp.coldstart import ColdStart
from nlp.matching import Matcher
from nlp.normalize import normalize
from nlp.tokenize import MecabTokenizer
from schemas.codes import UNCLASSIFIED, known_codes
from schemas.taxonomy import Taxonomy, load_taxonomy

DATA = Path(os.environ.get("DASAN_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
COVID_WORDS = re.compile("코로나|백신|확진|자가격리|마스크|거리두기")
FIRST_CASE = date(2020, 1, 20)
BLOCK = 512
FITTED_ON, STRANGERS = 4_000, 750  # examples and strangers' comments that the calibration is fitted on
GIVEN, UNMARKED = 0.65, 0.60  # 대분류 right of what is given a type, types right of what is not marked for review

Scorer = Callable[[list[str]], Any]


def rows(*parts: str) -> Iterator[dict[str, str]]:
    with DATA.joinpath(*parts).open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def ours(documents: list[str]) -> Scorer:
    model = Matcher(MecabTokenizer()).fit([[(1.0, text)] for text in documents])
    return lambda texts: model.scores(texts).values


def tfidf(analyzer: str, least: int, most: int) -> Callable[[list[str]], Scorer]:
    def fit(documents: list[str]) -> Scorer:
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer=analyzer, ngram_range=(least, most), sublinear_tf=True)
        matrix = vectorizer.fit_transform(documents)
        return lambda texts: (vectorizer.transform(texts) @ matrix.T).toarray()

    return fit


def bm25(documents: list[str]) -> Scorer:
    """Morphemes, k1 = 1.2, b = 0.75."""
    from scipy.sparse import diags
    from sklearn.feature_extraction.text import CountVectorizer

    tokenizer = MecabTokenizer()
    vectorizer = CountVectorizer(analyzer=tokenizer.tokens)
    counts = vectorizer.fit_transform(documents).astype(float).tocsr()
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    slack = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
    found_in = np.bincount(counts.indices, minlength=counts.shape[1])
    counts.data = counts.data * 2.2 / (counts.data + np.repeat(slack, np.diff(counts.indptr)))
    weighted = counts @ diags(np.log1p((len(documents) - found_in + 0.5) / (found_in + 0.5)))
    return lambda texts: ((vectorizer.transform(texts) > 0).astype(float) @ weighted.T).toarray()


def published_answers() -> dict[str, Any]:
    """A tie counts as lost."""
    pairs = [(normalize(row["제목"]), normalize(row["내용"])) for row in rows("seoul-120", "seoul-120-text.csv")]
    titles, answers = [title for title, _ in pairs], [answer for _, answer in pairs]
    chosen = np.zeros(len(pairs), bool)
    chosen[np.random.default_rng(120).permutation(len(pairs))[: len(pairs) // 2]] = True
    peers = {
        "TF-IDF, character 2-3-grams": tfidf("char", 2, 3),
        "TF-IDF, character 2-4-grams in words": tfidf("char_wb", 2, 4),
        "BM25, morphemes": bm25,
        "this": ours,
    }
    found: dict[str, Any] = {}
    for name, fit in peers.items():
        started = time.perf_counter()
        score = fit(answers)
        ranks = []
        for start in range(0, len(titles), BLOCK):
            for row, values in enumerate(score(titles[start : start + BLOCK]), start=start):
                ranks.append(int((values >= values[row]).sum()))
        places = np.array(ranks)
        halves = {"all": slice(None), "chosen on": chosen, "other half": ~chosen}
        found[name] = {half: figures(places[mask]) for half, mask in halves.items()}
        found[name]["seconds"] = round(time.perf_counter() - started, 1)
    return found


def figures(places: Any) -> dict[str, float]:
    of = {"r_at_1": places == 1, "r_at_5": places <= 5, "mrr": 1 / places}
    return {name: round(float(values.mean()), 4) for name, values in of.items()}


def own_examples(taxonomy: Taxonomy, fit: bool) -> dict[str, Any]:
    """Examples written for each type, scored by what the types say without examples."""
    bare = Taxonomy("bare", tuple(leaf._replace(examples=()) for leaf in taxonomy.leaves), codebook=taxonomy.codebook)
    model = ColdStart().fit(bare)
    told = [(normalize(example), leaf) for leaf in taxonomy.leaves for example in leaf.examples]
    predictions = model.classify([text for text, _ in told])
    firsts = [prediction.alternatives[0][0] if prediction.alternatives else UNCLASSIFIED for prediction in predictions]
    right = np.array([first == leaf.type_code for first, (_, leaf) in zip(firsts, told, strict=True)])
    domains = [
        first != UNCLASSIFIED and taxonomy.leaf(first).domain == leaf.domain
        for first, (_, leaf) in zip(firsts, told, strict=True)
    ]
    chances = np.array([prediction.score for prediction in predictions])
    found: dict[str, Any] = {
        "n": len(told),
        "types": len(taxonomy),
        "first right": round(float(right.mean()), 4),
        "in the first five": round(
            float(
                np.mean(
                    [leaf.type_code in dict(p.alternatives) for p, (_, leaf) in zip(predictions, told, strict=True)]
                )
            ),
            4,
        ),
        "대분류 right": round(float(np.mean(domains)), 4),
        "unclassified": round(float(np.mean([p.type_code == UNCLASSIFIED for p in predictions])), 4),
        "told and right, by fifths of the score": [
            [round(float(chances[part].mean()), 2), round(float(right[part].mean()), 2)]
            for part in np.array_split(np.argsort(chances), 5)
        ],
    }
    texts, areas_right = [text for text, _ in told], np.array(domains)
    others = np.random.default_rng(0).permutation(len(told))[FITTED_ON:]
    given = np.array([prediction.type_code != UNCLASSIFIED for prediction in predictions])[others]
    unmarked = given & ~np.array([prediction.needs_review for prediction in predictions])[others]
    unseen = ColdStart.cold_start(taxonomy).classify(strangers()[STRANGERS:])
    found["not fitted on"] = {
        "given a type": round(float(given.mean()), 4),
        "of these, type and 대분류 right": shares(right[others][given], areas_right[others][given]),
        "not marked for review": round(float(unmarked.mean()), 4),
        "of these, type and 대분류 right ": shares(right[others][unmarked], areas_right[others][unmarked]),
        "strangers given a type": round(float(np.mean([p.type_code != UNCLASSIFIED for p in unseen])), 4),
    }
    if fit:
        found["calibration"] = calibration(model, texts, right, areas_right)
    return found


def shares(*right: Any) -> list[float]:
    return [round(float(values.mean()), 4) for values in right]


def strangers() -> list[str]:
    """Comments that are no matter of 120 (curse-detection, the decent ones)."""
    lines = DATA.joinpath("curse-detection", "dataset.txt").read_text(encoding="utf-8").splitlines()
    return [normalize(line.rpartition("|")[0]) for line in lines if line.endswith("|0")]


def calibration(model: ColdStart, examples: list[str], right: Any, areas_right: Any) -> dict[str, Any]:
    """`nlp.coldstart.Parameters`: the two chances, and the thresholds from which on `GIVEN` of the 대분류 and
    `UNMARKED` of the types are right, where a tenth of all texts are strangers'."""
    from sklearn.linear_model import LogisticRegression

    chosen = np.random.default_rng(0).permutation(len(examples))[:FITTED_ON]
    texts = [examples[at] for at in chosen] + strangers()[:STRANGERS]
    features = np.concatenate([_features(model, texts[at : at + BLOCK]) for at in range(0, len(texts), BLOCK)])
    weight = np.repeat([1.0, FITTED_ON / 9 / STRANGERS], [FITTED_ON, STRANGERS])
    found: dict[str, Any] = {}
    for name, truth, target in (("type_chance", right, UNMARKED), ("area_chance", areas_right, GIVEN)):
        gold = np.concatenate([truth[chosen], np.zeros(STRANGERS, bool)])
        fitted = LogisticRegression(C=100, max_iter=1000).fit(features, gold)
        found[name] = [round(float(value), 2) for value in (fitted.intercept_[0], *fitted.coef_[0])]
        chances = fitted.predict_proba(features)[:, 1]
        order = np.argsort(-chances)
        precise = np.cumsum((gold * weight)[order]) / np.cumsum(weight[order])
        found[f"{name}, from"] = round(float(chances[order][np.flatnonzero(precise >= target)[-1]]), 3)
    return found


def _features(model: ColdStart, texts: list[str]) -> Any:
    values, possible, known = model.scores(texts)
    values[~known] = 0.0
    second, best = np.partition(values, -2, axis=1)[:, -2:].T
    return np.stack([np.log1p(best), (best - second) / (best + 20), np.log1p(possible)], axis=1)


def covid_titles(model: ColdStart) -> dict[str, Any]:
    """Share taken for COVID among petition titles before the first case, and among later ones that say a COVID word."""
    covid = known_codes("covid_codebook")
    groups: dict[str, list[str]] = {}
    for row in rows("petitions-covid-2019-2021", "petition_data.csv"):
        half = "chosen on" if int(float(row["id"])) % 2 == 0 else "other half"
        opened = date.fromisoformat(row["expiryDate"]) - timedelta(days=30)
        if opened < FIRST_CASE and len(row["title"]) < 200:
            groups.setdefault(f"before the first case, {half}", []).append(row["title"])
        elif COVID_WORDS.search(row["title"]):
            groups.setdefault(f"with a COVID word, {half}", []).append(row["title"])
    thinned = {name: titles[::10] if "before" in name else titles for name, titles in groups.items()}
    return {
        name: [len(titles), round(float(np.mean([code in covid for code in model.predict(titles)])), 4)]
        for name, titles in sorted(thinned.items())
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    taxonomy = load_taxonomy()
    started = time.perf_counter()
    model = ColdStart.cold_start(taxonomy)
    fitted = time.perf_counter()
    titles = [
        row["title"]
        for row, _ in zip(rows("petitions-covid-2019-2021", "petition_data.csv"), range(10_000), strict=False)
    ]
    ready = time.perf_counter()
    model.classify(titles)
    classified = time.perf_counter()
    result = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "fit seconds": round(fitted - started, 2),
        "10,000 petition titles, seconds": round(classified - ready, 2),
        "published answers": published_answers(),
        "own examples": own_examples(taxonomy, options.fit),
        "petitions": covid_titles(model),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
