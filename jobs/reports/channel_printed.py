"""What was printed of a year, beside what the marts give: equal or not, and why where the printed original is odd.

Belongs here: the comparison with `published_totals` and `printed_rates`. The printed values are in those dated lists,
never here; which figure each of them is, is.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from jobs.reports import derived
from jobs.reports.channel_tables import channel_figures
from jobs.reports.channel_years import covid_window, days_between, whole
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.editions import series_names
from jobs.reports.figures import Figure, Window
from jobs.reports.rounding import half_up
from schemas.codes import CodeRow, code_list

if TYPE_CHECKING:
    from jobs.reports.channel_years import Year

_COUNTS = {"consultation": "consultation_count", "inflow": "inflow_count", "covid": "covid_count"}
_COUNTS |= {"vaccine": "vaccine_count", "vaccine_pass": "vaccine_pass_count"}
_MEASURE_NAMES = {
    "consultation": "상담",
    "inflow": "전화 인입",
    "covid": "코로나19",
    "vaccine": "백신",
    "vaccine_pass": "방역패스",
}
_ESTIMATED = ("covid", "vaccine")  # what a row is called when it rests on classified types
EQUAL, OTHER, NEAR = "같음", "다름", "추정"


def compared(context: Year) -> tuple[Block, ...]:
    """The printed counts and rates of the year whose days the marts hold, each with the figure of the marts."""
    rows = [_count_row(context, row) for row in code_list("published_totals") if _of_year(context, row)]
    rates = [_rate_row(context, row) for row in code_list("printed_rates") if _of_year(context, row)]
    rows += [row for row in rates if row]
    if not rows:
        return (say(f"{context.year}년에는 자료가 온전한 기간의 인쇄된 값이 없어 견주지 않았습니다."),)
    columns = (
        Column("항목", "text"),
        Column("기간", "text"),
        Column("인쇄된 값"),
        Column("이 자료"),
        Column("견줌", "short"),
        Column("인쇄된 값에 대하여", "text"),
    )
    note = (
        "인쇄된 값의 출처: 120다산콜재단 2022 주요업무보고(코드 목록 published_totals, printed_rates). "
        "‘추정’은 분류 모델의 유형으로 센 것이어서 같을 것을 기대하지 않는 항목."
        f" {derived.lengths(cell.figure for row in rows for cell in row if isinstance(cell, Number))}".rstrip()
    )
    return (Table("printed", "인쇄된 값과 견줌", columns, tuple(rows), note),)


def _of_year(context: Year, row: CodeRow) -> bool:
    """Printed for a window of the year, longer than a day, of which the marts hold every day."""
    window = (row.valid_from, row.valid_to)
    is_of_it = row.valid_from.year == row.valid_to.year == context.year and row.valid_from < row.valid_to
    return is_of_it and context.held_days(window) == days_between(window)


def _count_row(context: Year, row: CodeRow) -> tuple[Cell, ...]:
    window = (row.valid_from, row.valid_to)
    series, measure = row["series"], row["measure"]
    where = {} if series == "all" or measure == "inflow" else {"series": series}
    figure = context.ledger.figure(_COUNTS[measure], window, where)
    part = f", {series_names(window[1])[series]}" if where else ""
    printed = int(row["count"])
    return (
        f"{_MEASURE_NAMES[measure]}{part}",
        _span(window),
        f"{printed:,}건",
        Number(figure, with_unit=True),
        _verdict(measure, figure.value == printed),
        row["note"],
    )


def _rate_row(context: Year, row: CodeRow) -> tuple[Cell, ...] | None:
    window = (row.valid_from, row.valid_to)
    figure = _RATES[row["rate_id"]](context, window)
    if figure is None:
        return None
    printed = row["value"]
    decimals = len(printed.partition(".")[2])
    same = figure.value is not None and half_up(Fraction(str(figure.value)), decimals) == float(printed)
    unit = "" if row["unit"] == figure.unit else f" 단위는 {figure.unit}."
    return (
        row["title"],
        _span(window),
        f"{int(printed):,}{row['unit']}" if not decimals else f"{printed}{row['unit']}",
        Number(figure, with_unit=True),
        _verdict(row["rate_id"], same),
        f"{row['note']}{unit if not row['note'] else ''}",
    )


def _verdict(name: str, same: bool) -> str:
    return EQUAL if same else NEAR if name.startswith(_ESTIMATED) else OTHER


def _share(name: str) -> Callable[[Year, Window], Figure | None]:
    def share(context: Year, window: Window) -> Figure | None:
        found = channel_figures(context, window)
        two = derived.shares(context.ledger, [found["phone"], found["other"]], found["total"], "전화와 비전화")
        return two[0 if name == "phone" else 1]

    return share


def _change(metric_id: str, series: str = "") -> Callable[[Year, Window], Figure | None]:
    def change(context: Year, window: Window) -> Figure | None:
        if context.before is None:
            return None
        own = covid_window if metric_id == "covid_count" else whole
        earlier = own(context.before)
        if earlier is None:
            return None
        where = {"series": series} if series else {}
        now, before = (context.ledger.figure(metric_id, w, where) for w in (window, earlier))
        step = derived.difference if now.unit == "%" else derived.change
        return step(context.ledger, now, before)

    return change


def _mean(metric_id: str) -> Callable[[Year, Window], Figure | None]:
    def mean(context: Year, window: Window) -> Figure | None:
        return derived.per_day(context.ledger, context.ledger.figure(metric_id, window), context.held_days(window), 0)

    return mean


def _plain(metric_id: str) -> Callable[[Year, Window], Figure | None]:
    return lambda context, window: context.ledger.figure(metric_id, window)


def _vaccine_share(context: Year, window: Window) -> Figure | None:
    ledger = context.ledger
    return derived.proportion(ledger, ledger.figure("vaccine_count", window), ledger.figure("covid_count", window))


_RATES: dict[str, Callable[[Year, Window], Figure | None]] = {
    "phone_share": _share("phone"),
    "other_share": _share("other"),
    "chatbot_change": _change("consultation_count", "chatbot"),
    "answered_change": _change("answered_count"),
    "answer_rate_change": _change("answer_rate_pct"),
    "answer_rate": _plain("answer_rate_pct"),
    "covid_per_day": _mean("covid_count"),
    "covid_share": _plain("covid_share_pct"),
    "covid_change": _change("covid_count"),
    "vaccine_share": _vaccine_share,
    "total_per_day": _mean("consultation_count"),
}


def _span(window: Window) -> str:
    return f"{window[0]:%Y-%m-%d}~{window[1]:%m-%d}"
