"""Reading a table from outside as a hostile file: its size, encoding, header and every row are checked.

Belongs here: what the imports share about CSV and XLSX. Does not: what a column means.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.errors import WrongUse

if TYPE_CHECKING:
    from _csv import Reader as _Reader

MAX_FILE_BYTES = 256 * 1024 * 1024

Row = tuple[int, dict[str, str] | None]


def read_rows(file: Path, columns: tuple[str, ...], encodings: tuple[str, ...]) -> Iterator[Row]:
    """(line on which it begins, cells) of each data row; `None` for cells that do not fit the header.

    Empty lines are no rows. `encodings` are tried in order, strictly; `columns` must all be in the header.
    Raises `WrongUse` (Korean) for a file that cannot be read as such a table.
    """
    reader = csv.reader(io.StringIO(_decoded(file, encodings), newline=""), strict=True)
    header = [name.strip() for name in next(_records(file, reader), (1, None))[1] or []]
    if missing := [name for name in columns if name not in header]:
        raise WrongUse(f"{file}: 없는 열이 있습니다: {', '.join(missing)}. 첫 줄이 열 이름인지 확인해 주세요.")
    if repeated := [name for name in columns if header.count(name) > 1]:
        raise WrongUse(
            f"{file}: 같은 이름의 열이 여럿입니다: {', '.join(repeated)}. 어느 것인지 알 수 없으니 하나만 남겨 주세요."
        )
    for line, cells in _records(file, reader):
        yield line, dict(zip(header, cells, strict=True)) if cells and len(cells) == len(header) else None


def _decoded(file: Path, encodings: tuple[str, ...]) -> str:
    """The file's text in the first encoding that fits all of it."""
    try:
        if not file.is_file():
            raise WrongUse(f"{file}: 파일이 없습니다. 경로를 확인해 주세요.")
        size = file.stat().st_size
        if size == 0:
            raise WrongUse(f"{file}: 0바이트인 빈 파일입니다. 다시 내려받아 주세요.")
        if size > MAX_FILE_BYTES:
            raise WrongUse(f"{file}: {size:,}바이트로 한도({MAX_FILE_BYTES:,}바이트)를 넘습니다. 나누어 주세요.")
        raw = file.read_bytes()
    except OSError as fault:
        raise WrongUse(f"{file}: 읽을 수 없습니다({fault.strerror}). 권한과 경로를 확인해 주세요.") from None
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    tried = ", ".join(encodings)
    raise WrongUse(f"{file}: 글자를 {tried} 어느 것으로도 읽을 수 없습니다. CSV(UTF-8)로 다시 저장해 주세요.")


def _records(file: Path, reader: _Reader) -> Iterator[tuple[int, list[str] | None]]:
    """Each record with its first line; `None` for one with broken quotes, after which reading goes on."""
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            if "expected after" in str(fault):
                yield line, None
                continue
            raise WrongUse(
                f"{file} {line}번째 줄: CSV로 읽을 수 없습니다. 따옴표가 닫히지 않았거나 한 칸이 너무 깁니다."
            ) from None
        if cells is None:
            return
        if cells:
            yield line, cells


def read_sheet_rows(file: Path, columns: tuple[str, ...], *, as_shown: bool = False) -> Iterator[Row]:
    """As `read_rows`, of the first sheet of an XLSX below its header; the line is the sheet's row.

    With `as_shown`, numbers have the decimals and the percent sign with which the sheet shows them.
    """
    import openpyxl

    text = _shown if as_shown else _text

    damaged = WrongUse(f"{file}: 엑셀 파일(.xlsx)로 읽을 수 없습니다. 엑셀에서 다시 저장해 주세요.")
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_FILE_BYTES:
                raise WrongUse(f"{file}: 풀면 한도({MAX_FILE_BYTES:,}바이트)를 넘는 파일입니다. 나누어 주세요.")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that do not matter here
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=not as_shown)
        header = [text(value) for value in next(rows, ())]
    except WrongUse:
        raise
    except Exception:  # any damage inside the archive is the sender's, whatever the library raises
        raise damaged from None
    if missing := [name for name in columns if name not in header]:
        raise WrongUse(f"{file}: 없는 열이 있습니다: {', '.join(missing)}. 첫 줄이 열 이름인지 확인해 주세요.")
    try:
        for line, row in enumerate(rows, start=2):
            cells = [text(value) for value in row] + [""] * (len(header) - len(row))
            if any(cells):
                yield line, {name: cell for name, cell in zip(header, cells, strict=False) if name}
    except Exception:
        raise damaged from None
    finally:
        book.close()


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _shown(cell: Any) -> str:
    """A cell's number in its number format: 0.35 as 35.0% where the format is 0.0%."""
    value, shown = cell.value, str(getattr(cell, "number_format", "") or "").partition(";")[0]
    if isinstance(value, bool) or not isinstance(value, int | float) or not re.search(r"0(\.0+)?%?", shown):
        return _text(value)
    decimals = len(found[1]) if (found := re.search(r"0\.(0+)", shown)) else 0
    return f"{value * 100:.{decimals}f}%" if "%" in shown else f"{value:.{decimals}f}"
