"""What a citizen wants, among what one says on the telephone.

Belongs here: leaving out greetings, thanks and acknowledgements before a text is classified. A text that holds nothing
else is kept whole, and thanks that say for what are kept: they may be praise.
"""

from __future__ import annotations

import re

_WORD = (
    r"(?:네|넵|예|아|어|음|응|그|저|저기요?|뭐|막|이제|인제|아니|그러니까|여보세요|안녕하세요|안녕하십니까|반갑습니다|감사합니다|감사해요|감사드립니다"
    r"|고맙습니다|고마워요|알겠습니다|알겠어요|알았어요|그래요|맞아요|맞습니다|그렇군요|됐어요|됐습니다|수고하세요|수고하십시오|수고하십니다"
    r"|수고\s?많으십니다|수고\s?많으세요|수고가\s?많으십니다|수고|들어가세요|끊을게요|정말|너무|진짜|대단히|다산콜\S{0,4}|상담사님?|선생님)"
)
_GAP = r"[\s.,!?~…ㅎㅋㅠㅜ^]*"
_SMALL_TALK = re.compile(rf"{_GAP}(?:{_WORD}{_GAP})+")
_CLOSING = re.compile(
    rf"(?:(?<=[다요죠.,!?~]){_GAP}|\s(?=네|예|아))(?:(?:네|예|아){_GAP})*"
    rf"(?:감사합니다|감사드립니다|고맙습니다|알겠습니다|수고하세요){_GAP}$"
)


def need(text: str) -> str:
    """The text without lines that are small talk alone, and without the closing words of the others."""
    lines = [line for line in text.splitlines() if line.strip() and not _SMALL_TALK.fullmatch(line)]
    return "\n".join(_CLOSING.sub("", line) or line for line in lines) or text
