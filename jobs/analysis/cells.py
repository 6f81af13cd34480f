"""A month's counts by row and place, the divisions whose sums are published, and what is hidden of all this.

Belongs here: the table, and which sums a reader can hold it to. Does not: the choice of what to hide
(`jobs.analysis.suppression`).

A reader knows every sum that is shown. Of a hidden one by place he knows nothing but that it is no less than 0: whether
small or not, it is printed as withheld or not at all. A total that is hidden, and the sum of a class everywhere, he
knows to be no less than 1, as it has an edition or a row of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.str_]

FREE = 1 << 28  # more than any count may change


@dataclass
class Level:
    """One way to divide the rows: the class of each (`of_row`), the classes' `names`, their sums (classes, places and
    last everywhere), and which of these are hidden. Where it `has_places` not, only the last are published."""

    of_row: Ints
    names: list[str]
    sums: Ints
    has_places: bool = True
    hidden: Bools = field(init=False)

    def __post_init__(self) -> None:
        self.hidden = np.zeros(self.sums.shape, bool)

    @classmethod
    def of(cls, names: Names, margins: Ints, has_places: bool = True) -> Level:
        """The division of the rows by `names` (rows,); `margins` are the counts (rows, places and everywhere)."""
        known, of_row = np.unique(names, return_inverse=True)
        sums = np.zeros((len(known), margins.shape[1]), np.int64)
        np.add.at(sums, of_row, margins)
        return cls(of_row.astype(np.int64), [str(name) for name in known], sums, has_places)


@dataclass
class Cells:
    """`counts` (rows, places) of a month. `divisions`: by name, the levels of a division of the rows from the finest to
    the coarsest, each the name of every row's class (rows,); all are published everywhere, the coarsest by place as
    well. `apart`: divisions that cross the others, published everywhere only. `hidden` (rows, places and last the row's
    total). `k`: the least count that is not small.
    """

    counts: Ints
    divisions: Mapping[str, Sequence[Names]]
    apart: Sequence[Names] = ()
    k: int = 5

    def __post_init__(self) -> None:
        self.margins: Ints = np.column_stack((self.counts, self.counts.sum(axis=1)))
        self.levels = {
            name: [Level.of(names, self.margins, names is levels[-1]) for names in levels]
            for name, levels in self.divisions.items()
        }
        self.joint = [Level.of(names, self.margins, has_places=False) for names in self.apart]
        self.hidden: Bools = np.zeros(self.margins.shape, bool)

    @property
    def everywhere(self) -> int:
        """The column that stands for all places."""
        return int(self.counts.shape[1])

    @cached_property
    def places(self) -> slice:
        return slice(0, self.everywhere)

    def all_levels(self) -> list[Level]:
        return [level for levels in self.levels.values() for level in levels] + self.joint

    def is_small(self, values: Ints) -> Bools:
        return np.asarray((values > 0) & (values < self.k))

    def room(self) -> tuple[Ints, Ints]:
        """How far each count (rows, places) may go down and up with what is shown and hidden now; the last column is a
        total with its sign turned: down is more of it. What is shown of the count itself is left aside."""
        down, up = self.margins.copy(), np.full(self.margins.shape, FREE, np.int64)
        down[:, -1], up[:, -1] = FREE, self.margins[:, -1]
        for level in self.all_levels():
            limit = np.where(level.hidden[level.of_row, -1], level.sums[level.of_row, -1] - 1, FREE)
            up[:, -1] = np.minimum(up[:, -1], limit)
        return down, up
