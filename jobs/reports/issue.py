"""An issue report on demand: some types over some days, by day, channel and place, and what is new in them.

Belongs here: the issue, its windows, the key messages and the order of the page. Does not: the tables
(`issue_tables`), or the reading of texts (`jobs.wording`, whose words come in from outside).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import coverage, derived, editions, issue_tables, meanings, policy
from jobs.reports.document import Document, Number, Section, Text, say
from jobs.reports.figures import Figure, Ledger, Where, Window
from schemas.taxonomy import Leaf

if TYPE_CHECKING:
    import duckdb

REPORT_ID = "issue"
_NAME_LENGTH = 40


@dataclass(frozen=True)
class Issue:
    """The types `codes` under the name `title`, over `window`. `leaves`: what the types mean."""

    ledger: Ledger
    title: str
    codes: tuple[str, ...]
    window: Window
    leaves: dict[str, Leaf]

    @property
    def where(self) -> Where:
        return {"type_code": list(self.codes)}

    @cached_property
    def all_days(self) -> list[date]:
        return query.days(self.ledger.conn, "type_daily")

    def held(self, window: Window) -> list[date]:
        return [day for day in self.all_days if window[0] <= day <= window[1]]

    @property
    def length(self) -> int:
        return (self.window[1] - self.window[0]).days + 1

    @property
    def before(self) -> Window:
        """The same number of days just before."""
        return preceding(self.window)

    @cached_property
    def total(self) -> Figure:
        return self.ledger.figure("type_count", self.window, self.where)

    @cached_property
    def is_compared(self) -> bool:
        """Whether every day of both windows has data, of the same channels."""
        days = [self.held(window) for window in (self.window, self.before)]
        if any(len(held) < self.length for held in days):
            return False
        return not coverage.differing(self.ledger.conn, *days)


def preceding(window: Window) -> Window:
    """As many days, ending on the day before the window begins."""
    return window[0] - (window[1] - window[0]) - timedelta(1), window[0] - timedelta(1)


def find_types(leaves: dict[str, Leaf], types: Sequence[str], word: str) -> tuple[str, ...]:
    """The codes asked for, by code or by a word of their names and keywords. Raises `WrongUse` where one is not known."""
    if word:
        found = tuple(meanings.matching(leaves, word))
        if not found:
            raise WrongUse(
                f"'{word}'이(가) 이름이나 검색어에 들어 있는 유형이 없습니다. dasan taxonomy search 로 찾아보세요."
            )
        return found
    unknown = [code for code in types if code not in leaves]
    if unknown or not types:
        raise WrongUse(
            f"모르는 유형 코드입니다: {', '.join(unknown) or '(없음)'}. dasan taxonomy search 로 코드를 찾으세요."
        )
    return tuple(sorted(set(types)))


def build(
    conn: duckdb.DuckDBPyConnection,
    title: str,
    codes: tuple[str, ...],
    window: Window,
    leaves: dict[str, Leaf],
    words: Sequence[str] | None = None,
) -> Document:
    """The report on the types `codes`. `words`: what rose in their texts since the days before, `None` where they were
    not read. Raises `WrongUse` when the marts hold no day of the window.
    """
    ledger = Ledger(conn, REPORT_ID)
    issue = Issue(ledger, title, codes, window, leaves)
    if not issue.held(window):
        held = issue.all_days
        span = f"{held[0]}부터 {held[-1]}까지의 자료가 있습니다." if held else "마트에 자료가 없습니다."
        raise WrongUse(
            f"{window[0]}~{window[1]}의 상담 자료가 없습니다. {span} --from, --to 를 고치거나 dasan run 을 먼저 실행하세요."
        )
    moment = editions.as_of(ledger)
    sections = _sections(issue, words)
    document = Document(
        REPORT_ID,
        f"{window[0]}_{window[1]}",
        re.sub(r"\W+", "-", title)[:_NAME_LENGTH].strip("-"),
        f"현안 분석: {title}",
        f"{window[0].year}년 {editions.span_text(window)} · 유형 {len(codes)}개 · 120다산콜재단 · 잠정",
        moment,
        editions.metadata(ledger, moment),
        editions.banners(ledger, (issue.before[0], window[1])),
        _key_messages(issue),
        sections,
        ledger,
    )
    ledger.protect()
    return document


def _key_messages(issue: Issue) -> tuple[Text, ...]:
    ledger = issue.ledger
    span = editions.span_text(issue.window)
    if not issue.total.value:
        return (say(f"{span}에는 이 유형들로 분류된 상담이 없습니다."),)
    held = len(issue.held(issue.window))
    whole = ledger.figure("type_count", issue.window)
    share = derived.proportion(ledger, issue.total, whole)
    lacking = "" if held == issue.length else f" 자료가 있는 날은 {issue.length}일 가운데 {held}일입니다."
    first = say(
        f"{span} ‘{{}}’ 상담은 {{}}으로, 같은 기간 전체 상담의 {{}}입니다.{lacking}",
        issue.title,
        Number(issue.total, with_unit=True),
        Number(share, with_unit=True),
    )
    return first, issue_tables.against_before(issue), issue_tables.trend_sentence(issue)


def _sections(issue: Issue, words: Sequence[str] | None) -> tuple[Section, ...]:
    ledger = issue.ledger
    notes = (issue_tables.method(issue), *editions.methods(ledger))
    quality = (coverage.missing_channels(ledger, issue.window),)
    if not issue.total.value:
        listed = Section("보고 있는 유형", (issue_tables.listed(issue),))
        return listed, Section("자료 품질", quality), Section("집계 방법", notes, small_print=True)
    daily, channels, places = issue_tables.daily(issue), issue_tables.channels(issue), issue_tables.districts(issue)
    events = policy.timeline(ledger, issue.window, frozenset(issue.all_days), "type_count", issue.where)
    neighbours = issue_tables.neighbours(issue)
    asked = issue_tables.types(issue)  # when all else that decides its masks is there
    return (
        Section("날짜별 상담과 추세", daily),
        Section("무엇을 묻나", (*asked, issue_tables.risen_words(issue, words))),
        Section("이웃 유형", neighbours),
        Section("계열", channels),
        Section("자치구", places),
        Section("정책 일지", events),
        Section("자료 품질", quality),
        Section("집계 방법", notes, small_print=True),
    )
