"""Days classified by different versions of the taxonomy: counted once under each, and never lost on the way."""

from __future__ import annotations

from datetime import date
from typing import Any

import landing_files as lf
import pytest

from jobs import marts, query
from jobs.engine.local import LocalEngine
from jobs.errors import PublicationBlocked
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.codes import UNCLASSIFIED
from schemas.taxonomy.crosswalk import NOT_IN_VERSION, load_crosswalk

FIRST, SECOND = date(2021, 12, 14), date(2021, 12, 15)
TEXTS = ("수도요금이 갑자기 많이 나왔어요", "택시가 승차거부를 했습니다", "ㅁㄴㅇㄹ", "코로나 백신 예약을 바꾸려고요")


def two_days(home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    pipeline = Pipeline(engine, home, home.landing)
    for day, version in ((FIRST, "2019"), (SECOND, "2022")):
        calls = [lf.call(f"{day}-{number}", text, day=day) for number, text in enumerate(TEXTS)]
        lf.put(home.landing, "phone", "a.csv", lf.csv_bytes(lf.CALL_HEADER, calls), day.isoformat())
        monkeypatch.setenv("DASAN_TAXONOMY", version)
        pipeline.run(day, day)
    return pipeline


def rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with query.connect(home) as conn:
        return query.rows(conn, sql)


def test_both_codes_are_carried(home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    two_days(home, engine, monkeypatch)
    assert rows(home, "SELECT DISTINCT contact_date, taxonomy_version FROM type_daily ORDER BY 1") == [
        (FIRST, "2019"),
        (SECOND, "2022"),
    ]
    totals = "SELECT contact_date, taxonomy_version, classified_version, sum(consultation_count) FROM type_version_daily GROUP BY ALL ORDER BY ALL"
    assert rows(home, totals) == [
        (day, version, classified, pytest.approx(len(TEXTS)))
        for day, classified in ((FIRST, "2019"), (SECOND, "2022"))
        for version in ("2019", "2022")
    ]
    forward = load_crosswalk("2019", "2022").shares()
    for code, count in rows(
        home, "SELECT type_code, sum(consultation_count) FROM type_daily WHERE taxonomy_version = '2019' GROUP BY 1"
    ):
        expected = {code: 1.0} if code == UNCLASSIFIED else forward[code]
        moved = dict(rows(home, "SELECT type_code, sum(consultation_count) FROM type_version_daily "
                                "WHERE taxonomy_version = '2022' AND classified_version = '2019' GROUP BY 1"))  # fmt: skip
        assert all(moved[new] >= count * share - 1e-9 for new, share in expected.items())


def test_what_the_older_version_had_no_type_for_is_named(
    home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_days(home, engine, monkeypatch)
    covid = "SELECT sum(consultation_count) FROM type_daily WHERE covid_group <> '' AND contact_date = '2021-12-15'"
    back = f"SELECT sum(consultation_count) FROM type_version_daily WHERE taxonomy_version = '2019' AND type_code = '{NOT_IN_VERSION}'"
    assert rows(home, covid) == [(1,)]
    assert rows(home, back) == [(1.0,)]


def test_a_type_without_a_way_blocks_publication(
    home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = marts.all_conversions
    monkeypatch.setattr(
        marts, "all_conversions", lambda folder: [row for row in honest(folder) if row[1] != UNCLASSIFIED]
    )
    with pytest.raises(PublicationBlocked, match="versions_carry_every_consultation"):
        two_days(home, engine, monkeypatch)


def test_marts_of_an_earlier_shape_are_made_anew(
    home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    pipeline = two_days(home, engine, monkeypatch)
    with duckdb.connect(str(home.marts)) as db:
        db.execute("DROP VIEW type_version_daily")
        db.execute("ALTER TABLE type_daily DROP COLUMN taxonomy_version")
    pipeline.run(SECOND, SECOND, ("publish",))
    assert rows(home, "SELECT count(DISTINCT taxonomy_version) FROM type_daily") == [(2,)]
