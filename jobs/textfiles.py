"""Files of texts for `dasan classify` and `dasan redact`: CSV, JSONL and Parquet in and out, in blocks of rows.

Belongs here: a table of `id` and `text` whatever its format. Channel files have contracts and go through `jobs.ingest`.
"""

from __future__ import annotations

import codecs
import csv
import json
import os
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from jobs.csvrows import bounded_lines, csv_rows
from jobs.errors import WrongUse
from jobs.files import atomic_path

MAX_ROW_BYTES = 1 << 26
FORMATS = (".csv", ".jsonl", ".parquet")

Row = dict[str, Any]


def read_texts(path: Path, block_rows: int, bad: list[int]) -> Iterator[list[Row]]:
    """Blocks of rows with `id` and `text` as strings. Numbers of rows (1 = the first) that cannot be read go to `bad`;
    such a row keeps its place, with what id it has and an empty text. Raises `WrongUse` for a file of another shape.
    """
    reader = {".csv": _read_csv, ".jsonl": _read_jsonl, ".parquet": _read_parquet}.get(path.suffix.lower())
    if reader is None:
        raise WrongUse(f"{path.name}: 확장자가 {', '.join(FORMATS)} 가운데 하나여야 합니다.")
    rows = reader(path, bad)
    while block := list(islice(rows, block_rows)):
        yield block


def _read_csv(path: Path, bad: list[int]) -> Iterator[Row]:
    encoding = _encoding(path)
    with path.open("rb") as stream:
        rows = csv_rows(bounded_lines(stream, MAX_ROW_BYTES), MAX_ROW_BYTES)
        head = next(rows, None)
        cells = (head.cells if head else None) or []
        header = [cell.decode(encoding, "replace").removeprefix("\ufeff").strip() for cell in cells]
        _check_columns(path, header)
        id_at, text_at = header.index("id"), header.index("text")
        for number, row in enumerate(rows, start=1):
            found = row.cells or row.raw.rstrip(b"\r\n").split(b",")  # of a row that cannot be split, the id at least
            row_id = found[id_at].decode(encoding, "replace") if id_at < len(found) else ""
            try:
                text = found[text_at].decode(encoding) if row.cells and len(found) == len(header) else None
            except UnicodeDecodeError:
                text = None
            if text is None:
                bad.append(number)
            yield {"id": row_id, "text": text or ""}


def _encoding(path: Path) -> str:
    """UTF-8 if the first MiB is, else CP949 if it is; decided once for the file."""
    with path.open("rb") as stream:
        sample = stream.read(1 << 20)
    for encoding in ("utf-8", "cp949"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(sample)  # a character cut by the sample's end is no fault
        except UnicodeDecodeError:
            continue
        return encoding
    return "utf-8"


def _check_columns(path: Path, names: list[str]) -> None:
    missing = {"id", "text"} - set(names)
    if missing:
        raise WrongUse(
            f"{path.name}: 필요한 열이 없습니다: {', '.join(sorted(missing))}. 첫 줄에 id,text 를 적어 주세요."
        )
    if names.count("id") > 1 or names.count("text") > 1:
        raise WrongUse(f"{path.name}: id 또는 text 열이 둘 이상입니다. 하나만 남겨 주세요.")


def _read_jsonl(path: Path, bad: list[int]) -> Iterator[Row]:
    with path.open("rb") as stream:
        for number, line in enumerate((line for line in stream if line.strip()), start=1):
            row: Row = {"id": "", "text": ""}
            try:
                fields = json.loads(line.removeprefix(codecs.BOM_UTF8))
                row["id"] = _as_text(fields["id"])
                row["text"] = _as_text(fields["text"])
            except (ValueError, TypeError, KeyError, RecursionError):
                bad.append(number)
            yield row


def _read_parquet(path: Path, bad: list[int]) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        _check_columns(path, file.schema_arrow.names)
        if not _is_text(file.schema_arrow.field("text").type):
            raise WrongUse(f"{path.name}: text 열이 글자(string)가 아닙니다.")
        number = 0
        for batch in file.iter_batches(columns=["id", "text"]):
            for row in batch.to_pylist():
                number += 1
                try:
                    yield {"id": _as_text(row["id"]), "text": _as_text(row["text"])}
                except ValueError:
                    bad.append(number)
                    yield {"id": "", "text": ""}
    except (pa.ArrowInvalid, OSError) as error:
        raise WrongUse(f"{path.name}: Parquet 파일로 읽을 수 없습니다. 파일이 끝까지 왔는지 확인하세요.") from error


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _as_text(value: Any) -> str:
    """A cell as text; null is empty. Raises `ValueError` for what is no cell (a list, bytes) or cannot be encoded."""
    if isinstance(value, dict | list | bytes):
        raise ValueError("not a cell")
    text = "" if value is None else str(value)
    text.encode()
    return text


def write_rows(path: Path, columns: list[str], blocks: Iterator[list[Row]]) -> None:
    """Write blocks of rows as the path's extension says; the file appears whole or not at all."""
    writer = {".csv": _write_csv, ".jsonl": _write_jsonl, ".parquet": _write_parquet}.get(path.suffix.lower())
    if writer is None:
        raise WrongUse(f"{path.name}: 확장자가 {', '.join(FORMATS)} 가운데 하나여야 합니다.")
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise WrongUse(f"{path} 에 쓸 수 없습니다. 있는 폴더 안의 파일 이름인지, 쓰기 권한이 있는지 확인하세요.")
    first = next(blocks, [])  # fails on a bad input before anything is written
    with atomic_path(path) as draft:
        writer(draft, columns, chain([first], blocks))


def _write_csv(path: Path, columns: list[str], blocks: Iterable[list[Row]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for block in blocks:
            writer.writerows({name: _cell(row[name]) for name in columns} for row in block)


def _cell(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _write_jsonl(path: Path, columns: list[str], blocks: Iterable[list[Row]]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for block in blocks:
            for row in block:
                stream.write(json.dumps({name: row[name] for name in columns}, ensure_ascii=False) + "\n")


def _write_parquet(path: Path, columns: list[str], blocks: Iterable[list[Row]]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"score": pa.float64(), "needs_review": pa.bool_()}
    schema = pa.schema([pa.field(name, types.get(name, pa.string())) for name in columns])
    with pq.ParquetWriter(path, schema) as writer:
        for block in blocks:
            writer.write_table(pa.Table.from_pylist([{name: row[name] for name in columns} for row in block], schema))
