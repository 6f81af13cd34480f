"""Personal data out of free text: what is found, where it stood in the input, and the text without it.

Belongs here: joining the rules' findings and replacing them. The rules are `nlp.pii_numbers`, `nlp.pii_contacts`,
`nlp.pii_addresses` and `nlp.pii_names`; ko-pii's detectors add what these do not know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlp.pii_addresses import addresses
from nlp.pii_contacts import emails, is_public, phones, spoken
from nlp.pii_names import described, name_length, names, names_beside
from nlp.pii_numbers import Found, numbers, said_registration
from nlp.tokenize import may_hold_run

PLACEHOLDERS: dict[str, str] = {  # in order of precedence where two kinds overlap
    "rrn": "[주민등록번호]",
    "license": "[운전면허번호]",
    "card": "[카드번호]",
    "phone": "[전화번호]",
    "passport": "[여권번호]",
    "email": "[이메일]",
    "plate": "[차량번호]",
    "account": "[계좌번호]",
    "insurance": "[건강보험번호]",
    "birth": "[생년월일]",
    "ip": "[IP주소]",
    "address": "[주소]",
    "name": "[이름]",
    "other": "[개인정보]",
}
_ORDER = {kind: place for place, kind in enumerate(PLACEHOLDERS)}
# What ko-pii calls them. Its other labels (age, nationality, position, web address, court case, business number,
# postcode …) name no person by themselves, and counselling statistics need them.
_KO_PII = {
    "RRN": "rrn",
    "FRN": "rrn",
    "DRIVER_LICENSE": "license",
    "PASSPORT": "passport",
    "CARD": "card",
    "MEDICAL_INSURANCE": "insurance",
    "PRESCRIPTION_ID": "other",
    "ACCOUNT": "account",
    "PHONE": "phone",
    "FAX": "phone",
    "EMAIL": "email",
    "IP": "ip",
    "VEHICLE": "plate",
    "DT_BIRTH": "birth",
    "EMPLOYEE_ID": "other",
    "ADDRESS": "address",
    "PERSON": "name",
}
_ADMIN_PREFIX = re.compile(r"(?:[가-힣]{1,7}(?:도|시|구|군|읍|면|리|동|가)\d?\s?|서울\s?)+")
_BIRTH_CUE = re.compile(r"생년|생일|생신|출생|태어|\d\s?생")
_PUBLIC_KIND = frozenset(("phone", "account"))

_NUMBERS_FROM = 5  # digits: fewer make no number of a person
_BORN_FROM = 4  # of a whole date: 88년 1월 1일생
_KO_PII_FROM = 6
_APART = 12  # characters at most between two digits of one number; those of bus lines and minutes stand further off
_KO_PII_NUMBER = re.compile(rf"(?:\d\D{{0,{_APART}}}){{{_KO_PII_FROM - 1}}}\d")
_OFTEN_REPEATED = 200  # characters: longer texts are rarely the same
_HANGUL = re.compile(r"[가-힣]{1,12}")
_ENDLESS = re.compile(
    r"([^\s])\1{59,}|[\d-]{60,}"
)  # holds nothing personal, and the rules take seconds over a page of it
_ENDLESS_FROM = 60
_DIGITS = re.compile(r"\d")
_NAME_CUE = re.compile(
    r"씨|님|[군양](?![가-힣])|[인자주사원](?:명|은|는|이|가)?[\s/:=(-]|담당|성명|성함|이름|본인|환자|고객|주무관|라고|[팀과계]장|저는|제가|나는"
    r"|민원인|할머니|할아버지|어르신|상담[사원]|아들|딸|엄마|아빠|남편|아내|어머니|아버지|아동|자녀|사장"
)
_SPOKEN_CUE = re.compile(r"[공영0][\s,.\-]{0,2}[일이삼사오육1-6]")
_CALL_CUE = re.compile("폰|전화|번호|자리|연락|전번|HP|회신")
_FOLD = {ord("０") + digit: str(digit) for digit in range(10)} | dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_FOLD |= dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u3000"), " ") | {ord("＠"): "@", ord("．"): "."}
_FOLDED = re.compile(f"[{''.join(map(chr, _FOLD))}]")
_CLUSTER = re.compile("[\u1100-\u115f][\u1160-\u11a7]?[\u11a8-\u11ff]?|.", re.DOTALL)
_HIDDEN = re.compile("[\u1100-\u11ff\u200b-\u200f\u2060\ufeff\u00ad]")


@dataclass(frozen=True)
class Span:
    """Something found: its kind and its offsets in the INPUT text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Redaction:
    """A text without personal data, and where that stood: spans sorted, not overlapping."""

    text: str
    spans: tuple[Span, ...]


def redact(text: str) -> Redaction:
    """Replace personal data by Korean placeholders such as `[전화번호]`; everything outside the spans stays as it was."""
    return _redacted_again(text) if len(text) <= _OFTEN_REPEATED else _redacted(text)


@lru_cache(maxsize=4096)  # agents' phrases, codes and menu texts come again and again
def _redacted_again(text: str) -> Redaction:
    return _redacted(text)


def _redacted(text: str) -> Redaction:
    folded, offsets = _fold(text)
    spans = _joined(folded, _findings(folded))
    if not spans:
        return Redaction(text, ())
    if offsets is not None:
        spans = [Span(span.kind, offsets[span.start], offsets[span.end]) for span in spans]
    parts, last = [], 0
    for span in spans:
        parts += [text[last : span.start], PLACEHOLDERS[span.kind]]
        last = span.end
    return Redaction("".join(parts) + text[last:], tuple(spans))


def _fold(text: str) -> tuple[str, list[int] | None]:
    """The text as the rules read it; offsets into the input (one more than characters) where lengths differ."""
    folded = text.translate(_FOLD) if _FOLDED.search(text) else text
    if folded.isascii() or not _HIDDEN.search(folded):
        return folded, None
    characters, offsets = [], []
    for match in _CLUSTER.finditer(folded):
        composed = unicodedata.normalize("NFC", match[0])
        if not _HIDDEN.fullmatch(composed):
            characters.append(composed)
            offsets += [match.start()] * len(composed)
    return "".join(characters), [*offsets, len(text)]


def _findings(text: str) -> Iterator[Found]:
    digits = len(_DIGITS.findall(text))
    if may_hold_run(text, _ENDLESS_FROM) or digits + text.count("-") >= _ENDLESS_FROM:
        text = _ENDLESS.sub(lambda run: "#" * len(run[0]), text)
        digits = len(_DIGITS.findall(text))
    found: list[Found] = []
    if digits >= _NUMBERS_FROM or (digits == _BORN_FROM and "생" in text):
        found += numbers(text)
        found += phones(text)
    if digits:
        found += addresses(text)
    if _SPOKEN_CUE.search(text) or _CALL_CUE.search(text):
        found += spoken(text)
        found += said_registration(text)
    if "@" in text or "골뱅이" in text or "at)" in text or "at）" in text:
        found += emails(text)
    if digits > 1:
        found += described(text)
    if digits >= _KO_PII_FROM and _KO_PII_NUMBER.search(_without(text, found)):
        found += _ko_pii(text)
    if _NAME_CUE.search(text):
        found += names(text)
    yield from found
    yield from names_beside(text, [start for kind, start, _ in found if kind in ("phone", "rrn", "birth", "account")])


def _without(text: str, found: list[Found]) -> str:
    """The text with spaces for what has been found."""
    for _, start, end in found:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _ko_pii(text: str) -> Iterator[Found]:
    from ko_pii import detect_all

    for result in detect_all(text):
        kind, start, end = _KO_PII.get(result.label, ""), result.start, result.end
        if kind == "address":
            prefix = _ADMIN_PREFIX.match(text, start, end)
            start = prefix.end() if prefix else start
            if not _DIGITS.search(text, start, end):
                continue
        if kind == "name" and not _stands_alone(text, start, end):
            continue
        if kind == "birth" and not _is_birth_date(text, start, end):
            continue
        if kind and not (kind in _PUBLIC_KIND and is_public(text[start:end])):
            yield kind, start, end


def _is_birth_date(text: str, start: int, end: int) -> bool:
    """A whole date that the words around call a birthday; a year of birth (88년생) is a statistic."""
    return len(_DIGITS.findall(text, start, end)) >= 5 and bool(_BIRTH_CUE.search(text, max(0, start - 12), end + 4))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a name of three or more characters begins a word here and only particles follow it."""
    run = _HANGUL.match(text, start)
    inside = start > 0 and _HANGUL.match(text, start - 1) is not None
    return run is not None and not inside and end - start >= 3 and name_length(run[0]) == end - start


def _joined(text: str, found: Iterator[Found]) -> list[Span]:
    """Sorted spans; overlapping ones become one of the kind that comes first in `PLACEHOLDERS`."""
    spans: list[Span] = []
    for kind, start, stop in sorted(found, key=lambda item: item[1:]):
        end = start + len(text[start:stop].rstrip())
        if spans and start < spans[-1].end:
            last = spans.pop()
            first = min(kind, last.kind, key=_ORDER.__getitem__)
            spans.append(Span(first, last.start, max(end, last.end)))
        elif end > start:
            spans.append(Span(kind, start, end))
    return spans
