"""What a measure changed: one series before and after, against another that it could not touch.

Belongs here: the difference-in-differences of counts. Does not: which series are compared, or when.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FEWEST_BLOCKS = 4  # on either side
BLOCK_DAYS = 7  # every weekday once
MOST_BLOCKS = 8


def blocks(counts: Floats, forward: bool) -> Floats:
    """Sums of whole weeks (NaN with a missing day), the nearest first, from days in order; `forward`: from the first day on,
    else back from the last. At most `MOST_BLOCKS`."""
    days = counts if forward else counts[::-1]
    whole = min(MOST_BLOCKS, len(days) // BLOCK_DAYS)
    return np.asarray(days[: whole * BLOCK_DAYS].reshape(whole, BLOCK_DAYS).sum(axis=1), float)


def difference_in_differences(
    before: Floats, after: Floats, control_before: Floats, control_after: Floats
) -> tuple[float, float, float] | None:
    """(change, lower, upper): by what part (0.1 for 10 %) the counts changed beyond the control's change, with the 95 %
    interval. Arguments are counts of days in order, NaN where missing; `None` with fewer than four whole weeks a side.

    The difference of the mean logarithms of the ratio of the two in whole weeks, with Welch's interval: the weeks carry
    whatever over-dispersion there is, and days that go together within a week do no harm; weeks that go together would
    make it too narrow. After Angrist & Pischke, Mostly Harmless Econometrics (2009), section 5.2, on logarithms (half a
    count added to each week, as Haldane).
    """
    from scipy.special import stdtrit

    sides = []
    for own, control, forward in ((before, control_before, False), (after, control_after, True)):
        ratio = np.log((blocks(own, forward) + 0.5) / (blocks(control, forward) + 0.5))
        ratio = ratio[~np.isnan(ratio)]
        if len(ratio) < FEWEST_BLOCKS:
            return None
        sides.append(ratio)
    squares = [float(side.var(ddof=1)) / len(side) for side in sides]
    error = float(np.sqrt(sum(squares)))
    change = float(sides[1].mean() - sides[0].mean())
    if error == 0:
        return (float(np.expm1(change)),) * 3
    freedom = sum(squares) ** 2 / sum(s**2 / (len(side) - 1) for s, side in zip(squares, sides, strict=True))
    reach = float(stdtrit(freedom, 0.975)) * error
    return float(np.expm1(change)), float(np.expm1(change - reach)), float(np.expm1(change + reach))
