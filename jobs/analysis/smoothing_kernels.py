"""The inner loops of the smoothers, compiled by numba: arrays (parameters, series) that are gone through once a day.

Belongs here: loops without the interpreter's lock, and how they are compiled: without `fastmath`, so that they give to
the last bit what the same expressions of numpy give, whatever the processor. Does not: what the states mean
(`jobs.analysis.smoothing`), or powers and logarithms, of which numpy and a compiler have different last bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit


def exact(function: Callable[..., Any]) -> Any:
    """Compile on first use, and keep the machine code beside the module where that folder can be written to."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no place for a cache: a read-only installation without a home
        return njit(nogil=True)(function)


@exact
def _sum(level: Any, run: Any, slope: Any, factor: Any, out: Any) -> None:
    for s in range(len(out)):
        out[s] = level[s] + run * slope[s] + factor[s]


@exact
def _add(out: Any, weight: Any, each: Any) -> None:
    for s in range(len(out)):
        out[s] += weight[s] * each[s]


@exact
def _factor(usual: Any, sunday: Any, share: Any, rebound: Any, out: Any) -> None:
    for s in range(len(out)):
        out[s] = usual[s] + share[s] * (sunday[s] - usual[s]) + rebound[s]


@exact
def expect(
    state: Any, week: Any, sunday: int, weekdays: Any, runs: Any, knows: Any, moves: Any, weights: Any, slots: Any,
    out: Any, averages: Any,
) -> None:  # fmt: skip
    """Write what is expected of some days to their `slots` of `out` (slots, parameters, series), and its average with
    `weights` to those of `averages` (slots, series).

    `state` is (level, slope), `runs` (days, parameters) how far a slope runs until a day, `moves` (days, 2, series) the
    part of the way to a `sunday` and the rebound, for the smoothers that know holidays (`knows`).
    """
    factor = np.empty(averages.shape[1])
    for slot in slots:
        averages[slot] = 0.0
    for p in range(len(knows)):
        for d in range(len(slots)):
            usual, each = week[weekdays[d], p], out[slots[d], p]
            if knows[p] and moves.shape[0]:
                _factor(usual, week[sunday, p], moves[d, 0], moves[d, 1], factor)
                usual = factor
            _sum(state[0, p], runs[d, p], state[1, p], usual, each)
            _add(averages[slots[d]], weights[p], each)


@exact
def _errors(logs: Any, expected: Any, most: Any, out: Any) -> None:
    for s in range(len(out)):
        error = min(max(logs[s] - expected[s], -most[s]), most[s])
        out[s] = error if logs[s] == logs[s] else 0.0


@exact
def _move(level: Any, slope: Any, damping: Any, gain: Any, slope_gain: Any, errors: Any) -> None:
    for s in range(len(errors)):
        run = damping * slope[s]
        level[s] += run + gain * errors[s]
        slope[s] = run + slope_gain * errors[s]


@exact
def absorb(state: Any, week: Any, gains: Any, damping: Any, expected: Any, logs: Any, most: Any) -> None:
    """Learn the errors of what was `expected` (parameters, series), at most `most` (series,), none where `logs` is
    missing. `gains` (3, parameters) are those of level, slope and `week` (parameters, series)."""
    errors = np.empty(len(logs))
    for p in range(len(expected)):
        _errors(logs, expected[p], most, errors)
        _move(state[0, p], state[1, p], damping[p], gains[0, p], gains[1, p], errors)
        week_p, gain = week[p], gains[2, p]
        for s in range(len(errors)):
            week_p[s] += gain * errors[s]


@exact
def _add_square(out: Any, logs: Any, expected: Any) -> None:
    for s in range(len(out)):
        error = logs[s] - expected[s]
        out[s] += error * error if logs[s] == logs[s] else 0.0


@exact
def score(squares: Any, forget: Any, logs: Any, waiting: Any, due: Any) -> None:
    """Let past errors fade and add those of the forecasts `waiting` (slots, parameters, series) in the slots `due`."""
    for p in range(len(squares)):
        squares_p = squares[p]
        for s in range(len(logs)):
            squares_p[s] *= forget[s]
        for slot in due:
            _add_square(squares_p, logs, waiting[slot, p])
