from __future__ import annotations

import unicodedata

import pytest

from nlp.normalize import MAX_CHARACTERS, normalize


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  버스가\n\n안\t와요 ", "버스가 안 와요"),
        ("A&amp;amp;amp;B &amp;lt;코로나&amp;gt;", "A&B <코로나>"),
        ("코\u200b로\x00나\ufeff", "코로나"),
        (unicodedata.normalize("NFD", "확진자"), "확진자"),
        ("ㅋㅋㅋㅋㅋㅋㅋ 너무해요!!!!!!", "ㅋㅋㅋ 너무해요!!!"),
        ("50000000원", "50000000원"),
        ("가\ud800나", "가나"),
        ("[전화번호] 로 홍OO 앞으로 OOO구 ○○동", "로 홍 앞으로 구 동"),
        ("KOO 과장, TOOL", "KOO 과장, TOOL"),
        ("그 그 그 여권 네 네", "그 여권 네"),
        ("큐알코드랑 피씨알 검사, 시시티비", "QR코드랑 PCR 검사, CCTV"),
        ("", ""),
        ("\x00\u200b", ""),
    ],
)
def test_one_spelling(raw: str, expected: str) -> None:
    assert normalize(raw) == expected


@pytest.mark.parametrize("raw", ["가" * 1_000_000, "1" * 1_000_000, "&amp;" * 200_000, "버스 " * 300_000])
def test_long_input_is_bounded(raw: str) -> None:
    assert len(normalize(raw)) <= MAX_CHARACTERS


def test_normal_text_stays(raw: str = "2021년 3월 1일, 강남구청 02-3423-5114에 3번 전화했습니다.") -> None:
    assert normalize(raw) == raw
    assert normalize(normalize(raw + "ㅠㅠㅠㅠ&nbsp;")) == normalize(raw + "ㅠㅠㅠㅠ&nbsp;")
