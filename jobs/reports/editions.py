"""What all reports say alike: names of codes, dates in words, where the data comes from, how good it is.

Belongs here: sentences and tables that more than one report holds. Does not: the content of one report.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jobs import query
from jobs.errors import WrongUse
from jobs.reports.document import Cell, Column, Number, Table, Text, say
from jobs.reports.figures import SMALL_LABEL, Ledger, Window
from schemas.codes import codes_on
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    import duckdb

SYNTHETIC_BANNER = "합성 자료 — 실제 상담이 아님"
_ORIGIN_BANNERS = {
    "petitions": "국민청원 제목(공개 자료)로 만든 시험 운영 — 실제 상담이 아님",
    "faq": "자주 묻는 질문(공개 자료)으로 만든 시험 운영 — 실제 상담이 아님",
}
# Imported contacts whose hour is not known: the marts hold them at the hour at which they were written down.
HOURLESS_ORIGINS = frozenset({"petitions", "faq"})
_WEEKDAYS = "월화수목금토일"
_QUALITY = ("unclassified_pct", "late_pct")
_ARRIVAL = ("bronze_count", "quarantined_count", "duplicate_count")


def no_year(conn: duckdb.DuckDBPyConnection, year: int) -> WrongUse:
    """What to say where the marts hold no day of a year: the years that they hold."""
    held = sorted({day.year for day in query.days(conn)})
    told = f"자료가 있는 해: {', '.join(map(str, held))}." if held else "마트에 자료가 없습니다."
    return WrongUse(f"{year}년의 상담 자료가 없습니다. {told} --year 를 고치거나 dasan run 을 먼저 실행하세요.")


def day_text(day: date) -> str:
    """12월 14일(화)."""
    return f"{day.month}월 {day.day}일({_WEEKDAYS[day.weekday()]})"


def span_text(window: Window) -> str:
    """11월 1–30일, or 11월 1일–12월 14일."""
    first, last = window
    if first == last:
        return f"{first.month}월 {first.day}일"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.month}월 {first.day}–{last.day}일"
    return f"{first.month}월 {first.day}일–{last.month}월 {last.day}일"


def district_names(day: date) -> dict[str, str]:
    return {code: row["district_name"] for code, row in codes_on("districts", day).items()}


def department_names(day: date) -> dict[str, str]:
    return {code: row["department_name"] for code, row in codes_on("departments", day).items()}


def channel_names(day: date) -> dict[str, str]:
    return {code: row["channel_name"] for code, row in codes_on("channels", day).items()}


def series_names(day: date) -> dict[str, str]:
    return {row["series"]: row["series_name"] for row in codes_on("channels", day).values()}


def banners(ledger: Ledger, window: Window) -> tuple[str, ...]:
    """One line for each kind of contact in the window that is not the Foundation's own."""
    found: list[str] = []
    for origin in query.origins(ledger.conn, *window):
        if origin == "synthetic":
            found.insert(0, SYNTHETIC_BANNER)
        elif origin != "operational":
            unknown = f"밖에서 가져온 자료({origin})에 의한 시험 운영 — 실제 상담이 아님"
            found.append(_ORIGIN_BANNERS.get(origin, unknown))
    return tuple(dict.fromkeys(found))


def as_of(ledger: Ledger) -> str:
    """When the marts were made, ISO 8601 in Asia/Seoul; as it stands where it cannot be read."""
    text = query.build_facts(ledger.conn).get("built_at", "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(ZoneInfo("Asia/Seoul")).isoformat(timespec="minutes")


PROVISIONAL, FINAL = "잠정", "확정"


def standing(ledger: Ledger, last: date) -> str:
    """`확정` once a week of files has landed after the last day of a report, else `잠정`."""
    landed = query.days(ledger.conn, "quality_daily")
    return FINAL if landed and landed[-1] >= last + timedelta(days=query.FINAL_DAYS) else PROVISIONAL


def metadata(ledger: Ledger, moment: str, standing: str = PROVISIONAL) -> tuple[tuple[str, str], ...]:
    facts = query.build_facts(ledger.conn)
    shown = moment[:16].replace("T", " ") or "알 수 없음"
    return (
        ("기준 시각", shown),
        ("구분", standing),
        ("분류 체계", facts.get("taxonomy_version", "알 수 없음")),
        ("분류 모델", facts.get("model_version", "알 수 없음")),
    )


def quality_table(ledger: Ledger, window: Window) -> Table:
    """Unclassified and late shares by day of contact; received, quarantined and duplicate records by day of arrival."""
    rows: list[tuple[Cell, ...]] = []
    for names, basis in ((_QUALITY, "상담일"), (_ARRIVAL, "도착일")):
        for metric_id in names:
            figure = ledger.figure(metric_id, window)
            title = _METRIC_NAMES[metric_id]
            rows.append((title, Number(figure, with_unit=True), f"{span_text(window)} {basis} 기준"))
    columns = (Column("지표", "text"), Column("값"), Column("기준", "text"))
    return Table("quality", "들어온 자료와 분류", columns, tuple(rows))


_METRIC_NAMES = {
    "unclassified_pct": "미분류 상담 비율",
    "late_pct": "상담일보다 늦게 도착한 상담 비율",
    "bronze_count": "받은 원천 레코드",
    "quarantined_count": "격리된 레코드",
    "duplicate_count": "중복 레코드",
}


def methods(ledger: Ledger) -> tuple[Text, ...]:
    """The notes that hold for every report."""
    facts = query.build_facts(ledger.conn)
    reach = "이 보호는 한 문서 안에서 합계식 하나하나에 대한 것이며, 다른 판(시·구·부서)이나 다른 날·달의 문서와 맞대어 보는 경우까지는 막지 못합니다."
    if ledger.has_decided_months:
        reach = (
            "한 달의 유형·자치구·부서·대분류·코로나19 건수는 시민의 소리 모든 판과 견주는 달을 함께 보고 가릴 것을 정했으며, 크기와 상관없이 "
            "‘비공개’로 적거나 싣지 않습니다. 채널·날짜·주의 건수는 한 문서 안의 합계식에 대해서만 보호됩니다."
        )
    return (
        say(
            "상담건수는 인바운드이고 응대된 접촉입니다. 포기호와 아웃바운드는 넣지 않으며, 상담이 시작된 날(서울 시각)에 "
            "셉니다. 외국어 전화는 전화에 넣고, 공표 표에 홈페이지 열이 없어 홈페이지는 민간포털에 넣었습니다(가정 A1)."
        ),
        say(
            f"작은 수 보호: 1–{SMALL_CELL_K - 1}건은 ‘{SMALL_LABEL}’으로, 합계에서 빼면 드러나는 그다음 작은 수는 "
            "‘비공개’로, 그런 수에서 나온 비율과 증감은 ‘-’로 적고, 순위 표에는 가린 것을 빼고 묶어서 싣습니다. "
            f"{reach}"
        ),
        say(
            "비중은 이름 붙인 층 안에서 최대잔여법으로 반올림해 합이 맞습니다. 비율의 차이(%p)는 실린 비율끼리, 증감률(%)은 "
            "반올림하기 전 값으로 계산했습니다. 모든 수치의 분자·분모·기간·기준은 함께 낸 figures.csv에 있습니다."
        ),
        say("자료 판: {} · 실행 {}", facts.get("built_at", "알 수 없음"), facts.get("run_id", "알 수 없음")),
    )
