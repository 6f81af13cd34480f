"""The tables and the chart of the daily COVID brief.

Belongs here: one function a section, each giving blocks; where it cannot be computed, a sentence that says why.
Every sum that a reader could undo is declared to the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import breaks, covid_statistics, derived, editions
from jobs.reports.coverage import ABSENT
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, Text, say
from jobs.reports.figures import Figure, Ledger
from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS
from schemas.metrics import MEASURES, METRICS

if TYPE_CHECKING:
    from jobs.reports.covid_daily import Day

CHART_DAYS = 28
_SUBGROUP_OF = {"vaccine": "general", "vaccine_pass": "other"}
_SUBGROUP_METRIC = {"vaccine": "vaccine_count", "vaccine_pass": "vaccine_pass_count"}


def mart_of(metric_id: str) -> str:
    return MEASURES[METRICS[metric_id].numerator].mart


def chart_days(held: Iterable[date], day: date) -> list[date]:
    """The calendar days of the chart: from the first day with data among the last 28, to the day."""
    first = min(d for d in held if day - timedelta(days=CHART_DAYS - 1) <= d <= day)
    return [first + timedelta(days=i) for i in range((day - first).days + 1)]


def relate_days(context: Day) -> None:
    """The week's sums are those of its days; calls to ARS 0 are answered or abandoned."""
    ledger = context.ledger
    for metric_id in ("consultation_count", "covid_count"):
        total = ledger.figure(metric_id, context.week)
        ledger.relate(total, ledger.by(metric_id, context.week, ["contact_date"]).values())
    days = [(day, day) for day in (context.day, context.yesterday, context.last_week, context.last_year)]
    for window in [*days, context.week]:
        inflow, *parts = (ledger.figure(f"ars0_{name}_count", window) for name in ("inflow", "answered", "abandoned"))
        ledger.relate(inflow, parts)


def relate_types(context: Day) -> None:
    """Groups, the two parts set apart and what is left of their groups are the sums of their types, on both days
    that show types."""
    ledger = context.ledger
    for day in (context.day, context.last_week):
        families = query.type_families(ledger.conn, day, day)
        types = {str(code): figure for code, figure in ledger.by("covid_type_count", (day, day), ["type_code"]).items()}
        for name in COVID_GROUPS:
            members = [code for code, family in families.items() if family["covid_group"] == name]
            group = ledger.figure("covid_type_count", (day, day), {"covid_group": name})
            ledger.relate(group, [types[code] for code in members])
            for subgroup in (part for part, of in _SUBGROUP_OF.items() if of == name):
                inside = [code for code in members if families[code]["covid_subgroup"] == subgroup]
                part = ledger.figure(_SUBGROUP_METRIC[subgroup], (day, day))
                ledger.relate(part, [types[code] for code in inside])
                left = derived.rest(ledger, group, [part])
                ledger.relate(left, [types[code] for code in members if code not in inside])


def typed_total(context: Day, day: date) -> Figure:
    """All COVID consultations of a day as the types count them, tied to the hourly count of the same."""
    typed = context.ledger.figure("covid_type_count", (day, day))
    context.ledger.relate(context.ledger.figure("covid_count", (day, day)), [typed])
    return typed


def _compared(context: Day, today: Figure, before: dict[date, Figure]) -> list[Cell]:
    """The change on yesterday and on the same weekday last week, where `before` has them."""
    cells: list[Cell] = []
    for other in (context.yesterday, context.last_week):
        if other in before:
            cells.append(Number(derived.difference(context.ledger, today, before[other]), signed=True))
        else:
            cells.append(ABSENT)
    return cells


def groups(context: Day) -> tuple[Block, ...]:
    """The five groups of the code book, with vaccine and vaccine pass set apart."""
    ledger, day = context.ledger, context.day
    totals = {d: typed_total(context, d) for d in (day, context.yesterday, context.last_week) if d in context.days}
    if not totals[day].value:
        return (say("이 날에는 코로나19 유형으로 분류된 상담이 없습니다."),)
    found: dict[date, dict[str, Figure]] = {}
    for d, total in totals.items():
        by_group = ledger.by("covid_type_count", (d, d), ["covid_group"], keys=COVID_GROUPS)
        ledger.relate(total, by_group.values())
        found[d] = {str(name): figure for name, figure in by_group.items()}
        for part, group in _SUBGROUP_OF.items():
            found[d][part] = ledger.figure(_SUBGROUP_METRIC[part], (d, d))
            derived.rest(ledger, found[d][group], [found[d][part]])
    spoken = covid_statistics.words(context)
    five = [found[day][name] for name in COVID_GROUPS]
    shares = dict(zip(COVID_GROUPS, derived.shares(ledger, five, totals[day], "코로나19 다섯 그룹"), strict=True))
    rows: list[tuple[Cell, ...]] = []
    indent = set()
    for name, title in COVID_GROUPS.items():
        rows.append((*_group_row(context, title, name, found, shares[name]), *spoken[name]))
        for part in (part for part, group in _SUBGROUP_OF.items() if group == name):
            figures = [found[day][part], derived.rest(ledger, found[day][name], [found[day][part]])]
            divided = derived.shares(ledger, figures, totals[day], f"{title} 안", parent=shares[name])
            indent.add(len(rows))
            within = f"이 가운데 {COVID_SUBGROUPS[part]}"
            rows.append((*_group_row(context, within, part, found, divided[0]), *spoken[part]))
    columns = ("상담", "비중(%)", "전일 대비", "전주 대비")
    return (
        Table(
            "covid_groups",
            "코로나19 다섯 그룹 (백신과 방역패스는 따로 보임)",
            (
                Column("그룹", "text"),
                *(Column(title) for title in columns),
                Column("추세(14일)", "short"),
                Column("수준(52주)", "short"),
            ),
            tuple(rows),
            "단위: 건. 전주 대비는 전주 같은 요일과 견준 것. 비중은 이 날 코로나19 상담에 대한 것으로, 다섯 그룹의 합이 "
            "100.0%. 추세: 코로나19 상담에서의 비중이 14일 동안 오르거나 내렸다는 검정(1%)이 성립할 때만 말함. 수준: 최근 7일의 "
            "하루 평균이 지난 52주 가운데 서는 자리(아래 4분의 1 낮음, 위 4분의 1 높음, 위 20분의 1 매우 높음)."
            f"{''.join(f' {text}' for text in context.caveats)}",
            indent=frozenset(indent),
        ),
    )


def _group_row(
    context: Day, title: str, name: str, found: dict[date, dict[str, Figure]], share: Figure
) -> tuple[Cell, ...]:
    today = found[context.day][name]
    before = {d: figures[name] for d, figures in found.items()}
    return (title, Number(today), Number(share), *_compared(context, today, before))


def trend(context: Day) -> tuple[Block, ...]:
    """Daily COVID consultations and their share, over the last 28 days that are there."""
    days = chart_days(context.days, context.day)
    if sum(d in context.days for d in days) < 2:
        return (say("최근 28일 가운데 자료가 하루뿐이어서 추이를 그리지 않았습니다."),)
    window = (days[0], days[-1])
    counts = context.ledger.by("covid_count", window, ["contact_date"])
    shares = context.ledger.by("covid_share_pct", window, ["contact_date"])
    signs, told = breaks.marks(days, days[-1])
    chart = Chart(
        "trend",
        f"코로나19 상담과 비중, {editions.span_text(window)}",
        tuple(f"{d.month}.{d.day}." for d in days),
        tuple(counts.get(d) for d in days),
        "코로나19 상담",
        tuple(shares.get(d) for d in days),
        "전체 상담에서의 비중",
        "막대: 코로나19 상담(건), 선: 그 날 전체 상담에서의 비중(%). 자료가 없거나 가린 날은 비워 둠. 출처: 상담 마트."
        f"{told}",
        signs,
        height=1.4,
    )
    return (chart,)


def districts(context: Day) -> tuple[Block, ...]:
    """COVID consultations of the 25 districts; per 10,000 residents where the population was imported."""
    ledger, window = context.ledger, context.window
    names = editions.district_names(context.day)
    counts = ledger.by("covid_type_count", window, ["district_code"], keys=[*names, ""])
    total = typed_total(context, context.day)
    known = [code for code in names if counts[code].value]
    if not known:
        return (say("이 날의 코로나19 상담에는 자치구가 적힌 것이 없어 자치구 표를 싣지 않았습니다."),)
    ledger.relate(total, counts.values())
    month = query.population_month(ledger.conn, context.day.strftime("%Y-%m"))
    columns = [Column("자치구", "text"), Column("상담(건)")]
    rates = {}
    note = "주민등록 인구를 가져오지 않아 건수만 싣습니다. 인구가 많은 구일수록 건수가 많으니 순위로 읽지 마십시오."
    if month is not None:
        rates = ledger.by("covid_per_10k", window, ["district_code"], keys=names)
        columns.append(Column("1만 명당"))
        note = f"1만 명당: 행정안전부 주민등록 인구({month}) 1만 명에 대한 코로나19 상담 건수."
    rows: list[tuple[Cell, ...]] = []
    for code, title in [*names.items(), ("", "자치구 모름")]:
        row: list[Cell] = [title, Number(counts[code])]
        if month is not None:
            row.append(Number(rates[code]) if code in rates else "")
        rows.append(tuple(row))
    table = Table("districts", "자치구별 코로나19 상담", tuple(columns), tuple(rows), note, wrap=4)
    return (table, known_district(ledger, total, counts[""])) if month is not None else (table,)


def known_district(ledger: Ledger, total: Figure, unknown: Figure) -> Text:
    """On how many of the contacts the figures by resident rest."""
    known = derived.rest(ledger, total, [unknown], name="known_district")
    share = Number(derived.proportion(ledger, known, total), with_unit=True)
    return say("1만 명당 건수는 자치구가 확인된 상담(전체의 {})만 센 것입니다.", share)
