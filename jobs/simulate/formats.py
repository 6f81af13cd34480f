"""Writers of the file formats that the contracts declare: csv, jsonl, json, xml, xlsx.

Belongs here: bytes on disk, equal for equal records. Does not: what the records say.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobs.files import atomic_path
from jobs.imports.posts import Post, write_posts
from schemas.contracts import SourceSpec

Rows = list[dict[str, Any]]

_FIXED = datetime(2000, 1, 1, tzinfo=UTC)  # a workbook's date of making: the same bytes on every run


def write(target: Path, spec: SourceSpec, rows: Rows) -> None:
    """Write `rows` (nested raw fields, all with the same keys) whole, in the source's format and encoding."""
    if spec.format == "xml":
        write_posts(target, map(_post, rows))
        return
    with atomic_path(target) as draft:
        _WRITERS[spec.format](draft, spec, rows)


def _csv(target: Path, spec: SourceSpec, rows: Rows) -> None:
    with target.open("w", encoding=spec.encoding, newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def _jsonl(target: Path, spec: SourceSpec, rows: Rows) -> None:
    with target.open("w", encoding=spec.encoding, newline="\n") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _json(target: Path, spec: SourceSpec, rows: Rows) -> None:
    name = str(spec.items).removesuffix(".item")
    with target.open("w", encoding=spec.encoding, newline="\n") as stream:
        json.dump({name: rows}, stream, ensure_ascii=False, indent=1)
        stream.write("\n")


def _xlsx(target: Path, _: SourceSpec, rows: Rows) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        book.set_properties({"created": _FIXED})
        sheet = book.add_worksheet("상담")
        sheet.write_row(0, 0, rows[0].keys())
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row.values())


def _post(fields: dict[str, Any]) -> Post:
    texts = {key: fields[key] for key in ("category", "title", "content", "answer")}
    return Post(fields["@id"], fields["createdAt"], **texts, phone=fields["writer"]["phone"])


_WRITERS = {"csv": _csv, "jsonl": _jsonl, "json": _json, "xlsx": _xlsx}
