"""The synthetic city through everything: reconciled, labelled, repeatable, and with no planted person in any output."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pypdf import PdfReader

from jobs import query
from jobs.engine import make_engine
from jobs.lake import LakeTable
from jobs.pipeline import Pipeline
from jobs.reports import FORMATS
from jobs.reports.release import publish_covid_daily, publish_voc
from jobs.settings import Home
from jobs.simulate import simulate
from jobs.simulate.plan import day_plan
from schemas.codes import CHANNELS
from schemas.tables import CLASSIFICATION, CONSULTATION

FIRST, LAST, LANDED_UNTIL = date(2021, 12, 1), date(2021, 12, 3), date(2021, 12, 5)
SCALE, SEED = 0.03, 7


@pytest.fixture(scope="module")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("key")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, key_folder: Path) -> Home:
    home = Home(tmp_path_factory.mktemp("city"))
    simulate(home.landing, FIRST, LAST, scale=SCALE, seed=SEED, answer_key=key_folder)
    engine = make_engine("local")
    Pipeline(engine, home, home.landing).run(FIRST, LANDED_UNTIL)
    engine.close()
    return home


@pytest.fixture(scope="module")
def planted(key_folder: Path) -> dict[str, set[str]]:
    """The planted strings by their kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in key_rows(key_folder):
        for one in row["planted"]:
            found[one["kind"]].add(one["text"])
    return found


def key_rows(folder: Path) -> list[dict[str, Any]]:
    return [row for path in sorted(folder.iterdir()) for row in pq.read_table(path).to_pylist()]


def rows(home: Home, table: Any) -> list[dict[str, Any]]:
    engine = make_engine("local")
    lake = LakeTable(home, table)
    found = engine.collect(engine.read(lake, lake.files())).to_pylist()
    engine.close()
    return found


def test_planted_persons_end_at_the_consultation(city: Home, planted: dict[str, set[str]]) -> None:
    text = "\n".join(str(value) for row in rows(city, CONSULTATION) for value in row.values())
    survived = {kind: [value for value in values if value in text] for kind, values in planted.items()}
    numbers = {kind: values for kind, values in survived.items() if kind not in ("name", "address") and values}
    assert numbers == {}
    assert sum(len(planted[kind]) for kind in planted) > 100
    # A name is a word like any other: what the first redactor leaves is bounded here and reported.
    assert len(survived["name"]) <= 0.02 * len(planted["name"])
    assert len(survived["address"]) <= 0.02 * len(planted["address"])


def test_outputs_are_labelled_and_hold_no_planted_person(city: Home, planted: dict[str, set[str]]) -> None:
    files = publish_covid_daily(city, LAST, FORMATS)
    files += publish_voc(city, "2021-12", "city", FORMATS)
    texts = {path.name: _text(path) for path in files}
    for name, text in texts.items():
        assert "합성 자료" in text, name
        for kind, values in planted.items():
            assert not [value for value in values if value in text], (name, kind)


def test_every_row_and_every_sheet_is_labelled(city: Home) -> None:
    """A table may go its own way, so the label is on each, the ledger's rows included."""
    import csv

    import openpyxl
    import pyarrow.parquet as pq

    files = publish_covid_daily(city, LAST, FORMATS) + publish_voc(city, "2021-12", "city", FORMATS)
    assert {path.suffix for path in files} == {f".{name}" for name in (*FORMATS, "parquet", "json")}
    for path in files:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as stream:
                head, *found = list(csv.reader(stream))
            assert head[-1] == ("vintage" if path.name == "figures.csv" else "자료구분"), path.name
            assert found and all("합성 자료" in row[-1] for row in found), path.name
        elif path.suffix == ".parquet":
            rows = pq.read_table(path).to_pylist()
            assert all("합성 자료" in row["자료구분"] for row in rows), path.name
        elif path.suffix == ".xlsx":
            for sheet in openpyxl.load_workbook(path):
                assert "합성 자료" in (sheet.oddHeader.center.text or ""), (path.name, sheet.title)
        else:
            assert "합성 자료" in _text(path), path.name


def _text(path: Path) -> str:
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.load_workbook(path)
        return "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
        )
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return "\n".join(str(cell) for row in pq.read_table(path).to_pylist() for cell in row.values())
    if path.suffix == ".hwpx":
        from hwp_hwpx_parser import Reader

        with Reader(path) as reader:
            return str(reader.text)
    if path.suffix == ".eml":
        from email import message_from_bytes, policy

        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        return "\n".join(part.get_content() for part in letter.walk() if part.get_content_maintype() == "text")
    return path.read_text(encoding="utf-8-sig")


def test_the_marts_add_up_and_count_no_outbound_call(city: Home) -> None:
    contacts = rows(city, CONSULTATION)
    counted = [row for row in contacts if row["is_consultation"]]
    assert Counter(row["direction"] for row in contacts)["outbound"] > 0
    assert all(row["direction"] == "inbound" and row["outcome"] == "answered" for row in counted)
    assert len(rows(city, CLASSIFICATION)) == len(counted)
    with query.connect(city) as conn:
        ((total, abandoned, outbound),) = query.rows(
            conn, "SELECT sum(consultation_count), sum(abandoned_count), sum(outbound_count) FROM volume_hourly"
        )
        (quality,) = query.rows(
            conn,
            "SELECT sum(bronze_count), sum(validated_count), sum(quarantined_count), sum(duplicate_count), "
            "sum(superseded_count) FROM quality_daily",
        )
    assert total == len(counted)
    assert total + abandoned + outbound == len(contacts)
    assert quality[0] == sum(quality[1:])
    assert quality[3] > 0  # the city re-sends some records


def test_the_marts_count_what_was_planned_to_the_digit(city: Home) -> None:
    """From plan to files, through every hop, to the published tables: not a contact is lost or made."""
    with query.connect(city) as conn:
        found = {
            (day, channel): counts
            for day, channel, *counts in query.rows(
                conn,
                "SELECT contact_date, channel, sum(contact_count - outbound_count), sum(consultation_count) "
                "FROM volume_hourly GROUP BY 1, 2",
            )
        }
        calls = dict(query.rows(conn, "SELECT contact_date, sum(inflow_count) FROM phone_daily GROUP BY 1"))
    for day in (FIRST, FIRST + timedelta(1), LAST):
        for channel in CHANNELS:
            plan = day_plan(channel, day, SCALE, SEED)
            assert found.get((day, channel), [0, 0]) == [plan.contacts, plan.consultations], (day, channel)
        assert calls[day] == sum(day_plan(channel, day, SCALE, SEED).contacts for channel in ("phone", "foreign"))


def test_every_contact_is_marked_synthetic(city: Home) -> None:
    assert {row["origin"] for row in rows(city, CONSULTATION)} == {"synthetic"}


def test_another_run_changes_nothing(city: Home) -> None:
    def snapshot() -> list[tuple[str, ...]]:
        return sorted(
            tuple(str(value) for value in row.values()) for row in rows(city, CONSULTATION) + rows(city, CLASSIFICATION)
        )

    before = snapshot()
    engine = make_engine("local")
    again = Pipeline(engine, city, city.landing).run(FIRST, LANDED_UNTIL)
    engine.close()
    assert again.ingested == 0
    assert snapshot() == before
