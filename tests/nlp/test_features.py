"""Hashed terms are those a person would count, and rows are TF-IDF as it is defined."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest

from nlp.features import Prepared, TermRows, prepare
from nlp.kernels import BLOCKS
from nlp.tokenize import terms_as_lines


class Words:
    """A tokenizer of white space."""

    name = "words"

    def tokens(self, text: str) -> list[str]:
        return text.split()

    def lines(self, text: str) -> str:
        return terms_as_lines(text.split())


def test_character_terms_are_those_of_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["버스가 안 와요", "a 여권 발급", "가"]
    theirs = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)).build_analyzer()

    class Nothing(Words):
        def lines(self, text: str) -> str:
            return ""

    rows = TermRows(Nothing())
    found = rows.fit([Prepared(text, 0) for text in texts])
    assert [int(count) for count in np.diff(found.indptr)] == [len(set(theirs(text))) for text in texts]
    assert len(rows.buckets) == len({term for text in texts for term in theirs(text)})


def test_weights_by_hand() -> None:
    rows = TermRows(Words())
    found = rows.fit([Prepared("가 가 나", 0), Prepared("가", 0)])
    words = (rows.buckets % BLOCKS) == 1
    first = found[0].toarray().ravel()[words]
    both, one = 1 + log(2), (log(3 / 2) + 1)  # 가 twice, in both texts; the pairs 가 가, 가 나 and the word 나 in one
    whole = sqrt(both**2 + 3 * one**2)
    assert sorted(first) == pytest.approx(
        sorted(
            [
                both / whole,
                *[one / whole] * 3,
            ]
        )[:4]
        / np.sqrt(2),
        rel=1e-5,
    )
    assert np.linalg.norm(found[0].toarray()) == pytest.approx(1.0, rel=1e-5)


def test_compounds_give_their_parts_and_predicates_their_stem() -> None:
    rows = TermRows()
    texts = ["영등포구청역에서", "영등포", "버스를 탔다", "버스를 타요"]
    found = rows.fit([Prepared(text, 0) for text in texts])
    words = found[:, np.flatnonzero((rows.buckets % BLOCKS) == 1)]
    likeness = (words @ words.T).toarray()
    assert likeness[0, 1] > 0
    assert likeness[2, 3] == pytest.approx(0.5, rel=1e-4)  # 버스, 타다, and the pair: all the same


def test_the_first_line_is_the_lead() -> None:
    assert prepare("여권 문의\n재발급은 어디서 하나요") == ("여권 문의 재발급은 어디서 하나요", 5)
    assert prepare("짧은 글").lead == 0
    long = prepare("하나 둘 셋 넷 다섯 " * 20)
    assert 40 <= long.lead <= 50
    assert long.text[long.lead] == " "
    rows = TermRows()
    found = rows.fit([prepare("여권 문의\n재발급은 어디서 하나요"), prepare("재발급은 어디서 하나요\n여권 문의")])
    assert set(rows.buckets % BLOCKS) == {0, 1, 2, 3}
    assert (found[0] - found[1]).nnz > 0


def test_transform_gives_what_fit_gave_and_the_names_of_its_terms() -> None:
    rows = TermRows()
    texts = [prepare(text) for text in ("버스 정류장이 멀어요", "", "여권 PCR 재발급 " * 30)]
    fitted = rows.fit(texts)
    assert abs(fitted - rows.transform(texts)).nnz == 0
    assert fitted[1].nnz == 0
    names = rows.named(texts[2])
    assert set(names) == set(fitted[2].indices.tolist())
    assert {"여권", "여권 pcr"} <= {name.strip() for name in names.values()}
    unknown = rows.transform([prepare("쏀쀍")])
    assert unknown.nnz == 0


def test_terms_that_few_texts_have_are_left_out() -> None:
    texts = [prepare(text) for text in ("버스 버스", "버스", "여권")]
    rows = TermRows(least=2)
    found = rows.fit(texts)
    assert found[2].nnz == 0
    assert set(rows.named(texts[0]).values()) == {"버스", "버", "스"}


def test_letters_are_alike_where_syllables_are_not() -> None:
    class Nothing(Words):
        def lines(self, text: str) -> str:
            return ""

    texts = [Prepared(text, 0) for text in ("사다", "싸다", "ㅅㅏㄷㅏ", "PCR 값", "")]
    rows = TermRows(Nothing())
    assert not rows.fit(texts)[:, np.flatnonzero(rows.letters())].nnz
    rows.letter_grams = (2, 3)
    found = rows.fit(texts)
    assert abs(found - rows.transform(texts)).nnz == 0
    letters = found[:, np.flatnonzero(rows.letters())]
    # by two: " ㅅ", "ㅅㅏ", "ㅏㄷ", "ㄷㅏ", "ㅏ "; by three: one fewer; "PCR" and "값" (ㄱㅏㅄ) have three letters each
    assert np.diff(letters.indptr).tolist() == [9, 9, 9, 14, 0]
    assert sorted(letters[0].indices) == sorted(letters[2].indices)
    likeness = (letters @ letters.T).toarray()
    assert 0 < likeness[0, 1] < likeness[0, 0]
    names = rows.named(texts[3])
    assert set(names) == set(found[3].indices.tolist())
    assert {names[column] for column in found[3].indices if rows.letters()[column]} == {
        "P",
        "PC",
        "CR",
        "R",
        "PCR",
        "값",
    }
