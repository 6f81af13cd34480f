"""Two runs at once, in processes of their own: different days both succeed; of the same days, one."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import landing_files as lf
import pytest
from lake_contents import contents

from jobs.claims import claimed, turn
from jobs.engine.local import LocalEngine
from jobs.errors import DaysInHand
from jobs.settings import Home
from schemas.tables import BRONZE, CONSULTATION

FIRST, SECOND = date(2021, 12, 14), date(2021, 12, 15)


def start(home: Home, day: date, *options: str) -> subprocess.Popen[str]:
    """`dasan run` of a day as a user starts it."""
    command = [sys.executable, "-c", "from jobs.cli import main; main()", "run", "--from", str(day), "--to", str(day)]
    environment = os.environ | {"DASAN_HOME": str(home.root), "DASAN_TAXONOMY": "2019"}
    return subprocess.Popen([*command, *options], env=environment, stderr=subprocess.PIPE, text=True)


def claims(home: Home) -> list[Path]:
    return sorted((home.locks / "claims").glob("*.json"))


def until_claimed(home: Home, count: int) -> None:
    for _ in range(600):
        if len(claims(home)) == count:
            return
        time.sleep(0.1)
    raise AssertionError(f"{count} claims did not come")


@pytest.fixture
def two_days(home: Home) -> Home:
    for day in (FIRST, SECOND):
        calls = lf.csv_bytes(lf.CALL_HEADER, [lf.call(f"C{day.day}", "수도 요금", day=day.isoformat())])
        lf.put(home.landing, "phone", "calls.csv", calls, day.isoformat())
    return home


def test_different_days_both_succeed_and_the_same_day_only_once(two_days: Home) -> None:
    held = two_days.channel_lock("phone")
    held.parent.mkdir(parents=True)
    with held.open("w") as gate:  # all are kept at the door until all have come
        fcntl.flock(gate, fcntl.LOCK_EX)
        one, other = start(two_days, FIRST, "--channel", "phone"), start(two_days, SECOND, "--channel", "phone")
        until_claimed(two_days, 2)
        same = start(two_days, FIRST)
        refused = same.communicate()[1]
        assert one.poll() is None and other.poll() is None
    messages = [process.communicate()[1] for process in (one, other)]
    assert (one.returncode, other.returncode, same.returncode) == (0, 0, 1), messages
    assert all("차례 기다림 phone" in message for message in messages)
    assert "phone · 도착일 2021-12-14~2021-12-14" in refused
    assert f"프로세스 {one.pid}" in refused
    assert claims(two_days) == []
    engine = LocalEngine(1)
    assert len(contents(engine, two_days, BRONZE)) == len(contents(engine, two_days, CONSULTATION)) == 2
    engine.close()


def test_a_dead_run_claims_nothing(home: Home) -> None:
    folder = home.locks / "claims"
    folder.mkdir(parents=True)
    left = {"run_id": "killed", "channels": ["phone"], "basis": "landing", "first": "2021-12-14", "last": "2021-12-14"}
    (folder / "killed.json").write_text(json.dumps(left | {"process": 1, "since": ""}))
    with claimed(home, "mine", ["phone"], FIRST, FIRST):
        assert [path.stem for path in claims(home)] == ["mine"]
        with pytest.raises(DaysInHand, match="mine"), claimed(home, "yours", ["sms", "phone"], FIRST, SECOND):
            pass
        with claimed(home, "later", ["phone"], SECOND, SECOND), claimed(home, "other", ["sms"], FIRST, FIRST):
            assert len(claims(home)) == 3
        with claimed(home, "backfill", ["phone"], FIRST, FIRST, "contact"):  # takes its turn, but is another matter
            pass
    assert claims(home) == []


def test_a_free_channel_is_not_waited_for(home: Home) -> None:
    told: list[str] = []
    with turn(home, ["sms", "phone"], told.append):
        assert told == []
