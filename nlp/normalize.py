"""One spelling of a text before it is tokenised or classified.

Belongs here: folding that keeps the meaning. Redaction works on the text as it came (its offsets must hold), so it
does not call this.
"""

from __future__ import annotations

import html
import re
import unicodedata

from nlp.redact import PLACEHOLDERS

MAX_CHARACTERS = 20_000  # what classification reads of one text; a long call transcript has about 6,000
_MAX_UNESCAPES = 6  # published Q&A texts were found escaped four times over
_RUN = 3
_DIGIT_RUN = 20

# Control characters that are not white space, soft hyphen, Hangul fillers, zero-width and direction marks,
# variation selectors, lone surrogates (they cannot be encoded), private use, the replacement character.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffd]"
)
# What stands where personal data stood: our own placeholders, and the circles of masked transcripts (OOO, ○○, 홍OO).
# "[전화번호]" left in would make every masked number a question about telephone numbers.
_PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS.values())))
_CIRCLES = re.compile(r"(?<![A-Za-z])[O○◯〇●*]{2,}(?![A-Za-z])")
_CIRCLED = re.compile(r"([O○◯〇●*])\1")
# Letters that are spoken and written down as they sound; the taxonomy and officials write them in Latin.
_SPOKEN = {
    "큐알": "QR",
    "피씨알": "PCR",
    "피시알": "PCR",
    "씨씨티비": "CCTV",
    "시시티비": "CCTV",
    "씨씨티브이": "CCTV",
    "시시티브이": "CCTV",
    "엔에프씨": "NFC",
    "엘이디": "LED",
    "에스에이치": "SH",
    "엘에이치": "LH",
    "케이티엑스": "KTX",
}
_SPELLED = re.compile("|".join(_SPOKEN))
_STAMMER = 3  # letters of a word that speech recognition writes again and again ("그 그 그", "네 네")
_REPEATED = re.compile(r"([^\d\s])" + r"\1" * _RUN + r"\1*")  # in full: {3,} is twice the work at every character
_REPEATED_DIGIT = re.compile(rf"(\d)\1{{{_DIGIT_RUN},}}")


def normalize(text: str) -> str:
    """NFC, entities unescaped, no invisible characters or masks, white space, runs and stammers folded, spoken letters
    (큐알) in Latin; at most 20,000 characters."""
    text = text[: 4 * MAX_CHARACTERS]
    for _ in range(_MAX_UNESCAPES):
        if "&" not in text:
            break
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    text = _REPEATED.sub(lambda run: run.group(1) * _RUN, text)
    text = _REPEATED_DIGIT.sub(lambda run: run.group(1) * _DIGIT_RUN, text)
    text = _SPELLED.sub(lambda told: _SPOKEN[told.group()], text)
    if "[" in text:
        text = _PLACEHOLDER.sub(" ", text)
    if _CIRCLED.search(text):
        text = _CIRCLES.sub(" ", text)
    words = text.split()
    told = [word for word, last in zip(words, ["", *words], strict=False) if word != last or len(word) > _STAMMER]
    return " ".join(told)[:MAX_CHARACTERS].rstrip()
