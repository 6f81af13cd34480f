"""The voice of the citizens by domain and by place, and the annex of all types.

Belongs here: one function a section, each giving blocks. Every sum that a reader could undo, across the page and its
annex, is declared to the ledger. Volume and types are in `voc_tables`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import derived, editions
from jobs.reports.covid_tables import known_district
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.voc_tables import by_column, change_columns, means

if TYPE_CHECKING:
    from jobs.reports.voc import Edition, Month

NO_DISTRICT = "자치구 모름"


def domains(edition: Edition) -> tuple[Block, ...]:
    """Consultations by the first level of the taxonomy, each the sum of its types."""
    ledger = edition.ledger
    now = by_column(edition, "domain", edition.month)
    order = sorted(now)  # not by value: the order would tell of what is masked
    shares = derived.shares(ledger, [now[name] for name in order], edition.total, "대분류")
    for month in (edition.month, edition.before):
        if month.days:
            _relate_types(edition, month)
    earlier = [by_column(edition, "domain", month) for _, month in edition.compared]
    rows: list[tuple[Cell, ...]] = []
    for name, share in zip(order, shares, strict=True):
        before = [
            found.get(name) or ledger.figure("type_count", month.window, {**edition.where, "domain": name})
            for found, (_, month) in zip(earlier, edition.compared, strict=True)
        ]
        rows.append((name or "대분류 없음", Number(now[name]), Number(share), *means(edition, now[name], before)))
    columns = [Column("대분류", "text"), Column("상담"), Column("비중(%)"), Column("일평균"), *change_columns(edition)]
    note = f"단위: 건. 가나다순. 증감은 하루 평균끼리.{edition.caveats}"
    return (Table("domains", "대분류별 상담", tuple(columns), tuple(rows), note),)


def _relate_types(edition: Edition, month: Month) -> None:
    """Domains, and the COVID consultations, are the sums of their types."""
    ledger = edition.ledger
    types = by_column(edition, "type_code", month)
    families = query.type_families(ledger.conn, *month.window)
    for name, total in by_column(edition, "domain", month).items():
        ledger.relate(total, [figure for code, figure in types.items() if families[code]["domain"] == name])
    covid = [figure for code, figure in types.items() if families[code]["covid_group"]]
    ledger.relate(ledger.figure("covid_type_count", month.window, edition.where), covid)


def districts(edition: Edition) -> tuple[Block, ...]:
    """Consultations by district; per 10,000 residents in the city's edition where the population was imported."""
    ledger = edition.ledger
    names = {**editions.district_names(edition.month.days[-1]), "": NO_DISTRICT}
    now = by_column(edition, "district_code", edition.month, list(names))
    if not any(now[code].value for code in names if code):
        return (say("이 기간의 상담에는 자치구가 적힌 것이 없어 자치구 표를 싣지 않았습니다."),)
    shares = derived.shares(ledger, [now[code] for code in names], edition.total, "25개 자치구와 모름")
    month = None if edition.where else query.population_month(ledger.conn, f"{edition.month.window[1]:%Y-%m}")
    columns = [Column("자치구", "text"), Column("상담"), Column("비중(%)")]
    note = "단위: 건."
    if month is not None:
        columns.append(Column("1만 명당"))
        note += f" 1만 명당: 행정안전부 주민등록 인구({month}) 1만 명에 대한 이 기간의 상담 건수."
    elif not edition.where:
        note += " 주민등록 인구를 가져오지 않아 건수만 실음. 인구가 많은 구일수록 건수가 많으므로 순위로 읽지 말 것."
    rates = (
        {} if month is None else ledger.by("consultation_per_10k", edition.month.window, ["district_code"], keys=names)
    )
    rows: list[tuple[Cell, ...]] = []
    for (code, title), share in zip(names.items(), shares, strict=True):
        rate: list[Cell] = [] if month is None else [Number(rates[code]) if code else ""]
        rows.append((title, Number(now[code]), Number(share), *rate))
    table = Table("districts", "자치구별 상담", tuple(columns), tuple(rows), note, wrap=2)
    return (table, known_district(ledger, edition.total, now[""])) if month is not None else (table,)


def against_city(edition: Edition) -> tuple[Block, ...]:
    """What a district asks about more, and less, than the whole city."""
    ledger, window = edition.ledger, edition.month.window
    ours = by_column(edition, "domain", edition.month)
    city_total = ledger.figure("type_count", window)
    city = {str(name): figure for name, figure in ledger.by("type_count", window, ["domain"]).items()}
    ledger.relate(city_total, city.values())
    order = sorted(city)
    own = [ours.get(name) or ledger.figure("type_count", window, {**edition.where, "domain": name}) for name in order]
    own_shares = derived.shares(ledger, own, edition.total, "대분류")
    city_shares = derived.shares(ledger, [city[name] for name in order], city_total, "대분류(서울시)")
    rows: list[tuple[Cell, ...]] = []
    for name, figure, share, city_share in zip(order, own, own_shares, city_shares, strict=True):
        gap = derived.difference(ledger, share, city_share)
        cells = (Number(figure), Number(share), Number(city_share), Number(gap, signed=True, with_unit=True))
        rows.append((name or "대분류 없음", *cells))
    columns = (
        Column("대분류", "text"),
        *map(Column, (f"{edition.name} 상담", f"{edition.name} 비중(%)", "서울시 비중(%)", "차이")),
    )
    note = "단위: 건. 가나다순. 서울시는 자치구를 알 수 없는 상담까지 모두 넣은 것. 차이는 실린 비중끼리(%p)."
    return (Table("against_city", f"{edition.name}와 서울시 전체: 대분류 비중", columns, tuple(rows), note),)
