"""When the level of a series changed for good.

Belongs here: change points looked back on. Does not: alarms as the days come (`jobs.analysis.episodes`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def change_points(values: Floats, penalty: float | None = None, shortest: int = 7) -> list[int]:
    """Positions at which a new mean begins, ascending; a stretch has at least `shortest` values (no NaN).

    The partition with the least sum of squares plus `penalty` for each change, found exactly by PELT (Killick,
    Fearnhead & Eckley, JASA 107, 2012, 1590). Without a penalty 3 * variance * log(n) is taken (the modified BIC of
    Zhang & Siegmund, Biometrics 63, 2007, 22, in its leading term), the variance robustly from differences, and widened
    for values that go together from day to day.
    """
    length = len(values)
    if length < 2 * shortest:
        return []
    cost_of_change = penalty if penalty is not None else 3 * _variance(values) * float(np.log(length))
    sums, squares = (np.concatenate(([0.0], np.cumsum(part))) for part in (values, values**2))
    best = np.full(length + 1, np.inf)
    best[0] = -cost_of_change
    before = np.zeros(length + 1, np.int64)
    candidates: npt.NDArray[np.int64] = np.zeros(1, np.int64)
    for end in range(shortest, length + 1):
        cost = squares[end] - squares[candidates] - (sums[end] - sums[candidates]) ** 2 / (end - candidates)
        total = best[candidates] + cost + cost_of_change
        chosen = int(np.argmin(total))
        best[end], before[end] = total[chosen], candidates[chosen]
        # a beginning that is worse even without paying for the change will never be chosen again
        kept = candidates[total - cost_of_change <= best[end]]
        candidates = np.append(kept, end - shortest + 1) if end - shortest + 1 >= shortest else kept
    found, end = [], length
    while before[end] > 0:
        end = int(before[end])
        found.append(end)
    return found[::-1]


def _variance(values: Floats) -> float:
    """Of a value around its stretch's mean, for sums of neighbours: robust (median of differences, which a few changes
    do not move) times the excess that an autoregression of order 1 gives to sums."""
    steps = np.diff(values)
    single = float((1.4826 * np.median(np.abs(steps - np.median(steps)))) ** 2 / 2)
    spread = np.clip(steps, *(np.median(steps) + 4 * np.array((-1, 1)) * np.sqrt(2 * single))) if single else steps
    power = float(np.sum((spread - spread.mean()) ** 2))
    correlation = float(np.sum((spread[1:] - spread.mean()) * (spread[:-1] - spread.mean()))) / power if power else -0.5
    memory = min(0.9, max(0.0, 2 * correlation + 1))  # of an AR(1) whose differences have this correlation
    return max(single / (1 - memory) * (1 + memory) / (1 - memory), 1e-12 * float(np.mean(values**2)), 1e-300)
