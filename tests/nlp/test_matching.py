"""Documents found by texts: what counts, what does not, and the published answers."""

from __future__ import annotations

import csv
import pickle
from pathlib import Path

import numpy as np
import pytest

from nlp.evaluation import retrieval
from nlp.matching import Matcher, bigrams
from nlp.normalize import normalize
from nlp.tokenize import MecabTokenizer

ANSWERS = [
    "여권 재발급은 구청 민원실에서 신청합니다",
    "수도 요금은 상수도사업본부 누리집에서 조회합니다",
    "불법 주차는 스마트불편신고 앱으로 신고합니다",
    "따릉이 이용권은 앱에서 환불합니다",
]


def matcher(texts: list[str], **hierarchy: list[int] | list[list[int]]) -> Matcher:
    return Matcher(MecabTokenizer()).fit([[(1.0, text)] for text in texts], **hierarchy)  # type: ignore[arg-type]


def test_bigrams_do_not_see_spaces() -> None:
    assert bigrams("불법 주차!") == bigrams("불법주차") == ["불법", "법주", "주차"]
    assert bigrams("") == bigrams("😀") == []


@pytest.mark.parametrize(
    ("text", "best"), [("여권을 다시 만들고 싶어요", 0), ("불법주차신고", 2), ("따르릉이 환불", 3)]
)
def test_the_answer_is_found(text: str, best: int) -> None:
    assert matcher(ANSWERS).scores([text]).values[0].argmax() == best


def test_company_does_not_change_a_score() -> None:
    model = matcher([f"{text} {number}번" for number in range(50) for text in ANSWERS])
    texts = ["여권", "수도 요금 조회", "", "여권 재발급 구청 민원실"]
    together = model.scores(texts * 7).values
    for number, text in enumerate(texts):
        assert (model.scores([text]).values[0] == together[number]).all()
    assert (pickle.loads(pickle.dumps(model)).scores(texts).values == together[:4]).all()


def test_the_best_are_those_of_all_scores() -> None:
    """What is passed over cannot have been among them, ties and texts that nothing is known of included."""
    documents = [
        f"{text} {number}번 {word}" for text in ANSWERS for number, word in enumerate(["구청", "앱", "신고"] * 9)
    ]
    areas = [number // 27 for number in range(len(documents))]
    model = matcher(documents, areas=areas, levels=[[number // 9 for number in range(len(documents))]])
    texts = ["여권", "수도 요금 조회", "", "🙂", "환불 신청을 앱으로 하고 싶은데요", "구청 신고 7번", *documents]
    scores, best = model.scores(texts), model.best(texts, 5)
    expected = np.argsort(-scores.values, axis=1, kind="stable")[:, :5]
    known = scores.known
    assert known.sum() == len(texts) - 2
    assert (best.ids[known] == expected[known]).all()
    assert (best.values[known] == np.take_along_axis(scores.values, expected, axis=1)[known]).all()
    assert not best.values[~known].any()
    assert (best.possible == scores.possible).all()
    assert model.best(["여권"], 999).ids.shape == (1, len(documents))


def test_what_is_said_first_counts_more() -> None:
    late = f"{ANSWERS[1]} {ANSWERS[2]} {ANSWERS[3]} 여권"
    first = f"여권 {ANSWERS[1]} {ANSWERS[2]} {ANSWERS[3]}"
    values = matcher([late, first, *ANSWERS[1:]]).scores(["여권"]).values[0]
    assert values[1] > values[0] > 0


def test_an_area_draws_its_documents() -> None:
    """코로나 stands in every document of one area; a document of it that lacks the word gains by the word."""
    texts = [f"코로나 {word}" for word in ("검사소", "확진자", "격리", "백신")] + ["해외입국자 안내", "여권 안내"]
    plain = matcher(texts).scores(["코로나"]).values[0]
    with_areas = matcher(texts, areas=[0, 0, 0, 0, 0, 1]).scores(["코로나"]).values[0]
    assert with_areas[4] - plain[4] > 0
    assert with_areas[5] == plain[5]


@pytest.mark.parametrize("texts", [[""], ["", ""], ["가"], ["😀", "여권"]])
def test_empty_documents(texts: list[str]) -> None:
    scores = matcher(texts).scores(["여권", "", "가" * 3000])
    assert scores.values.shape == (3, len(texts))
    assert np.isfinite(scores.values).all()
    assert not scores.known[1]


def test_published_answers(real_data: Path) -> None:
    """A title finds its own answer among all 2,645; half of the titles served to choose the constants."""
    with (real_data / "seoul-120" / "seoul-120-text.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = retrieval([normalize(row["제목"]) for row in rows], [normalize(row["내용"]) for row in rows])
    assert found.r_at_1 >= 0.60
    assert found.mrr >= 0.68


def test_pairs_of_letters_are_those_of_bigrams() -> None:
    view = matcher(ANSWERS)._views[1]
    texts = ["불법 주차!", "", "가", "ABC 12 İ 뷁뷁 뷁뷁", "여권을 다시 만들고 싶어요 여권", "한 글 \ud800 자"]
    present, possible = view.transform([bigrams(text) for text in texts])
    found, evidence = view.transform_pairs(texts)
    assert (found != present).nnz == 0 and found.has_sorted_indices
    assert (evidence == possible).all() and not evidence[1:3].any()
