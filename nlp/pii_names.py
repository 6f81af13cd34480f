"""Names of persons where the words around them say that a name stands there.

Belongs here: cues, surnames and the judgement whether a word is a name. A name without any cue is left: public
figures and places would go with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from nlp.tokenize import Morpheme, morphemes

Found = tuple[str, int, int]

_DOUBLE = ("남궁", "황보", "제갈", "선우", "독고", "사공", "서문", "동방")
_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용예경봉사부가복태목형피두감음빈동온호범좌팽승간"
)
_KIN = "아들|딸|엄마|아빠|자녀|배우자|남편|아내|어머니|아버지|본인|아동|사장"
# What follows a cue; of kin a name stands apart. Each pattern begins with plain letters, so that most places of a text
# are passed over at once.
_AFTER_CUE = (
    r"(?P<called>(?<=[인자주객])명(?=\s|[/:=(-]))?"
    r"(?:은|는|님|(?:이|가)(?=\s)|\s?[/:=(-])?{apart}\s{{0,2}}"
    r"(?=(?P<run>[가-힣]{{1,12}}))"
)
_CUE = re.compile(
    r"(?P<cue>민원인|신청인|신고인|신고자|신청자|세대주|예금주|보호자|피보험자|수급자|환자|담당자|담당|상담사|상담원|주무관|작성자|대리인|임차인|임대인"
    r"|집주인|성명|성함|이름|고객님?|저는|제가|나는|확진자|격리자|접종(?:대상)?자|피해자|대상자|당사자|통화자|요청자|접수자|수신자|회신자|입소자)"
    + _AFTER_CUE.format(apart="(?=.)")
)
_KIN_CUE = re.compile(rf"(?P<cue>{_KIN})" + _AFTER_CUE.format(apart=r"(?=\s)"))
_APART = re.compile(r"[가-힣]{1,2}\s[가-힣]{1,2}(?:\s[가-힣])?(?![가-힣])")
# These only name someone when the sentence says so, or they are followed by too many other words.
_SAYS_SO = re.compile(r"(?:이?라고|이?라는|입니다|이에요|예요|인데요|이고요|이구요)")
_WEAK_CUES = ("저는", "제가", "나는")
_NAME_CUES = ("성명", "성함", "이름")
# After these, a word of three that closes its phrase is a name even where the dictionary reads it otherwise (이동+현).
_FIRM_CUES = (*_NAME_CUES, "민원인", "신청인", "신청자", "신고인", "신고자", "예금주", "세대주")
_CLOSES = re.compile(
    r"(?P<says>(?:님|씨)(?![가-힣])|(?:님|씨)?(?:입니다|이에요|예요|이고요|인데요))|\s*(?:[\n/,.)]|$)|\s+(?:민원인|차량번호)"
)
_COMMON_ENDS = "처소증서비금지별용법령일시간호사항자부"
_TITLED = re.compile(
    r"(?<![가-힣])(?P<run>[가-힣]{2,5})\s?"
    r"(?P<title>씨|님|고객님?|선생님|사장님|어르신|할머니|할아버지|민원인|주무관|상담사|상담원|팀장|과장|계장|기사님|원장님|군|양)(?P<rest>[가-힣]*)"
)
_NEEDS_FULL_NAME = frozenset(
    ("님", "군", "양", "민원인", "할머니", "할아버지", "팀장", "과장", "계장", "상담사", "상담원", "고객", "사장님")
)
_INTRODUCED = re.compile(r"(?<![가-힣])(?P<run>[가-힣]{2,5}?)(?:이라고|라고)\s?(?:합니다|하는데|해요|하고요|하는|불러)")
# A name straight before who that is: (남, 45세), 88년생, (880101).
_DESCRIBED = re.compile(
    r"(?<![가-힣])(?P<run>[가-힣]{3,4})\s?[(,/]?\s?(?:[남여](?:자|성)?\s?[,/(\s]\s?)?"
    r"(?:\d{2,4}년생|만?\s?\d{2}세|(?P<born>\d{6}(?!\d)|(?:19|20)?\d\d[./-]\d{1,2}[./-]\d{1,2}(?!\d)))"
)
_SPACED_TITLED = re.compile(r"(?<![가-힣])(?P<run>[가-힣]\s[가-힣]{1,2})\s(?:씨|님)(?![가-힣])")
_MEMO_ENDINGS = ("함", "히", "게", "적", "에", "는", "를")  # of how an agent notes what was done: 안내함, 조용히
_NOTE_ENDINGS = ("임", "됨", "옴", "중", "침", "만", "를", "요", "상")  # the same after a noun; names end so, too
# Surnames that are words by themselves: 차 번호, 전 남편.
_ALSO_WORDS = frozenset("차전방금구시도주소반국연명천공편형온점문표등기위")
_BEFORE_NUMBER = re.compile(r"(?<![가-힣])(?P<run>[가-힣]{2,4})\s?[,(/:]?\s?$")
_ENDING = re.compile(
    r"(?:님|씨)?(?:이라고|라고|이라는|라는|입니다|이에요|이예요|예요|이고요?|이구요?|인데요?|이요|이며|이라|께서는?|에게|한테|으로|하고"
    r"|이[가는도랑를]|[은는이가을를의과와도로랑고])?(?:요|서)?"
)
_NO_NAMES = frozenset(
    [
        "이용자",
        "노숙자",
        "이용객",
        "이주민",
        "주민들",
        "이모씨",
        "김모씨",
        "유권자",
        "유족의",
        "이동경",  # 이동경로, which the dictionary takes for a person
        "이동중",
        "신혼부",
        "전세대",
        "오세훈",
        "박원순",
        "문재인",
        "이명박",
        "박근혜",
        "노무현",
        "윤석열",
        "이재명",
        "안철수",
    ]
)
_NO_NAME_ENDINGS = (
    "모",
    "지사",
    "의원",
    "시장",
    "사장",
    "병원",
    "여사",
)  # 김모 씨 is masked already; the rest are offices
_SAMPLE_NAMES = frozenset(("홍길동", "홍길순", "성춘향", "이몽룡", "김아무개"))


def names(text: str) -> Iterator[Found]:
    """Every name with a cue, as ("name", start, end); spans may overlap."""
    for cues in (_CUE, _KIN_CUE):
        for match in cues.finditer(text):
            if length := _length_after(match, text):
                start = match.end()
                yield "name", start, start + length
    for match in _TITLED.finditer(text):
        run, title = match["run"], match["title"]
        full = len(run) >= 3 or title not in _NEEDS_FULL_NAME
        if title in ("군", "양"):  # also the ends of common words (신규분양) and words by themselves (군 입대)
            full = full and match.end("run") == match.start("title") and len(list(morphemes(run))) == 1
        if full and _ENDING.fullmatch(match["rest"]) and is_name(run):
            yield "name", *match.span("run")
    for match in _INTRODUCED.finditer(text) if "라고" in text else ():
        if len(match["run"]) >= 3 and is_name(match["run"]):
            yield "name", *match.span("run")
    for match in _SPACED_TITLED.finditer(text) if " 씨" in text or " 님" in text else ():
        if is_name(match["run"].replace(" ", "")):
            yield "name", *match.span("run")


def _length_after(match: re.Match[str], text: str) -> int:
    """How many characters after a cue are a name; 0 for none."""
    cue, start = match["cue"], match.end()
    firm = cue.startswith(_FIRM_CUES) or match["called"] is not None
    run = match["run"]
    length, is_kin = name_length(run), match.re is _KIN_CUE
    if length and is_kin and length < 3 + run.startswith(_DOUBLE):
        length = length if _SAYS_SO.match(run, length) else 0
    if length and is_kin and run[0] in _ALSO_WORDS and _is_noun(run[1:length]):
        return 0
    # a short word after a title is rather what happens to the person (환자 이송) than a name
    named = cue.startswith(_NAME_CUES) or match["called"] is not None
    sure = named or (length > 2 and not cue.startswith(_WEAK_CUES)) or _SAYS_SO.match(run, length) is not None
    if length and sure:
        return length
    if not firm:
        return 0
    if (close := _CLOSES.match(text, start + 3)) and _may_be_name(run[:3], sure=close["says"] is not None):
        return 3
    apart = _APART.match(text, start)
    return _length_apart(apart[0]) if apart else 0


def _length_apart(written: str) -> int:
    """The same of a name written with spaces: 김 철 수, 선우 진."""
    for count in (3, 2):
        parts = written.split(" ")[:count]
        word = "".join(parts)
        if len(parts) == count and (word[:2] in _DOUBLE or count == len(word) == 3) and is_name(word):
            return len(" ".join(parts))
    return 0


@lru_cache(maxsize=1 << 14)  # the words after a cue are often the same
def _is_compound(run: str) -> bool:
    """Whether a whole word is two nouns (이동 + 경로) or a noun and its particle (유족 + 의), and so no name."""
    parts = list(morphemes(run))
    return (
        len(parts) == 2
        and len(parts[0].surface) == 2
        and parts[0].tag == "NNG"
        and (parts[1].tag[0] == "J" or (parts[1].tag == "NNG" and len(parts[1].surface) == 2))
    )


def _is_noun(word: str) -> bool:
    return [part.tag for part in morphemes(word)] == ["NNG"]


def names_beside(text: str, number_starts: list[int]) -> Iterator[Found]:
    """Names written straight before a number of a person ("홍길동 010-…")."""
    for position in number_starts:
        match = _BEFORE_NUMBER.search(text, max(0, position - 8), position)
        if match and len(match["run"]) >= 3 and is_name(match["run"]):
            yield "name", *match.span("run")


def described(text: str) -> Iterator[Found]:
    """Names straight before an age or a date of birth, and that date."""
    for match in _DESCRIBED.finditer(text):
        if is_name(match["run"]) and not (match["born"] and not _is_birth(match)):
            yield "name", *match.span("run")
            if match["born"]:
                yield "birth", *match.span("born")


def _is_birth(match: re.Match[str]) -> bool:
    """A date beside a name is a birth date where it is bare and in brackets, or the sex stands before it."""
    bare = match["born"].isdigit() and 1 <= int(match["born"][2:4]) <= 12 and 1 <= int(match["born"][4:]) <= 31
    return (bare and "(" in match[0]) or re.search("[남여]", match[0][len(match["run"]) :]) is not None


@lru_cache(maxsize=1 << 14)
def name_length(run: str) -> int:
    """How many leading characters of a word are a name that only particles follow; 0 for none."""
    lengths = (4, 3) if run.startswith(_DOUBLE) else (3, 2)
    for length in lengths:
        if len(run) >= length and _ENDING.fullmatch(run, length) and is_name(run[:length]):
            return 0 if _is_compound(run) else length
    return 0


@lru_cache(maxsize=1 << 14)
def is_name(word: str) -> bool:
    """Whether a word reads as surname and given name, and is no word of the dictionary."""
    if word in _SAMPLE_NAMES:
        return True
    surname = word[:2] if word.startswith(_DOUBLE) and len(word) > 2 else word[0]
    if (
        word in _NO_NAMES
        or word.endswith(_NO_NAME_ENDINGS)
        or (len(surname) == 1 and surname not in _SURNAMES)
        or not 1 <= len(word) - len(surname) <= 2
    ):
        return False
    found = list(morphemes(word))
    if len(found) == 1:
        return found[0].tag == "NNP" and found[0].meaning == "인명"
    return not word.endswith(("는", "를", "의")) and _splits_after(surname, found)


def _may_be_name(word: str, sure: bool) -> bool:
    """Whether a word of three could be a name after a firm cue: a surname first, and (unless `sure`) no common word."""
    if len(word) != 3 or word[0] not in _SURNAMES or word in _NO_NAMES or word.endswith(_NO_NAME_ENDINGS):
        return False
    if not sure and word.endswith(_MEMO_ENDINGS):
        return False
    found = list(morphemes(word))
    if not sure and word.endswith(_NOTE_ENDINGS) and found[0].tag == "NNG" and len(found[0].surface) == 2:
        return False
    common = found[0].tag == "NNG" and (len(found) == 1 or (len(found[0].surface) == 2 and word[-1] in _COMMON_ENDS))
    return sure or not common


def _splits_after(surname: str, found: list[Morpheme]) -> bool:
    """An unknown name falls apart after the surname (차 + 은우), with nothing inflected or attached at its end."""
    head, last = found[0], found[-1]
    if head.surface != surname or head.tag not in ("NNG", "NNP", "XPN"):
        return False
    if head.tag == "XPN" and surname == "신":  # a new town (신도시) is no person
        return False
    return last.tag in ("NNG", "NNP") or (len(found) == 3 and all(len(part.surface) == 1 for part in found))
