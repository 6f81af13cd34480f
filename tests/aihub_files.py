"""Synthetic dialogues in the format of AI Hub's 민원(콜센터) 질의-응답. Every turn says so in its 지식베이스; no line of
that set is copied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TOPICS = {
    "코로나19 관련 상담": [
        ("선별진료소 운영시간 문의", "보건소 선별진료소는 몇 시까지 하나요"),
        ("백신 예약 문의", "코로나 백신 예약을 바꾸고 싶은데요"),
    ],
    "대중교통 안내": [
        ("버스 도착 문의", "OOO번 버스가 언제 오는지 알고 싶어요"),
        ("분실물 문의", "지하철에 우산을 두고 내렸는데 어디로 연락하나요"),
    ],
    "생활하수도 관련 문의": [
        ("하수구 막힘 신고", "집 앞 하수구가 막혀서 물이 넘쳐요"),
        ("악취 신고", "하수구에서 냄새가 올라옵니다"),
    ],
}
TEXTS = ("고객질문(요청)", "상담사질문(요청)", "고객답변", "상담사답변")


def turn(number: str, place: int, category: str, key: str, text: str, intent: str = "") -> dict[str, Any]:
    cells = {"도메인": "다산콜센터", "카테고리": category, "대화셋일련번호": number, "문장번호": str(place)}
    cells["화자"] = "고객" if key.startswith("고객") else "상담사"
    cells |= {"고객의도": intent, "상담사의도": "", "QA": "Q" if "질문" in key else "A"}
    cells |= dict.fromkeys(TEXTS, "") | {key: text}
    return cells | {"개체명 ": "", "용어사전": "", "지식베이스": "합성 자료: 시험용으로 지어낸 대화"}


def dialogues(repeats: int = 6) -> list[dict[str, Any]]:
    """Turns of `repeats` dialogues for each intent."""
    turns = []
    number = 0
    for repeat in range(repeats):
        for category, matters in TOPICS.items():
            for intent, asked in matters:
                number += 1
                name = f"S{number:05d}"
                turns += [
                    turn(name, 1, category, "상담사질문(요청)", "네 OOO입니다 무엇을 도와드릴까요"),
                    turn(name, 2, category, "고객질문(요청)", f"안녕하세요 {asked} {'네 ' * repeat}".strip(), intent),
                    turn(name, 3, category, "상담사답변", "확인해 드리겠습니다 잠시만 기다려 주세요"),
                    turn(name, 4, category, "고객답변", "네 감사합니다"),
                ]
    return turns


def write(folder: Path, turns: Any, name: str = "합성_시험용.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(turns, ensure_ascii=False), encoding="utf-8")
    return folder
