"""What stands around the day of a COVID brief: the calendar of policies, and the city's confirmed cases.

Belongs here: the sections on them, and reading a file of cases. Does not: what citizens asked.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.errors import WrongUse
from jobs.reports import derived, editions
from jobs.reports.coverage import ABSENT
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.figures import Figure, Ledger
from jobs.reports.sources import Outside
from schemas.codes import CodeRow, code_list

if TYPE_CHECKING:
    from jobs.reports.covid_daily import Day

AHEAD = 7  # days of the calendar to come
MOST_POLICIES = 6
SEOUL = "서울"


@dataclass(frozen=True)
class Cases:
    """Newly confirmed cases by day: of `area`, from the file `name`, whose content `vintage` names."""

    area: str
    name: str
    vintage: str
    new: Mapping[date, int]


def read_cases(path: Path) -> Cases:
    """Cases from a CSV with a head: `date` (YYYY-MM-DD or YYYYMMDD) and `new_cases`, or `confirmed`, which is cumulative
    and is taken apart; of the rows of a `region`, those of Seoul. A day on which a cumulative count falls was corrected
    and is left out. Raises `WrongUse` for another file."""
    content = path.read_bytes()
    reader = csv.DictReader(content.decode("utf-8-sig", "replace").splitlines())
    names = set(reader.fieldnames or ())
    column = "new_cases" if "new_cases" in names else "confirmed"
    if not {"date", column} <= names:
        raise WrongUse(f"{path}: 확진자 파일에는 date와 new_cases(그날 확진) 또는 confirmed(누적) 열이 있어야 합니다.")
    by_day: dict[date, int] = {}
    for row in reader:
        if "region" in names and (row["region"] or "").strip() != SEOUL:
            continue
        try:
            by_day[_day(row["date"])] = int(row[column] or 0)
        except (TypeError, ValueError) as error:
            raise WrongUse(f"{path} {reader.line_num}행: 날짜나 수를 읽지 못했습니다.") from error
    if not by_day:
        raise WrongUse(f"{path}: 확진자 수가 한 줄도 없습니다(region 열이 있으면 '{SEOUL}' 행이 있어야 합니다).")
    area = SEOUL if "region" in names else "파일이 말하는 지역"
    vintage = f"{path.name} sha256:{hashlib.sha256(content).hexdigest()[:12]}"
    return Cases(area, path.name, vintage, by_day if column == "new_cases" else _differences(by_day))


def _day(text: str) -> date:
    return datetime.strptime(text.strip(), "%Y%m%d" if text.strip().isdigit() else "%Y-%m-%d").date()


def _differences(total: Mapping[date, int]) -> dict[date, int]:
    found = {day: n - total[day - timedelta(days=1)] for day, n in total.items() if day - timedelta(days=1) in total}
    return {day: n for day, n in found.items() if n >= 0}


def city(context: Day, cases: Cases | None) -> tuple[Block, ...]:
    """The day's confirmed cases beside those of the day before and of the same weekday; or a sentence."""
    if cases is None:
        return (say("확진자 자료는 주어지지 않았습니다(--cases 파일)."),)
    today = _figure(context.ledger, cases, context.day)
    if today is None:
        return (say(f"확진자 자료({cases.name})에 이 날의 수가 없거나 누적이 고쳐진 날이어서 싣지 않았습니다."),)
    row: list[Cell] = [f"{cases.area} 확진자", Number(today)]
    for other in (context.yesterday, context.last_week):
        before = _figure(context.ledger, cases, other)
        if before is None:
            row += [ABSENT, ""]
        else:
            row.append(Number(derived.difference(context.ledger, today, before), signed=True))
            row.append(Number(derived.change(context.ledger, today, before), signed=True, with_unit=True))
    titles = ("당일", "전일 대비", "전일 증감률", "전주 대비", "전주 증감률")
    columns = (Column("지표", "text"), *(Column(title) for title in titles))
    note = f"단위: 명. 출처: {cases.name}. 상담이 아니라 함께 볼 바깥 자료."
    return (Table("cases", "확진자", columns, (tuple(row),), note),)


def _figure(ledger: Ledger, cases: Cases, day: date) -> Figure | None:
    """The cases of a day as a figure, whose vintage is the file's and which is nobody's contact."""
    if day not in cases.new:
        return None
    basis = f"{cases.area} 신규 확진자(밖의 파일 {cases.name})"
    return ledger.given(Outside("outside.confirmed_cases", basis, "명", cases.vintage, cases.new), day)


def policies(context: Day) -> tuple[Block, ...]:
    """What begins or ends today and within a week, then what is in force, the newest first."""
    day, until = context.day, context.day + timedelta(days=AHEAD)
    turns: list[tuple[date, str, CodeRow]] = []
    running: list[CodeRow] = []
    for event in code_list("policy_events"):
        if event["kind"] == "case":
            continue
        single = event.valid_from == event.valid_to
        if day <= event.valid_from <= until:
            turns.append((event.valid_from, "하루" if single else "시작", event))
        elif day <= event.valid_to <= until:
            turns.append((event.valid_to, "마지막 날", event))
        elif event.holds_on(day):
            running.append(event)
    rows = [
        (_when(at, day), what, event["title"], event["source"]) for at, what, event in sorted(turns, key=lambda t: t[0])
    ]
    running.sort(key=lambda event: event.valid_from, reverse=True)
    left = max(0, MOST_POLICIES - len(rows))
    rows += [(f"{event.valid_from}부터", "시행 중", event["title"], event["source"]) for event in running[:left]]
    if not rows:
        return (say("정책 일정표에 오늘과 앞으로 이레 동안의 일이 없습니다."),)
    columns = (Column("언제", "short"), Column("무엇", "short"), Column("정책", "text"), Column("출처", "text"))
    more = f" 이 밖에 시행 중인 것 {len(running) - left}건." if len(running) > left else ""
    coming = (
        "" if turns else f" 오늘과 {editions.span_text((day, until))} 사이에 새로 시작하거나 끝나는 것은 일정표에 없음."
    )
    note = f"정책 일정표(날짜가 있는 코드)에서.{coming}{more}"
    return (Table("policies", "정책: 오늘과 앞으로 7일", columns, tuple(rows[:MOST_POLICIES]), note),)


def _when(at: date, day: date) -> str:
    return "오늘" if at == day else editions.day_text(at)
