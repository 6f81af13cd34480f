"""All editions of a month's VOC in all formats, from marts as wide as the city's and a year long.

    python benchmarks/voc.py [--scale 1.0] [--home DIR] [--workers N]

The marts are invented (`benchmarks/wide_marts.py`); with --home they are kept, or those there are read. Their making is
not in the time, nor, as its own line, what their publication decides: the masks of closed months. CPU seconds and the
largest process are of this process and its workers.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import wide_marts

from jobs.reports import FORMATS
from jobs.reports.release import publish_voc
from jobs.settings import Home
from jobs.suppression import decide_closed

FIRST, LAST, MONTH = date(2020, 12, 1), date(2021, 12, 31), "2021-12"


def publication(home: Home) -> dict[str, object]:
    """What is decided once, when the marts are published."""
    before, started = _cpu(), time.perf_counter()
    months = len(decide_closed(home))
    seconds, cpu = time.perf_counter() - started, _cpu() - before
    return {"months_decided": months, "seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1)}


def measure(home: Home, out: Path, workers: int) -> dict[str, object]:
    before = _cpu()
    started = time.perf_counter()
    files = publish_voc(home, MONTH, "all", FORMATS, out, workers=workers)
    return {
        "editions": len({path.parent for path in files}),
        "files": len(files),
        "megabytes": round(sum(path.stat().st_size for path in files) / 1e6, 1),
        "formats": ",".join(FORMATS),
        "workers": workers,
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(_cpu() - before, 1),
        "load_average": [round(value, 1) for value in os.getloadavg()],
        "peak_mb": round(max(resource.getrusage(who).ru_maxrss for who in _WHO) / 1024),
    }


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _cpu() -> float:
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, _WHO))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Home(asked.home or Path(scratch) / "home")
        if not home.marts.is_file():
            count = wide_marts.build(home.marts, FIRST, LAST, asked.scale)
            print(f"{count:,} consultations, {(LAST - FIRST).days + 1} days")
        print(json.dumps(publication(home)))
        print(json.dumps(measure(home, Path(scratch) / "out", asked.workers), ensure_ascii=False))


if __name__ == "__main__":
    main()
