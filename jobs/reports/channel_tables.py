"""The tables and the chart of the annual statistics: channels, telephone, COVID-19.

Belongs here: one function a table. Every sum that a reader could undo is declared to the ledger.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from jobs.reports import breaks, coverage, derived, editions
from jobs.reports.channel_years import covid_window, days_between, whole
from jobs.reports.coverage import ABSENT
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, say
from jobs.reports.figures import Figure, Window
from schemas.codes import SERIES, code_list

if TYPE_CHECKING:
    from jobs.reports.channel_years import Year

_OTHERS = tuple(name for name in SERIES if name != "phone")
NOT_YET = "도입 전"
_COVID_COLUMNS = (
    Column("기간", "text"),
    Column("일수"),
    Column("전체 상담"),
    Column("하루 평균"),
    Column("코로나19"),
    Column("하루 평균"),
    Column("비중(%)"),
)


def channel_figures(context: Year, window: Window) -> dict[str, Figure]:
    """`total`, `other` (all but the telephone) and each of the six published series."""
    ledger = context.ledger
    by_series = {str(k): f for k, f in ledger.by("consultation_count", window, ["series"], keys=SERIES).items()}
    total = ledger.figure("consultation_count", window)
    other = ledger.figure("consultation_count", window, {"series": list(_OTHERS)})
    ledger.relate(total, by_series.values())
    ledger.relate(total, [by_series["phone"], other])
    ledger.relate(other, [by_series[name] for name in _OTHERS])
    return {"total": total, "phone": by_series["phone"], "other": other} | {n: by_series[n] for n in _OTHERS}


def channels(context: Year) -> Table:
    """상담채널별 상담건수: the years, the year's daily means and shares, and the change on the year before."""
    ledger, year = context.ledger, context.year
    names = editions.series_names(context.window[1])
    found = {y: channel_figures(context, whole(y)) for y in context.years}
    rows = [(f"{y}년", *_counted(context, y, found[y])) for y in context.years]
    now, held = found[year], context.held_days(context.window)
    means = [Number(derived.per_day(ledger, figure, held, 0)) for figure in now.values()]
    rows.append((f"{year}년 하루 평균", *means))
    two = derived.shares(ledger, [now["phone"], now["other"]], now["total"], "전화와 비전화")
    rows.append(("비중(%), 둘로 나눔", "", *map(Number, two), *[""] * len(_OTHERS)))
    six = [now[name] for name in SERIES]
    parts = dict(zip(SERIES, derived.shares(ledger, six, now["total"], "여섯 계열", kind="series_share"), strict=True))
    rows.append(("비중(%), 여섯 계열", "", Number(parts["phone"]), "", *(Number(parts[name]) for name in _OTHERS)))
    steps: list[Figure] = []
    if context.before is not None:
        pairs = list(zip(now.values(), found[context.before].values(), strict=True))
        gaps = [derived.difference(ledger, a, b) for a, b in pairs]
        changes = [derived.change(ledger, a, b) for a, b in pairs]
        for unit, steps in (("건", gaps), ("%", changes)):
            rows.append((f"{context.before}년 대비({unit})", *(Number(step, signed=True) for step in steps)))
    columns = (Column("구분", "text"), Column("합계"), Column("전화"), Column("비전화"))
    note = (
        "단위: 건. 하루 평균은 정수로 반올림. 비중은 두 가지로 반올림했다: 전화와 비전화 둘로, 여섯 계열로(각각 합 100.0%)."
        f"{context.gaps} {derived.lengths(steps)}".rstrip()
    )
    return Table(
        "channels",
        "상담채널별 상담건수",
        (*columns, *(Column(names[name]) for name in _OTHERS)),
        tuple(rows),
        note,
        strong=frozenset({len(context.years) - 1}),
    )


def _counted(context: Year, year: int, figures: dict[str, Figure]) -> list[Cell]:
    """A year's counts; a series that was not there yet, or of which there is no data, says so."""
    seen = coverage.series_with_data(context.ledger.conn, whole(year))
    cells: list[Cell] = []
    for name, figure in figures.items():
        is_there = name in ("total", "other") or name in seen
        cells.append(Number(figure) if is_there else NOT_YET if _begins(name) > whole(year)[1] else ABSENT)
    return cells


def _begins(series: str) -> date:
    starts = [
        row.valid_from for row in code_list("series_breaks") if (row["kind"], row["affects"]) == ("start", series)
    ]
    return min(starts, default=date.min)


def trend(context: Year, last: date) -> tuple[Block, ...]:
    """Consultations and the answer rate by month over the years shown, with the breaks of the series marked."""
    windows = [window for year in context.years for window in context.months(year)]
    if len(windows) < 2:
        return ()
    signs, told = breaks.marks([window[0] for window in windows], last)
    chart = Chart(
        "months",
        "월별 상담과 전화 응대율",
        tuple(f"{first:%y.%m}" for first, _ in windows),
        tuple(context.ledger.figure("consultation_count", window) for window in windows),
        "상담",
        tuple(context.ledger.figure("answer_rate_pct", window) for window in windows),
        "전화 응대율",
        f"막대: 상담(건), 선: 전화 응대율(%).{told}",
        signs,
    )
    return (chart,)


def phone(context: Year) -> tuple[Block, ...]:
    """전화상담: inflow, answered, answer rate and abandoned; outbound calls stand apart and are counted nowhere."""
    ledger = context.ledger
    names = ("inflow_count", "answered_count", "answer_rate_pct", "abandoned_count")
    found = {y: [ledger.figure(name, whole(y)) for name in names] for y in context.years}
    for inflow, answered, _, abandoned in found.values():
        ledger.relate(inflow, [answered, abandoned])
    rows: list[tuple[Cell, ...]] = [(f"{y}년", *map(Number, figures)) for y, figures in found.items()]
    steps: list[Figure] = []
    if context.before is not None:
        for now, before in zip(found[context.year], found[context.before], strict=True):
            is_rate = now.unit == "%"
            steps.append(derived.difference(ledger, now, before) if is_rate else derived.change(ledger, now, before))
        rows.append((f"{context.before}년 대비", *(Number(step, signed=True, with_unit=True) for step in steps)))
    columns = (Column("구분", "text"), Column("인입량"), Column("응대량"), Column("응대율(%)"), Column("포기량"))
    note = "인입 = 응대 + 포기. 외국어 전화를 넣은 것. 응대율의 차이는 %가 아니라 %p로 적는다. "
    note = f"{note}{derived.lengths(steps)}".rstrip()
    table = Table("phone", "전화상담", columns, tuple(rows), note, strong=frozenset({len(context.years) - 1}))
    outbound = Number(ledger.figure("outbound_count", context.window), with_unit=True)
    return table, say(f"{context.year}년의 아웃바운드 전화 {{}}은 인입에도 상담에도 넣지 않았습니다.", outbound)


def covid(context: Year) -> tuple[Block, ...]:
    """코로나19: each year's COVID window, its parts, and the months with the highest share set off."""
    windows = {y: window for y in context.years if (window := covid_window(y))}
    if context.year not in windows:
        return (say(f"{context.year}년은 코로나19가 시작되기 전이어서 표를 싣지 않았습니다."),)
    rows = [_covid_row(context, f"{y}년({_span(window)})", window) for y, window in windows.items()]
    told = ""
    if context.before in windows:
        row = _covid_change(context, windows[context.year], windows[context.before])
        told = derived.lengths(cell.figure for cell in row if isinstance(cell, Number))
        rows.append(row)
    note = (
        "단위: 건. 기간의 길이가 다르면 건수의 증감률은 기간의 차이를 담고 있으므로 하루 평균의 증감률을 본다. "
        f"2020년은 코로나19 상담을 세기 시작한 날부터이므로 채널 표의 한 해 합계와 다르다. {told}"
    ).rstrip()
    table = Table("covid", "코로나19 상담", _COVID_COLUMNS, tuple(rows), note)
    return table, _parts(context, windows[context.year]), *_months(context)


def _pair(context: Year, window: Window) -> tuple[Figure, Figure]:
    return context.ledger.figure("consultation_count", window), context.ledger.figure("covid_count", window)


def _covid_change(context: Year, now: Window, before: Window) -> tuple[Cell, ...]:
    """The percent changes of all and of COVID consultations, each of the count and of the daily mean."""
    ledger = context.ledger
    cells: list[Cell] = [f"{before[0].year}년 대비", ""]
    for ours, theirs in zip(_pair(context, now), _pair(context, before), strict=True):
        means = [derived.per_day(ledger, f, context.held_days(w), 0) for f, w in ((ours, now), (theirs, before))]
        for one, other in ((ours, theirs), means):
            cells.append(Number(derived.change(ledger, one, other), signed=True, with_unit=True))
    return (*cells, "")


def _covid_row(context: Year, title: str, window: Window) -> tuple[Cell, ...]:
    ledger, held = context.ledger, context.held_days(window)
    total, found = _pair(context, window)
    days = f"{held}" if held == days_between(window) else f"{held}/{days_between(window)}"
    means = [Number(derived.per_day(ledger, figure, held, 0)) for figure in (total, found)]
    return (
        title,
        days,
        Number(total),
        means[0],
        Number(found),
        means[1],
        Number(ledger.figure("covid_share_pct", window)),
    )


def _parts(context: Year, window: Window) -> Table:
    """Vaccine and vaccine pass over the windows in which they are published, else over the year's COVID window."""
    ledger = context.ledger
    rows: list[tuple[Cell, ...]] = []
    for part, title in (("vaccine", "백신"), ("vaccine_pass", "방역패스")):
        own = part_window(part, window)
        count, base = ledger.figure(f"{part}_count", own), ledger.figure("covid_count", own)
        rows.append((title, _span(own), Number(count), Number(base), Number(derived.proportion(ledger, count, base))))
    columns = (
        Column("갈래", "text"),
        Column("기간", "text"),
        Column("상담"),
        Column("같은 기간 코로나19"),
        Column("비중(%)"),
    )
    note = "단위: 건. 비중의 분모는 같은 기간의 코로나19 상담이며, 한 해의 코로나19 상담이나 전체 상담이 아니다."
    return Table("covid_parts", "백신과 방역패스", columns, tuple(rows), note)


def part_window(part: str, window: Window) -> Window:
    """The published window of a part that lies within a year's, else that year's."""
    rows = [row for row in code_list("published_totals") if row["measure"] == part]
    inside = [
        (row.valid_from, row.valid_to) for row in rows if window[0] <= row.valid_from and row.valid_to <= window[1]
    ]
    return inside[0] if inside else window


def _months(context: Year) -> tuple[Block, ...]:
    windows = context.months(context.year)
    figures = [(*_pair(context, window), context.ledger.figure("covid_share_pct", window)) for window in windows]
    shares = [float(share.value or 0) for *_, share in figures]
    top = shares.index(max(shares))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{window[0].month}월", *map(Number, found)) for window, found in zip(windows, figures, strict=True)
    )
    columns = (Column("달", "text"), Column("전체 상담"), Column("코로나19"), Column("비중(%)"))
    note = f"단위: 건. 비중은 그 달 전체 상담에 대한 것. 가장 높은 달: {windows[top][0].month}월."
    return (Table("covid_months", "월별 코로나19 비중", columns, rows, note, strong=frozenset({top}), wrap=2),)


def _span(window: Window) -> str:
    first, last = window
    return f"{first:%m-%d}~{last:%m-%d}"
