"""The SQL of measures over one mart: as it is run, with parameters, and as it is shown, with the values in it.

Belongs here: putting a statement together from declarations. Does not: running it (`figures`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from jobs import query
from jobs.reports.identity import Window
from schemas.metrics import Measure
from schemas.tables import TABLES

Where = Mapping[str, str | int | Sequence[str] | Sequence[int]]
Statement = tuple[str, list[Any]]  # SQL with `?`, and its parameters


def aggregate(
    measures: Sequence[Measure], window: Window, by: Sequence[str], where: Where, month: str | None
) -> Statement:
    """The measures (of one mart) by the columns `by`, which come first. `month`: that of the population, for its mart.

    Raises `ValueError` for a column that the mart does not have.
    """
    mart = measures[0].mart
    unknown = {*by, *where} - _columns(mart)
    if unknown:
        raise ValueError(f"{mart} has no column {sorted(unknown)}")
    own = ("contact_date", query.date_column(mart))
    keys = [name if name in own else f"coalesce({name}, {_blank(mart, name)})" for name in by]
    selected = [*keys, *(f"coalesce({measure.sql}, 0)::BIGINT" for measure in measures)]
    source, parameters = _from(mart, window, where, month)
    sql = f"SELECT {', '.join(selected)} {source}"
    return f"{sql} GROUP BY {', '.join(keys)}" if keys else sql, parameters


def rows_behind(mart: str, window: Window, where: Where) -> Statement:
    """The whole rows of a mart of days that a measure is taken over."""
    source, parameters = _from(mart, window, where, None)
    return f"SELECT {', '.join(TABLES[mart].column_names())} {source}", parameters


def _from(mart: str, window: Window, where: Where, month: str | None) -> Statement:
    column = query.date_column(mart)
    parameters: list[Any] = list(window)
    conditions = [f"{column} BETWEEN ? AND ?"]
    if column == "month":
        parameters, conditions = [month], ["month = ?"]
    for name, value in where.items():
        conditions.append(f"list_contains(?, coalesce({name}, {_blank(mart, name)}))")
        parameters.append([value] if isinstance(value, str | int) else list(value))
    place = f"statistics.{mart}" if TABLES[mart].layer == "statistics" else mart
    return f"FROM {place} WHERE {' AND '.join(conditions)}", parameters


def frozen(where: Where) -> tuple[tuple[str, object], ...]:
    """The condition as a key: equal for equal conditions, whatever their order."""
    items = ((name, value if isinstance(value, str | int) else tuple(value)) for name, value in where.items())
    return tuple(sorted(items, key=lambda item: item[0]))


def written(statement: Statement) -> str:
    """The statement with its values in place, to be read and run by hand."""
    sql, parameters = statement
    pieces = sql.split("?")
    values = [_literal(value) for value in parameters]
    return "".join(piece + value for piece, value in zip(pieces, [*values, ""], strict=True))


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


@cache
def _columns(mart: str) -> frozenset[str]:
    return frozenset(TABLES[mart].column_names())


@cache
def _blank(mart: str, name: str) -> str:
    """What stands for null in a key column."""
    kind = next(column.type for column in TABLES[mart].columns if column.name == name)
    return "''" if kind == "string" else "-1"
