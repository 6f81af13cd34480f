from __future__ import annotations

import pytest

from nlp.abuse import Abuse, abuse, is_abusive


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("야 이 개새끼야 당장 처리해", {"욕설"}),
        ("시1발 몇 번을 전화해", {"욕설"}),
        ("씨이발은 아니고 씨발발발", {"욕설"}),
        ("병.신 같은 행정", {"욕설"}),
        ("내가 찾아가서 죽여 버릴 거야", {"위협"}),
        ("꺼져 이 머저리", {"모욕"}),
    ],
)
def test_found(text: str, kinds: set[str]) -> None:
    assert {found.kind for found in abuse(text)} == kinds


@pytest.mark.parametrize(
    "text",
    [
        "", "😀", "\x00", "가" * 100_000, "1" * 100_000, "시발역에서 타면 되나요", "서울 지하철 2호선 시발점이 어디인가요",
        "병신년 달력", "불법주차 신고합니다", "죽 파는 가게 신고", "칠 년째 민원을 넣는데 처리가 안 됩니다 화가 납니다",
        "또 라이터가 고장", "상담사님 친절하십니다", "8등신",
    ],
)  # fmt: skip
def test_not_found(text: str) -> None:
    assert not is_abusive(text)


def test_the_word_is_told() -> None:
    assert abuse("이 새끼들 뒤져라") == [Abuse("새끼들", "욕설"), Abuse("뒤져라", "위협")]
