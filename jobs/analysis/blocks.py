"""Many series a few at a time: blocks whose arrays stay in the processor's cache, on all processors.

Belongs here: dividing and running. A block's numbers must not depend on which series share it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

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
