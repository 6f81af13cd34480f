"""Tables that nothing published tells from the true one: contacts exchanged between few rows and two places.

Belongs here: the search. Does not: what is to be protected (`jobs.analysis.suppression`).

In one place some rows gain what others lose, in the other place the same rows the other way round, so that no total
changes; the rows are of such classes that no sum of a class in a place changes either: two rows of the same classes,
or four of which two and two hold the same classes (a row of domain X and department L, one of X and M, one of Y and M,
one of Y and L). The second place may be the column of the totals, where these are hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from jobs.analysis.cells import Bools, Cells, Ints

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
        apart = kinds[1].of_row[others] != kinds[1].of_row[row]
        ends = np.where(lose[row] >= size, self.price[row], _NEVER) + self.price[row, place]
        ends[place] = _NEVER
        hidden = self._among_hidden(others, apart, np.flatnonzero(ends == 0), place, size, gain, lose)
        if hidden is not None:
            other, end = hidden
            return 0, [(row, place), (other, place), (other, end), (row, end)]
        price = self.price[others]
        loses, gains = np.where(lose[others] >= size, price, _NEVER), np.where(gain[others] >= size, price, _NEVER)
        loses[apart, last] = gains[apart, last] = _NEVER
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

    def _among_hidden(
        self, others: Ints, apart: Bools, ends: Ints, place: int, size: int, gain: Rooms, lose: Rooms
    ) -> tuple[int, int] | None:
        """The first of `others` that loses in `place` and gains in the first of the columns `ends`, where all this is hidden
        already, as it mostly is; others that stand `apart` take no part in the column of the totals."""
        able = (lose[others, place] >= size) & (self.price[others, place] == 0)
        if place == self.last:
            able &= ~apart
        able_ones = others[able]
        if not (len(able_ones) and len(ends)):
            return None
        cells = able_ones[:, None], ends
        gains = (self.price[cells] == 0) & (gain[cells] >= size)
        gains[np.ix_(apart[able], ends == self.last)] = False
        found = gains.any(axis=0)
        if not found.any():
            return None
        end = int(found.argmax())
        return int(able_ones[gains[:, end].argmax()]), int(ends[end])

    def _of_four(self, row: int, own: Ints, place: int, size: int, gain: Rooms, lose: Rooms) -> Found:
        """`row` gains in `place`, three rows of other classes lose, gain and lose there, all the other way round in a second
        place."""
        best: Found = (_NEVER, [])
        for with_totals in (0, 1):
            if place == self.last and not with_totals:
                continue
            columns = slice(self.last, None) if with_totals and place != self.last else slice(0, self.last)
            triples = self.kinds[with_totals].triples(row)
            if not len(triples.kinds):
                continue
            rows = triples.rows
            price = self.price[rows, columns] + self.price[rows, place][:, None]
            gains = np.where((gain[rows, place] >= size)[:, None] & (lose[rows, columns] >= size), price, _NEVER)
            loses = np.where((lose[rows, place] >= size)[:, None] & (gain[rows, columns] >= size), price, _NEVER)
            price = self.price[row, columns] + self.price[row, place]
            gains_row = np.where((gain[row, place] >= size) & (lose[row, columns] >= size), price, _NEVER)
            if not with_totals:
                gains[:, place] = loses[:, place] = _NEVER
            taken = np.isin(rows, own)
            gains[taken] = loses[taken] = _NEVER
            least = [np.minimum.reduceat(held, triples.starts[:-1], axis=0) for held in (loses, gains)]
            first, second, third = triples.kinds.T
            cost = least[0][first] + least[1][second] + least[0][third] + gains_row
            number, at = divmod(int(cost.argmin()), cost.shape[1])
            if cost[number, at] >= min(best[0], _NEVER):
                continue
            chosen = [row]
            for kind, held in zip(triples.kinds[number], (loses, gains, loses), strict=True):
                start, end = triples.starts[kind : kind + 2]
                chosen.append(int(rows[start + held[start:end, at].argmin()]))
            gaining, losing = (place, at + columns.start), (at + columns.start, place)
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


@dataclass(frozen=True)
class _Triples:
    """The `kinds` (n, 3) of three rows, numbered among themselves: the rows of each are `rows` from its start to the next."""

    kinds: Ints
    rows: Ints
    starts: Ints


class _Kinds:
    """Rows that the shown sums do not tell apart: `of_row`, and the `rows` of each kind."""

    def __init__(self, classes: Ints) -> None:
        self.classes, self.of_row = np.unique(classes, axis=0, return_inverse=True)
        self.of_row = self.of_row.ravel()
        order = np.argsort(self.of_row, kind="stable")
        self.rows = np.split(order, np.cumsum(np.bincount(self.of_row))[:-1])
        self._base = self.classes.max(axis=0) + 2  # classes begin at -1
        self._codes = self._coded(self.classes)  # in order, as the kinds are
        self._triples: dict[int, _Triples] = {}

    def triples(self, row: int) -> _Triples:
        """Three rows that lose, gain and lose where `row` gains, such that no class changes."""
        kind = int(self.of_row[row])
        if kind not in self._triples:
            found = self._found(kind)
            used, numbered = np.unique(found, return_inverse=True)
            rows = [self.rows[each] for each in used]
            starts = np.cumsum([0, *map(len, rows)])
            self._triples[kind] = _Triples(numbered.reshape(-1, 3), np.concatenate(rows or [used]), starts)
        return self._triples[kind]

    def _found(self, kind: int) -> Ints:
        """(n, 3): of the four kinds each class is held by two that gain and two that lose, or by one of each."""
        own, found = self.classes[kind], []
        for ways in product((True, False), repeat=len(own)):
            first = self._number(np.where(ways, own, self.classes))
            third = self._number(np.where(ways, self.classes, own))
            second = np.arange(len(self.classes))
            apart = (second != first) & (second != third) & (second != kind)
            found.append(np.column_stack((first, second, third))[(first >= 0) & (third >= 0) & apart])
        return np.unique(np.concatenate(found), axis=0)

    def _coded(self, classes: Ints) -> Ints:
        return np.asarray(np.ravel_multi_index(tuple(classes.T + 1), tuple(self._base)))

    def _number(self, classes: Ints) -> Ints:
        """The kind of each row of `classes`; -1 where there is none."""
        codes = self._coded(classes)
        place = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        return np.where(self._codes[place] == codes, place, -1)
