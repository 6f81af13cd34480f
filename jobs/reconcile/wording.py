"""The sentences with which every rule begins: what is printed, and what the row's own fields give.

Belongs here: a relation in words. Does not: why it does not hold.
"""

from __future__ import annotations

from jobs.reconcile.figures import Operand
from jobs.reconcile.findings import Explanation, in_detail, print_of
from jobs.reconcile.relation import Relation


def formula(relation: Relation) -> str:
    """`a ÷ b`, `before → after의 증감률`, `count ÷ 365일`."""
    if relation.rule in ("growth", "difference"):
        return f"{pair(relation)}의 {'차' if relation.rule == 'difference' else '증감률'}"
    if relation.rule == "mean":
        return f"{relation.numerator.text} ÷ {span(relation)}"
    return f"{relation.numerator.text} ÷ {relation.base.text}" if relation.base else relation.numerator.text


def pair(relation: Relation) -> str:
    assert relation.base is not None
    return f"{_valued(relation.base)} → {_valued(relation.numerator)}"


def _valued(operand: Operand) -> str:
    return operand.text if operand.figure is None else f"{operand.text} {print_of(operand.figure)}"


def span(relation: Relation) -> str:
    if relation.window is None:
        return f"{relation.span}"
    return str(relation.window) if relation.span == relation.window.days else f"{relation.window.months}개월"


def outcome(relation: Relation) -> str:
    text = in_detail(relation.figure, relation.expected)
    return signed(text) if relation.rule in ("growth", "difference") else text


def signed(text: str) -> str:
    return text if text.startswith("-") else f"+{text}"


def misses(relation: Relation) -> str:
    return f"인쇄된 값은 {print_of(relation.figure)}이나, 셈하면 {formula(relation)} = {outcome(relation)}입니다."


def right(relation: Relation) -> Explanation:
    return Explanation("agrees", f"{formula(relation)} = {outcome(relation)}(으)로 맞습니다.")
