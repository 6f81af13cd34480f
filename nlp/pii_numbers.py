"""Numbers that name a person: registration, telephone, card, account, licence, passport and plate numbers, e-mail.

Belongs here: shapes of numbers and their checksums. Does not: names (`nlp.pii_names`), addresses
(`nlp.pii_addresses`), or how spans are joined and replaced (`nlp.redact`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

Found = tuple[str, int, int]

_RRN = re.compile(r"(?<!\d)(\d{6})(\s?-\s?|\s)?([1-8])(\d{6}|[*xX●]{6})(?!\d)")
_RRN_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_LICENCE = re.compile(r"(?<!\d)(?:\d{2}|[가-힣]{2})-\d{2}-\d{6}-\d{2}(?!\d)")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[MSRODGTmsrodgt]\d{8}|[Mm]\d{3}[A-Za-z]\d{4})(?![A-Za-z0-9])")
_EMAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
    r"|[A-Za-z0-9._-]{2,40} ?골뱅이 ?[A-Za-z0-9-]{2,30}(?: ?(?:\.|점|닷) ?[A-Za-z가-힣]{2,4}){1,2}"
)
_CARD = re.compile(r"(?<![\d-])\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?!\d)|(?<![\d-])3\d{3}[ -]?\d{6}[ -]?\d{5}(?!\d)")
_CARD_CUE = re.compile(r"카드|체크|신용")

_GAP = r"[-.)\s]{0,3}"
_PHONE = re.compile(
    rf"(?<!\d)(?:\+?82{_GAP}\(?0?\)?1[016789]|01[016789]){_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)"
    rf"|(?<!\d)(?:\+?82{_GAP}|0)(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70|50\d){_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)"
)
_LOCAL_PHONE = re.compile(
    r"(?:전화|연락처|연락|번호|핸드폰|휴대폰|집전화|팩스)[^\d\n]{0,12}(?<!\d)(\d{3,4}[-. ]\d{4})(?![\d-])"
)
# Representative numbers of institutions: 15xx, 16xx, 18xx - 4 digits.
_PUBLIC = re.compile(r"1[568]\d\d[-.\s]{0,3}\d{4}")
_DIGIT = "[0-9공영일이삼사오육륙칠팔구]"
_SAID = r"[\s,.\-]{0,2}(?:다시|에|의|국에|국의)?[\s,.\-]{0,2}"
_SPOKEN = re.compile(
    rf"[0공영]{_SAID}(?:[1일]{_SAID}[0공영1일6육륙7칠8팔9구]|[2이]|[3삼4사5오6육륙]{_SAID}[1일2이3삼4사5오])"
    rf"(?:{_SAID}{_DIGIT}){{7,8}}"
)

_ACCOUNT = re.compile(r"(?<![\d-])\d{2,6}(?:[- ]\d{2,7}){1,4}(?![\d-])|(?<![\d-])\d{10,15}(?![\d-])")
_ACCOUNT_CUE = re.compile(r"은행|뱅크|농협|수협|신협|금고|우체국|국민|신한|우리|하나|기업|계좌|통장|입금|송금|예금")
_UNIT = re.compile(r"\s?(?:원|만|천|억|건|명|개|년|월|일|회|점|%|번지|[시분초호]\b)")

_PLATE_LETTERS = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배허하호"
_REGION = "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주"
_PLATE = re.compile(
    rf"(?<![\d.가-힣])(?:(?:{_REGION})\s?\d{{1,2}}|\d{{2,3}})\s?[{_PLATE_LETTERS}]\s?\d{{4}}(?!\d)"
    r"(?!\s?(?:년|원|명|건|개|호|동|번|시|분|만|천|억|조|%|점|월|여|세대|가구|[.,~-]\d|이하|이상|미만|초과))"
)


def numbers(text: str) -> Iterator[Found]:
    """Every number of a person in a text as (kind, start, end); spans may overlap."""
    yield from _registration(text)
    yield from (("license", *match.span()) for match in _LICENCE.finditer(text))
    yield from (("passport", *match.span()) for match in _PASSPORT.finditer(text))
    yield from _cards(text)
    yield from (("phone", *match.span()) for match in _PHONE.finditer(text))
    yield from (("phone", *match.span(1)) for match in _LOCAL_PHONE.finditer(text) if not is_public(match[1]))
    yield from (("plate", *match.span()) for match in _PLATE.finditer(text))
    yield from _accounts(text)


def spoken(text: str) -> Iterator[Found]:
    """Telephone numbers said digit by digit, as speech recognition writes them (공일공 일이삼사 오육칠팔)."""
    for match in _SPOKEN.finditer(text):
        if not match[0][0].isdigit() or any(character in match[0] for character in "공영일이삼사오육륙칠팔구"):
            yield "phone", *match.span()


def emails(text: str) -> Iterator[Found]:
    yield from (("email", *match.span()) for match in _EMAIL.finditer(text))


def is_public(number: str) -> bool:
    """True for a number that an institution publishes: 120, 1339, 1588-0000."""
    return len(re.sub(r"\D", "", number)) <= 4 or _PUBLIC.fullmatch(number) is not None


def _registration(text: str) -> Iterator[Found]:
    for match in _RRN.finditer(text):
        birth, separator, century, rest = match.groups()
        plausible = _is_birth_date(birth, century)
        if plausible or (rest.isdigit() and separator and checksum_holds(birth + century + rest)):
            yield "rrn", *match.span()


def _is_birth_date(birth: str, century: str) -> bool:
    year = (1900 if century in "1256" else 2000) + int(birth[:2])
    try:
        date(year, int(birth[2:4]), int(birth[4:]))
    except ValueError:
        return False
    return True


def checksum_holds(digits: str) -> bool:
    """The check digit of a 13-digit resident or (7th digit 5-8) foreigner number; none holds since October 2020."""
    total = sum(weight * int(digit) for weight, digit in zip(_RRN_WEIGHTS, digits[:12], strict=True))
    check = (11 - total % 11) % 10
    return int(digits[12]) == ((check + 2) % 10 if digits[6] in "5678" else check)


def luhn_holds(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1, annex B."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        cued = match[1] and _CARD_CUE.search(text, max(0, match.start() - 15), match.start())
        if (luhn_holds(digits) and digits[0] in "34569") or cued:
            yield "card", *match.span()


def _accounts(text: str) -> Iterator[Found]:
    for match in _ACCOUNT.finditer(text):
        groups = re.split(r"[- ]", match[0])
        length = sum(map(len, groups))
        if not 10 <= length <= 16 or _UNIT.match(text, match.end()) or _is_date(groups):
            continue
        cued = _ACCOUNT_CUE.search(text, max(0, match.start() - 20), min(len(text), match.end() + 12))
        if cued or ("-" in match[0] and " " not in match[0] and len(groups) >= 3 and length >= 11):
            yield "account", *match.span()


def _is_date(groups: list[str]) -> bool:
    return len(groups[0]) == 4 and groups[0][:2] in ("19", "20")
