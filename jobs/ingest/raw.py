"""A raw record, and every reason for which one cannot be read, in words for the person who sent it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

EXCERPT_CHARACTERS = 4096
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str)

FAULTS: dict[str, str] = {
    "unsafe_name": "파일 이름에 상위 경로('..')나 쓸 수 없는 글자가 있어 열지 않았습니다. 이름을 바꾸어 다시 보내 주세요.",
    "outside_landing": "파일이 도착 폴더 밖을 가리키는 링크여서 열지 않았습니다. 파일 자체를 넣어 주세요.",
    "not_a_file": "보통 파일이 아니어서 열지 않았습니다.",
    "unknown_format": "이 채널의 계약에 없는 형식입니다(계약: {patterns}). 확장자와 채널 폴더를 확인해 주세요.",
    "unreadable": "파일을 읽는 중 입출력 오류가 났습니다. 권한과 저장 장치를 확인하고 다시 보내 주세요.",
    "empty_file": "파일이 0바이트입니다. 원천 시스템에서 다시 내보내 주세요.",
    "too_large": "파일이 한도({limit}바이트)보다 큽니다. 나누어 보내 주세요.",
    "encoding": "{encoding}(으)로 읽을 수 없습니다{hint}. 계약의 인코딩으로 다시 내보내 주세요.",
    "header": "머리글이 계약과 다릅니다. 없는 열: {missing}. 내보내기 서식을 확인해 주세요.",
    "field_count": "열이 {found}개로, 머리글의 {expected}개와 다릅니다. 줄이 잘렸거나 따옴표가 빠졌는지 확인해 주세요.",
    "bad_csv": "CSV의 한 줄로 나눌 수 없습니다. 닫히지 않은 따옴표나 줄 끝(CR만 쓴 파일)을 확인해 주세요.",
    "cut_off": "마지막 줄이 줄바꿈 없이 끝나 잘린 것으로 봅니다. 파일을 끝까지 다시 보내 주세요.",
    "record_too_large": "레코드가 {size}바이트로 한도({limit}바이트)를 넘습니다. 원문은 파일에 그대로 있습니다.",
    "bad_json": "JSON으로 읽을 수 없습니다({position}). 줄이 잘렸는지 확인해 주세요.",
    "not_an_object": "JSON 객체({{…}})가 아닙니다. 한 레코드를 한 객체로 보내 주세요.",
    "items_missing": "문서에 '{items}' 목록이 없습니다. 내보내기 서식을 확인해 주세요.",
    "xml_forbidden": "DTD나 개체(entity) 선언이 있는 XML은 안전하지 않아 읽지 않습니다. 선언을 빼고 다시 보내 주세요.",
    "bad_xml": "XML이 올바르지 않아 이 뒤를 읽지 못했습니다({position}). 파일이 잘렸는지 확인해 주세요.",
    "bad_xlsx": "엑셀(xlsx) 파일로 열 수 없습니다. 손상되었거나 다른 형식입니다. 다시 저장해 보내 주세요.",
    "xlsx_bomb": "압축을 풀면 한도({limit}바이트)를 넘는 엑셀 파일이어서 열지 않았습니다.",
}


class RawRecord(NamedTuple):
    """One record: its line (0 = the file as a whole), and its raw fields as JSON, or why it could not be read."""

    line: int
    payload: str | None = None
    error: str | None = None
    detail: str | None = None


def record(line: int, fields: dict[str, Any]) -> RawRecord:
    """A readable record; keys are sorted so that equal fields give equal payloads. What cannot be written as JSON
    text again (half a surrogate pair, too deep a nesting) is a fault.
    """
    try:
        payload = _ENCODER.encode(fields)
        payload.encode()
    except (ValueError, RecursionError):
        return fault(line, "bad_json", position="글자나 깊이")
    return RawRecord(line, payload)


def fault(line: int, code: str, excerpt: str | bytes = "", **facts: object) -> RawRecord:
    """A record or file (line 0) that could not be read. `excerpt`, cut to a bound, stays in bronze as its payload."""
    if isinstance(excerpt, bytes):
        excerpt = excerpt[:EXCERPT_CHARACTERS].decode("utf-8", "backslashreplace")
    excerpt = excerpt[:EXCERPT_CHARACTERS].replace("\0", "\\0")
    return RawRecord(line, excerpt or None, code, FAULTS[code].format(**facts))


def encoding_fault(line: int, raw: bytes, encoding: str) -> RawRecord:
    """The fault of bytes that are not in `encoding`, naming the encoding they look like."""
    for other, name in (("utf-8", "UTF-8"), ("cp949", "CP949(한글 윈도)"), ("utf-16", "UTF-16")):
        if other == encoding.lower().removesuffix("-sig"):
            continue
        try:
            raw.decode(other)
        except UnicodeDecodeError:
            continue
        return fault(line, "encoding", raw, encoding=encoding, hint=f"({name}로 보입니다)")
    return fault(line, "encoding", raw, encoding=encoding, hint="")
