"""Which change a row declares: between what two values, in percent or in points.

Belongs here: finding the operands of a growth, wherever the row puts them. Whether it is right, and why not, is `growths`.
"""

from __future__ import annotations

from jobs.analysis.printing import Interval
from jobs.reconcile.dates import without_dates
from jobs.reconcile.figures import Figure, Kind, Operand, Table
from jobs.reconcile.labels import ARROW, is_fall, is_growth
from jobs.reconcile.numbers import read_term
from jobs.reconcile.relation import Relation


def is_growth_row(figure: Figure) -> bool:
    """Whether the value is a change: by its words or sign, or since a percentage names two periods and no denominator."""
    says_so = is_growth(figure.label) or (figure.printed is not None and figure.printed.is_signed)
    if figure.kind is Kind.PERCENT:
        return says_so or bool(figure.period_before and figure.numerator and not figure.denominator)
    if figure.kind is Kind.POINT:
        return True
    return figure.kind in (Kind.COUNT, Kind.MEAN) and says_so and bool(figure.numerator and figure.period_before)


def change_of(table: Table, figure: Figure, numerator: Operand | None, denominator: Operand | None) -> Relation | None:
    """The change that a growth row declares, from whatever of its operands it names. Raises `ZeroDivisionError`."""
    before = table.operand(figure.period_before, figure)
    if numerator and denominator and before and (before.is_rate or figure.kind is Kind.POINT):
        return _of_rate(figure, numerator, denominator, before)
    if not (figure.numerator or figure.period_before):
        numerator, before = _in_label(figure)
        if numerator and figure.printed and numerator.true.meets(figure.true):
            return Relation("copy", figure, (numerator.true,), numerator)  # `71.2→74.5%` beside the 74.5 itself
    whole = table.parent(figure)
    if numerator is None and not figure.numerator and whole and whole.kind is not Kind.PERCENT and whole.period_before:
        numerator = table.operand(whole.name, figure)  # the change of what it is put under
    base = before or denominator
    if numerator and base is None and numerator.figure:
        base = table.operand(numerator.figure.period_before, figure)
    is_inferred = numerator is None
    if numerator is None and base and base.figure:
        numerator = current_of(table, figure, base.figure)
    if numerator is None or base is None:
        return None
    are_rates = figure.kind is Kind.POINT and numerator.could_be_rate and base.could_be_rate
    if are_rates or figure.kind in (Kind.COUNT, Kind.MEAN):
        apart = unsigned(figure, numerator.true - base.true)
        return Relation("difference", figure, (apart,), numerator, base, is_inferred=is_inferred)
    ratio = numerator.true / base.true
    readings = [unsigned(figure, (ratio - Interval.of(1)).scaled(100))]
    if not is_inferred and not base.is_rate:  # the numerator may be the increase, or the label speak of it by the way
        readings.append(ratio.scaled(100))
    return Relation("growth", figure, tuple(readings), numerator, base, is_inferred=is_inferred)


def _of_rate(figure: Figure, numerator: Operand, denominator: Operand, before: Operand) -> Relation:
    """The change of a rate that is given by its two counts; or the rate itself, with a link to the one before."""
    now = (numerator.true / denominator.true).scaled(100)
    share = Relation("share", figure, (now,), numerator, denominator)
    if figure.kind is Kind.PERCENT and share.rounding == "nearest":
        return share
    operand = Operand(now, f"{numerator.text} ÷ {denominator.text}", None, "%")
    return Relation("difference", figure, (unsigned(figure, now - before.true),), operand, before)


def unsigned(figure: Figure, true: Interval) -> Interval:
    """`12% 감소` prints a fall without its sign."""
    assert figure.printed is not None
    if is_fall(figure.label) and not figure.printed.is_signed and figure.printed.value > 0:
        return true.scaled(-1)
    return true


def _in_label(figure: Figure) -> tuple[Operand | None, Operand | None]:
    """(now, before) of a label like `90→60건`."""
    match = ARROW.search(without_dates(figure.label))
    if match is None:
        return None, None
    unit = match["last"] or match["unit"] or ""
    now, before = (read_term(match[name]) for name in ("now", "before"))
    operands = [
        Operand(Interval.of(value) if step == 1 else Interval.around(value, step), match[name], None, unit)
        for name, (value, step) in (("now", now), ("before", before))
    ]
    return operands[0], operands[1]


def current_of(table: Table, figure: Figure, before: Figure) -> Operand | None:
    """The figure that a growth row without a numerator must mean: the only one that follows `before`."""
    following = [
        each
        for each in table.valued()
        if each not in (figure, before)
        and each.kind is before.kind
        and each.unit == before.unit
        and not is_growth_row(each)
    ]
    named = [each for each in following if each.period_before == before.name]
    alike = [
        each
        for each in following
        if before.subject
        and each.subject == before.subject
        and each.period
        and before.period
        and each.period.start > before.period.start
    ]
    for found in (named, alike):
        if len(found) == 1:
            return Operand(found[0].true, found[0].title, found[0], found[0].unit)
    return None
