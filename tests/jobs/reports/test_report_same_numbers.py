"""Every report in every format: the structure that was agreed on, and the same numbers wherever they stand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from invented_marts import write
from published import (
    csv_rows,
    html,
    hwpx_tables,
    hwpx_text,
    letter,
    page,
    parquet_rows,
    pdf_text,
    sheets,
    squeezed,
    structure,
    texts,
    unwrapped,
    values,
)
from real_types import PASS, autumn

from jobs import query
from jobs.reports import FORMATS, covid_daily, covid_weekly, issue, meanings, publish, voc, whitepaper
from jobs.reports.document import Document, Number, Table, written
from jobs.settings import Home

STRUCTURES = Path(__file__).parent / "structures"
MONTH, SPAN = "2021-11", (date(2021, 11, 29), date(2021, 12, 19))


def _issue(conn: Any) -> Document:
    leaves = meanings.leaves()
    return issue.build(conn, PASS, issue.find_types(leaves, (), PASS), SPAN, leaves, ["증명", "격리"])


REPORTS: dict[str, Callable[[Any], Document]] = {
    "daily": lambda conn: covid_daily.build(conn, SPAN[1]),
    "weekly": lambda conn: covid_weekly.build(conn, "2021-W49"),
    "voc-city": lambda conn: voc.build(conn, MONTH, "city"),
    "voc-district": lambda conn: voc.build(conn, MONTH, "11680"),
    "voc-department": lambda conn: voc.build(conn, MONTH, voc.recipients(conn, MONTH)[26]),
    "whitepaper": lambda conn: whitepaper.build(conn, 2021),
    "issue": _issue,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = Home(tmp_path_factory.mktemp("autumn"))
    write(found.marts, autumn())
    return found


@pytest.fixture(scope="module", params=list(REPORTS))
def report(request: pytest.FixtureRequest, home: Home) -> Any:
    """Its name, the document, and the folder of its files in every format."""
    with query.connect(home) as conn:
        document = REPORTS[request.param](conn)
        files = publish(document, document.ledger, home.reports, FORMATS, home=home)
        yield request.param, document, files[0].parent


def test_its_structure_is_the_one_agreed_on(report: tuple[str, Document, Path]) -> None:
    """To agree on another one: write `structure` into the file and read the difference."""
    name, document, _ = report
    if name != "daily":  # its own is of a day on which something happens
        assert structure(document) == json.loads((STRUCTURES / f"{name}.json").read_text(encoding="utf-8"))


def test_every_format_holds_the_same_numbers(report: tuple[str, Document, Path]) -> None:
    _, document, folder = report
    paper = [table for table in document.tables() if not table.annex]
    expected = [texts(table) for table in paper]
    body = letter(folder / f"{document.stem}.eml").get_body(("html",))
    assert body is not None
    assert html(folder / f"{document.stem}.html").tables == expected
    assert page(body.get_content()).tables == expected
    hancom = hwpx_tables(folder / f"{document.stem}.hwpx")
    assert [unwrapped(rows, table) for rows, table in zip(hancom, paper, strict=True)] == expected
    printed = pdf_text(folder / f"{document.stem}.pdf")
    assert all(squeezed(cell) in printed for table in expected for row in table for cell in row)
    for cells, table in zip(sheets(folder / f"{document.stem}.xlsx"), document.tables(), strict=True):
        blank = [[cell or None for cell in row] for row in cells[1 : 1 + len(table.rows)]]
        assert blank == [[cell or None for cell in row] for row in values(table)]
    for table in document.tables():
        _machine(table, folder / f"{document.stem}_{table.table_id}")
    assert any(isinstance(cell, Number) for table in document.tables() for row in table.rows for cell in row)


def _machine(table: Table, stem: Path) -> None:
    """CSV, and Parquet for an annex: each number as a number, and the same one."""
    for row, cells in zip(table.rows, csv_rows(stem.with_name(f"{stem.name}.csv"))[1:], strict=True):
        for cell, found in zip(row, cells, strict=False):
            if isinstance(cell, Number) and cell.value is not None and not cell.with_unit:
                assert float(found) == float(cell.value)
            else:
                assert found.removeprefix("'") == written(cell).replace(",", "" if isinstance(cell, Number) else ",")
    for row, cells in zip(
        table.rows, parquet_rows(stem.with_name(f"{stem.name}.parquet"))[1:] if table.annex else (), strict=table.annex
    ):
        for cell, found, column in zip(row, cells, table.columns, strict=False):
            known = cell.value if isinstance(cell, Number) else None
            assert found == (known if column.kind == "number" else written(cell))


def test_every_message_is_in_all_that_is_read(report: tuple[str, Document, Path]) -> None:
    _, document, folder = report
    stem = folder / document.stem
    body = letter(stem.with_name(f"{document.stem}.eml")).get_body(("plain",))
    assert body is not None
    shown = {
        "html": squeezed("".join(html(stem.with_name(f"{document.stem}.html")).text)),
        "pdf": pdf_text(stem.with_name(f"{document.stem}.pdf")),
        "hwpx": squeezed(hwpx_text(stem.with_name(f"{document.stem}.hwpx"))),
        "eml": squeezed(body.get_content()),
    }
    for message in document.key_messages:
        assert [form for form, text in shown.items() if squeezed(message.text) not in text] == []
