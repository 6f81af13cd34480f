"""The data of the yearly COVID white paper: months, types, channels and districts, policy, peak days, thanks.

Belongs here: the year, the key messages and the order of the page. Does not: the tables (`whitepaper_tables`), the
tidy data set (`whitepaper_data`), or how anything is written out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import coverage, editions, meanings, policy, whitepaper_data, whitepaper_tables
from jobs.reports.channel_years import covid_window, days_between
from jobs.reports.document import Document, Number, Section, Text, say
from jobs.reports.figures import Ledger, Window
from schemas.taxonomy import Leaf

if TYPE_CHECKING:
    import duckdb

REPORT_ID = "whitepaper"


@dataclass(frozen=True)
class CovidYear:
    """The COVID part of a year, as far as the marts hold it. `leaves`: what the types mean."""

    ledger: Ledger
    year: int
    window: Window
    leaves: dict[str, Leaf]

    @cached_property
    def held(self) -> list[date]:
        """The days of the window that have data."""
        return [day for day in query.days(self.ledger.conn) if self.window[0] <= day <= self.window[1]]

    @cached_property
    def months(self) -> list[Window]:
        """The months that have data, each cut to the window."""
        found = []
        for month in sorted({(day.year, day.month) for day in self.held}):
            first = date(*month, 1)
            last = (first + timedelta(31)).replace(day=1) - timedelta(1)
            found.append((max(first, self.window[0]), min(last, self.window[1])))
        return found

    @property
    def gaps(self) -> str:
        """A sentence where days are missing; `short_gaps` for a table's note."""
        if len(self.held) == days_between(self.window):
            return ""
        return (
            f" {editions.span_text(self.window)}의 {days_between(self.window)}일 가운데 자료가 있는 날은 "
            f"{len(self.held)}일이며, 모든 수치는 그 {len(self.held)}일의 것입니다."
        )

    @property
    def short_gaps(self) -> str:
        """Where days are missing, how many there are."""
        whole = len(self.held) == days_between(self.window)
        return "" if whole else f" 자료가 있는 {len(self.held)}일의 것."


def build(conn: duckdb.DuckDBPyConnection, year: int, imported: Path | None = None) -> Document:
    """The white-paper data of one year. `imported`: the folder of own taxonomies, for the types' meanings.

    Raises `WrongUse` for a year before COVID, and when the marts hold no day of it.
    """
    window = covid_window(year)
    if window is None:
        raise WrongUse(f"{year}년에는 코로나19 상담이 없었습니다. --year 에 2020년부터의 해를 적으세요.")
    ledger = Ledger(conn, REPORT_ID)
    context = CovidYear(ledger, year, window, meanings.leaves(imported))
    if not context.held:
        raise editions.no_year(conn, year)
    moment = editions.as_of(ledger)
    sections = _sections(context)
    document = Document(
        REPORT_ID,
        str(year),
        "",
        f"{year}년 코로나19 상담 백서 자료",
        f"월 · 유형 · 계열 · 자치구, 정책 일지와 정점일 · {editions.span_text(window)} · 120다산콜재단 · 잠정",
        moment,
        editions.metadata(ledger, moment),
        editions.banners(ledger, window),
        _key_messages(context),
        sections,
        ledger,
    )
    ledger.protect()
    return document


def _key_messages(context: CovidYear) -> tuple[Text, ...]:
    ledger = context.ledger
    total, share = (
        Number(ledger.figure(name, context.window), with_unit=True) for name in ("covid_count", "covid_share_pct")
    )
    span = editions.span_text(context.window)
    found = [say(f"{span} 코로나19 상담은 {{}}으로, 같은 기간 전체 상담의 {{}}입니다.{context.gaps}", total, share)]
    peaks = whitepaper_tables.peak_days(context)
    if peaks:
        day, figure = peaks[0]
        found.append(
            say(
                f"하루에 가장 많았던 날은 {editions.day_text(day)}의 {{}}으로, 그 날 전체 상담의 {{}}입니다.",
                Number(figure, with_unit=True),
                Number(ledger.figure("covid_share_pct", (day, day)), with_unit=True),
            )
        )
    months = [
        (w, ledger.figure("covid_share_pct", w)) for w in context.months if whitepaper_tables.is_whole(context, w)
    ]
    if len(months) > 1:
        month, highest = max(months, key=lambda pair: (pair[1].exact if pair[1].denominator else 0, pair[0]))
        found.append(
            say(
                f"코로나19 비중이 가장 높은 달은 {month[0].month}월로, 그 달 전체 상담의 {{}}입니다(자료가 모두 있는 "
                f"{len(months)}개 달 가운데).",
                Number(highest, with_unit=True),
            )
        )
    return tuple(found)


def _sections(context: CovidYear) -> tuple[Section, ...]:
    ledger = context.ledger
    whitepaper_tables.relate_year(context)
    crossed = whitepaper_data.declare(context)
    thanks = whitepaper_tables.thanks(context, crossed)  # a ranking, so when all that decides its masks is there
    return (
        Section("월별 코로나19 상담", whitepaper_tables.months(context)),
        Section("월별 유형 그룹", whitepaper_tables.groups(context)),
        Section("월별 계열", whitepaper_tables.series(context)),
        Section("자치구", whitepaper_tables.districts(context)),
        Section("정점일", whitepaper_tables.peaks(context)),
        Section("정책 일지", policy.timeline(ledger, context.window, frozenset(context.held))),
        Section("미담", thanks),
        Section("자료 품질", (coverage.missing_channels(ledger, (context.held[0], context.held[-1])),)),
        Section("한계", _limits(context)),
        Section("집계 방법", editions.methods(ledger), small_print=True),
        Section("자료", whitepaper_data.tables(context, crossed)),
    )


def _limits(context: CovidYear) -> tuple[Text, ...]:
    printed = "2020년의 인쇄된 집계처럼 1월 23일부터입니다. " if context.window[0] != date(context.year, 1, 1) else ""
    return (
        say(
            f"{printed}유형은 분류 모델이 붙인 것이어서 유형·그룹의 건수에는 분류 오차가 들어 있고, 미분류 상담은 코로나19로 세지 "
            "않았습니다. 재단의 공표 집계와 다를 수 있습니다."
        ),
        say(
            "자치구는 상담에서 확인된 것만 있으며, 모르는 상담은 ‘자치구 모름’에 두었습니다. 해마다 채널과 유형 체계가 바뀌었으므로 해끼리 "
            "견줄 때는 계열이 끊긴 날과 분류 체계의 판을 보십시오."
        ),
        say(
            "정책 일지의 앞뒤 비교와 정점일 옆의 사건은 같은 때에 있었다는 것일 뿐 원인을 말하지 않습니다. 언론 보도자료의 본문은 싣지 않고 "
            "출처만 적었습니다."
        ),
    )
