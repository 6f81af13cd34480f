"""All editions of a month and of the month before, together: no small count by type and place can be worked out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from disclosure_attack import Attack, K, published
from invented_marts import DAY, invent, span, write

from jobs import query, suppression
from jobs.reports import release
from jobs.settings import Home
from jobs.suppression import decide, decide_closed

MONTHS = {"2021-11": "2021-11-17/2021-11-30", "2021-12": f"2021-12-01/{DAY}"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    found = Home(tmp_path_factory.mktemp("home"))
    write(found.marts, invent(span(date(2021, 11, 17), DAY), 600))
    return found


def exposed(home: Home, folder: Path, months: Iterable[str] = MONTHS) -> dict[str, int]:
    """For each month: of its small counts by type and place, how many an attacker bounds within 1 to k - 1."""
    found = {}
    for month in months:
        with query.connect(home) as conn:
            rows = query.rows(
                conn,
                "SELECT type_code, domain, department_code, covid_group, district_code, sum(consultation_count) "
                "FROM type_daily WHERE strftime(contact_date, '%Y-%m') = ? GROUP BY ALL",
                [month],
            )
        kinds, places = sorted({row[:4] for row in rows}), sorted({row[4] for row in rows})
        attack = Attack(kinds, places)
        counts = np.zeros((len(attack.kinds), len(attack.places)))
        for row in rows:
            counts[attack.kinds.index(row[:4]), attack.places.index(row[4])] += row[5]
        attack.learn(published(folder, MONTHS[month]))
        small = [(kind, place) for kind, place in np.argwhere((counts > 0) & (counts < K)).tolist()]
        assert len(small) > 50
        ranges = attack.ranges(small)
        assert all(low - 1e-6 <= counts[cell] <= high + 1e-6 for cell, (low, high) in ranges.items())
        found[month] = sum(low > 1 + 1e-6 or high < K - 1 - 1e-6 for low, high in ranges.values())
    return found


def test_no_small_count_follows_from_all_editions(home: Home, tmp_path: Path) -> None:
    """All of December's, which tell of November too, and the city's of November."""
    release.publish_voc(home, "2021-11", "city", ["csv"], out=tmp_path)
    release.publish_voc(home, "2021-12", "all", ["csv"], out=tmp_path)
    assert exposed(home, tmp_path) == dict.fromkeys(MONTHS, 0)
    assert shown(home, tmp_path) > 0.6


def test_publication_decides_a_month_once_a_week_has_landed_after_it(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Home(tmp_path)
    place.marts.parent.mkdir(parents=True)
    place.marts.write_bytes(home.marts.read_bytes())
    files(place, "as they came")
    with duckdb.connect(str(place.marts)) as db:
        db.execute("DELETE FROM quality_daily WHERE landing_date > DATE '2021-12-06'")
    assert decide_closed(place) == {}
    with duckdb.connect(str(place.marts)) as db:
        db.execute("INSERT INTO quality_daily (landing_date, channel) VALUES (DATE '2021-12-07', 'phone')")
    assert decide_closed(place) == {"2021-11": []}
    decided = cells(place, "2021-11")
    files(place, "written anew with the same contents")
    assert decide_closed(place) == {}
    with monkeypatch.context() as patched:  # and is not read again
        patched.setattr(suppression, "_fingerprint", None)
        assert decide_closed(place) == {}
    files(place, "with late contacts")
    late(place, "contact_date = DATE '2021-11-22' AND channel = 'phone' AND district_code = '11680'", 2)
    assert decide_closed(place) == {"2021-11": []}
    assert decided.keys() <= cells(place, "2021-11").keys()


def test_months_that_processes_decide_are_those_decided_one_by_one(home: Home, tmp_path: Path) -> None:
    together, apart = Home(tmp_path / "together"), Home(tmp_path / "apart")
    for place in (together, apart):
        place.marts.parent.mkdir(parents=True)
        place.marts.write_bytes(home.marts.read_bytes())
    assert decide(together, [*MONTHS, "2020-01"]) == {month: [] for month in MONTHS}
    for month in MONTHS:
        decide(apart, [month])
        assert cells(together, month) == cells(apart, month)


def test_without_the_complementary_cells_the_attack_succeeds(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small_only(place: Home, months: list[str]) -> object:
        return decide(place, months, is_protected=False)

    bare = Home(tmp_path / "bare")
    bare.marts.parent.mkdir(parents=True)
    bare.marts.write_bytes(home.marts.read_bytes())
    monkeypatch.setattr(release, "decide", small_only)
    release.publish_voc(bare, "2021-12", "city", ["csv"], out=tmp_path)
    assert exposed(bare, tmp_path, ["2021-12"])["2021-12"] > 0


def shown(home: Home, folder: Path) -> float:
    """Of the contacts in pairs of type and district of 5 or more in December: the part in pairs that are shown."""
    figures = published(folder, MONTHS["2021-12"])
    with query.connect(home) as conn:
        rows = query.rows(
            conn,
            "SELECT type_code, district_code, sum(consultation_count)::BIGINT AS n FROM type_daily "
            "WHERE strftime(contact_date, '%Y-%m') = '2021-12' GROUP BY ALL HAVING n >= 5",
        )
    seen, whole = 0, 0
    for code, place, n in rows:
        printed = figures.get(f"type_count:district_code={place},type_code={code}", "비공개")
        assert printed in (str(n), "비공개")
        seen, whole = seen + n * (printed == str(n)), whole + n
    return seen / whole


def cells(home: Home, month: str) -> dict[tuple[str, str, str], str]:
    with query.connect(home) as conn:
        rows = query.rows(
            conn, "SELECT level, code, district_code, mask FROM statistics.suppression WHERE month = ?", [month]
        )
    return {row[:3]: row[3] for row in rows}


def files(home: Home, made: str) -> None:
    """The files of the lake behind November, as the marts remember them."""
    with duckdb.connect(str(home.marts)) as db:
        db.execute("DELETE FROM lineage")
        db.execute("INSERT INTO lineage VALUES ('classification', 'phone', '2021-11-22', ?)", [made])


def late(home: Home, where: str, more: int) -> None:
    """Contacts that come after the month was published."""
    with duckdb.connect(str(home.marts)) as db:
        db.execute(f"UPDATE type_daily SET consultation_count = consultation_count + {more} WHERE {where}")
        db.execute("UPDATE build SET value = value || '+' WHERE name = 'run_id'")


@pytest.mark.parametrize("more", [2, 50])
def test_a_month_that_is_published_again_shows_no_small_difference(home: Home, tmp_path: Path, more: int) -> None:
    again = Home(tmp_path)
    again.marts.parent.mkdir(parents=True)
    again.marts.write_bytes(home.marts.read_bytes())
    decide(again, ["2021-11"])
    before = cells(again, "2021-11")
    with query.connect(again) as conn:
        rows = query.rows(
            conn,
            "SELECT type_code, district_code, max(contact_date), min(channel), sum(consultation_count) AS n FROM type_daily "
            "WHERE contact_date = DATE '2021-11-22' AND channel = 'phone' AND district_code <> '' "
            "GROUP BY ALL ORDER BY n DESC, type_code, district_code",
        )
    kind, place = next(row[:2] for row in rows if ("type", row[0], row[1]) not in before)
    late(
        again,
        f"contact_date = DATE '2021-11-22' AND channel = 'phone' AND type_code = '{kind}' AND district_code = '{place}'",
        more,
    )
    assert decide(again, ["2021-11"]) == {"2021-11": []}
    after = cells(again, "2021-11")
    assert before.keys() <= after.keys()
    assert (("type", kind, place) in after) == (more < K)
    assert decide(again, ["2021-11"]) == {}
