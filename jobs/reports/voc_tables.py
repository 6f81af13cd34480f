"""The voice of the citizens by volume and by type.

Belongs here: one function a section, each giving blocks; where it cannot be computed, a sentence that says why.
Every sum that a reader could undo is declared to the ledger. Domains and places are in `voc_places`, what rose in
`voc_rises`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from jobs.reports import coverage, derived, editions
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, say
from jobs.reports.figures import Figure
from jobs.reports.ranking import NONE_TO_RANK, RANKED_NOTE, Ranking
from schemas.codes import SERIES, UNCLASSIFIED, UNCLASSIFIED_NAME

if TYPE_CHECKING:
    from jobs.reports.voc_edition import Edition, Month

TOP = 20


def covid_share(edition: Edition, covid: Figure) -> Figure:
    """The share of COVID in the edition's consultations."""
    other = derived.rest(edition.ledger, edition.total, [covid])
    return derived.shares(edition.ledger, [covid, other], edition.total, "코로나19와 그 밖")[0]


def by_column(edition: Edition, column: str, month: Month, keys: Sequence[str] | None = None) -> dict[str, Figure]:
    """The month's consultations by a column; they make up its total."""
    ledger = edition.ledger
    found = ledger.by("type_count", month.window, [column], edition.where, keys=keys)
    ledger.relate(ledger.figure("type_count", month.window, edition.where), found.values())
    return {str(key): figure for key, figure in found.items()}


def means(edition: Edition, now: Figure, earlier: Sequence[Figure], series_id: str | None = None) -> list[Cell]:
    """The daily mean; then, for each month compared, its daily mean and the percent change from it.

    A series of which a month has no data has no mean there.
    """
    mean = derived.per_day(edition.ledger, now, len(edition.month.days))
    here = _held(edition, edition.month, series_id, now)
    cells: list[Cell] = [Number(mean) if here else coverage.ABSENT]
    for (_, month), figure in zip(edition.compared, earlier, strict=True):
        there = _held(edition, month, series_id, figure)
        if not (here and there):
            cells += [
                Number(derived.per_day(edition.ledger, figure, len(month.days))) if there else coverage.ABSENT,
                "",
            ]
            continue
        before = derived.per_day(edition.ledger, figure, len(month.days))
        cells += [Number(before), Number(derived.change(edition.ledger, mean, before), signed=True, with_unit=True)]
    return cells


def _held(edition: Edition, month: Month, series_id: str | None, figure: Figure) -> bool:
    """Whether the month has data of the series (of every row that is not one)."""
    if series_id is None or figure.value:
        return True
    return series_id in coverage.series_with_data(edition.ledger.conn, month.window)


def change_columns(edition: Edition) -> list[Column]:
    short = {"지난달": "지난달", "지난해 같은 달": "지난해", "직전 3개월": "3개월"}
    return [Column(f"{short[title]} {what}") for title, _ in edition.compared for what in ("평균", "대비")]


def series(edition: Edition) -> Table:
    """Volume by published series, with the months compared."""
    ledger = edition.ledger
    now = by_column(edition, "series", edition.month, SERIES)
    earlier = [by_column(edition, "series", month, SERIES) for _, month in edition.compared]
    shares = derived.shares(ledger, list(now.values()), edition.total, "여섯 계열")
    names = editions.series_names(edition.month.days[-1])
    whole = [ledger.figure("type_count", month.window, edition.where) for _, month in edition.compared]
    covid = ledger.figure("covid_type_count", edition.month.window, edition.where)
    covid_before = [ledger.figure("covid_type_count", month.window, edition.where) for _, month in edition.compared]
    rows: list[tuple[Cell, ...]] = []
    for name, share in zip(SERIES, shares, strict=True):
        held = _held(edition, edition.month, name, now[name])
        counted: list[Cell] = [Number(now[name]), Number(share)] if held else [coverage.ABSENT, ""]
        rows.append((names[name], *counted, *means(edition, now[name], [found[name] for found in earlier], name)))
    whole_share = derived.shares(ledger, [edition.total], edition.total, "전체")[0]
    rows.append(("전체", Number(edition.total), Number(whole_share), *means(edition, edition.total, whole)))
    share = covid_share(edition, covid)
    rows.append(("코로나19(전체의 일부)", Number(covid), Number(share), *means(edition, covid, covid_before)))
    columns = [Column("계열", "text"), Column("상담"), Column("비중(%)"), Column("일평균"), *change_columns(edition)]
    note = f"단위: 건, {edition.month.text}. 증감은 하루 평균끼리. 전화에는 외국어가, 민간포털에는 홈페이지가 들어 있음(가정 A1)."
    return Table("series", "계열별 상담", tuple(columns), tuple(rows), note, strong=frozenset({len(SERIES)}))


def daily(edition: Edition) -> tuple[Block, ...]:
    """Consultations and COVID consultations by day."""
    window = edition.month.window
    if len(edition.month.days) < 2:
        return (say("자료가 하루뿐이어서 날짜별 그림을 그리지 않았습니다."),)
    ledger = edition.ledger
    counts = ledger.by("type_count", window, ["contact_date"], edition.where)
    covid = ledger.by("covid_type_count", window, ["contact_date"], edition.where)
    ledger.relate(edition.total, counts.values())
    ledger.relate(ledger.figure("covid_type_count", window, edition.where), covid.values())
    days = [window[0] + timedelta(days=i) for i in range((window[1] - window[0]).days + 1)]
    chart = Chart(
        "daily",
        "날짜별 상담",
        tuple(f"{day.month}.{day.day}." for day in days),
        tuple(counts.get(day) for day in days),
        "전체 상담",
        tuple(covid.get(day) for day in days),
        "코로나19 상담",
        "막대: 전체 상담(건), 선: 코로나19 상담(건). 두 축의 눈금이 다름. 자료가 없거나 가린 날은 비워 둠. 출처: 상담 마트.",
    )
    return (chart,)


def compared(edition: Edition) -> Table:
    """The month beside those it is compared with: days, counts and daily means, and the change of the latter."""
    ledger = edition.ledger
    mean = derived.per_day(ledger, edition.total, len(edition.month.days))
    rows: list[tuple[Cell, ...]] = [("이번 달", edition.month.text, Number(edition.total), Number(mean), "")]
    for title, month in edition.wanted:
        if not month.days:
            rows.append((title, coverage.ABSENT, "", "", ""))
            continue
        total = ledger.figure("type_count", month.window, edition.where)
        earlier = derived.per_day(ledger, total, len(month.days))
        change: Cell = "견주지 않음"  # a month without the phone is no month
        if "phone" not in edition.differing[title]:
            change = Number(derived.change(ledger, mean, earlier), signed=True, with_unit=True)
        rows.append((title, month.text, Number(total), Number(earlier), change))
    columns = (Column("", "short"), Column("날", "text"), *map(Column, ("상담", "하루 평균", "이번 달의 증감")))
    note = "단위: 건. 날수가 서로 다르므로 증감률은 하루 평균끼리이며, 건수끼리 견주지 말 것."
    return Table("compared", "견준 달", columns, tuple(rows), note, strong=frozenset({0}))


def top_types(edition: Edition, ranking: Ranking) -> tuple[Block, ...]:
    """The twenty most frequent types, the others together, and the unclassified; to be made after all other tables."""
    ledger = edition.ledger
    if not ranking.shown:
        return (say(NONE_TO_RANK),)
    listed = [*ranking.shown, *ranking.apart]
    level = f"많이 물은 유형 {len(ranking.shown)}개와 나머지"
    *shares, left_share = derived.shares(ledger, [*(f for _, f in listed), ranking.left], edition.total, level)
    rows: list[tuple[Cell, ...]] = []
    for place, ((code, figure), share) in enumerate(zip(listed, shares, strict=True), start=1):
        order = f"{place}" if code != UNCLASSIFIED else ""
        rows.append((order, edition.type_name(code), Number(figure), Number(share)))
    if ranking.folded or ranking.folded_apart:
        names = [f"그 밖의 유형 {ranking.folded}개"] if ranking.folded else []
        names += [UNCLASSIFIED_NAME for _ in ranking.folded_apart]
        rows.insert(len(ranking.shown), ("", "와 ".join(names), Number(ranking.left), Number(left_share)))
    whole_share = derived.shares(ledger, [edition.total], edition.total, "전체")[0]
    rows.append(("", "전체", Number(edition.total), Number(whole_share)))
    columns = (Column("순위", "short"), Column("유형", "text"), Column("상담"), Column("비중(%)"))
    title, note = f"많이 물은 유형 {len(ranking.shown)}개", f"단위: 건. {RANKED_NOTE}"
    return (Table("top_types", title, columns, tuple(rows), note, frozenset({len(rows) - 1}), wrap=2),)
