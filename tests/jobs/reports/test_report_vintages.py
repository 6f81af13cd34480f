"""Editions are kept, a figure is made again from the lake as it stood, and each revision names its cause."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import landing_files as lf
import pytest
from click.testing import CliRunner

from jobs import vintages
from jobs.cli.figures import figures as command
from jobs.engine.local import LocalEngine
from jobs.errors import DasanError, WrongUse
from jobs.pipeline import Pipeline
from jobs.reports import facts, history
from jobs.reports.facts import CAUSES, DayFacts, Facts
from jobs.reports.release import publish_covid_daily
from jobs.settings import Home

FIRST, SECOND, THIRD = date(2021, 12, 14), date(2021, 12, 15), date(2021, 12, 16)
TOTAL, SHARE = "consultation_count:2021-12-14", "covid_share_pct:2021-12-14"
NAMED = ("covid-daily", "2021-12-14")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The brief of a day, published three times: at first, with a call that came a day late, and with one corrected."""
    home = Home(tmp_path_factory.mktemp("home"))
    engine = LocalEngine()
    pipeline = Pipeline(engine, home, home.landing)
    lf.nine_channels(home.landing)
    pipeline.run(FIRST, FIRST)
    publish_covid_daily(home, FIRST, ("csv",))
    late = lf.csv_bytes(lf.CALL_HEADER, [lf.call("LATE1", "코로나 백신 예약은 어떻게 하나요")])
    lf.put(home.landing, "phone", "late.csv", late, SECOND.isoformat())
    pipeline.run(SECOND, SECOND)
    publish_covid_daily(home, FIRST, ("csv",))
    corrected = lf.csv_bytes(lf.CALL_HEADER, [lf.call("LATE1", "코로나 백신 예약은 어떻게 하나요", 결과="포기")])
    lf.put(home.landing, "phone", "corrected.csv", corrected, THIRD.isoformat())
    pipeline.run(THIRD, THIRD)
    publish_covid_daily(home, FIRST, ("csv",))
    publish_covid_daily(home, FIRST, ("csv",))  # the same again is no new edition
    engine.close()
    return home


def invoke(monkeypatch: pytest.MonkeyPatch, home: Home, *arguments: str) -> tuple[int, dict[str, Any]]:
    monkeypatch.setenv("DASAN_HOME", str(home.root))
    result = CliRunner().invoke(command, [*arguments, "--json", "-"], standalone_mode=False)
    if result.exception:
        raise result.exception
    return int(result.return_value), json.loads(result.output)


def test_every_edition_is_kept_with_its_versions(published: Home) -> None:
    editions = history.editions(published, *NAMED)
    assert [edition.rows()[TOTAL]["value"] for edition in editions] == ["10", "11", "10"]
    versions = [int(edition.facts.build["lake_classification_version"]) for edition in editions]
    assert versions == sorted(set(versions))
    current = history.folder(published, *NAMED) / history.CURRENT
    assert current.read_bytes() == editions[-1].ledger()


def test_a_figure_is_made_again_from_the_vintage_of_its_edition(published: Home) -> None:
    for edition in history.editions(published, *NAMED):
        rows = edition.rows()
        for name in (TOTAL, SHARE, "ars0_inflow_count:2021-12-14", "bronze_count:2021-12-14"):
            assert vintages.is_equal(vintages.recomputed(published, edition, name)[0], rows[name]), (edition.name, name)


def test_every_figure_of_an_edition_is_verified(published: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = history.editions(published, *NAMED)
    shown = [row for row in first.rows().values() if row["shown"] == "1"]
    code, told = invoke(monkeypatch, published, "verify", *NAMED, "--as-of", first.facts.build["run_id"])
    assert (code, told["equal"], told["different"], told["not_recomputed"]) == (0, len(shown), [], [])
    honest = history.Edition.rows
    monkeypatch.setattr(history.Edition, "rows", lambda self: altered(honest(self)))
    code, told = invoke(monkeypatch, published, "verify", *NAMED)
    assert (code, told["different"]) == (1, [TOTAL])
    odd = f"{TOTAL}:doubled"
    monkeypatch.setattr(history.Edition, "rows", lambda self: honest(self) | {odd: honest(self)[TOTAL]})
    code, told = invoke(monkeypatch, published, "verify", *NAMED)
    assert (code, told["different"], told["not_recomputed"]) == (1, [], [odd])


def altered(rows: dict[str, history.Row]) -> dict[str, history.Row]:
    return rows | {TOTAL: rows[TOTAL] | {"value": "12"}}


def test_a_ledger_that_was_tampered_with_is_found_out(published: Home) -> None:
    edition = history.editions(published, *NAMED)[0]
    figure, _ = vintages.recomputed(published, edition, TOTAL)
    row = edition.rows()[TOTAL]
    assert vintages.is_equal(figure, row)
    for name in ("value", "numerator", "denominator"):
        assert not vintages.is_equal(figure, row | {name: "11"})


def test_each_revision_has_its_cause(published: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = history.editions(published, *NAMED)[0]
    run = first.facts.build["run_id"]
    code, told = invoke(monkeypatch, published, "show", "covid-daily", TOTAL, "--as-of", run)
    assert (code, told["edition"], told["value"]) == (0, first.name, "10")
    assert told["counting_basis"].startswith("상담: 인바운드")
    assert "FROM volume_hourly" in told["queries"][TOTAL]
    assert told["build"]["lake_consultation_version"] == first.facts.build["lake_consultation_version"]
    changes = [(one["old"], one["new"], one["causes"]) for one in told["revisions"]]
    assert changes == [("10", "11", [CAUSES["late"]]), ("11", "10", [CAUSES["correction"]])]


def test_a_masked_figure_stays_masked(published: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = history.editions(published, *NAMED)[-1]
    masked = next(row for row in edition.rows().values() if row["masked"] == "1" and row["shown"] == "1")
    code, told = invoke(monkeypatch, published, "show", "covid-daily", masked["figure_id"])
    assert (code, told["equal"]) == (0, True)
    assert {told[name] for name in ("value", "numerator", "denominator", "recomputed")} == {"가림(작은 수)"}
    _, listed = invoke(monkeypatch, published, "list", *NAMED)
    values = {row["figure_id"]: row["value"] for row in listed}  # type: ignore[index]
    assert values[masked["figure_id"]] == "가림(작은 수)"


def test_a_figure_goes_by_its_number_or_beginning(published: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    _, listed = invoke(monkeypatch, published, "list", *NAMED)
    assert invoke(monkeypatch, published, "show", "covid-daily", "2")[1]["figure_id"] == listed[1]["figure_id"]  # type: ignore[index]
    assert invoke(monkeypatch, published, "show", "covid-daily", "unclassified")[1]["metric"] == "unclassified_pct"
    with pytest.raises(WrongUse, match="더 길게"):
        invoke(monkeypatch, published, "show", "covid-daily", "covid_")
    with pytest.raises(WrongUse, match="수치 'no_such'"):
        invoke(monkeypatch, published, "show", "covid-daily", "no_such")
    with pytest.raises(WrongUse, match="판이 있는 기간: 2021-12-14"):
        invoke(monkeypatch, published, "list", "covid-daily", "2021-12-15")


def test_a_difference_from_the_vintage_is_exit_code_1(published: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = history.Edition.rows
    monkeypatch.setattr(history.Edition, "rows", lambda self: altered(honest(self)))
    code, told = invoke(monkeypatch, published, "show", "covid-daily", TOTAL)
    assert (code, told["equal"], told["recomputed"]) == (1, False, "10건")


def test_a_vintage_that_is_gone_says_so(published: Home) -> None:
    edition = history.editions(published, *NAMED)[0]
    lost = replace(edition, facts=Facts({**edition.facts.build, "lake_consultation_version": "9999"}))
    with pytest.raises(DasanError, match="9999판"):
        vintages.recomputed(published, lost, TOTAL)
    with pytest.raises(DasanError, match="적혀 있지 않아"):
        vintages.recomputed(published, replace(edition, facts=Facts({})), TOTAL)


def test_the_published_ledger_is_there_for_programs(published: Home) -> None:
    folder = published.reports.joinpath(*NAMED)
    whole = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert whole["build"]["lake_classification_version"].isdigit()
    by_name = {figure["figure_id"]: figure for figure in whole["figures"]}
    assert by_name[TOTAL]["queries"] == [TOTAL]
    full = history.editions(published, *NAMED)[-1].rows()
    assert all(row["value"] != full[name]["value"] for name, row in by_name.items() if full[name]["masked"] == "1")
    assert {query for figure in whole["figures"] for query in figure["queries"]} == whole["queries"].keys()


def edition_at(name: str, moment: datetime, **build: str) -> history.Edition:
    return history.Edition(Path(), name, moment, Facts(build))


def test_an_edition_is_found_by_day_time_run_or_table_version() -> None:
    found = [
        edition_at("a", datetime(2021, 12, 14, 14, 0, tzinfo=UTC), run_id="R1", lake_classification_version="3"),
        edition_at("b", datetime(2021, 12, 14, 16, 0, tzinfo=UTC), run_id="R2", lake_classification_version="10"),
    ]
    assert history.as_of(found, "2021-12-14").name == "a"  # the second is of the 15th in Seoul
    assert [history.as_of(found, day).name for day in ("2021-12-15", "20211214", "20211215")] == ["b", "a", "b"]
    assert history.as_of(found, "2021-12-15T00:59").name == "a"
    assert [history.as_of(found, moment).name for moment in ("R1", "b", "9", "10")] == ["a", "b", "a", "b"]
    for moment in ("2021-12-13", "R3", "2", "언젠가"):
        with pytest.raises(WrongUse, match="해당하는 판이 없습니다"):
            history.as_of(found, moment)


WINDOW = (FIRST, FIRST)
DAY = DayFacts(100, 80, 2, 0, ("2022",), ("cold-1",), "aa")


def causes_of(now: DayFacts, *, later: DayFacts | None = None, population: str = "") -> tuple[str, ...]:
    before = Facts({}, {FIRST.isoformat(): DAY})
    days = {FIRST.isoformat(): now} | ({THIRD.isoformat(): later} if later else {})
    return facts.causes(before, Facts({}, days, population), [WINDOW], of_residents=True)


@pytest.mark.parametrize(
    ("now", "later", "expected"),
    [
        (replace(DAY, model_versions=("m-2",)), None, ("model",)),
        (replace(DAY, taxonomy_versions=("2025",), model_versions=("m-2",)), None, ("taxonomy", "model")),
        (replace(DAY, contact_count=103, consultation_count=83, late_count=5, records="bb"), None, ("late",)),
        (replace(DAY, contact_count=101, records="bb"), None, ("late",)),  # a late call that was given up
        (replace(DAY, late_count=3, records="bb"), DayFacts(superseded_count=1), ("correction",)),
        (replace(DAY, contact_count=99, consultation_count=79, records="bb"), None, ("correction",)),
        (
            replace(DAY, contact_count=102, consultation_count=82, late_count=5, records="bb"),
            DayFacts(superseded_count=1),
            ("late", "correction"),
        ),
        (
            replace(DAY, contact_count=102, consultation_count=82, late_count=4, records="bb"),
            DayFacts(superseded_count=7),  # records of other days
            ("late",),
        ),
        (replace(DAY, received_count=9), None, ("late",)),  # of other days: it is in the count of what arrived
        (replace(DAY, records="bb"), None, ("records",)),
        (DAY, None, ("program",)),
    ],
)
def test_causes_follow_from_the_facts_of_the_days(
    now: DayFacts, later: DayFacts | None, expected: tuple[str, ...]
) -> None:
    assert causes_of(now, later=later) == expected


def test_residents_matter_to_figures_by_resident_only() -> None:
    assert causes_of(DAY, population="ab") == ("population",)
    before, after = Facts({}, {FIRST.isoformat(): DAY}), Facts({}, {FIRST.isoformat(): DAY}, "ab")
    assert facts.causes(before, after, [WINDOW]) == ("unknown",)


def test_facts_survive_their_file() -> None:
    whole = Facts({"run_id": "R"}, {FIRST.isoformat(): DAY}, "ab")
    assert Facts.from_json(json.loads(json.dumps(whole.as_json()))) == whole
