"""The names under which people write the columns and values of a taxonomy in a spreadsheet.

Belongs here: the Korean names, which the export writes and the import reads beside our own. Does not: files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas.taxonomy import COLUMNS

TITLES: dict[str, str] = {
    "type_code": "유형코드",
    "domain": "대분류",
    "middle": "중분류",
    "minor": "소분류",
    "name": "유형",
    "definition": "정의",
    "note": "포함·제외",
    "keywords": "키워드",
    "examples": "예시",
    "request_kind": "요청성격",
    "duty": "업무주체",
    "department_code": "부서",
    "unit_code": "자치구 과",
    "chatbot": "챗봇",
    "valid_from": "시작일",
    "valid_to": "종료일",
    "covid_group": "코로나19 그룹",
    "covid_subgroup": "코로나19 하위그룹",
}
_ALSO: dict[str, tuple[str, ...]] = {
    "type_code": ("코드", "상담유형코드", "분류코드"),
    "name": ("유형명", "유형이름", "상담유형", "상담유형명", "세분류"),
    "definition": ("설명", "유형정의"),
    "note": ("비고", "포함제외"),
    "keywords": ("주요키워드", "검색어"),
    "examples": ("예문", "상담예시"),
    "request_kind": ("성격", "민원성격"),
    "duty": ("주체", "소관"),
    "department_code": ("부서코드", "담당부서", "소관부서"),
    "unit_code": ("과", "담당과", "과코드"),
    "chatbot": ("챗봇여부", "챗봇가능"),
    "covid_group": ("코로나그룹",),
    "covid_subgroup": ("코로나하위그룹",),
}
LINK_TITLES: dict[str, str] = {
    "old_code": "옛코드",
    "new_code": "새코드",
    "share": "몫",
    "reverse_share": "되돌림 몫",
    "basis": "근거",
    "note": "비고",
}
_LINK_ALSO: dict[str, tuple[str, ...]] = {
    "old_code": ("구코드", "이전코드", "기존코드"),
    "new_code": ("신코드", "변경코드"),
    "share": ("비율", "배분율"),
}


def squeezed(name: str) -> str:
    """A column's name without spaces, signs and case."""
    return re.sub(r"[^0-9a-z가-힣]", "", name.lower())


def _readings(titles: Mapping[str, str], also: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {
        squeezed(name): column for column, title in titles.items() for name in (column, title, *also.get(column, ()))
    }


TYPE_COLUMNS = _readings(TITLES, _ALSO)
LINK_COLUMNS = _readings(LINK_TITLES, _LINK_ALSO)
assert set(COLUMNS) <= set(TITLES)
