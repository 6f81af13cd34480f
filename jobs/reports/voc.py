"""The monthly voice of the citizens (시민의 소리): an edition for the city, each district and each department.

Belongs here: who gets one, the months that it compares, its key messages and the order of its sections.
Does not: the tables (`voc_tables`), or how anything is written out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import coverage, derived, editions, voc_annex, voc_places, voc_tables
from jobs.reports.document import Cell, Document, Number, Section, Text, say
from jobs.reports.figures import Figure, Ledger, Where, Window
from jobs.reports.ranking import Ranking, rank
from schemas.codes import UNCLASSIFIED

if TYPE_CHECKING:
    import duckdb

REPORT_ID = "voc"
CITY = "city"


@dataclass(frozen=True)
class Month:
    """The days of a month that the marts hold."""

    year: int
    month: int
    days: tuple[date, ...]

    @classmethod
    def of(cls, held: list[date], year: int, month: int) -> Month:
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


@dataclass(frozen=True)
class Edition:
    """One recipient's month. `where` cuts the marts to what concerns the recipient."""

    ledger: Ledger
    recipient: str
    name: str
    where: Where
    month: Month
    before: Month
    year_before: Month

    @cached_property
    def total(self) -> Figure:
        return self.ledger.figure("type_count", self.month.window, self.where)

    @cached_property
    def compared(self) -> list[tuple[str, Month]]:
        """The months to compare with that have data."""
        both = (("지난달", self.before), ("지난해 같은 달", self.year_before))
        return [(title, month) for title, month in both if month.days]

    @cached_property
    def differing(self) -> dict[str, list[str]]:
        """For each month compared: the channels of which the two months do not have data alike."""
        conn = self.ledger.conn
        return {title: coverage.differing(conn, self.month.days, month.days) for title, month in self.compared}

    @cached_property
    def caveats(self) -> str:
        """A sentence for each month compared that does not have the same channels."""
        day = self.month.days[-1]
        return "".join(
            f" 주의: {title}과 이번 달의 자료가 있는 채널이 다릅니다({coverage.listed(channels, day)}). "
            "증감에는 이 차이가 들어 있습니다."
            for title, channels in self.differing.items()
            if channels
        )

    @cached_property
    def ranking(self) -> Ranking:
        """The most frequent types; to be asked for after all other tables."""
        found = voc_tables.by_column(self, "type_code", self.month)
        return rank(self.ledger, self.total, found, voc_tables.TOP, apart=(UNCLASSIFIED,))


def recipients(conn: duckdb.DuckDBPyConnection, month: str) -> list[str]:
    """`city`, the 25 districts, and the departments with any consultation in the month. Raises `WrongUse`."""
    held = _months(conn, month)[0]
    return [CITY, *editions.district_names(held.days[-1]), *query.departments(conn, *held.window)]


def build(conn: duckdb.DuckDBPyConnection, month: str, recipient: str) -> Document:
    """One edition. `month` is YYYY-MM; `recipient` is `city`, a district code or a department code.

    Raises `WrongUse` for another recipient, and when the marts hold no day of the month.
    """
    ledger = Ledger(conn, REPORT_ID)
    now, before, year_before = _months(conn, month)
    name, where = _recipient(conn, recipient, now)
    edition = Edition(ledger, recipient, name, where, now, before, year_before)
    moment = editions.as_of(ledger)
    shown = [*edition.compared, ("", now)]
    covered: dict[str, None] = {}
    for _, each in shown:
        covered |= dict.fromkeys(editions.banners(ledger, each.window))
    sections = _sections(edition)
    document = Document(
        REPORT_ID,
        month,
        recipient,
        f"시민의 소리 {now.year}년 {now.month}월",
        f"{name} · {now.year}년 {now.text} · 120다산콜재단 · 잠정",
        moment,
        editions.metadata(ledger, moment),
        tuple(covered),
        _key_messages(edition),
        sections,
        ledger,
    )
    ledger.protect()
    return document


def compared_months(month: str) -> list[str]:
    """The month (YYYY-MM) and all that an edition of it may compare it with: three before it, and that of the year before."""
    year, number = int(month[:4]), int(month[5:])
    before = [divmod(year * 12 + number - 1 - back, 12) for back in (0, 1, 2, 3, 12)]
    return [f"{each}-{index + 1:02}" for each, index in before]


def _months(conn: duckdb.DuckDBPyConnection, month: str) -> tuple[Month, Month, Month]:
    """The month, the one before it, and the same of the year before."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise WrongUse(f"달을 읽을 수 없습니다: {month}. 2021-12 처럼 적으세요.")
    year, number = int(month[:4]), int(month[5:])
    held = query.days(conn)
    now = Month.of(held, year, number)
    if not now.days:
        span = f"{held[0]}부터 {held[-1]}까지의 자료가 있습니다." if held else "마트에 자료가 없습니다."
        raise WrongUse(f"{month} 의 상담 자료가 없습니다. {span} 달을 고치거나 dasan run 을 먼저 실행하세요.")
    last = (year, number - 1) if number > 1 else (year - 1, 12)
    return now, Month.of(held, *last), Month.of(held, year - 1, number)


def _recipient(conn: duckdb.DuckDBPyConnection, recipient: str, month: Month) -> tuple[str, Where]:
    """The recipient's name and rows. A department that the code list lacks goes by its code."""
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


def _key_messages(edition: Edition) -> tuple[Text, ...]:
    ledger, total = edition.ledger, Number(edition.total, with_unit=True)
    if not edition.total.value:
        return (say(f"{edition.month.text} 자료에는 {edition.name}에 해당하는 상담이 없습니다."),)
    mean = derived.per_day(ledger, edition.total, len(edition.month.days))
    pieces = [f"{edition.month.text} 상담은 {{}}, 하루 평균 {{}}입니다."]
    cells: list[Cell] = [total, Number(mean, with_unit=True)]
    for title, month in edition.compared:
        earlier = derived.per_day(ledger, ledger.figure("type_count", month.window, edition.where), len(month.days))
        channels = edition.differing[title]
        if "phone" in channels:
            pieces.append(f"{title}과는 전화 자료가 있는 날이 달라(자료가 있는 채널이 다름) 견주지 않았습니다.")
            continue
        caveat = " (자료가 있는 채널이 다름)" if channels else ""
        pieces.append(f"{title} 하루 평균 대비 {{}}({{}}){caveat}.")
        change = derived.change(ledger, mean, earlier)
        cells += [Number(change, signed=True, with_unit=True), Number(earlier, with_unit=True)]
    covid = ledger.figure("covid_type_count", edition.month.window, edition.where)
    share = voc_tables.covid_share(edition, covid)
    messages = [
        say(" ".join(pieces), *cells),
        say(
            "코로나19 상담은 {}으로, 이 기간 상담의 {}입니다.",
            Number(covid, with_unit=True),
            Number(share, with_unit=True),
        ),
    ]
    top = edition.ranking.shown[:3]
    if top:
        cells = [cell for code, f in top for cell in (voc_tables.type_name(edition, code), Number(f, with_unit=True))]
        messages.append(say(f"많이 물은 유형: {', '.join(['{}({})'] * len(top))}.", *cells))
    return tuple(messages)


def _sections(edition: Edition) -> tuple[Section, ...]:
    quality = Section(
        "자료 품질",
        (
            editions.quality_table(edition.ledger, edition.month.window),
            say("위의 다섯 지표는 서울시 전체에 대한 것입니다."),
            coverage.missing_channels(edition.ledger, edition.month.window),
        ),
    )
    notes = Section("집계 방법", editions.methods(edition.ledger), small_print=True)
    if not edition.total.value:
        return quality, notes
    places = voc_places.against_city if "district_code" in edition.where else voc_places.districts
    volume = (voc_tables.series(edition), _comparison_note(edition), *voc_tables.daily(edition))
    domains, by_place, annex = voc_places.domains(edition), places(edition), voc_annex.declare(edition)
    top = voc_tables.top_types(edition)  # when all that decides its masks is there; so do the next two
    return (
        Section("상담량", volume),
        Section("크게 달라진 유형", voc_tables.movers(edition)),
        Section("많이 물은 유형", top),
        Section("대분류", domains),
        Section("자치구", by_place),
        quality,
        notes,
        Section("부록", voc_annex.table(edition, annex)),
    )


def _comparison_note(edition: Edition) -> Text:
    """Which days are compared with which, and how."""
    parts = [f"이번 달은 {edition.month.year}년 {edition.month.text}"]
    parts += [f"{title}은 {month.year}년 {month.text}" for title, month in edition.compared]
    missing = [
        title
        for title, month in (("지난달", edition.before), ("지난해 같은 달", edition.year_before))
        if not month.days
    ]
    text = f"기간: {', '.join(parts)}입니다. "
    if edition.compared:
        unequal = any(len(month.days) != len(edition.month.days) for _, month in edition.compared)
        reason = "날수가 서로 다르므로 " if unequal else ""
        text += f"{reason}건수가 아니라 하루 평균으로 견주었으며, 요일 구성의 차이는 보정하지 않았습니다. "
    if missing:
        text += f"{', '.join(missing)}은 자료가 없어 견주지 못했습니다."
    return say(f"{text.strip()}{edition.caveats}")
