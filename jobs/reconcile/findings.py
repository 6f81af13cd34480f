"""What is said of a figure: a verdict, the reason in Korean, and the figures or values that were considered.

Belongs here: the form and wording of results. Does not: reaching them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal

from jobs.analysis.digits import DigitFault
from jobs.analysis.printing import Interval, rounded
from jobs.reconcile.figures import Figure, Kind

Verdict = Literal["agrees", "explained", "conflict"]

RULES = {
    "share": "비율",
    "growth": "증감률",
    "difference": "증감",
    "mean": "평균",
    "quotient": "단위당 값",
    "copy": "분자",
    "base": "분모",
    "parts": "부분의 합",
    "same_label": "같은 이름",
    "range": "범위",
    "superlative": "최고·최저",
    "expression": "셈식",
    "date": "날짜",
    "launch": "시작 전 물량",
    "unit": "단위",
    "unchecked": "대조 없음",
}
DIGIT_FAULTS: dict[DigitFault, str] = {
    "transposed": "이웃한 두 자리가 뒤바뀐 것(숫자 자리바꿈)",
    "dropped": "한 자리가 빠진 것",
    "doubled": "한 자리가 겹쳐 적힌 것",
    "inserted": "한 자리가 더 적힌 것",
    "shifted": "0의 개수나 소수점 자리가 다른 것",
    "substituted": "한 자리가 다른 것",
}


@dataclass(frozen=True)
class Candidate:
    """A base, window or value that was considered: `figure` where it is one of the table, `value` as it would be printed."""

    what: str
    value: str
    figure: str | None = None
    fits: bool = False


@dataclass(frozen=True)
class Explanation:
    verdict: Verdict
    text: str
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One verdict of one rule on one figure."""

    figure: str
    rule: str
    verdict: Verdict
    explanation: str
    candidates: tuple[Candidate, ...] = ()
    line: int = 0

    @classmethod
    def of(cls, figure: Figure, rule: str, explanation: Explanation) -> Finding:
        return cls(figure.name, rule, explanation.verdict, explanation.text, explanation.candidates, figure.line)

    def as_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key != "candidates"} | {
            "candidates": [asdict(candidate) for candidate in self.candidates]
        }


def number(value: Fraction, step: Fraction = Fraction(1)) -> str:
    """`value` to the nearest `step`, with thousands separated; never fewer digits than the step has."""
    decimals = 0
    while step * 10**decimals % 1:
        decimals += 1
    near = rounded(value, step)
    sign = "-" if near < 0 else ""
    whole, part = divmod(abs(near) * 10**decimals, 10**decimals)
    return f"{sign}{int(whole):,}" + (f".{int(part):0{decimals}d}" if decimals else "")


def print_of(figure: Figure) -> str:
    """The figure's value as read, with its unit."""
    assert figure.printed is not None
    text = number(figure.printed.value, figure.printed.step)
    if figure.printed.top is not None:
        text += f"~{number(figure.printed.top, figure.printed.step)}"
    return text + unit_of(figure)


def unit_of(figure: Figure) -> str:
    return {Kind.PERCENT: "%", Kind.POINT: "%p"}.get(figure.kind, figure.unit)


def finer(figure: Figure) -> Fraction:
    """A step with one digit more than the print (two decimals of a percentage): enough to see why it is off."""
    assert figure.printed is not None
    if figure.kind in (Kind.PERCENT, Kind.POINT):
        return min(figure.printed.step / 10, Fraction(1, 100))
    return figure.printed.step / 10


def as_printed(figure: Figure, true: Interval) -> str:
    """`true` as the figure would print it; where it is an interval, its two ends."""
    assert figure.printed is not None
    low, high = (number(end, figure.printed.step) for end in (true.low, true.high))
    return (low if low == high else f"{low}~{high}") + unit_of(figure)


def in_detail(figure: Figure, true: Interval) -> str:
    low, high = (number(end, finer(figure)) for end in (true.low, true.high))
    return (low if low == high else f"{low}~{high}") + unit_of(figure)
