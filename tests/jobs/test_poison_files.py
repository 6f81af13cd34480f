"""Files that are well-formed enough to do harm: stray quotes, odd line ends, poison values, loops of links."""

from __future__ import annotations

import os
from pathlib import Path

import landing_files as lf
import pytest
from lake_contents import DAY, judged, passed, reasons, rows

from jobs import query
from jobs.engine.local import LocalEngine
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.tables import CONSULTATION


def test_two_stray_quotes_lose_nothing(home: Home, engine: LocalEngine) -> None:
    memos = ['5" 파이프 누수', *["메모"] * 7, '3" 관']
    lines = [
        lf.csv_bytes(lf.CALL_HEADER, [lf.call(f"D{i}", "본문")]).decode("cp949").replace("본문", memo)
        for i, memo in enumerate(memos)
    ]
    body = lines[0] + "".join(line.split("\r\n", 1)[1] for line in lines[1:])
    lf.put(home.landing, "phone", "quotes.csv", body.encode("cp949"))
    found = judged(engine, home)
    assert passed(found) == [f"D{i}" for i in range(9)]
    assert next(row["memo"] for row in found if row["source_id"] == "D0") == '5" 파이프 누수'


def test_two_fields_opened_by_a_quote_cost_their_lines_only(home: Home, engine: LocalEngine) -> None:
    body = lf.csv_bytes(lf.CALL_HEADER, [lf.call(f"D{i}", f"본문{i}") for i in range(5)]).decode("cp949")
    body = body.replace("본문1", '"열림').replace("본문3", '"열림')
    lf.put(home.landing, "phone", "open.csv", body.encode("cp949"))
    found = judged(engine, home)
    assert len(found) == 5
    assert passed(found) == ["D0", "D2", "D4"]
    assert set(reasons(found).values()) <= {"bad_csv", "field_count"}


def test_a_file_with_bare_carriage_returns_is_not_dropped(home: Home, engine: LocalEngine) -> None:
    body = lf.csv_bytes(lf.CALL_HEADER, [lf.call(f"D{i}") for i in range(5)]).replace(b"\r\n", b"\r")
    lf.put(home.landing, "phone", "mac.csv", body)
    assert reasons(judged(engine, home)) == {("mac.csv", 0): "bad_csv"}


def test_a_carriage_return_inside_a_memo_does_not_cut_it(home: Home, engine: LocalEngine) -> None:
    body = lf.csv_bytes(lf.CALL_HEADER, [lf.call("D1", "본문"), lf.call("D2")]).replace("본문".encode("cp949"), b"a\rb")
    lf.put(home.landing, "phone", "cr.csv", body)
    found = judged(engine, home)
    assert reasons(found) == {("cr.csv", 2): "bad_csv"}
    assert passed(found) == ["D2"]


@pytest.mark.parametrize(
    ("channel", "name", "content", "code"),
    [
        ("twitter", "surrogate.jsonl", b'{"data": {"id": "1", "text": "\\ud800"}}\n', "bad_json"),
        (
            "twitter",
            "year.jsonl",
            b'{"data": {"id": "1", "text": "a", "created_at": "9999-12-31T20:00:00Z"}}\n',
            "bad_value",
        ),
        ("smart_report", "huge.json", b'{"reports": [{"reportNo": "1", "photoCount": 1e99999999}]}', "missing_value"),
        ("homepage", "deep.xml", b"<board><post>" + b"<a>" * 3000 + b"</a>" * 3000 + b"</post></board>", "bad_xml"),
        ("homepage", "wrong.xml", b"<html><body>error</body></html>", "items_missing"),
        (
            "homepage",
            "markup.xml",
            b"<board><post id='1'><createdAt>2021-12-14T10:00:00</createdAt><title><b>x</b></title></post></board>",
            "bad_value",
        ),
        ("naver", "blank.xlsx", lf.xlsx_bytes([])[:0] or b"PK", "bad_xlsx"),
        (
            "foreign",
            "columns.csv",
            b"call_id,started_at,language,caller_number,result,wait_sec,talk_sec,interpreter_id\n",
            "header",
        ),
    ],
)
def test_poison_is_quarantined(
    home: Home, engine: LocalEngine, channel: str, name: str, content: bytes, code: str
) -> None:
    lf.put(home.landing, channel, name, content)
    lf.put(home.landing, "sms", "good.csv", lf.csv_bytes(lf.SMS_HEADER, []))
    assert [row["reason_code"] for row in judged(engine, home)] == [code]


def test_a_marked_up_post_keeps_its_text(home: Home, engine: LocalEngine) -> None:
    body = lf.xml_bytes([("H1", "제목", "본문")]).replace("본문".encode(), "첫 줄<br/>둘째 줄".encode())
    lf.put(home.landing, "homepage", "posts.xml", body)
    (row,) = judged(engine, home)
    assert row["citizen_text"].split() == ["제목", "첫", "줄", "둘째", "줄"]


def test_a_loop_of_links_and_odd_folders_do_not_stop_the_day(home: Home, engine: LocalEngine) -> None:
    lf.put(home.landing, "phone", "calls.csv", lf.csv_bytes(lf.CALL_HEADER, [lf.call("D1")]))
    (home.landing / "phone" / lf.DAY / "loop.csv").symlink_to("loop.csv")
    lf.put(home.landing, "fax", "a.csv", b"x")
    (home.landing / "sms").mkdir()
    (home.landing / "sms" / lf.DAY).write_bytes(b"a file, not a folder")
    Path(os.fsdecode(os.fsencode(home.landing / "phone") + b"/\xff\xfe")).mkdir()
    result = Pipeline(engine, home, home.landing).run(DAY, DAY)
    assert reasons(rows(engine, home)) == {("loop.csv", 0): "outside_landing"} or reasons(rows(engine, home)) == {
        ("loop.csv", 0): "not_a_file"
    }
    assert [note.split(":")[0] for note in result.notes] == ["fax", "phone/\\xff\\xfe", f"sms/{lf.DAY}"]


def test_absurd_measures_and_unknown_codes_do_not_reach_the_marts(home: Home, engine: LocalEngine) -> None:
    calls = [lf.call(f"D{i}", 대기시간="9223372036854775807", ARS코드="010-0000-1234") for i in range(2)]
    lf.put(
        home.landing,
        "phone",
        "calls.csv",
        lf.csv_bytes(lf.CALL_HEADER, [*calls, lf.call("D3", 상담유형코드="010-0000-1234")]),
    )
    Pipeline(engine, home, home.landing).run(DAY, DAY)
    with query.connect(home) as conn:
        found = query.rows(
            conn, "SELECT ars_code, answered_count, wait_seconds_sum, wait_known_count FROM phone_daily ORDER BY 1"
        )
    assert found == [("", 2, 0, 0), ("3", 1, 12, 1)]
    assert "0000" not in str(
        [
            {k: v for k, v in row.items() if not k.endswith(("_token", "_id", "_hash"))}
            for row in rows(engine, home, CONSULTATION)
        ]
    )
