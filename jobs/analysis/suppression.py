"""What must stay hidden of a month's counts so that no small one can be worked out from everything that is published.

Belongs here: the choice. Does not: the table and its linear program (`jobs.analysis.cells`), or who reads which sum.

A small count (1 to k - 1) is protected when, with everything shown as it is, it could be 1 and could be k - 1. Linear
programs look for other tables that nothing published tells from the true one, each with as many as possible of the
unproven counts at 1 or at k - 1 (what is between two such tables is one as well, so two suffice for a count). Around
counts for which none is found, the smallest neighbours are hidden too, in squares: another count of the place, and both
in a second place. What is hidden for one only adds room for the others, so nothing is proven twice. Sources: Cox, JASA
75 (1980) 377, for the problem; Fischetti & Salazar, Management Science 47 (2001) 1008, for the attacker's program.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jobs.analysis.cells import EVERYWHERE, SHOWN, SMALL, Bools, Cells, Figure, Floats, Ints, Program

_MOST_MOVED = 30_000  # hidden counts in a program; beyond, only some of the zeros
_MOST_ALONE = 60  # unproven ways up to which each gets a program of its own
_ROUNDS = 12  # of programs before more is hidden, fewer where they no longer find anything
_HIDINGS = 30  # times that more is hidden
_NEAR = 1e-6


@dataclass(frozen=True)
class Target:
    """A small count: the sum of `rows` in `place`."""

    rows: Ints
    place: int
    count: int


def suppress(cells: Cells, is_protected: bool = True, spares_everywhere: bool = False, seed: int = 120) -> list[Target]:
    """Hide in `cells` what must be hidden, beside what is hidden already; `is_protected` False leaves it at the small
    counts themselves, `spares_everywhere` shows the sums of classes over all places however small they are. Returns the
    counts that could not be protected though no more could be hidden."""
    _hide_small(cells, spares_everywhere)
    if not is_protected:
        return []
    rng = np.random.default_rng(seed)
    left = _targets(cells)
    open_ways = np.array([(one.count < cells.k - 1, one.count > 1) for one in left]).reshape(-1, 2)
    for hiding in range(_HIDINGS + 1):
        open_ways = _prove(cells, left, open_ways, rng)
        left = [one for one, ways in zip(left, open_ways, strict=True) if ways.any()]
        open_ways = open_ways[open_ways.any(axis=1)]
        if not left or hiding == _HIDINGS:
            break
        touched: set[tuple[int, int]] = set()
        for one in left:  # one square may serve all that are near it
            near = {(-1, int(row)) for row in one.rows} | {(one.place, int(atom)) for atom in cells.atoms[one.rows]}
            if touched.isdisjoint(near):
                _hide_more(cells, one, hiding)
            touched |= near
    return left


def _hide_small(cells: Cells, spares_everywhere: bool) -> None:
    for figure, value in cells.values.items():
        if cells.is_small(value) and not (spares_everywhere and figure[1] == EVERYWHERE):
            cells.hide_sum(figure)
    for row in np.nonzero((cells.row_counts > 0) & (cells.row_counts < cells.k))[0]:
        cells.hide_total(int(row))
    for place in range(cells.counts.shape[1]):
        cells.hide_pairs(cells.counts[:, place] < cells.k, place)


def _targets(cells: Cells) -> list[Target]:
    found = [
        Target(np.nonzero(cells.rows_of[name])[0], place, cells.values[name, place])
        for (name, place), mask in cells.sums.items()
        if mask == SMALL
    ]
    found += [
        Target(np.array([row]), EVERYWHERE, int(cells.row_counts[row])) for row in np.nonzero(cells.totals == SMALL)[0]
    ]
    small = np.argwhere((cells.pairs == SMALL) & (cells.counts > 0))
    return found + [Target(np.array([row]), int(place), int(cells.counts[row, place])) for row, place in small]


def _prove(cells: Cells, targets: list[Target], open_ways: Bools, rng: np.random.Generator) -> Bools:
    """Look for tables in which the targets are 1 and k - 1. `open_ways` (targets, 2): not yet seen at k - 1, at 1."""
    moved = (cells.counts > 0) | (rng.random(cells.counts.shape) < _MOST_MOVED / max(1, (cells.pairs != SHOWN).sum()))
    program = cells.program(moved)
    place_of = _positions(program, cells.counts.shape)
    members = [_members(cells, place_of, one) for one in targets]
    needs = np.array([(cells.k - 1 - one.count, one.count - 1) for one in targets], float)
    open_ways = open_ways.copy()

    def solve(wish: Floats) -> int:
        """How many ways are newly seen in the table that makes `wish` largest."""
        nonlocal open_ways
        before = int(open_ways.sum())
        changes = program.moved(wish)
        reached = np.array([changes[held].sum() for held in members])
        open_ways &= ~np.stack((reached >= needs[:, 0] - _NEAR, -reached >= needs[:, 1] - _NEAR), axis=1)
        return before - int(open_ways.sum())

    for _ in range(_ROUNDS):
        most = int(open_ways.sum())
        if not most or solve(_wish(program, members, open_ways, rng)) < max(1, most // 50):
            break
    for number, way in np.argwhere(open_ways) if open_ways.sum() <= _MOST_ALONE else ():
        if open_ways[number, way]:
            wish = np.zeros(len(program.rows))
            wish[members[number]] = (1.0, -1.0)[way]
            solve(wish)
    return open_ways


def _wish(program: Program, members: list[Ints], open_ways: Bools, rng: np.random.Generator) -> Floats:
    """Some of the unproven targets up, others down: all at once would be in each other's way."""
    wish = np.zeros(len(program.rows))
    weights = rng.uniform(0.2, 1.0, len(members)) * (rng.random(len(members)) < 0.6)
    goes_up = open_ways[:, 0] & (~open_ways[:, 1] | (rng.random(len(members)) < 0.5))
    for held, weight, is_up, ways in zip(members, weights, goes_up, open_ways, strict=True):
        if ways.any():
            wish[held] += weight if is_up else -weight
    return wish


def _positions(program: Program, shape: tuple[int, ...]) -> Ints:
    """(rows, places): where a count stands among the program's, -1 where it does not."""
    found = np.full(shape, -1, np.int64)
    found[program.rows, program.places] = np.arange(len(program.rows))
    return found


def _members(cells: Cells, place_of: Ints, one: Target) -> Ints:
    held = place_of[one.rows] if one.place == EVERYWHERE else place_of[one.rows, one.place]
    return np.asarray(held[held >= 0].ravel())


def _hide_more(cells: Cells, one: Target, step: int) -> None:
    """Hide the smallest square of counts beside a target; from the fourth time on, of the sums that it is part of."""
    if len(one.rows) > 1:
        if not _hide_sum_beside(cells, one.rows, one.place):
            _hide_pair_beside(cells, one.rows, one.place)
    elif step < 3 or step % 2:
        if not _hide_pair_beside(cells, one.rows, one.place, step):
            _hide_class_of(cells, one.rows, one.place)
    else:
        _hide_class_of(cells, one.rows, one.place)


def _hide_pair_beside(cells: Cells, rows: Ints, place: int, step: int = 0) -> bool:
    """A count of another row in the same place, and what makes it a square with a second place: one where counts of
    `rows` are hidden already, and every other time a new one, as these may have no room left."""
    at = place if place != EVERYWHERE else int(np.argmax(cells.counts[rows].sum(axis=0)))
    others = _shown_rows(cells, rows, at)
    if not len(others):
        return False
    other = int(others[0])
    cells.hide_pairs(np.array([other]), at)
    if place == EVERYWHERE:
        cells.hide_total(other)
        return True
    second = _second_place_of_pair(cells, rows, at, is_new=bool(step % 2))
    for corner in (rows, np.array([other])):
        cells.hide_pairs(corner, second)
    return True


def _second_place_of_pair(cells: Cells, rows: Ints, place: int, is_new: bool) -> int:
    counts = cells.counts[rows].sum(axis=0)
    is_hidden = (cells.pairs[rows] != SHOWN).any(axis=0)
    others = np.arange(len(counts)) != place
    hidden, shown = np.nonzero(is_hidden & others)[0], np.nonzero(~is_hidden & others & (counts > 0))[0]
    if len(shown) and (is_new or not counts[hidden].sum()):
        spare = counts[shown] >= 2 * cells.k - 2
        return int(shown[np.lexsort((counts[shown], ~spare))[0]])
    return int(hidden[np.argmax(counts[hidden])]) if len(hidden) else place


def _shown_rows(cells: Cells, rows: Ints, place: int) -> Ints:
    """Rows whose count in `place` is shown and not zero: those of the same atom first, then of a class with `rows`; the
    smallest that can spare k - 1 first."""
    counts = cells.counts[:, place]
    alike = np.isin(cells.atoms, cells.atoms[rows])
    near = np.zeros(len(counts), np.int64)
    for member in cells.rows_of.values():
        if not member.all():
            near += member & member[rows].any()
    candidates = np.nonzero((cells.pairs[:, place] == SHOWN) & (counts > 0) & ~np.isin(np.arange(len(counts)), rows))[0]
    spare = counts[candidates] < 2 * cells.k - 2  # less than what it may lose and still be k
    order = np.lexsort((counts[candidates], spare, -near[candidates], ~alike[candidates]))
    return np.asarray(candidates[order])


def _hide_sum_beside(cells: Cells, rows: Ints, place: int) -> bool:
    """The sum of a class beside that of `rows` in the same place, and both in a second place."""
    mine = [name for name, member in cells.rows_of.items() if len(rows) == member.sum() and member[rows].all()]
    own = np.zeros(len(cells.counts), bool)
    own[rows] = True
    beside = [
        (value, figure)
        for figure, value in cells.values.items()
        if figure[1] == place
        and value > 0
        and cells.sums[figure] == SHOWN
        and not (cells.rows_of[figure[0]] & own).any()
    ]
    if not beside:
        return False
    enough = [item for item in beside if item[0] >= 2 * cells.k - 2]
    _, chosen = min(enough or beside)
    cells.hide_sum(chosen)
    if place != EVERYWHERE:
        second = _second_place(cells, [name for name in mine if name in cells.classes], place)
        for name in (*mine, chosen[0]):
            if second is not None and name in cells.classes:
                cells.hide_sum((name, second))
    return True


def _second_place(cells: Cells, names: list[str], place: int) -> int | None:
    """Where one of the classes is hidden already, else where it is smallest but not zero."""
    places = [p for p in range(cells.counts.shape[1]) if p != place]
    found: list[tuple[bool, int, int]] = [
        (cells.sums[name, p] == SHOWN, cells.values[name, p], p)
        for name in names
        for p in places
        if cells.values[name, p]
    ]
    return min(found)[2] if found else None


def _hide_class_of(cells: Cells, rows: Ints, place: int) -> None:
    """The smallest shown sum in `place` that holds `rows`, with its square."""
    holding: list[tuple[int, Figure]] = [
        (value, (name, at))
        for (name, at), value in cells.values.items()
        if at == place
        and cells.rows_of[name][rows].all()
        and cells.sums[name, at] == SHOWN
        and not cells.rows_of[name].all()
    ]
    if holding:
        figure = min(holding)[1]
        cells.hide_sum(figure)
        _hide_sum_beside(cells, np.nonzero(cells.rows_of[figure[0]])[0], place)
