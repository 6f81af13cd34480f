"""The analysts' page: volume by channel and day, top types, COVID, and the answer rate, over a chosen period.

Run with `streamlit run dashboards/app.py`. Belongs here: what stands where, and the Korean around it. Does not: SQL
(`dashboards.queries`), marks and colours (`dashboards.charts`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards import charts, queries
from jobs.errors import WrongUse
from jobs.query import build_facts, connect, days, origins
from jobs.settings import Home
from schemas.codes import CHANNELS, COVID_GROUPS, CodeRow, breaks_between, codes_on
from schemas.metrics import METRICS

if TYPE_CHECKING:
    import duckdb

DEFAULT_DAYS = 14
SYNTHETIC_BANNER = "합성 자료 — 실제 상담이 아님"
DAY = st.column_config.DateColumn("상담일", format="YYYY-MM-DD")
BASIS = (
    "상담건수는 인바운드이고 응대된 접촉입니다(포기호·아웃바운드 제외, 상담 시작일 기준). 외국어 전화는 전화 채널과 따로 보입니다. "
    "**내부용**: 작은 수를 가리지 않았습니다. 밖으로 낼 때는 보고서(dasan report)를 쓰세요."
)


def main() -> None:
    """One run of the page."""
    st.set_page_config(page_title="120다산콜 상담 분석", page_icon="📞", layout="wide")
    st.title("120다산콜 상담 분석")
    try:
        conn = connect(Home.from_env())
    except WrongUse as error:
        st.error(str(error))
        st.stop()
    with conn:
        _page(conn)


def _page(conn: duckdb.DuckDBPyConnection) -> None:
    held = days(conn)
    if not held:
        st.error("공개된 마트에 상담이 없습니다. dasan run 으로 자료를 넣은 뒤 새로 고치세요.")
        st.stop()
    window, channels = _filters(held)
    names = _channel_names(window[1])
    _banners(origins(conn, *window))
    volume = queries.volume_by_channel(conn, window, channels)
    if volume.empty:
        st.info("고른 기간과 채널에는 상담이 없습니다. 왼쪽에서 기간이나 채널을 바꾸어 보세요.")
    else:
        covid = queries.covid_by_day(conn, window, channels)
        phone = queries.phone_by_day(conn, window, channels)
        _headline(volume, phone)
        _volume(volume, names)
        _types(conn, window, channels)
        _covid(covid, queries.covid_by_group(conn, window, channels))
        _phone(phone)
    _version(build_facts(conn))


def _filters(held: list[date]) -> tuple[queries.Window, list[str]]:
    """The period and the channels chosen in the sidebar; stops the page until both are there."""
    first, last = held[0], held[-1]
    start = max(first, last - timedelta(days=DEFAULT_DAYS - 1))
    with st.sidebar:
        st.header("조건")
        chosen = st.date_input(
            "기간(상담일)", (start, last), min_value=first, max_value=last, format="YYYY-MM-DD", key="period"
        )
        names = _channel_names(last)
        channels = st.pills(
            "채널", CHANNELS, selection_mode="multi", default=CHANNELS, format_func=names.__getitem__, key="channels"
        )
        st.caption(f"자료가 있는 기간: {first} ~ {last}")
    if len(chosen) != 2 or not channels:
        st.info("왼쪽에서 기간의 첫날과 마지막 날, 그리고 채널을 하나 이상 고르세요.")
        st.stop()
    return (chosen[0], chosen[1]), channels


def _channel_names(day: date) -> dict[str, str]:
    rows = codes_on("channels", day)
    return {channel: rows[channel]["channel_name"] for channel in CHANNELS}


def _banners(found: list[str]) -> None:
    if "synthetic" in found:
        st.warning(SYNTHETIC_BANNER, icon="⚠️")
    others = [origin for origin in found if origin not in ("operational", "synthetic")]
    if others:
        st.warning(f"밖에서 가져온 자료({', '.join(others)})가 섞여 있음 — 실제 상담이 아님", icon="⚠️")


def _headline(volume: Any, phone: Any) -> None:
    total = int(volume["consultation"].sum())
    covid = int(volume["covid"].sum())
    figures = (
        ("전체 상담", f"{total:,}건"),
        (METRICS["covid_count"].name, f"{covid:,}건"),
        (METRICS["covid_share_pct"].name, _percent(covid, total)),
        (METRICS["answer_rate_pct"].name, _percent(int(phone["answered"].sum()), int(phone["inflow"].sum()))),
        (METRICS["unclassified_pct"].name, _percent(int(volume["unclassified"].sum()), total)),
    )
    for column, (label, value) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, value, border=True)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"


def _chart(chart: Any, height: int) -> None:
    st.altair_chart(chart, width="stretch", height=height)


def _count(label: str) -> Any:
    return st.column_config.NumberColumn(label, format="localized")


def _percentage(label: str) -> Any:
    return st.column_config.NumberColumn(label, format="%.1f%%")


def _breaks(by_day: Any) -> list[CodeRow]:
    """The breaks of the series between the first and the last day drawn."""
    days = by_day["contact_date"]
    return breaks_between(days.min().date(), days.max().date())


def _say_breaks(by_day: Any) -> None:
    if found := _breaks(by_day):
        told = ", ".join(f"{row['title']}({row.valid_from})" for row in found)
        st.caption(f"점선은 계열이 끊긴 때: {told}")


def _volume(volume: Any, names: dict[str, str]) -> None:
    st.subheader("채널별 상담건수")
    chart, table = st.columns((3, 2))
    with chart:
        _chart(charts.with_breaks(charts.channel_chart(volume, names), volume, _breaks(volume)), 340)
        _say_breaks(volume)
    wide = volume.pivot_table(index="contact_date", columns="channel", values="consultation", fill_value=0)
    wide = wide[[channel for channel in CHANNELS if channel in wide]].rename(columns=names).astype("int64")
    wide.insert(0, "합계", wide.sum(axis=1))
    with table:
        config = {"contact_date": DAY} | {name: _count(name) for name in wide.columns}
        st.dataframe(wide.reset_index(), hide_index=True, column_config=config, height=340)


def _types(conn: duckdb.DuckDBPyConnection, window: queries.Window, channels: list[str]) -> None:
    st.subheader("많이 들어온 유형")
    versions = queries.taxonomy_versions(conn, window)
    if not versions:
        st.info("고른 기간에 분류한 상담이 없습니다.")
        return
    version = versions[-1]
    if len(versions) > 1:
        version = st.selectbox("분류 체계 판", versions, index=len(versions) - 1, key="version") or version
        st.caption("다른 판으로 분류한 날의 건수는 판 사이의 대응표로 옮긴 추정이며, 판이 바뀐 날에 시계열이 끊깁니다.")
    types = queries.top_types(conn, window, channels, version)
    _type_list(types)
    if types.empty:
        return
    names = dict(zip(types["type_code"], types["type_name"], strict=True))
    chosen = st.selectbox("유형의 일별 건수", list(names), format_func=names.__getitem__, key="type")
    _chart(charts.type_chart(queries.type_by_day(conn, window, channels, version, chosen), version), 240)


def _type_list(types: Any) -> None:
    chart, table = st.columns(2)
    with chart:
        _chart(charts.bar_list(types, "type_name", "typed", "상담건수(건)"), 420)
    with table:
        st.dataframe(
            types[["type_name", "domain", "is_covid", "typed", "share_pct"]],
            hide_index=True,
            height=420,
            column_config={
                "type_name": "유형",
                "domain": "대분류",
                "is_covid": "코로나19",
                "typed": _count("상담건수"),
                "share_pct": _percentage("전체에서"),
            },
        )


def _covid(by_day: Any, groups: Any) -> None:
    st.subheader("코로나19")
    count, share, group = st.columns(3)
    with count:
        st.markdown("**일별 상담건수**")
        _chart(charts.count_chart(by_day, "covid", "코로나19 상담(건)", charts.COVID), 300)
    with share:
        st.markdown("**일별 비중**(그날 상담 가운데)")
        _chart(charts.percent_chart(by_day, "covid_share_pct", "코로나19 비중(%)", charts.COVID), 300)
    named = groups.assign(group_name=groups["covid_group"].map(COVID_GROUPS))
    with group:
        st.markdown("**유형 그룹**(기간 전체)")
        _chart(charts.bar_list(named, "group_name", "covid_typed", "코로나19 상담(건)", charts.COVID), 300)
    vaccine, passes = int(groups["vaccine"].sum()), int(groups["vaccine_pass"].sum())
    st.caption(f"단순·기침·발열·검진 가운데 백신 {vaccine:,}건, 기타 가운데 방역패스 {passes:,}건.")
    with st.expander("일별 표 — ARS 0번 인입은 다른 기준의 수이며 더하지 않습니다"):
        st.dataframe(
            by_day,
            hide_index=True,
            column_config={
                "contact_date": DAY,
                "consultation": _count("전체 상담"),
                "covid": _count("코로나19 상담"),
                "covid_share_pct": _percentage("코로나19 비중"),
                "ars0_inflow": _count("ARS 0번 인입(전화)"),
            },
        )


def _phone(by_day: Any) -> None:
    st.subheader("전화 응대")
    if by_day.empty:
        st.info("고른 기간과 채널에는 전화가 없습니다.")
        return
    chart, table = st.columns(2)
    with chart:
        rates = charts.percent_chart(by_day, "answer_rate_pct", "응대율(%)")
        _chart(charts.with_breaks(rates, by_day, _breaks(by_day)), 260)
    with table:
        st.dataframe(
            by_day,
            hide_index=True,
            height=260,
            column_config={
                "contact_date": DAY,
                "inflow": _count("인입"),
                "answered": _count("응대"),
                "abandoned": _count("포기"),
                "answer_rate_pct": _percentage("응대율"),
            },
        )


def _version(facts: dict[str, str]) -> None:
    st.divider()
    st.caption(BASIS)
    built = facts.get("built_at", "")
    if built:
        moment = datetime.fromisoformat(built)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        built = f"{moment.astimezone(ZoneInfo('Asia/Seoul')):%Y-%m-%d %H:%M}"
    shown = {
        "자료 판": built,
        "실행": facts.get("run_id", ""),
        "분류 체계": facts.get("taxonomy_version", ""),
        "분류 모델": facts.get("model_version", ""),
    }
    st.caption(" · ".join(f"{name} {value or '알 수 없음'}" for name, value in shown.items()))


if __name__ == "__main__":
    main()
