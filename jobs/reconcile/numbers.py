"""Numbers as people print them: 1,234,567 · 12.4 · 12.0% · △7 · 12만 · 2~3천 · 약 3만 · 12×30=360.

Belongs here: from text to an exact value, the unit of its last digit, and its unit of measure. What it counts is
`jobs.reconcile.figures`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from jobs.analysis.printing import Interval

Hedge = Literal["", "about", "least", "most"]

_SCALES = {"십": 10, "백": 100, "천": 1000, "만": 10**4, "억": 10**8, "조": 10**12}
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
TERM = rf"{_DIGITS}(?:\s?[십백천만억조]+(?:\s?{_DIGITS}\s?[십백천만]+)*)?"
_VALUE = re.compile(
    rf"(?P<about>약|대략|around|about|≈)?\s*(?P<sign>[-+△▲▽▼])?\s*(?P<first>{TERM})"
    rf"(?:\s*(?:건|명|회|%)?\s*[~-]\s*(?P<second>{TERM}))?\s*(?P<tail>\D*)"
)
_HEDGES: dict[str, Hedge] = {
    "여": "about", "가량": "about", "정도": "about", "내외": "about", "안팎": "about",
    "이상": "least", "초과": "least", "이하": "most", "미만": "most",
}  # fmt: skip
_TURNS = {"감소": -1, "하락": -1, "축소": -1, "줄": -1, "증가": 1, "상승": 1, "늘": 1, "확대": 1}
_SAME_UNIT = {"콜": "건", "통화": "건", "호": "건", "件": "건", "인": "명", "사람": "명", "%P": "%p", "%포인트": "%p", "퍼센트포인트": "%p", "pp": "%p", "p": "%p", "퍼센트": "%", "프로": "%", "일간": "일"}  # fmt: skip
_LONGEST_TAIL = 12  # behind the digits: a unit and a word, no sentence
_MULTIPLE = re.compile(r"^([십백천만억]+)(?=[건명원회콜호인개종대곳]|$)")


@dataclass(frozen=True)
class Printed:
    """A value and the unit of its last digit, `step`; of a range also its `top`. `unit` as far as the text names one."""

    value: Fraction
    step: Fraction
    unit: str = ""
    top: Fraction | None = None
    hedge: Hedge = ""
    is_signed: bool = False

    @property
    def is_whole(self) -> bool:
        """Written out to the last unit, so that it can be taken as exact where it counts things."""
        return self.step == 1 and self.hedge == "" and self.top is None

    @property
    def around(self) -> Interval:
        return Interval.around(self.value, self.step)

    @property
    def steps(self) -> int:
        """The value in units of its last digit: its digits as written."""
        return int(self.value / self.step)


def clean(text: str) -> str:
    """One way of writing widths, minus signs and tildes."""
    text = unicodedata.normalize("NFKC", text).replace("∼", "~").replace("〜", "~").strip()
    text = re.sub(r"(?<=\d)\s?(?:thousand|k)\b", "천", text, flags=re.IGNORECASE)
    return re.sub(r"[−‐‑‒–—]", "-", text)


def parse_printed(text: str, unit: str = "") -> Printed | None:
    """The printed number in `text`, measured in `unit` (which may hold a multiple: 천건); None for an empty cell.

    Raises `ValueError` for what is no number.
    """
    text = clean(text)
    if "=" in text:
        text = text.rpartition("=")[2].strip()
    elif (outcome := written_out(text)) is not None and outcome.denominator == 1:
        text = str(outcome)
    text = re.sub(r"^\((.*)\)$", r"\1", text)
    text = re.sub(r"(?<=\S)\s*\([^)]*\)", "", text)
    if not text or text in ("-", "...", "N/A", "n/a"):
        return None
    found = _VALUE.fullmatch(text)
    if found is None or len(found["tail"]) > _LONGEST_TAIL:
        raise ValueError(text)
    value, step = read_term(found["first"])
    top = None
    if found["second"]:
        top, top_step = read_term(found["second"])
        if value * (top_step / step) <= top:  # 2~3천: the multiple belongs to both
            value, step = value * (top_step / step), top_step
    multiple, _ = split_unit(unit)
    tail, hedge, sign = _tail(found["tail"], found["sign"])
    if found["about"] and not hedge:
        hedge = "about"
    if hedge == "about":  # the zeros of "약 5,500" are no digits
        while value and step >= 1 and value % (step * 10) == 0:
            step *= 10
    value, step, top = value * multiple, step * multiple, None if top is None else top * multiple
    is_signed = bool(found["sign"]) or any(word in found["tail"] for word in _TURNS)
    return Printed(value * sign, step, split_unit(tail)[1], top, hedge, is_signed)


def written_out(text: str) -> Fraction | None:
    """The product of `12×30×2`; None for any other text."""
    if not re.fullmatch(rf"{TERM}\s*[건명회일]?(?:\s*[×xX*✕]\s*{TERM}\s*[건명회일]?)+", text):
        return None
    product = Fraction(1)
    for term in re.findall(TERM, text):
        product *= read_term(term)[0]
    return product


def _tail(tail: str, sign: str | None) -> tuple[str, Hedge, int]:
    """(unit, hedge, sign) of what stands behind the digits. △ and ▼ are minus, as in public documents."""
    hedge: Hedge = ""
    factor = -1 if sign in ("-", "△", "▽", "▼", "▲") else 1
    for word, meaning in _HEDGES.items():
        if word in tail:
            tail, hedge = tail.replace(word, ""), meaning
    for word, turn in _TURNS.items():
        if word in tail:
            tail, factor = tail[: tail.index(word)], turn
    return tail.strip(), hedge, factor


def read_term(text: str) -> tuple[Fraction, Fraction]:
    """(value, unit of the last digit) of digits with Korean multiples: 1억 2천만, 12만 5천, 120천."""
    value, step = Fraction(0), Fraction(1)
    for digits, scales in re.findall(rf"({_DIGITS})\s?([십백천만억조]*)", text):
        scale = 1
        for letter in scales:
            scale *= _SCALES[letter]
        plain = digits.replace(",", "")
        value += Fraction(plain) * scale
        step = Fraction(scale, 10 ** len(plain.partition(".")[2]))
    return value, step


def split_unit(unit: str) -> tuple[int, str]:
    """(multiple, unit) of a unit as written: 천건 is (1000, 건); 콜 is 건, 인 is 명."""
    text = clean(unit).replace(" ", "").replace("(", "").replace(")", "")
    multiple = 1
    if found := _MULTIPLE.match(text):
        for letter in found[1]:
            multiple *= _SCALES[letter]
        text = text[found.end() :]
    head, slash, per = text.partition("/")
    return multiple, _SAME_UNIT.get(head, head) + slash + per
