"""From a raw record's fields to canonical columns, as a contract declares them (hop 2's first half).

Belongs here: reading one value as its declared type. Whether a typed value is plausible is `jobs.checks`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from schemas.contracts import FieldSpec

SEOUL_AHEAD = timedelta(hours=9)  # no daylight saving since 1988
SEOUL = timezone(SEOUL_AHEAD, "Asia/Seoul")
_TRUE, _FALSE = {"true", "1", "y", "yes", "예"}, {"false", "0", "n", "no", "아니오"}

_FULL = "%Y-%m-%d %H:%M:%S"
_WRITTEN_OUT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")

Reader = Callable[[dict[str, Any]], Any]


class FieldFault(ValueError):
    """A field that cannot be read as its type: `code` and a Korean sentence that names the field, not its value."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def field_reader(column: str, spec: FieldSpec) -> Reader:
    """A function from a raw record to the value of `column` (None where empty). It raises `FieldFault`."""
    convert = _CONVERTERS[spec.type]
    name = spec.source if isinstance(spec.source, str) else "·".join(spec.source)
    paths = [source.split(".") for source in ([spec.source] if isinstance(spec.source, str) else spec.source)]
    whole = paths[0][0] if len(paths) == len(paths[0]) == 1 else None  # nearly every field: no way to go

    def read(fields: dict[str, Any]) -> Any:
        raw: Any
        if whole is not None:
            raw = fields.get(whole)
        else:
            raw = _at(fields, paths[0]) if len(paths) == 1 else [_at(fields, path) for path in paths]
        if not raw and raw in (None, "", []):  # 0 and false are values
            value = None
        else:
            try:
                value = convert(raw, spec)
            except FieldFault:
                raise
            except (ValueError, TypeError, OverflowError, OSError):
                raise FieldFault(
                    "bad_value", f"'{name}' 값이 {_EXPECTED[spec.type]}(이)가 아닙니다({column})."
                ) from None
        if spec.required and value is None:
            raise FieldFault("missing_value", f"꼭 있어야 할 '{name}' 값이 비어 있습니다({column}).")
        return value

    return read


def _at(fields: Any, path: list[str]) -> Any:
    for key in path:
        if not isinstance(fields, dict):
            return None
        fields = fields.get(key)
    return fields


def _string(raw: Any, spec: FieldSpec) -> str | None:
    if isinstance(raw, dict | list):
        raise ValueError
    text = str(raw).strip()
    if spec.map is None or not text:
        return text or None
    if text not in spec.map:
        expected = ", ".join(spec.map)
        raise FieldFault("unknown_value", f"'{spec.source}' 값이 계약에 없습니다. 받을 수 있는 값: {expected}.")
    return spec.map[text]


def _text(raw: Any, _: FieldSpec) -> str | None:
    parts = raw if isinstance(raw, list) else [raw]
    if any(isinstance(part, dict | list) for part in parts):
        raise ValueError
    return "\n".join(str(part).strip() for part in parts if part not in (None, "")) or None


def _int(raw: Any, _: FieldSpec) -> int:
    if isinstance(raw, bool) or (isinstance(raw, float) and not raw.is_integer()):  # infinity is no integer either
        raise ValueError
    value = int(raw) if isinstance(raw, int | float) else int(str(raw).strip().replace(",", ""))
    if not -(2**63) <= value < 2**63:
        raise ValueError
    return value


def _float(raw: Any, _: FieldSpec) -> float:
    value = float(raw)
    if not math.isfinite(value):
        raise ValueError
    return value


def _bool(raw: Any, _: FieldSpec) -> bool:
    text = str(raw).strip().lower()
    if text not in _TRUE | _FALSE:
        raise ValueError
    return text in _TRUE


def _timestamp(raw: Any, spec: FieldSpec) -> datetime:
    """A UTC time; without an offset of its own it is read as Seoul time."""
    if spec.format == "epoch_ms":
        moment = datetime.fromtimestamp(_int(raw, spec) / 1000, UTC)
    else:
        text = str(raw).strip()
        # a time that is written out in full is the same in both; strptime takes ten times as long
        if spec.format == "iso8601" or (spec.format == _FULL and _WRITTEN_OUT.fullmatch(text)):
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.strptime(text, spec.format or "")
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=SEOUL)).astimezone(UTC)
    if not 1 < moment.year < 9999:  # its date in Seoul must be one too
        raise ValueError
    return moment


def _turns(raw: Any, spec: FieldSpec) -> str | None:
    """The words of the named speakers, a turn a line."""
    if not isinstance(raw, list):
        raise ValueError
    who, speakers, what = spec.speaker_key, spec.speakers, spec.text_key
    lines = []
    for turn in raw:
        if not isinstance(turn, dict):
            raise ValueError
        if turn.get(who) in speakers and (said := turn.get(what)):
            lines.append(str(said).strip())
    return "\n".join(lines) or None


def _tagged_lines(raw: Any, spec: FieldSpec) -> str | None:
    """Of lines like `[고객] …`, those of the named speakers; a line without a tag goes on with the last one."""
    lines, speaking = [], False
    for line in str(raw).splitlines():
        text = line.strip()
        if text.startswith("[") and "]" in text:
            tag, _, rest = text[1:].partition("]")
            speaking, text = tag.strip() in spec.speakers, rest.strip()
        if speaking and text:
            lines.append(text)
    return "\n".join(lines) or None


def _count(raw: Any, _: FieldSpec) -> int:
    if not isinstance(raw, list):
        raise ValueError
    return len(raw)


_CONVERTERS: dict[str, Callable[[Any, FieldSpec], Any]] = {
    "string": _string,
    "text": _text,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "timestamp": _timestamp,
    "turns": _turns,
    "tagged_lines": _tagged_lines,
    "count": _count,
}
_EXPECTED = {
    "string": "글자",
    "text": "글",
    "int": "정수",
    "float": "수",
    "bool": "예/아니오",
    "timestamp": "계약의 날짜·시각 서식",
    "turns": "발화 목록",
    "tagged_lines": "[화자] 줄",
    "count": "목록",
}
