"""How often an effect is seen where there was no event, and where one was put in: real complaints of New York's council.

    python benchmarks/intervention.py

Placebo events on every Monday: four weeks before and the week from it on, each complaint type against all others; and
the week against the one before. Nothing happened on most of these days, so that the rate of verdicts is that of false
ones and of what really changed together. For power the counts from the event on are multiplied.
"""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter
from pathlib import Path

import numpy as np

from jobs.analysis.calendar import NO_HOLIDAYS, day_kinds
from jobs.analysis.fdr import benjamini_hochberg
from jobs.analysis.intervention import effect

DATA = Path(os.environ.get("DASAN_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
FEWEST_A_DAY = 1.0  # of a type in the window, that it is looked at
BEFORE, AFTER = 28, 7


def complaints() -> tuple[np.ndarray, np.ndarray]:
    """(days,) in a row and counts (days, types)."""
    counts: Counter[tuple[str, str]] = Counter()
    with gzip.open(DATA / "nyc-complaints" / "nycomplaints.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            counts[row["opendate"], row["complaint_type"]] += 1
    stamps = np.array(sorted({day for day, _ in counts if day}), "datetime64[D]")
    days = np.arange(stamps[0], stamps[-1] + 1)
    kinds = sorted({kind for _, kind in counts})
    table = np.array([[counts[str(day), kind] for kind in kinds] for day in days], float)
    return days, table


def verdicts(days: np.ndarray, table: np.ndarray, before: int, times: float, has_slope: bool) -> list[np.ndarray]:
    """For each Monday the p-values of the types that are large enough; counts from it on multiplied."""
    rng, found = np.random.default_rng(120), []
    for monday in np.flatnonzero((days.astype(np.int64) + 3) % 7 == 0):
        if monday < before or monday + AFTER > len(days):
            continue
        window = table[monday - before : monday + AFTER]
        large = window[:before].mean(axis=0) >= FEWEST_A_DAY
        if not large.any() or window.sum(axis=1).min() == 0:
            continue
        control = window.sum(axis=1, keepdims=True) - window[:, large]
        counts = window[:, large].copy()
        counts[before:] += rng.poisson((times - 1) * counts[before:])
        after = np.arange(len(window)) >= before
        kinds = day_kinds(days[monday - before : monday + AFTER], NO_HOLIDAYS)
        found.append(effect(counts, control, after, kinds, has_slope, min(before, 14)).p_value)
    return found


def main() -> None:
    days, table = complaints()
    print(f"{len(days)} days, {int(table.sum()):,} complaints, {table.shape[1]} types")
    for name, before, has_slope, level in (
        ("event, 28 days before", BEFORE, True, 0.05),
        ("week on week", 7, False, 0.01),
    ):
        for times in (1.0, 1.5, 2.0, 3.0):
            found = verdicts(days, table, before, times, has_slope)
            tests = np.concatenate(found)
            share = np.mean(tests[~np.isnan(tests)] < level)
            kept = np.mean([np.any(p <= benjamini_hochberg(p, 0.1)) for p in found])
            print(
                f"{name}: counts x {times}: {share:.3f} of {np.isfinite(tests).sum():,} tests below {level}; "
                f"a discovery at 10 % in {kept:.2f} of {len(found)} weeks"
            )


if __name__ == "__main__":
    main()
