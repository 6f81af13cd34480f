"""Ways to reach a person: telephone numbers, written or said, and e-mail addresses.

Belongs here: their shapes, and which numbers an institution publishes. Does not: numbers that identify a person
(`nlp.pii_numbers`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Found = tuple[str, int, int]

_GAP = r"(?:[-.)\s/_~]{0,3}|\s{0,2}(?:다시|에|의)\s{0,2})"
_PHONE = re.compile(
    rf"(?<!\d)(?:\+?82{_GAP}\(?0?\)?1[016789]|01[016789]){_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)"
    rf"|(?<!\d)(?:\+?82{_GAP}|0)(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d){_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)"
)
_CUE = (
    r"(?:전화|연락처|연락|(?<!문서)(?<!접수)(?<!민원)(?<!관리)(?<!등록)번호|핸드폰|휴대폰|핸폰|전번|회신|팩스"
    r"|(?<![A-Za-z])(?:HP|H\.P|hp|Tel|TEL|tel)(?![A-Za-z]))"
)
_LOCAL = re.compile(
    rf"{_CUE}[^\d\n]{{0,12}}(?<!\d)(?P<after>\d{{3,4}}[-. ]\d{{4}})(?![\d-])"
    r"|(?<![\d.-])(?P<before>\d{3,4}-\d{4})(?=번?\s?(?:으로|로)\s?(?:꼭\s|다시\s)?(?:전화|회신|연락|문자|콜백))"
)
# Representative numbers of institutions (15xx, 16xx, 18xx - 4 digits) and the extensions of Seoul's city hall.
_PUBLIC = re.compile(r"1[568]\d{6}|022133\d{4}|0273121\d\d")
_HANGUL_DIGIT = "공영일이삼사오육륙칠팔구"
_DIGIT = f"[0-9{_HANGUL_DIGIT}]"
_SAID = r"[\s,.\-]{0,2}(?:다시|에|의|국에|국의)?[\s,.\-]{0,2}"
_SPOKEN = re.compile(
    rf"[0공영]{_SAID}(?:[1일]{_SAID}[0공영1일6육륙7칠8팔9구]|[2이]|[3삼4사5오6육륙]{_SAID}[1일2이3삼4사5오])"
    rf"(?:{_SAID}{_DIGIT}){{7,8}}"
)
_SPOKEN_LOCAL = re.compile(
    rf"{_CUE}[은는가]?\s?:?\s?(?P<said>(?:[{_HANGUL_DIGIT}]\s?){{3,4}}(?:다시|에|의|국에)?\s?[{_HANGUL_DIGIT}]{{4}})(?![가-힣]{{3}})"
    r"|(?:전화|연락처|핸드폰|휴대폰|핸폰|전번|폰)(?:\s?번호)?\s?(?:뒷|끝)\s?(?:4|네)?\s?(?:자리|번호)[은는가]?\s?:?\s?(?P<tail>\d{4})(?!\d)"
)

_FOUR = re.compile(rf"[{_HANGUL_DIGIT}]{{4}}|\d{{4}}")  # every one of them ends so

_TLD = r"(?:com|net|org|co\s?\.\s?kr|go\s?\.\s?kr|or\s?\.\s?kr|ac\s?\.\s?kr|kr)(?![A-Za-z])"
_HOST = r"(?:gmail|naver|hanmail|daum|nate|kakao|hotmail|지메일|네이버|한메일|다음|네이트|카카오)"
_SAID_TLD = r"\s?(?:\.|점|닷)\s?(?:com|net|컴|넷|co\.kr)"
_AT = r"\s?(?:@|골뱅이|[(（]at[)）])\s?"
_EMAIL = re.compile(
    rf"[A-Za-z0-9._%+-]{{1,64}}\s?@\s?[A-Za-z0-9-]{{1,63}}(?:\s?\.\s?{_TLD}|(?:\.[A-Za-z0-9-]{{1,63}}){{1,4}})"
    r"|[A-Za-z0-9._-]{2,40} ?골뱅이 ?[A-Za-z0-9-]{2,30}(?: ?(?:\.|점|닷) ?[A-Za-z가-힣]{2,4}){1,2}"
    rf"|[A-Za-z0-9._%+-]{{1,64}}{_AT}{_HOST}(?:{_SAID_TLD})?(?![A-Za-z])"
    rf"|[A-Za-z0-9._%+-]{{1,64}}[(（]at[)）][A-Za-z0-9-]{{2,30}}\.{_TLD}"
    rf"|[A-Za-z0-9._%+가-힣-]{{1,40}}{_AT}{_HOST}(?:{_SAID_TLD}|\s?닷컴)"
)


def phones(text: str) -> Iterator[Found]:
    """Telephone numbers in digits, but for those an institution publishes."""
    found = [match.span() for match in _PHONE.finditer(text)]
    found += [match.span("after" if match["after"] else "before") for match in _LOCAL.finditer(text)]
    yield from (("phone", *span) for span in found if not is_public(text[slice(*span)]))


def spoken(text: str) -> Iterator[Found]:
    """Telephone numbers said digit by digit, as speech recognition writes them (공일공 일이삼사 오육칠팔)."""
    for match in _SPOKEN.finditer(text):
        if not match[0][0].isdigit() or any(character in match[0] for character in _HANGUL_DIGIT):
            yield "phone", *match.span()
    for match in _SPOKEN_LOCAL.finditer(text) if _FOUR.search(text) else ():
        yield "phone", *match.span("said" if match["said"] else "tail")


def emails(text: str) -> Iterator[Found]:
    """E-mail addresses, also with spaces, without a top-level domain at known hosts, or said (골뱅이 네이버 점 컴)."""
    yield from (("email", *match.span()) for match in _EMAIL.finditer(text))


def is_public(number: str) -> bool:
    """True for a number that an institution publishes: 120, 1339, 1588-0000, 02-2133-0000."""
    digits = re.sub(r"\D", "", number)
    return len(digits) <= 4 or _PUBLIC.fullmatch(digits) is not None
