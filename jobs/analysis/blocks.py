"""Arrays with a column for each of many series: gone through in blocks that stay in the processor's cache, on all
processors, and with room for series to come.

Belongs here: dividing, running, widening. A block's numbers must not depend on which series share it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Item = TypeVar("Item")
Result = TypeVar("Result")


def blocks(series: int, least: int) -> list[slice]:
    """Slices of `least` series, the last one with what is left over, so that it is never a single one: numpy adds up
    the days of one series in another order than those of several."""
    starts = range(0, max(1, series - least + 1), least)
    return [slice(start, series if start == starts[-1] else start + least) for start in starts]


def side_by_side(function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """What `function` gives for each item, in their order; in threads, as numpy and compiled loops let others run."""
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(function, items))


def widened(held: Array, more: int) -> Array:
    """`held` (..., series) with `more` series behind the others, all of them as series 0 is.

    The result may be a view of an array with some room, which is used up before all is copied again.
    """
    size, base = held.shape[-1], held.base
    wanted = size + more
    if not isinstance(base, np.ndarray) or base.shape[:-1] != held.shape[:-1] or base.shape[-1] < wanted:
        base = np.empty((*held.shape[:-1], wanted + wanted // 8), held.dtype)
        base[..., :size] = held
    base[..., size:wanted] = held[..., :1]
    return base[..., :wanted]
