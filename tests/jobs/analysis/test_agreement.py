from __future__ import annotations

import pytest

from jobs.analysis.agreement import agreement

# Four observers, twelve units: the example of Krippendorff (2011), section C. A dot is a missing judgement.
OBSERVERS = ("1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .")


def test_the_published_example() -> None:
    units = [
        [value for value in unit if value != "."] for unit in zip(*(row.split() for row in OBSERVERS), strict=True)
    ]
    found = agreement(units)
    assert found.units == 11  # the last one was judged once
    assert found.alpha == pytest.approx(0.743, abs=0.0005)


def test_all_agree() -> None:
    found = agreement([["a", "a"], ["b", "b", "b"]])
    assert (found.units, found.pairs, found.observed_rate, found.alpha) == (2, 4, 1.0, 1.0)


def test_chance_agreement_is_no_agreement() -> None:
    """Two judges who say a and b as if by lot: half of the pairs are equal, alpha is about nothing."""
    found = agreement([["a", "a"], ["a", "b"], ["b", "a"], ["b", "b"]] * 50)
    assert found.observed_rate == 0.5
    assert found.alpha == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("units", [[], [["a"]], [[]]])
def test_nothing_to_compare(units: list[list[str]]) -> None:
    found = agreement(units)
    assert (found.units, found.observed_rate, found.alpha) == (0, None, None)


def test_one_value_only_leaves_alpha_undefined() -> None:
    found = agreement([["a", "a"], ["a", "a"]])
    assert (found.observed_rate, found.alpha) == (1.0, None)
