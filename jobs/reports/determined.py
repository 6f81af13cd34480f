"""Which hidden counts have one solution, given every sum that is shown.

Belongs here: the system of the sums, kept while more is hidden. Does not: what is hidden for it (`masking`).

They are those that are zero in a random solution of the homogeneous system, in the integers modulo a prime, so that a
count which is not determined is zero with a negligible chance only. A sum with a count that stands in no other sum
binds nothing else: it is set aside, and again among what is left, until few sums remain to be eliminated.

A count that is hidden later only adds solutions: what was not determined stays so. Where all sums that hold it were set
aside it may have any value, and only what follows from it changes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.reports.masking import Count, Relation

LIMIT = 60_000  # hidden counts, beyond which nothing is looked for
_PRIME = 2**61 - 1
Row = dict["Count", int]


class System:
    """The sums `relations`; `holding`: the places of those that hold a count."""

    def __init__(self, relations: Sequence[Relation], holding: Mapping[Count, Sequence[int]]) -> None:
        self._relations, self._holding = relations, holding
        self._draw = random.Random(_PRIME)  # noqa: S311 - any sequence does
        self._later: list[Count] = []
        self._rows: dict[int, Row] = {}
        # by place: the count by which a sum is set aside, in the order in which they are
        self._own: dict[int, Count] = {}
        self._order: dict[int, int] = {}
        self._values: dict[Count, int] = {}
        self._tied: list[Count] | None = None

    def hide(self, count: Count) -> None:
        """Take in that a count was hidden."""
        self._later.append(count)

    def determined(self) -> list[Count]:
        """The hidden counts that have one solution, but for those that are decided."""
        later, self._later = dict.fromkeys(self._later), []
        is_free = all(self._own.keys() >= set(self._holding[count]) for count in later)
        if self._tied is None or not is_free or len(self._values) + len(later) > LIMIT:
            self._tied = self._solved()
        elif later:
            self._freed(later)
            self._tied = [count for count in self._tied if not self._values[count]]
        return self._tied

    def _solved(self) -> list[Count]:
        """All of them, from the beginning."""
        self._rows = {place: row for place, relation in enumerate(self._relations) if (row := _hidden_row(relation))}
        holders: dict[Count, set[int]] = {}
        for place, row in self._rows.items():
            for count in row:
                holders.setdefault(count, set()).add(place)
        if len(holders) > LIMIT:
            return []
        self._own = _set_aside(self._rows, holders)
        self._order = {place: number for number, place in enumerate(self._own)}
        core = [dict(row) for place, row in self._rows.items() if place not in self._own]
        solved = _eliminated(core, holders)
        self._values = values = {}
        aside = ((count, self._rows[place]) for place, count in reversed(self._own.items()))
        for pivot, row in [*reversed(solved.items()), *aside]:
            others = 0
            for count, factor in row.items():
                if count is pivot:
                    continue
                if count not in values:
                    values[count] = self._draw.getrandbits(60)
                others += factor * values[count]
            values[pivot] = -others * pow(row[pivot], -1, _PRIME) % _PRIME
        return [count for count in holders if values[count] == 0 and not count.is_decided]

    def _freed(self, later: Mapping[Count, None]) -> None:
        """Give values to counts that stand only in sums that were set aside, and change what follows from them."""
        changes: dict[int, int] = {}  # of the sum at a place
        waiting: list[tuple[int, int]] = []

        def change(count: Count, by: int) -> None:
            self._values[count] = (self._values.get(count, 0) + by) % _PRIME
            for place in self._holding[count]:
                if self._own[place] is not count and count in self._rows[place]:
                    if place not in changes:
                        heappush(waiting, (-self._order[place], place))
                    changes[place] = changes.get(place, 0) + self._rows[place][count] * by

        for count in later:
            for place in self._holding[count]:
                self._rows[place] = _hidden_row(self._relations[place])
        for count in later:
            change(count, self._draw.getrandbits(60))
        while waiting:  # the sum set aside last is the first: nothing of the others follows from its own count
            _, place = heappop(waiting)
            own = self._own[place]
            change(own, -changes.pop(place) * pow(self._rows[place][own], -1, _PRIME) % _PRIME)


def _hidden_row(relation: Relation) -> Row:
    """The hidden members of a sum with their signs; one that stands on both sides falls out."""
    row: Row = {}
    for count, sign in ((relation.total, _PRIME - 1), *((part, 1) for part in relation.parts)):
        if count.mask:
            row[count] = (row.get(count, 0) + sign) % _PRIME
    return {count: factor for count, factor in row.items() if factor}


def _set_aside(rows: Mapping[int, Row], holders: Mapping[Count, set[int]]) -> dict[int, Count]:
    """The sums that have a count of their own, in the order in which they fall away; `holders` keeps the others."""
    left = {count: set(places) for count, places in holders.items()}
    alone = [count for count, places in left.items() if len(places) == 1]
    own: dict[int, Count] = {}
    while alone:
        count = alone.pop()
        if not left[count]:
            continue
        (place,) = left[count]
        own[place] = count
        for other in rows[place]:
            left[other].discard(place)
            if len(left[other]) == 1:
                alone.append(other)
    return own


def _eliminated(rows: Sequence[Row], holders: Mapping[Count, set[int]]) -> dict[Count, Row]:
    """The sums in echelon form, each by its pivot: later rows hold no earlier pivot. The pivot is the count in the fewest
    sums, which keeps the rows short."""
    solved: dict[Count, Row] = {}
    for row in rows:
        waiting = [count for count in row if count in solved]
        while waiting:
            count = waiting.pop()
            if count in row:
                _subtract(row, solved[count], row[count] * pow(solved[count][count], -1, _PRIME))
                waiting += [other for other in solved[count] if other in solved and other in row]
        if row:
            solved[min(row, key=lambda count: (len(holders[count]), count.key))] = row
    return solved


def _subtract(row: Row, other: Row, times: int) -> None:
    for count, factor in other.items():
        left = (row.get(count, 0) - times * factor) % _PRIME
        if left:
            row[count] = left
        else:
            row.pop(count, None)
