"""How long after its files have landed a channel is counted in the mart `today`, while `dasan stream` watches.

  python benchmarks/stream.py --day 2021-05-12 --scale 1 --work DIR [--engine spark]

The day before is run first, so that the marts are there. Then the channels of the day land one after the other, each
renamed into place whole; the time until `today` counts its consultations holds the watcher's own pause.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from year import DASAN, landing

PATIENCE_SECONDS = 300


def counted(marts: Path, channel: str, day: date) -> int:
    """The consultations of a channel that the published mart holds for the day."""
    import duckdb

    with duckdb.connect(str(marts), read_only=True) as db:
        query = "SELECT coalesce(sum(consultation_count), 0) FROM today WHERE channel = ? AND contact_date = ?"
        return int(db.execute(query, [channel, day]).fetchone()[0])


def arrivals(work: Path, day: date, scale: float, engine: str) -> dict[str, Any]:
    """Seconds until each channel is counted."""
    made, _ = landing(work / "made", day - timedelta(days=1), day, scale)
    folder, home = work / "landing", work / f"home-{engine}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    environment = os.environ | {"DASAN_HOME": str(home)}
    shutil.copytree(made, folder, ignore=lambda _, names: [name for name in names if name == day.isoformat()])
    before = ["--from", str(day - timedelta(days=1)), "--to", str(day - timedelta(days=1)), "--landing", str(folder)]
    subprocess.run([DASAN, "run", *before], env=environment, check=True, stdout=subprocess.DEVNULL)
    watching = subprocess.Popen(
        [DASAN, "stream", "--landing", str(folder), "--engine", engine], env=environment, stdout=subprocess.DEVNULL
    )
    found: dict[str, Any] = {}
    try:
        time.sleep(60 if engine == "spark" else 30)  # it is up and has nothing to do
        for source in sorted(made.glob(f"*/{day}")):
            channel = source.parent.name
            draft = folder / channel / f".{day}"
            shutil.copytree(source, draft)
            draft.rename(folder / channel / day.isoformat())
            landed = time.perf_counter()
            while not (count := counted(home / "marts" / "dasan.duckdb", channel, day)):
                if time.perf_counter() - landed > PATIENCE_SECONDS or watching.poll() is not None:
                    raise SystemExit(f"{channel}: not counted after {PATIENCE_SECONDS} s")
                time.sleep(0.5)
            found[channel] = {"seconds": round(time.perf_counter() - landed, 1), "consultations": count}
    finally:
        watching.send_signal(signal.SIGTERM)
        watching.wait()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--day", type=date.fromisoformat, default=date(2021, 5, 12))
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--engine", default="local")
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    print(json.dumps(arrivals(options.work, options.day, options.scale, options.engine), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
