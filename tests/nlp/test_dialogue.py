"""Small talk is left out, the need stays."""

from __future__ import annotations

import time

import pytest

from nlp.classifier import TaxonomyClassifier
from nlp.dialogue import need
from schemas.taxonomy import load_taxonomy


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("여보세요\n수도요금이 너무 많이 나왔어요\n네 알겠습니다", "수도요금이 너무 많이 나왔어요"),
        ("안녕하세요 수고 많으십니다\n여권 기간이 지났는데요. 네 감사합니다", "여권 기간이 지났는데요"),
        ("네 감사합니다", "네 감사합니다"),
        ("상담사님이 친절하게 알려 주셔서 감사합니다", "상담사님이 친절하게 알려 주셔서 감사합니다"),
        ("아 네 안녕하세요 식당을 하는데 손님이 많아요", "식당을 하는데 손님이 많아요"),
        ("음 여권을 어 다시 만들려고요", "여권을 다시 만들려고요"),
        ("상담사: 네 다산콜센터입니다\n고객: 코로나 검사 받으려고요\n상담사: 어디 사세요", "코로나 검사 받으려고요"),
        ("[고객] : 버스가 안 와요 [상담사] : 몇 번 버스요 [고객] : 네 120번이요", "버스가 안 와요\n네 120번이요"),
        ("상담사: 여권 재발급 문의이신가요\n고객: 네", "여권 재발급 문의이신가요"),
        ("", ""),
    ],
)
def test_need(text: str, wanted: str) -> None:
    assert need(text) == wanted


@pytest.mark.parametrize("piece", ["!", ".", "네", "네 ", "ㅋ", " ", "감사합니다 ", "고객: ", "고객 ", "~. ", "\n"])
@pytest.mark.parametrize("end", ["", "끝"])
def test_a_megabyte_of_one_piece_is_read_in_a_moment(piece: str, end: str) -> None:
    """In time that grows with its length: with its square it would be hours."""
    text = piece * (1_000_000 // len(piece)) + end
    started = time.process_time()
    need(text)
    assert time.process_time() - started < 20


def test_thanks_at_the_end_do_not_make_a_call_praise() -> None:
    model = TaxonomyClassifier.cold_start(load_taxonomy("2022"))
    plain = "대형폐기물 스티커는 어디서 사나요"
    (alone, spoken) = model.classify([plain, f"여보세요 수고하십니다\n{plain}\n네 네 정말 감사합니다"])
    assert spoken.type_code == alone.type_code != "UNCLASSIFIED"
