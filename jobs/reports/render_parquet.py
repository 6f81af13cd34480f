"""The annex tables of a document as Parquet, for those whose tools outgrow a spreadsheet.

Belongs here: the writing of a table's columns. Numbers stand as in the CSV; what is masked or not shown is null.
"""

from __future__ import annotations

import io

from jobs.reports.document import Document, Number, Table


def render(document: Document) -> dict[str, bytes]:
    """The Parquet of each annex table by its id; equal documents give equal bytes."""
    return {table.table_id: _written(table, document.origin_label) for table in document.tables() if table.annex}


def _written(table: Table, label: str) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from jobs.reports.render_csv import ORIGIN_COLUMN

    columns: dict[str, pa.Array] = {}
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        if column.kind == "number":
            columns[column.title] = pa.array([cell.value if isinstance(cell, Number) else None for cell in cells])
        else:
            columns[column.title] = pa.array(
                [cell if isinstance(cell, str) else cell.text for cell in cells], pa.string()
            )
    if label:
        columns[ORIGIN_COLUMN] = pa.array([label] * len(table.rows), pa.string())
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, compression="zstd")
    return buffer.getvalue()
