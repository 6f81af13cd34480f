"""A stretch of the synthetic city from raw files to published marts: time by hop, memory, disk, and its annual table.

  python benchmarks/year.py --from 2021-01-01 --to 2021-12-31 --scale 1 --work DIR      the full year
  python benchmarks/year.py --from 2021-08-02 --to 2021-08-02 --scale 1 --work DIR --brief     a day, cold, with its brief

The landing files are made first (outside the measured time) unless they are there; late files land after the last day,
so the run takes `LATE_DAYS` more. For a whole year `dasan report channel-stats` is compared with the published totals
(for COVID see `city_review.py`). Ends with status 1 where a figure differs.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from process_tree import measure

LATE_DAYS = 7
DASAN = str(Path(sys.executable).with_name("dasan"))


def landing(work: Path, first: date, last: date, scale: float) -> tuple[Path, Path]:
    """The landing folder and the answer key."""
    folder, key = work / "landing", work / "key"
    command = [DASAN, "simulate", "--from", str(first), "--to", str(last), "--scale", str(scale)]
    command += ["--landing", str(folder), "--answer-key", str(key), "--workers", str(os.cpu_count() or 1)]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return folder, key


def run(home: Path, folder: Path, first: date, last: date, engine: str = "local") -> dict[str, Any]:
    """`dasan run` over the landing days, as its user starts it."""
    until = last + timedelta(days=LATE_DAYS)
    command = [DASAN, "run", "--from", str(first), "--to", str(until), "--landing", str(folder), "--json", "-"]
    taken = measure([*command, "--engine", engine], os.environ | {"DASAN_HOME": str(home)})
    if taken.status not in (0, 3):
        raise SystemExit(f"dasan run: exit code {taken.status}")
    told = json.loads(taken.output)
    return {
        "seconds": taken.seconds,
        "cpu_seconds": taken.cpu_seconds,
        "peak_mb": taken.peak_mb,
        "records": told["ingested"],
        "contacts": told["contacts"],
        "classified": told["classified"],
        "text_hit_rate": told["text_hit_rate"],
        "quarantined": sum(told["quarantined"].values()),
        "seconds_by_hop": told["hop_seconds"],
        "disk_mb": {path.name: megabytes(path) for path in sorted((home / "lake").iterdir()) if path.name[0] != "_"}
        | {"marts": megabytes(home / "marts"), "landing": megabytes(folder)},
    }


def megabytes(folder: Path) -> int:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6)


def published(home: Path, year: int) -> list[str]:
    """The printed counts of a year that `channel-stats` cannot match digit for digit, estimated ones apart."""
    out = home / "annual"
    command = [DASAN, "report", "channel-stats", "--year", str(year), "--format", "csv", "--out", str(out)]
    subprocess.run(command, check=True, env=os.environ | {"DASAN_HOME": str(home)}, stdout=subprocess.DEVNULL)
    (table,) = out.rglob("*_printed.csv")
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["인쇄된 값"].endswith("건")]
    counted = [row for row in rows if row["견줌"] != "추정"]
    if not counted:
        raise SystemExit(f"nothing to compare in {table}")
    return [" ".join(row.values()) for row in counted if row["견줌"] != "같음"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--engine", default="local")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--brief", action="store_true", help="and the COVID brief of the last day")
    options = parser.parse_args()
    folder, _ = landing(options.work, options.first, options.last, options.scale)
    home = options.work / f"home-{options.engine}"
    shutil.rmtree(home, ignore_errors=True)
    told = run(home, folder, options.first, options.last, options.engine)
    told["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    if options.brief:
        command = [DASAN, "report", "covid-daily", "--date", str(options.last)]
        told["brief_seconds"] = measure(command, os.environ | {"DASAN_HOME": str(home)}).seconds
    whole = (options.first, options.last) == (date(options.first.year, 1, 1), date(options.first.year, 12, 31))
    if whole and options.scale == 1:
        told["differences"] = published(home, options.first.year)
    print(json.dumps(told, ensure_ascii=False, indent=1))
    return 1 if told.get("differences") else 0


if __name__ == "__main__":
    raise SystemExit(main())
