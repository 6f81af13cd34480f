"""How a declared table stands in a DuckDB file. Belongs here: types and column lists. Does not: queries."""

from __future__ import annotations

from schemas.table import Table

SQL_TYPES = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
}


def create_columns(table: Table) -> str:
    """The columns of a table for `CREATE TABLE name (…)`."""
    return ", ".join(f"{column.name} {SQL_TYPES[column.type]}" for column in table.columns)
