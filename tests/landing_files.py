"""Writers of small landing files in every channel's format, for tests. Synthetic: no real person or number."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl

DAY = "2021-12-14"
NINE = timezone(timedelta(hours=9))

CALL_HEADER = [
    "통화ID",
    "인입일시",
    "ARS코드",
    "발신번호",
    "구분",
    "결과",
    "대기시간",
    "통화시간",
    "후처리시간",
    "상담사ID",
    "상담유형코드",
    "상담메모",
]
SMS_HEADER = ["문의번호", "접수일시", "발신번호", "상담사ID", "메시지수", "대화내용", "상담유형코드"]
FOREIGN_HEADER = [
    "call_id",
    "started_at",
    "language",
    "caller_number",
    "result",
    "wait_sec",
    "talk_sec",
    "interpreter_id",
    "summary_ko",
    "original_text",
]
SIGN_HEADER = ["영상통화ID", "시작일시", "이용자번호", "통역사ID", "통화시간", "결과", "통역요약"]
NAVER_HEADER = ["접수번호", "접수일시", "작성자", "제목", "내용", "답변내용", "담당자"]


def csv_bytes(header: list[str], rows: list[list[Any]], encoding: str = "cp949") -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def call(call_id: str, text: str = "", *, day: str = DAY, **changes: str) -> list[str]:
    cells = {
        "통화ID": call_id,
        "인입일시": f"{day} 10:15:00",
        "ARS코드": "3",
        "발신번호": "010-0000-1234",
        "구분": "인바운드",
        "결과": "응대",
        "대기시간": "12",
        "통화시간": "140",
        "후처리시간": "20",
        "상담사ID": "A17",
        "상담유형코드": "",
        "상담메모": text,
    }
    return list((cells | changes).values())


def put(landing: Path, channel: str, name: str, content: bytes, day: str = DAY) -> Path:
    path = landing / channel / day / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def transcript(call_id: str, *turns: tuple[str, str], day: str = DAY) -> dict[str, Any]:
    return {
        "call_id": call_id,
        "started_at": f"{day}T10:15:00+09:00",
        "utterances": [{"speaker": speaker, "text": text} for speaker, text in turns],
    }


def xlsx_bytes(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in [NAVER_HEADER, *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xml_bytes(posts: list[tuple[str, str, str]], day: str = DAY) -> bytes:
    inner = "".join(
        f"<post id={quoteattr(post_id)}><createdAt>{day}T11:00:00+09:00</createdAt>"
        f"<writer><phone>010-0000-5555</phone></writer><category>교통</category>"
        f"<title>{escape(title)}</title><content>{escape(content)}</content></post>"
        for post_id, title, content in posts
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><board>{inner}</board>'.encode()


def nine_channels(landing: Path, day: str = DAY) -> dict[str, int]:
    """A few records in every channel. Returns the contacts by channel."""
    calls = [
        call("C1", "불법주차 신고 안내", day=day),
        call("C2", "", day=day, 결과="포기", 통화시간="", ARS코드="0"),
        call("C3", "코로나 백신 예약 문의", day=day, ARS코드="0"),
        call("C4", "안부 전화", day=day, 구분="아웃바운드"),
    ]
    put(landing, "phone", "calls.csv", csv_bytes(CALL_HEADER, calls), day)
    spoken = transcript(
        "C1",
        ("customer", "집 앞에 불법주차 신고하려고요 제 번호는 010-0000-9876이에요"),
        ("agent", "네 안내드릴게요"),
        day=day,
    )
    put(landing, "phone", "stt.jsonl", jsonl([spoken]), day)
    sms = [
        "S1",
        f"{day.replace('-', '/')} 09:30",
        "010-0000-2222",
        "A2",
        2,
        "[고객] 수도요금 고지서를\n못 받았어요\n[120] 확인해 드리겠습니다",
        "",
    ]
    put(landing, "sms", "threads.csv", csv_bytes(SMS_HEADER, [sms]), day)
    at = int(datetime.fromisoformat(f"{day}T14:00:00").replace(tzinfo=NINE).timestamp() * 1000)
    turns = [{"from": "user", "text": "백신 예약 어떻게 하나요"}, {"from": "bot", "text": "안내입니다"}]
    session = {
        "sessionId": "B1",
        "startedAt": at,
        "userKey": "u-1",
        "turns": turns,
        "intent": "vaccine",
        "handoff": {"requested": True, "agentId": "A9"},
    }
    put(landing, "chatbot", "sessions.jsonl", jsonl([session]), day)
    report = {
        "reportNo": "R1", "reportedAt": f"{day} 08:05:00", "category": "불법주정차", "title": "인도 위 차량", "content": "보도에 차가 서 있어요",
        "location": {"lat": 37.57, "lng": 126.98}, "districtCode": "11110", "photoCount": 2, "reporter": {"phone": "010-0000-3333"},
    }  # fmt: skip
    put(landing, "smart_report", "reports.json", json.dumps({"reports": [report]}, ensure_ascii=False).encode(), day)
    naver = [
        "N1",
        datetime.fromisoformat(f"{day} 13:00:00"),
        "시민",
        "여권 발급",
        "여권 발급 기간이 얼마나 걸리나요",
        "",
        "A3",
    ]
    put(landing, "naver", "questions.xlsx", xlsx_bytes([naver]), day)
    tweet = {
        "data": {
            "id": "T1",
            "text": "@120seoulcall 따릉이 고장 신고요",
            "author_id": "77",
            "created_at": f"{day}T05:00:00.000Z",
            "lang": "ko",
        }
    }
    put(landing, "twitter", "tweets.jsonl", jsonl([tweet]), day)
    put(landing, "homepage", "posts.xml", xml_bytes([("H1", "대형폐기물 신고", "소파를 버리려고 합니다")], day), day)
    foreign = [
        "F1",
        f"{day}T16:00:00+09:00",
        "en",
        "010-0000-4444",
        "ANSWERED",
        20,
        300,
        "I1",
        "택시 요금 문의",
        "How much is the taxi fare?",
    ]
    put(landing, "foreign", "calls.csv", csv_bytes(FOREIGN_HEADER, [foreign], "utf-8"), day)
    sign = ["V1", f"{day} 15:00:00", "010-0000-6666", "I2", 200, "완료", "장애인 콜택시 이용 방법 문의"]
    put(landing, "sign", "video.csv", csv_bytes(SIGN_HEADER, [sign], "utf-8-sig"), day)
    return {"phone": 4} | dict.fromkeys(
        ("sms", "chatbot", "smart_report", "naver", "twitter", "homepage", "foreign", "sign"), 1
    )
