"""Reading published files back: what a recipient can see in each format."""

from __future__ import annotations

import csv
import io
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
from hwp_hwpx_parser import Reader

from jobs.reports.document import Document, Number, Table, Text, written


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.text: list[str] = []
        self._in_cell = False
        self._skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._in_cell = True
        elif tag == "style":
            self._skip += 1

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")
        self._skip -= tag == "style"

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.tables[-1][-1][-1] += data
        if not self._skip:
            self.text.append(data)


def html(path: Path) -> _Tables:
    return page(path.read_text(encoding="utf-8"))


def page(text: str) -> _Tables:
    parser = _Tables()
    parser.feed(text)
    return parser


def pdf_text(path: Path) -> str:
    """The text of a PDF without any white space, since lines may break anywhere."""
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(path).pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def csv_rows(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheets(path: Path) -> list[list[list[Any]]]:
    """The cells of all sheets after the overview."""
    book = openpyxl.load_workbook(path)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    return [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets[1:]]


def hwpx_text(path: Path) -> str:
    with Reader(path) as reader:
        return str(reader.text)


def hwpx_tables(path: Path) -> list[list[list[str]]]:
    """The tables as another library than the one that wrote them reads them."""
    with Reader(path) as reader:
        return [table.rows for table in reader.tables]


def unwrapped(rows: list[list[str]], table: Table) -> list[list[str]]:
    """The rows of a table that was laid side by side, one under the other."""
    width = len(table.columns)
    groups = [[row[start : start + width] for row in rows] for start in range(0, table.wrap * width, width)]
    whole = groups[0] + [row for group in groups[1:] for row in group[1:]]
    return whole[: 1 + len(table.rows)]


def letter(path: Path) -> EmailMessage:
    found = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def texts(table: Table) -> list[list[str]]:
    return [[column.title for column in table.columns], *([written(cell) for cell in row] for row in table.rows)]


def values(table: Table) -> list[list[Any]]:
    """Each cell as a machine should find it: a number where one is shown."""
    rows = []
    for row in table.rows:
        rows.append(
            [cell.value if isinstance(cell, Number) and cell.value is not None else written(cell) for cell in row]
        )
    return rows


def parquet_rows(path: Path) -> list[tuple[Any, ...]]:
    import pyarrow.parquet as pq

    columns = pq.read_table(path).to_pydict()
    return [tuple(columns), *zip(*columns.values(), strict=True)]


def everything(folder: Path, document: Document) -> str:
    """All that was published, as text; SVG coordinates left out."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".csv":
            found += [cell for row in csv_rows(path) for cell in row]
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            found += [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
        elif path.suffix == ".json":
            found.append(path.read_text(encoding="utf-8"))
        elif path.suffix == ".html":
            found += html(path).text
        elif path.suffix == ".hwpx":
            found.append(hwpx_text(path))
        elif path.suffix == ".eml":
            found += [part.get_content() for part in letter(path).walk() if part.get_content_maintype() == "text"]
        elif path.suffix == ".parquet":
            found += [str(cell) for row in parquet_rows(path) for cell in row]
        else:
            found += [page.extract_text() for page in pypdf.PdfReader(path).pages]
    assert document.title in " ".join(found)
    return "\n".join(found)


def table_of(document: Document, name: str) -> Table:
    return next(table for table in document.tables() if table.table_id == name)


def cells_of(document: Document, name: str) -> list[list[str]]:
    return [[written(cell) for cell in row] for row in table_of(document, name).rows]


def said(document: Document) -> str:
    texts = [block.text for section in document.sections for block in section.blocks if isinstance(block, Text)]
    return "\n".join([*(message.text for message in document.key_messages), *texts])


def structure(document: Document) -> dict[str, Any]:
    """What a document is made of, for the golden files under `structures`."""
    found: dict[str, Any] = {
        "metadata": [name for name, _ in document.metadata],
        "messages": len(document.key_messages),
    }
    found["sections"] = [
        {
            "title": section.title,
            "tables": {
                block.table_id: [column.title for column in block.columns]
                for block in section.blocks
                if isinstance(block, Table)
            },
        }
        for section in document.sections
    ]
    return found
