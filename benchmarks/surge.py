"""The detector's report card, a simulated city, and speed.

Usage: python benchmarks/surge.py [card] [city] [speed]   (all three without a name; about 10 minutes)

card: series without outbreaks (false episodes a series and quarter, from the first day of a series on and after half a
year) and series with a week at twice the usual (found within 1, 2, 3 and 7 days, days till found), beside EARS C1-C3 on
the same series. city: 130,650 series (5,025 nodes of the taxonomy, city and 25 districts), a tenth with an outbreak at
a random time; false episodes a day and false discovery rate. speed: one day of all series, and a year of them.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import simulated_series as simulated

from jobs.analysis import ears, episodes
from jobs.analysis.calendar import day_kinds

SEED = 20200127
QUARTER = 365 / 4
LEVELS = ((0.05, 1), (1, 20), (20, 200), (200, 2000))
NODES, DISTRICTS, CONTACTS_A_DAY = 4_600 + 400 + 25, 25, 20_592


def states(counts: simulated.Floats, days: simulated.Days) -> np.ndarray:
    return np.array([day.state for day in episodes.watch(counts, day_kinds(days))])


def openings(alarms: np.ndarray, quiet: int = 7) -> np.ndarray:
    """Of alarms (days, series) those without one in the `quiet` days before: how episodes would be counted."""
    found = alarms.copy()
    for lag in range(1, quiet + 1):
        found[lag:] &= ~alarms[:-lag]
    return found


def false_episodes(scene: simulated.Scene, series: int = 800) -> dict[str, object]:
    rng = np.random.default_rng(SEED)
    days = simulated.days_from("2021-01-01", 365 + 181)
    levels = np.exp(rng.uniform(np.log(LEVELS[0][0]), np.log(LEVELS[-1][1]), series))
    counts = simulated.draw(rng, simulated.means(rng, levels, days, scene), scene)
    opened = states(counts, days) == episodes.OPEN
    row: dict[str, object] = {}
    for low, high in LEVELS:
        group = (levels >= low) & (levels < high)
        row[f"mean {low:g}-{high:g}"] = [
            round(float(part[:, group].sum() / group.sum() / len(part) * QUARTER), 3)
            for part in (opened[:365], opened[181:])
        ]
    for name, alarms in zip(("C1", "C2", "C3"), ears.alarms(counts), strict=True):
        row[f"EARS {name}, mean 20-2000"] = round(
            float(openings(alarms)[181:, levels >= 20].sum() / (levels >= 20).sum() / 365 * QUARTER), 2
        )
    return row


def sensitivity(scene: simulated.Scene, level: float | None, series: int = 400) -> dict[str, object]:
    """`level` None: levels from 20 to 2,000, log-uniform."""
    rng = np.random.default_rng(SEED + 1)
    days = simulated.days_from("2021-01-01", 270)
    levels = np.full(series, level) if level else np.exp(rng.uniform(np.log(20), np.log(2000), series))
    starts = rng.integers(60, 260, series)
    mean = simulated.with_outbreaks(simulated.means(rng, levels, days, scene), starts, 2.0)
    counts = simulated.draw(rng, mean, scene)
    found = {"dasan": np.isin(states(counts, days), (episodes.OPEN, episodes.ONGOING))}
    found |= dict(zip(("C1", "C2", "C3"), ears.alarms(counts), strict=True))
    row: dict[str, object] = {}
    for name, alarms in found.items():
        inside = np.array([alarms[starts + day, np.arange(series)] for day in range(simulated.OUTBREAK_DAYS)])
        rates = [round(float(inside[:until].any(axis=0).mean()), 3) for until in (1, 2, 3, 7)]
        hit = inside.any(axis=0)
        row[name] = {
            "within 1, 2, 3, 7 days": rates,
            "mean days till found": round(float(inside.argmax(axis=0)[hit].mean()), 2),
        }
    return row


def city_levels() -> simulated.Floats:
    """The average day of each series: nodes by Zipf's law with exponent 1.1, the upper levels on top of the types; a
    district has 0.5-2 times its share of half the contacts (the other half names no district)."""
    rng = np.random.default_rng(SEED + 2)
    types = 1 / np.arange(1, 4_601) ** 1.1
    types *= CONTACTS_A_DAY / types.sum()
    middle = np.bincount(rng.integers(0, 400, 4_600), types, 400)
    nodes = np.concatenate((types, middle, np.bincount(rng.integers(0, 25, 400), middle, 25)))
    shares = np.exp(rng.uniform(np.log(0.5), np.log(2), DISTRICTS))
    return np.concatenate((nodes, np.outer(shares / shares.sum() / 2, nodes).ravel()))


def city_days(
    days: simulated.Days, scene: simulated.Scene, last_start: int
) -> Iterator[tuple[simulated.Floats, np.ndarray, np.ndarray]]:
    """(counts, starts, factor) of the city in blocks of series."""
    levels = city_levels()
    for block, start in enumerate(range(0, len(levels), 10_000)):
        rng = np.random.default_rng((SEED, block))
        part = levels[start : start + 10_000]
        starts = np.where(rng.random(len(part)) < 0.1, rng.integers(90, last_start, len(part)), -1)
        factor = np.where(part >= 20, 2.0, np.exp(rng.uniform(np.log(2), np.log(10), len(part))))
        mean = simulated.with_outbreaks(simulated.means(rng, part, days, scene), starts, factor)
        yield simulated.draw(rng, mean, scene), starts, factor


def city(scene: simulated.Scene, within_days: int) -> dict[str, object]:
    days = simulated.days_from("2021-01-01", 90 + within_days + 14)
    blocks = list(city_days(days, scene, 90 + within_days))
    counts = np.concatenate([block[0] for block in blocks], axis=1)
    starts = np.concatenate([block[1] for block in blocks])
    opened = states(counts, days) == episodes.OPEN
    time_ = np.arange(len(days))[:, None]
    reach = simulated.OUTBREAK_DAYS + max(episodes.SUMS) - 1  # days on which the outbreak is in a tested sum
    true = opened & (starts >= 0) & (time_ >= starts) & (time_ < starts + reach)
    false = opened & ~true
    tested = slice(90, len(days))
    shares = [f / max(1, f + t) for f, t in zip(false[tested].sum(axis=1), true[tested].sum(axis=1), strict=True)]
    large = (city_levels() >= 20) & (starts >= 0)
    within = np.array([np.isin(opened[starts[large] + day, np.nonzero(large)[0]], True) for day in range(3)]).any(
        axis=0
    )
    return {
        "series": counts.shape[1],
        "series of mean 20 and more": int((city_levels() >= 20).sum()),
        "false episodes a day": round(float(false[tested].sum(axis=1).mean()), 2),
        "most on one day": int(false[tested].sum(axis=1).max()),
        "first 90 days, false a day": round(float(false[:90].sum(axis=1).mean()), 2),
        "true episodes a day": round(float(true[tested].sum(axis=1).mean()), 2),
        "false discovery rate by day": round(float(np.mean(shares)), 3),
        "false among all": round(float(false[tested].sum() / max(1, opened[tested].sum())), 3),
        "outbreaks (2 times) of mean 20 and more found within 3 days": round(float(within.mean()), 3),
        "their number": int(large.sum()),
    }


def speed(length: int = 365) -> dict[str, object]:
    days = simulated.days_from("2021-01-01", length)
    kinds, levels = day_kinds(days), city_levels()
    rng = np.random.default_rng(SEED)
    under = episodes.Watch(len(levels))
    seconds = []
    for kind in kinds:
        counts = rng.poisson(levels).astype(float)
        started = time.perf_counter()
        under.step(counts, int(kind))
        seconds.append(time.perf_counter() - started)
    return {
        "series": len(levels),
        "a day's update, seconds": round(float(np.median(seconds)), 2),
        "a year's backfill, seconds": round(sum(seconds) * 365 / length, 1),
    }


def main() -> None:
    wanted = sys.argv[1:] or ["card", "city", "speed"]
    result: dict[str, object] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    }
    if "card" in wanted:
        result["false episodes a series and quarter (first year, after half a year)"] = {
            name: false_episodes(scene) for name, scene in simulated.NULL_SCENES.items()
        }
        result["a week at twice the usual"] = {
            f"{name}, mean {level or '20-2000'}": sensitivity(scene, level)
            for name, scene in list(simulated.NULL_SCENES.items())
            for level in (20.0, 50.0, None)
        }
    if "city" in wanted:
        result["city"] = {
            f"{name}, outbreaks within {days} days": city(simulated.NULL_SCENES[name], days)
            for name in ("NB1, dispersion 2", "NB2, size 20")
            for days in (75, 7)
        }
    if "speed" in wanted:
        result["speed"] = speed()
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
