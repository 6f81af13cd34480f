"""The annual statistics: contacts by channel, the telephone and COVID-19, in the layout in which they are published.

Belongs here: the key messages and the order of the page. Does not: which years (`channel_years`), the tables
(`channel_tables`), what was printed before (`channel_printed`), or how anything is written out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import channel_printed, channel_tables, coverage, derived, editions
from jobs.reports.channel_years import Year, whole
from jobs.reports.document import Document, Number, Section, Text, say
from jobs.reports.figures import Ledger

if TYPE_CHECKING:
    import duckdb

REPORT_ID = "channel-stats"


def build(conn: duckdb.DuckDBPyConnection, year: int) -> Document:
    """The statistics of one year. Raises `WrongUse` when the marts hold no day of it, naming the years that they hold."""
    ledger = Ledger(conn, REPORT_ID)
    context = Year(ledger, year)
    if not context.held_days(context.window):
        raise editions.no_year(conn, year)
    moment = editions.as_of(ledger)
    sections = _sections(context)
    document = Document(
        REPORT_ID,
        str(year),
        "",
        f"{year}년 상담 통계",
        "채널별 상담건수 · 전화상담 · 코로나19 · 120다산콜재단 · 잠정",
        moment,
        editions.metadata(ledger, moment),
        editions.banners(ledger, (whole(context.years[0])[0], context.window[1])),
        _key_messages(context),
        sections,
        ledger,
    )
    ledger.protect()
    return document


def _key_messages(context: Year) -> tuple[Text, ...]:
    ledger, window = context.ledger, context.window
    total, inflow, answered, rate = (
        Number(ledger.figure(name, window), with_unit=True)
        for name in ("consultation_count", "inflow_count", "answered_count", "answer_rate_pct")
    )
    found = [
        say(f"{context.year}년 상담은 모두 {{}}입니다.{context.gaps}", total),
        say("전화는 {} 들어와 {}을 응대했고, 응대율은 {}입니다.", inflow, answered, rate),
    ]
    if context.before is not None:
        before = ledger.figure("consultation_count", whole(context.before))
        change = Number(derived.change(ledger, total.figure, before), signed=True, with_unit=True)
        points = derived.difference(ledger, rate.figure, ledger.figure("answer_rate_pct", whole(context.before)))
        found.append(
            say(
                f"{context.before}년과 견주면 상담은 {{}}, 응대율은 {{}}입니다. {derived.lengths([change.figure])}".rstrip(),
                change,
                Number(points, signed=True, with_unit=True),
            )
        )
    return tuple(found)


def _sections(context: Year) -> tuple[Section, ...]:
    held = [day for day in query.days(context.ledger.conn) if context.window[0] <= day <= context.window[1]]
    last = held[-1]
    return (
        Section("상담채널별 상담건수", (channel_tables.channels(context), *channel_tables.trend(context, last))),
        Section("전화상담", channel_tables.phone(context)),
        Section("코로나19", channel_tables.covid(context)),
        Section("인쇄된 값과 견줌", channel_printed.compared(context)),
        Section("자료 품질", (coverage.missing_channels(context.ledger, (held[0], last)),)),
        Section("집계 방법", (_method(), *editions.methods(context.ledger)), small_print=True),
    )


def _method() -> Text:
    return say(
        "하루 평균은 그 기간에 자료가 있는 날의 수로 나눈 것입니다. 코로나19 상담은 분류 모델이 코드북의 유형으로 분류한 것이므로 "
        "추정이며, 채널별 건수와 전화의 인입·응대·포기는 기록을 센 것입니다."
    )
