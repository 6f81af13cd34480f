"""What is hidden of a table: small counts cannot be narrowed down by an attacker who solves for them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from scipy.optimize import linprog

from jobs.analysis.cells import Cells, Level
from jobs.analysis.suppression import suppress

K = 5


def city(seed: int, contacts: int = 3_000, kinds: int = 24, places: int = 8) -> Cells:
    """Types by Zipf's law in two domains and three departments that cross them, some of them of COVID."""
    rng = np.random.default_rng(seed)
    level = np.outer(1 / np.arange(1, kinds + 1), rng.uniform(0.5, 2, places))
    counts = rng.poisson(level * contacts / level.sum())
    counts = counts[counts.sum(axis=1) > 0]
    number = np.arange(len(counts))
    domain, department = (number % 2).astype(str), ((number // 3) % 3).astype(str)
    group = np.where(number % 5 == 0, (number % 2).astype(str), "")
    covid = np.where(group == "", "", "covid")
    divisions = {"covid": [group, covid], "domain": [domain], "department": [department]}
    return Cells(counts, divisions, [np.char.add(department, domain), np.char.add(department, covid)], K)


def exposed(cells: Cells) -> int:
    return sum(1 for _ in narrow(cells))


def narrow(cells: Cells) -> Iterator[int]:
    """Hidden counts and sums whose range is narrower than it must be, over all that is shown."""
    rows, columns = cells.margins.shape[0], cells.everywhere
    equal: list[np.ndarray] = []
    right: list[int] = []

    def inside(kinds: np.ndarray, place: int) -> np.ndarray:
        found = np.zeros((rows, columns))
        found[kinds[:, None], np.arange(columns) if place == columns else place] = 1
        return found.ravel()

    def learn(kinds: np.ndarray, place: int, value: int) -> None:
        equal.append(inside(kinds, place))
        right.append(value)

    learn(np.arange(rows), columns, int(cells.counts.sum()))
    for place in range(columns):
        learn(np.arange(rows), place, int(cells.counts[:, place].sum()))
    for row, place in np.argwhere(~cells.hidden):
        learn(np.array([row]), int(place), int(cells.margins[row, place]))
    wanted: list[tuple[np.ndarray, int]] = [
        (inside(np.array([row]), int(place)), int(cells.margins[row, place]))
        for row, place in np.argwhere(cells.hidden)
    ]
    for level in cells.all_levels():
        for number, place in np.argwhere(level.sums >= 0):
            if level.has_places or place == columns:
                kinds, value = np.nonzero(level.of_row == number)[0], int(level.sums[number, place])
                if level.hidden[number, place]:
                    wanted.append((inside(kinds, int(place)), value))
                else:
                    learn(kinds, int(place), value)
    for cost, value in sorted(wanted, key=lambda each: each[1]):
        if value:
            least, most = (
                sign * linprog(sign * cost, A_eq=np.array(equal), b_eq=right, bounds=(0, None)).fun for sign in (1, -1)
            )
            assert least - 1e-6 <= value <= most + 1e-6
            if least > 1 + 1e-6 or most < K - 1 - 1e-6 if value < K else most - least < K - 2 - 1e-6:
                yield value


@pytest.mark.parametrize(("seed", "contacts"), [(1, 3_000), (2, 3_000), (3, 900), (4, 300)])
def test_no_hidden_count_can_be_narrowed_down(seed: int, contacts: int) -> None:
    bare, whole = city(seed, contacts), city(seed, contacts)
    suppress(bare, is_protected=False)
    assert exposed(bare) > 5
    assert suppress(whole) == []
    assert exposed(whole) == 0


def test_most_of_a_table_is_still_shown() -> None:
    cells = city(1)
    suppress(cells)
    shown = cells.counts[~cells.hidden[:, :-1]].sum()
    assert shown > 0.8 * cells.counts[cells.counts >= K].sum()


def test_an_uncovered_complement_exposes_a_count() -> None:
    cells = city(2, contacts=900, kinds=10, places=5)
    assert suppress(cells) == []
    complements = np.argwhere(cells.hidden & (cells.margins >= K))
    assert len(complements)
    told = []
    for row, place in complements[:6]:
        cells.hidden[row, place] = False
        told.append(any(narrow(cells)))
        cells.hidden[row, place] = True
    assert any(told)


def test_every_small_count_and_sum_is_hidden_and_zeros_of_rows_with_counts_too() -> None:
    cells = city(3, contacts=900)
    suppress(cells)
    assert cells.hidden[cells.margins < K].all()
    for level in cells.all_levels():
        columns = slice(None if level.has_places else cells.everywhere, None)
        assert level.hidden[:, columns][cells.is_small(level.sums[:, columns])].all()


def test_what_was_hidden_stays_hidden_and_the_result_is_the_same_every_time() -> None:
    one, other = city(4), city(4)
    chosen = tuple(np.argwhere(one.counts > 20)[0])
    for cells in (one, other):
        cells.hidden[chosen] = True
        suppress(cells)
    assert one.hidden[chosen]
    np.testing.assert_array_equal(one.hidden, other.hidden)


def test_a_small_change_of_what_was_shown_is_hidden_and_protected() -> None:
    cells = city(1)
    row, place = (int(each) for each in np.argwhere(cells.counts > 20)[0])
    changes = np.zeros(cells.margins.shape, np.int64)
    changes[row, place] = 2
    assert suppress(cells, changes) == []
    assert cells.hidden[row, place]
    assert exposed(cells) == 0


def test_a_table_without_small_counts_hides_nothing() -> None:
    names = np.array(["a", "a", "b", "b"])
    cells = Cells(np.full((4, 3), 10), {"domain": [names], "department": [names]})
    assert suppress(cells) == []
    assert not cells.hidden.any()
    assert not any(level.hidden.any() for level in cells.all_levels())


def test_what_cannot_be_protected_is_said() -> None:
    """One contact in all: whatever is hidden, it is known to be alone."""
    names = np.array(["a", "a"])
    cells = Cells(np.array([[1, 0], [0, 0]]), {"domain": [names], "department": [names]})
    assert suppress(cells) != []
    assert cells.hidden[0, 0]


def test_a_level_adds_up_its_rows() -> None:
    level = Level.of(np.array(["b", "a", "b"]), np.array([[1, 1], [2, 2], [4, 4]]))
    assert level.names == ["a", "b"]
    np.testing.assert_array_equal(level.sums, [[2, 2], [5, 5]])
