"""Numbers and names here are made up; the card number is the schemes' published test number."""

from __future__ import annotations

import random
import unicodedata

import pytest

from nlp.pii_numbers import checksum_holds, luhn_holds
from nlp.redact import PLACEHOLDERS, redact

FOUND = [
    # kind, text with the personal part between ⟦ ⟧
    ("rrn", "주민번호는 ⟦900101-1234567⟧입니다"),
    ("rrn", "⟦9001011234567⟧ 이에요"),
    ("rrn", "⟦900101 - 2345678⟧"),
    ("rrn", "외국인등록번호 ⟦850315-5123456⟧"),
    ("rrn", "작년에 태어난 아이 ⟦201201-3123456⟧"),
    ("rrn", "⟦900101-1******⟧"),
    ("phone", "제 번호는 ⟦010-1234-5678⟧이고요"),
    ("phone", "⟦010 1234 5678⟧"),
    ("phone", "⟦010.1234.5678⟧로"),
    ("phone", "⟦01012345678⟧"),
    ("phone", "⟦+82 10-1234-5678⟧"),
    ("phone", "⟦０１０－１２３４－５６７８⟧로 전화"),
    ("phone", "⟦011-234-5678⟧"),
    ("phone", "집은 ⟦02-2345-6789⟧"),
    ("phone", "⟦02)345-6789⟧"),
    ("phone", "⟦031 234 5678⟧"),
    ("phone", "⟦070-1234-5678⟧"),
    ("phone", "연락처는 ⟦2345-6789⟧입니다"),
    ("phone", "⟦공일공 일이삼사 오육칠팔⟧로 연락 주세요"),
    ("phone", "⟦영일공에 이삼사오에 육칠팔구⟧입니다"),
    ("phone", "⟦공일공 다시 일이삼사 다시 오육칠팔⟧이요"),
    ("phone", "⟦공이 이삼사오 육칠팔구⟧예요"),
    ("card", "카드 ⟦4111-1111-1111-1111⟧로"),
    ("card", "⟦4111 1111 1111 1111⟧"),
    ("card", "⟦4111111111111111⟧ 결제"),
    ("account", "신한은행 ⟦110-123-456789⟧로 입금"),
    ("account", "계좌 ⟦12345612345678⟧ 예요"),
    ("account", "⟦123456-78-901234⟧ 국민"),
    ("email", "⟦hong.gildong@example.co.kr⟧로 보내 주세요"),
    ("email", "메일은 ⟦hong123 골뱅이 example 점 com⟧"),
    ("plate", "⟦12가 3456⟧ 차량이"),
    ("plate", "⟦123가4567⟧이 막고 있어요"),
    ("plate", "⟦서울 32바 1234⟧ 택시"),
    ("address", "서울 강남구 ⟦테헤란로 152⟧에 삽니다"),
    ("address", "강서구 ⟦화곡로 12길 34-5 302호⟧"),
    ("address", "⟦올림픽로35길 10⟧ 앞"),
    ("address", "관악구 신림동 ⟦1234-5⟧"),
    ("address", "북구 매곡동 ⟦28-18번지⟧ 건물"),
    ("address", "⟦래미안아파트 101동 1203호⟧"),
    ("address", "저는 ⟦101동 1203호⟧요"),
    ("name", "민원인 ⟦홍길동⟧입니다"),
    ("name", "⟦홍길동⟧ 씨가 신고했어요"),
    ("name", "⟦김영희⟧님 안녕하세요"),
    ("name", "⟦김철수⟧ 고객님"),
    ("name", "제 이름은 ⟦박서준⟧이고요"),
    ("name", "성함은 ⟦차은우⟧입니다"),
    ("name", "저는 ⟦이하람⟧이라고 합니다"),
    ("name", "⟦남궁민수⟧ 님"),
    ("passport", "여권 ⟦M12345678⟧"),
    ("passport", "⟦M123A4567⟧"),
    ("license", "운전면허 ⟦11-12-345678-90⟧"),
    ("birth", "생년월일은 ⟦1985년 3월 2일⟧이고"),
    ("ip", "접속 주소 ⟦211.34.105.33⟧"),
]

ORDINARY = """120에 전화했어요
119 신고하고 112에도 했어요
1588-1234로 걸었는데
1339가 계속 통화 중이에요
02-120 누르면 되나요
2021년 1월 15일 오후 3시 30분
2020-03-15 14:30에 접수
2021.04.01~12.31 574,845건
5,000원에서 12000원으로
1,000만원 이상 2천만원 이하
주민등록법 제12조 제3항 제2호
서울특별시 조례 제7423호
코로나19 확진자 1,234명
5인 이상 집합금지
만 65세 이상 어르신
143번 버스 30분 기다림
종로3가역 5번 출구
을지로 3가에서 2호선
버스로 10분 거리
강변북로 2차로 공사
전화로 3번 했어요
코로나로 3개월째
강남구 역삼동에 살아요
테헤란로가 막혀요
서초구 사평대로57길 영업
20년 된 아파트 30채
101동 앞 놀이터
3차 접종 180일 경과
기온 30도 2020년 여름
10시부터 20시까지
제2021-123호 공고
선생님 안녕하세요
기사님이 불친절해요
이용자님께서
아저씨가 담배를
날씨가 좋네요
고객님 정말로 감사합니다
담당자 연결해 주세요
민원인이 이용하려는
환자 이송 부탁
신고자 정보는 공개되나요
과장님 바꿔 주세요
아이 이름 변경 신고
세대주 변경 신고
집주인 전세금 안 돌려줘
저는 강남구민입니다
제가 이번에 이사라고 하는데
신규분양 아파트
여성의 군 복무
하나님 예수님
88년생 청년수당 신청
공일에 문 여는 병원
2019년 12월 25일 공연 1234석""".splitlines()


@pytest.mark.parametrize(("kind", "marked"), FOUND)
def test_found_with_exact_offsets(kind: str, marked: str) -> None:
    start, end = marked.index("⟦"), marked.index("⟧") - 1
    text = marked.replace("⟦", "").replace("⟧", "")
    redaction = redact(text)
    assert [(span.kind, span.start, span.end) for span in redaction.spans] == [(kind, start, end)]
    assert redaction.text == text[:start] + PLACEHOLDERS[kind] + text[end:]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_stay_whole(text: str) -> None:
    assert redact(text).spans == ()
    assert redact(text).text == text


def test_several_at_once_and_nothing_else_changed() -> None:
    pieces = [marked.replace("⟦", "").replace("⟧", "") for _, marked in FOUND] + ORDINARY
    shuffled = random.Random(120)
    for _ in range(60):
        text = "\n".join(shuffled.sample(pieces, 6))
        redaction = redact(text)
        rebuilt, last = "", 0
        for span in redaction.spans:
            assert last <= span.start < span.end <= len(text)
            rebuilt += text[last : span.start] + PLACEHOLDERS[span.kind]
            last = span.end
        assert redaction.text == rebuilt + text[last:]


def test_redacting_again_changes_nothing() -> None:
    for _, marked in FOUND:
        once = redact(marked.replace("⟦", "").replace("⟧", "")).text
        assert redact(once).text == once


def test_name_beside_a_number() -> None:
    assert redact("홍길동 010-1234-5678").text == "[이름] [전화번호]"


def test_hidden_characters_do_not_hide_a_number() -> None:
    text = "번호 010\u200b-1234-\u200b5678 끝"
    (span,) = redact(text).spans
    assert text[span.start : span.end].replace("\u200b", "") == "010-1234-5678"
    assert redact(text).text == "번호 [전화번호] 끝"


def test_decomposed_hangul_is_read_and_left_as_it_was() -> None:
    text = unicodedata.normalize("NFD", "민원인 홍길동입니다")
    redaction = redact(text)
    assert redaction.text == unicodedata.normalize("NFD", "민원인 ") + "[이름]" + unicodedata.normalize("NFD", "입니다")


@pytest.mark.parametrize("text", ["", "😀", "\x00", "\ud800 010", "가" * 1_000_000, "1" * 1_000_000, "1-" * 100_000])
def test_bad_input(text: str) -> None:
    assert len(redact(text).text) <= len(text)


def test_check_digits() -> None:
    digits = "900101123456"
    assert sum(checksum_holds(f"{digits}{last}") for last in range(10)) == 1
    assert sum(checksum_holds(f"850315512345{last}") for last in range(10)) == 1
    assert luhn_holds("4111111111111111")
    assert not luhn_holds("4111111111111112")


def test_a_number_with_no_birth_date_needs_its_check_digit() -> None:
    good = next(f"{last}" for last in range(10) if checksum_holds(f"901399123456{last}"))
    assert redact(f"번호 901399-123456{good} 확인").spans[0].kind == "rrn"
    bad = str((int(good) + 1) % 10)
    assert "rrn" not in {span.kind for span in redact(f"번호 901399-123456{bad} 확인").spans}
