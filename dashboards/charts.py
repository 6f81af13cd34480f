"""The charts of the pages, made of the frames that `dashboards.queries` gives.

Belongs here: marks, axes and colours. Does not: SQL, nor the text around a chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

if TYPE_CHECKING:
    import pandas as pd

    from schemas.codes import CodeRow

# one hue a channel, told apart also by those who do not see red and green apart (Okabe and Ito, and two greys)
COLOURS = ("#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#009E73", "#F0E442", "#CC79A7", "#4D4D4D", "#A6A6A6")
DIRECT, CONVERTED = "이 판으로 분류", "대응표로 옮긴 추정"
COVID, OTHER = "#D55E00", "#0072B2"


def channel_chart(volume: pd.DataFrame, names: Mapping[str, str]) -> Any:
    """Stacked bars a day, one colour a channel; a channel keeps its colour whatever is chosen."""
    shown = volume.assign(channel_name=volume["channel"].map(names))
    scale = alt.Scale(domain=list(names.values()), range=list(COLOURS))
    return (
        _by_day(shown)
        .mark_bar()
        .encode(
            y=_counts("consultation", "상담건수(건)"),
            color=alt.Color("channel_name:N", title="채널", scale=scale),
            order=alt.Order("channel_index:Q"),
            tooltip=[_day_tip(), alt.Tooltip("channel_name:N", title="채널"), _tip("consultation", "상담건수")],
        )
        .transform_calculate(channel_index=f"indexof({list(names.values())}, datum.channel_name)")
    )


def count_chart(by_day: pd.DataFrame, column: str, title: str, colour: str = OTHER) -> Any:
    """Bars a day of one count."""
    return (
        _by_day(by_day)
        .mark_bar(color=colour)
        .encode(y=_counts(column, title), tooltip=[_day_tip(), _tip(column, title)])
    )


def percent_chart(by_day: pd.DataFrame, column: str, title: str, colour: str = OTHER) -> Any:
    """A line of one percentage (0–100) a day; a day without a denominator is a gap."""
    return (
        _by_day(by_day)
        .mark_line(color=colour, point=alt.OverlayMarkDef(color=colour, size=60))
        .encode(
            y=alt.Y(f"{column}:Q", title=title, scale=alt.Scale(zero=True), axis=alt.Axis(format=".0f")),
            tooltip=[_day_tip(), alt.Tooltip(f"{column}:Q", title=title, format=".1f")],
        )
    )


def bar_list(rows: pd.DataFrame, label: str, column: str, title: str, colour: str = OTHER) -> Any:
    """Horizontal bars in the order of the rows, each with its number."""
    room = alt.Scale(domain=[0, max(1.0, 1.18 * float(rows[column].max()))], nice=False)  # for the numbers
    base = alt.Chart(rows).encode(
        x=alt.X(f"{column}:Q", title=title, scale=room, axis=alt.Axis(format=",d", tickMinStep=1)),
        y=alt.Y(f"{label}:N", title=None, sort=None, axis=alt.Axis(labelLimit=230)),
        tooltip=[alt.Tooltip(f"{label}:N", title="구분"), _tip(column, title)],
    )
    bars = base.mark_bar(color=colour)
    numbers = base.mark_text(align="left", dx=4).encode(text=alt.Text(f"{column}:Q", format=",d"))
    return alt.layer(bars, numbers)


def type_chart(by_day: pd.DataFrame, version: str) -> Any:
    """Bars a day of one type; days classified by another version are pale, and a dashed rule stands at each break."""
    rows = by_day.assign(way=by_day["classified_version"].map(lambda found: DIRECT if found == version else CONVERTED))
    turns = rows.drop_duplicates("contact_date")
    turns = turns[turns["classified_version"] != turns["classified_version"].shift(fill_value=turns.iloc[0, 1])]
    scale = alt.Scale(domain=[DIRECT, CONVERTED], range=[OTHER, "#A6C8E0"])
    bars = _by_day(rows).mark_bar().encode(
        y=alt.Y("typed:Q", title="상담건수(건)", axis=alt.Axis(format=",d", tickMinStep=1)),
        color=alt.Color("way:N", title=None, scale=scale, legend=alt.Legend(orient="top")),
        tooltip=[_day_tip(), alt.Tooltip("typed:Q", title="상담건수", format=",.1f"),
                 alt.Tooltip("classified_version:N", title="분류한 판")],
    )  # fmt: skip
    return bars if turns.empty else bars + _by_day(turns).mark_rule(strokeDash=[4, 3], color="#4D4D4D", strokeWidth=2)


def with_breaks(chart: Any, by_day: pd.DataFrame, found: Sequence[CodeRow]) -> Any:
    """The chart of days with a dashed rule where a series broke; on the first day after it that has data."""
    import pandas as pd

    held = sorted(by_day["contact_date"].unique())
    rows = [(next((day for day in held if day >= pd.Timestamp(row.valid_from)), None), row["title"]) for row in found]
    placed = pd.DataFrame([row for row in rows if row[0] is not None], columns=["contact_date", "title"])
    if placed.empty:
        return chart
    rule = _by_day(placed).mark_rule(strokeDash=[4, 3], color="#4D4D4D", strokeWidth=2)
    return chart + rule.encode(tooltip=[alt.Tooltip("title:N", title="계열이 끊긴 때")])


def _by_day(rows: pd.DataFrame) -> Any:
    days = rows.assign(day=rows["contact_date"].dt.strftime("%Y-%m-%d"))
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelExpr="slice(datum.label, 5)")
    return alt.Chart(days).encode(x=alt.X("day:O", title=None, axis=axis))


def _counts(column: str, title: str) -> alt.Y:
    return alt.Y(f"sum({column}):Q", title=title, axis=alt.Axis(format=",d", tickMinStep=1))


def _day_tip() -> Any:
    return alt.Tooltip("day:O", title="상담일")


def _tip(column: str, title: str) -> Any:
    return alt.Tooltip(f"{column}:Q", title=title, format=",d")
