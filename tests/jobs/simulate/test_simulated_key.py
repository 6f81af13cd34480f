"""The answer key tells the truth, and the files hold what was planned."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from city_days import FIRST, SCALE
from city_files import Raw, landed

from jobs.fields import field_reader
from jobs.simulate import simulate
from jobs.simulate.catalogue import catalogue
from jobs.simulate.coding import MISSING_SHARE, WRONG_SHARE
from jobs.simulate.plan import day_plan
from nlp.normalize import normalize
from schemas.codes import CHANNELS
from schemas.contracts import SourceSpec

_MADE_UP = re.compile(
    r"010-[01]\d{3}-\d{4}|[\w.]+@example\.\w+|4111-11\d\d-\d{4}-\d{4}|\d{6}-[34]\d{6}|02-[01]\d\d-\d{4}", re.ASCII
)


def texts_of(channel: str, spec: SourceSpec, raw: Raw) -> str:
    columns = ("citizen_text", "agent_text", "memo")
    values = [field_reader(name, spec.fields[name])(raw) for name in columns if name in spec.fields]
    return "\n".join(str(value) for value in values if value)


def test_the_key_names_everything_that_was_planted(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    landing, _, key = city
    texts: dict[tuple[str, str], str] = defaultdict(str)
    for channel in CHANNELS:
        for _, spec, raw in landed(landing, channel):
            source_id = field_reader("source_id", spec.fields["source_id"])(raw)
            texts[channel, source_id] += texts_of(channel, spec, raw) + "\n"
    planted = {(entry["channel"], entry["source_id"]): entry["planted"] for entry in key}
    assert len(planted) == len(key)
    for where, items in planted.items():
        assert all(item["text"] in texts[where] for item in items), where
    for where, text in texts.items():
        known = "\n".join(item["text"] for item in planted.get(where, []))
        assert all(found in known for found in _MADE_UP.findall(text)), where
    kinds = Counter(item["kind"] for items in planted.values() for item in items)
    assert set(kinds) == {"phone", "phone_spoken", "name", "address", "rrn", "card", "plate", "email", "account"}
    assert 0.08 < sum(map(bool, planted.values())) / len(planted) < 0.25


def test_the_files_hold_what_was_planned(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    """By channel and day: contacts, consultations and COVID, to the digit; the key has every consultation once."""
    landing, _, key = city
    told = Counter((entry["channel"], entry["contact_date"]) for entry in key)
    covid = Counter(
        (entry["channel"], entry["contact_date"], entry["covid_subgroup"]) for entry in key if entry["covid_group"]
    )
    for channel in CHANNELS:
        contacts: dict[date, set[str]] = defaultdict(set)
        for _, spec, raw in landed(landing, channel):
            if spec.kind == "contact" and raw.get("구분") != "아웃바운드":
                started = field_reader("started_at", spec.fields["started_at"])(raw)
                source_id = field_reader("source_id", spec.fields["source_id"])(raw)
                contacts[(started + timedelta(hours=9)).date()].add(str(source_id))
        for day in (FIRST + timedelta(offset) for offset in range(6)):
            plan = day_plan(channel, day, SCALE, 120)
            assert len(contacts[day]) == plan.contacts, (channel, day)
            assert told[channel, day] == plan.consultations
            assert tuple(covid[channel, day, name] for name in ("", "vaccine", "vaccine_pass")) == plan.categories[1:]


def test_the_pass_announcement_shows(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    by_day = Counter(entry["contact_date"] for entry in city[2])
    passes = Counter(entry["contact_date"] for entry in city[2] if entry["covid_subgroup"] == "vaccine_pass")
    shares = {day: passes[day] / by_day[day] for day in by_day}
    assert max(shares[date(2021, 12, 1)], shares[date(2021, 12, 2)]) * 1.5 < shares[date(2021, 12, 3)]


def test_agents_codes_are_wrong_or_missing_at_the_stated_rates(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    key = {entry["source_id"]: entry for entry in city[2] if entry["channel"] == "phone"}
    states = Counter(entry["agent_code"] for entry in key.values())
    assert states["missing"] / states.total() == pytest.approx(MISSING_SHARE, abs=0.02)
    assert states["wrong"] / (states["wrong"] + states["right"]) == pytest.approx(WRONG_SHARE, abs=0.02)
    first: dict[str, str] = {}
    for _, spec, raw in landed(city[0], "phone"):
        if spec.name == "calls" and raw["결과"] == "응대" and raw["구분"] == "인바운드":
            first.setdefault(raw["통화ID"], raw["상담유형코드"])
    for call_id, code in first.items():
        truth = key[call_id]
        said = "missing" if not code else "right" if code == truth["type_code"] else "wrong"
        assert said == truth["agent_code"], call_id
    text = json.loads(next((city[0] / "phone").rglob("_origin.json")).read_text(encoding="utf-8"))["note"]
    assert f"{MISSING_SHARE:.0%}" in text and f"{WRONG_SHARE:.0%}" in text


def test_before_the_system_change_there_are_no_transcripts_and_fewer_codes(tmp_path: Path) -> None:
    simulate(tmp_path / "l", date(2019, 2, 28), date(2019, 3, 1), 0.05, answer_key=tmp_path / "k")
    missing = {}
    for day in (date(2019, 2, 28), date(2019, 3, 1)):
        rows = [
            row for row in pq.read_table(tmp_path / "k" / f"{day}.parquet").to_pylist() if row["channel"] == "phone"
        ]
        missing[day.month] = sum(row["agent_code"] == "missing" for row in rows) / len(rows)
    assert missing[2] > missing[3] + 0.15
    days = {raw["started_at"][:10] for _, spec, raw in landed(tmp_path / "l", "phone") if spec.name == "transcripts"}
    assert days == {"2019-03-01"}


def test_phone_texts_are_unique(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    """At least 95 % of what callers say is said once in six days, spaces and case and punctuation aside."""
    said: Counter[str] = Counter()
    for _, spec, raw in landed(city[0], "phone"):
        if spec.name == "transcripts":
            text = " ".join(turn["text"] for turn in raw["utterances"] if turn["speaker"] == "customer")
            said[re.sub(r"\W", "", normalize(text))] += 1
    assert len(said) / said.total() >= 0.95
    assert len({entry["type_code"] for entry in city[2]}) >= 500
    assert len({entry["district_code"] for entry in city[2]}) == 25


def test_voices_abuse_and_second_matters_are_there(city: tuple[Path, dict[str, int], list[Raw]]) -> None:
    voices = Counter(entry["voice"] for entry in city[2])
    assert set(voices) == {voice.name for voice in catalogue().voices}
    assert 0.005 < sum(entry["is_abusive"] for entry in city[2]) / len(city[2]) < 0.03
    assert 0.03 < sum(bool(entry["also_type_code"]) for entry in city[2]) / len(city[2]) < 0.07
