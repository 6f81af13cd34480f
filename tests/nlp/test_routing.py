from __future__ import annotations

import pytest

from nlp.routing import district


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("강남구청 전화번호 알려주세요", "11680"),
        ("서울시강남구 역삼동", "11680"),
        ("영등포구청역에서 내렸어요", "11560"),
        ("송파구민인데요", "11710"),
        ("구로구로 이사 왔어요", "11530"),
        ("노원구상계동 사는데", "11350"),
        ("중구에서 받을 수 있나요", "11140"),
        ("서울 중구 필동", "11140"),
        ("성동구립도서관", "11200"),
        ("강남구에서 강동구로 이사", "11680"),
        ("인천 중구에서 서울 중구로", "11140"),
    ],
)
def test_named(text: str, code: str) -> None:
    assert district(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "버스가 안 와요",
        "대구 중구 동성로",
        "부산광역시 강서구",
        "부산시강서구",
        "강서구역",
        "한강동구역",
        "중구난방",
        "출구가 어디",
    ],
)
def test_not_named(text: str) -> None:
    assert district(text) == ""
