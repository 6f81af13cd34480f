"""How high a series stands among its own past.

Belongs here: the place of a week among weeks. Does not: whether it moves (`jobs.analysis.trend`), or whether it is more
than was expected (`jobs.analysis.episodes`).
"""

from __future__ import annotations

import numpy as np

from jobs.analysis.glm import Floats

WEEK = 7
FEWEST = 182  # runs of 7 days to stand among: half a year
EDGES = ((0.25, "low"), (0.75, "usual"), (0.95, "high"))  # up to which part of the past; above: very high


def level_bands(counts: Floats) -> list[str]:
    """For each series of `counts` (days, series; NaN where missing) the band of its last 7 days: `low`, `usual`, `high`,
    `very_high`, or `unknown` with less than half a year to compare with.

    The mean of the last 7 days is placed among the means of every 7 days before them (mid-rank), so it needs no model
    and a day without data is no zero. The quarters are those of a box plot; a twentieth of all weeks is `very_high`.
    """
    days = len(counts)
    if days < 2 * WEEK:
        return ["unknown"] * counts.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(counts, WEEK, axis=0)  # (windows, series, 7)
    seen = (~np.isnan(windows)).sum(axis=-1)
    means = np.where(seen > 0, np.nansum(windows, axis=-1) / np.maximum(seen, 1), np.nan)
    now, past = means[-1], means[:-WEEK]
    known = (~np.isnan(past)).sum(axis=0)
    place = ((past < now).sum(axis=0) + (past == now).sum(axis=0) / 2) / np.maximum(known, 1)
    return [
        "unknown" if np.isnan(now[i]) or known[i] < FEWEST else _band(float(place[i])) for i in range(counts.shape[1])
    ]


def _band(place: float) -> str:
    return next((name for edge, name in EDGES if place <= edge), "very_high")
