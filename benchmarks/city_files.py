"""Landing files read back record by record, apart from the pipeline's own readers: to check what `simulate` wrote.

Belongs here: the five formats, strictly in the encodings of the contracts. Does not: counting or judging.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import fromstring

from schemas.contracts import SourceSpec, contract

Raw = dict[str, Any]


def raw_records(path: Path, spec: SourceSpec) -> list[Raw]:
    """The file's records, read strictly in the declared encoding."""
    if spec.format == "xlsx":
        from openpyxl import load_workbook

        header, *rows = load_workbook(io.BytesIO(path.read_bytes())).worksheets[0].iter_rows(values_only=True)
        return [dict(zip(map(str, header), row, strict=True)) for row in rows]
    text = path.read_bytes().decode(spec.encoding, "strict")
    if spec.format == "csv":
        assert text.endswith("\n")
        return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    if spec.format == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    if spec.format == "json":
        return list(json.loads(text)[str(spec.items).removesuffix(".item")])
    posts = []
    for post in fromstring(text.encode()).iter(str(spec.items)):
        nested = {child.tag: {c.tag: c.text for c in child} if len(child) else child.text for child in post}
        posts.append({"@id": post.get("id")} | nested)
    return posts


def landed(landing: Path, channel: str) -> Iterator[tuple[date, SourceSpec, Raw]]:
    """(landing date, source, record) of every record of a channel."""
    for folder in sorted((landing / channel).iterdir()):
        for path in sorted(folder.iterdir()):
            if not path.name.startswith("_"):
                spec = contract(channel).source(re.split(r"_\d{8}", path.name)[0])
                assert path.match(spec.pattern)
                for raw in raw_records(path, spec):
                    yield date.fromisoformat(folder.name), spec, raw
