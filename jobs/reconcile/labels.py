"""What a label says of its figure: the subject, and words that change what the number means.

Belongs here: words. Does not: numbers and windows.
"""

from __future__ import annotations

import re

from jobs.reconcile.dates import without_dates
from jobs.reconcile.numbers import TERM, clean

_GROWTH = re.compile(
    r"증가|감소|증감|성장|상승|하락|신장|향상|개선|제고|확대|축소|단축|늘어|늘었|줄어|줄었|대비|전년비|차이|growth|increase|decrease|[↑↓]|[+△▲▽▼]\s?\d"
)
_FALL = re.compile(r"감소|하락|축소|단축|줄어|줄었|절감|↓|decrease")
_RATE = re.compile(r"[가-힣]{2,}[율률](?![가-힣])")

_OTHER_RATE = re.compile(r"[가-힣]*(?:증가|감소|증감|성장|상승|하락|신장|변화|점유|비)[율률]")
_DAILY = re.compile(
    r"일\s?평균|하루|(?<![\d평휴생종요])1일(?!\s?부터|\s?기준|\s?현재)\s?|일일|일당|per\s?day|a\s?day|daily",
    re.IGNORECASE,
)
_MONTHLY = re.compile(r"월\s?평균|매월|(?<!\d)한\s?달\s?평균|1개월\s?평균|monthly", re.IGNORECASE)
_HIGHEST = re.compile(r"최고|최대|최다|가장\s?(?:많|높|큰)|정점|1위|highest|peak")
_LOWEST = re.compile(r"최저|최소|최하|가장\s?(?:적|낮|작)|lowest")
_PLAN = re.compile(r"계획|예정|목표|향후|추진(?!\s?실적)|전망")
_LAUNCH = re.compile(
    r"(?:서비스\s?|정식\s?|최초\s?)?(?:출시|도입|개시|오픈|개통|개소|런칭|론칭|신설|시작|launch(?:ed)?)(?:일자|일|시기|연월|됨|함|하여)?",
    re.IGNORECASE,
)
_STOCK = re.compile(r"친구|누적|가입|회원|구독|등록자|현재|보유|인원|재직|정원|현원|잔고|재고|좌석")
_OF_WHICH = re.compile(r"이\s?중|그\s?중|중에서|가운데|일부")
_SOURCE = re.compile(
    r"\([^()]*(?:표|쪽|p\.?\s?\d+|본문|부록|별첨|요약|기준|보도|자료|현황|보고|감사|의회|누리집|그림|도표|재인용|출처)[^()]*\)"
)
_STOP = (
    "건수", "전체", "합계", "총계", "총", "계", "모두", "수치", "규모", "일평균", "월평균", "연평균", "평균", "하루",
    "1일", "일일", "일", "월", "매월", "증가율", "감소율", "증감률", "증감율", "성장률", "증가폭", "증감", "증가", "감소", "상승",
    "하락", "향상", "개선", "비율", "비중", "점유율", "구성비", "연중", "연간", "최고", "최대", "최다", "최저", "최소", "가장", "높음", "많음",
    "대비", "전년", "전년도", "보다", "년", "실적", "현황", "결과", "기준", "현재", "약", "누적", "신규", "인원", "수", "부터", "이후", "까지",
)  # fmt: skip
_TAILS = (
    "건수",
    "비중",
    "비율",
    "점유율",
    "구성비",
    "증가율",
    "감소율",
    "증감률",
    "성장률",
    "증가",
    "감소",
    "인원",
    "일평균",
    "수",
)
_QUALIFIERS = re.compile(r"누적|신규|월\s?평균|연\s?평균|목표|계획|실적|현재|연말")
_MEASURE = r"[^\d=×xX*✕+÷()]{0,8}"
EXPRESSION = re.compile(
    rf"(?<![^\W_]){TERM}{_MEASURE}(?:[×xX*✕+÷]\s*{TERM}{_MEASURE})+(?:=\s*(?P<result>{TERM}\s?[건명회%]?))?"
)
_LOOSE_NUMBER = re.compile(rf"[+\-△▲▽▼]?\s?{TERM}(?:\s?[~-]\s?{TERM})?\s?(?:%p|%|천|만|건|명|회)")


ARROW = re.compile(rf"(?P<before>{TERM})\s?(?P<unit>%|건|명)?\s?(?:→|->|⇒)\s?(?P<now>{TERM})\s?(?P<last>%|건|명)?")
DAILY_CLAIM = re.compile(
    rf"(?:하루|일\s?평균|(?<![\d요평휴생종])1?일|매일)\s*(?:평균\s*)?(?:약\s*)?(?P<claim>{TERM}(?:\s*(?:건|명)?\s*[~-]\s*{TERM})?)(?=\s?(?:여\s?)?(?:건|명|\)|$))"
)


def is_growth(label: str) -> bool:
    return bool(_GROWTH.search(clean(label)) or ARROW.search(without_dates(label)))


def is_fall(label: str) -> bool:
    return bool(_FALL.search(label)) and "증감" not in label


def rate_named(label: str) -> str | None:
    """The rate that a label is about: 응대율, 완료율; not that of a growth, nor a share."""
    found = _RATE.search(_OTHER_RATE.sub(" ", label))
    return found[0] if found else None


def is_daily(text: str) -> bool:
    return bool(_DAILY.search(without_dates(text)))


def is_monthly(text: str) -> bool:
    return bool(_MONTHLY.search(clean(text)))


def superlative(label: str) -> int:
    """1 where the label claims the most, -1 the least, 0 neither."""
    return 1 if _HIGHEST.search(label) else -1 if _LOWEST.search(label) else 0


def is_plan(label: str) -> bool:
    return bool(_PLAN.search(label))


def expression_result(label: str) -> str:
    """The outcome of a sum that is written out in the label (`12×30=360건`); empty where there is none."""
    found = EXPRESSION.search(clean(label))
    return (found["result"] or "") if found else ""


def launch_word(text: str) -> re.Match[str] | None:
    return _LAUNCH.search(text)


def is_stock(label: str) -> bool:
    return bool(_STOCK.search(label))


def is_of_which(label: str) -> bool:
    return bool(_OF_WHICH.search(label))


def qualifiers(label: str) -> frozenset[str]:
    """Words that make two figures of one subject different things: 누적, 신규, 목표 …"""
    return frozenset(word.replace(" ", "") for word in _QUALIFIERS.findall(clean(label)))


def subject(label: str) -> str:
    """What is counted, without dates, sources, measures and numbers; empty where the label says nothing else."""
    text = _SOURCE.sub(" ", clean(label).lower())
    text = ARROW.sub(" ", EXPRESSION.sub(" ", text))
    text = _LOOSE_NUMBER.sub(" ", without_dates(text))
    text = _LAUNCH.sub(" ", text)
    tokens = []
    for token in re.split(r"[\s()\[\]{}<>·,:;/_|'\"→~‘’“”.]+", text):
        kept = token.removeprefix("총") if len(token) > 2 else token
        while kept not in _STOP and (
            tail := next((t for t in _TAILS if kept.endswith(t) and len(kept) > len(t) + 1), None)
        ):
            kept = kept.removesuffix(tail)
        if kept and kept not in _STOP:
            tokens.append(kept)
    return "".join(tokens)
