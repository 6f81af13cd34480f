"""Numbers that name a person: registration, birth, card, account, licence, passport and plate numbers.

Belongs here: shapes of numbers and their checksums. Does not: telephones and e-mail (`nlp.pii_contacts`), names
(`nlp.pii_names`), addresses (`nlp.pii_addresses`), or how spans are joined and replaced (`nlp.redact`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

Found = tuple[str, int, int]

_RRN = re.compile(r"(?<!\d)(\d{6})(\s?-\s?|\s)?([1-8])(\d{6}|[*xX●]{6})(?!\d)")
# With the birth date written apart, or nothing but the first figure after it.
_RRN_PART = re.compile(
    r"(?<![\d.-])(?P<front>\d{2}[./]\d{2}[./]\d{2})\s?-\s?(?P<century>[1-8])(?:\d{6}|[*xX●]{6})(?!\d)"
    r"|(?<![\d.-])(?P<front6>\d{6})\s?-\s?(?P<century6>[1-4])(?![\d-]|\s?[호차번회])"
)
_RRN_FRONT = re.compile(
    r"(?:주민(?:등록)?\s?번호|주번|등록번호|앞\s?자리)[^\d\n]{0,10}(?<!\d)(?P<front>\d{6})(?![\d-])"
)
_SAID_DIGITS = dict(zip("공영일이삼사오육륙칠팔구", "001234566789", strict=True))
_ALL_DIGITS = frozenset("0123456789") | frozenset(_SAID_DIGITS)
_SAID_DIGIT = "[0-9공영일이삼사오육륙칠팔구]"
_SIX = rf"(?:{_SAID_DIGIT}\s?){{6}}"
_SIX_SAID = re.compile(_SIX)  # every number of a registration that is said holds as much
_SAID_RRN = re.compile(
    rf"(?P<cue>주민(?:등록)?\s?번호[은는가]?\s?|앞\s?자리[은는가]?\s?)?(?P<front>{_SIX})"
    rf"(?:(?:다시|에|의)?[\s,-]{{0,2}}(?P<back>{_SIX}{_SAID_DIGIT}))?"
)
_DATE = r"(?:(?:19|20)?\d{2}\s?(?:년|[./-])\s?\d{1,2}\s?(?:월|[./-])\s?\d{1,2}일?|(?:19|20)?\d{6})"
_BIRTH = re.compile(
    rf"(?:생년월일|생일|생신|태어난\s?날|출생일)[^\d\n]{{0,8}}(?<!\d)(?P<after>{_DATE})(?!\d)"
    rf"|(?<![\d.-])(?P<before>{_DATE})\s?(?:년?생(?=$|[\s,.)/]|이|인|입니|임)|출생(?![아자]|\s?이후|\s?이전))"
)
_RRN_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_LICENCE = re.compile(r"(?<!\d)(?:\d{2}|[가-힣]{2})-\d{2}-\d{6}-\d{2}(?!\d)")
_PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[MSRODGTmsrodgt]\d{8}|[Mm]\d{3}[A-Za-z]\d{4})(?![A-Za-z0-9])")
_CARD = re.compile(r"(?<![\d-])\d{4}([ -]?)\d{4}\1\d{4}\1\d{4}(?!\d)|(?<![\d-])3\d{3}[ -]?\d{6}[ -]?\d{5}(?!\d)")
_CARD_CUE = re.compile(r"카드|체크|신용")

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
    yield from _births(text)
    yield from (("license", *match.span()) for match in _LICENCE.finditer(text))
    yield from (("passport", *match.span()) for match in _PASSPORT.finditer(text))
    yield from _cards(text)
    yield from (("plate", *match.span()) for match in _PLATE.finditer(text))
    yield from _accounts(text)


def said_registration(text: str) -> Iterator[Found]:
    """Registration numbers said digit by digit (팔팔공일공일 일이삼사오육칠)."""
    for match in _SAID_RRN.finditer(text) if _SIX_SAID.search(text) else ():
        front, back = _digits(match["front"]), _digits(match["back"] or "")
        said = match["cue"] or (back and re.search("[가-힣]{2}", match["front"]))
        if said and _is_birth_date(front, back[:1] or "1"):
            yield "rrn", match.start("front"), match.end()


def _registration(text: str) -> Iterator[Found]:
    for match in _RRN.finditer(text):
        birth, separator, century, rest = match.groups()
        plausible = _is_birth_date(birth, century)
        if plausible or (rest.isdigit() and separator and checksum_holds(birth + century + rest)):
            yield "rrn", *match.span()
    for match in _RRN_PART.finditer(text):
        front, century = match["front"] or match["front6"], match["century"] or match["century6"]
        if _is_birth_date(_digits(front), century):
            yield "rrn", *match.span()
    for match in _RRN_FRONT.finditer(text):
        if _is_birth_date(match["front"], "1"):
            yield "rrn", *match.span("front")


def _births(text: str) -> Iterator[Found]:
    for match in _BIRTH.finditer(text):
        group = "after" if match["after"] else "before"
        if _is_whole_date(match[group]):
            yield "birth", *match.span(group)


def _is_whole_date(written: str) -> bool:
    parts = re.findall(r"\d+", written)
    if len(parts) == 1:
        parts = [written[:-4], written[-4:-2], written[-2:]]
    return len(parts) == 3 and 1 <= int(parts[1]) <= 12 and 1 <= int(parts[2]) <= 31


def _digits(said: str) -> str:
    """Digits in figures or words as figures, all else dropped."""
    return "".join(_SAID_DIGITS.get(character, character) for character in said if character in _ALL_DIGITS)


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
