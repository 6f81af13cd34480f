"""Shares that were rounded together: by largest remainder at some level of a breakdown, or as sums of rounded parts.

Belongs here: at which level a printed share comes out. The method itself is `jobs.analysis.rounding`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice, product

from jobs.analysis.printing import rounded
from jobs.analysis.rounding import largest_remainder
from jobs.reconcile.figures import Figure, Operand, Table
from jobs.reconcile.relation import Relation

_MOST_CUTS = 32


def level_of(table: Table, relation: Relation) -> str | None:
    """In Korean, the level of rounding at which the printed share comes out; None where there is none."""
    whole = relation.base
    if whole is None or not whole.true.is_exact or not relation.numerator.true.is_exact or whole.true.low <= 0:
        return None
    for cut, target in levels(table, relation):
        if (found := _at(table, relation, cut, int(whole.true.low), target)) is not None:
            return found
    return None


def _at(table: Table, relation: Relation, cut: list[Operand], whole: int, target: Fraction) -> str | None:
    printed, part = relation.figure.printed, relation.numerator
    assert printed is not None
    counts = [int(each.true.low) for each in cut]
    inside = [index for index, each in enumerate(cut) if _is_in(table, each, part)]
    if not inside and (rest := whole - int(part.true.low)) in counts:  # what the part is the complement of
        inside = [index for index in range(len(cut)) if index != counts.index(rest)]
    try:
        decimals = len(str(printed.step.denominator)) - 1
        shares = [Fraction(str(share)) for share in largest_remainder(counts, whole, target, decimals)]
    except ValueError:
        return None
    names = [each.figure.name if each.figure else each.text for each in cut]
    if inside and sum(shares[index] for index in inside) == printed.value:
        how = "" if len(inside) == 1 else f" {len(inside)}개 부분의 반올림한 비율을 더하면"
        return f"{len(cut)}개 계열({' · '.join(names)})을 최대잔여법으로 함께 반올림하고{how}"
    by_itself = [rounded(Fraction(count * 100, whole), printed.step) for count in counts]
    if len(inside) > 1 and sum(by_itself[index] for index in inside) == printed.value:
        return f"{' · '.join(names[index] for index in inside)}의 반올림한 비율 {len(inside)}개를 더하면(반올림한 부분의 합)"
    return None


def _is_in(table: Table, each: Operand, part: Operand) -> bool:
    """Whether `each` is the part, or one of its parts."""
    if each.figure is None or part.figure is None:
        return each.true == part.true
    return each.figure is part.figure or part.figure in ancestors(table, each.figure)


def levels(table: Table, relation: Relation) -> Iterator[tuple[list[Operand], Fraction]]:
    """(parts rounded together, percent to which they are rounded): every cut through the breakdown of the base, siblings
    within the printed share of their parent, and numerators of printed shares that together exhaust the base.
    """
    assert relation.base is not None
    whole, part = relation.base.figure, relation.numerator.figure
    if whole:
        for parts in cuts(table, whole):
            yield [_operand(each) for each in parts], Fraction(100)
    parent = table.parent(part)
    if parent and parent is not whole and (siblings := _exhausting(table, parent)):
        for share in table.valued():
            base = table.operand(share.denominator)
            if share.numerator == parent.name and base and base.true == relation.base.true and share.printed:
                yield [_operand(each) for each in siblings], share.printed.value
    others: list[Operand] = []
    for share in table.valued():
        base, other = table.operand(share.denominator), table.operand(share.numerator)
        if base and other and base.true == relation.base.true and other.true.is_exact and other not in others:
            others.append(other)
    for cut in [others, *([each for each in others if each is not left] for left in others)]:
        if len(cut) > 1 and sum(each.true.low for each in cut) == relation.base.true.low:
            yield cut, Fraction(100)


def _operand(figure: Figure) -> Operand:
    return Operand(figure.true, figure.title, figure, figure.unit)


def cuts(table: Table, whole: Figure, above: tuple[Figure, ...] = ()) -> list[list[Figure]]:
    """Lists of figures that exhaust `whole`, at every depth; the whole itself is not one of them."""
    children = _exhausting(table, whole)
    if not children or whole in above:
        return []
    choices = [[[child], *cuts(table, child, (*above, whole))] for child in children]
    return [list(chain.from_iterable(choice)) for choice in islice(product(*choices), _MOST_CUTS)]


def _exhausting(table: Table, whole: Figure) -> list[Figure]:
    parts = [
        part
        for part in table.children.get(whole.name, [])
        if part.is_exact and part.unit == whole.unit and part is not whole
    ]
    return parts if len(parts) > 1 and whole.is_exact and sum(part.true.low for part in parts) == whole.true.low else []


def ancestors(table: Table, figure: Figure) -> list[Figure]:
    found: list[Figure] = []
    while (parent := table.parent(figure)) and parent not in found:
        found.append(parent)
        figure = parent
    return found
