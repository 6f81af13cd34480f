"""How the pipeline grows, and what it is beside: longer stretches, Spark, more workers, and a first attempt in Spark.

  python benchmarks/scale.py sizes --work DIR --days 1,7,31 --scale 1     seconds and memory over longer stretches
  python benchmarks/scale.py workers --home DIR                           hops 2 to 4 on Spark with 1 and 2 workers of one core
  python benchmarks/scale.py peer --home DIR --records 3000               the first attempt on the same contacts, both timed

`peer` is what a data team writes first: Spark reads the contacts, a KoNLPy Okt UDF takes the nouns row by row, a
scikit-learn pipeline (TF-IDF and logistic regression, learnt on agents' codes) predicts in a `pandas_udf`. Start-up of
Spark and Okt, and learning, are left out of its time; ours is the same contacts through the pipeline's classification
hop, in one process and with its memory of texts switched off. `--home` is one that `year.py` made.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from year import landing, run

from jobs.engine import make_engine
from jobs.lake import LakeTable
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION

FIRST = date(2021, 8, 2)
CORES = 2


def sizes(work: Path, days: list[int], scale: float) -> dict[str, Any]:
    """The whole run over stretches that begin on one day; the seconds that each further day adds."""
    found: dict[str, Any] = {}
    for count in days:
        last = FIRST + timedelta(days=count - 1)
        folder, _ = landing(work / f"{count}-days", FIRST, last, scale)
        home = work / f"home-{count}"
        shutil.rmtree(home, ignore_errors=True)
        found[str(count)] = run(home, folder, FIRST, last)
        found[str(count)].pop("disk_mb")
    for few, many in itertools.pairwise(days):
        added = found[str(many)]["seconds"] - found[str(few)]["seconds"]
        found[f"seconds a day from {few} to {many}"] = round(added / (many - few), 2)
    return found


def workers(home: Home) -> dict[str, Any]:
    """Hops 2 to 4 over all days of an installation, on a standalone cluster of one and of two workers."""
    found = {}
    for count in (1, 2):
        with cluster(count, home.root / "spark") as master:
            engine: Any = make_engine("spark", master=master)
            try:
                executors = engine.spark.sparkContext._jsc.sc().getExecutorMemoryStatus
                while executors().size() < count + 1:  # and the driver
                    time.sleep(1)
                hops(engine, home, 1)  # every Python worker is up and has loaded the model
                found[f"{count} workers"] = hops(engine, home, None)
            finally:
                engine.close()
    one, two = (sum(found[f"{count} workers"].values()) for count in (1, 2))
    return found | {"times as fast": round(one / two, 2)}


def hops(engine: Any, home: Home, days: int | None) -> dict[str, float]:
    """Seconds of each hop over the first days, made anew."""
    shutil.rmtree(home.lake / "_made", ignore_errors=True)
    landed = sorted({file.partition[-1] for file in LakeTable(home, BRONZE).files()})[:days]
    first, last = date.fromisoformat(landed[0]), date.fromisoformat(landed[-1])
    result = Pipeline(engine, home, home.landing).run(first, last, ("validate", "deidentify", "classify"))
    return result.hop_seconds


@contextmanager
def cluster(count: int, folder: Path) -> Iterator[str]:
    """A real master and workers of one core on the loopback interface."""
    import pyspark

    spark_class = str(Path(pyspark.__file__).parent / "bin" / "spark-class")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    master = f"spark://127.0.0.1:{port}"
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    common = {"env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [
        subprocess.Popen(
            [
                spark_class,
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--webui-port",
                "0",
            ],
            **common,  # type: ignore[call-overload]
        )
    ]
    for number in range(count):
        worker = [spark_class, "org.apache.spark.deploy.worker.Worker", "-c", "1", "-m", "3g", "--webui-port", "0"]
        worker += ["-d", str(folder / str(number)), master]
        started.append(subprocess.Popen(worker, **common))  # type: ignore[call-overload]
    time.sleep(15)
    try:
        yield master
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def peer(home: Home, records: int) -> dict[str, Any]:
    """Seconds for the same contacts by the first attempt and by the classification hop."""
    import duckdb

    consultation, classification = LakeTable(home, CONSULTATION), LakeTable(home, CLASSIFICATION)
    files = consultation.absolute(consultation.files())
    query = (
        "SELECT coalesce(citizen_text, memo, '') AS text, agent_type_code AS code FROM read_parquet($files) "
        "WHERE is_consultation ORDER BY consultation_id LIMIT $count"
    )
    rows = duckdb.execute(query, {"files": files, "count": 2 * records}).fetchall()
    texts = [text for text, _ in rows]
    ours = _ours(home, texts[:records])
    theirs, startup = _first_attempt(texts[:records], rows[records:])
    contacts = sum(file.rows for file in classification.files())
    return {
        "records": records,
        "first attempt": {
            "seconds": round(theirs, 1),
            "startup_seconds": round(startup, 1),
            "records_per_second": round(records / theirs, 1),
        },
        "classification hop": {"seconds": round(ours, 2), "records_per_second": round(records / ours)},
        "times as fast": round(theirs / ours, 1),
        "contacts in the installation": contacts,
    }


def _ours(home: Home, texts: list[str]) -> float:
    from jobs.models import classifier
    from schemas.taxonomy import imported_folder

    version = home.taxonomy_version
    model = classifier(version, imported_folder(version, home.taxonomies), home.models, home.model).classifier
    model.classify(texts[:64])
    started = time.perf_counter()
    model.classify(texts)
    return time.perf_counter() - started


def _first_attempt(texts: list[str], labelled: list[tuple[str, str]]) -> tuple[float, float]:
    """Seconds of the work on `CORES` cores, and seconds until it could begin."""
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import pandas_udf, udf
    from pyspark.sql.types import StringType
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    began = time.perf_counter()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = SparkSession.builder.master(f"local[{CORES}]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    coded = [(text, code) for text, code in labelled if code]
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=200))
    model.fit([text for text, _ in coded], [code for _, code in coded])
    shared = spark.sparkContext.broadcast(model)

    @udf(StringType())
    def nouns(text: str) -> str:
        return " ".join(_okt().nouns(text)) if text.strip() else ""

    @pandas_udf(StringType())  # type: ignore[call-overload]
    def predict(texts: pd.Series) -> pd.Series:
        return pd.Series(shared.value.predict(texts))

    def work(given: list[str]) -> float:
        frame = spark.createDataFrame([(text,) for text in given], ["text"]).repartition(CORES)
        started = time.perf_counter()
        frame.select(predict(nouns("text")).alias("code")).groupBy("code").count().collect()
        return time.perf_counter() - started

    try:
        work(texts[:50])  # Python workers and their Okt are up
        startup = time.perf_counter() - began
        return work(texts), startup
    finally:
        spark.stop()


@cache
def _okt() -> Any:
    from konlpy.tag import Okt

    return Okt()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    grown = commands.add_parser("sizes")
    grown.add_argument("--work", type=Path, required=True)
    grown.add_argument("--days", type=lambda text: [int(part) for part in text.split(",")], default=[1, 7, 31])
    grown.add_argument("--scale", type=float, default=1.0)
    for name in ("workers", "peer"):
        command = commands.add_parser(name)
        command.add_argument("--home", type=Path, required=True)
        if name == "peer":
            command.add_argument("--records", type=int, default=3000)
    options = parser.parse_args()
    if options.command == "sizes":
        found = sizes(options.work, options.days, options.scale)
    else:
        home = Home(options.home.absolute())
        found = workers(home) if options.command == "workers" else peer(home, options.records)
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
