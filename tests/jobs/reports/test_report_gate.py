"""A document whose figures do not agree is not written; one whose figures were revised says so at its head."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner
from invented_marts import DAY, Rows, invent, span, types, write

from jobs import query
from jobs.cli.figures import figures as command
from jobs.errors import PublicationBlocked, WrongUse
from jobs.marts import Snapshot, mart_query
from jobs.publish import gate as gate_of_marts
from jobs.reports import covid_daily, derived, facts, gate, history, publish, selfcheck, voc
from jobs.reports.document import Column, Document, Number, Section, Table
from jobs.reports.figures import Ledger
from jobs.reports.release import publish_covid_daily, publish_voc
from jobs.settings import Home

BEFORE = date(2021, 12, 13)
DAYS = span(date(2021, 12, 6), DAY)
COVID_KIND = types()[2]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def put_marts(home: Home, rows: Rows, run_id: str) -> None:
    """Replace the published marts."""
    home.marts.unlink(missing_ok=True)
    write(home.marts, rows)
    with duckdb.connect(str(home.marts)) as db:
        db.execute("UPDATE build SET value = ? WHERE name = 'run_id'", [run_id])


def one_more(rows: Rows, *, late: bool) -> Rows:
    """One COVID consultation more on the 13th; as a late one, or where another stood under another type."""
    hour = next(row for row in rows["volume_hourly"] if row["contact_date"] == BEFORE and row["channel"] == "sms")
    kind = next(
        row
        for row in rows["type_daily"]
        if row["contact_date"] == BEFORE and row["channel"] == "sms" and not row["covid_group"]
    )
    hour["covid_count"] += 1
    if late:
        for name in ("contact_count", "consultation_count", "late_count"):
            hour[name] += 1
    else:
        kind["consultation_count"] -= 1
    rows["type_daily"].append({**kind, **COVID_KIND, "consultation_count": 1})
    return rows


def facts_of(document: Document) -> facts.Facts:
    return facts.read(document.ledger.conn, {figure.window for figure in document.ledger.figures.values()})


def examined(document: Document, home: Home) -> tuple[str, ...]:
    return gate.examine(document, home, facts_of(document))


@pytest.mark.parametrize("build", [lambda c: covid_daily.build(c, DAY), lambda c: voc.build(c, "2021-12", "city")])
def test_reports_that_agree_pass_without_a_banner(conn: Any, home: Home, build: Callable[[Any], Document]) -> None:
    assert examined(build(conn), home) == ()


def test_parts_that_miss_one_block_with_both_numbers(conn: Any, home: Home) -> None:
    document = covid_daily.build(conn, DAY)
    ledger = document.ledger
    total = ledger.figure("consultation_count", (DAY, DAY))
    parts = list(ledger.by("consultation_count", (DAY, DAY), ["contact_hour"]).values())
    ledger.relate(total, parts[1:])
    with pytest.raises(PublicationBlocked, match="declared_sums") as blocked:
        examined(document, home)
    short = int(total.value or 0) - int(parts[0].value or 0)
    assert f"{total.value:,}건, 부분 {len(parts) - 1}개" in str(blocked.value)
    assert f"합 {short:,}건" in str(blocked.value)
    assert blocked.value.exit_code == 4


@pytest.mark.parametrize("change", [{"value": 3.0}, {"numerator": 1}, {"denominator": 7}])
def test_a_quotient_that_does_not_follow_from_its_parts_is_found(conn: Any, home: Home, change: dict[str, Any]) -> None:
    document = covid_daily.build(conn, DAY)
    name = "covid_share_pct:2021-12-14"
    wrong = replace(document.ledger.figures[name], **change)
    figures = document.figures() | {name: wrong}
    assert [finding.figure for finding in selfcheck.conflicts(figures.values())] == [name]


def test_a_comparison_that_does_not_follow_is_found(conn: Any) -> None:
    ledger = Ledger(conn, "test")
    now, before = (ledger.figure("consultation_count", (day, day)) for day in (DAY, BEFORE))
    change, gap = derived.change(ledger, now, before), derived.difference(ledger, now, before)
    assert selfcheck.conflicts([now, before, change, gap]) == []
    swapped = [replace(change, value=-float(change.value or 0) - 5), replace(gap, value=int(gap.value or 0) + 10)]
    assert {finding.figure for finding in selfcheck.conflicts([now, before, *swapped])} == {
        change.figure_id,
        gap.figure_id,
    }


def test_types_that_lost_a_contact_are_seen_from_the_hours(marts_of: Callable[[Rows], Any], home: Home) -> None:
    rows = invent(DAYS, 300)
    lost = next(row for row in rows["type_daily"] if row["contact_date"] == DAY and not row["covid_group"])
    lost["consultation_count"] += 7
    with pytest.raises(PublicationBlocked, match="second_way") as blocked:
        examined(covid_daily.build(marts_of(rows), DAY), home)
    total = sum(row["consultation_count"] for row in rows["volume_hourly"] if row["contact_date"] == DAY)
    assert f"consultation_count:2021-12-14 {total:,}건" in str(blocked.value)
    assert f"{total + 7:,}건" in str(blocked.value)


def test_a_figure_revised_by_late_data_is_declared_at_the_head(home: Home) -> None:
    put_marts(home, invent(DAYS, 300), "R1")
    publish_covid_daily(home, BEFORE, ("csv",))
    put_marts(home, one_more(invent(DAYS, 300), late=True), "R2")
    files = publish_covid_daily(home, DAY, ("html", "csv"))
    html = next(file for file in files if file.suffix == ".html").read_text(encoding="utf-8")
    assert "고침: 전에 낸 2021-12-13 판" in html
    assert "까닭: 늦게 들어온 자료" in html
    with query.connect(home) as conn:
        again = covid_daily.build(conn, DAY)
        (notice,) = examined(again, home)
    assert notice in html
    notices = next(file for file in files if file.name.endswith("_notices.csv"))
    assert f"(모두),알림,{notice},{again.origin_label}" in notices.read_text(encoding="utf-8-sig").splitlines()
    before = [file.read_bytes() for file in files]
    assert [file.read_bytes() for file in publish_covid_daily(home, DAY, ("html", "csv"))] == before


def test_a_revision_without_a_cause_blocks_until_it_is_declared(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put_marts(home, invent(DAYS, 300), "R1")
    publish_covid_daily(home, BEFORE, ("csv",))
    put_marts(home, one_more(invent(DAYS, 300), late=False), "R2")
    with pytest.raises(PublicationBlocked, match="published_before") as blocked:
        publish_covid_daily(home, DAY, ("csv",))
    assert "covid_" in str(blocked.value)
    assert not home.reports.joinpath("covid-daily", DAY.isoformat()).exists()
    assert history.editions(home, "covid-daily", DAY.isoformat()) == []
    monkeypatch.setenv("DASAN_HOME", str(home.root))
    wanted = ["correct", "covid-daily", BEFORE.isoformat(), "--reason"]
    blank = CliRunner().invoke(command, [*wanted, " "], standalone_mode=False)
    assert isinstance(blank.exception, WrongUse)
    assert CliRunner().invoke(command, [*wanted, "유형을 손으로 바로잡음"], standalone_mode=False).return_value == 0
    with query.connect(home) as conn:
        (notice,) = examined(covid_daily.build(conn, DAY), home)
    assert notice.endswith("까닭: 유형을 손으로 바로잡음")
    assert publish_covid_daily(home, DAY, ("csv",))


def test_an_edition_of_the_same_period_says_what_it_replaces(home: Home) -> None:
    put_marts(home, invent(DAYS, 300), "R1")
    publish_covid_daily(home, BEFORE, ("csv",))
    put_marts(home, one_more(invent(DAYS, 300), late=True), "R2")
    for _ in range(2):  # and the same again says the same
        publish_covid_daily(home, BEFORE, ("html",))
        html = next(home.reports.joinpath("covid-daily", BEFORE.isoformat()).glob("*.html")).read_text(encoding="utf-8")
        assert "고침: 전에 낸 2021-12-13 판" in html
    assert len(history.editions(home, "covid-daily", BEFORE.isoformat())) == 2


def test_changes_of_one_cause_are_one_banner_and_all_listed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put_marts(home, invent(DAYS, 300), "R1")
    for day in (BEFORE, DAY):
        publish_covid_daily(home, day, ("csv",))
    put_marts(home, one_more(invent(DAYS, 300), late=True), "R2")
    with query.connect(home) as conn:
        document = covid_daily.build(conn, DAY)
        (notice,) = examined(document, home)
    publish_covid_daily(home, DAY, ("csv",))
    assert "부터 2021-12-14 판까지 판 2개의 수치가 바뀌었습니다" in notice
    assert "모두 보기: dasan figures changes covid-daily 2021-12-14." in notice
    monkeypatch.setenv("DASAN_HOME", str(home.root))
    asked = ["changes", "covid-daily", DAY.isoformat(), "--json", "-"]
    found = json.loads(CliRunner().invoke(command, asked, standalone_mode=False).output)
    assert {one["period"] for one in found} == {BEFORE.isoformat(), DAY.isoformat()}
    assert f" 외 {len({one['figure_id'] for one in found}) - 1}개" in notice
    assert {one["cause"] for one in found} == {"늦게 들어온 자료"}
    shown = document.figures()
    assert all(one["new"] == history.text(shown[one["figure_id"]].value) != one["old"] for one in found)
    assert any(":difference:" in one["figure_id"] for one in found)
    first = [*asked, "--as-of", history.editions(home, "covid-daily", DAY.isoformat())[0].name]
    assert json.loads(CliRunner().invoke(command, first, standalone_mode=False).output) == []


def test_editions_of_other_recipients_are_no_yardstick(home: Home) -> None:
    put_marts(home, invent(DAYS, 300), "R1")
    publish_voc(home, "2021-12", "city", ("csv",))
    publish_voc(home, "2021-12", "11680", ("csv",))
    assert [len(history.editions(home, "voc", "2021-12", name)) for name in ("city", "11680")] == [1, 1]
    assert history.periods(home, "voc", "11680") == ["2021-12"]
    assert history.periods(home, "voc") == []


def test_warnings_of_the_marts_become_banners_on_their_days(home: Home) -> None:
    rows = invent(DAYS, 300)
    meaning = "받은 레코드의 10%가 넘게 격리된 날이 있습니다"
    warning = {"rule_id": "many_quarantined", "channel": "sms", "meaning": meaning}
    rows["gate_warning"] = [{**warning, "day": day} for day in (BEFORE, DAY, date(2020, 1, 1))]
    put_marts(home, rows, "R1")
    with query.connect(home) as conn:
        notices = examined(covid_daily.build(conn, DAY), home)
    assert notices == (f"주의: {meaning} — 2021-12-13 sms 외 1건",)


@pytest.fixture(scope="module")
def marts_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    found = write(tmp_path_factory.mktemp("marts") / "dasan.duckdb", invent(DAYS, 400))
    with duckdb.connect(str(found)) as db:
        db.execute(f"CREATE VIEW type_version_daily AS {mart_query('type_version_daily')}")
    yield found


RULES = [
    ("hours_make_the_day", "UPDATE volume_hourly SET contact_hour = 24 WHERE contact_hour = 9 AND channel = 'sms'"),
    ("series_make_the_total", "UPDATE volume_hourly SET series = 'fax' WHERE channel = 'sms'"),
    ("districts_make_the_total", "UPDATE type_daily SET district_code = '26110' WHERE district_code = '11680'"),
    ("groups_make_the_covid_total", "UPDATE type_daily SET covid_group = 'mask' WHERE covid_group = 'suspected'"),
    ("parts_lie_in_their_group", "UPDATE type_daily SET covid_group = 'other' WHERE covid_subgroup = 'vaccine'"),
    (
        "covid_within_consultations",
        "UPDATE volume_hourly SET covid_count = consultation_count + 1 WHERE channel = 'sms'",
    ),
    ("late_within_consultations", "UPDATE volume_hourly SET late_count = consultation_count + 1 WHERE channel = 'sms'"),
    ("many_quarantined", "UPDATE quality_daily SET quarantined_count = bronze_count WHERE channel = 'phone'"),
    ("many_warned", "UPDATE quality_daily SET warned_count = validated_count WHERE channel = 'phone'"),
    ("many_unclassified", "UPDATE volume_hourly SET unclassified_count = consultation_count WHERE channel = 'phone'"),
]


@pytest.mark.parametrize(("rule_id", "sql"), RULES, ids=[rule_id for rule_id, _ in RULES])
def test_each_rule_of_the_marts_finds_its_fault(marts_file: Path, tmp_path: Path, rule_id: str, sql: str) -> None:
    draft = tmp_path / "draft.duckdb"
    draft.write_bytes(marts_file.read_bytes())
    lake = Snapshot({"consultation": [], "classification": []})
    assert not any(rule_id in line for lines in gate_of_marts(draft, lake, set()) for line in lines)
    with duckdb.connect(str(draft)) as db:
        db.execute(sql)
    faults, warnings = gate_of_marts(draft, lake, set())
    is_warning = rule_id.startswith("many_")
    told = [line for line in (warnings if is_warning else faults) if line.startswith(f"[{rule_id}]")]
    assert told
    assert any("2021-12-14" in line for line in told)
    with duckdb.connect(str(draft), read_only=True) as db:
        (kept,) = db.execute("SELECT count(*) FROM gate_warning WHERE rule_id = ?", [rule_id]).fetchone() or (0,)
    assert kept == (len(told) if is_warning else 0)


def with_others(conn: Any, cases: int) -> Document:
    """A count, a figure from outside, an estimate, and one with a name of its own."""
    ledger = Ledger(conn, "test")
    total = ledger.figure("consultation_count", (DAY, DAY))
    outside = replace(total, figure_id=f"outside.cases:{DAY}", metric_id="outside.cases", value=cases, counts=())
    bound = replace(
        total, figure_id=f"{total.figure_id}:upper@{BEFORE}", metric_id="consultation_count.upper", value=9.5
    )
    bound = replace(bound, numerator=9.512345, decimals=1, is_count=False)
    odd = replace(outside, figure_id="a name of its own")
    shown = [Number(ledger.add(figure)) for figure in (total, outside, bound, odd)]
    table = Table("t", "표", (Column("이름", "text"), *(Column("값") for _ in shown)), (("줄", *shown),))
    section = Section("하나", (table,))
    document = Document("test", "2021-12-14", "", "시험", "", "", (), (), (), (section,), ledger)
    ledger.protect()
    return document


def test_figures_from_outside_and_estimates_pass_by(conn: Any, home: Home, tmp_path: Path) -> None:
    """Nothing follows from them, nothing can be asked of the marts, and they may be revised."""
    document = with_others(conn, 7)
    publish(document, document.ledger, tmp_path / "out", ("csv",), home=home)
    whole = json.loads((tmp_path / "out" / "test" / "2021-12-14" / "figures.json").read_text(encoding="utf-8"))
    total = "consultation_count:2021-12-14"
    assert [figure["queries"] for figure in whole["figures"]] == [[total], [], [total], []]
    assert examined(with_others(conn, 8), home) == ()
