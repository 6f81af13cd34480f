"""One document in every format: the same numbers, nothing masked in any, nothing that runs."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from invented_marts import DAY, invent
from published import csv_rows, everything, html, pdf_text, sheets, squeezed, texts, values

from jobs.cli import reports
from jobs.errors import WrongUse
from jobs.reports import DEFAULT_FORMATS, FORMATS, LEDGER_NAME, covid_daily, publish, voc
from jobs.reports.document import Document, Number, written
from jobs.reports.editions import SYNTHETIC_BANNER
from jobs.reports.figures import COLUMNS
from jobs.settings import Home


def test_files_are_where_they_are_expected(edition: tuple[Document, Path], place: Home) -> None:
    document, folder = edition
    if document.recipient:
        assert folder == place.reports / "voc" / "2021-12" / document.recipient
    else:
        assert folder == place.reports / "covid-daily" / "2021-12-14"
    names = {path.name for path in folder.iterdir()}
    assert {f"{document.stem}.html", f"{document.stem}.pdf", f"{document.stem}.xlsx", LEDGER_NAME} <= names
    assert {f"{document.stem}_{table.table_id}.csv" for table in document.tables()} <= names
    assert not [name for name in names if name.endswith(".part")]


def test_html_tables_hold_the_cells(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    expected = [texts(table) for table in document.tables() if not table.annex]
    assert html(folder / f"{document.stem}.html").tables == expected


def test_csv_holds_the_cells(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    for table in document.tables():
        found = csv_rows(folder / f"{document.stem}_{table.table_id}.csv")[1:]
        for cells, row, written_row in zip(found, values(table), table.rows, strict=True):
            assert cells[-1] == SYNTHETIC_BANNER
            for cell, value, number in zip(cells[:-1], row, written_row, strict=True):
                shown = str(value)
                if isinstance(number, Number) and number.with_unit and number.value is not None:
                    shown = written(number).replace(",", "")
                    assert shown.endswith(number.figure.unit)
                assert cell.removeprefix("'") == shown


def test_csv_has_what_stands_around_the_tables_beside_them(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    head, *rows = csv_rows(folder / f"{document.stem}_notices.csv")
    assert head == ["표", "종류", "내용", "자료구분"]
    assert {row.pop() for row in rows} == {document.origin_label}
    assert [row for row in rows if row[0] == "(모두)"] == [["(모두)", "자료구분", SYNTHETIC_BANNER]]
    told = {(row[0], row[1]): row[2].removeprefix("'") for row in rows}
    assert len(told) == len(rows)
    for table in document.tables():
        assert told[table.table_id, "제목"] == table.title
        assert told.get((table.table_id, "주"), "") == table.note


def test_xlsx_holds_the_cells_as_numbers(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    found = sheets(folder / f"{document.stem}.xlsx")
    for cells, table in zip(found, document.tables(), strict=True):
        assert cells[1 : 1 + len(table.rows)] == values(table)


def test_pdf_holds_the_cells_and_the_messages_as_text(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    text = pdf_text(folder / f"{document.stem}.pdf")
    for message in document.key_messages:
        assert squeezed(message.text) in text
    for table in document.tables():
        for row in table.rows if not table.annex and table.wrap == 1 else ():
            assert squeezed("".join(written(cell) for cell in row)) in text
        for row in table.rows if not table.annex else ():
            assert all(squeezed(written(cell)) in text for cell in row)


def test_the_pdf_embeds_the_korean_font_and_has_a_fixed_date(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    reader = pypdf.PdfReader(folder / f"{document.stem}.pdf")
    fonts = {str(font["/BaseFont"]) for page in reader.pages for font in _fonts(page)}
    assert fonts
    assert all("Nanum" in font for font in fonts)
    assert reader.metadata is not None
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() in (date(2021, 12, 14), date(2021, 12, 15))


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"].get("/Font", {}).values()]


def test_the_published_ledger_shows_what_the_document_shows(edition: tuple[Document, Path], place: Home) -> None:
    document, folder = edition
    head, *rows = csv_rows(folder / LEDGER_NAME)
    assert tuple(head) == COLUMNS
    assert [row[0] for row in rows] == list(document.figures())
    parts = [document.report_id, document.period, document.recipient]
    inside = place.root.joinpath("ledger", *filter(None, parts), "figures_full.csv")
    with inside.open(encoding="utf-8", newline="") as file:
        full = {row["figure_id"]: row for row in csv.DictReader(file)}
    assert set(full) >= {row[0] for row in rows}
    for row in rows:
        figure = document.ledger.figures[row[0]]
        if figure.masked:
            assert row[2:5] == [figure.label, "", ""]
            assert full[row[0]]["value"] == ("" if figure.value is None else str(figure.value))
        elif figure.value is not None:
            assert float(row[2]) == figure.value


def test_no_published_count_is_a_small_cell(edition: tuple[Document, Path]) -> None:
    document, _ = edition
    for figure in document.figures().values():
        if not figure.masked:
            assert not any(0 < count.value < 5 for count in figure.counts), figure.figure_id
    assert any(figure.masked for figure in document.ledger.figures.values())


def test_text_that_looks_like_a_formula_or_markup_stays_text(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    page = (folder / f"{document.stem}.html").read_text(encoding="utf-8")
    assert "<b>신고" not in page
    for path in folder.glob("*.csv"):
        for row in csv_rows(path):
            for cell in row:
                if cell.startswith(("=", "+", "-", "@", "\t")) and cell != "-":
                    assert re.fullmatch(r"[+-]\d+(\.\d+)?(%|%p|건)?", cell)
    if document.recipient == "city":
        assert "=HYPERLINK(1)+불법 주정차 &lt;b&gt;신고&lt;/b&gt; {0}" in page
        assert "'=HYPERLINK(1)" in (folder / f"{document.stem}_top_types.csv").read_text(encoding="utf-8")


def test_html_needs_nothing_else(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    page = (folder / f"{document.stem}.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)\b|@import|url\(", page.replace("url(#", ""))
    assert not re.search(r"""(src|href)=["'](?!#)""", page)
    assert 'name="viewport"' in page


def test_a_hidden_number_is_in_no_file(marts_of: Any, tmp_path: Path) -> None:
    """3 by sign language is small, and 977 text messages would give it back."""
    rows = invent([DAY], 10, origin="operational")
    counts = {"phone": 5003, "chatbot": 2011, "smart_report": 1907, "sms": 977, "sign": 3}
    rows["volume_hourly"] = [
        {"contact_date": DAY, "contact_hour": 10, "channel": name, "series": name, "origin": "operational"}
        | dict.fromkeys(("abandoned_count", "outbound_count", "covid_count", "unclassified_count"), 0)
        | {"contact_count": n, "consultation_count": n, "handed_off_count": 0, "late_count": 0}
        for name, n in counts.items()
    ]
    kind = next(row for row in rows["dim_type"] if row["type_code"] == "T001")
    rows["type_daily"] = [
        {"contact_date": DAY, "channel": name, "series": name, "district_code": "11680", **kind}
        | {"consultation_count": n, "review_count": 0}
        for name, n in counts.items()
    ]
    conn, place = marts_of(rows), Home(tmp_path)
    for document in (
        covid_daily.build(conn, DAY),
        voc.build(conn, "2021-12", "city"),
        voc.build(conn, "2021-12", "11680"),
    ):
        files = publish(document, document.ledger, place.reports, FORMATS, home=place)
        shown = everything(files[0].parent, document)
        assert re.search(r"(?<![\d.,])1,?907(?![\d.])", shown)
        assert not re.search(r"(?<![\d.,])977(?![\d])", shown)
        assert "비공개" in shown
        assert "5 미만" in shown
    inside = sorted((tmp_path / "ledger").rglob("figures_full.csv"))
    assert len(inside) == 3
    assert all(",977,977," in path.read_text(encoding="utf-8") for path in inside)


# Zip archives and mail have times or ids of their own; what is in them is held equal cell by cell.
VARYING = (".xlsx", ".hwpx", ".eml")


def test_publishing_again_gives_the_same_bytes(conn: Any, tmp_path: Path) -> None:
    contents = []
    for name in ("one", "two"):
        document = covid_daily.build(conn, DAY)
        files = publish(document, document.ledger, tmp_path / name, FORMATS, home=Home(tmp_path / "home"))
        contents.append({path.name: path.read_bytes() for path in files if path.suffix not in VARYING})
    assert contents[0] == contents[1]


def test_other_formats_stay_only_while_they_agree(conn: Any, marts_of: Any, tmp_path: Path) -> None:
    document = covid_daily.build(conn, DAY)
    home = Home(tmp_path)
    [page, *_] = publish(document, document.ledger, home.reports, ["html"], home=home)
    publish(document, document.ledger, home.reports, ["csv"], home=home)
    assert page.is_file()
    changed = covid_daily.build(marts_of(invent([DAY], 800)), DAY)
    publish(changed, changed.ledger, home.reports, ["csv"], home=home)
    assert not page.is_file()
    assert not (page.parent / f"{document.stem}_trend.csv").exists()


def test_the_command_line_knows_the_same_formats() -> None:
    """It names them itself, so that `dasan --help` need not import the reports."""
    assert (reports.FORMATS, reports.DEFAULT_FORMATS) == (FORMATS, DEFAULT_FORMATS)


def test_an_unknown_format_is_wrong_use(conn: Any, tmp_path: Path) -> None:
    document = covid_daily.build(conn, DAY)
    for formats in (["docx"], []):
        with pytest.raises(WrongUse, match="html, pdf, hwpx, xlsx, csv, eml"):
            publish(document, document.ledger, tmp_path, formats, home=Home(tmp_path))
    assert not list(tmp_path.iterdir())
