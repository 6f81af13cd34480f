"""Days made again: only those that need it, once, to the end, with the numbers that changed named."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import landing_files as lf
import pytest
from click.exceptions import Abort
from click.testing import CliRunner
from lake_contents import contents

from jobs import backfill as filling
from jobs import query
from jobs.cli import cli
from jobs.engine.local import LocalEngine
from jobs.errors import DaysInHand, WrongUse
from jobs.lake import LakeTable
from jobs.pipeline import Pipeline
from jobs.reports.errata import EARLIER
from jobs.reports.release import publish_covid_daily
from jobs.settings import Home
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, VALIDATED

DAYS = (date(2021, 12, 14), date(2021, 12, 15))
FIRST, LAST = DAYS
SPAN = ["--from", str(FIRST), "--to", str(LAST)]
MEMOS = (
    "코로나19 백신 예약 문의",
    "코로나19 검사 받는 곳",
    "자가격리 지원금 신청 문의",
    "불법주차 신고",
    "수도 요금 고지서 문의",
)
FEW = "코로나19 확진자 동선 공개 문의"  # too few to be printed


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, cold_starts: Path) -> Home:
    """Two days of sixty calls, classified by the coarser taxonomy and published."""
    home = Home(tmp_path_factory.mktemp("backfill") / "home")
    monkeypatch.setenv("DASAN_HOME", str(home.root))
    monkeypatch.setenv("DASAN_TAXONOMY", "2019")
    monkeypatch.setenv("DASAN_MODEL", "")
    home.root.mkdir()
    home.models.symlink_to(cold_starts)
    for day in DAYS:
        memos = [MEMOS[i % 5] if i >= 3 else FEW for i in range(60)]
        calls = [lf.call(f"{day.day}-{i}", memo, day=day.isoformat()) for i, memo in enumerate(memos)]
        lf.put(home.landing, "phone", "calls.csv", lf.csv_bytes(lf.CALL_HEADER, calls), day.isoformat())
    engine = LocalEngine(1)
    Pipeline(engine, home, home.landing).run(FIRST, LAST)
    engine.close()
    return home


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[set[Any]]]:
    """The partitions that were classified, call by call."""
    calls: list[set[Any]] = []
    honest = filling.classify

    def counting(engine: Any, home: Any, partitions: set[Any], version: str) -> int:
        calls.append(partitions)
        return honest(engine, home, partitions, version)

    monkeypatch.setattr(filling, "classify", counting)
    yield calls


def dasan(*words: str) -> dict[str, Any]:
    result = CliRunner().invoke(cli, [*words, "--json", "-"], standalone_mode=False)
    if result.exception:
        raise result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def state(home: Home) -> dict[str, Any]:
    engine = LocalEngine(1)
    found: dict[str, Any] = {
        t.name: contents(engine, home, t) for t in (BRONZE, VALIDATED, CONSULTATION, CLASSIFICATION)
    }
    engine.close()
    with query.connect(home) as conn:
        found["types"] = query.rows(conn, "SELECT * FROM type_daily ORDER BY ALL")
    return found


def test_only_what_is_not_made_so_already_is_read(home: Home, counted: list[set[Any]]) -> None:
    dasan("backfill", *SPAN)
    assert counted == []  # the same taxonomy, model and files
    done = dasan("backfill", "--from", str(LAST), "--to", str(LAST), "--taxonomy", "2022")
    assert counted == [{("phone", "2021-12-15")}]
    assert (done["contacts"], done["contact_days"], done["finished"]) == (60, ["2021-12-15"], True)
    dasan("backfill", *SPAN, "--taxonomy", "2022")
    assert counted[1:] == [{("phone", "2021-12-14")}]
    with query.connect(home) as conn:
        assert query.rows(conn, "SELECT DISTINCT taxonomy_version FROM type_daily") == [("2022",)]

    correction = lf.csv_bytes(lf.CALL_HEADER, [lf.call("14-0", "수도 요금 고지서 문의")])
    lf.put(home.landing, "phone", "corrected.csv", correction, LAST.isoformat())
    engine = LocalEngine(1)
    Pipeline(engine, home, home.landing).run(LAST, LAST, ("ingest", "validate", "deidentify"))
    engine.close()
    dasan("backfill", *SPAN, "--taxonomy", "2022")
    assert counted[2:] == [{("phone", "2021-12-14"), ("phone", "2021-12-15")}]  # made from files that are gone


def test_a_preview_changes_nothing_and_says_what_the_run_then_does(home: Home) -> None:
    publish_covid_daily(home, LAST, ("csv",))
    before, files = state(home), {path for path in home.root.rglob("*") if path.is_file()}
    seen = dasan("backfill", *SPAN, "--taxonomy", "2022", "--preview")
    assert state(home) == before
    assert {path for path in home.root.rglob("*") if path.is_file()} - files == set()
    assert (seen["partitions"], seen["consultations"]) == (2, 120)

    done = dasan("backfill", *SPAN, "--taxonomy", "2022")
    with query.connect(home) as conn:
        sql = "SELECT type_code, sum(consultation_count) FROM type_daily GROUP BY 1"
        now = dict(query.rows(conn, sql))
    moved = {move["type_code"]: move["after"] for move in seen["moves"]}
    assert moved and all(now.get(code, 0) == after for code, after in moved.items())
    assert seen["retyped"] == sum(old != new for old, new in zip(types(before), types(state(home)), strict=True))

    (table, page) = map(Path, done["errata"])
    with table.open(encoding="utf-8-sig", newline="") as stream:
        written = list(csv.DictReader(stream))
    foreseen = {(one["figure_id"], one["old"], one["new"]) for one in seen["corrections"]}
    assert {(row["figure_id"], row["정오 전"], row["정오 후"]) for row in written} == foreseen
    assert foreseen
    assert not {row[when] for row in written if row["단위"] == "건" for when in ("정오 전", "정오 후")} & set("1234")
    assert all("분류 체계 2022" in row["까닭"] and EARLIER not in row["까닭"] for row in written)
    assert "정오표" in page.read_text(encoding="utf-8")

    issued = printed(home)
    publish_covid_daily(home, LAST, ("csv",))
    again = printed(home)
    shown = {name for name in issued if name in again}
    assert {(name, issued[name], again[name]) for name in shown if issued[name] != again[name]} == {
        one for one in foreseen if one[0] in shown
    }


def types(standing: dict[str, Any]) -> list[str]:
    names = CLASSIFICATION.column_names()
    key, code = names.index("consultation_id"), names.index("type_code")
    return [row[code] for row in sorted(standing["classification"], key=lambda row: row[key])]


def printed(home: Home) -> dict[str, str]:
    with (home.reports / "covid-daily" / LAST.isoformat() / "figures.csv").open(encoding="utf-8-sig") as stream:
        return {row["figure_id"]: row["value"] for row in csv.DictReader(stream)}


def test_what_came_since_is_not_laid_to_the_backfill(home: Home) -> None:
    publish_covid_daily(home, LAST, ("csv",))
    late = [lf.call(f"L{i}", "수도 요금 고지서 문의", day=LAST.isoformat()) for i in range(40)]
    lf.put(home.landing, "phone", "late.csv", lf.csv_bytes(lf.CALL_HEADER, late), LAST.isoformat())
    engine = LocalEngine(1)
    Pipeline(engine, home, home.landing).run(LAST, LAST)
    engine.close()
    done = dasan("backfill", *SPAN, "--taxonomy", "2022")
    with Path(done["errata"][0]).open(encoding="utf-8-sig", newline="") as stream:
        causes = {row["figure_id"]: row["까닭"] for row in csv.DictReader(stream)}
    assert causes[f"consultation_count:{LAST}"] == EARLIER


def test_an_interrupted_backfill_goes_on_where_it_was(
    home: Home, counted: list[set[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_covid_daily(home, LAST, ("csv",))
    monkeypatch.setattr(filling, "ROWS_AT_ONCE", 1)
    honest = filling.classify

    def failing(engine: Any, home: Any, partitions: set[Any], version: str) -> int:
        if ("phone", "2021-12-15") in partitions:
            raise KeyboardInterrupt
        return honest(engine, home, partitions, version)

    with monkeypatch.context() as patch, pytest.raises(Abort):
        patch.setattr(filling, "classify", failing)
        dasan("backfill", *SPAN, "--taxonomy", "2022")
    monkeypatch.setenv("DASAN_TAXONOMY", "2019")  # it goes on as it began, whatever the environment says now
    done = dasan("backfill", "--resume")
    assert counted == [{("phone", "2021-12-14")}, {("phone", "2021-12-15")}]
    assert done["contact_days"] == ["2021-12-14", "2021-12-15"]
    assert done["errata"]
    with pytest.raises(WrongUse, match="이어서 할 재처리가 없습니다"):
        dasan("backfill", "--resume")


def test_the_earlier_hops_go_by_landing_day(home: Home) -> None:
    before = state(home)
    done = dasan("backfill", *SPAN, "--hops", "validate,deidentify,classify,marts")
    assert (done["landing_days_done"], done["contact_days"]) == (str(LAST), [str(FIRST), str(LAST)])
    assert state(home) == before
    with pytest.raises(WrongUse, match="미리"):
        dasan("backfill", *SPAN, "--hops", "validate", "--preview")


def test_two_backfills_of_the_same_days(home: Home) -> None:
    from jobs.claims import claimed

    with claimed(home, "other", ["phone"], LAST, LAST, "contact"), pytest.raises(DaysInHand, match="other"):
        dasan("backfill", *SPAN, "--taxonomy", "2022")
    with pytest.raises(WrongUse, match="이어서 할 재처리가 없습니다"):
        dasan("backfill", "--resume")  # the one that was refused never began


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--from 과 --to"),
        ([*SPAN, "--hops", "classify,mart"], "모르는 단계입니다: mart"),
        (["--from", "2021-12-15", "--to", "2021-12-14"], "거꾸로"),
        ([*SPAN, "--taxonomy", "1999"], "1999"),
        ([*SPAN, "--resume"], "--resume"),
    ],
)
def test_wrong_use_is_said(words: list[str], told: str, home: Home) -> None:
    with pytest.raises(WrongUse, match=told):
        dasan("backfill", *words)
    assert LakeTable(home, CLASSIFICATION).version() == 1
