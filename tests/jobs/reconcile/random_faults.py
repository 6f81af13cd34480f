"""The makers of random faults, by kind."""

from __future__ import annotations

import random
from collections.abc import Callable

from random_claims import (
    before_launch,
    highest_share,
    no_end,
    range_off,
    stock_or_rounding,
    unreconciled,
    volume_as_rate,
    wrong_year,
)
from random_fault import Fault
from random_ratios import (
    level_of_rounding,
    points_as_percent,
    restricted_base,
    rounded_ratio,
    transposed,
    two_windows,
    unequal_windows,
    wrong_growth,
)

KINDS: dict[str, Callable[[random.Random], Fault]] = {
    "x01": two_windows, "x02": transposed, "x03": wrong_growth, "x04": points_as_percent, "x05": level_of_rounding,
    "x06": restricted_base, "x07": highest_share, "x08": volume_as_rate, "x09_x10": range_off, "x11": unreconciled,
    "x12": stock_or_rounding, "x13": before_launch, "x14": wrong_year, "x15": rounded_ratio, "x16": no_end,
    "x17": unequal_windows,
}  # fmt: skip
