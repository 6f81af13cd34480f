"""The weekly COVID trend: what changed in a week, by how much, where, after what, and what comes next.

Belongs here: the week, its key messages and the order of the page. Does not: the tables (`weekly_levels`,
`weekly_change`, `weekly_places`, `weekly_events`, `weekly_alarms`, `weekly_outlook`), or the statistics
(`jobs.analysis`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import (
    coverage,
    derived,
    editions,
    foretold,
    meanings,
    weekly_alarms,
    weekly_change,
    weekly_events,
    weekly_levels,
    weekly_outlook,
    weekly_places,
    weekly_series,
)
from jobs.reports.document import Document, Number, Section, Text, say
from jobs.reports.figures import Figure, Ledger, Window
from jobs.reports.foretold import Foretold
from jobs.reports.steps import Step
from jobs.reports.weekly_series import Series
from jobs.settings import Home
from schemas.codes import COVID_GROUPS
from schemas.taxonomy import Leaf

if TYPE_CHECKING:
    import duckdb

REPORT_ID = "covid-weekly"
HISTORY_DAYS = 400  # before the week's end that the statistics look at


@dataclass(frozen=True)
class Week:
    """An ISO week. `leaves`: what the types mean. `foretold`: the forecast that the last week's edition printed."""

    ledger: Ledger
    name: str
    monday: date
    leaves: dict[str, Leaf]
    foretold: Foretold | None = None

    @property
    def window(self) -> Window:
        return self.monday, self.monday + timedelta(6)

    @property
    def before(self) -> Window:
        return self.monday - timedelta(7), self.monday - timedelta(1)

    @cached_property
    def all_days(self) -> list[date]:
        return query.days(self.ledger.conn)

    def held(self, window: Window) -> list[date]:
        return [day for day in self.all_days if window[0] <= day <= window[1]]

    @cached_property
    def history(self) -> list[date]:
        """The days from the first with data (of the last `HISTORY_DAYS`) to the Sunday, without gaps."""
        earliest = self.window[1] - timedelta(HISTORY_DAYS - 1)
        return weekly_series.span(min(day for day in self.all_days if day >= earliest), self.window[1])

    @cached_property
    def is_whole(self) -> bool:
        """Whether all seven days have data of the usual large channels."""
        whole = weekly_series.whole_days(self.ledger.conn, self.history[0], self.window[1])
        return all(self.monday + timedelta(step) in whole for step in range(7))

    @cached_property
    def not_compared(self) -> str:
        """Why the week is not compared with the last one; empty where it is."""
        now, before = self.held(self.window), self.held(self.before)
        if len(now) < 7 or len(before) < 7:
            return f"자료가 있는 날이 이번 주 {len(now)}일, 지난주 {len(before)}일이어서"
        channels = coverage.differing(self.ledger.conn, now, before)
        names = coverage.listed(channels, self.window[1])
        return f"지난주와 자료가 있는 채널이 달라({names})" if channels else ""

    @cached_property
    def types(self) -> Series:
        """The history of every COVID type."""
        return weekly_series.read(self.ledger.conn, "type_code", "covid_group <> ''", self.history)

    def types_under(self, column: str, name: str) -> list[str]:
        """The types that were ever under a group (`covid_group`) or part (`covid_subgroup`) in the history: the same ones
        on all of its days, so that a series does not jump where the code book does."""
        sql = (
            f"SELECT DISTINCT type_code FROM type_daily WHERE {column} = ? AND contact_date BETWEEN ? AND ? ORDER BY 1"
        )
        found = query.rows(self.ledger.conn, sql, [name, self.history[0], self.history[-1]])
        return [str(code) for (code,) in found]

    @cached_property
    def everything(self) -> Series:
        """The history of all contacts (`covid` and `other`)."""
        kind = "CASE WHEN covid_group <> '' THEN 'covid' ELSE 'other' END"
        return weekly_series.read(self.ledger.conn, kind, "true", self.history)

    def covid(self, window: Window) -> Figure:
        return self.ledger.figure("covid_type_count", window)

    def by(self, column: str, window: Window, keys: list[str] | None = None) -> dict[str, Figure]:
        """A week's COVID contacts by a column; they make up its total."""
        where = {"covid_group": list(COVID_GROUPS)} if column == "type_code" else None
        found = self.ledger.by("covid_type_count", window, [column], where, keys=keys)
        self.ledger.relate(self.covid(window), found.values())
        return {str(key): figure for key, figure in found.items()}

    def type_name(self, code: str) -> str:
        return self.ledger.types.get(code, {}).get("type_name") or code

    def step(self, method: str, **arguments: Any) -> Step:
        """A step of a method over the history of the week."""
        return Step(method, (self.history[0], self.history[-1]), {"week": self.name, **arguments})


def again(ledger: Ledger, step: Step) -> Week:
    """The week of a step on the marts of a ledger, for its numbers: without what the types mean."""
    name = step.arguments["week"]
    return Week(ledger, name, read_week(name), {})


def read_week(text: str) -> date:
    """The Monday of `YYYY-Www`. Raises `WrongUse`."""
    match = re.fullmatch(r"(\d{4})-W(\d{2})", text)
    try:
        if match:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
    except ValueError:
        pass
    raise WrongUse(f"'{text}'은(는) 주가 아닙니다. --week 2021-W50 처럼 적어 주세요(ISO 8601, 월요일에 시작).")


def last_week(conn: duckdb.DuckDBPyConnection) -> str:
    """The last week whose Sunday is in the marts. Raises `WrongUse` where there is none."""
    sundays = [day for day in query.days(conn) if day.isoweekday() == 7]
    if not sundays:
        raise WrongUse(
            "마트에 일요일까지 자료가 있는 주가 없습니다. --week 로 주를 고르거나 dasan run 을 먼저 실행하세요."
        )
    year, week, _ = sundays[-1].isocalendar()
    return f"{year}-W{week:02d}"


def printed_before(home: Home, week: str) -> Foretold | None:
    """The forecast of a week that the edition of the week before it shows, where there is one. Raises `WrongUse`."""
    year, number, _ = (read_week(week) - timedelta(7)).isocalendar()
    return foretold.last(home, (REPORT_ID, f"{year}-W{number:02d}", ""), weekly_outlook.FORECAST)


def build(
    conn: duckdb.DuckDBPyConnection, week: str, imported: Path | None = None, printed: Foretold | None = None
) -> Document:
    """The trend of one ISO week (`YYYY-Www`). `imported`: the folder of own taxonomies, for the types' meanings;
    `printed`: what the week before foretold (`printed_before`).

    Raises `WrongUse` for another format, and when the marts hold no day of the week.
    """
    ledger = Ledger(conn, REPORT_ID)
    context = Week(ledger, week, read_week(week), meanings.leaves(imported), printed)
    if not context.held(context.window):
        held = context.all_days
        span = f"{held[0]}부터 {held[-1]}까지의 자료가 있습니다." if held else "마트에 자료가 없습니다."
        raise WrongUse(f"{week} 주의 상담 자료가 없습니다. {span} 주를 고치거나 dasan run 을 먼저 실행하세요.")
    moment = editions.as_of(ledger)
    sections = _sections(context)
    messages = _key_messages(context)
    document = Document(
        REPORT_ID,
        week,
        "",
        "코로나19 상담 주간 동향",
        f"{week[:4]}년 {int(week[6:])}주({editions.span_text(context.window)}) · 120다산콜재단 · 잠정",
        moment,
        editions.metadata(ledger, moment),
        editions.banners(ledger, (context.history[0], context.window[1])),
        messages,
        sections,
        ledger,
    )
    ledger.protect()
    return document


def _key_messages(context: Week) -> tuple[Text, ...]:
    """Three sentences at least: the volume, the test of its share, the types and events that hold, the alarms."""
    ledger = context.ledger
    covid = Number(ledger.figure("covid_count", context.window), with_unit=True)
    share = Number(ledger.figure("covid_share_pct", context.window), with_unit=True)
    text = f"{editions.span_text(context.window)} 코로나19 상담은 {{}}으로, 같은 기간 전체 상담의 {{}}입니다."
    if context.not_compared:
        first = say(f"{text} {context.not_compared} 지난주와 견주지 않았습니다.", covid, share)
    else:
        before = ledger.figure("covid_count", context.before)
        gap = Number(derived.difference(ledger, covid.figure, before), signed=True, with_unit=True)
        change = Number(derived.change(ledger, covid.figure, before), signed=True, with_unit=True)
        first = say(f"{text} 지난주(7일)보다 {{}}({{}})입니다.", covid, share, gap, change)
    return (
        first,
        weekly_levels.sentence(context),
        *weekly_change.sentence(context),
        *weekly_events.sentence(context),
        weekly_alarms.sentence(context),
    )


def _sections(context: Week) -> tuple[Section, ...]:
    ledger = context.ledger
    weekly_change.relate(context)
    levels = weekly_levels.table(context)
    channels, places = weekly_levels.channels(context), weekly_places.districts(context)
    change = weekly_change.contribution(context)  # when all that decides its masks is there
    quality = (editions.quality_table(ledger, context.window), coverage.missing_channels(ledger, context.window))
    return (
        Section("추세와 수준", (*levels, *weekly_levels.weeks(context))),
        Section("무엇이 늘고 줄었나", change),
        Section("계열의 이동", channels),
        Section("자치구", places),
        Section("정책의 효과", weekly_events.effects(context)),
        Section("새로 나타난 주제", weekly_alarms.emerging(context)),
        Section("경보 기록", weekly_alarms.log(context)),
        Section("다음 주 전망", weekly_outlook.forecasts(context)),
        Section("자료 품질", quality),
        Section("방법과 주의", (*_methods(), *editions.methods(ledger)), small_print=True),
    )


def _methods() -> tuple[Text, ...]:
    return (
        say(
            "지난주 대비는 두 주의 날마다 건수를 코로나19가 아닌 상담에 견준 준포아송 회귀(유의수준 0.01), 추세는 최근 14일 동안 전체 상담에서의 비중을 날짜에 회귀한 것(과산포를 둔 로지스틱, 유의수준 0.01)이고, 수준은 이번 주 건수가 "
            "앞선 52주까지의 주간 건수 가운데 어디에 있는지입니다(25% 미만 낮음, 75% 미만 보통, 90% 미만 높음, 그 밖은 매우 높음). "
            "두 말은 서로 다른 것을 말합니다: 줄고 있어도 수준은 높을 수 있습니다."
        ),
        say(
            "정책의 효과는 앞 28일과 뒤의 날을 견준 단절 시계열로, 코로나19가 아닌 모든 상담을 통제 계열로 둔 준포아송 회귀(수준 변화, 앞선 "
            "기울기와 쉬는 날을 보정, 날들이 함께 움직이는 만큼 구간을 넓힘)입니다. 같은 때에 일어난 다른 사건과는 가를 수 없습니다. 자치구와 "
            "이웃 유형은 거짓 발견율 10%로 골랐습니다."
        ),
        say(
            "경보는 계열마다 기대값보다 많은 날이 이어지는 사건(episode)이고, 전망은 지수평활 108개의 평균과 그 지난 오차에서 나온 95% 구간입니다. "
            "지난 전망의 성적이 어느 전망의 것인지는 그 표 아래에 적었습니다. 방법의 출처와 오경보율은 프로그램의 통계 문서에 있습니다."
        ),
    )
