from __future__ import annotations

import multiprocessing
import pickle
import subprocess
import sys
import time

import pytest

from nlp.tokenize import KonlpyTokenizer, MecabTokenizer, may_hold_run, morphemes, terms_as_lines


def test_content_words_only_in_dictionary_form() -> None:
    assert MecabTokenizer().tokens("버스를 탔는데 기사님이 너무 빨리 갔어요") == ["버스", "타다", "기사"]


def test_compounds_come_with_their_parts() -> None:
    assert {"영등포구청역", "영등포", "구청"} <= set(MecabTokenizer().tokens("영등포구청역에서"))


def test_numbers_on_request() -> None:
    assert "2" not in MecabTokenizer().tokens("2차 접종")
    assert "2" in MecabTokenizer(numbers=True).tokens("2차 접종")
    assert MecabTokenizer(numbers=True).name != MecabTokenizer().name


def test_foreign_words_are_lower_case() -> None:
    assert MecabTokenizer().tokens("PCR 검사") == ["pcr", "검사"]


@pytest.mark.parametrize("text", ["", " ", "😀👍", "\x00", "\ud800", "ㅋㅋㅋ", "\n\n"])
def test_nothing_to_say(text: str) -> None:
    assert MecabTokenizer().tokens(text) == []


@pytest.mark.parametrize("text", ["가" * 1_000_000, "1" * 1_000_000, "코로나" * 20_000, "\x00버스" * 20_000])
def test_pathological_input_ends_soon(text: str) -> None:
    started = time.monotonic()
    MecabTokenizer().tokens(text)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("least", [41, 60])
def test_no_run_escapes_wherever_it_stands(least: int) -> None:
    assert all(may_hold_run("가나" * 30 + "다" * before + "ㅋ" * least + "라", least) for before in range(least))
    assert not may_hold_run("가나다라마바사" * 50 + " " * 200, least)


def test_long_text_is_cut_between_words() -> None:
    assert MecabTokenizer().tokens("백신 예약 " * 2_000) == ["백신", "예약"] * 2_000


def test_pickles_and_works_in_another_process() -> None:
    tokenizer = pickle.loads(pickle.dumps(MecabTokenizer()))
    expected = tokenizer.tokens("백신 접종 예약")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(tokenizer.tokens, ["백신 접종 예약"]) == [expected]


def test_morphemes_say_what_they_are() -> None:
    (name,) = morphemes("김철수")
    assert (name.tag, name.meaning) == ("NNP", "인명")


def test_lines_are_what_tokens_come_of() -> None:
    lines = MecabTokenizer().lines("영등포구청역에서 탔어요\n여권")
    assert [line.split("\t")[:2] for line in lines.splitlines() if "NNP" in line.split("\t")[1:2]] == [
        ["영등포구청역", "NNP"]
    ]
    assert "타/VV/*" in lines
    assert all(line.count("\t") == 2 for line in lines.splitlines() if line)
    assert terms_as_lines(["가", "나"]) == "가\tNNG\t*\n나\tNNG\t*\n"


def test_another_analyser_may_be_chosen() -> None:
    """In a process of its own: a JVM in this one would hang the tests that fork."""
    program = (
        "from nlp.classifier import TaxonomyClassifier; from nlp.tokenize import KonlpyTokenizer\n"
        "texts = ['여권을 발급', '여권을 재발급', '버스를 기다려요', '버스가 안 와요']\n"
        "model = TaxonomyClassifier(tokenizer=KonlpyTokenizer('Komoran')).fit(texts, ['p', 'p', 'b', 'b'])\n"
        "print(*model.predict(['여권이 어디', '버스는 언제', '']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if "JVM" in done.stderr or "JAVA_HOME" in done.stderr:
        pytest.skip("Java가 없어 Komoran을 띄우지 못했습니다.")
    assert done.stdout.split() == ["p", "b", "UNCLASSIFIED"], done.stderr
    with pytest.raises(ValueError, match="모르는 형태소 분석기"):
        KonlpyTokenizer("Nope")
