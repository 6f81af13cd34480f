"""Files of texts for `dasan classify` and `dasan redact`: CSV, JSONL and Parquet in and out, in blocks of rows.

Belongs here: a table of `id` and `text` whatever its format. Channel files have contracts and go through `jobs.ingest`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from jobs.errors import WrongUse
from jobs.files import atomic_path

MAX_FIELD_CHARACTERS = 1 << 26
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
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    with path.open(encoding=_encoding(path), newline="", errors="replace") as stream:
        rows = csv.reader(stream)
        header = [name.strip() for name in next(rows, [])]
        _check_columns(path, header)
        where = {name: header.index(name) for name in ("id", "text")}
        for number, cells in enumerate((row for row in rows if row), start=1):
            good = len(cells) == len(header)
            if not good or any("�" in cells[where[name]] for name in where):
                bad.append(number)
            first = cells[where["id"]] if where["id"] < len(cells) else ""
            yield {"id": first, "text": cells[where["text"]] if good else ""}


def _encoding(path: Path) -> str:
    """UTF-8 (with or without BOM) if the first MiB is, else CP949 if it is; decided once for the file."""
    with path.open("rb") as stream:
        sample = stream.read(1 << 20)
    for encoding in ("utf-8-sig", "cp949"):
        try:
            sample.decode(encoding)
        except UnicodeDecodeError as error:
            if len(sample) == 1 << 20 and error.start >= len(sample) - 4:
                return encoding
            continue
        return encoding
    return "utf-8-sig"


def _check_columns(path: Path, names: Iterable[str]) -> None:
    missing = {"id", "text"} - set(names)
    if missing:
        raise WrongUse(
            f"{path.name}: 필요한 열이 없습니다: {', '.join(sorted(missing))}. 첫 줄에 id,text 를 적어 주세요."
        )


def _read_jsonl(path: Path, bad: list[int]) -> Iterator[Row]:
    with path.open("rb") as stream:
        for number, line in enumerate((line for line in stream if line.strip()), start=1):
            try:
                fields = json.loads(line)
                row = {"id": _as_text(fields["id"]), "text": _as_text(fields["text"])}
            except (ValueError, TypeError, KeyError, RecursionError):
                bad.append(number)
                row = {"id": "", "text": ""}
            yield row


def _read_parquet(path: Path, bad: list[int]) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        _check_columns(path, file.schema_arrow.names)
        for batch in file.iter_batches(columns=["id", "text"]):
            for row in batch.to_pylist():
                yield {"id": _as_text(row["id"]), "text": _as_text(row["text"])}
    except (pa.ArrowInvalid, OSError) as error:
        raise WrongUse(f"{path.name}: Parquet 파일로 읽을 수 없습니다. 파일이 끝까지 왔는지 확인하세요.") from error


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)


def write_rows(path: Path, columns: list[str], blocks: Iterator[list[Row]]) -> None:
    """Write blocks of rows as the path's extension says; the file appears whole or not at all."""
    writer = {".csv": _write_csv, ".jsonl": _write_jsonl, ".parquet": _write_parquet}.get(path.suffix.lower())
    if writer is None:
        raise WrongUse(f"{path.name}: 확장자가 {', '.join(FORMATS)} 가운데 하나여야 합니다.")
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
