"""The marts that the report tests read, and a way to make others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from invented_marts import DAY, Rows, invent, span, write

from jobs import query
from jobs.reports import FORMATS, covid_daily, publish, voc
from jobs.reports.document import Document
from jobs.settings import Home
from schemas.codes import codes_on


@pytest.fixture(scope="session")
def marts_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """November and half of December 2021, with the first days of December 2020, and the population."""
    found = Home(tmp_path_factory.mktemp("home"))
    rows = invent(span(date(2021, 11, 1), DAY) + span(date(2020, 12, 1), date(2020, 12, 5)), 1000)
    rows["population"] = [
        {"district_code": code, "month": "2021-11", "resident_count": 150_000 + 9_000 * i}
        for i, code in enumerate(codes_on("districts", DAY))
    ]
    write(found.marts, rows)
    return found


@pytest.fixture(scope="session")
def conn(marts_home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with query.connect(marts_home) as opened:
        yield opened


@pytest.fixture
def marts_of(tmp_path: Path) -> Iterator[Callable[[Rows], duckdb.DuckDBPyConnection]]:
    """Opens marts made of given rows."""
    opened: list[duckdb.DuckDBPyConnection] = []

    def make(rows: Rows) -> duckdb.DuckDBPyConnection:
        place = Home(tmp_path / f"home{len(opened)}")
        write(place.marts, rows)
        opened.append(query.connect(place))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Where the editions are published."""
    return Home(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="session", params=["covid-daily", "city", "11680", "D02"])
def edition(request: pytest.FixtureRequest, conn: Any, place: Home) -> tuple[Document, Path]:
    """A document and the folder of its files in every format."""
    name = request.param
    document = covid_daily.build(conn, DAY) if name == "covid-daily" else voc.build(conn, "2021-12", name)
    files = publish(document, document.ledger, place.reports, FORMATS, home=place)
    assert all(path.is_file() for path in files)
    return document, files[0].parent
