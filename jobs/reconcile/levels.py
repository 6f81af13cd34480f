"""Shares that were rounded together: by largest remainder at some level of a breakdown, or as sums of rounded parts.

Belongs here: at which level a printed share comes out. The method itself is `jobs.reports.rounding`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, islice, product

from jobs.analysis.printing import rounded
from jobs.reconcile.figures import Figure, Table
from jobs.reconcile.relation import Relation
from jobs.reports.rounding import largest_remainder

_MOST_CUTS = 32


def level_of(table: Table, relation: Relation) -> str | None:
    """In Korean, the level of rounding at which the printed share comes out; None where there is none."""
    figure, whole, part = relation.figure, relation.base, relation.numerator.figure
    if figure.printed is None or whole is None or whole.figure is None or part is None or part is whole.figure:
        return None
    printed, step = figure.printed.value, figure.printed.step
    decimals = len(str(step.denominator)) - 1
    for cut, target in levels(table, whole.figure, part, step):
        inside = [index for index, each in enumerate(cut) if each is part or part in ancestors(table, each)]
        counts = [int(each.true.low) for each in cut]
        if not inside and (rest := int(whole.true.low - part.true.low)) in counts:  # what the part is the complement of
            inside = [index for index in range(len(cut)) if index != counts.index(rest)]
        try:
            shares = [
                Fraction(str(share)) for share in largest_remainder(counts, int(whole.true.low), target, decimals)
            ]
        except ValueError:
            continue
        by_itself = [rounded(Fraction(count * 100, int(whole.true.low)), step) for count in counts]
        names = " · ".join(each.name for each in cut)
        if inside and sum(shares[index] for index in inside) == printed:
            how = "" if len(inside) == 1 else f" {len(inside)}개 부분의 반올림한 비율을 더하면"
            return f"{len(cut)}개 계열({names})을 최대잔여법으로 함께 반올림하고{how}"
        if len(inside) > 1 and sum(by_itself[index] for index in inside) == printed:
            return f"{' · '.join(cut[index].name for index in inside)}의 반올림한 비율 {len(inside)}개를 더하면(반올림한 부분의 합)"
    return None


def levels(table: Table, whole: Figure, part: Figure, step: Fraction) -> Iterator[tuple[list[Figure], Fraction]]:
    """(parts rounded together, percent to which they are rounded): every cut through the breakdown of `whole`, siblings
    within the printed share of their parent, and parts that are shares of one base and exhaust it.
    """
    for cut in cuts(table, whole):
        yield cut, Fraction(100)
    parent = table.parent(part)
    if parent and parent is not whole:
        siblings = _exhausting(table, parent)
        for share in table.valued():
            if (
                siblings
                and share.numerator == parent.name
                and table.by_name.get(share.denominator) is whole
                and share.printed
            ):
                yield siblings, share.printed.value
    others = [
        table.operand(share.numerator) for share in table.valued() if table.by_name.get(share.denominator) is whole
    ]
    cut = list(dict.fromkeys(other.figure for other in others if other and other.figure and other.figure.is_exact))
    if len(cut) > 1 and sum(each.true.low for each in cut) == whole.true.low:
        yield cut, Fraction(100)
    for leaving in cut:
        rest = [each for each in cut if each is not leaving]
        if len(rest) > 1 and sum(each.true.low for each in rest) == whole.true.low:
            yield rest, Fraction(100)


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
