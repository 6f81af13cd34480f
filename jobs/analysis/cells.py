"""Counts by row and place, the sums of them that are published, and how far what is hidden could be other than it is.

Belongs here: the table of a month, what is hidden in it, and the linear program of what it could be instead.
Does not: the choice of what to hide (`jobs.analysis.suppression`).

A reader knows every sum that is shown; of a hidden count that it is small (1 to k - 1), or not (k or more); of a hidden
count by row and place, which stands in no table, that it is less than k, or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

SHOWN, SMALL, COMPLEMENT = range(3)
EVERYWHERE = -1  # the place that stands for all of them
_FAR = 20  # no hidden count needs to move further than this to show that it might
Figure = tuple[str, int]  # (class, place)


@dataclass
class Cells:
    """`counts` (rows, places) of a month. A class is a set of rows (rows,); its sums are published in every place and
    everywhere, or everywhere only (`apart`). `pairs` (rows, places), `totals` (rows,) and `sums` say what is hidden:
    `SHOWN`, `SMALL` or `COMPLEMENT`. `k`: the least count that is not small.
    """

    counts: Ints
    classes: Mapping[str, Bools]
    apart: Mapping[str, Bools]
    k: int = 5
    pairs: Codes = field(init=False)
    totals: Codes = field(init=False)
    sums: dict[Figure, int] = field(init=False)

    def __post_init__(self) -> None:
        self.row_counts = self.counts.sum(axis=1)
        self.pairs, self.totals = np.zeros(self.counts.shape, np.int8), np.zeros(len(self.counts), np.int8)
        places = range(self.counts.shape[1])
        self.rows_of = {**self.classes, **self.apart}
        by_place = {name: self.counts[rows].sum(axis=0) for name, rows in self.rows_of.items()}
        self.values = {(name, EVERYWHERE): int(found.sum()) for name, found in by_place.items()}
        self.values |= {(name, place): int(by_place[name][place]) for name in self.classes for place in places}
        self.sums = dict.fromkeys(self.values, SHOWN)
        member = np.stack(list(self.rows_of.values()), axis=1)
        self.atoms = np.unique(member, axis=0, return_inverse=True)[1].ravel()  # rows that no class tells apart

    def is_small(self, value: int) -> bool:
        return 0 < value < self.k

    def hide_pairs(self, rows: Ints | Bools, place: int) -> None:
        """Hide these rows' counts in a place; rows without any count stay the zeros that they are known to be."""
        chosen = np.zeros(len(self.counts), bool)
        chosen[rows] = True
        chosen &= self.row_counts > 0
        self.pairs[chosen, place] = np.where(self.counts[chosen, place] < self.k, SMALL, COMPLEMENT)

    def hide_total(self, row: int) -> None:
        """Hide a row's total, and with it all its counts; zero is known to be zero."""
        if not self.row_counts[row]:
            return
        self.totals[row] = SMALL if self.is_small(int(self.row_counts[row])) else COMPLEMENT
        for place in range(self.counts.shape[1]):
            self.hide_pairs(np.array([row]), place)

    def hide_sum(self, figure: Figure) -> None:
        """Hide the sum of a class, and with it the counts that it is made of (in all places for `EVERYWHERE`); zero is
        known to be zero."""
        name, place = figure
        if not self.values[figure]:
            return
        self.sums[figure] = SMALL if self.is_small(self.values[figure]) else COMPLEMENT
        if place == EVERYWHERE:
            for row in np.nonzero(self.rows_of[name] & (self.row_counts > 0))[0]:
                self.hide_total(int(row))
        else:
            self.hide_pairs(self.rows_of[name], place)

    def slack(self) -> tuple[Floats, Floats]:
        """How far each count (rows, places) could be lower and higher for what is said of it by itself; 0 where shown."""
        small, other = self.pairs == SMALL, self.pairs == COMPLEMENT
        lower = np.where(small, self.counts, np.where(other, np.minimum(_FAR, self.counts - self.k), 0))
        higher = np.where(small, self.k - 1 - self.counts, np.where(other, _FAR, 0))
        return lower.astype(float), higher.astype(float)

    def room(self, mask: int, value: int) -> tuple[float, float]:
        """By how much a sum of this `value` may change, lower and higher, for what is said of it."""
        if mask == SMALL:
            return 1.0 - value, self.k - 1.0 - value
        return (float(max(-_FAR, self.k - value)), float(_FAR)) if mask == COMPLEMENT else (0.0, 0.0)

    def program(self, moved: Bools) -> Program:
        """The linear program over the hidden counts among `moved` (rows, places); the others stay as they are."""
        rows, places = np.nonzero(moved & (self.pairs != SHOWN))
        members, limits = self._constraints(rows, places)
        lower, higher = (part[rows, places] for part in self.slack())
        return Program(rows, places, members, np.array(limits).reshape(-1, 2), lower, higher)

    def _constraints(self, rows: Ints, places: Ints) -> tuple[list[Ints], list[tuple[float, float]]]:
        """The sums that hold the moved counts (at `rows`, `places`): which of them are in it, and its room."""
        members, limits = [], []
        for held in np.split(np.argsort(rows, kind="stable"), np.cumsum(np.bincount(rows))[:-1]) if len(rows) else []:
            if len(held):
                row = rows[held[0]]
                members.append(held)
                limits.append(self.room(int(self.totals[row]), int(self.row_counts[row])))
        for (name, place), mask in self.sums.items():
            inside = self.rows_of[name][rows]
            held = np.nonzero(inside if place == EVERYWHERE else inside & (places == place))[0]
            if len(held):
                members.append(held)
                limits.append(self.room(mask, self.values[name, place]))
        return members, limits


@dataclass(frozen=True)
class Program:
    """Hidden counts (at `rows`, `places`) that may move within `lower` and `higher`, and the sums that hold them:
    `members` of each, and by how much it may change (`limits`, lower and upper)."""

    rows: Ints
    places: Ints
    members: list[Ints]
    limits: Floats
    lower: Floats
    higher: Floats

    def moved(self, wish: Floats) -> Floats:
        """The changes (n,) that make the sum of `wish` times change the largest."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        if not len(self.rows):
            return np.zeros(0)
        sums = np.repeat(np.arange(len(self.members)), [len(held) for held in self.members])
        shape = (len(self.members), len(self.rows))
        matrix = csr_array((np.ones(len(sums)), (sums, np.concatenate(self.members))), shape=shape)
        solved = milp(
            -wish, constraints=LinearConstraint(matrix, *self.limits.T), bounds=Bounds(-self.lower, self.higher)
        )
        assert solved.success, f"the true table is a solution, but none was found: {solved.message}"
        return np.asarray(solved.x, float)
