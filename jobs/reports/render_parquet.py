"""A document's annexes as Parquet, for programs: a column a column, numbers as numbers, the titles as names.

Belongs here: tables that are made for paper are not written; they are in the CSV and the XLSX.
"""

from __future__ import annotations

import io

from jobs.reports.document import Document, Number, Table, written
from jobs.reports.render_csv import ORIGIN_COLUMN


def render(document: Document) -> dict[str, bytes]:
    """The Parquet file of each annex by the table's id."""
    return {table.table_id: _bytes(table, document.origin_label) for table in document.tables() if table.annex}


def _bytes(table: Table, label: str) -> bytes:
    """Columns of numbers hold null where a number is masked or missing; all others are text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, pa.Array] = {}
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        if column.kind == "number":
            columns[column.title] = pa.array([cell.value if isinstance(cell, Number) else None for cell in cells])
        else:
            columns[column.title] = pa.array([written(cell) for cell in cells], pa.string())
    if label:
        columns[ORIGIN_COLUMN] = pa.array([label] * len(table.rows), pa.string())
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()
