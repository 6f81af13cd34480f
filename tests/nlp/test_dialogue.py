"""Small talk is left out, the need stays."""

from __future__ import annotations

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
        ("", ""),
    ],
)
def test_need(text: str, wanted: str) -> None:
    assert need(text) == wanted


def test_thanks_at_the_end_do_not_make_a_call_praise() -> None:
    model = TaxonomyClassifier.cold_start(load_taxonomy("2022"))
    plain = "대형폐기물 스티커는 어디서 사나요"
    (alone, spoken) = model.classify([plain, f"여보세요 수고하십니다\n{plain}\n네 네 정말 감사합니다"])
    assert spoken.type_code == alone.type_code != "UNCLASSIFIED"
