"""Runs in a process group of their own that can be killed at any moment.

Imports and the model take far longer than a small run, so one process is warmed once and each run is a fork of it. It
must not touch the lake itself: the Delta library's threads do not live on in a fork.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

from jobs.settings import Home


def _serve(orders: Connection, root: str) -> None:
    import deltalake
    import duckdb
    import pyarrow.parquet

    import jobs.engine.local as engines
    from jobs.models import classifier
    from jobs.pipeline import Pipeline
    from nlp.redact import redact

    assert deltalake and duckdb and pyarrow.parquet
    home = Home(Path(root))
    classifier(home.taxonomy_version, None, home.models).classify(["불법주차 신고"])
    redact("제 번호는 010-0000-9876이에요")
    orders.send("warm")
    while order := orders.recv():
        first, last, pool_from = order
        if not (child := os.fork()):
            os.setsid()
            engines.POOL_FROM_ROWS = pool_from
            engine = engines.LocalEngine(2)
            Pipeline(engine, home, home.landing).run(first, last)
            engine.close()
            os._exit(0)
        orders.send(child)
        orders.send(os.waitpid(child, 0)[1])


class Runs:
    """Runs over one installation, one after the other."""

    def __init__(self, home: Home) -> None:
        self.home = home
        here, there = multiprocessing.Pipe()
        self.orders = here
        self.server = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, str(home.root)))
        self.server.start()
        assert here.recv() == "warm"

    def run(
        self, first: date, last: date, kill: Callable[[], object] | None = None, pool_from: int = 30_000
    ) -> tuple[int, float]:
        """A run, killed with its whole group as soon as `kill` returns. Its wait status and its seconds."""
        began = time.monotonic()
        self.orders.send((first, last, pool_from))
        child = self.orders.recv()
        if kill is not None:
            kill()
            while not self.orders.poll():  # until it is dead: at first it may not lead its group yet
                for end in (os.killpg, os.kill):
                    try:
                        end(child, signal.SIGKILL)
                    except ProcessLookupError:
                        continue
                    break
                time.sleep(0.005)
        return self.orders.recv(), time.monotonic() - began

    def close(self) -> None:
        self.orders.send(None)
        self.server.join()


def after(seconds: float) -> Callable[[], object]:
    return lambda: time.sleep(seconds)


def after_changes(folder: Path, changes: int, patience: float) -> Callable[[], object]:
    """Return once so many names have come into the tree: in the middle of a file's writing, or of a commit."""

    def watch() -> None:
        before, until = names(folder), time.monotonic() + patience
        while len(names(folder) - before) < changes and time.monotonic() < until:
            time.sleep(0.0005)

    return watch


def names(folder: Path) -> set[str]:
    found = set()
    for where, _, files in os.walk(folder):
        if "/landing" not in where and "/models" not in where:
            found.update(f"{where}/{name}" for name in files)
    return found
