"""Which counts of one document may be shown: small cells, and the cells that would give them back.

Belongs here: the decision over counts and the sums that tie them together.
Does not: how a masked figure is written (`figures`), nor protection across editions, months and builds: a count may come
with a mask decided for all of them (`joint`). Protected here is the exact value: a range that follows from several sums
and the limits 1 to k-1 together is looked for within each sum only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Literal, Protocol

from jobs.reports.determined import System
from schemas.metrics import SMALL_CELL_K

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
    one sum, or (up to `determined.LIMIT` hidden counts) from all the sums together.
    """
    for count in counts:  # what was hidden before stays so: more sums only ever hide more
        if not count.is_decided:
            count.mask = "small" if 0 < count.value < SMALL_CELL_K else count.mask
    sums = _Sums([relation for relation in relations if not _is_decided(relation)])
    sums.settle(range(len(sums.relations)))
    while hidden := sums.break_system():
        sums.settle(place for count in hidden for place in sums.holding[count])


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


class _Sums:
    """The sums of a document, of which those are looked at again where something was hidden. `holding`: the places of the
    sums that hold a count."""

    def __init__(self, relations: Sequence[Relation]) -> None:
        self.relations = relations
        self.holding: dict[Count, list[int]] = {}
        for place, relation in enumerate(relations):
            for count in dict.fromkeys((relation.total, *relation.parts)):
                self.holding.setdefault(count, []).append(place)
        self._system = System(relations, self.holding)

    def settle(self, due: Iterable[int]) -> None:
        """Hide more until none of the sums `due`, nor one that holds what was hidden for it, gives a hidden count back."""
        later = set(due)
        while later:
            now, later = sorted(later), set()
            while now:
                place = heappop(now)
                while _gives_back(self.relations[place]) and (next_one := _weakest([self.relations[place]])):
                    self._hide(next_one)
                    for other in self.holding[next_one]:
                        if other <= place:
                            later.add(other)
                        elif other not in now:
                            heappush(now, other)

    def break_system(self) -> list[Count]:
        """Hide one count more beside each hidden one that all sums together determine; which were hidden."""
        hidden = []
        for tied in self._system.determined():
            next_one = self._near(tied)
            if next_one is not None:
                self._hide(next_one)
                hidden.append(next_one)
        return hidden

    def _hide(self, count: Count) -> None:
        count.mask = "complement"
        self._system.hide(count)

    def _near(self, tied: Count) -> Count | None:
        """The weakest shown count in a sum with `tied`, else in a sum with what is hidden beside it, and so on."""
        seen: set[Count] = set()
        reached = {tied}
        while reached != seen:
            seen = reached
            places = {place for count in seen for place in self.holding[count]}
            holding = [self.relations[place] for place in places]
            found = _weakest(holding)
            if found is not None:
                return found
            reached = seen | {count for r in holding for count in (r.total, *r.parts) if count.mask}
        return None
