"""The mart of how consultations went, on a few contacts counted by hand."""

from __future__ import annotations

from datetime import date

import duckdb

from jobs.marts import mart_query
from schemas.tables import TABLES

FRIDAY, SATURDAY = date(2021, 12, 10), date(2021, 12, 11)
CONTACTS = [  # id, day, hour, channel, type, caller, handed over, talk seconds
    ("a1", FRIDAY, 9, "phone", "T1", "A", False, 100),
    ("a2", FRIDAY, 11, "phone", "T1", "A", False, 300),  # A again: a repeat, and a long call
    ("a3", FRIDAY, 18, "phone", "T1", "B", None, None),  # after hours; nothing known of the call
    ("a4", FRIDAY, 10, "phone", "T2", "A", False, 299),  # A again, but of another type
    ("a5", SATURDAY, 10, "phone", "T1", "A", False, 60),  # A again, but on another day, which is no working day
    ("a6", FRIDAY, 10, "chatbot", "T1", "A", True, None),  # A again, but by another channel; handed over
    ("a7", FRIDAY, 10, "phone", "T1", "", False, 60),
    ("a8", FRIDAY, 10, "phone", "T1", "", False, 60),  # two unknown callers are not one
]


def test_repeats_hand_overs_odd_hours_and_long_calls_are_counted() -> None:
    db = duckdb.connect()
    db.execute(
        "CREATE TABLE consultation (consultation_id VARCHAR, contact_hour BIGINT, caller_token VARCHAR, "
        "is_handed_off BOOLEAN, talk_seconds BIGINT, started_at TIMESTAMPTZ)"
    )
    db.execute(
        "CREATE TABLE classification (consultation_id VARCHAR, contact_date DATE, channel VARCHAR, type_code VARCHAR, "
        "department_code VARCHAR, district_code VARCHAR)"
    )
    for name, day, hour, channel, code, caller, handed, talk in CONTACTS:
        db.execute(
            "INSERT INTO consultation VALUES (?, ?, ?, ?, ?, ?)",
            [name, hour, caller, handed, talk, f"{day} {hour}:00+09"],
        )
        db.execute("INSERT INTO classification VALUES (?, ?, ?, ?, 'D02', '11680')", [name, day, channel, code])
    names = [column.name for column in TABLES["type_service_daily"].columns]
    found = db.execute(f"SELECT {', '.join(names)} FROM ({mart_query('type_service_daily')})").fetchall()
    rows = {(row[0], row[1], row[2]): dict(zip(names[5:], row[5:], strict=True)) for row in found}
    assert list(rows[FRIDAY, "phone", "T1"].values()) == [5, 1, 0, 1, 520, 4, 1]
    assert list(rows[FRIDAY, "phone", "T2"].values()) == [1, 0, 0, 0, 299, 1, 0]
    assert list(rows[SATURDAY, "phone", "T1"].values()) == [1, 0, 0, 1, 60, 1, 0]
    assert list(rows[FRIDAY, "chatbot", "T1"].values()) == [1, 0, 1, 0, 0, 0, 0]
