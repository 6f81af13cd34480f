"""What an edition rests on beside the lake is kept by its content, and gives the same figures when it is read again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import landing_files as lf
import pytest
from click.testing import CliRunner
from invented_marts import DAY, invent, span, write
from invented_statistics import write_statistics
from remaking import told

from jobs import publish as marts_gate
from jobs import query
from jobs.cli.figure_words import names
from jobs.cli.figures import figures as command
from jobs.engine.local import LocalEngine
from jobs.errors import DasanError
from jobs.pipeline import Pipeline
from jobs.reports import covid_daily, history, sources
from jobs.reports.covid_context import read_cases
from jobs.reports.document import Document
from jobs.reports.figures import Ledger
from jobs.reports.recompute import evaluate
from jobs.reports.release import publish_covid_daily
from jobs.settings import Home
from schemas.codes import codes_on

DISTRICTS = list(codes_on("districts", DAY))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Ten weeks with their statistics, and the population."""
    found = Home(tmp_path_factory.mktemp("sources"))
    rows = invent(span(DAY - timedelta(days=70), DAY), 700)
    rows["population"] = [{"district_code": c, "month": "2021-11", "resident_count": 300_000} for c in DISTRICTS]
    write(found.marts, rows)
    write_statistics(found)
    return found


@pytest.fixture(scope="module")
def conn(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with query.connect(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def brief(conn: Any, tmp_path_factory: pytest.TempPathFactory) -> Document:
    file = tmp_path_factory.mktemp("cases") / "cases.csv"
    lines = [f"{DAY - timedelta(days=back)},{3000 - back}" for back in range(9)]
    file.write_text("\n".join(["date,new_cases", *lines]), encoding="utf-8")
    return covid_daily.build(conn, DAY, cases=read_cases(file))


def test_what_is_not_in_the_lake_gives_the_same_figures_again(home: Home, brief: Document, tmp_path: Path) -> None:
    taken = sources.take(brief.ledger, DAY)
    assert set(taken) == {"names", "population", "expectation_daily", "statistics_build", "outside"}
    kept = sources.keep(Home(tmp_path), taken)
    bare = Home(tmp_path / "bare")
    write(bare.marts, invent([DAY], 700))  # other marts, and none of the statistics
    wanted = [name for name in brief.figures() if name.startswith(("expected_", "upper_", "outside."))]
    assert {name.partition(":")[0] for name in wanted} == {"expected_count", "upper_count", "outside.confirmed_cases"}
    with query.connect(bare) as conn:
        ledger = Ledger(conn, "again")
        with pytest.raises(ValueError, match=r"no metric outside"):
            evaluate(ledger, f"outside.confirmed_cases:{DAY}")
        sources.restore(conn, "expectation_daily", sources.read(Home(tmp_path), kept["expectation_daily"]))
        ledger.outside |= sources.outside(sources.read(Home(tmp_path), kept["outside"]))
        for name in wanted:
            again, printed = told(evaluate(ledger, name)), told(brief.ledger.figures[name])
            assert again[:-1] == printed[:-1]
    build = {row["name"]: row["value"] for row in sources.read(Home(tmp_path), kept["statistics_build"])}
    assert build["file_sha256"] == hashlib.sha256(home.statistics.read_bytes()).hexdigest()


def test_a_content_is_kept_once_and_not_believed_when_changed(brief: Document, tmp_path: Path) -> None:
    place = Home(tmp_path)
    kept = sources.keep(place, sources.take(brief.ledger, DAY))
    assert sources.keep(place, sources.take(brief.ledger, DAY)) == kept
    files = list((tmp_path / "ledger" / "sources").iterdir())
    assert {file.name for file in files} == {f"{content}.csv.gz" for content in kept.values()}
    other = next(file for file in files if not file.name.startswith(kept["names"]))
    (tmp_path / "ledger" / "sources" / f"{kept['names']}.csv.gz").write_bytes(other.read_bytes())
    with pytest.raises(DasanError, match="바뀌어"):
        sources.read(place, kept["names"])


def test_a_figure_by_resident_names_its_population(brief: Document) -> None:
    people = sources.short(sources.population(brief.ledger.conn))
    rates = [figure for figure in brief.figures().values() if figure.metric_id == "covid_per_10k"]
    assert len(rates) == len(DISTRICTS)
    assert all(rate.vintage == f"{brief.ledger.vintage} population 2021-11 sha256:{people}" for rate in rates)


def put_population(home: Home, each: int) -> str:
    """Import so many residents a district; the hash of the file."""
    file = home.root / "given.csv"
    cells = [(f"{row['district_name']} ({code}00000)", each) for code, row in codes_on("districts", DAY).items()]
    lines = ["행정구역,2021년11월_총인구수", *(f"서울특별시 {name},{n}" for name, n in cells)]
    file.write_text("\n".join(lines), encoding="utf-8-sig")
    from jobs.imports.population import import_population

    import_population(file, home.population)
    return hashlib.sha256(home.population.read_bytes()).hexdigest()


def test_an_edition_is_made_again_after_population_and_names_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, day = Home(tmp_path), date(2021, 12, 14)
    engine = LocalEngine()
    calls = [lf.call(f"C{i}", "강남구 코로나 백신 예약은 어떻게 하나요") for i in range(9)]
    lf.put(home.landing, "phone", "calls.csv", lf.csv_bytes(lf.CALL_HEADER, calls), day.isoformat())
    before = put_population(home, 90_000)
    Pipeline(engine, home, home.landing).run(day, day)
    engine.close()
    publish_covid_daily(home, day, ("csv",))
    (first,) = history.editions(home, "covid-daily", day.isoformat())
    name, row = next((n, r) for n, r in first.rows().items() if r["metric"] == "covid_per_10k" and r["value"] != "0.0")
    assert first.sources["population"] == before
    assert row["vintage"].partition(" [")[0].endswith(f"population 2021-11 sha256:{before[:12]}")

    after = put_population(home, 45_000)
    marts_gate.publish(home, "R2")
    with duckdb.connect(str(home.marts)) as db:
        db.execute("UPDATE dim_type SET type_name = '새 이름'")
    publish_covid_daily(home, day, ("csv",))
    old, new = history.editions(home, "covid-daily", day.isoformat())
    assert (new.sources["population"], new.rows()[name]["value"]) == (after, "2.0")
    assert row["value"] == "1.0"
    notices = home.reports / "covid-daily" / str(day) / f"covid-daily_{day}_notices.csv"
    assert "까닭: 주민등록 인구가 바뀜" in notices.read_text(encoding="utf-8-sig")

    monkeypatch.setenv("DASAN_HOME", str(home.root))
    for moment in (old.facts.build["run_id"], "R2"):
        told = CliRunner().invoke(
            command, ["verify", "covid-daily", str(day), "--as-of", moment], standalone_mode=False
        )
        assert told.return_value == 0
        assert "다름 0, 계산할 수 없음 0" in told.output
    kind = next(n for n, r in old.rows().items() if "type_code=" in n and r["metric"] == "covid_type_count")
    titles = [set(names(home, edition, kind).values()) for edition in (old, new)]
    assert titles[1] == {"새 이름"} != titles[0]
