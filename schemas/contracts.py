"""The raw contract of each channel: where its files are, how they are written, what a field becomes.

Belongs here: the declaration's shape and its loading. Reading the files is `jobs.ingest`; applying the
fields and checks is `jobs.validate`.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.tables import VALIDATED


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSpec(_Strict):
    """How one canonical column is made from a raw record.

    `source` is a raw column name, or a dotted path into nested JSON/XML (`@id` is an XML attribute);
    a list of them is joined with line breaks (type `text` only).
    """

    source: str | tuple[str, ...]
    type: Literal["string", "text", "int", "float", "bool", "timestamp", "turns", "tagged_lines", "count"] = "string"
    format: str | None = None  # timestamp: iso8601, epoch_ms, or a strptime pattern read as Asia/Seoul
    required: bool = False
    map: dict[str, str] | None = None  # raw value -> canonical value; any other value is an error
    speakers: tuple[str, ...] = ()  # turns, tagged_lines: whose words to keep
    speaker_key: str = "speaker"
    text_key: str = "text"

    @model_validator(mode="after")
    def _complete(self) -> FieldSpec:
        if self.type == "timestamp" and not self.format:
            raise ValueError("timestamp needs a format")
        if self.type in ("turns", "tagged_lines") and not self.speakers:
            raise ValueError(f"{self.type} needs speakers")
        if isinstance(self.source, tuple) and self.type != "text":
            raise ValueError("only type text joins several sources")
        return self


class CheckSpec(_Strict):
    """A check on a canonical column. An `error` quarantines the record; a `warning` marks it."""

    column: str
    check: Literal["length", "between", "in_set", "in_codes"]
    severity: Literal["error", "warning"]
    min: float | None = None
    max: float | None = None
    values: tuple[str, ...] = ()
    codes: str | None = None


class SourceSpec(_Strict):
    """One kind of file of a channel."""

    name: str
    kind: Literal["contact", "transcript"]
    pattern: str
    format: Literal["csv", "jsonl", "json", "xml", "xlsx"]
    encoding: str = "utf-8"
    items: str | None = None  # json: ijson prefix of a record; xml: element name of a record
    max_record_bytes: int = Field(gt=0)
    final_newline_required: bool = False  # csv: a last line without one is taken for cut off
    fields: dict[str, FieldSpec]
    checks: tuple[CheckSpec, ...] = ()

    def raw_columns(self) -> set[str]:
        """The raw columns that a file with a header row must have."""
        return {
            n for spec in self.fields.values() for n in ([spec.source] if isinstance(spec.source, str) else spec.source)
        }

    @model_validator(mode="after")
    def _known_columns(self) -> SourceSpec:
        known = {column.name for column in VALIDATED.columns}
        for name in [*self.fields, *(check.column for check in self.checks)]:
            if name not in known:
                raise ValueError(f"unknown canonical column {name!r} in source {self.name!r}")
        if self.format in ("json", "xml") and not self.items:
            raise ValueError(f"{self.format} needs items")
        return self


class Contract(_Strict):
    """All files of one channel."""

    channel: str
    title: str
    constants: dict[str, str] = {}
    sources: tuple[SourceSpec, ...]

    def source(self, name: str) -> SourceSpec:
        return next(source for source in self.sources if source.name == name)


@cache
def contract(channel: str) -> Contract:
    """The contract in `schemas/channels/<channel>.yaml`. Raises `FileNotFoundError` or pydantic's `ValidationError`."""
    text = resources.files("schemas.channels").joinpath(f"{channel}.yaml").read_text(encoding="utf-8")
    return Contract.model_validate(yaml.safe_load(text))
