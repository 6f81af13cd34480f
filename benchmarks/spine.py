"""Speed of the spine: `dasan classify` and `dasan redact` on petition titles, and a synthetic day from files to brief.

Each command is timed as its user runs it (start-up included), beside a peer in the same run: ko-pii alone for
redaction; scikit-learn's own TF-IDF over character n-grams and cosine similarity to the type texts for
classification. Both in CPU seconds of all processes, which a busy machine changes less. Usage: python
benchmarks/spine.py [--titles N] [--scale S]     (--scale 0 leaves the day out)
"""

from __future__ import annotations

import argparse
import csv
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

DASAN = str(Path(sys.executable).with_name("dasan"))
DATA = Path(os.environ.get("DASAN_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
DAY = "2021-12-14"


def titles(count: int) -> list[str]:
    with (DATA / "petitions-covid-2019-2021" / "petition_data.csv").open(encoding="utf-8-sig", newline="") as stream:
        return [row["title"] for row, _ in zip(csv.DictReader(stream), range(count), strict=False)]


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process and of those that have ended under it."""
    started = sum(os.times()[:4])
    work()
    return round(sum(os.times()[:4]) - started, 2)


def dasan(home: Path, *arguments: str) -> float:
    environment = os.environ | {"DASAN_HOME": str(home)}
    return timed(lambda: subprocess.run([DASAN, *arguments], env=environment, check=True, capture_output=True))


def peer_redact(texts: list[str]) -> None:
    from ko_pii import detect_all

    for text in texts:
        detect_all(text)


def peer_classify(texts: list[str]) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    from schemas.taxonomy import load_taxonomy

    leaves = load_taxonomy("2022").leaves
    documents = [" ".join((leaf.name, leaf.definition, *leaf.keywords, *leaf.examples)) for leaf in leaves]
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    types = vectorizer.fit_transform(documents)
    for start in range(0, len(texts), 4096):
        (vectorizer.transform(texts[start : start + 4096]) @ types.T).toarray().argmax(axis=1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--titles", type=int, default=10_000)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    texts = titles(options.titles)
    result: dict[str, object] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    }
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        source = home / "titles.csv"
        with source.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["id", "text"])
            writer.writerows(enumerate(texts))
        result["titles"] = len(texts)
        for command, peer in (("classify", peer_classify), ("redact", peer_redact)):
            arguments = (command, "--in", str(source), "--out", str(home / "out.csv"))
            result[f"dasan {command}, CPU seconds"] = cpu(lambda told=arguments: dasan(home, *told))  # type: ignore[misc]
            result[f"peer {command}, CPU seconds"] = cpu(lambda peer=peer: peer(texts))  # type: ignore[misc]
        if options.scale:
            result |= day(home, options.scale)
    result["largest process, MB"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(json.dumps(result, ensure_ascii=False, indent=1))


def day(home: Path, scale: float) -> dict[str, object]:
    """A synthetic day, files to brief, in seconds."""
    dasan(home, "simulate", "--from", DAY, "--to", DAY, "--scale", str(scale))
    found: dict[str, object] = {"scale": scale}
    found["day: run seconds"] = round(dasan(home, "run", "--from", DAY, "--to", DAY), 2)
    found["day: run again seconds"] = round(dasan(home, "run", "--from", DAY, "--to", DAY), 2)
    found["day: brief seconds"] = round(dasan(home, "report", "covid-daily", "--date", DAY), 2)
    run = json.loads(sorted((home / "lake" / "_runs").glob("*.json"))[0].read_text(encoding="utf-8"))
    return found | {"day: records": run["ingested"], "day: contacts": run["contacts"]}


if __name__ == "__main__":
    main()
