"""How the pipeline grows, and what it is beside: longer stretches, Spark, more workers, and a first attempt in Spark.

  python benchmarks/scale.py sizes --work DIR --days 1,7,31 --scale 1     seconds and memory over longer stretches
  python benchmarks/scale.py engines --home DIR                           hops 2 to 4 embedded and on Spark's local[2]
  python benchmarks/scale.py workers --home DIR                           hops 2 to 4 on Spark with 1 and 2 workers of one core
  python benchmarks/scale.py peer --home DIR --records 3000               the first attempt on the same contacts, both timed

`peer` is what a data team writes first (`first_attempt.py`), on two cores; ours is the same contacts through the body of
the classification hop, in one process of one thread and with its memory of texts switched off. Start-up and learning
are left out on both sides. `--home` is one that `year.py` made, which the run writes into.
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from first_attempt import FirstAttempt
from process_tree import tree_cpu_seconds
from year import landing, run

from jobs.engine import make_engine
from jobs.lake import LakeTable
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.tables import BRONZE, CONSULTATION

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


def engines(home: Home) -> dict[str, Any]:
    """Seconds by hop over all days of an installation, embedded and on Spark in one process, workers warm on both."""
    found: dict[str, Any] = {}
    for name in ("local", "spark"):
        engine = make_engine(name, master=f"local[{CORES}]")
        try:
            hops(engine, home, 1)
            found[name] = hops(engine, home, None)
        finally:
            engine.close()
    embedded, spark = (sum(found[name].values()) for name in ("local", "spark"))
    return found | {"times as fast embedded": round(spark / embedded, 2)}


def workers(home: Home) -> dict[str, Any]:
    """Hops 2 to 4 over all days of an installation, on a standalone cluster of one and of two workers, without memory of
    texts: two workers would each remember half of what one does from the day that is run first."""
    os.environ["DASAN_TEXT_MEMORY"] = "off"
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
    """A real master and workers of one core on the loopback interface, each held to a core of its own: else one worker's
    Java has the other core for compiling and collecting garbage."""
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
        worker = ["taskset", "-c", str(number), spark_class]
        worker += ["org.apache.spark.deploy.worker.Worker", "-c", "1", "-m", "3g", "--webui-port", "0"]
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
    """The same contacts by the first attempt and by the classification hop: seconds of the clock and of processors."""
    import duckdb

    consultation = LakeTable(home, CONSULTATION)
    files = consultation.absolute(consultation.files())
    query = (
        "SELECT coalesce(citizen_text, memo, '') AS text, contact_date, district_code, agent_type_code "
        "FROM read_parquet($files) WHERE is_consultation ORDER BY consultation_id LIMIT $count"
    )
    rows = duckdb.execute(query, {"files": files, "count": 2 * records}).fetchall()
    ours = _ours(home, rows[:records])
    began = time.perf_counter()
    with FirstAttempt([(row[0], row[3]) for row in rows[records:]], CORES) as attempt:
        startup = time.perf_counter() - began
        theirs = _timed(attempt.work([row[0] for row in rows[:records]]))
    return {
        "records": records,
        "characters": sum(len(row[0]) for row in rows[:records]),
        f"first attempt, {CORES} cores": theirs | {"startup_seconds": round(startup, 1)},
        "classification hop, 1 core": ours,
        "times as fast": round(theirs["seconds"] / ours["seconds"], 1),
        "times as little of processors": round(theirs["cpu_seconds"] / ours["cpu_seconds"], 1),
    }


def _timed(work: Callable[[], Any]) -> dict[str, float]:
    started, before = time.perf_counter(), tree_cpu_seconds(os.getpid())
    work()
    cpu = tree_cpu_seconds(os.getpid()) - before
    return {"seconds": round(time.perf_counter() - started, 2), "cpu_seconds": round(cpu, 2)}


def _ours(home: Home, rows: list[tuple[Any, ...]]) -> dict[str, float]:
    """The body of the hop in this process, which the model has been loaded into, without memory of texts."""
    from threadpoolctl import threadpool_limits

    from jobs.classify import classified

    def work(given: list[tuple[Any, ...]]) -> None:
        texts, days, districts, _ = zip(*given, strict=True)
        classified(texts, days, districts, home.taxonomy_version, home.taxonomies, home.models, home.model, False)

    with threadpool_limits(1):
        work(rows[:64])
        return _timed(lambda: work(rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    grown = commands.add_parser("sizes")
    grown.add_argument("--work", type=Path, required=True)
    grown.add_argument("--days", type=lambda text: [int(part) for part in text.split(",")], default=[1, 7, 31])
    grown.add_argument("--scale", type=float, default=1.0)
    for name in ("engines", "workers", "peer"):
        command = commands.add_parser(name)
        command.add_argument("--home", type=Path, required=True)
        if name == "peer":
            command.add_argument("--records", type=int, default=3000)
    options = parser.parse_args()
    if options.command == "sizes":
        found = sizes(options.work, options.days, options.scale)
    else:
        home = Home(options.home.absolute())
        over = {"engines": engines, "workers": workers}
        found = peer(home, options.records) if options.command == "peer" else over[options.command](home)
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
