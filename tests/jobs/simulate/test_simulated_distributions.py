"""The distributions of what is written are those that were asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from city_distributions import Distribution, distributions

from jobs.simulate import simulate

FIRST, LAST, SCALE = date(2021, 8, 1), date(2021, 9, 30), 0.02
# What chance alone may make of this many contacts: about 18,000 calls and 25,000 consultations.
BOUNDS = {
    "자치구": 0.03,
    "다시 건 전화의 비율": 0.025,
    "시각 (전화 인입)": 0.02,
    "통화시간 (초)": 0.02,
    "말한 글자 수 (전사)": 0.03,
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Distribution]:
    root: Path = tmp_path_factory.mktemp("city")
    simulate(root / "landing", FIRST, LAST, SCALE, seed=3, answer_key=root / "key")
    return distributions(root / "landing", root / "key", FIRST, LAST, SCALE, seed=3)


def test_every_distribution_is_the_one_asked_for(found: list[Distribution]) -> None:
    gaps = {one.title: one.gap for one in found}
    assert len(gaps) == 9
    assert {title: gap for title, gap in gaps.items() if gap > BOUNDS.get(title, 0.015)} == {}


def test_covid_of_august_is_the_printed_share(found: list[Distribution]) -> None:
    covid = next(one for one in found if one.title == "달마다 코로나19 비중")
    assert covid.found[covid.labels.index("2021-08")] == pytest.approx(0.312, abs=0.0005)
