"""Sharing a whole number out: in proportion, to the last one, below caps.

Belongs here: this arithmetic. Does not: what is shared, or how the weights come about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Counts = np.ndarray[tuple[int], np.dtype[np.int64]]
    Weights = np.ndarray[tuple[int], np.dtype[np.float64]]


def shared_out(total: int, weights: Weights, caps: Counts | None = None) -> Counts:
    """Whole numbers in proportion to `weights` that add up to `total`, by largest remainder; none above its cap.

    What a cap holds back goes to the others. Raises `ValueError` where all the caps together hold less than `total`.
    """
    counts = np.zeros(len(weights), np.int64)
    if caps is not None and int(caps[weights > 0].sum()) < total:
        raise ValueError(f"{total} do not fit below the caps ({int(caps[weights > 0].sum())})")
    is_open = weights > 0
    while (left := total - int(counts.sum())) > 0:
        exact = np.where(is_open, weights, 0) * (left / weights[is_open].sum())
        add = np.floor(exact).astype(np.int64)
        order = np.argsort(-(exact - add), kind="stable")
        order = order[is_open[order]]
        add[order[: left - int(add.sum())]] += 1
        counts += add
        if caps is not None:
            counts = np.minimum(counts, caps)
            is_open = is_open & (counts < caps)
    return counts


def fill(cells: Any, weights: Any, caps: Any, inside: Any, count: int) -> None:
    """Share `count` out among the cells (channel, day) of the days `inside`, in place; in a tiny city, what has room."""
    wanted, room = weights[:, inside], caps[:, inside]
    count = min(count, int(room[wanted > 0].sum()))
    cells[:, inside] = shared_out(count, wanted.ravel(), room.ravel()).reshape(wanted.shape)
