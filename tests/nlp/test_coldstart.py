from __future__ import annotations

import csv
import pickle
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from nlp.coldstart import ColdStart, Parameters
from schemas.codes import UNCLASSIFIED, known_codes
from schemas.taxonomy import Taxonomy, load_taxonomy
from schemas.taxonomy.crosswalk import load_crosswalk

SENTENCES = Path(__file__).with_name("sentences.csv")  # written apart from the taxonomy's examples
COVID_WORDS = re.compile("코로나|백신|확진|자가격리|마스크|거리두기")
COVID_OR_NOT = Path(__file__).with_name("covid_or_not.csv")  # words that both have: 재난지원금, 큐알, 면회
FIRST_CASE = date(2020, 1, 20)


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return load_taxonomy("2022")


@pytest.fixture(scope="module")
def classifier(taxonomy: Taxonomy) -> ColdStart:
    return ColdStart.cold_start(taxonomy)


def test_citizens_sentences(taxonomy: Taxonomy, classifier: ColdStart) -> None:
    """Sentences judged against the coarser version (a COVID one by its group): right is a type that comes of it."""
    with SENTENCES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    examples = {example for leaf in taxonomy.leaves for example in leaf.examples}
    assert not examples & {row["text"] for row in rows}
    before = load_crosswalk("2019", "2022").shares(forward=False)
    covid = taxonomy.covid_on(date(2021, 12, 15))

    def right(code: str, row: dict[str, str]) -> bool:
        if row["type_code_2019"]:
            return row["type_code_2019"] in before.get(code, {})
        return code in covid and all(covid[code][name] == row[name] for name in ("covid_group", "covid_subgroup"))

    predictions = list(zip(rows, classifier.classify([row["text"] for row in rows]), strict=True))
    assert sum(right(found.type_code, row) for row, found in predictions) / len(rows) >= 0.88
    assert (
        sum(any(right(code, row) for code, _ in found.alternatives) for row, found in predictions) / len(rows) >= 0.95
    )


def test_covid_or_another_matter_of_the_same_words(taxonomy: Taxonomy, classifier: ColdStart) -> None:
    """The last 33 rows were written after the taxonomy was mended and nothing was changed for them."""
    with COVID_OR_NOT.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    covid = taxonomy.covid_on(date(2021, 8, 1))
    found = [code in covid for code in classifier.predict([row["text"] for row in rows])]
    right = [is_covid == (row["is_covid"] == "1") for is_covid, row in zip(found, rows, strict=True)]
    assert sum(right) / len(right) >= 0.9
    assert sum(right[-33:]) / 33 >= 0.85


@pytest.mark.parametrize(
    "text", ["", "   ", "😀👍🙏", "ㅋㅋㅋㅋ", "...!!!", "\x00\x00", "가" * 1_000_000, "\ud800", "1234"]
)
def test_nothing_recognised(classifier: ColdStart, text: str) -> None:
    (prediction,) = classifier.classify([text])
    assert prediction.type_code == UNCLASSIFIED
    assert prediction.needs_review
    assert prediction.score == 0.0


def test_below_the_threshold_the_alternatives_are_still_listed(classifier: ColdStart) -> None:
    (prediction,) = classifier.classify(["그 노래 가사가 정말 마음에 남더라"])
    assert prediction.type_code == UNCLASSIFIED
    assert 0 < len(prediction.alternatives) <= 5
    assert prediction.score == max(score for _, score in prediction.alternatives)


def test_shape_of_a_prediction(classifier: ColdStart, taxonomy: Taxonomy) -> None:
    (prediction,) = classifier.classify(["백신 접종 예약 방법"])
    assert prediction.alternatives[0] == (prediction.type_code, prediction.score)
    scores = [score for _, score in prediction.alternatives]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 and code in taxonomy for code, score in prediction.alternatives)


def test_order_repeats_and_company_do_not_matter(classifier: ColdStart) -> None:
    texts = ["불법주차 신고", "", "백신 예약", "불법주차 신고", "여권 발급"] * 3
    together = classifier.classify(texts)
    assert together == [classifier.classify([text])[0] for text in texts]
    assert classifier.predict([]) == []


def test_same_words_same_model(taxonomy: Taxonomy, classifier: ColdStart) -> None:
    again = ColdStart.cold_start(taxonomy)
    texts = ["따릉이 반납 오류", "수도요금 조회", "코로나 검사"]
    assert again.model_version == classifier.model_version
    assert again.classify(texts) == classifier.classify(texts)
    assert pickle.loads(pickle.dumps(classifier)).classify(texts) == classifier.classify(texts)
    assert ColdStart(Parameters(threshold=0.9)).fit(taxonomy).model_version != classifier.model_version
    changed = Taxonomy("x", (taxonomy.leaves[0]._replace(name="다른 이름"), *taxonomy.leaves[1:]))
    assert ColdStart.cold_start(changed).model_version != classifier.model_version


def test_a_higher_threshold_abstains_more(taxonomy: Taxonomy) -> None:
    strict = ColdStart(Parameters(threshold=0.99)).fit(taxonomy)
    assert strict.predict(["백신 접종 예약 방법"]) == [UNCLASSIFIED]


def _petitions(folder: Path) -> Iterator[tuple[str, date]]:
    path = folder / "petitions-covid-2019-2021" / "petition_data.csv"
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if int(float(row["id"])) % 2 == 0:
                continue  # the even ones were used to choose the parameters
            yield row["title"], date.fromisoformat(row["expiryDate"]) - timedelta(days=30)


def test_covid_on_real_titles(classifier: ColdStart, real_data: Path) -> None:
    covid = known_codes("covid_codebook")
    before, spoken_of = [], []
    for title, opened in _petitions(real_data):
        if opened < FIRST_CASE and len(title) < 200:
            before.append(title)
        elif COVID_WORDS.search(title):
            spoken_of.append(title)
    early = [code in covid for code in classifier.predict(before[::10])]
    late = [code in covid for code in classifier.predict(spoken_of)]
    assert sum(early) / len(early) <= 0.04
    assert sum(late) / len(late) >= 0.80
