"""A real standalone cluster on the loopback address: a worker dies in the middle of a run, and the tables are exact."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import landing_files as lf
import pytest
from lake_contents import contents

from jobs.engine import make_engine
from jobs.engine.local import LocalEngine
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, VALIDATED

DAYS = [date(2021, 12, day) for day in (13, 14, 15, 16)]
HOPS = ("ingest", "validate", "deidentify", "classify")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], Any], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


class Cluster:
    """A master and two workers of one core, each worker at the head of a process group with its executors."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.folder = folder
        self.launcher = Path(pyspark.__file__).parent / "bin" / "spark-class"
        port = free_port()
        self.url = f"spark://127.0.0.1:{port}"
        deploy = "org.apache.spark.deploy"
        self.master = self._start("master", f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port))
        until(lambda: "New state: ALIVE" in self.log("master"), 120, "the master did not start")
        self.workers = [
            self._start(name, f"{deploy}.worker.Worker", "--host", "127.0.0.1", "-c", "1", "-m", "1g", "-d", str(folder / name), self.url)
            for name in ("worker-1", "worker-2")
        ]  # fmt: skip
        for name in ("worker-1", "worker-2"):
            until(lambda name=name: "Successfully registered" in self.log(name), 120, f"{name} did not register")

    def _start(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_HOME": str(self.launcher.parents[1]),
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            command = [str(self.launcher), *words, "--webui-port", "0"]
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        for process in (*self.workers, self.master):
            self.kill(process)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    yield cluster
    cluster.close()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="Java가 없어 Spark를 켤 수 없습니다")
def test_a_worker_dies_and_the_tables_are_exact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Cluster, engine: LocalEngine
) -> None:
    monkeypatch.setenv("DASAN_TOKEN_KEY", os.urandom(32).hex())
    monkeypatch.setenv("DASAN_TAXONOMY", "2019")
    landing, on_cluster, here = tmp_path / "landing", Home(tmp_path / "cluster-home"), Home(tmp_path / "here")
    for day in DAYS:
        lf.nine_channels(landing, day.isoformat())  # the ids are those of every other day: repeats and corrections
        calls = [lf.call(f"{day.day}-{i}", "코로나19 백신 예약", day=day.isoformat()) for i in range(300)]
        lf.put(landing, "phone", "many.csv", lf.csv_bytes(lf.CALL_HEADER, calls), day.isoformat())

    spark: Any = make_engine("spark", master=cluster.url)
    context = spark.spark.sparkContext
    executors = context._jsc.sc().getExecutorMemoryStatus
    until(lambda: executors().size() == 3, 120, "the driver and two executors")
    ended, died = threading.Event(), threading.Event()

    def kill_one() -> None:
        """When the executors are writing consultations."""
        folder = on_cluster.lake / CONSULTATION.name
        while not ended.is_set() and not list(folder.glob("_staging-*/_temporary/*/*/*")):
            time.sleep(0.01)
        if not ended.is_set():
            Cluster.kill(cluster.workers[0])
            died.set()

    killer = threading.Thread(target=kill_one)
    killer.start()
    try:
        Pipeline(spark, on_cluster, landing).run(DAYS[0], DAYS[-1], HOPS)
    finally:
        ended.set()
        killer.join()
    assert died.is_set()
    until(lambda: executors().size() == 2, 120, "an executor is gone")
    spark.close()

    Pipeline(engine, here, landing).run(DAYS[0], DAYS[-1], HOPS)
    for table in (BRONZE, VALIDATED, CONSULTATION, CLASSIFICATION):
        assert contents(engine, on_cluster, table) == contents(engine, here, table)
    assert len(contents(engine, on_cluster, CONSULTATION)) == 4 * 300 + 12
