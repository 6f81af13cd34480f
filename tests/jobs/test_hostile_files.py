"""Files from outside that are damaged or hostile: each reported, quarantined, and the rest of the day goes through."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import landing_files as lf
import pytest
from click.testing import CliRunner

from jobs import query
from jobs.engine.local import LocalEngine
from jobs.lake import LakeTable
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.contracts import contract
from schemas.tables import BRONZE, CONSULTATION, VALIDATED

DAY = date(2021, 12, 14)


def rows(engine: LocalEngine, home: Home, table: Any = VALIDATED) -> list[dict[str, Any]]:
    lake = LakeTable(home, table)
    return engine.collect(engine.read(lake, lake.files())).to_pylist()


def judged(engine: LocalEngine, home: Home, first: date = DAY, last: date = DAY) -> list[dict[str, Any]]:
    Pipeline(engine, home, home.landing).run(first, last, ("ingest", "validate"))
    assert len(rows(engine, home, BRONZE)) == len(rows(engine, home))
    return rows(engine, home)


def reasons(found: list[dict[str, Any]]) -> dict[tuple[str, int], str]:
    return {
        (row["source_file"].split("/")[-1], row["line_number"]): row["reason_code"]
        for row in found
        if row["reason_code"]
    }


def test_every_fault_is_quarantined_and_the_day_goes_through(home: Home, engine: LocalEngine, tmp_path: Path) -> None:
    contacts = lf.nine_channels(home.landing)
    good = lf.csv_bytes(lf.CALL_HEADER, [lf.call("D1", "정상 통화"), lf.call("D2", "잘린 통화")])
    lf.put(home.landing, "phone", "truncated.csv", good[:-30])
    korean = [["F8", "2021-12-14T10:00:00+09:00", "en", "010-0000-1", "ANSWERED", 1, 2, "I1", "한글 요약", "x"]]
    lf.put(home.landing, "foreign", "cp949.csv", lf.csv_bytes(lf.FOREIGN_HEADER, korean, "cp949"))
    lf.put(home.landing, "naver", "empty.xlsx", b"")
    evil = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><board><post id="E1"><title>&x;</title></post></board>'
    lf.put(home.landing, "homepage", "entity.xml", evil)
    big = json.dumps({"sessionId": "BIG", "turns": [{"from": "user", "text": "가" * (17 << 20)}]}, ensure_ascii=False)
    assert len(big.encode()) > 50 << 20
    lf.put(
        home.landing,
        "chatbot",
        "big.jsonl",
        big.encode()
        + b"\n"
        + lf.jsonl(
            [{"sessionId": "after", "startedAt": 1639440000000, "turns": [{"from": "user", "text": "그 뒤의 세션"}]}]
        ),
    )
    lf.put(home.landing, "sms", "..\\..\\evil..csv", b"x")
    outside = tmp_path / "outside.csv"
    outside.write_bytes(good)
    (home.landing / "phone" / lf.DAY / "link.csv").symlink_to(outside)

    found = judged(engine, home)

    assert reasons(found) == {
        ("truncated.csv", 3): "cut_off",
        ("cp949.csv", 2): "encoding",
        ("empty.xlsx", 0): "empty_file",
        ("entity.xml", 0): "xml_forbidden",
        ("big.jsonl", 1): "record_too_large",
        ("..\\..\\evil..csv", 0): "unsafe_name",
        ("link.csv", 0): "outside_landing",
    }
    passed = {
        row["source_id"] for row in found if row["record_status"] == "validated" and row["record_kind"] == "contact"
    }
    assert passed >= {"D1", "after"}
    assert len(passed) == sum(contacts.values()) + 2
    assert "CP949" in next(row["reason"] for row in found if row["reason_code"] == "encoding")
    assert all("passwd" not in str(row) for row in found)


def test_run_answers_3_and_names_each_file(home: Home) -> None:
    from jobs.cli.hops import ingest

    lf.nine_channels(home.landing)
    lf.put(home.landing, "naver", "empty.xlsx", b"")
    done = CliRunner().invoke(ingest, ["--from", lf.DAY, "--to", lf.DAY], standalone_mode=False)
    assert done.return_value == 0  # judged by hop 2, not by hop 1
    from jobs.cli.hops import validate

    done = CliRunner().invoke(validate, ["--from", lf.DAY, "--to", lf.DAY], standalone_mode=False)
    assert done.return_value == 3
    assert "empty.xlsx" in done.output
    assert "0바이트" in done.output


def test_the_cut_is_seen_where_the_columns_still_count(home: Home, engine: LocalEngine) -> None:
    whole = lf.csv_bytes(lf.CALL_HEADER, [lf.call("D1", "끝까지 온 메모"), lf.call("D2", "메모의 가운데에서 잘림")])
    lf.put(home.landing, "phone", "cut.csv", whole[:-6])
    found = judged(engine, home)
    assert reasons(found) == {("cut.csv", 3): "cut_off"}


def test_a_character_cut_in_half_costs_its_record_only(home: Home, engine: LocalEngine) -> None:
    lines = lf.csv_bytes(lf.CALL_HEADER, [lf.call("D1", "가나다"), lf.call("D2", "라마바")]).split(b"\r\n")
    lines[1] = lines[1][:-1]
    lf.put(home.landing, "phone", "half.csv", b"\r\n".join(lines))
    found = judged(engine, home)
    assert reasons(found) == {("half.csv", 2): "encoding"}
    assert {row["source_id"] for row in found if row["record_status"] == "validated"} == {"D2"}


def test_an_open_quote_costs_its_line_only(home: Home, engine: LocalEngine) -> None:
    body = lf.csv_bytes(lf.CALL_HEADER, [lf.call(f"D{i}", "본문") for i in range(4)]).decode("cp949")
    body = body.replace("본문", '"열린 따옴표', 1)
    lf.put(home.landing, "phone", "quote.csv", body.encode("cp949"))
    found = judged(engine, home)
    assert {row["source_id"] for row in found if row["record_status"] == "validated"} >= {"D1", "D2", "D3"}
    assert len(found) == 4


@pytest.mark.parametrize(
    ("channel", "name", "content", "code"),
    [
        ("phone", "other.txt", b"hello", "unknown_format"),
        ("phone", "header.csv", "통화ID,다른열\r\n1,2\r\n".encode("cp949"), "header"),
        ("chatbot", "list.jsonl", b"[1, 2]\n", "not_an_object"),
        ("chatbot", "deep.jsonl", b"[" * 100_000 + b"\n", "bad_json"),
        ("chatbot", "nul.jsonl", b"\0\0\0\n", "bad_json"),
        ("smart_report", "broken.json", b'{"reports": [{"reportNo": "1"', "bad_json"),
        ("smart_report", "noitems.json", b'{"other": []}', "items_missing"),
        ("smart_report", "utf16.json", '{"reports": []}'.encode("utf-16"), "encoding"),
        ("homepage", "cut.xml", b"<board><post id='1'><title>a</ti", "bad_xml"),
        ("naver", "text.xlsx", b"not a zip", "bad_xlsx"),
    ],
)
def test_unreadable_files(home: Home, engine: LocalEngine, channel: str, name: str, content: bytes, code: str) -> None:
    lf.put(home.landing, channel, name, content)
    found = judged(engine, home)
    assert [row["reason_code"] for row in found] == [code]
    if found[0]["line_number"] == 0:
        assert (home.originals / found[0]["file_hash"]).read_bytes() == content


def test_a_zip_bomb_is_not_opened(home: Home, engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.ingest.documents.MAX_UNZIPPED_BYTES", 1000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 100_000)
    lf.put(home.landing, "naver", "bomb.xlsx", out.getvalue())
    assert [row["reason_code"] for row in judged(engine, home)] == ["xlsx_bomb"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"인입일시": "어제"}, "bad_value"),
        ({"인입일시": "2022-03-01 10:00:00"}, "implausible_date"),
        ({"인입일시": "1999-03-01 10:00:00"}, "implausible_date"),
        ({"통화ID": ""}, "missing_value"),
        ({"통화ID": "X" * 65}, "source_id.length"),
        ({"결과": "모름"}, "unknown_value"),
        ({"대기시간": "열두"}, "bad_value"),
    ],
)
def test_a_record_that_breaks_its_contract(home: Home, engine: LocalEngine, changes: dict[str, str], code: str) -> None:
    lf.put(home.landing, "phone", "calls.csv", lf.csv_bytes(lf.CALL_HEADER, [lf.call("D1", **changes), lf.call("D2")]))
    found = judged(engine, home)
    assert reasons(found) == {("calls.csv", 2): code}
    secret = next(iter(changes.values()))
    assert not secret or all(secret not in (row["reason"] or "") for row in found)


def test_a_warning_marks_and_does_not_stop(home: Home, engine: LocalEngine) -> None:
    lf.put(
        home.landing, "phone", "calls.csv", lf.csv_bytes(lf.CALL_HEADER, [lf.call("D1", ARS코드="7", 대기시간="9000")])
    )
    (row,) = judged(engine, home)
    assert row["record_status"] == "validated"
    assert row["warnings"] == ["ars_code.in_codes", "wait_seconds.between"]


def test_contracts_differ_in_format_and_encoding() -> None:
    seen = {
        (s.format, s.encoding)
        for c in ("phone", "sms", "chatbot", "smart_report", "naver", "twitter", "homepage", "foreign", "sign")
        for s in contract(c).sources
    }
    assert {f for f, _ in seen} == {"csv", "jsonl", "json", "xlsx", "xml"}
    assert {e for f, e in seen if f == "csv"} == {"cp949", "utf-8", "utf-8-sig"}


def passed(found: list[dict[str, Any]]) -> list[str]:
    return sorted(row["source_id"] for row in found if row["record_status"] == "validated")


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
