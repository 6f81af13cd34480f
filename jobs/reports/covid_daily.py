"""The daily COVID brief: two pages for the city's departments on what citizens asked the day before.

Belongs here: the day, its comparisons and the page's order. Does not: the sentences (`covid_messages`) and tables
(`covid_*`), or how anything is written out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import (
    coverage,
    covid_context,
    covid_hours,
    covid_indicators,
    covid_messages,
    covid_questions,
    covid_statistics,
    covid_tables,
    editions,
)
from jobs.reports.covid_context import Cases
from jobs.reports.covid_statistics import Signal, Watch
from jobs.reports.document import Block, Document, Section, Text, say
from jobs.reports.figures import Figure, Ledger, Where, Window

if TYPE_CHECKING:
    import duckdb

REPORT_ID = "covid-daily"


@dataclass(frozen=True)
class Day:
    """The day of a brief, the days that it is compared with, and the days on which each mart has data."""

    ledger: Ledger
    day: date

    @cached_property
    def days(self) -> frozenset[date]:
        return frozenset(query.days(self.ledger.conn))

    @cached_property
    def phone_days(self) -> frozenset[date]:
        return frozenset(query.days(self.ledger.conn, "phone_daily"))

    @property
    def window(self) -> Window:
        return self.day, self.day

    @property
    def yesterday(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def last_week(self) -> date:
        return self.day - timedelta(days=7)

    @property
    def last_year(self) -> date:
        """The same weekday, 52 weeks ago."""
        return self.day - timedelta(days=364)

    @property
    def week(self) -> Window:
        return self.day - timedelta(days=6), self.day

    @cached_property
    def compared(self) -> list[tuple[str, date, list[str]]]:
        """The days to compare with, by name, and the channels whose data is there on one of the two days only."""
        found = []
        for title, other in (("전일", self.yesterday), ("전주 같은 요일", self.last_week)):
            channels = coverage.differing(self.ledger.conn, [self.day], [other]) if other in self.days else []
            found.append((title, other, channels))
        return found

    @property
    def caveats(self) -> list[str]:
        """A sentence for each comparison of which the two days do not have the same channels."""
        return [
            f"주의: {title}과 당일의 자료가 있는 채널이 다릅니다({coverage.listed(channels, self.day)}). "
            "증감에는 이 차이가 들어 있습니다."
            for title, _, channels in self.compared
            if channels
        ]

    def days_of(self, metric_id: str) -> frozenset[date]:
        return self.phone_days if covid_tables.mart_of(metric_id) == "phone_daily" else self.days

    def figure(self, metric_id: str, day: date, where: Where | None = None) -> Figure | None:
        """The metric on one day; `None` where its mart has no data for that day."""
        return self.ledger.figure(metric_id, (day, day), where) if day in self.days_of(metric_id) else None


def build(
    conn: duckdb.DuckDBPyConnection,
    day: date,
    *,
    cases: Cases | None = None,
) -> Document:
    """The brief of one day. `cases`: the city's confirmed cases, where a file is given.

    Raises `WrongUse` when the marts hold nothing for the day, naming the days that they hold.
    """
    ledger = Ledger(conn, REPORT_ID)
    context = Day(ledger, day)
    if day not in context.days:
        held = sorted(context.days)
        span = f"{held[0]}부터 {held[-1]}까지의 자료가 있습니다." if held else "마트에 자료가 없습니다."
        raise WrongUse(f"{day} 의 상담 자료가 없습니다. {span} 날짜를 고치거나 dasan run 을 먼저 실행하세요.")
    moment = editions.as_of(ledger)
    standing = editions.standing(ledger, day)
    shown = (covid_tables.chart_days(context.days, day)[0], day)
    watch = Watch(context)
    sections, signals = _sections(context, watch, cases)
    messages = covid_messages.messages(context, watch, signals)
    ledger.protect()
    document = Document(
        REPORT_ID,
        day.isoformat(),
        "",
        "코로나19 상담 일일 현황",
        f"{day.year}년 {editions.day_text(day)} · 120다산콜재단 · {standing}",
        moment,
        editions.metadata(ledger, moment, standing),
        editions.banners(ledger, shown),
        messages,
        sections,
        ledger,
        ("코로나19", "ARS 0번", "백신", "방역패스", "급증", f"{day.year}년 {day.month}월"),
        pages=2,
    )
    ledger.protect()
    return document


def _sections(context: Day, watch: Watch, cases: Cases | None) -> tuple[tuple[Section, ...], list[Signal]]:
    """The sections in the order of the page, and the signals that may be shown. Questions come last of all, when
    everything that decides their masks is there."""
    ledger, window = context.ledger, context.window
    covid_tables.relate_days(context)
    covid_tables.relate_types(context)
    quality = (replace(editions.quality_table(ledger, window), wrap=2), coverage.missing_channels(ledger, window))
    indicators: tuple[Block, ...] = (covid_indicators.indicators(context), *covid_indicators.notes(context))
    groups, trend = covid_tables.groups(context), covid_tables.trend(context)
    hours, districts = covid_hours.hours(context), covid_tables.districts(context)
    surges = watch.surges()
    questions = covid_questions.Questions(context, {signal.type_code for signal in surges} - {""})
    top, new = questions.top(), questions.new()
    ledger.protect()
    shown = [s for s in surges if not s.observed.masked and (not s.type_code or s.type_code in questions.shown)]
    found = (
        Section("핵심 지표", indicators),
        Section("급증 신호", covid_statistics.signals(context, watch, shown)),
        Section("코로나19 상담 유형", groups),
        Section("최근 추이", trend),
        Section("시간대와 계열", hours),
        Section("상위 코로나19 유형", top),
        Section("새로 나온 질문", new),
        Section("자치구", districts),
        Section("정책", covid_context.policies(context)),
        Section("도시 상황", covid_context.city(context, cases)),
        Section("자료 품질", quality),
        Section("집계 방법", (_covid_method(), *editions.methods(ledger)), small_print=True),
    )
    return found, shown


def _covid_method() -> Text:
    return say(
        "코로나19 상담은 상담 가운데 유형이 코로나19 코드북(다섯 그룹)에 있는 것이고, ARS 0번은 전화를 건 시민이 누른 번호로 "
        "센 것입니다. 서로 다른 집계이므로 더하지 않습니다. 백신은 ‘단순·기침·발열·검진’의, 방역패스는 ‘기타’의 일부입니다."
    )
