"""What is hidden of a table: small counts cannot be narrowed down by an attacker who solves for them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from jobs.analysis.cells import COMPLEMENT, EVERYWHERE, SHOWN, SMALL, Cells
from jobs.analysis.suppression import suppress

K = 5


def city(seed: int, contacts: int = 3_000, kinds: int = 24, places: int = 8) -> Cells:
    """Types by Zipf's law in two domains and three departments that cross them."""
    rng = np.random.default_rng(seed)
    level = np.outer(1 / np.arange(1, kinds + 1), rng.uniform(0.5, 2, places))
    counts = rng.poisson(level * contacts / level.sum())
    counts = counts[counts.sum(axis=1) > 0]
    number = np.arange(len(counts))
    domain, department = number % 2, (number // 3) % 3
    classes = {"all": number >= 0} | {f"domain {i}": domain == i for i in range(2)}
    classes |= {f"department {i}": department == i for i in range(3)}
    both = sorted(set(zip(domain.tolist(), department.tolist(), strict=True)))
    return Cells(counts, classes, {f"{d} {p}": (domain == d) & (department == p) for d, p in both})


def exposed(cells: Cells) -> int:
    """Small counts by row and place whose range is narrower than 1 to k - 1, over all that is shown."""
    rows, places = cells.counts.shape
    equal: list[np.ndarray] = []
    right: list[int] = []

    def learn(kinds: np.ndarray, place: int, value: int) -> None:
        inside = np.zeros((rows, places))
        inside[np.ix_(kinds, range(places) if place == EVERYWHERE else [place])] = 1
        equal.append(inside.ravel())
        right.append(value)

    for (name, place), mask in cells.sums.items():
        if mask == SHOWN:
            learn(np.nonzero(cells.rows_of[name])[0], place, cells.values[name, place])
    for row in np.nonzero(cells.totals == SHOWN)[0]:
        learn(np.array([row]), EVERYWHERE, int(cells.row_counts[row]))
    known = {SMALL: (0, K - 1), COMPLEMENT: (K, None)}
    bounds = [
        known.get(int(mask), (count, count))
        for mask, count in zip(cells.pairs.ravel(), cells.counts.ravel(), strict=True)
    ]
    found = 0
    for row, place in np.argwhere((cells.pairs == SMALL) & (cells.counts > 0)):
        cost = np.zeros(rows * places)
        cost[row * places + place] = 1
        least, most = (
            sign * linprog(sign * cost, A_eq=np.array(equal), b_eq=right, bounds=bounds).fun for sign in (1, -1)
        )
        found += least > 1 + 1e-6 or most < K - 1 - 1e-6
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_no_small_count_can_be_narrowed_down(seed: int) -> None:
    bare, whole = city(seed), city(seed)
    suppress(bare, is_protected=False)
    assert exposed(bare) > 5
    assert suppress(whole) == []
    assert exposed(whole) == 0
    assert (whole.counts * (whole.pairs == SHOWN)).sum() > whole.counts.sum() / 2  # and most is still shown


def test_every_small_count_and_sum_is_hidden_and_zeros_of_rows_with_counts_too() -> None:
    cells = city(3, contacts=900)
    suppress(cells)
    assert (cells.pairs[cells.counts < K] == SMALL).all()
    assert ((cells.row_counts >= K) | (cells.totals == SMALL)).all()
    assert all(mask == SMALL for figure, mask in cells.sums.items() if 0 < cells.values[figure] < K)


def test_what_was_hidden_stays_hidden_and_the_result_is_the_same_every_time() -> None:
    one, other = city(4), city(4)
    chosen = tuple(np.argwhere(one.counts > 20)[0])
    for cells in (one, other):
        cells.hide_pairs(np.array([chosen[0]]), int(chosen[1]))
        suppress(cells)
    assert one.pairs[chosen] == COMPLEMENT
    np.testing.assert_array_equal(one.pairs, other.pairs)
    assert one.sums == other.sums


def test_a_table_without_small_counts_hides_nothing() -> None:
    counts = np.full((4, 3), 10)
    cells = Cells(counts, {"all": np.ones(4, bool)}, {})
    assert suppress(cells) == []
    assert (cells.pairs == SHOWN).all() and (cells.totals == SHOWN).all() and set(cells.sums.values()) == {SHOWN}


def test_what_cannot_be_protected_is_said() -> None:
    """One contact in all: whatever is hidden, it is known to be alone."""
    counts = np.array([[1, 0], [0, 0]])
    cells = Cells(counts, {"all": np.ones(2, bool)}, {})
    suppress(cells)
    assert cells.totals[0] == SMALL and cells.sums["all", EVERYWHERE] == SMALL
