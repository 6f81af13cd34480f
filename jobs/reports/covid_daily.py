"""The daily COVID brief: two pages for the city's departments on what citizens asked the day before.

Belongs here: the day, its comparisons, the key messages and the table of indicators; the page's order.
Does not: the other tables (`covid_tables`), or how anything is written out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import coverage, covid_hours, covid_tables, derived, editions
from jobs.reports.document import Cell, Column, Document, Number, Section, Table, Text, say
from jobs.reports.figures import Figure, Ledger, Where, Window
from schemas.metrics import METRICS

if TYPE_CHECKING:
    import duckdb

REPORT_ID = "covid-daily"
_ARS0: Where = {"ars_code": "0"}
_INDICATORS: tuple[tuple[str, str, Where], ...] = (
    ("전체 상담", "consultation_count", {}),
    ("코로나19 상담", "covid_count", {}),
    ("코로나19 비중", "covid_share_pct", {}),
    ("ARS 0번 인입", "ars0_inflow_count", {}),
    ("ARS 0번 응대", "ars0_answered_count", {}),
    ("ARS 0번 포기", "ars0_abandoned_count", {}),
    ("ARS 0번 평균 대기", "ars0_wait_mean_seconds", {}),
    ("ARS 0번 응대율", "answer_rate_pct", _ARS0),
    ("전화 전체 응대율", "answer_rate_pct", {}),
)


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


def build(conn: duckdb.DuckDBPyConnection, day: date) -> Document:
    """The brief of one day. Raises `WrongUse` when the marts hold nothing for it, naming the days that they hold."""
    ledger = Ledger(conn, REPORT_ID)
    context = Day(ledger, day)
    if day not in context.days:
        held = sorted(context.days)
        span = f"{held[0]}부터 {held[-1]}까지의 자료가 있습니다." if held else "마트에 자료가 없습니다."
        raise WrongUse(f"{day} 의 상담 자료가 없습니다. {span} 날짜를 고치거나 dasan run 을 먼저 실행하세요.")
    moment = editions.as_of(ledger)
    shown = (covid_tables.chart_days(context.days, day)[0], day)
    document = Document(
        REPORT_ID,
        day.isoformat(),
        "",
        "코로나19 상담 일일 현황",
        f"{day.year}년 {editions.day_text(day)} · 120다산콜재단 · 잠정",
        moment,
        editions.metadata(ledger, moment),
        editions.banners(ledger, shown),
        _key_messages(context),
        _sections(context),
        ledger,
    )
    ledger.protect()
    return document


def _sections(context: Day) -> tuple[Section, ...]:
    ledger, window = context.ledger, context.window
    covid_tables.relate_days(context)
    covid_tables.relate_types(context)
    quality = (editions.quality_table(ledger, window), coverage.missing_channels(ledger, window))
    found = (
        Section("핵심 지표", (_indicators(context), *_indicator_notes(context))),
        Section("코로나19 상담 유형", covid_tables.groups(context)),
        Section("최근 추이", covid_tables.trend(context)),
        Section("시간대와 계열", covid_hours.hours(context)),
        Section("자치구", covid_tables.districts(context)),
        Section("자료 품질", quality),
        Section("집계 방법", (_covid_method(), *editions.methods(ledger)), small_print=True),
    )
    top = Section("상위 코로나19 유형", covid_tables.top_types(context))  # when all that decides its masks is there
    return (*found[:4], top, *found[4:])


def _covid_method() -> Text:
    return say(
        "코로나19 상담은 상담 가운데 유형이 코로나19 코드북(다섯 그룹)에 있는 것이고, ARS 0번은 전화를 건 시민이 누른 번호로 "
        "센 것입니다. 서로 다른 집계이므로 더하지 않습니다. 백신은 ‘단순·기침·발열·검진’의, 방역패스는 ‘기타’의 일부입니다."
    )


def _key_messages(context: Day) -> tuple[Text, ...]:
    day = context.day
    total, covid, share = (
        Number(context.ledger.figure(name, context.window), with_unit=True)
        for name in ("consultation_count", "covid_count", "covid_share_pct")
    )
    first = say(
        f"{editions.day_text(day)} 전체 상담은 {{}}이고, 그 가운데 코로나19 상담은 {{}}(비중 {{}})입니다.",
        total,
        covid,
        share,
    )
    pieces: list[str] = []
    cells: list[Cell] = []
    for name, other, channels in context.compared:
        before = context.figure("covid_count", other)
        if before is None:
            pieces.append(f"{name}({editions.day_text(other)})은 자료가 없어 견주지 못했습니다")
            continue
        if "phone" in channels:
            pieces.append(f"{name}과는 전화 자료가 한쪽에만 있어(자료가 있는 채널이 다름) 견주지 않았습니다")
            continue
        pieces.append(f"{name} 대비 {{}}({{}}){' (자료가 있는 채널이 다름)' if channels else ''}")
        cells += [
            Number(derived.difference(context.ledger, covid.figure, before), signed=True, with_unit=True),
            Number(derived.change(context.ledger, covid.figure, before), signed=True, with_unit=True),
        ]
    return first, say(f"코로나19 상담 증감: {', '.join(pieces)}.", *cells), _phone_message(context)


def _phone_message(context: Day) -> Text:
    if context.day not in context.phone_days:
        return say("전화 자료가 없어 ARS 0번(코로나19)의 인입과 응대는 싣지 못했습니다.")
    names = ("ars0_inflow_count", "ars0_answered_count", "ars0_abandoned_count")
    numbers = [Number(context.ledger.figure(name, context.window), with_unit=True) for name in names]
    rate = Number(context.ledger.figure("answer_rate_pct", context.window, _ARS0), with_unit=True)
    return say("ARS 0번(코로나19) 전화는 인입 {}, 응대 {}, 포기 {}이며 응대율은 {}입니다.", *numbers, rate)


def _indicators(context: Day) -> Table:
    titles = ("당일", "전일 대비", "전일 증감률", "전주 대비", "전주 증감률", "7일 평균")
    columns = (Column("지표", "text"), Column("단위", "short"), *(Column(title) for title in titles))
    rows = tuple(
        _indicator(context, name, metric_id, where)
        for name, metric_id, where in _INDICATORS
        if context.day in context.days_of(metric_id)
    )
    note = (
        "전주 대비는 전주 같은 요일과 견준 것. 증감률은 %, 비율의 증감은 %p. "
        "7일 평균은 당일까지 7일 가운데 자료가 있는 날의 하루 평균(비율과 대기는 7일 전체로 계산)."
    )
    return Table("indicators", "당일 지표와 비교", columns, rows, note)


def _indicator(context: Day, name: str, metric_id: str, where: Where) -> tuple[Cell, ...]:
    ledger = context.ledger
    today = ledger.figure(metric_id, context.window, where)
    row: list[Cell] = [name, today.unit, Number(today)]
    for other in (context.yesterday, context.last_week):
        before = context.figure(metric_id, other, where)
        if before is None:
            row += ["자료 없음", ""]
            continue
        is_rate = today.unit == "%"
        row.append(Number(derived.difference(ledger, today, before), signed=True, with_unit=is_rate))
        row.append("" if is_rate else Number(derived.change(ledger, today, before), signed=True, with_unit=True))
    over_week = ledger.figure(metric_id, context.week, where)
    if METRICS[metric_id].denominator is None:
        held = [day for day in context.days_of(metric_id) if context.week[0] <= day <= context.day]
        over_week = derived.per_day(ledger, over_week, len(held))
    return (*row, Number(over_week))


def _indicator_notes(context: Day) -> tuple[Text, ...]:
    """What stands in the way of comparing: days without data, and channels that one of the days lacks."""
    notes = []
    if context.day not in context.phone_days:
        notes.append(say("당일의 전화 자료가 없어 ARS 0번과 응대율은 싣지 않았습니다."))
    held = sorted(day for day in context.days if context.week[0] <= day <= context.day)
    if len(held) < 7:
        notes.append(
            say(f"최근 7일 가운데 자료가 있는 날은 {len(held)}일이며, 7일 평균은 그 {len(held)}일의 평균입니다.")
        )
    lacking = coverage.gaps(context.ledger, held)
    if lacking:
        notes.append(say(f"주의: 7일 평균을 낸 {len(held)}일 가운데 자료가 없는 날이 있는 큰 채널: {lacking}."))
    return (*notes, *map(say, context.caveats))
