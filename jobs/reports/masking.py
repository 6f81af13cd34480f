"""Which counts of one document may be shown: small cells, and the cells that would give them back.

Belongs here: the decision over counts and the sums that tie them together.
Does not: how a masked figure is written (`figures`), nor protection across editions, months and builds: a count may come
with a mask decided for all of them (`joint`). Protected here is the exact value: a range that follows from several sums
and the limits 1 to k-1 together is looked for within each sum only.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from schemas.metrics import SMALL_CELL_K

SYSTEM_LIMIT = 60_000
_PRIME = 2**61 - 1
Mask = Literal["", "small", "complement"]


@dataclass(slots=True, eq=False)
class Count:
    """A number of contacts or records; two figures of the same count share it, and so its mask. One `is_decided` for all
    documents together keeps the mask that it has."""

    key: str
    value: int
    mask: Mask = ""
    is_decided: bool = False


class HasCounts(Protocol):
    """A figure, as far as its masks go."""

    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """`total` = sum of `parts`; the parts that are not named are all zero."""

    total: Count
    parts: tuple[Count, ...]


def is_hidden(figure: HasCounts) -> bool:
    """Whether a figure rests on a count that is hidden already, or is small and will be."""
    return any(count.mask or (not count.is_decided and 0 < count.value < SMALL_CELL_K) for count in figure.counts)


def protect(counts: Iterable[Count], relations: Sequence[Relation]) -> None:
    """Set the masks: 1 to k-1 is `small`; then the next smallest counts, until no hidden one can be worked out from
    one sum, or (up to `SYSTEM_LIMIT` hidden counts) from all the sums together.
    """
    for count in counts:  # what was hidden before stays so: more sums only ever hide more
        if not count.is_decided:
            count.mask = "small" if 0 < count.value < SMALL_CELL_K else count.mask
    relations = [relation for relation in relations if not _is_decided(relation)]
    changed = True
    while changed:
        changed = False
        for relation in relations:
            while _gives_back(relation) and (next_one := _weakest([relation])):
                next_one.mask = "complement"
                changed = True
        if not changed:
            changed = _break_system(relations)


def _is_decided(relation: Relation) -> bool:
    """Whether every part is; then what is left of the total beyond those is protected as they are."""
    return all(count.is_decided for count in relation.parts)


def _gives_back(relation: Relation) -> bool:
    """Whether one hidden member follows from the shown ones: it is alone, or the small ones can only be 1 (or k-1)."""
    hidden = [count for count in (relation.total, *relation.parts) if count.mask]
    if len(hidden) < 2:
        return bool(hidden)
    if relation.total.mask or any(count.mask != "small" for count in hidden):
        return False
    return sum(count.value for count in hidden) in (len(hidden), len(hidden) * (SMALL_CELL_K - 1))


def _weakest(relations: Sequence[Relation]) -> Count | None:
    """The smallest shown part that is not zero, else the smallest total; `None` where everything is hidden already."""
    for members in ([part for r in relations for part in r.parts], [r.total for r in relations]):
        shown = [count for count in members if count.value and not (count.mask or count.is_decided)]
        if shown:
            return min(shown, key=lambda count: (count.value, count.key))
    return None


def _break_system(relations: Sequence[Relation]) -> bool:
    """Hide one count more beside each hidden one that all sums together determine; whether there was one."""
    changed = False
    for tied in _determined(relations):
        next_one = _near(tied, relations)
        if next_one is not None:
            next_one.mask = "complement"
            changed = True
    return changed


def _near(tied: Count, relations: Sequence[Relation]) -> Count | None:
    """The weakest shown count in a sum with `tied`, else in a sum with what is hidden beside it, and so on."""
    seen: set[Count] = set()
    reached = {tied}
    while reached != seen:
        seen = reached
        holding = [r for r in relations if r.total in seen or not seen.isdisjoint(r.parts)]
        found = _weakest(holding)
        if found is not None:
            return found
        reached = seen | {count for r in holding for count in (r.total, *r.parts) if count.mask}
    return None


def _determined(relations: Sequence[Relation]) -> list[Count]:
    """The hidden counts that have one solution: those that are zero in a random solution of the homogeneous system.

    In the integers modulo a prime, so that a count which is not determined is zero with a negligible chance only. A sum
    with a count that stands in no other sum binds nothing else: it is set aside, and again among what is left, until
    few sums remain to be eliminated.
    """
    rows = [row for relation in relations if (row := _hidden_row(relation))]
    holders: dict[Count, set[int]] = {}
    for place, row in enumerate(rows):
        for count in row:
            holders.setdefault(count, set()).add(place)
    if len(holders) > SYSTEM_LIMIT:
        return []
    own = _set_aside(rows, holders)
    solved = _eliminated([row for place, row in enumerate(rows) if place not in own], holders)
    draw = random.Random(_PRIME)  # noqa: S311 - any sequence does
    values: dict[Count, int] = {}
    for pivot, row in [*reversed(solved.items()), *((count, rows[place]) for place, count in reversed(own.items()))]:
        others = 0
        for count, factor in row.items():
            if count is pivot:
                continue
            if count not in values:
                values[count] = draw.getrandbits(60)
            others += factor * values[count]
        values[pivot] = -others * pow(row[pivot], -1, _PRIME) % _PRIME
    return [count for count in holders if values[count] == 0 and not count.is_decided]


def _set_aside(rows: Sequence[dict[Count, int]], holders: dict[Count, set[int]]) -> dict[int, Count]:
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


def _eliminated(rows: Sequence[dict[Count, int]], holders: dict[Count, set[int]]) -> dict[Count, dict[Count, int]]:
    """The sums in echelon form, each by its pivot: later rows hold no earlier pivot. The pivot is the count in the fewest
    sums, which keeps the rows short."""
    solved: dict[Count, dict[Count, int]] = {}
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


def _hidden_row(relation: Relation) -> dict[Count, int]:
    """The hidden members of a sum with their signs; one that stands on both sides falls out."""
    row: dict[Count, int] = {}
    for count, sign in ((relation.total, _PRIME - 1), *((part, 1) for part in relation.parts)):
        if count.mask:
            row[count] = (row.get(count, 0) + sign) % _PRIME
    return {count: factor for count, factor in row.items() if factor}


def _subtract(row: dict[Count, int], other: dict[Count, int], times: int) -> None:
    for count, factor in other.items():
        left = (row.get(count, 0) - times * factor) % _PRIME
        if left:
            row[count] = left
        else:
            row.pop(count, None)
