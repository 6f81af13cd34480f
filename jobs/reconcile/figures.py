"""A printed figure as one row of the table, and the table in which figures refer to each other.

Belongs here: what a row says by itself and whom it names. Does not: whether it is right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from functools import cached_property

from jobs.analysis.printing import Interval
from jobs.reconcile.dates import Mention, Window, mentions, spoken_range
from jobs.reconcile.labels import subject
from jobs.reconcile.numbers import Printed, parse_printed


class Kind(Enum):
    """What a number is, which decides how it adds, compares and rounds."""

    COUNT = "건수"
    PERCENT = "비율"
    POINT = "비율의 차"
    MEAN = "평균"
    QUOTIENT = "단위당 값"
    DATE = "날짜"
    NOTHING = "값 없음"


@dataclass(frozen=True)
class Figure:
    """One row. `unit` is normalised, without multiples; `numerator` … are as written; `date_faults` are Korean sentences."""

    line: int
    name: str
    label: str
    value_text: str
    kind: Kind
    unit: str
    printed: Printed | None = None
    numerator: str = ""
    denominator: str = ""
    parent: str = ""
    period_before: str = ""
    window: Window | None = None
    has_start: bool = False
    has_end: bool = False
    date_faults: tuple[str, ...] = ()

    @cached_property
    def subject(self) -> str:
        return subject(self.label)

    @cached_property
    def dates(self) -> list[Mention]:
        """The dates of which the label and the value speak."""
        return mentions(self.label) + (mentions(self.value_text) if self.kind is Kind.DATE else [])

    @cached_property
    def period(self) -> Window | None:
        """The printed window; without one, the only period that the label names."""
        if self.window or self.has_start or self.has_end:
            return self.window
        if (spoken := spoken_range(self.label)) is not None:
            return spoken
        named = {mention.window for mention in mentions(self.label) if mention.window and not mention.is_reference}
        return named.pop() if len(named) == 1 else None

    @property
    def is_exact(self) -> bool:
        """A count printed to the last unit; means, shares and rounded counts stand for an interval."""
        return self.kind is Kind.COUNT and self.printed is not None and self.printed.is_whole

    @property
    def true(self) -> Interval:
        """The values that the print can stand for."""
        assert self.printed is not None
        if self.is_exact:
            return Interval.of(self.printed.value)
        around = self.printed.around
        return around if self.printed.top is None else Interval(around.low, self.printed.top)

    @property
    def title(self) -> str:
        return f"{self.name}({self.label})" if self.label and self.label != self.name else self.name


@dataclass(frozen=True)
class Operand:
    """What a row names as its numerator, denominator or period before: figures of the table, or a number by itself."""

    true: Interval
    text: str
    figure: Figure | None = None
    unit: str = ""

    @property
    def could_be_rate(self) -> bool:
        if self.figure:
            return self.figure.kind in (Kind.PERCENT, Kind.POINT)
        return self.true.low >= 0 and self.true.high <= 100

    @property
    def is_rate(self) -> bool:
        return self.figure is not None and self.could_be_rate

    @property
    def period(self) -> Window | None:
        return self.figure.period if self.figure else None


class Table:
    """The figures in their order, by name, by parent. Raises nothing: a name that is not there is no operand."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self.figures = list(figures)
        self.by_name: dict[str, Figure] = {}
        self.children: dict[str, list[Figure]] = defaultdict(list)
        for figure in self.figures:
            self.by_name.setdefault(figure.name, figure)
        labels = Counter(figure.label for figure in self.figures)
        for figure in self.figures:  # a sender may name a figure by its label
            if figure.label and labels[figure.label] == 1:
                self.by_name.setdefault(figure.label, figure)
        for figure in self.figures:
            if figure.printed and (whole := self.parent(figure)) is not None:
                self.children[whole.name].append(figure)
        self._by_value: dict[Fraction, list[Figure]] = defaultdict(list)
        for figure in self.valued():
            if figure.printed and figure.is_exact:
                self._by_value[figure.printed.value].append(figure)

    def valued(self) -> Iterator[Figure]:
        """The figures with one value: no range, no date."""
        return (figure for figure in self.figures if figure.printed and figure.printed.top is None)

    def counts(self) -> Iterator[Figure]:
        return (figure for figure in self.valued() if figure.kind is Kind.COUNT and figure.unit not in ("일", "개월"))

    def parent(self, figure: Figure | None) -> Figure | None:
        return self.by_name.get(figure.parent) if figure and figure.parent else None

    def replaced(self, figure: Figure, value: Fraction) -> Table:
        """The table as it would be if `figure` were printed as `value`."""
        assert figure.printed is not None
        other = replace(figure, printed=replace(figure.printed, value=value))
        return Table([other if each is figure else each for each in self.figures])

    def operand(self, text: str, numerator_of: Figure | None = None) -> Operand | None:
        """What a cell names: a figure, a number, or a sum of such (`a+b-c`). None where empty or not in the table.

        A number that is printed once in the table stands for that figure, and so has its window and unit.
        """
        if not text:
            return None
        named = self.by_name.get(text)
        if named is not None:
            if named is numerator_of or named.printed is None or named.printed.top is not None:
                return None
            return Operand(named.true, named.title, named, named.unit)
        try:
            printed = parse_printed(text)
        except ValueError:
            return self._sum(text)
        if printed is None or printed.top is not None:
            return None
        same = [figure for figure in self._by_value.get(printed.value, []) if figure is not numerator_of]
        if len(same) == 1 and (not printed.unit or same[0].unit == printed.unit) and abs(printed.value) > 400:
            return Operand(same[0].true, same[0].title, same[0], same[0].unit)
        true = Interval.of(printed.value) if printed.is_whole else printed.around
        return Operand(true, text, None, printed.unit)

    def _sum(self, text: str) -> Operand | None:
        terms = [term.strip() for term in text.replace("-", "+-").split("+") if term.strip(" -")]
        if len(terms) < 2 or any(term.lstrip("- ") not in self.by_name for term in terms):
            return None
        parts = [(term.startswith("-"), self.operand(term.lstrip("- "))) for term in terms]
        if any(part is None for _, part in parts):
            return None
        total = Interval.of(0)
        for is_negative, part in parts:
            assert part is not None
            total = total - part.true if is_negative else total + part.true
        first = parts[0][1]
        assert first is not None
        return Operand(total, text, None, first.unit)

    def names(self, text: str) -> bool:
        """Whether a reference cell can be understood at all."""
        if not text or text in self.by_name:
            return True
        try:
            return parse_printed(text) is not None
        except ValueError:
            return self._sum(text) is not None
