"""One recipient's month of the voice of the citizens: who it is, which days it is compared with, and what it is cut to.

Belongs here: recipients, months and what several sections ask of an edition. Does not: the sections themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jobs import query
from jobs.errors import WrongUse
from jobs.proposals import Proposal
from jobs.reports import coverage, editions
from jobs.reports.figures import Figure, Ledger, Where, Window
from schemas.codes import UNCLASSIFIED, UNCLASSIFIED_NAME

if TYPE_CHECKING:
    import duckdb

    from jobs.reports.voc_outlook import Outlook
    from schemas.taxonomy import Leaf

CITY = "city"
LAST, YEAR, QUARTER = "지난달", "지난해 같은 달", "직전 3개월"


@dataclass(frozen=True)
class Month:
    """The days of a month (or of several in a row, `month` being the last) that the marts hold."""

    year: int
    month: int
    days: tuple[date, ...]

    @classmethod
    def of(cls, held: Sequence[date], year: int, month: int) -> Month:
        return cls(year, month, tuple(day for day in held if (day.year, day.month) == (year, month)))

    @property
    def window(self) -> Window:
        return self.days[0], self.days[-1]

    @property
    def text(self) -> str:
        """12월 1–14일, 14일분; with the gaps said where there are some."""
        length = (self.days[-1] - self.days[0]).days + 1
        joint = ", " if length == len(self.days) else " 가운데 "
        return f"{editions.span_text(self.window)}{joint}{len(self.days)}일분"

    @property
    def next_days(self) -> list[date]:
        """Every day of the month after this one."""
        first = (date(self.year, self.month, 28) + timedelta(days=4)).replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        return [first + timedelta(days=i) for i in range((after - first).days)]


@dataclass(frozen=True)
class Edition:
    """One recipient's month. `where` cuts the marts to what concerns the recipient; `kind` says what it is.

    `outlook` is the forecast (`None` where there are too few days), `past` the recipient's earlier proposals,
    `taxonomies` the folder of imported taxonomies.
    """

    ledger: Ledger
    recipient: str
    name: str
    where: Where
    month: Month
    before: Month
    year_before: Month
    quarter: Month
    outlook: Outlook | None = None
    past: tuple[Proposal, ...] = ()
    taxonomies: Path | None = None
    _families: dict[Window, dict[str, dict[str, str]]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """`city`, `district` or `department`."""
        return {"district_code": "district", "department_code": "department"}.get(next(iter(self.where), ""), CITY)

    @cached_property
    def total(self) -> Figure:
        return self.ledger.figure("type_count", self.month.window, self.where)

    @property
    def wanted(self) -> list[tuple[str, Month]]:
        return [(LAST, self.before), (YEAR, self.year_before), (QUARTER, self.quarter)]

    @cached_property
    def compared(self) -> list[tuple[str, Month]]:
        """The spans to compare with that have data."""
        return [(title, month) for title, month in self.wanted if month.days]

    @property
    def base(self) -> tuple[str, Month] | None:
        """What a rise is told against: the three months before, or the last one where there are not three."""
        found = dict(self.compared)
        return next(((title, found[title]) for title in (QUARTER, LAST) if title in found), None)

    @cached_property
    def differing(self) -> dict[str, list[str]]:
        """For each span compared: the channels of which the two do not have data alike."""
        conn = self.ledger.conn
        return {title: coverage.differing(conn, self.month.days, month.days) for title, month in self.compared}

    @cached_property
    def caveats(self) -> str:
        """A sentence for each span compared that does not have the same channels."""
        day = self.month.days[-1]
        return "".join(
            f" 주의: {title}과 이번 달의 자료가 있는 채널이 다릅니다({coverage.listed(channels, day)}). "
            "증감에는 이 차이가 들어 있습니다."
            for title, channels in self.differing.items()
            if channels
        )

    def families(self, month: Month) -> dict[str, dict[str, str]]:
        """What each type of a span is counted under."""
        if month.window not in self._families:
            self._families[month.window] = query.type_families(self.ledger.conn, *month.window)
        return self._families[month.window]

    def type_name(self, code: str) -> str:
        kind = self.ledger.types.get(code, {})
        return kind.get("type_name") or (UNCLASSIFIED_NAME if code == UNCLASSIFIED else code)

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """The types of the taxonomy that the marts were classified by; empty where this installation lacks it."""
        from schemas.taxonomy import known_versions, load_taxonomy

        version = query.build_facts(self.ledger.conn).get("taxonomy_version", "")
        if version not in known_versions(self.taxonomies):
            return {}
        return load_taxonomy(version, self.taxonomies).by_code


def recipients(conn: duckdb.DuckDBPyConnection, month: str) -> list[str]:
    """`city`, the 25 districts, and the departments with any consultation in the month. Raises `WrongUse`."""
    held = months(conn, month)[0]
    return [CITY, *editions.district_names(held.days[-1]), *query.departments(conn, *held.window)]


def months(conn: duckdb.DuckDBPyConnection, month: str) -> tuple[Month, Month, Month, Month]:
    """The month, the one before it, the same of the year before, and the three before it (empty unless there is data
    of each). Raises `WrongUse` for what is no month, or a month without data."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise WrongUse(f"달을 읽을 수 없습니다: {month}. 2021-12 처럼 적으세요.")
    year, number = int(month[:4]), int(month[5:])
    held = query.days(conn)
    now = Month.of(held, year, number)
    if not now.days:
        span = f"{held[0]}부터 {held[-1]}까지의 자료가 있습니다." if held else "마트에 자료가 없습니다."
        raise WrongUse(f"{month} 의 상담 자료가 없습니다. {span} 달을 고치거나 dasan run 을 먼저 실행하세요.")
    earlier = [divmod(year * 12 + number - 1 - back, 12) for back in (3, 2, 1)]
    three = [Month.of(held, y, m + 1) for y, m in earlier]
    last = three[-1]
    days = tuple(day for each in three for day in each.days) if all(each.days for each in three) else ()
    return now, last, Month.of(held, year - 1, number), Month(last.year, last.month, days)


def recipient_of(conn: duckdb.DuckDBPyConnection, recipient: str, month: Month) -> tuple[str, Where]:
    """The recipient's name and rows. A department that the code list lacks goes by its code. Raises `WrongUse`."""
    districts = editions.district_names(month.days[-1])
    departments = {code: code for code in query.departments(conn, *month.window)}
    departments |= editions.department_names(month.days[-1])
    if recipient == CITY:
        return "서울시 전체", {}
    if recipient in districts:
        return districts[recipient], {"district_code": recipient}
    if recipient in departments:
        return departments[recipient], {"department_code": recipient}
    raise WrongUse(
        f"받는 곳을 알 수 없습니다: {recipient}. city, 자치구 코드(예: 11110) 또는 부서 코드(예: D02)를 적으세요."
    )
