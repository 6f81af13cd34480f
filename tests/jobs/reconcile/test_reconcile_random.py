"""Tables at random: those that reconcile raise nothing, one altered digit is found, faults of every kind are explained."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass

import pytest
from random_faults import KINDS
from random_tables import Made, altered, make

from jobs.reconcile import check


def _explained(kind: str, seed: int) -> tuple[bool, bool]:
    """(whether a figure at fault is found, whether for the right reason)."""
    fault = KINDS[kind](random.Random(seed))
    findings = [finding for finding in check(fault.made.table()) if finding.verdict != "agrees"]
    mine = [finding for finding in findings if finding.figure in fault.figures]
    return bool(mine), any(re.search(fault.says, finding.explanation) for finding in mine)


@pytest.mark.parametrize("kind", KINDS)
def test_faults_of_each_kind_are_found_with_other_numbers_and_names(kind: str) -> None:
    assert [seed for seed in range(40) if _explained(kind, seed) != (True, True)] == []


@pytest.mark.slow
def test_of_4800_faults_all_are_found_and_all_but_one_for_the_right_reason() -> None:
    outcomes = [_explained(kind, seed) for kind in KINDS for seed in range(1_000, 1_300)]
    assert len(outcomes) == 4_800
    assert all(is_found for is_found, _ in outcomes)
    assert sum(not is_right for _, is_right in outcomes) <= 1  # a wrong growth that happens to fit another base exactly


def _faults(made: Made) -> list[str]:
    return [f"{one.figure} {one.rule} {one.explanation}" for one in check(made.table()) if one.verdict != "agrees"]


def test_tables_that_reconcile_raise_no_fault() -> None:
    assert [(seed, faults) for seed in range(120) if (faults := _faults(make(seed)))] == []


@pytest.mark.slow
def test_a_thousand_tables_that_reconcile_raise_no_fault() -> None:
    assert [(seed, faults) for seed in range(1_000, 2_000) if (faults := _faults(make(seed)))] == []


@dataclass
class Caught:
    """What became of one altered digit; `why` it cannot be caught, where plain arithmetic still holds."""

    can_be: bool
    is_caught: bool
    is_conflict: bool
    is_named: bool
    why: str


def _alter(seed: int) -> Caught:
    """Alter one digit, see by the naive arithmetic of the maker whether any relation breaks, and reconcile."""
    made, figure, _ = altered(random.Random(seed), make(seed))
    values = made.values()
    touched = [holds for names, holds in made.relations if figure in names]
    can_be = any(not _holds(holds, values) for holds in touched)
    why = "" if can_be else "isolated" if not touched else "below the printed precision"
    findings = [finding for finding in check(made.table()) if finding.verdict != "agrees"]
    named = {finding.figure for finding in findings} | {
        one.figure for finding in findings for one in finding.candidates
    }
    conflict = any(finding.verdict == "conflict" for finding in findings)
    return Caught(can_be, bool(findings), conflict, figure in named, why)


def _holds(holds: object, values: object) -> bool:
    try:
        return bool(holds(values))  # type: ignore[operator]
    except ZeroDivisionError:
        return False


def _check_altered(seeds: range) -> Counter[str]:
    outcomes = {seed: _alter(seed) for seed in seeds}
    assert [seed for seed, one in outcomes.items() if one.can_be and not one.is_caught] == []
    counts = Counter(one.why or "caught" for one in outcomes.values())
    catchable = [one for one in outcomes.values() if one.can_be]
    counts["conflict"] = sum(one.is_conflict for one in catchable)
    counts["named"] = sum(one.is_named for one in catchable)
    return counts


def test_one_altered_digit_is_caught_where_arithmetic_can() -> None:
    counts = _check_altered(range(120))
    # the rest: a value that stands in no relation, or a digit that no printed relation reaches
    assert counts["caught"] + counts["isolated"] + counts["below the printed precision"] == 120
    assert counts["caught"] > 100
    assert counts["conflict"] > 0.95 * counts["caught"]  # else another reading fits exactly: truncation, another level
    assert counts["named"] > 0.9 * counts["caught"]


@pytest.mark.slow
def test_of_a_thousand_altered_digits_all_are_caught_that_can_be() -> None:
    counts = _check_altered(range(1_000, 2_000))
    assert sum(counts[why] for why in ("caught", "isolated", "below the printed precision")) == 1_000
    assert counts["caught"] > 900
    assert counts["conflict"] > 0.95 * counts["caught"]
    assert counts["named"] > 0.9 * counts["caught"]
