"""The statistics over marts: brought up to date by days as made in one go, and what they say of a surge and a gap."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import statistics_marts

from jobs import query
from jobs.settings import Home
from jobs.statistics import update
from schemas.statistics_tables import STATISTICS

FIRST = date(2021, 3, 1)  # a Monday
DAYS = 32
SURGE = date(2021, 3, 29)
DERIVED = ("expectation_daily", "episode", "trend_weekly", "forecast_daily", "suppression")


def make(home: Home, days: int) -> None:
    home.marts.parent.mkdir(parents=True, exist_ok=True)
    statistics_marts.write(home.marts, FIRST, days, contacts_a_day=800)


def change(home: Home, *statements: str) -> None:
    """Change the marts as a publication would."""
    with duckdb.connect(str(home.marts)) as db:
        for statement in statements:
            db.execute(statement)
        db.execute("UPDATE build SET value = value || '+' WHERE name = 'run_id'")


def contents(home: Home) -> dict[str, list[tuple[object, ...]]]:
    with query.connect(home) as conn:
        return {name: query.rows(conn, f"SELECT * FROM statistics.{name} ORDER BY ALL") for name in DERIVED}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Thirty-two days; on the last four days matters of traffic without a district come eight times as often."""
    home = Home(tmp_path_factory.mktemp("city"))
    make(home, DAYS)
    change(
        home,
        "UPDATE type_daily SET consultation_count = 8 * consultation_count WHERE domain = '교통' "
        f"AND contact_date >= DATE '{SURGE}' AND district_code = ''",
    )
    update(home)
    return home


def test_days_that_are_added_give_what_one_run_gives(city: Home, tmp_path: Path) -> None:
    home = Home(tmp_path)
    make(home, DAYS - 5)
    update(home)
    home.marts.unlink()
    home.marts.write_bytes(city.marts.read_bytes())
    done = update(home)
    assert done is not None and done.first == FIRST + timedelta(days=DAYS - 5 - 3)
    assert contents(home) == contents(city)
    again = update(home)
    assert again is not None and again.first is None


def test_a_change_further_back_is_taken_in(city: Home, tmp_path: Path) -> None:
    homes = [Home(tmp_path / name) for name in ("brought", "fresh")]
    for home in homes:
        home.marts.parent.mkdir(parents=True)
        home.marts.write_bytes(city.marts.read_bytes())
        if home == homes[0]:
            update(home)
        change(
            home, f"DELETE FROM type_daily WHERE contact_date = DATE '{FIRST + timedelta(days=9)}' AND series = 'sms'"
        )
    assert all((done := update(home)) is not None and done.first == FIRST for home in homes)
    assert contents(homes[0]) == contents(homes[1]) != contents(city)


def test_a_surge_is_an_episode_with_its_size(city: Home) -> None:
    with query.connect(city) as conn:
        found = query.rows(
            conn,
            "SELECT opened_date, last_date, closed_date, consultation_count, expected_count, excess_count, peak_count "
            "FROM statistics.episode WHERE (level, code, district_code, series) = ('domain', '교통', 'all', 'all')",
        )
        (count,) = query.rows(
            conn,
            f"SELECT sum(consultation_count) FROM type_daily WHERE domain = '교통' AND contact_date >= DATE '{SURGE}'",
        )[0]
    assert len(found) == 1
    opened, last, closed, observed, expected, excess, peak = found[0]
    assert (opened, last, closed) == (SURGE, FIRST + timedelta(days=DAYS - 1), None)
    assert observed == count
    assert 0 < expected < observed / 3
    assert excess == pytest.approx(observed - expected)
    assert observed / 4 <= peak < observed


def test_a_week_says_what_changed(city: Home) -> None:
    """The week before the surge is like the one before it: nothing in the city as a whole is said to have changed."""
    with query.connect(city) as conn:
        found = query.rows(
            conn,
            "SELECT week, day_count, is_changed, change_lower_rate, change_rate, change_upper_rate, previous_count, "
            "consultation_count FROM statistics.trend_weekly WHERE (level, code, district_code, series) = "
            "('all', 'all', 'all', 'all') ORDER BY week",
        )
        share = query.rows(conn, "SELECT avg(is_changed::INT) FROM statistics.trend_weekly WHERE week > '2021-W09'")
        weeks = {
            (str(year), week): count
            for year, week, count in query.rows(
                conn,
                "SELECT isoyear(contact_date), week(contact_date), sum(consultation_count) FROM type_daily GROUP BY ALL",
            )
        }
    assert [row[0] for row in found] == ["2021-W09", "2021-W10", "2021-W11", "2021-W12"]
    for week, days, is_changed, low, rate, high, before, count in found[1:]:
        assert days == 7
        assert count == weeks["2021", int(week[-2:])] and before == weeks["2021", int(week[-2:]) - 1]
        assert low < rate < high and rate == pytest.approx(count / before - 1, abs=1e-3)
        assert not is_changed
    assert share[0][0] < 0.01


def test_a_channel_that_is_missing_is_a_gap(city: Home, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.marts.parent.mkdir(parents=True)
    home.marts.write_bytes(city.marts.read_bytes())
    day = FIRST + timedelta(days=20)
    where = f"WHERE contact_date = DATE '{day}' AND channel = 'chatbot'"
    change(home, f"DELETE FROM type_daily {where}", f"DELETE FROM volume_hourly {where}")
    update(home)
    with query.connect(home) as conn:
        rows = query.rows(
            conn,
            "SELECT series, consultation_count FROM statistics.expectation_daily "
            f"WHERE contact_date = DATE '{day}' AND level = 'all' AND district_code = 'all'",
        )
    counts = dict(rows)
    assert counts["all"] is None and counts["chatbot"] is None
    assert counts["phone"] > 0 and counts["sms"] > 0


def test_the_tables_are_as_declared_and_empty_without_statistics(city: Home, tmp_path: Path) -> None:
    home = Home(tmp_path)
    make(home, 1)
    for place in (city, home):
        with query.connect(place) as conn:
            for table in STATISTICS:
                names = [row[0] for row in query.rows(conn, f"DESCRIBE statistics.{table.name}")]
                assert names == table.column_names()
                doubled = f"SELECT 1 FROM statistics.{table.name} GROUP BY {', '.join(table.key)} HAVING count(*) > 1"
                assert query.rows(conn, doubled) == []
                if place is home:
                    assert query.rows(conn, f"SELECT 1 FROM statistics.{table.name}") == []
