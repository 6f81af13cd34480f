"""Numbers and names here are made up; the card number is the schemes' published test number."""

from __future__ import annotations

import random
import unicodedata

import pytest

from nlp.redact import PLACEHOLDERS, Redaction, redact

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
    ("phone", "⟦010/1234/5678⟧"),
    ("phone", "⟦010_1234_5678⟧"),
    ("phone", "⟦010~1234~5678⟧ 로"),
    ("phone", "⟦010 다시 1234 다시 5678⟧이요"),
    ("phone", "⟦010에 1234에 5678⟧번이요"),
    ("phone", "HP ⟦1234-5678⟧"),
    ("phone", "전번 ⟦987-6543⟧"),
    ("phone", "⟦1234-5678⟧로 전화 주세요"),
    ("phone", "⟦987-6543⟧으로 회신 바랍니다"),
    ("phone", "휴대폰 ⟦일이삼사 오육칠팔⟧"),
    ("phone", "핸드폰 뒷자리 ⟦5678⟧"),
    ("rrn", "⟦88.01.01-1234567⟧"),
    ("rrn", "⟦880101-1⟧ 남자"),
    ("rrn", "주민번호 앞자리 ⟦880101⟧"),
    ("rrn", "⟦팔팔공일공일에 일이삼사오육칠⟧"),
    ("birth", "생년월일 ⟦880101⟧"),
    ("birth", "⟦880101⟧생"),
    ("birth", "⟦88년 1월 1일⟧생"),
    ("birth", "⟦1988.1.1⟧생"),
    ("email", "⟦hong @ naver.com⟧"),
    ("email", "⟦hong@naver .com⟧ 으로"),
    ("email", "⟦hong1234@gmail⟧"),
    ("email", "⟦hong골뱅이네이버점컴⟧"),
    ("email", "⟦hong 골뱅이 다음⟧"),
    ("email", "⟦에이치오엔지 골뱅이 네이버 닷컴⟧"),
    ("address", "⟦은마아파트 12-1203⟧"),
    ("address", "목동 ⟦신시가지 1405-1203호⟧"),
    ("address", "⟦가동 302호⟧"),
    ("address", "⟦A동 1203호⟧에 삽니다"),
    ("address", "독산1동 ⟦1234의 5⟧"),
    ("name", "신고자명: ⟦오하늘⟧"),
    ("name", "고객명 ⟦김나라⟧"),
    ("name", "성명/⟦김철수⟧"),
    ("name", "성명 - ⟦김철수⟧"),
    ("name", "통화자 ⟦김철수⟧"),
    ("name", "접종대상자 ⟦박영자⟧"),
    ("name", "확진자 ⟦최유진⟧ 연락 바람"),
    ("name", "아들 ⟦김민준⟧ 학교"),
    ("name", "딸 ⟦이서연⟧이가 확진"),
    ("name", "배우자 ⟦김영희⟧ 명의"),
    ("name", "본인 ⟦김철수⟧"),
    ("name", "⟦김철수⟧고객"),
    ("name", "⟦박찬호⟧ 사장님"),
    ("name", "⟦김영희⟧ 할머니"),
    ("name", "⟦김철수⟧(남, 45세) 민원"),
    ("name", "⟦김철수⟧ 88년생"),
    ("name", "성명: ⟦김 철 수⟧"),
    ("name", "민원인 ⟦선우 진⟧"),
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
    ("address", "현장 주소 ⟦한울솔길 207-22⟧ 회신번호"),
    ("address", "⟦너울빛로 71-1⟧ 차량번호"),
    ("address", "⟦너울빛로 71⟧ 주민번호"),
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
    ("insurance", "건강보험증 번호 ⟦1-2345678901⟧"),
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
2016번은 새벽 몇 시에 출발하나요 그럼 우리 정류장에는 몇 시쯤 오나 몰라서요 다시 말씀드리면 6628번은 새벽 몇 시에 출발하나 몰라서요
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
2019년 12월 25일 공연 1234석
신림동 2호선 타는 곳
반포동 3호터널
사당1동 2호점
자동 3호기 고장
아동 2호 시설
02-2133-1234 (푸른도시국)
서울시청 대표번호 02-731-2120
02-120
문서번호 120-1234
확진자 이동경로
피해자 유족의 요구
아들 군대 문제
남편 차명의
본인 명의 변경
자녀 양육비
어머니 고혈압
대상자 선정 기준
확진자 명단
식당 사장님
우수 고객 안내
2022년 1월 1일 출생아부터
2021.1.1 생활지원비
골뱅이 무침 다음에
공고 211214-1호
전화로 3월 2021-1231까지
엄마가 전하는 편지
남대문로 2-3분 걸어서
새길로 2-3회 오가는 버스""".splitlines()


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


MEMO_ENDINGS = "안내함 주장함 문의함 연결함 전달함 이해함 항의함 공손히 성실히 조용히 정중히 강력히 강하게 지속적 오전에 안내됨 주장임 문의중 전화옴"


@pytest.mark.parametrize("ending", MEMO_ENDINGS.split())
@pytest.mark.parametrize("cue", ["민원인", "신청인", "신고자", "통화자"])
def test_what_an_agent_notes_is_no_name(cue: str, ending: str) -> None:
    for text in (f"{cue} {ending}", f"{cue} {ending}.\n종료", f"{cue} {ending}, 종료"):
        assert redact(text).text == text


def test_a_name_that_ends_like_a_memo_is_one_where_the_sentence_says_so() -> None:
    assert redact("민원인 이강히입니다").text == "민원인 [이름]입니다"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😀",
        "\x00",
        "\ud800 010",
        "가" * 1_000_000,
        "1" * 1_000_000,
        "1-" * 100_000,
        "김 " * 50_000,
        "골뱅이@" * 9_000,
    ],
)
def test_bad_input(text: str) -> None:
    assert redact(text) == Redaction(text, ())
    text, number = text[:100_000], "010-1234-5678"
    (span,) = redact(f"{text}\n번호 {number}").spans
    assert (span.kind, span.start, span.end) == ("phone", len(text) + 4, len(text) + 4 + len(number))
