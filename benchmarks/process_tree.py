"""A command measured from outside: wall-clock seconds, processor seconds, and the peak memory of its whole process tree.

Belongs here: sampling `/proc` (Linux) while a command runs. Memory is the proportional set size (PSS): pages that
processes share are counted once.
"""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.5  # seconds between two samples at least
_PAUSES = 50  # and so many times what a sample took: looking through large processes is not to be the machine's work


@dataclass(frozen=True)
class Measured:
    """What a command took: seconds by the clock and of processors, megabytes at the peak, and what it printed."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    status: int
    output: str


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end; its standard error goes through."""
    peak, over = 0.0, threading.Event()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with subprocess.Popen(command, env=dict(environment or os.environ), stdout=subprocess.PIPE, text=True) as child:

        def watch() -> None:
            nonlocal peak
            pause = _EVERY
            while not over.wait(pause):
                began = time.perf_counter()
                peak = max(peak, sum(map(_pss, _tree(child.pid))))
                pause = max(_EVERY, _PAUSES * (time.perf_counter() - began))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        output, _ = child.communicate()
        over.set()
        watcher.join()
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(round(seconds, 1), round(cpu, 1), round(peak / 1024), child.returncode, output)


def tree_cpu_seconds(root: int) -> float:
    """Processor seconds, until now, of a process and of all that descend from it and have not ended."""
    ticks = 0
    for process in _tree(root):
        try:
            after_name = (Path("/proc") / str(process) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:  # ended meanwhile
                continue
            parents.setdefault(int(after_name[1]), []).append(int(entry.name))
    found = [root]
    for process in found:  # grows while it is walked
        found += parents.get(process, [])
    return found


def _pss(process: int) -> int:
    """Kilobytes; 0 for a process that has ended."""
    try:
        for line in (Path("/proc") / str(process) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
