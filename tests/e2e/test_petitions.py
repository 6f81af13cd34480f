"""Real citizens' text through everything: the petitions of January to April 2020, and the COVID rise of that spring."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from scipy.stats import spearmanr

from jobs import query
from jobs.engine import make_engine
from jobs.imports.petitions import import_petitions
from jobs.pipeline import Pipeline
from jobs.reports.release import publish_covid_daily
from jobs.settings import Home

FIRST, LAST = date(2020, 1, 1), date(2020, 4, 30)
BRIEF_DAY = date(2020, 3, 2)
# The plain count that the classified one is held against: titles with a word that only COVID brought up.
KEYWORDS = re.compile(
    "코로나|우한|폐렴|마스크|확진|자가격리|자가 격리|거리두기|신천지|선별진료|재난지원금|재난기본소득|방역"
)


@pytest.fixture(scope="module")
def petitions(real_data: Path) -> Path:
    return real_data / "petitions-covid-2019-2021" / "petition_data.csv"


@pytest.fixture(scope="module")
def published(petitions: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("petitions"))
    import_petitions(petitions, home.landing, FIRST, LAST)
    engine = make_engine("local")
    result = Pipeline(engine, home, home.landing).run(FIRST, LAST)
    engine.close()
    assert result.quarantined == {}
    return home


@pytest.fixture(scope="module")
def by_keyword(petitions: Path) -> dict[date, tuple[int, int]]:
    """Petitions and petitions with a keyword, by the day they opened (30 days before they expired); each id once."""
    counts: dict[date, tuple[int, int]] = {}
    seen: set[str] = set()
    with petitions.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            day = date.fromisoformat(row["expiryDate"]) - timedelta(days=30)
            if FIRST <= day <= LAST and row["title"].strip() and row["id"] not in seen:
                total, hits = counts.get(day, (0, 0))
                counts[day] = total + 1, hits + bool(KEYWORDS.search(row["title"]))
            seen.add(row["id"])
    return counts


def daily(home: Home) -> dict[date, tuple[int, int]]:
    with query.connect(home) as conn:
        rows = query.rows(
            conn, "SELECT contact_date, sum(consultation_count), sum(covid_count) FROM volume_hourly GROUP BY 1"
        )
    return {day: (int(total), int(covid)) for day, total, covid in rows}


def test_every_petition_is_counted_once(published: Home, by_keyword: dict[date, tuple[int, int]]) -> None:
    assert {day: total for day, (total, _) in daily(published).items()} == {
        day: total for day, (total, _) in by_keyword.items()
    }


def test_the_rise_of_that_spring(published: Home, by_keyword: dict[date, tuple[int, int]]) -> None:
    found = daily(published)
    days = sorted(found)
    agreement = spearmanr([found[day][1] for day in days], [by_keyword[day][1] for day in days]).statistic
    assert agreement > 0.9
    january = [found[day][1] for day in days if day < date(2020, 1, 20)]
    assert sum(january) == 0
    spring = [day for day in days if date(2020, 2, 24) <= day <= date(2020, 3, 31)]
    classified = sum(found[day][1] for day in spring) / sum(found[day][0] for day in spring)
    keyword = sum(by_keyword[day][1] for day in spring) / sum(by_keyword[day][0] for day in spring)
    assert classified > 0.3
    assert classified == pytest.approx(keyword, abs=0.1)


def test_the_brief_of_a_day_in_march_shows_it(published: Home, by_keyword: dict[date, tuple[int, int]]) -> None:
    files = {path.name: path for path in publish_covid_daily(published, BRIEF_DAY, ("html", "csv"))}
    total, covid = daily(published)[BRIEF_DAY]
    html = files["covid-daily_2020-03-02.html"].read_text(encoding="utf-8")
    assert "국민청원 제목(공개 자료)로 만든 시험 운영" in html
    assert f"전체 상담은 {total:,}건이고, 그 가운데 코로나19 상담은 {covid:,}건" in html
    with files["figures.csv"].open(encoding="utf-8-sig", newline="") as stream:
        figures = {row["figure_id"]: row for row in csv.DictReader(stream)}
    share = figures["covid_share_pct:2020-03-02"]
    assert (share["numerator"], share["denominator"]) == (str(covid), str(total))
    assert float(share["value"]) == pytest.approx(100 * covid / total, abs=0.05)
    assert covid == pytest.approx(by_keyword[BRIEF_DAY][1], rel=0.35)
