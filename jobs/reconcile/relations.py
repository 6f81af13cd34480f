"""What each figure should be by the figures that its row names: one relation a row, evaluated exactly.

Belongs here: which arithmetic a row declares (share, growth, mean, quotient) and its outcome. Why a figure misses it is
the rules' part.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from jobs.analysis.printing import Interval, rounding_of
from jobs.reconcile.changes import change_of, is_growth_row, unsigned
from jobs.reconcile.dates import Window
from jobs.reconcile.figures import Figure, Kind, Operand, Table
from jobs.reconcile.labels import is_daily, is_monthly
from jobs.reconcile.numbers import split_unit
from jobs.reconcile.relation import Relation

_POLICY = 3  # figures that are cut off, and none that is rounded up: then that is how the table rounds
MOST_DAYS = 400  # a plain number up to this, as the denominator of a daily mean, is a number of days


def relations(table: Table) -> dict[Figure, Relation]:
    found = {figure: relation for figure in table.valued() if (relation := relation_of(table, figure))}
    refined = {figure: _refined(table, found, relation) for figure, relation in found.items()}
    how = [
        relation.rounding for relation in refined.values() if len({*map(relation.rounding_to, relation.readings)}) == 1
    ]
    nearest_only = [
        relation for relation in refined.values() if relation.rounding == "nearest" and not _is_truncated(relation)
    ]
    if how.count("truncated") >= _POLICY and not nearest_only:
        return {figure: replace(relation, is_cut_off=True) for figure, relation in refined.items()}
    return refined


def _is_truncated(relation: Relation) -> bool:
    """Whether cutting off gives the print, too."""
    printed = relation.figure.printed
    assert printed is not None
    if relation.figure.is_exact and relation.rule == "copy":
        return True
    true = relation.expected
    return (
        rounding_of(true, printed.value + printed.step / 2 * (1 if printed.value >= 0 else -1), printed.step)
        == "nearest"
    )


def relation_of(table: Table, figure: Figure) -> Relation | None:
    """The arithmetic that a row declares; None where it declares none, or names what is not in the table."""
    numerator = table.operand(figure.numerator, figure)
    denominator = table.operand(figure.denominator, figure)
    try:
        if figure.unit == "배" and numerator and (base := table.operand(figure.period_before, figure) or denominator):
            return Relation("quotient", figure, (numerator.true / base.true,), numerator, base)
        if is_growth_row(figure):
            return change_of(table, figure, numerator, denominator)
        if figure.kind is Kind.PERCENT or figure.kind is Kind.POINT:
            return _share(table, figure, numerator, denominator)
        if figure.kind is Kind.MEAN:
            return _mean(table, figure, numerator, denominator)
        if numerator and denominator:
            return _quotient(figure, numerator, denominator)
        if numerator and not figure.denominator and figure.kind is Kind.COUNT:
            window = figure.period or numerator.period  # a mean need not be called one
            readings = [numerator.true, *([numerator.true.scaled(Fraction(1, window.days))] if window else [])]
            if before := table.operand(figure.period_before, figure):
                readings.append(numerator.true - before.true)
            return Relation("copy", figure, tuple(readings), numerator)
    except ZeroDivisionError:
        return None
    return None


def _share(table: Table, figure: Figure, numerator: Operand | None, denominator: Operand | None) -> Relation | None:
    if numerator is None:
        return None
    if denominator is not None:
        return Relation("share", figure, ((numerator.true / denominator.true).scaled(100),), numerator, denominator)
    if figure.denominator:
        return None
    whole = table.parent(figure)
    if whole and whole.kind in (Kind.COUNT, Kind.MEAN) and whole.printed:  # put under a count, it is a share of that
        base = Operand(whole.true, whole.title, whole, whole.unit)
        return Relation("share", figure, ((numerator.true / base.true).scaled(100),), numerator, base)
    whole = table.parent(numerator.figure)
    if whole and whole.printed and whole.kind is (numerator.figure.kind if numerator.figure else None):
        base = Operand(whole.true, whole.title, whole, whole.unit)
        relation = Relation(
            "share", figure, ((numerator.true / base.true).scaled(100),), numerator, base, is_inferred=True
        )
        return relation if relation.rounding == "nearest" else None
    return None


def _mean(table: Table, figure: Figure, numerator: Operand | None, denominator: Operand | None) -> Relation | None:
    is_inferred = numerator is None
    if numerator is None and not figure.numerator:
        numerator = _total_of(table, figure)
    if numerator is None:
        return None
    span, window = span_of(figure, numerator, denominator)
    if span:
        return Relation(
            "mean", figure, (numerator.true.scaled(Fraction(1, span)),), numerator, None, span, window, is_inferred
        )
    if denominator and not is_inferred:
        return _quotient(figure, numerator, denominator)
    return None


def _quotient(figure: Figure, numerator: Operand, denominator: Operand) -> Relation:
    """Numerator by denominator; by the days as well where it is said to be of one day (calls an agent a day)."""
    readings = [(numerator.true / denominator.true).scaled(_per(figure.unit))]
    window = figure.period or numerator.period
    if window and is_daily(f"{figure.unit} {figure.label}"):
        readings.append(readings[0].scaled(Fraction(1, window.days)))
    return Relation("quotient", figure, tuple(readings), numerator, denominator)


def span_of(figure: Figure, numerator: Operand, denominator: Operand | None) -> tuple[int | None, Window | None]:
    """(days or months over which a mean is taken, their window); (None, None) where the row does not say."""
    text = f"{figure.unit} {figure.label}"
    per_month = is_monthly(text) or figure.unit.partition("/")[2] in ("월", "1월", "month")
    if denominator is not None:
        is_span = (
            denominator.unit in ("일", "개월", "월", "")
            and denominator.true.is_exact
            and denominator.true.low <= MOST_DAYS
        )
        return (int(denominator.true.low), None) if is_span and denominator.true.low >= 1 else (None, None)
    window = figure.period or numerator.period
    if window is None:
        return None, None
    if per_month:
        return (window.months, window) if window.is_whole_months else (None, None)
    per_day = is_daily(text) or figure.unit.partition("/")[2] in ("일", "1일", "day")
    return (window.days, window) if per_day else (None, None)


def _total_of(table: Table, figure: Figure) -> Operand | None:
    """The only count of the mean's subject and period, where the row names none. Persons have no daily sum."""
    if not figure.subject or figure.unit.startswith("명"):
        return None
    head = figure.unit.partition("/")[0]
    same = [
        each
        for each in table.counts()
        if each.subject == figure.subject
        and each.unit == head
        and (figure.period is None or each.period == figure.period)
    ]
    return Operand(same[0].true, same[0].title, same[0], same[0].unit) if len(same) == 1 else None


def _per(unit: str) -> int:
    """The multiple in a unit: 건/만명 is per 10,000."""
    return split_unit(unit.partition("/")[2])[0] if "/" in unit else 1


def _refined(table: Table, found: dict[Figure, Relation], relation: Relation) -> Relation:
    """Differences and growths of shares from the exact quotients behind them, beside those from the prints."""
    if relation.rule not in ("difference", "growth") or not relation.base:
        return relation
    now, before = (exact(found, operand) for operand in (relation.numerator, relation.base))
    if (now, before) == (relation.numerator, relation.base) or before.true.low <= 0 <= before.true.high:
        return relation
    if relation.rule == "difference":
        narrow = unsigned(relation.figure, now.true - before.true)
        prints = unsigned(relation.figure, Interval.of(relation.numerator.true.middle - relation.base.true.middle))
    else:
        narrow = unsigned(relation.figure, (now.true / before.true - Interval.of(1)).scaled(100))
        prints = Interval.of(
            unsigned(relation.figure, (relation.numerator.true / relation.base.true).scaled(100)).middle - 100
        )
    return replace(relation, readings=(narrow, prints))


def exact(found: dict[Figure, Relation], operand: Operand) -> Operand:
    """The operand with the exact value of its own relation, where its print follows from that."""
    relation = found.get(operand.figure) if operand.figure else None
    if relation is None or relation.figure.is_exact or relation.rounding != "nearest":
        return operand
    return replace(operand, true=relation.readings[0])
