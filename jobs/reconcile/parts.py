"""Parts must sum to what they are parts of: counts exactly, rounded figures within their rounding.

Belongs here: sums over `parent`, and which part is off where they do not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from jobs.analysis.digits import DigitFault, digit_fault
from jobs.analysis.printing import Interval
from jobs.reconcile.dates import Window
from jobs.reconcile.figures import Figure, Kind, Table
from jobs.reconcile.findings import DIGIT_FAULTS, Candidate, Explanation, Finding, number, print_of, unit_of
from jobs.reconcile.labels import is_daily, is_of_which
from jobs.reconcile.relations import relations

_MOST_NESTED = 14  # parts among which a nested breakdown is looked for
_MOST_SUSPECTS = 40
_NOT_ADDITIVE = ("초", "분", "시간", "점", "세", "배", "위")


@dataclass(frozen=True)
class Sum:
    """The parts of `whole` and their sum; `is_complete` where they must exhaust it."""

    whole: Figure
    parts: tuple[Figure, ...]
    total: Interval
    is_complete: bool

    @property
    def goal(self) -> Interval:
        """What the whole can be: 100 % of something is no rounded figure."""
        printed = self.whole.printed
        is_all = self.whole.kind is Kind.PERCENT and printed is not None and printed.value == 100
        return Interval.of(100) if is_all and not self.whole.numerator else self.whole.true

    @property
    def gap(self) -> Fraction:
        """What the parts lack to the whole: negative where they exceed it."""
        return self.whole.true.middle - self.total.middle

    @property
    def holds(self) -> bool:
        if self.is_complete:
            return self.total.meets(self.goal)
        return self.total.low <= self.goal.high


def sums(table: Table) -> list[Sum]:
    """Every breakdown that can be checked; several complete ones of one whole, of other dimensions, each by itself."""
    found = []
    for name, children in table.children.items():
        whole = table.by_name.get(name)
        if whole is None or whole.printed is None or whole.printed.top is not None:
            continue
        parts = [part for part in children if part is not whole and part.printed and part.printed.top is None]
        if _are_rates(whole, parts):
            continue
        parts = [
            part
            for part in parts
            if part.kind is whole.kind and part.unit == whole.unit and _is_additive(table, part, whole)
        ]
        found += [_sum(whole, group) for group in breakdowns(whole, parts)]
    return found


def _is_additive(table: Table, part: Figure, whole: Figure) -> bool:
    """Counts and means of one window add. So do shares of one base; rates of different bases do not."""
    if part.kind is Kind.PERCENT:
        return part.denominator == whole.denominator or (whole.printed is not None and whole.printed.value == 100)
    if part.unit in _NOT_ADDITIVE or (
        part.kind is Kind.MEAN and not is_daily(f"{part.unit} {part.label}") and "/" not in part.unit
    ):
        return False
    return part.kind in (Kind.COUNT, Kind.MEAN) and not part.denominator == "" != whole.denominator


def _are_rates(whole: Figure, parts: Sequence[Figure]) -> bool:
    """Rates of several groups about that of all of them do not add: it lies between them."""
    values = [part.true.middle for part in parts if part.kind is Kind.PERCENT]
    return whole.kind is Kind.PERCENT and len(values) > 1 and min(values) <= whole.true.middle <= max(values)


def _sum(whole: Figure, parts: Sequence[Figure]) -> Sum:
    total = Interval.of(0)
    for part in parts:
        total = total + part.true
    is_complete = len(parts) > 1 and not any(is_of_which(part.label) for part in parts) and _covers(whole, parts)
    return Sum(whole, tuple(parts), total, is_complete)


def _covers(whole: Figure, parts: Sequence[Figure]) -> bool:
    """Whether the parts have the window of the whole, or cut it into pieces without a gap."""
    windows = {part.period for part in parts}
    if len(windows) > 1 and whole.unit == "명":
        return False  # the same persons may be there in every month
    if whole.period is None or None in windows or windows == {whole.period}:
        return windows <= {None, whole.period} or whole.period is None
    pieces = sorted((window for window in windows if isinstance(window, Window)), key=lambda window: window.start)
    touching = all((b.start - a.end).days == 1 for a, b in pairwise(pieces))
    return touching and pieces[0].start == whole.period.start and pieces[-1].end == whole.period.end


def breakdowns(whole: Figure, parts: list[Figure]) -> list[list[Figure]]:
    """Parts as they stand, unless a sub-total stands among its own parts, or the whole is broken down twice."""
    if len(parts) < 3 or len(parts) > _MOST_NESTED or not all(part.is_exact for part in [whole, *parts]):
        return [parts] if parts else []
    values, goal = [int(part.true.low) for part in parts], int(whole.true.low)
    excess = sum(values) - goal
    if excess <= 0 or (excess != goal and excess not in values):
        return [parts]
    for size in range(2, len(parts) - 1):
        for inner in combinations(range(len(parts)), size):
            if sum(values[i] for i in inner) != excess:
                continue
            rest = [i for i in range(len(parts)) if i not in inner]
            if excess == goal:
                return [[parts[i] for i in rest], [parts[i] for i in inner]]
            if any(values[i] == excess for i in rest):
                return [[parts[i] for i in rest]]
    return [parts]


def check_parts(table: Table) -> Iterator[Finding]:
    for each in sums(table):
        names = " + ".join(part.name for part in each.parts)
        if each.holds and each.is_complete:
            text = f"부분 {len(each.parts)}개({names})의 합이 {print_of(each.whole)}과(와) 맞습니다."
            yield Finding.of(each.whole, "parts", Explanation("agrees", text))
        elif not each.holds:
            yield from _off(table, each)


def _off(table: Table, each: Sum) -> Iterator[Finding]:
    """A sum that does not hold: the whole is named, and the part that a slip of digits would explain."""
    step = each.whole.printed.step if each.whole.printed else Fraction(1)
    unit = unit_of(each.whole)
    total = number(each.total.middle, step)
    text = (
        f"부분 {len(each.parts)}개의 합 {total}{unit}이(가) 전체 {print_of(each.whole)}과(와) "
        f"{number(abs(each.gap), step)}{unit} 차이 납니다({'부분이 모자람' if each.gap > 0 else '부분이 넘침'})."
    )
    suspects = ranked(table, list(_suspects(each)))
    if not suspects:
        is_rest = each.gap > each.whole.true.middle / 2
        hint = (
            " 부분이 다 적히지 않았으면 '기타'를 적어 주세요."
            if each.gap > 0
            else " 겹친 부분이나 잘못 적힌 수가 있습니다."
        )
        yield Finding.of(each.whole, "parts", Explanation("explained" if is_rest else "conflict", text + hint))
        return
    candidates = tuple(
        Candidate(f"{figure.title}: {DIGIT_FAULTS[fault]}", number(value, step) + unit, figure.name, index == 0)
        for index, (figure, value, fault) in enumerate(suspects)
    )
    figure, value, fault = suspects[0]
    also = f" 다른 후보 {len(suspects) - 1}개는 candidates에 있습니다." if len(suspects) > 1 else ""
    text += f" {figure.title}의 {print_of(figure)}이(가) {number(value, step)}{unit}에서 {DIGIT_FAULTS[fault]}이면 맞습니다.{also}"
    yield Finding.of(each.whole, "parts", Explanation("conflict", text, candidates))
    if figure is not each.whole and len(suspects) == 1:
        yield Finding.of(figure, "parts", Explanation("conflict", text, candidates))


def _suspects(each: Sum) -> Iterator[tuple[Figure, Fraction, DigitFault]]:
    for figure in (*each.parts, each.whole):
        assert figure.printed is not None
        value = figure.printed.value + (each.gap if figure is not each.whole else -each.gap)
        steps = value / figure.printed.step
        if steps.denominator == 1 and value >= 0 and (fault := digit_fault(figure.printed.steps, int(steps))):
            yield figure, value, fault


def ranked(
    table: Table, suspects: list[tuple[Figure, Fraction, DigitFault]]
) -> list[tuple[Figure, Fraction, DigitFault]]:
    """Suspects whose correction leaves the fewest faults elsewhere; of equals, slips more telling than a changed digit first."""
    if len(suspects) > _MOST_SUSPECTS or len(suspects) < 2:
        return suspects
    scored = [
        (faults(table.replaced(figure, value)), fault == "substituted", place)
        for place, (figure, value, fault) in enumerate(suspects)
    ]
    best = min(scored)[:2]
    return [suspects[place] for *score, place in sorted(scored) if score == list(best) or score[0] == best[0]]


def faults(table: Table) -> int:
    """How many declared relations and sums of the table do not hold."""
    missed = sum(relation.rounding != "nearest" for relation in relations(table).values())
    return missed + sum(not each.holds for each in sums(table))
