"""`kill -9` at any point: every table stands at one of its versions, and the next run ends with all there is."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import landing_files as lf
import pytest
from killed_runs import Runs, after, after_changes, names
from lake_contents import contents

from jobs import query
from jobs.engine.local import LocalEngine
from jobs.lake import LakeTable
from jobs.maintenance import maintain
from jobs.marts import BY_CONTACT, BY_LANDING
from jobs.settings import Home
from schemas.tables import BRONZE, CLASSIFICATION, CONSULTATION, VALIDATED

FIRST, LAST = date(2021, 12, 14), date(2021, 12, 15)
LAKE = (BRONZE, VALIDATED, CONSULTATION, CLASSIFICATION)
MARTS = (*BY_CONTACT, *BY_LANDING)
Contents = dict[str, list[Any]]


@dataclass
class City:
    """Two landing days, the second with repeats, a correction and a late transcript of the first."""

    home: Home
    runs: Runs
    kept: Path  # the installation as it is after the first day alone
    reference: Contents  # after both
    first_day: Contents
    seconds: float  # of an undisturbed run
    files: int  # that it makes

    def start(self, *, empty: bool) -> Contents:
        """Back to the beginning, or to the end of the first day. Returns what stands then."""
        for folder in (self.home.lake, self.home.marts.parent):
            shutil.rmtree(folder, ignore_errors=True)
            if not empty:
                shutil.copytree(self.kept / folder.name, folder)
        return {name: [] for name in self.reference} if empty else self.first_day


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DASAN_TOKEN_KEY", os.urandom(32).hex())
        patch.setenv("DASAN_TAXONOMY", "2019")  # the smaller one: its cold start is ready in a moment
        home = Home(tmp_path_factory.mktemp("killed") / "home")
        two_days(home.landing)
        runs = Runs(home)
        assert runs.run(FIRST, FIRST)[0] == 0
        first_day = standing(home)
        kept = home.root.parent / "kept"
        for folder in (home.lake, home.marts.parent):
            shutil.copytree(folder, kept / folder.name)
        before = names(home.root)
        status, seconds = runs.run(FIRST, LAST)
        assert status == 0
        made = len(names(home.root) - before)
        yield City(home, runs, kept, standing(home), first_day, seconds, made)
        runs.close()


def two_days(landing: Path) -> None:
    lf.nine_channels(landing)
    second = [
        lf.call("C1", "불법주차 신고 안내"),
        lf.call("C3", "코로나 백신 3차 예약 문의", ARS코드="0"),
        lf.call("D1", "수도 요금 문의", day=LAST.isoformat()),
        lf.call("D9", 결과="모름"),
    ]
    lf.put(landing, "phone", "second.csv", lf.csv_bytes(lf.CALL_HEADER, second), LAST.isoformat())
    late = lf.transcript("C3", ("customer", "백신 3차 예약하고 싶어요 제 전화는 010-0000-7777"), ("agent", "네"))
    lf.put(landing, "phone", "late.jsonl", lf.jsonl([late]) + b'{"call_id": "cut', LAST.isoformat())
    lf.put(landing, "naver", "broken.xlsx", os.urandom(50_000), LAST.isoformat())


def standing(home: Home) -> Contents:
    """All that can be read, table by table."""
    engine = LocalEngine(1)
    found: Contents = {table.name: contents(engine, home, table) for table in LAKE}
    engine.close()
    for name in MARTS:
        found[name] = []
        if home.marts.exists():
            with query.connect(home) as conn:
                found[name] = [str(row) for row in query.rows(conn, f"SELECT * FROM {name} ORDER BY ALL")]
    return found


def survives(city: City, kill: Callable[[], object], *, empty: bool, pool_from: int = 30_000) -> bool:
    """Whether the run was killed at all: a late kill may find it done."""
    before = city.start(empty=empty)
    status, _ = city.runs.run(FIRST, LAST, kill, pool_from)
    between = standing(city.home)
    for name, rows in between.items():
        assert rows in (before[name], city.reference[name]), f"{name} is neither as it was nor as it will be"
    marts = [between[name] for name in MARTS]  # one file, so all of one moment
    assert marts in ([state[name] for name in MARTS] for state in (before, city.reference))

    assert city.runs.run(FIRST, LAST)[0] == 0
    ended = standing(city.home)
    for name, rows in city.reference.items():
        assert ended[name] == rows, f"{name} is not what an undisturbed run makes"
    assert len(ended["bronze"]) == len(ended["validated"])
    (original,) = city.home.originals.iterdir()
    assert original.read_bytes() == (city.home.landing / "naver" / LAST.isoformat() / "broken.xlsx").read_bytes()

    engine = LocalEngine(1)
    maintain(city.home, engine, keep_days=0)
    engine.close()
    for table in LAKE:
        lake = LakeTable(city.home, table)
        on_disk = {str(path) for path in lake.root.rglob("*.parquet") if "_delta_log" not in path.parts}
        assert on_disk == set(lake.absolute(lake.files()))
    published = {path.name for path in city.home.marts.parent.iterdir()}
    assert published - {"statistics.npz"} == {".lock", ".statistics.lock", "dasan.duckdb", "statistics.duckdb"}
    assert standing(city.home) == city.reference
    return status == signal.SIGKILL


def moments(city: City, seed: int) -> Iterator[tuple[Callable[[], object], bool]]:
    """Half by the clock and half by what the run writes, on an empty installation and on one with a day in it."""
    chance = random.Random(seed)
    for point in itertools.count():
        empty = point % 4 >= 2
        if point % 2:
            yield after_changes(city.home.root, chance.randint(1, city.files), 3 * city.seconds), empty
        else:
            yield after(chance.uniform(0, city.seconds)), empty


def test_a_killed_run_leaves_whole_tables_and_the_next_run_finishes(city: City) -> None:
    for kill, empty in itertools.islice(moments(city, seed=120), 4):
        survives(city, kill, empty=empty)


@pytest.mark.slow
def test_a_run_may_be_killed_anywhere(city: City) -> None:
    points = moments(city, seed=2022)
    killed = 0
    while killed < 50:
        kill, empty = next(points)
        killed += survives(city, kill, empty=empty)


@pytest.mark.slow
def test_a_run_may_be_killed_with_its_pool(city: City) -> None:
    for changes in (12, city.files // 2):
        assert survives(city, after_changes(city.home.root, changes, 60), empty=False, pool_from=1)
