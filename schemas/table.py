"""What a table's declaration is made of.

Privacy: `public` may leave the house (small cells suppressed); `internal` stays in it; `redacted` is free text
after de-identification; `personal` is a citizen's or agent's own data and ends at the de-identification hop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Privacy = Literal["public", "internal", "redacted", "personal"]
Type = Literal["string", "int64", "float64", "bool", "date", "timestamp", "strings"]


@dataclass(frozen=True)
class Column:
    name: str
    type: Type
    meaning: str
    privacy: Privacy = "internal"
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """One table: `layer` is `lake` (Delta), `mart` or `statistics` (a DuckDB file each); a `view` is computed from marts
    when it is read."""

    name: str
    layer: Literal["lake", "mart", "view", "statistics"]
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    partitions: tuple[str, ...] = ()

    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def arrow_schema(self) -> pa.Schema:
        """Arrow fields in declared order, all nullable."""
        import pyarrow as pa

        types: dict[Type, pa.DataType] = {
            "string": pa.string(),
            "int64": pa.int64(),
            "float64": pa.float64(),
            "bool": pa.bool_(),
            "date": pa.date32(),
            "timestamp": pa.timestamp("us", tz="UTC"),
            "strings": pa.list_(pa.string()),
        }
        return pa.schema([pa.field(column.name, types[column.type]) for column in self.columns])
