"""What the bodies of hops share: rows told of a batch, beside the columns that are only carried on.

Belongs here: putting the two together. Does not: what a hop tells.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa


def with_carried(
    batch: pa.RecordBatch, told: Sequence[Mapping[str, Any]], schema: pa.Schema, carried: Collection[str]
) -> pa.RecordBatch:
    """A batch of `schema`: the columns `carried` as `batch` has them, never made into Python's objects, and the others
    from `told`, a row for each of `batch` (a missing value is null)."""
    rows = pa.RecordBatch.from_pylist(told, pa.schema([field for field in schema if field.name not in carried]))
    columns = [(batch if name in carried else rows)[name] for name in schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
