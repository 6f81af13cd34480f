"""Thousands of classes: the product's linear model beside its peers, in one run, each in a process of its own.

The 200,000 documents of 4,000 classes are synthetic (`benchmarks/synthetic.py`, fixed seed): the figures compare
learners with each other and say nothing of Korean calls. Every learner gets the same TF-IDF rows with its own
defaults (fastText the words). Peers live in an environment of their own: `make bench-classifier`.
Usage: python benchmarks/classifier.py [--documents N] [--peers PYTHON] [--only NAME,...] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, load_npz, save_npz

OURS = ("dasan", "sklearn-complement-nb", "sklearn-sgd", "tfidf-1nn")
PEERS = ("fasttext", "napkinxc-plt", "omikuji")
SLOW = 2_000  # test documents where a learner scores too slowly for all of them
LIMIT_SECONDS = 300


def measured(folder: Path, fit: Callable[[], Callable[[csr_matrix], Any]], tested: int | None = None) -> dict[str, Any]:
    """Seconds of `fit`, documents a second of the scorer that it returns, and the share that it gets right."""
    test, labels = load_npz(folder / "test.npz")[:tested], np.load(folder / "test.npy")[:tested]
    started = time.perf_counter()
    best = fit()
    fitted = time.perf_counter() - started
    best(test[:200])
    started = time.perf_counter()
    found = np.asarray(best(test))
    seconds = time.perf_counter() - started
    return {
        "fit_seconds": round(fitted, 1),
        "docs_per_second": round(len(labels) / seconds),
        "accuracy": round(float((found == labels).mean()), 4),
        "tested": len(labels),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def train_set(folder: Path) -> tuple[csr_matrix, Any]:
    return load_npz(folder / "train.npz"), np.load(folder / "train.npy")


def dasan(folder: Path) -> dict[str, Any]:
    from nlp.linear import fit_linear
    from nlp.supervised import PLAIN

    rows, labels = train_set(folder)
    compiled = fit_linear(rows[:400], np.arange(400) % 200, 200, training=PLAIN)  # machine code, made once
    compiled.best(rows[:10], 5)

    def fit() -> Callable[[csr_matrix], Any]:
        model = fit_linear(rows, labels, int(labels.max()) + 1, training=PLAIN)
        return lambda test: model.best(test, 5)[0][:, 0]

    return measured(folder, fit)


def sklearn_complement_nb(folder: Path) -> dict[str, Any]:
    from sklearn.naive_bayes import ComplementNB

    def fit() -> Callable[[csr_matrix], Any]:
        return ComplementNB().fit(*train_set(folder)).predict

    return measured(folder, fit, SLOW)


def sklearn_sgd(folder: Path) -> dict[str, Any]:
    from sklearn.linear_model import SGDClassifier

    def fit() -> Callable[[csr_matrix], Any]:
        return SGDClassifier(n_jobs=2, random_state=0).fit(*train_set(folder)).predict

    return measured(folder, fit, SLOW)


def tfidf_1nn(folder: Path) -> dict[str, Any]:
    rows, labels = train_set(folder)
    columns = rows.T.tocsr()

    def best(test: csr_matrix) -> Any:
        blocks = (test[at : at + 256] @ columns for at in range(0, test.shape[0], 256))
        return np.concatenate([labels[np.asarray(block.toarray()).argmax(axis=1)] for block in blocks])

    return measured(folder, lambda: best, SLOW)


def fasttext(folder: Path) -> dict[str, Any]:
    import fasttext as library

    lines = (folder / "test.txt").read_text().splitlines()

    def fit() -> Callable[[csr_matrix], Any]:
        path = str(folder / "train.txt")
        model = library.train_supervised(path, loss="hs", lr=0.5, epoch=10, dim=100, thread=2, minCount=1, verbose=0)
        # the binding's own predict fails with NumPy 2; this is what it calls
        told = lambda line: int(model.f.predict(line + "\n", 1, 0.0, "strict")[0][1].removeprefix("__label__"))  # noqa: E731
        return lambda test: [told(line) for line in lines[: test.shape[0]]]

    return measured(folder, fit)


def napkinxc_plt(folder: Path) -> dict[str, Any]:
    from napkinxc.models import PLT

    def fit() -> Callable[[csr_matrix], Any]:
        rows, labels = train_set(folder)
        model = PLT(str(folder / "napkinxc"), threads=2)
        model.fit(rows, [[int(label)] for label in labels])
        return lambda test: [found[0] if len(found) else -1 for found in model.predict(test, top_k=1)]

    return measured(folder, fit)


def omikuji(folder: Path) -> dict[str, Any]:
    import omikuji as library

    def fit() -> Callable[[csr_matrix], Any]:
        chosen = library.Model.default_hyper_param()
        model = library.Model.train_on_data(str(folder / "train.svm"), chosen, 2)

        def best(test: csr_matrix) -> Any:
            found = [
                model.predict(list(zip(row.indices.tolist(), row.data.tolist(), strict=True)), top_k=1) for row in test
            ]
            return [labels[0][0] if labels else -1 for labels in found]

        return best

    return measured(folder, fit)


def write_documents(folder: Path, count: int) -> dict[str, Any]:
    """The same documents in the forms that the learners read."""
    from synthetic import documents

    made = documents(count, count // 10)
    for name, rows, labels, words in (
        ("train", made.train, made.train_labels, made.train_words),
        ("test", made.test, made.test_labels, made.test_words),
    ):
        save_npz(folder / f"{name}.npz", rows, compressed=False)
        np.save(folder / f"{name}.npy", labels)
        with (folder / f"{name}.txt").open("w") as stream:
            for label, document in zip(labels.tolist(), words, strict=True):
                prefix = f"__label__{label} " if name == "train" else ""
                stream.write(prefix + " ".join(f"w{word}" for word in document) + "\n")
    with (folder / "train.svm").open("w") as stream:
        rows, labels = made.train, made.train_labels
        stream.write(f"{rows.shape[0]} {rows.shape[1]} {labels.max() + 1}\n")
        for label, start, end in zip(labels.tolist(), rows.indptr, rows.indptr[1:], strict=False):
            cells = zip(rows.indices[start:end].tolist(), rows.data[start:end].tolist(), strict=True)
            stream.write(f"{label} " + " ".join(f"{column}:{value:.6g}" for column, value in cells) + "\n")
    seen = len(np.unique(made.train_labels))
    return {"train": made.train.shape[0], "test": made.test.shape[0], "terms": made.train.shape[1], "classes": seen}


def in_its_own_process(python: str, name: str, folder: Path) -> dict[str, Any]:
    """One learner's figures, or why there are none."""
    command = [python, __file__, "--measure", name, "--folder", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "2"}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=LIMIT_SECONDS, env=environment
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"not done after {LIMIT_SECONDS} s"}
    if done.returncode != 0:
        return {"failed": (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1][-200:]}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def show(result: dict[str, Any]) -> None:
    print("Synthetic documents:", result["documents"], "on", result["machine"])
    print(f"{'learner':24}{'fit s':>8}{'docs/s':>10}{'accuracy':>10}{'peak MB':>9}{'tested':>8}")
    for name, row in result["learners"].items():
        if "failed" in row:
            print(f"{name:24} {row['failed']}")
            continue
        cells = f"{row['fit_seconds']:>8}{row['docs_per_second']:>10,}{row['accuracy']:>10.4f}{row['peak_mb']:>9,}"
        print(f"{name:24}{cells}{row['tested']:>8,}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--peers", help="the Python of the peers' environment")
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure:
        print(json.dumps(globals()[chosen.measure.replace("-", "_")](chosen.folder)))
        return
    wanted = [name for name in (*OURS, *PEERS) if not chosen.only or name in chosen.only.split(",")]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        result: dict[str, Any] = {"machine": f"{os.cpu_count()} cores, Python {platform.python_version()}"}
        result["documents"], result["learners"] = write_documents(folder, chosen.documents), {}
        for name in wanted:
            python = sys.executable if name in OURS else chosen.peers
            if python:
                result["learners"][name] = in_its_own_process(python, name, folder)
    show(result)
    if chosen.json:
        Path(chosen.json).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
