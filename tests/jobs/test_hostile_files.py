"""Files from outside that are damaged or hostile: each reported, quarantined, and the rest of the day goes through."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import landing_files as lf
import pytest
from click.testing import CliRunner
from lake_contents import judged, reasons

from jobs.engine.local import LocalEngine
from jobs.settings import Home
from schemas.contracts import contract


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
