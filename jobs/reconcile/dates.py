"""Dates, windows and the dates that labels speak of.

Belongs here: from text to days, and what makes a date impossible. What follows for a figure is in the rules.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from jobs.reconcile.numbers import clean

_UNITS = "건명회개종천만억원대곳호콜%,"
_SPOKEN = re.compile(
    rf"""(?:(?<![\d,.])(?P<year>(?:19|20)\d\d)(?![\d{_UNITS}]|\s?[{_UNITS}])\s*년?도?
          |['’‘`´](?P<short>\d\d)(?!\d)\s*년?도?
          |(?<![\d,.])(?P<bare>1[5-9]|[23]\d)년(?!간|째|차|\s?동안|\s?연속|대)도?)?
        \s*[-./]?\s*
        (?:(?<!\d)(?P<month>\d{{1,2}})(?:\s*[~-]\s*(?P<last>\d{{1,2}}))?\s*월(?!평균)(?:\s*(?P<day>\d{{1,2}})\s*일)?
          |(?<!\d)(?P<quarter>\d)\s*(?:/\s*4)?\s*분기
          |(?P<half>[상하])반기
          |(?<!\d)(?P<m2>\d{{1,2}})[-./]\s?(?P<d2>\d{{1,2}})(?!\d|\s*%)
          |(?<=[-./]|\s|'|\d)(?P<m3>\d{{1,2}})\.(?=\s|\)|$)
          |(?<=\d[-.])(?P<m4>1[0-2]|0?[1-9])(?![\d.,%월~-]|\s*[건명]))?""",
    re.VERBOSE,
)


_REFERS = re.compile(
    r"^[)\s.]*(?:대비|실적|결산|말|현재|기준|보다|比|→|~|부터|이후|이래|까지|도입|출시|개시|오픈|신설|시작|시행|이전|수준|에 비해|과 비교|vs)"
)


@dataclass(frozen=True)
class Window:
    """Days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def months(self) -> int:
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    @property
    def is_whole_months(self) -> bool:
        return self.start.day == 1 and (self.end + timedelta(1)).day == 1

    def holds(self, other: Window) -> bool:
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Window) -> bool:
        return self.start <= other.end and other.start <= self.end

    def __str__(self) -> str:
        return f"{self.start}~{self.end}({self.days}일)"


def alike(one: Window, other: Window) -> bool:
    """As long as each other as the calendar sees it: the same days, or the same number of whole months."""
    whole = one.is_whole_months and other.is_whole_months and one.months == other.months
    return one.days == other.days or whole


@dataclass(frozen=True)
class Mention:
    """A date in a text; what is not said is None. `before` and `after` are the words around it."""

    text: str
    year: int | None
    month: int | None
    last_month: int | None
    quarter: int | None
    half: str | None
    day: int | None
    before: str
    after: str

    @property
    def fault(self) -> str | None:
        """Why there is no such date."""
        if (self.month is not None and not 1 <= self.month <= 12) or not 1 <= (self.last_month or 1) <= 12:
            return "없는 달입니다"
        if self.quarter is not None and not 1 <= self.quarter <= 4:
            return "없는 분기입니다"
        if self.day is not None and self.month is not None:
            longest = calendar.monthrange(self.year or 2000, self.month)[1]
            if not 1 <= self.day <= longest:
                return f"그 달에는 {longest}일까지 있습니다"
        return None

    @property
    def is_reference(self) -> bool:
        """Spoken of as another time than the figure's: `2020년 대비`, `'17.9월 출시`."""
        return _REFERS.match(self.after) is not None or self.before.rstrip().endswith(("→", "~", "-"))

    @property
    def window(self) -> Window | None:
        """The days it speaks of; None without a year or where there is no such date."""
        if self.year is None or self.fault:
            return None
        first, last = 1, 12
        if self.month is not None:
            first, last = self.month, self.last_month or self.month
        elif self.quarter is not None:
            first, last = self.quarter * 3 - 2, self.quarter * 3
        elif self.half:
            first, last = (1, 6) if self.half == "상" else (7, 12)
        if first > last:
            return None
        end = calendar.monthrange(self.year, last)[1]
        day = self.day
        return Window(date(self.year, first, day or 1), date(self.year, last, day or end))


def mentions(text: str) -> list[Mention]:
    """The dates that a text speaks of, in its order; one without a year takes that of the one before it."""
    text, found = clean(text), list[Mention]()
    year = None
    for match in _SPOKEN.finditer(text):
        part = match.groupdict()
        numbers = {name: int(part[name]) for name in part if part[name] and name != "half"}
        if not numbers and not part["half"]:
            continue
        own = numbers.get("year") or next((2000 + numbers[name] for name in ("short", "bare") if name in numbers), None)
        after = text[match.end() : match.end() + 10]
        if own is None and "m2" in numbers and not re.match(r"\.?\s*(부터|이후|~|자|기준|현재)", after):
            continue  # 8/15 and 12.4 are not dates by themselves
        if own is None and ("m3" in numbers or "m4" in numbers):
            continue
        year = own or year
        month = next((numbers[name] for name in ("month", "m2", "m3", "m4") if name in numbers), None)
        day = numbers.get("day", numbers.get("d2"))
        before = text[max(0, match.start() - 10) : match.start()]
        fields = (year, month, numbers.get("last"), numbers.get("quarter"), part["half"], day, before, after)
        found.append(Mention(match[0].strip(), *fields))
    return found


_SHORT = (
    r"(?:(?P<y{n}>(?:19|20)\d\d)\s*[.년/-]\s*|['’‘`](?P<s{n}>\d\d)\s*[.년]\s*|(?P<b{n}>\d\d)년\s*)?"
    r"(?P<m{n}>\d{{1,2}})\s*[.월/-](?:\s*(?P<d{n}>\d{{1,2}})(?:\s*일|\.|(?!\d)))?"
)
_RANGE = re.compile(rf"(?<![\d.]){_SHORT.format(n=1)}\.?\s*~\s*{_SHORT.format(n=2)}")


def spoken_range(text: str) -> Window | None:
    """The days of `'17.3.5~12.31.` or `2017년 4월~2017년 9월`; None where there is no such range, or no year to it."""
    match = _RANGE.search(clean(text))
    if match is None:
        return None
    part = {name: int(digits) for name, digits in match.groupdict().items() if digits}
    short = [part.get(f"s{n}") or part.get(f"b{n}") for n in (1, 2)]
    years = [part.get(f"y{n}") or (2000 + two if two else None) for n, two in zip((1, 2), short, strict=True)]
    year = years[0] or next((mention.year for mention in mentions(text) if mention.year), None)
    if year is None or not 1 <= part["m2"] <= 12:
        return None
    last = part.get("d2") or calendar.monthrange(years[1] or year, part["m2"])[1]
    try:
        start, end = date(year, part["m1"], part.get("d1", 1)), date(years[1] or year, part["m2"], last)
    except ValueError:
        return None
    return Window(start, end) if start <= end else None


def without_dates(text: str) -> str:
    """The text with its dates taken out."""
    return _SPOKEN.sub(lambda match: " " if match[0].strip(" -./") else match[0], clean(text))


def read_day(text: str) -> date | None:
    """A day of a window cell; None where empty. Raises `ValueError` (Korean) for what is no day or cannot be one."""
    text = clean(text)
    if not text:
        return None
    found = re.match(r"^'?(\d{4}|\d{2})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*(?:일|\.)?(?:[T\s].*)?$", text)
    found = found or re.match(r"^(\d{4})(\d{2})(\d{2})$", text)
    if found is None:
        raise ValueError(f"'{text[:30]}'을(를) 날짜로 읽을 수 없습니다. 2021-12-31처럼 적어 주세요")
    year, month, day = (int(part) for part in found.groups())
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        raise ValueError(f"'{text[:30]}': 달력에 없는 날짜입니다") from None
