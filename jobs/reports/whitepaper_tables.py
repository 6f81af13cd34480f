"""The tables and the chart of the white paper.

Belongs here: one function a section, each giving blocks; where it cannot be computed, a sentence that says why.
Every sum that a reader could undo is declared to the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import breaks, coverage, covid_groups, derived, editions, policy
from jobs.reports.channel_years import days_between
from jobs.reports.covid_tables import known_district
from jobs.reports.crossing import ALL, Crossed
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, say
from jobs.reports.figures import Figure, Key, Window
from jobs.reports.ranking import rank
from schemas.codes import COVID_GROUPS, SERIES
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.whitepaper import CovidYear

PEAKS = 5
APART = 14  # days between two peaks, so that one wave is one card
_PEAK_TYPES = 3
THANKS = 10


def month_text(window: Window) -> str:
    return f"{window[0].month}월"


def is_whole(context: CovidYear, window: Window) -> bool:
    """Whether every day of a month's window has data, and the window is the month."""
    held = sum(window[0] <= day <= window[1] for day in context.held)
    return held == days_between(window) and window[0].day == 1 and (window[1] + timedelta(1)).day == 1


def relate_year(context: CovidYear) -> None:
    """The year is the sum of its months, in all that is counted by month; a month that of its groups."""
    ledger = context.ledger
    for metric_id in ("consultation_count", "covid_count", "covid_type_count", *covid_groups.PART_METRICS.values()):
        ledger.relate(
            ledger.figure(metric_id, context.window), [ledger.figure(metric_id, window) for window in context.months]
        )
    for window in (*context.months, context.window):
        covid_groups.relate(ledger, window)
    for name in COVID_GROUPS:
        year = covid_groups.figures(ledger, context.window)[name]
        ledger.relate(year, [covid_groups.figures(ledger, window)[name] for window in context.months])


def months(context: CovidYear) -> tuple[Block, ...]:
    """All contacts, COVID contacts and their share by month, with the daily mean over the days that are there."""
    ledger = context.ledger
    rows: list[tuple[Cell, ...]] = []
    for window in (*context.months, context.window):
        held = sum(window[0] <= day <= window[1] for day in context.held)
        covid = ledger.figure("covid_count", window)
        title = "합계" if window == context.window and len(context.months) > 1 else month_text(window)
        rows.append(
            (
                title,
                f"{held}/{days_between(window)}",
                Number(ledger.figure("consultation_count", window)),
                Number(covid),
                Number(derived.per_day(ledger, covid, held)),
                Number(ledger.figure("covid_share_pct", window)),
            )
        )
    titles = ("전체 상담", "코로나19", "하루 평균", "비중(%)")
    columns = (Column("달", "short"), Column("자료가 있는 날", "short"), *map(Column, titles))
    if len(context.months) == 1:
        rows.pop()
    note = f"단위: 건. 비중은 그 달 전체 상담에 대한 것. 하루 평균은 자료가 있는 날의 평균.{context.short_gaps}"
    table = Table("months", "월별 코로나19 상담", columns, tuple(rows), note, strong=_last(context))
    return (table, *_chart(context))


def _chart(context: CovidYear) -> tuple[Block, ...]:
    if len(context.months) < 2:
        return (say("자료가 한 달뿐이어서 월별 그림을 그리지 않았습니다."),)
    ledger = context.ledger
    signs, told = breaks.marks([window[0] for window in context.months], context.months[-1][1])
    chart = Chart(
        "months_chart",
        "월별 코로나19 상담과 비중",
        tuple(month_text(window) for window in context.months),
        tuple(ledger.figure("covid_count", window) for window in context.months),
        "코로나19 상담",
        tuple(ledger.figure("covid_share_pct", window) for window in context.months),
        "그 달 전체 상담에서의 비중",
        f"막대: 코로나19 상담(건), 선: 그 달 전체 상담에서의 비중(%). 출처: 상담 마트.{context.short_gaps}{told}",
        signs,
    )
    return (chart,)


def groups(context: CovidYear) -> tuple[Block, ...]:
    """The five groups by month, with vaccine and vaccine pass set apart."""
    rows: list[tuple[Cell, ...]] = [
        (title, *(Number(covid_groups.figures(context.ledger, window)[name]) for name in covid_groups.ORDER))
        for title, window in _rows(context)
    ]
    columns = (Column("달", "short"), *(Column(covid_groups.title(name)) for name in covid_groups.ORDER))
    note = (
        "단위: 건. 다섯 그룹의 합이 코로나19 상담. 백신은 ‘단순·기침·발열·검진’의, 방역패스는 ‘기타’의 일부이므로 더하지 말 것."
        f"{context.short_gaps}"
    )
    return (Table("month_groups", "월별 유형 그룹", columns, tuple(rows), note, strong=_last(context)),)


def series(context: CovidYear) -> tuple[Block, ...]:
    """COVID contacts by month and published series; a series without data in a month says so."""
    ledger = context.ledger
    names = editions.series_names(context.window[1])
    found: dict[Window, Mapping[str, Figure]] = {}
    for window in (*context.months, context.window):
        by = {str(k): f for k, f in ledger.by("covid_count", window, ["series"], keys=SERIES).items()}
        ledger.relate(ledger.figure("covid_count", window), by.values())
        found[window] = by
    for name in SERIES:
        ledger.relate(found[context.window][name], [found[window][name] for window in context.months])
    rows: list[tuple[Cell, ...]] = []
    for title, window in _rows(context):
        seen = coverage.series_with_data(ledger.conn, window)
        cells = [Number(f) if n in seen or f.value else coverage.ABSENT for n, f in found[window].items()]
        rows.append((title, *cells, Number(ledger.figure("covid_count", window))))
    columns = (Column("달", "short"), *(Column(names[name]) for name in SERIES), Column("합계"))
    note = f"단위: 건. 전화에는 외국어가, 민간포털에는 홈페이지가 들어 있음(가정 A1).{context.short_gaps}"
    return (Table("month_series", "월별 계열", columns, tuple(rows), note, strong=_last(context)),)


def districts(context: CovidYear) -> tuple[Block, ...]:
    """The year's COVID contacts of the 25 districts, per 10,000 residents where the population was imported."""
    ledger, window = context.ledger, context.window
    names = {**editions.district_names(window[1]), "": "자치구 모름"}
    total = ledger.figure("covid_type_count", window)
    counts = ledger.by("covid_type_count", window, ["district_code"], keys=names)
    ledger.relate(total, counts.values())
    for code in names:
        parts = [ledger.figure("covid_type_count", month, {"district_code": code}) for month in context.months]
        ledger.relate(counts[code], parts)
    if not any(figure.value for code, figure in counts.items() if code):
        return (say("이 해의 코로나19 상담에는 자치구가 적힌 것이 없어 자치구 표를 싣지 않았습니다."),)
    columns = [Column("자치구", "text"), Column("상담(건)")]
    month = query.population_month(ledger.conn, f"{window[1]:%Y-%m}")
    note = "주민등록 인구를 가져오지 않아 건수만 실음. 인구가 많은 구일수록 건수가 많으니 순위로 읽지 말 것."
    rates: Mapping[Key, Figure] = {}
    if month is not None:
        rates = ledger.by("covid_per_10k", window, ["district_code"], keys=[code for code in names if code])
        columns.append(Column("1만 명당"))
        note = f"1만 명당: 행정안전부 주민등록 인구({month}) 1만 명에 대한 이 기간의 코로나19 상담 건수."
    rows: list[tuple[Cell, ...]] = []
    for code, title in names.items():
        rate: list[Cell] = [Number(rates[code]) if code in rates else ""] if month is not None else []
        rows.append((title, Number(counts[code]), *rate))
    table = Table(
        "districts", "자치구별 코로나19 상담", tuple(columns), tuple(rows), f"{note}{context.short_gaps}", wrap=2
    )
    return (table, known_district(ledger, total, counts[""])) if month is not None else (table,)


def peak_days(context: CovidYear) -> list[tuple[date, Figure]]:
    """The days with the most COVID contacts, the greatest first, no two within `APART` days."""
    counts = context.ledger.by("covid_count", context.window, ["contact_date"])
    order = sorted(counts.values(), key=lambda f: (-int(f.value or 0), f.window))
    found: list[tuple[date, Figure]] = []
    for figure in order:
        day = figure.window[0]
        if int(figure.value or 0) >= SMALL_CELL_K and all(abs((day - other).days) >= APART for other, _ in found):
            found.append((day, figure))
    return found[:PEAKS]


def peaks(context: CovidYear) -> tuple[Block, ...]:
    """A card a peak: the count against the seven days before it, what was asked most, and the policy of those days."""
    found = peak_days(context)
    if not found:
        return (say(f"코로나19 상담이 {SMALL_CELL_K}건 이상인 날이 없어 정점일을 싣지 않았습니다."),)
    ledger, held = context.ledger, set(query.days(context.ledger.conn))
    rows: list[tuple[Cell, ...]] = []
    for day, figure in found:
        before = [day - timedelta(step) for step in range(7, 0, -1)]
        change: Cell = coverage.ABSENT
        if held.issuperset(before):
            mean = derived.per_day(ledger, ledger.figure("covid_count", (before[0], before[-1])), 7)
            change = Number(derived.change(ledger, figure, mean), signed=True, with_unit=True)
        share = Number(ledger.figure("covid_share_pct", (day, day)))
        events = ", ".join(f"{row['title']}({row.valid_from:%m-%d})" for row in policy.near(day)) or "없음"
        rows.append((editions.day_text(day), Number(figure), share, change, _asked_most(context, day), events))
    columns = (
        Column("날", "short"),
        *map(Column, ("코로나19", "비중(%)", "앞 7일 평균 대비")),
        Column("많이 물은 유형(차례대로)", "text"),
        Column("사흘 안에 시작한 정책", "text"),
    )
    note = (
        f"단위: 건. 비중은 그 날 전체 상담에 대한 것. 앞뒤 {APART}일 안의 더 작은 정점은 뺌. 유형은 그 날 {SMALL_CELL_K}건 이상인 것 "
        "가운데 셋까지. 정책은 그 날까지 사흘 안에 시작한 것으로, 원인이라는 뜻이 아님."
    )
    return (Table("peak_days", "정점일", columns, tuple(rows), note),)


def _asked_most(context: CovidYear, day: date) -> str:
    found = context.ledger.by("covid_type_count", (day, day), ["type_code"], {"covid_group": list(COVID_GROUPS)})
    large = [(str(code), int(f.value or 0)) for code, f in found.items() if int(f.value or 0) >= SMALL_CELL_K]
    order = sorted(large, key=lambda pair: (-pair[1], pair[0]))[:_PEAK_TYPES]
    return ", ".join(context.ledger.types.get(code, {}).get("type_name") or code for code, _ in order) or "없음"


def thanks(context: CovidYear, months: Sequence[Crossed]) -> tuple[Block, ...]:
    """Contacts whose type is praise, as their types describe them: no contact's own words are printed. To be made after
    all other tables; `months` are the counts of the data set, which hold the COVID types among them."""
    ledger = context.ledger
    codes = sorted(code for code, leaf in context.leaves.items() if leaf.request_kind == "praise")
    where = {"type_code": codes}
    total = ledger.figure("type_count", context.window, where)
    if not total.value:
        return (say("이 기간에 칭찬으로 분류된 상담이 없어 미담을 싣지 못했습니다."),)
    found = {str(k): f for k, f in ledger.by("type_count", context.window, ["type_code"], where).items()}
    ledger.relate(total, found.values())
    for code, figure in found.items():
        parts = [ledger.figure("type_count", month.window, {"type_code": code}) for month in months]
        ledger.relate(figure, parts)
        for month, part in zip(months, parts, strict=True):
            cell = month.cells.get((code, ALL, ALL))
            if cell is not None and cell.value == part.value:  # a type may be of COVID on some of the days only
                ledger.relate(part, [cell])
    ranking = rank(ledger, total, found, THANKS)
    told = say("칭찬과 감사로 분류된 상담은 모두 {}입니다.", Number(total, with_unit=True))
    if not ranking.shown:
        return (told, say(f"한 유형에 {SMALL_CELL_K}건 이상 모인 것이 없어, 내용은 싣지 않고 건수만 적습니다."))
    rows: list[tuple[Cell, ...]] = [
        (context.leaves[code].name, context.leaves[code].definition, Number(figure)) for code, figure in ranking.shown
    ]
    if ranking.folded:
        rows.append((f"그 밖의 유형 {ranking.folded}개", "", Number(ranking.left)))
    note = (
        f"단위: 건, 코로나19가 아닌 칭찬까지. 글은 시민의 말이 아니라 유형의 뜻을 적은 것으로, {SMALL_CELL_K}건 이상이 같은 뜻을 전한 "
        "유형만 실음. 이름·날짜·기관은 어디에도 싣지 않음."
    )
    columns = (Column("유형", "text"), Column("전한 뜻", "text"), Column("상담"))
    return (told, Table("thanks", "미담: 무엇을 고마워했나", columns, tuple(rows), note))


def _rows(context: CovidYear) -> list[tuple[str, Window]]:
    """The months and, where there are several, the sum."""
    found = [(month_text(window), window) for window in context.months]
    return [*found, ("합계", context.window)] if len(found) > 1 else found


def _last(context: CovidYear) -> frozenset[int]:
    return frozenset({len(context.months)}) if len(context.months) > 1 else frozenset()
