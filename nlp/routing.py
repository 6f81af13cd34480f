"""Which of Seoul's 25 districts a text is about.

Belongs here: reading a district's name as citizens write it. Does not: departments, which follow from the type.
"""

from __future__ import annotations

import re
from functools import cache

from schemas.codes import code_list

# Districts of other cities that share a Seoul district's name (중구, 강서구), and words that end like one.
_OTHER_CITIES = "부산|대구|인천|광주|대전|울산"
_OFFICES = "청|청장|민|립|내|의회|보건소|체육|문화|도서관|상공|선관위"
_PARTICLES = "에|에서|에는|에선|의|은|는|이|가|을|를|로|와|과|도|만|랑|쪽|인데|입니다|이에요|예요|이고|이요|요|까지|부터|하고|지역|관내|주민|전체"


@cache
def _pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {row["district_name"]: row["district_code"] for row in code_list("districts")}
    names = "|".join(sorted(codes, key=len, reverse=True))
    return (
        re.compile(
            rf"(?P<other>(?:{_OTHER_CITIES})(?:광역시|시)?\s*)?"
            rf"(?:(?<![가-힣])|(?<=서울)|(?<=서울시)|(?<=특별시)|(?P<glued>(?<=[가-힣])))"
            rf"(?P<name>{names})(?P<after>[가-힣]*)"
        ),
        codes,
    )


@cache
def _after() -> re.Pattern[str]:
    return re.compile(rf"(?:{_OFFICES}).*|(?:{_PARTICLES})*|[가-힣]{{1,4}}\d?(?:동|로|길|역)(?:{_PARTICLES})*")


def district(text: str) -> str:
    """The 5-digit code of the first district named in a text; empty when none is.

    The first, because a citizen says first where the matter lies ("강남구에서 강동구로 이사" asks 강남구's office for
    nothing, but nothing in the words says so: the rule is plain rather than clever). A name that belongs to another
    city ("부산 강서구", "대구 중구") or is part of a longer word ("한강동구역") is not one of ours.
    """
    if "구" not in text:
        return ""
    pattern, codes = _pattern()
    for match in pattern.finditer(text):
        if match["other"] or match["glued"] is not None or not _after().fullmatch(match["after"]):
            continue
        return codes[match["name"]]
    return ""
