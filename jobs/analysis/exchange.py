"""Tables that nothing published tells from the true one: contacts exchanged between few rows and two places.

Belongs here: the search. Does not: what is to be protected (`jobs.analysis.suppression`).

In one place some rows gain what others lose, in the other place the same rows the other way round, so that no total
changes; the rows are of such classes that no sum of a class in a place changes either: two rows of the same classes,
or four of which two and two hold the same classes (a row of domain X and department L, one of X and M, one of Y and M,
one of Y and L). The second place may be the column of the totals, where these are hidden.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from jobs.analysis.cells import Cells, Ints

_MOST_OF_CLASS = 24  # rows of a class, of which one is to move
_NEVER = 1 << 28  # so that five of them are still a number of 32 bits
Rooms = npt.NDArray[np.int32]
Found = tuple[
    int, list[tuple[int, int]]
]  # the price; each cell of a way round, the first gains, the next loses, and so on


class Exchange:
    """The search over `cells`. `places`, `totals` (rows, divisions): the classes whose sums are shown by place, and
    everywhere. `counts_hidden` (row, column) and `sums_hidden` (rows) tell what was hidden, until they are cleared."""

    def __init__(self, cells: Cells, places: Ints, totals: Ints) -> None:
        self.cells = cells
        self.counts_hidden: list[tuple[int, int]] = []
        self.sums_hidden: list[Ints] = []
        self.last = cells.everywhere
        both = np.stack(
            [
                np.unique(np.stack((a, b)), axis=1, return_inverse=True)[1].ravel()
                for a, b in zip(places.T, totals.T, strict=True)
            ],
            axis=1,
        )
        self.kinds = [_Kinds(places), _Kinds(both)]  # for two places; where one is the totals
        self.down, self.up = (np.minimum(part, _NEVER).astype(np.int32) for part in cells.room())
        self.price = np.where(cells.hidden, 0, cells.margins + 1).astype(np.int32)
        self.price[:, -1] *= 2

    def find(self, rows: Ints, place: int, change: int) -> bool:
        """Find exchanges that together change the sum of `rows` in the column `place` by `change`, the cheapest, and hide
        what takes part in them; whether there are any."""
        is_more = (change > 0) != (place == self.last)  # the column of totals holds them with their sign turned
        gain, lose = (self.up, self.down) if is_more else (self.down, self.up)
        left, taken = abs(change), []
        while left:
            cost, size, cells = _NEVER, 0, []
            for step in range(left, 0, -1):
                found = self._cheapest(rows, place, step, gain, lose)
                if found[0] < cost:
                    cost, size, cells = found[0], step, found[1]
                if cost == 0:
                    break
            if not cells:
                break
            left -= size
            taken.append((cells, size))
            self._move(cells, size, gain, lose)
            self._hide(cells)
        for cells, size in taken:
            self._move(cells, -size, gain, lose)
        return not left

    def _move(self, cells: list[tuple[int, int]], size: int, gain: Rooms, lose: Rooms) -> None:
        """Take off what the counts may still change: every other one of `cells` gains, the others lose."""
        for number, cell in enumerate(cells):
            more, less = (lose, gain) if number % 2 else (gain, lose)
            more[cell] -= size
            less[cell] += size

    def _cheapest(self, rows: Ints, place: int, size: int, gain: Rooms, lose: Rooms) -> Found:
        able = rows[gain[rows, place] >= size]
        order = able[np.argsort(self.price[able, place], kind="stable")][:_MOST_OF_CLASS]
        best: Found = (_NEVER, [])
        for search in (self._among_alike, self._of_four):
            for row in order:
                best = min(best, search(int(row), rows, place, size, gain, lose))
                if best[0] == 0:
                    return best
            if best[1]:
                return best
        return best

    def _among_alike(self, row: int, own: Ints, place: int, size: int, gain: Rooms, lose: Rooms) -> Found:
        """`row` gains in `place` what another row of its classes loses there, which gains in a second place; either `row`
        loses there, or a third row, which gains in the column that `row` loses in (where totals are hidden)."""
        kinds, last = self.kinds, self.last
        others = kinds[0].rows[kinds[0].of_row[row]]
        others = others[~np.isin(others, own)] if len(own) > 1 else others[others != row]
        if not len(others):
            return _NEVER, []
        price = self.price[others]
        loses, gains = np.where(lose[others] >= size, price, _NEVER), np.where(gain[others] >= size, price, _NEVER)
        apart = kinds[1].of_row[others] != kinds[1].of_row[row]
        loses[apart, last] = gains[apart, last] = _NEVER
        ends = np.where(lose[row] >= size, self.price[row], _NEVER) + self.price[row, place]
        ends[place] = _NEVER
        by_two = loses[:, place][:, None] + gains  # (others, columns): the way to a second place
        reached, first = by_two.min(axis=0), by_two.argmin(axis=0)
        reached[place] = _NEVER
        end = int((reached + ends).argmin())
        least = int(reached[end] + ends[end])
        cycle = [(row, place), (int(others[first[end]]), place), (int(others[first[end]]), end), (row, end)]
        if least > 0:
            by_place = reached + loses
            turn = by_place.argmin(axis=1)
            by_three = by_place.min(axis=1)[:, None] + gains
            farther = by_three.min(axis=0)
            far_end = int((farther + ends).argmin())
            if farther[far_end] + ends[far_end] < min(least, _NEVER):
                end, least = far_end, int(farther[far_end] + ends[far_end])
                third = int(by_three[:, end].argmin())
                middle = int(turn[third])
                second, third = int(others[first[middle]]), int(others[third])
                cycle = [(row, place), (second, place), (second, middle), (third, middle), (third, end), (row, end)]
        return (least, cycle) if least < _NEVER else (_NEVER, [])

    def _of_four(self, row: int, own: Ints, place: int, size: int, gain: Rooms, lose: Rooms) -> Found:
        best: Found = (_NEVER, [])
        price = self.price + self.price[:, [place]]
        gains = np.where((gain[:, [place]] >= size) & (lose >= size), price, _NEVER)  # and loses in the second place
        loses = np.where((lose[:, [place]] >= size) & (gain >= size), price, _NEVER)
        for held in (gains, loses):
            held[:, place] = _NEVER
        gains_row = gains[row].copy()
        for held in (gains, loses):
            held[own] = _NEVER
        for with_totals in (0, 1):
            if place == self.last and not with_totals:
                continue
            columns = slice(self.last, None) if with_totals and place != self.last else slice(0, self.last)
            kinds = self.kinds[with_totals]
            triples = kinds.triples(int(kinds.of_row[row]))
            if not len(triples):
                continue
            least = [np.minimum.reduceat(held[kinds.order, columns], kinds.starts, axis=0) for held in (loses, gains)]
            cost = least[0][triples[:, 0]] + least[1][triples[:, 1]] + least[0][triples[:, 2]] + gains_row[columns]
            number, at = divmod(int(cost.argmin()), cost.shape[1])
            if cost[number, at] >= min(best[0], _NEVER):
                continue
            second = at + columns.start
            chosen = [row]
            for kind, held in zip(triples[number], (loses, gains, loses), strict=True):
                members = kinds.rows[kind]
                chosen.append(int(members[held[members, second].argmin()]))
            gaining, losing = (place, second), (second, place)
            ways = zip(chosen, (gaining, losing, gaining, losing), strict=True)
            best = int(cost[number, at]), [(each, column) for each, way in ways for column in way]
        return best

    def _hide(self, taking_part: list[tuple[int, int]]) -> None:
        for row, place in taking_part:
            if self.price[row, place]:
                self.price[row, place] = 0
                self.cells.hidden[row, place] = True
                self.counts_hidden.append((row, place))
        moved = sorted({row for row, place in taking_part if place == self.last})
        for level in self.cells.joint if moved else ():
            classes = np.unique(level.of_row[moved])
            for each in classes[~level.hidden[classes, -1]] if len(classes) > 1 else ():  # their sums change, too
                level.hidden[each, -1] = True
                self.sums_hidden.append(np.nonzero(level.of_row == each)[0])


class _Kinds:
    """Rows that the shown sums do not tell apart: `of_row`; the `rows` of each kind; all rows in the `order` of their
    kinds, which begin at `starts`."""

    def __init__(self, classes: Ints) -> None:
        self.classes, self.of_row = np.unique(classes, axis=0, return_inverse=True)
        self.of_row = self.of_row.ravel()
        self.order = np.argsort(self.of_row, kind="stable")
        counts = np.bincount(self.of_row)
        self.starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        self.rows = np.split(self.order, self.starts[1:])
        self._number = {tuple(each): number for number, each in enumerate(self.classes.tolist())}
        self._triples: dict[int, Ints] = {}

    def triples(self, kind: int) -> Ints:
        """(n, 3): the kinds of three rows that lose, gain and lose where one of `kind` gains, and no class changes."""
        if kind not in self._triples:
            own = self.classes[kind].tolist()
            found = set()
            for number, other in enumerate(self.classes.tolist()):
                for ways in product((True, False), repeat=len(own)):
                    first = tuple(a if way else c for a, c, way in zip(own, other, ways, strict=True))
                    second = tuple(c if way else a for a, c, way in zip(own, other, ways, strict=True))
                    if first in self._number and second in self._number:
                        three = self._number[first], number, self._number[second]
                        if number not in (three[0], three[2], kind):
                            found.add(three)
            self._triples[kind] = np.array(sorted(found), np.int64).reshape(-1, 3)
        return self._triples[kind]
