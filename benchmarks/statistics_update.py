"""The statistics of a whole city: a year's backfill, and a day's update, from marts at full width.

Usage: python benchmarks/statistics_update.py [days]   (365 without it; the marts are made first, which is not measured)
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import statistics_marts

from jobs.settings import Home
from jobs.statistics import update

FIRST = date(2021, 1, 1)


def measured(home: Home) -> dict[str, float]:
    started, used = time.perf_counter(), time.process_time()
    update(home)
    return {
        "seconds": round(time.perf_counter() - started, 1),
        "cpu seconds": round(time.process_time() - used, 1),
        "peak MB of the process": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 365
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.marts.parent.mkdir(parents=True)
        statistics_marts.write(home.marts, FIRST, days)
        result: dict[str, object] = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            f"{days} days": measured(home),
        }
        statistics_marts.write(home.marts, FIRST + timedelta(days=days), 1)
        result["a day more"] = measured(home)
        with duckdb.connect(str(home.statistics), read_only=True) as db:
            result["rows"] = {
                name: db.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]
                for name in ("expectation_daily", "episode", "trend_weekly", "forecast_daily", "suppression")
            }
        result["MB of the file, of the watch"] = [
            round(path.stat().st_size / 1e6) for path in (home.statistics, home.watch)
        ]
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
