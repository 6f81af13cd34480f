"""The standard answers (표준상담DB) that an agency is to confirm this month: its most asked types, with the reason.

Belongs here: the list by agency. Does not: the answers themselves, which the marts do not hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import editions
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.figures import Figure
from jobs.reports.voc_edition import CITY, Edition
from jobs.reports.voc_proposals import Finding
from jobs.reports.voc_tables import by_column
from schemas.codes import UNCLASSIFIED

if TYPE_CHECKING:
    from jobs.reports.voc_rises import Found

TOP = 15
TOP_EACH = 5  # of each department in the city's edition
NO_DEPARTMENT = "부서 없음"


def section(edition: Edition, found: Found, findings: Sequence[Finding]) -> tuple[Block, ...]:
    """The list, once all masks are decided: shown types only, the most asked first, those with a reason before all."""
    reasons: dict[str, list[str]] = {}
    for rise in found.rises:
        reasons.setdefault(rise.type_code, []).append("검정에서 늘어남")
    for each in findings:
        if each.rule.rule_id != "rise":
            reasons.setdefault(each.type_code, []).append(each.rule.fact)
    figures = by_column(edition, "type_code", edition.month)
    agencies = query.departments_of_types(edition.ledger.conn, *edition.month.window, edition.where)
    fit = [
        code
        for code, figure in figures.items()
        if figure.value and not figure.masked and code != UNCLASSIFIED and _concerns(edition, code)
    ]
    if not fit:
        return (say("이 달에 확인을 부탁할 만큼 많이 물은 유형이 없습니다."),)
    order = sorted(fit, key=lambda code: (-int(figures[code].value or 0), code))
    if edition.kind == CITY:
        chosen = _by_agency(order, agencies)
    else:
        first = [code for code in order if code in reasons][:TOP]
        chosen = [("", code) for code in (*first, *(code for code in order if code not in first))][:TOP]
    listed = _table(edition, chosen, figures, reasons, agencies)
    if listed.annex:
        return (say("담당 부서마다 확인할 유형의 목록은 함께 낸 엑셀·CSV의 ‘{}’ 표에 있습니다.", listed.title), listed)
    return (listed,)


def _concerns(edition: Edition, code: str) -> bool:
    """A district confirms what is a district's duty; where the marts do not say whose it is, everything."""
    duty = edition.ledger.types.get(code, {}).get("duty", "")
    return edition.kind != "district" or duty in ("", "district")


def _by_agency(order: Sequence[str], agencies: dict[str, set[str]]) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for code in order:
        for department in agencies.get(code, {""}):
            found.setdefault(department, []).append(code)
    return [(department, code) for department in sorted(found) if department for code in found[department][:TOP_EACH]]


def _table(
    edition: Edition,
    chosen: Sequence[tuple[str, str]],
    figures: dict[str, Figure],
    reasons: dict[str, list[str]],
    agencies: dict[str, set[str]],
) -> Table:
    names = editions.department_names(edition.month.days[-1])
    rows: list[tuple[Cell, ...]] = []
    for department, code in chosen:
        owner = [department] if department else sorted(agencies.get(code, ()))
        listed = ", ".join(names.get(each, each) for each in owner if each) or NO_DEPARTMENT
        why = ", ".join(reasons.get(code, ())) or "많이 물음"
        rows.append((listed, code, edition.type_name(code), Number(figures[code]), why))
    columns = (
        Column("담당", "text"),
        Column("유형 코드", "short"),
        Column("유형", "text"),
        Column("상담"),
        Column("까닭", "text"),
    )
    each = f"부서마다 많이 물은 {TOP_EACH}개까지. " if edition.kind == CITY else ""
    duty = "구의 일인 유형만. " if edition.kind == "district" else ""
    note = f"단위: 건. {each}{duty}표준상담DB에서 이 유형의 답이 지금도 맞는지 확인해 주십시오. 가린 유형은 뺌."
    return Table("to_confirm", "이달에 확인할 표준상담DB", columns, tuple(rows), note, annex=edition.kind == CITY)
