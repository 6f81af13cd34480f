"""What must stay hidden of a month's counts so that no small one can be worked out from everything that is published.

Belongs here: the choice. Does not: the table (`jobs.analysis.cells`), the search for other tables
(`jobs.analysis.exchange`), or who reads which sum.

A small count (1 to k - 1) is protected when, with everything shown as it is, it could be 1 and could be k - 1: for each
of the two there must be another table that nothing published tells from the true one. Such a table is looked for as an
exchange of contacts between few rows and two places; what takes part in it is hidden, the cheapest first, and serves
for the next. An exchange that is found holds whatever is hidden later, so nothing is proven twice and no linear program
is needed. Sources: Cox, JASA 75 (1980) 377, for the problem; Kelly, Golden & Assad, Networks 22 (1992) 397, for cycles.

A class with a small sum in any place is shown in no place, together with classes that it can exchange with: one hidden
sum of few would only make more rows hide more counts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import product

import numpy as np

from jobs.analysis.cells import Bools, Cells, Ints, Level
from jobs.analysis.exchange import Exchange


@dataclass(frozen=True)
class Target:
    """A count to protect: the sum of `rows` in a column (`place`, the last is everywhere) must be able to be `more` and
    `less` than it is; of one that is hidden for others (`is_wide`) either will do."""

    rows: Ints
    place: int
    more: int
    less: int
    is_wide: bool = False


def suppress(cells: Cells, changes: Ints | None = None, is_protected: bool = True) -> list[Target]:
    """Hide in `cells` what must be hidden, beside what is hidden already.

    `changes` (rows, places and everywhere): by how much each count differs from one that was shown before; what differs
    by 1 to k - 1 is hidden, and its change protected like a small count. `is_protected` False hides the small counts
    alone. Returns the counts for which no protection was found.
    """
    cells.hidden |= cells.margins < cells.k  # zeros as well: what is not shown is not told apart
    if changes is not None:
        cells.hidden |= cells.is_small(np.abs(changes))
    for level in cells.all_levels():
        columns = slice(None if level.has_places else cells.everywhere, None)
        level.hidden[:, columns] |= cells.is_small(level.sums)[:, columns]
    if not is_protected:
        return []
    places, totals = _visible(cells)
    failed = _all_protected(Exchange(cells, places, totals), _targets(cells, changes))
    by_place, everywhere = cells.places, slice(cells.everywhere, None)
    for name, columns in product(reversed(cells.levels), (by_place, everywhere)):
        if not failed:
            break
        level = cells.levels[name][-1]
        known = level.hidden.copy()
        withheld = np.unique(level.of_row[np.concatenate([one.rows for one in failed])])
        level.hidden[withheld, columns] = True
        places, totals = _visible(cells)
        failed += _of_sums(cells, level, ~known)
        failed = _all_protected(Exchange(cells, places, totals), failed)
    return failed


def _all_protected(exchange: Exchange, targets: list[Target]) -> list[Target]:
    """Protect the targets, and what is hidden for them; returns those for which no exchange was found."""
    waiting, failed = deque(targets), []
    while waiting:
        target = waiting.popleft()
        if not _protect(exchange, target):
            failed.append(target)
        waiting.extend(_wide(exchange.cells, np.array([row]), place) for row, place in exchange.counts_hidden)
        waiting.extend(_wide(exchange.cells, rows, exchange.last) for rows in exchange.sums_hidden)
        exchange.counts_hidden.clear()
        exchange.sums_hidden.clear()
    return failed


def _protect(exchange: Exchange, target: Target) -> bool:
    if target.is_wide:
        return any(exchange.find(target.rows, target.place, way) for way in (-target.less, target.more))
    ways = [way for way in (target.more, -target.less) if way]
    return all(exchange.find(target.rows, target.place, way) for way in ways)


def _wide(cells: Cells, rows: Ints, place: int) -> Target:
    return Target(rows, place, cells.k - 2, cells.k - 2, is_wide=True)


def _targets(cells: Cells, changes: Ints | None) -> list[Target]:
    """Classes first, as they have the least choice; then totals; then pairs, the largest first."""
    found = [target for level in cells.all_levels() for target in _of_sums(cells, level, level.hidden)]
    known = cells.margins if changes is None else np.where(changes, np.abs(changes), cells.margins)
    small = np.argwhere(cells.hidden & cells.is_small(known))
    order = np.lexsort((-known[small[:, 0], small[:, 1]], small[:, 1] != cells.everywhere))
    for row, place in small[order].tolist():
        value = int(known[row, place])
        found.append(Target(np.array([row]), place, cells.k - 1 - value, value - 1))
    others = np.argwhere(cells.hidden & (cells.margins >= cells.k) & ~cells.is_small(known)).tolist()
    return found + [_wide(cells, np.array([row]), place) for row, place in others]


def _of_sums(cells: Cells, level: Level, which: Bools) -> list[Target]:
    """The hidden sums of a level among `which` (classes, places and everywhere)."""
    found = []
    for number, place in np.argwhere(level.hidden & which & (level.sums > 0)).tolist():
        rows, value = np.nonzero(level.of_row == number)[0], int(level.sums[number, place])
        small = Target(rows, place, cells.k - 1 - value, value - 1)
        found.append(small if value < cells.k else _wide(cells, rows, place))
    return found


def _visible(cells: Cells) -> tuple[Ints, Ints]:
    """For each division, the classes (rows, divisions) within which the published sums by place, and those everywhere,
    do not tell rows apart; hides the sums of what is finer."""
    totals = [_coarsened(cells, name, [cells.everywhere]) for name in cells.levels]
    places = [_coarsened(cells, name, list(range(cells.everywhere))) for name in cells.levels]
    return np.stack(places, axis=1), np.stack(totals, axis=1)


def _coarsened(cells: Cells, name: str, columns: list[int]) -> Ints:
    """The classes (rows,) of a division as the sums in `columns` show them; those that are hidden are one (-1)."""
    levels = cells.levels[name]
    for level in levels if columns == [cells.everywhere] else levels[-1:]:
        hidden = level.hidden[:, columns].any(axis=1) | level.hidden[:, -1]
        if not hidden.any():
            return level.of_row
        hidden = _with_partners(cells, name, hidden, columns) if level is levels[-1] else np.ones_like(hidden)
        level.hidden[np.nonzero(hidden)[0][:, None], columns] = True
    return np.asarray(np.where(hidden[level.of_row], -1, level.of_row))


def _with_partners(cells: Cells, name: str, hidden: Bools, columns: list[int]) -> Bools:
    """The `hidden` classes and the smallest others such that the rows of a hidden class stand beside rows of another that
    no other division tells from them."""
    level, hidden = cells.levels[name][-1], hidden.copy()
    others = [levels[-1].of_row for other, levels in cells.levels.items() if other != name]
    near = np.unique(np.stack(others, axis=1), axis=0, return_inverse=True)[1].ravel()
    weight = level.sums[:, columns].sum(axis=1)
    for group in np.unique(near[hidden[level.of_row]]):
        held = np.unique(level.of_row[near == group])
        inside, outside = held[hidden[held]], held[~hidden[held]]
        if len(inside) < 2 and len(outside):
            hidden[outside[np.argmin(weight[outside])]] = True
    if hidden.sum() == 1 and len(hidden) > 1:
        outside = np.nonzero(~hidden)[0]
        hidden[outside[np.argmin(weight[outside])]] = True
    return hidden
