"""HWPX: sound to the library that wrote it, and the same numbers to another that reads it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hwp_hwpx_parser import Reader
from hwpx import HwpxDocument
from published import csv_rows, hwpx_tables, hwpx_text, pdf_text, squeezed, texts, unwrapped

from jobs.reports import hwpx_tables as layout
from jobs.reports.document import Document, Table

_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


def _file(edition: tuple[Document, Path]) -> Path:
    document, folder = edition
    return folder / f"{document.stem}.hwpx"


@pytest.fixture
def opened(edition: tuple[Document, Path]) -> Any:
    with HwpxDocument.open(_file(edition)) as document:
        yield document


def _on_paper(document: Document) -> list[Table]:
    return [table for table in document.tables() if not table.annex]


def test_it_is_valid(opened: Any) -> None:
    report = opened.validate()
    assert report.validated_parts
    assert list(report.issues) == []


def test_another_reader_finds_every_cell_of_every_table(edition: tuple[Document, Path]) -> None:
    document, _ = edition
    found = hwpx_tables(_file(edition))
    assert len(found) == len(_on_paper(document)) > 0
    for rows, table in zip(found, _on_paper(document), strict=True):
        assert unwrapped(rows, table) == texts(table)


def test_numbers_are_those_of_the_pdf_and_the_csv(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    paper = pdf_text(folder / f"{document.stem}.pdf")
    compared = 0
    for rows, table in zip(hwpx_tables(_file(edition)), _on_paper(document), strict=True):
        machine = csv_rows(folder / f"{document.stem}_{table.table_id}.csv")[1:]
        for row, cells in zip(unwrapped(rows, table)[1:], machine, strict=True):
            for shown, cell in zip(row, cells[: len(row)], strict=True):
                assert squeezed(shown) in paper
                numbers = _NUMBER.findall(shown)
                if shown and _NUMBER.fullmatch(shown):
                    assert float(shown.replace(",", "")) == float(cell)
                    compared += 1
                elif numbers and "미만" not in shown:
                    assert [n.replace(",", "") for n in numbers] == _NUMBER.findall(cell.removeprefix("'"))
    assert compared > 20


def test_messages_and_texts_are_there(edition: tuple[Document, Path]) -> None:
    document, _ = edition
    text = squeezed(hwpx_text(_file(edition)))
    for message in document.key_messages:
        assert squeezed(message.text) in text
    for banner in document.banners:
        assert squeezed(banner) in text


def test_summary_and_keywords_are_in_the_properties_and_on_the_page(
    edition: tuple[Document, Path], opened: Any
) -> None:
    document, _ = edition
    found = opened.parts.metadata
    assert found.title.startswith(document.title)
    assert found.subject == document.summary
    assert document.key_messages[0].text in found.subject
    assert found.keyword.split(", ")[0] == document.title
    assert found.creator == "120다산콜재단"
    assert not found.lastsaveby
    text = hwpx_text(_file(edition))
    assert f"문서요지: {document.summary}" in text
    assert "핵심검색어: " in text


def test_heads_repeat_and_numbers_stand_to_the_right(edition: tuple[Document, Path], opened: Any) -> None:
    document, _ = edition
    for table, source in zip(opened.tables.all, _on_paper(document), strict=True):
        assert table.element.get("repeatHeader") == "1"
        head, first, *_ = table.rows
        assert all(cell.element.get("header") == "1" for cell in head.cells)
        for cell, column in zip(first.cells, source.columns * source.wrap, strict=True):
            [paragraph] = cell.paragraphs
            shape = opened.styles.paragraph_property(paragraph.para_pr_id_ref)
            assert shape.align.horizontal == ("RIGHT" if column.kind == "number" else "LEFT")
        widths = [cell.width for cell in head.cells]
        assert len(set(widths)) > 1 or len(widths) < 3
        assert sum(widths) == pytest.approx(layout.TEXT_WIDTH_MM * 7200 / 25.4, abs=2)


def test_charts_are_pictures_in_it(edition: tuple[Document, Path]) -> None:
    document, _ = edition
    with Reader(_file(edition)) as reader:
        pictures = [image.data for image in reader.get_images()]
    assert len(pictures) == len(document.charts())
    assert all(picture.startswith(b"\x89PNG") and len(picture) > 10_000 for picture in pictures)


def test_fonts_are_hancoms_own_and_pages_are_numbered(edition: tuple[Document, Path], opened: Any) -> None:
    assert {font.face for font in opened.styles.fonts().values()} >= {layout.FONT}
    with zipfile.ZipFile(_file(edition)) as archive:
        body = archive.read("Contents/section0.xml").decode()
    assert 'numType="PAGE"' in body
    assert 'width="59528"' in body  # A4


def test_the_package_is_laid_out_as_the_standard_says(edition: tuple[Document, Path]) -> None:
    """KS X 6101: `mimetype` first and not compressed; every shape, picture and part that is named is there; lists are as
    long as they say, and tables have a cell for each row and column."""
    with zipfile.ZipFile(_file(edition)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, archive.read(first)) == ("mimetype", 0, b"application/hwp+zip")
        head, body, parts = (
            ElementTree.fromstring(archive.read(f"Contents/{name}"))
            for name in ("header.xml", "section0.xml", "content.hpf")
        )
        listed = {item.get("id"): item.get("href") for item in parts.iter() if item.tag.endswith("}item")}
        assert set(listed.values()) <= set(archive.namelist())
    for name in ("charPr", "paraPr", "borderFill", "style"):
        declared = [node.get("id") for node in head.iter() if node.tag.endswith(f"}}{name}")]
        [count] = [n.get("itemCnt") for n in head.iter() if any(child.tag.endswith(f"}}{name}") for child in n)]
        assert len(set(declared)) == len(declared) == int(count or 0)
        used = {node.get(f"{name}IDRef") for node in body.iter()} - {None}
        assert used and used <= set(declared)
    assert {node.get("binaryItemIDRef") for node in body.iter()} - {None} <= set(listed)
    tables = [node for node in body.iter() if node.tag.endswith("}tbl")]
    for table in tables:
        cells = [node for node in table.iter() if node.tag.endswith("}tc")]
        assert len(cells) == int(table.get("rowCnt", "")) * int(table.get("colCnt", ""))
    ids = [node.get("id") for node in body.iter() if node.tag.endswith(("}tbl", "}pic"))]
    assert tables and len(set(ids)) == len(ids)


def test_widths_leave_room_for_every_number() -> None:
    block = {
        "columns": [{"title": "유형", "kind": "text"}, {"title": "상담", "kind": "number"}],
        "rows": [["가" * 80, "1,234,567"], ["나", "1"]],
        "wrap": 1,
    }
    text, number = layout.widths(block)
    assert number >= len("1,234,567")
    assert text > number
