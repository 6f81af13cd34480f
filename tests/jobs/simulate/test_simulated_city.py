"""The synthetic city keeps to the contracts, repeats itself byte for byte, and tells the truth in its key."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from city_days import FIRST, LAST
from city_files import Raw, landed

from jobs.errors import WrongUse
from jobs.fields import field_reader
from jobs.simulate import city as city_module
from jobs.simulate import simulate
from schemas.codes import CHANNELS
from schemas.contracts import contract


def holds(raw: Any, path: str) -> bool:
    for key in path.split("."):
        if not isinstance(raw, dict) or key not in raw:
            return False
        raw = raw[key]
    return True


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_record_keeps_to_its_contract(city: tuple[Path, dict[str, int], list[Raw]], channel: str) -> None:
    landing, counts, _ = city
    seen: Counter[str] = Counter()
    for landing_date, spec, raw in landed(landing, channel):
        seen[spec.name] += 1
        for column, field in spec.fields.items():
            for source in (field.source,) if isinstance(field.source, str) else field.source:
                assert holds(raw, source), f"{channel}/{spec.name}: {source}"
            value = field_reader(column, field)(raw)  # raises for a value of another type
            if column == "started_at":
                assert FIRST <= (value + timedelta(hours=9)).date() <= landing_date
    assert set(seen) == {spec.name for spec in contract(channel).sources}
    assert seen.total() == counts[channel]


def test_every_folder_says_that_it_is_synthetic(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    folders = [folder for channel in CHANNELS for folder in (city[0] / channel).iterdir()]
    assert len(folders) > 6 * 6
    for folder in folders:
        sidecar = json.loads((folder / "_origin.json").read_text(encoding="utf-8"))
        assert sidecar["origin"] == "synthetic" and sidecar["label"] == "합성 자료" and sidecar["note"]
        assert len(list(folder.iterdir())) > 1


def digests(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    def run(name: str, seed: int = 1, workers: int = 1) -> dict[str, str]:
        root = tmp_path / name
        simulate(
            root / "landing", date(2021, 12, 3), date(2021, 12, 4), 0.02, seed, answer_key=root / "key", workers=workers
        )
        return digests(root)

    first = run("a")
    assert any(name.endswith(".xlsx") for name in first)
    assert run("b", workers=2) == first
    assert run("a") == first  # over its own files
    assert run("c", seed=2) != first


def test_a_day_is_the_same_whatever_days_are_made_around_it(tmp_path: Path) -> None:
    simulate(tmp_path / "long", date(2021, 12, 2), date(2021, 12, 4), 0.02)
    simulate(tmp_path / "short", date(2021, 12, 2), date(2021, 12, 3), 0.02)
    for channel in ("chatbot", "smart_report"):
        assert digests(tmp_path / "long" / channel / "2021-12-02") == digests(
            tmp_path / "short" / channel / "2021-12-02"
        )


def test_a_smaller_run_leaves_no_file_of_a_larger_one(tmp_path: Path) -> None:
    day = date(2021, 12, 3)
    simulate(tmp_path, day, day, 0.05)
    simulate(tmp_path, day, day, 0.0001)
    fresh = tmp_path.with_name("fresh")
    simulate(fresh, day, day, 0.0001)
    assert digests(tmp_path) == digests(fresh)


def test_a_shorter_run_leaves_no_late_file_of_a_longer_one(tmp_path: Path) -> None:
    """What the last day sent later has landed on that day now, and must not be there twice."""
    simulate(tmp_path, date(2021, 12, 3), date(2021, 12, 5), 0.02)
    simulate(tmp_path, date(2021, 12, 3), date(2021, 12, 3), 0.02)
    late = [path.name for path in (tmp_path / "phone" / "2021-12-04").iterdir() if "20211203" in path.name]
    assert late == []


def test_transcripts_belong_to_answered_calls_and_some_come_late(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    calls, transcripts = {}, {}
    for landing_date, spec, raw in landed(city[0], "phone"):
        if spec.name == "calls":
            calls[raw["통화ID"]] = raw
        else:
            transcripts[raw["call_id"]] = (landing_date, raw)
    delays: Counter[int] = Counter()
    for call_id, (landing_date, raw) in transcripts.items():
        call = calls[call_id]
        assert (call["결과"], call["구분"]) == ("응대", "인바운드")
        assert raw["started_at"].replace("T", " ")[:19] == call["인입일시"]
        delays[(landing_date - date.fromisoformat(raw["started_at"][:10])).days] += 1
    assert set(delays) == {0, 1, 2}
    assert 0.02 < (delays[1] + delays[2]) / delays.total() < 0.08


def test_telephone_ratios_are_the_printed_ones(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    calls = {raw["통화ID"]: raw for _, spec, raw in landed(city[0], "phone") if spec.name == "calls"}.values()
    inbound = [raw for raw in calls if raw["구분"] == "인바운드"]
    answered = sum(raw["결과"] == "응대" for raw in inbound) / len(inbound)
    assert answered == pytest.approx(0.809, abs=0.04)  # of the year; these are six days
    by_day = sum(8 <= int(raw["인입일시"][11:13]) < 18 for raw in inbound) / len(inbound)
    assert by_day == pytest.approx(0.876, abs=0.02)
    assert all(raw["통화시간"] == "0" and not raw["상담사ID"] for raw in inbound if raw["결과"] == "포기")
    callers = Counter(raw["발신번호"] for raw in inbound)
    assert 0.03 < 1 - len(callers) / len(inbound) < 0.15  # called again
    outbound = [raw for raw in calls if raw["구분"] == "아웃바운드"]
    assert outbound and {raw["상담사ID"] for raw in outbound} == {"AI-OUT"}


def test_records_come_twice_and_corrected(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    by_id: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for landing_date, spec, raw in landed(city[0], "phone"):
        if spec.name == "calls":
            by_id[raw["통화ID"]].append((landing_date, json.dumps(raw)))
    repeated = [records for records in by_id.values() if len(records) > 1]
    assert any(len(set(records)) == 1 for records in repeated)
    corrected = [records for records in repeated if len({text for _, text in records}) > 1]
    assert corrected and all(records[-1][0] - records[0][0] == timedelta(1) for records in corrected)


def test_no_covid_code_before_its_day(tmp_path: Path) -> None:
    simulate(tmp_path, date(2020, 2, 2), date(2020, 2, 3), 0.02)
    pressed: dict[date, set[str]] = defaultdict(set)
    directions = set()
    for landing_date, spec, raw in landed(tmp_path, "phone"):
        if spec.name == "calls":
            pressed[landing_date].add(raw["ARS코드"])
            directions.add(raw["구분"])
    assert "0" not in pressed[date(2020, 2, 2)] and "0" in pressed[date(2020, 2, 3)]
    assert "9" not in pressed[date(2020, 2, 3)]  # the foreign line has files of its own
    assert directions == {"인바운드"}  # outbound calls began in March 2020


def test_progress_is_told_a_day_at_a_time(tmp_path: Path) -> None:
    days: list[date] = []
    simulate(tmp_path, FIRST, FIRST + timedelta(2), 0.001, progress=days.append)
    assert days == [FIRST, FIRST + timedelta(1), FIRST + timedelta(2)]


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped in the middle of a day and started again: the bytes of a run that was not, and no day made twice."""
    first, last = date(2021, 12, 3), date(2021, 12, 5)
    simulate(tmp_path / "whole", first, last, 0.01)
    made: list[date] = []
    write_day = city_module._write_channel

    def stops(run: Any, channel: str, day: date, key: Any) -> dict[str, int]:
        if day == date(2021, 12, 4) and channel == "naver" and not made:
            raise KeyboardInterrupt
        return write_day(run, channel, day, key)

    monkeypatch.setattr(city_module, "_write_channel", stops)
    with pytest.raises(KeyboardInterrupt):
        simulate(tmp_path / "cut", first, last, 0.01)
    monkeypatch.setattr(
        city_module,
        "_write_channel",
        lambda run, channel, day, key: made.append(day) or write_day(run, channel, day, key),
    )
    simulate(tmp_path / "cut", first, last, 0.01)
    assert digests(tmp_path / "cut") == digests(tmp_path / "whole")
    assert set(made) == {date(2021, 12, 4), date(2021, 12, 5)}


def test_wrong_use(tmp_path: Path) -> None:
    for first, last, scale, key, says in (
        (LAST, FIRST, 0.1, None, "앞섭니다"),
        (FIRST, LAST, 0, None, "규모"),
        (FIRST, LAST, float("nan"), None, "규모"),
        (FIRST, LAST, 0.1, tmp_path / "landing" / "key", "밖에"),
    ):
        with pytest.raises(WrongUse, match=says):
            simulate(tmp_path / "landing", first, last, scale, answer_key=key)
    operational = tmp_path / "landing" / "phone" / FIRST.isoformat()
    operational.mkdir(parents=True)
    (operational / "cti.csv").write_text("x\n")
    with pytest.raises(WrongUse, match="operational"):
        simulate(tmp_path / "landing", FIRST, FIRST, 0.01, answer_key=tmp_path / "key")
    assert [path.name for path in operational.iterdir()] == ["cti.csv"]
    assert not (tmp_path / "key").exists()


def test_time_stamps_are_seoul_time(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    """The chatbot's epoch and Twitter's UTC mean the same clock as the others: few contacts in the small hours."""
    for channel in ("chatbot", "smart_report"):
        hours: Counter[int] = Counter()
        for _, spec, raw in landed(city[0], channel):
            started: datetime = field_reader("started_at", spec.fields["started_at"])(raw)
            hours[(started + timedelta(hours=9)).hour] += 1
        assert sum(hours[hour] for hour in range(1, 6)) / hours.total() < 0.06
        assert sum(hours[hour] for hour in range(8, 18)) / hours.total() > 0.6
