"""Forecasts of Fukuoka's hotline beside AutoARIMA, AutoETS and AutoTheta, and the coverage of the intervals.

The peers run in the same run but in an environment of their own, so that the project need not depend on them:

    python -m venv .venv-peers-forecast && .venv-peers-forecast/bin/pip install -r benchmarks/peers-forecast.txt
    python benchmarks/forecast.py --peers .venv-peers-forecast/bin/python

Seven days ahead, weekly origins from day 84, mean absolute error over that of the seasonal naive forecast; the peers on
log1p, as the project's own. Without --peers only the project's figures.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import simulated_series as simulated

from jobs.analysis.forecast import forecast

DATA = Path(os.environ.get("DASAN_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
ORIGIN, WEEK = 84, 7

PEERS = """
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np
from statsforecast.models import AutoARIMA, AutoETS, AutoTheta
given = json.load(sys.stdin)
counts = np.array(given["counts"])
found = {}
for model in (AutoARIMA, AutoETS, AutoTheta):
    found[model.__name__] = [
        np.expm1(model(season_length=7).forecast(y=np.log1p(counts[:origin]), h=given["week"])["mean"]).tolist()
        for origin in given["origins"]
    ]
json.dump(found, sys.stdout)
"""


def fukuoka() -> tuple[np.ndarray, np.ndarray]:
    path = DATA / "jp-covid-callcentre-fukuoka" / "DERIVED_daily.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [(row["date"], row["consultations"]) for row in csv.DictReader(stream) if row["consultations"]]
    return np.array([day for day, _ in rows], "datetime64[D]"), np.array([float(count) for _, count in rows])


def hotline(peers: str | None) -> dict[str, object]:
    days, counts = fukuoka()
    origins = list(range(ORIGIN, len(counts) - WEEK + 1, WEEK))
    truth = np.array([counts[origin : origin + WEEK] for origin in origins])
    naive = np.array([counts[origin - WEEK : origin] for origin in origins])
    scale = np.abs(naive - truth).mean()
    result: dict[str, object] = {"origins": len(origins)}
    for country in ("JP", "KR", "none"):
        started = time.perf_counter()
        found = [forecast(counts[:origin, None], days[:origin], WEEK, country) for origin in origins]
        seconds = time.perf_counter() - started
        inside = [(one.lower[:, 0] <= t) & (t <= one.upper[:, 0]) for one, t in zip(found, truth, strict=True)]
        result[f"dasan, holidays {country}"] = {
            "relative error": round(
                float(np.abs(np.array([one.mean[:, 0] for one in found]) - truth).mean() / scale), 3
            ),
            "covered": round(float(np.mean(inside)), 3),
            "seconds": round(seconds, 1),
        }
    if peers:
        given = json.dumps({"counts": counts.tolist(), "origins": origins, "week": WEEK})
        answer = subprocess.run([peers, "-c", PEERS], input=given, capture_output=True, text=True, check=True)
        for name, means in json.loads(answer.stdout).items():
            result[name] = {"relative error": round(float(np.abs(np.array(means) - truth).mean() / scale), 3)}
    return result


def coverage(series: int = 400) -> dict[str, object]:
    """Share of days inside the 95 % interval, 7 and 28 days ahead, by scene and by mean."""
    result: dict[str, object] = {}
    inside: dict[str, list[float]] = {}
    for name, scene in simulated.NULL_SCENES.items():
        rng = np.random.default_rng(20200127)
        days = simulated.days_from("2021-01-01", 208)
        levels = np.exp(rng.uniform(np.log(0.5), np.log(2000), series))
        counts = simulated.draw(rng, simulated.means(rng, levels, days, scene), scene)
        row = {}
        for ahead in (7, 28):
            found = forecast(counts[:180], days[:180], ahead)
            hits = (found.lower <= counts[180 : 180 + ahead]) & (counts[180 : 180 + ahead] <= found.upper)
            row[f"{ahead} days"] = round(float(hits.mean()), 3)
            for low, high in ((0.5, 5), (5, 50), (50, 2000)):
                inside.setdefault(f"mean {low:g}-{high}", []).append(hits[:, (levels >= low) & (levels < high)].mean())
        result[name] = row
    return result | {group: round(float(np.mean(shares)), 3) for group, shares in inside.items()}


def speed(series: int = 5_000) -> dict[str, object]:
    days = simulated.days_from("2021-01-01", 365)
    counts = np.random.default_rng(1).poisson(50, (365, series)).astype(float)
    started = time.perf_counter()
    forecast(counts, days, WEEK)
    return {"series of a year": series, "seconds": round(time.perf_counter() - started, 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", help="a Python that has statsforecast")
    options = parser.parse_args()
    result = {"Fukuoka": hotline(options.peers), "coverage": coverage(), "speed": speed()}
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
