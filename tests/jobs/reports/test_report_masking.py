"""Small cells and what would give them back, checked against an enumeration of what a reader can know."""

from __future__ import annotations

import itertools
import random

import pytest

from jobs.reports.determined import System
from jobs.reports.masking import Count, Relation, protect


def _protected(values: list[int]) -> tuple[Count, list[Count]]:
    total = Count("total", sum(values))
    parts = [Count(f"part{i}", value) for i, value in enumerate(values)]
    protect([total, *parts], [Relation(total, tuple(parts))])
    return total, parts


def test_one_to_four_are_small_and_zero_and_five_are_shown() -> None:
    counts = [Count(str(n), n) for n in range(7)]
    protect(counts, [])
    assert [count.mask for count in counts] == ["", "small", "small", "small", "small", "", ""]


def test_the_next_smallest_part_goes_with_a_lone_small_one() -> None:
    total, parts = _protected([3, 0, 40, 9, 100])
    assert [part.mask for part in parts] == ["small", "", "", "complement", ""]
    assert total.mask == ""


def test_two_small_ones_hide_each_other_unless_they_can_only_be_one_or_four() -> None:
    assert [part.mask for part in _protected([2, 3, 50, 60])[1]] == ["small", "small", "", ""]
    assert [part.mask for part in _protected([1, 1, 50, 60])[1]] == ["small", "small", "complement", ""]
    total, parts = _protected([4, 4])
    assert (total.mask, [part.mask for part in parts]) == ("complement", ["small", "small"])


def test_equal_counts_share_their_fate() -> None:
    here, there = Count("here", 12), Count("there", 12)
    small, other = Count("small", 2), Count("other", 10)
    protect([here, there, small, other], [Relation(here, (small, other)), Relation(there, (other, small))])
    assert other.mask == "complement"
    assert here.mask == there.mask == ""


def test_a_contradictory_sum_ends() -> None:
    total, part = Count("total", 3), Count("part", 0)
    protect([total, part], [Relation(total, (part,))])
    assert total.mask == "small"


def test_a_table_of_two_ways_is_protected_by_row_and_column() -> None:
    draw = random.Random(7)
    for _ in range(200):
        rows, columns = draw.randrange(2, 6), draw.randrange(2, 6)
        cells = [[Count(f"{i},{j}", draw.choice((0, 1, 2, 4, 7, 12, 30))) for j in range(columns)] for i in range(rows)]
        relations = []
        for line in [*cells, *map(list, zip(*cells, strict=True))]:
            relations.append(Relation(Count("sum", sum(count.value for count in line)), tuple(line)))
        everything = list(itertools.chain(*cells)) + [relation.total for relation in relations]
        protect(everything, relations)
        for relation in relations:
            for part in relation.parts:
                if part.mask:
                    assert len(_possible(relation, part)) > 1


def _possible(relation: Relation, asked: Count) -> set[int]:
    """The values that a reader of one sum cannot rule out, looking up to 40."""
    hidden = [part for part in relation.parts if part.mask and part is not asked]
    shown = sum(part.value for part in relation.parts if not part.mask)
    mine = range(1, 5) if asked.mask == "small" else range(41)
    if relation.total.mask:
        return set(mine)
    low = sum(1 if part.mask == "small" else 0 for part in hidden)
    high = sum(4 if part.mask == "small" else 10_000 for part in hidden)
    return {value for value in mine if low <= relation.total.value - shown - value <= high}


def test_two_sums_over_the_same_parts_do_not_give_each_other_back() -> None:
    """The domain and the COVID count are sums of the same hidden types: each would tell the other."""
    one, two, other = Count("one", 3), Count("two", 4), Count("other", 90)
    domain, covid, total = Count("domain", 7), Count("covid", 7), Count("total", 97)
    spare = Count("spare", 3)
    relations = [
        Relation(domain, (one, two)),
        Relation(covid, (one, two)),
        Relation(Count("all", 100), (domain, other, spare)),
        Relation(total, (covid, other)),
    ]
    protect([one, two, other, domain, covid, total, spare], relations)
    assert spare.mask == "small"
    assert (domain.mask, covid.mask) == ("complement", "complement")


def test_masking_ten_thousand_cells_takes_no_time() -> None:
    import time

    draw = random.Random(3)
    cells = [[Count(f"{i:04d},{j}", draw.choice((0, 1, 2, 3, 5, 9))) for j in range(6)] for i in range(2500)]
    lines = [*cells, *map(list, zip(*cells, strict=True))]
    relations = [Relation(Count(f"sum{i}", sum(c.value for c in line)), tuple(line)) for i, line in enumerate(lines)]
    start = time.process_time()
    protect([*itertools.chain(*cells), *(relation.total for relation in relations)], relations)
    assert time.process_time() - start < 5


@pytest.mark.parametrize("seed", range(40))
def test_what_is_hidden_later_is_taken_in_as_from_the_beginning(seed: int) -> None:
    draw = random.Random(seed)
    cells = {(row, column): Count(f"{row}{column}", draw.randrange(9)) for row in "abcd" for column in "vwxyz"}
    sums = [[cells[row, column] for column in "vwxyz"] for row in "abcd"]
    sums += [[cells[row, column] for row in "abcd"] for column in "vwxyz"]
    sums += [draw.sample(list(cells.values()), 4) for _ in range(3)]
    relations = [Relation(Count(f"sum {n}", 0), tuple(parts)) for n, parts in enumerate(sums)]
    holding = {count: [n for n, parts in enumerate(sums) if count in parts] for count in cells.values()}
    kept = System(relations, holding)
    for count in draw.sample(list(cells.values()), len(cells)):
        count.mask = "complement"
        kept.hide(count)
        assert set(kept.determined()) == set(System(relations, holding).determined())
