"""The voice of the citizens by domain, by place and by organisation.

Belongs here: one function a section, each giving blocks. Every sum that a reader could undo, across the page and its
annex, is declared to the ledger. Volume and types are in `voc_tables`, districts alike in `voc_similar`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import derived, editions
from jobs.reports.covid_tables import known_district
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.voc_tables import by_column, change_columns, means

if TYPE_CHECKING:
    from jobs.reports.figures import Figure
    from jobs.reports.voc_edition import Edition, Month

NO_DISTRICT = "자치구 모름"


def domains(edition: Edition) -> tuple[Block, ...]:
    """Consultations by the first level of the taxonomy, each the sum of its types."""
    ledger = edition.ledger
    now = by_column(edition, "domain", edition.month, _named(edition, "domain"))
    order = sorted(now)  # not by value: the order would tell of what is masked
    shares = derived.shares(ledger, [now[name] for name in order], edition.total, "대분류")
    for month in [edition.month, *([edition.base[1]] if edition.base else [])]:  # those of which types are shown
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


def _named(edition: Edition, column: str) -> list[str] | None:
    """What a district's table lists: all that the city has, so that a row that is left out does not tell of a zero."""
    if edition.kind != "district":
        return None
    return [str(key) for key in edition.ledger.by("type_count", edition.month.window, [column])]


def _relate_types(edition: Edition, month: Month) -> None:
    """Domains, and the COVID consultations, are the sums of their types."""
    ledger = edition.ledger
    types = by_column(edition, "type_code", month)
    families = edition.families(month)
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


def departments(edition: Edition) -> tuple[Block, ...]:
    """Consultations by the department that answers for them, each the sum of its types."""
    ledger = edition.ledger
    names = {**editions.department_names(edition.month.days[-1]), "": "부서 없음"}
    now = by_column(edition, "department_code", edition.month, _named(edition, "department_code"))
    if not any(figure.value for code, figure in now.items() if code):
        return (say("이 기간의 상담에는 담당 부서가 적힌 것이 없어 부서 표를 싣지 않았습니다."),)
    order = sorted(now)
    _relate_departments(edition, now)
    shares = derived.shares(ledger, [now[code] for code in order], edition.total, "담당 부서")
    before = edition.before.days and ledger.by(
        "type_count", edition.before.window, ["department_code"], edition.where, keys=order
    )
    rows: list[tuple[Cell, ...]] = []
    for code, share in zip(order, shares, strict=True):
        cells: list[Cell] = [Number(now[code]), Number(share)]
        if before:
            mean = derived.per_day(ledger, now[code], len(edition.month.days))
            earlier = derived.per_day(ledger, before[code], len(edition.before.days))
            cells.append(Number(derived.change(ledger, mean, earlier), signed=True, with_unit=True))
        rows.append((names.get(code, code), *cells))
    columns = [Column("담당 부서", "text"), Column("상담"), Column("비중(%)"), *([Column("증감")] if before else [])]
    note = f"단위: 건. 부서 코드 차례. 증감은 지난달과 하루 평균끼리.{edition.caveats}"
    return (Table("departments", "담당 부서별 상담", tuple(columns), tuple(rows), note, wrap=2),)


def _relate_departments(edition: Edition, totals: dict[str, Figure]) -> None:
    """Departments are the sums of their types: of the whole type where it has one department, else of its part there."""
    ledger, window = edition.ledger, edition.month.window
    types = by_column(edition, "type_code", edition.month)
    of = query.departments_of_types(ledger.conn, *window, edition.where)
    shared = sorted(code for code, found in of.items() if len(found) > 1)
    parts = ledger.by("type_count", window, ["type_code", "department_code"], {**edition.where, "type_code": shared})
    members: dict[str, list[Figure]] = {code: [] for code in totals}
    for code, found in of.items():
        if len(found) == 1:
            members[next(iter(found))].append(types[code])
    for key, figure in parts.items() if shared else ():
        members[str(key[1])].append(figure)  # type: ignore[index]
    for code in shared:
        ledger.relate(types[code], [figure for key, figure in parts.items() if key[0] == code])  # type: ignore[index]
    for code, total in totals.items():
        ledger.relate(total, members[code])
