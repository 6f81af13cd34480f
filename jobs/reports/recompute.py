"""A figure made again from its name alone, on any marts, by the code that made it first.

Belongs here: following a name (`identity`) through `Ledger` and `derived`. Does not: other arithmetic or SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from jobs.reports import derived, identity, statements
from jobs.reports.figures import Figure, Ledger, Where
from jobs.reports.steps import Estimate
from schemas.metrics import MEASURES, METRICS
from schemas.tables import TABLES

if TYPE_CHECKING:
    import duckdb

_PAIRS = {"difference": derived.difference, "change": derived.change, "proportion": derived.proportion}


def recompute(source: duckdb.DuckDBPyConnection | Ledger, row: Mapping[str, object]) -> Figure:
    """The figure of a ledger row (`figures.csv`, `figures_full.csv`) as these marts give it: its `value` (unrounded
    parts: `numerator`, `denominator`), never masked, so not for print.

    `source`: a connection to marts; or, for many rows, one `Ledger` over it, which keeps what it has evaluated. An estimate
    needs a ledger that knows how it was made (`Ledger.estimates`), a number from outside one that holds it.
    Raises `ValueError` where the row's `figure_id` cannot be followed: a rest beyond too many parts to be listed, a
    ledger of before such names, or parts that do not make up their whole in these marts.
    """
    ledger = source if isinstance(source, Ledger) else Ledger(source, "recompute")
    return evaluate(ledger, str(row["figure_id"]))


def evaluate(ledger: Ledger, figure_id: str) -> Figure:
    """The figure of this name, from the ledger or made anew. Raises `ValueError` as `recompute` does."""
    known = ledger.figures.get(figure_id)
    if known is not None:
        return known
    name = identity.read(figure_id)
    if isinstance(name, identity.Basic):
        return _basic(ledger, name)
    first = evaluate(ledger, name.first)
    if figure_id in ledger.estimates:
        return _estimate(ledger, first, evaluate(ledger, name.second), name.kind, ledger.estimates[figure_id])
    if name.kind in _PAIRS:
        return _PAIRS[name.kind](ledger, first, evaluate(ledger, name.second))
    mean = identity.read_per_day(name.kind)
    if mean is not None:
        decimals, over = mean
        days = over or ledger.days_with_data(first.window, first.metric_id.partition(".")[0])
        return derived.per_day(ledger, first, days, decimals)
    if name.kind.partition(".")[0] == "rest":
        return derived.rest(ledger, first, _listed(ledger, first, name.parts), name.kind.partition(".")[2])
    return _share(ledger, first, name)


def queries(ledger: Ledger, figure_id: str, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The SQL behind a figure, by the id of each metric that it rests on; `…:by=column` for the parts of a level. What is
    `known` of other figures is not written again.

    To be run on the marts of its vintage; the figure follows from their results by the steps of its name.
    """
    found: dict[str, str] = {}
    known = known or {}
    for key, name in identity.walk(figure_id).items():
        if isinstance(name, identity.Basic):
            if name.metric_id not in METRICS:
                continue  # a number from outside the marts: its counting basis names the file
            found[key] = known.get(key) or _sql(ledger, name, [])
        elif name.parts.startswith("by="):
            whole, level = identity.read(name.second), f"{name.second}:{name.parts}"
            assert isinstance(whole, identity.Basic)
            found[level] = known.get(level) or _sql(ledger, whole, [name.parts.removeprefix("by=")])
    return found


def _sql(ledger: Ledger, name: identity.Basic, by: list[str]) -> str:
    asked = ledger.statements(name.metric_id, name.window, by, _where(name))
    return ";\n".join(statements.written(statement) for _, statement in asked)


def _basic(ledger: Ledger, name: identity.Basic) -> Figure:
    if name.metric_id in ledger.outside:
        return ledger.given(ledger.outside[name.metric_id], name.window[0])
    return ledger.figure(name.metric_id, name.window, _where(name))


def _estimate(ledger: Ledger, first: Figure, second: Figure, kind: str, made: Estimate) -> Figure:
    from jobs.reports import methods  # with numpy, which a list of figures does without

    found = methods.value(ledger, made.step, made.output)
    return derived.estimate(ledger, kind, (first, second), found, made)


def _where(name: identity.Basic) -> Where:
    """The condition with its values as the columns have them."""
    if name.metric_id not in METRICS:
        raise ValueError(f"no metric {name.metric_id}")
    mart = MEASURES[METRICS[name.metric_id].numerator].mart
    types = {column.name: column.type for column in TABLES[mart].columns}
    return {
        column: [int(value) for value in values] if types.get(column) == "int64" else list(values)
        for column, values in name.where.items()
    }


def _share(ledger: Ledger, part: Figure, name: identity.Step) -> Figure:
    if not (name.second and name.parts):
        raise ValueError(f"no such step: {name.kind}")
    whole = evaluate(ledger, name.second)
    parent = evaluate(ledger, name.parent) if name.parent else None
    parts = _level(ledger, whole, name.parts)
    if part not in parts:
        parts.append(part)  # a value of the column that has no row here
    found = derived.shares(ledger, parts, whole, "", parent, name.kind)
    return found[parts.index(part)]


def _level(ledger: Ledger, whole: Figure, parts: str) -> list[Figure]:
    if not parts.startswith("by="):
        return _listed(ledger, whole, parts)
    basic = identity.read(whole.figure_id)
    assert isinstance(basic, identity.Basic)  # only such a whole is divided by a column
    column = parts.removeprefix("by=")
    return list(ledger.by(basic.metric_id, basic.window, [column], _where(basic)).values())


def _listed(ledger: Ledger, whole: Figure, parts: str) -> list[Figure]:
    ids = identity.read_parts(whole.figure_id, parts)
    found = [evaluate(ledger, each) for each in ids if each != identity.LEFT]
    return [*found, derived.rest(ledger, whole, found)] if identity.LEFT in ids else found
