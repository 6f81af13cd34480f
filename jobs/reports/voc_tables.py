"""The voice of the citizens by volume and by type.

Belongs here: one function a section, each giving blocks; where it cannot be computed, a sentence that says why.
Every sum that a reader could undo is declared to the ledger. Domains, places and the annex are in `voc_places`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from jobs.reports import coverage, derived, editions
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, say
from jobs.reports.figures import Figure
from jobs.reports.ranking import NONE_TO_RANK, RANKED_NOTE
from schemas.codes import SERIES, UNCLASSIFIED, UNCLASSIFIED_NAME
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.voc import Edition, Month

TOP = 20
MOVERS = 5


def type_name(edition: Edition, code: str) -> str:
    kind = edition.ledger.types.get(code, {})
    return kind.get("type_name") or (UNCLASSIFIED_NAME if code == UNCLASSIFIED else code)


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
    short = {"지난달": "지난달", "지난해 같은 달": "지난해"}
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


def movers(edition: Edition) -> tuple[Block, ...]:
    """The types whose daily mean rose and fell most since the last month; to be made after all other tables.

    Masked types cannot be ranked in public, so the masks are decided before the choice.
    """
    if not edition.before.days:
        return (say("지난달 자료가 없어 늘고 준 유형을 가려내지 못했습니다."),)
    channels = edition.differing["지난달"]
    if channels:
        names = coverage.listed(channels, edition.month.days[-1])
        return (say(f"지난달과 이번 달의 자료가 있는 채널이 달라({names}) 늘고 준 유형을 가려내지 않았습니다."),)
    compared = _type_means(edition)
    fallen = [item for item in compared if _gap(item) < 0][:MOVERS]
    risen = [item for item in reversed(compared) if _gap(item) > 0][:MOVERS]
    return (
        _movers("risen", "많이 늘어난 유형", edition, risen),
        _movers("fallen", "많이 줄어든 유형", edition, fallen),
        say(
            f"하루 평균 건수가 달라진 차례이며, 어느 한 달이라도 1–{SMALL_CELL_K - 1}건이거나 가린 유형과 미분류는 뺐습니다."
        ),
    )


def _type_means(edition: Edition) -> list[tuple[str, Figure, Figure]]:
    """The daily means of each type that may be shown, this month and last, from the most fallen to the most risen."""
    ledger = edition.ledger
    months = (edition.month, edition.before)
    codes = {code for month in months for code in by_column(edition, "type_code", month)} - {UNCLASSIFIED}
    now, before = (
        ledger.by("type_count", month.window, ["type_code"], edition.where, keys=sorted(codes)) for month in months
    )
    ledger.protect()
    found = []
    for code in sorted(codes):
        if not (now[code].masked or before[code].masked):
            mean = derived.per_day(ledger, now[code], len(edition.month.days))
            found.append((code, mean, derived.per_day(ledger, before[code], len(edition.before.days))))
    return sorted(found, key=lambda item: (_gap(item), item[0]))


def _gap(item: tuple[str, Figure, Figure]) -> Fraction:
    return item[1].exact - item[2].exact


def _movers(table_id: str, title: str, edition: Edition, items: Sequence[tuple[str, Figure, Figure]]) -> Block:
    if not items:
        return say(f"{title}은 없습니다.")
    ledger = edition.ledger
    rows = tuple(
        (
            type_name(edition, code),
            Number(mean),
            Number(earlier),
            Number(derived.difference(ledger, mean, earlier), signed=True),
            Number(derived.change(ledger, mean, earlier), signed=True, with_unit=True),
        )
        for code, mean, earlier in items
    )
    columns = (Column("유형", "text"), *map(Column, ("일평균", "지난달 일평균", "증감", "증감률")))
    return Table(table_id, title, columns, rows)


def top_types(edition: Edition) -> tuple[Block, ...]:
    """The twenty most frequent types, the others together, and the unclassified; to be made after all other tables."""
    ledger, ranking = edition.ledger, edition.ranking
    if not ranking.shown:
        return (say(NONE_TO_RANK),)
    listed = [*ranking.shown, *ranking.apart]
    level = f"많이 물은 유형 {len(ranking.shown)}개와 나머지"
    *shares, left_share = derived.shares(ledger, [*(f for _, f in listed), ranking.left], edition.total, level)
    rows: list[tuple[Cell, ...]] = []
    for place, ((code, figure), share) in enumerate(zip(listed, shares, strict=True), start=1):
        order = f"{place}" if code != UNCLASSIFIED else ""
        rows.append((order, type_name(edition, code), Number(figure), Number(share)))
    if ranking.folded or ranking.folded_apart:
        names = [f"그 밖의 유형 {ranking.folded}개"] if ranking.folded else []
        names += [UNCLASSIFIED_NAME for _ in ranking.folded_apart]
        rows.insert(len(ranking.shown), ("", "와 ".join(names), Number(ranking.left), Number(left_share)))
    whole_share = derived.shares(ledger, [edition.total], edition.total, "전체")[0]
    rows.append(("", "전체", Number(edition.total), Number(whole_share)))
    columns = (Column("순위", "short"), Column("유형", "text"), Column("상담"), Column("비중(%)"))
    title, note = f"많이 물은 유형 {len(ranking.shown)}개", f"단위: 건. {RANKED_NOTE}"
    return (Table("top_types", title, columns, tuple(rows), note, frozenset({len(rows) - 1}), wrap=2),)
