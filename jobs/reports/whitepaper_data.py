"""The white paper's data set: one row a count by month, type, district and series, and the dictionary of its columns.

Belongs here: which grain can be given, and the rows. Does not: how cells are tied and hidden (`crossing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import covid_groups, crossing, editions
from jobs.reports.crossing import ALL, Crossed
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.whitepaper import CovidYear

MOST_HIDDEN = 48_000  # small cells of the year that are checked against each other
COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("month", "문자(YYYY-MM)", "상담이 시작된 달(서울 시각)"),
    (
        "covid_group",
        "문자",
        f"코로나19 다섯 그룹: {', '.join(f'{code}={name}' for code, name in COVID_GROUPS.items())}",
    ),
    (
        "covid_subgroup",
        "문자",
        f"따로 보는 부분: {', '.join(f'{c}={n}' for c, n in COVID_SUBGROUPS.items())}; 아니면 빈칸",
    ),
    ("type_code", "문자", "유형 코드(분류 체계)"),
    ("type_name", "문자", "유형 이름"),
    ("district_code", "문자", "자치구 코드(행정안전부 5자리); all은 전체, unknown은 자치구 모름"),
    ("district_name", "문자", "자치구 이름"),
    ("series", "문자", "공표 계열(9→6); all은 전체"),
    ("consultation_count", "정수(건)", "코로나19 상담: 인바운드이고 응대된 접촉 가운데 코드북의 유형인 것"),
)


def declare(context: CovidYear) -> list[Crossed]:
    """The counts of every month, and the sums that tie them to the page."""
    ledger = context.ledger
    places = [*editions.district_names(context.window[1]), ""]
    where = {"covid_group": list(COVID_GROUPS)}
    most = MOST_HIDDEN // len(context.months)
    found = []
    for window in context.months:
        crossed = crossing.cross(ledger, "covid_type_count", window, where, places, most, "covid_group <> ''")
        ledger.relate(ledger.figure("covid_type_count", window), [crossed.total])
        types = {code: figure for (code, place, _), figure in crossed.cells.items() if place == ALL}
        covid_groups.relate_types(ledger, window, types)
        for name, figure in crossed.series.items():
            ledger.relate(ledger.figure("covid_count", window, {"series": name}), [figure])
        for code, figure in crossed.districts.items():
            ledger.relate(ledger.figure("covid_type_count", window, {"district_code": code}), [figure])
        found.append(crossed)
    return found


def tables(context: CovidYear, months: list[Crossed]) -> tuple[Block, ...]:
    """The data set and its dictionary, once all masks are decided."""
    context.ledger.protect()
    places = {**editions.district_names(context.window[1]), "": "자치구 모름", ALL: "전체"}
    rows: list[tuple[Cell, ...]] = []
    by_code = context.ledger.types
    families = {row["type_code"]: row for month in months for row in _families(context, month)}
    for month in months:
        for (code, place, series), figure in month.shown():
            kind = families[code]
            texts = (f"{month.window[0]:%Y-%m}", kind["covid_group"], kind["covid_subgroup"], code)
            name = by_code.get(code, {}).get("type_name") or code
            rows.append((*texts, name, place or "unknown", places[place], series, Number(figure)))
    if not rows:
        return (say(f"{SMALL_CELL_K}건 이상이어서 실을 수 있는 칸이 없어 자료 표를 싣지 않았습니다."),)
    floors = sorted({(month.floor, f"{month.window[0]:%Y-%m}") for month in months if month.floor})
    lost = "".join(f" {name}은 {floor:,}건이 안 되는 유형을 자치구와 계열로 나누지 않음." for floor, name in floors)
    note = (
        f"표에 없는 칸은 {SMALL_CELL_K}건 미만(0 포함)이거나, 다른 칸과 합계에서 빼면 그런 수가 드러나는 것.{lost}"
        f"{context.short_gaps}"
    )
    columns = tuple(Column(name, "number" if name.endswith("_count") else "text") for name, _, _ in COLUMNS)
    data = Table("covid_monthly", "월·유형·자치구·계열 자료", columns, tuple(rows), note, annex=True)
    dictionary = Table(
        "data_dictionary",
        "자료의 열",
        (Column("열", "text"), Column("꼴(단위)", "text"), Column("뜻", "text")),
        COLUMNS,
        f"CSV와 Parquet의 covid_monthly에 대한 것. {note}",
    )
    return dictionary, data


def _families(context: CovidYear, month: Crossed) -> list[dict[str, str]]:
    return [{"type_code": c, **f} for c, f in query.type_families(context.ledger.conn, *month.window).items()]
