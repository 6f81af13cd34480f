"""Which counts of one document may be shown: small cells, and the cells that would give them back.

Belongs here: the decision over counts and the sums that tie them together.
Does not: how a masked figure is written (`figures`), nor protection across editions, months and builds: a count may come
with a mask decided for all of them (`joint`). Protected here is the exact value: a range that follows from several sums
and the limits 1 to k-1 together is looked for within each sum only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.metrics import SMALL_CELL_K

SYSTEM_LIMIT = 60_000
_PRIME = 2**61 - 1
Mask = Literal["", "small", "complement"]


@dataclass(slots=True, eq=False)
class Count:
    """A number of contacts or records; two figures of the same count share it, and so its mask."""

    key: str
    value: int
    mask: Mask = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """`total` = sum of `parts`; the parts that are not named are all zero."""

    total: Count
    parts: tuple[Count, ...]


def protect(counts: Iterable[Count], relations: Sequence[Relation]) -> None:
    """Set the masks: 1 to k-1 is `small`; then the next smallest counts, until no hidden one can be worked out from
    one sum, or (up to `SYSTEM_LIMIT` hidden counts) from all the sums together.
    """
    for count in counts:  # what was hidden before stays so: more sums only ever hide more
        count.mask = "small" if 0 < count.value < SMALL_CELL_K else count.mask
    changed = True
    while changed:
        changed = False
        for relation in relations:
            while _gives_back(relation) and (next_one := _weakest([relation])):
                next_one.mask = "complement"
                changed = True
        if not changed:
            changed = _break_system(relations)


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
        shown = [count for count in members if count.value and not count.mask]
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
    """The hidden counts that have one solution: alone in a row of the sums' reduced echelon form.

    Gauss-Jordan elimination on sparse rows, in the integers modulo a prime (exact but for a negligible chance). The
    pivot is the count in the fewest sums, which keeps the rows short.
    """
    rows = [_hidden_row(relation) for relation in relations]
    often = Counter(count for row in rows for count in row)
    if len(often) > SYSTEM_LIMIT:
        return []
    solved: dict[Count, dict[Count, int]] = {}
    holders: dict[Count, set[Count]] = {}
    for row in rows:
        for count in [count for count in row if count in solved]:
            _subtract(row, solved[count], row[count])
        if not row:
            continue
        pivot = min(row, key=lambda count: (often[count], count.key))
        inverse = pow(row[pivot], -1, _PRIME)
        solved[pivot] = {count: factor * inverse % _PRIME for count, factor in row.items()}
        for holder in holders.pop(pivot, set()):
            _subtract(solved[holder], solved[pivot], solved[holder][pivot])
            for count in solved[pivot]:
                _note(holders, solved, holder, count)
        for count in solved[pivot]:
            _note(holders, solved, pivot, count)
    return [pivot for pivot, row in solved.items() if len(row) == 1]


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


def _note(holders: dict[Count, set[Count]], solved: dict[Count, dict[Count, int]], holder: Count, count: Count) -> None:
    """Keep the list of which solved rows hold a count that is not yet solved."""
    if count in solved[holder] and count is not holder:
        holders.setdefault(count, set()).add(holder)
    elif count in holders:
        holders[count].discard(holder)
