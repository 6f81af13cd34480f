"""What a citizen wants, among what one says on the telephone.

Belongs here: taking the citizen's turns of a dialogue, and leaving out greetings, thanks, fillers and acknowledgements,
before a text is classified. A text that holds nothing else is kept whole, and thanks that say for what are kept: they
may be praise.
"""

from __future__ import annotations

import re

_CITIZEN = "고객|시민|민원인|손님|문의자|신고자|발신자|이용자|customer|citizen|caller"
_AGENT = "상담사|상담원|상담자|안내원|직원|챗봇|봇|agent|bot"
_SPEAKER = re.compile(
    rf"(?:(?<=\s)|^)[\[<(]?(?:(?P<citizen>{_CITIZEN})|(?:{_AGENT}))\d?(?:님)?[\]>)]?\s*[:：]", re.IGNORECASE
)
_ENOUGH = 8  # letters of a citizen's turns; with fewer ("네 맞아요") the need was said by the agent

_GREETING = (
    r"(?:여보세요|안녕하세요|안녕하십니까|반갑습니다|수고\s?하십니다|수고\s?많으십니다|수고\s?많으세요|수고가\s?많(?:으십니다|으세요|아요)"
    r"|거기\s?다산이지요|(?:거기\s?)?다산콜\S{0,4}|(?:상담[사원]|선생)님(?=[\s,.!?~])|저기요)"
)
_WORD = (
    rf"(?:{_GREETING}|네|넵|예|아|어|음|응|그|저|저기|뭐|막|이제|인제|아니|그러니까|감사합니다|감사해요|감사드립니다"
    r"|고맙습니다|고마워요|알겠습니다|알겠어요|알았어요|그래요|맞아요|맞습니다|그렇군요|됐어요|됐습니다|수고하세요|수고하십시오"
    r"|수고|들어가세요|끊을게요|정말|너무|진짜|대단히|상담사)"
)
_MARKS = ".,!?~…ㅎㅋㅠㅜ^"
_GAP = rf"[\s{_MARKS}]*"
_GAP_CHARACTERS = _MARKS + "".join(filter(str.isspace, map(chr, range(0x3001))))  # beyond them no character is space
_SMALL_TALK = re.compile(rf"{_GAP}(?:{_WORD}{_GAP})+")
_OPENING = re.compile(rf"{_GAP}(?:(?:네|예|아|어|음|저)\b{_GAP})*(?:{_GREETING}{_GAP})+")
_CLOSINGS = ("감사합니다", "감사드립니다", "고맙습니다", "알겠습니다", "수고하세요")
_CLOSING = re.compile(
    rf"(?:(?<=[다요죠.,!?~]){_GAP}|\s(?=네|예|아))(?:(?:네|예|아){_GAP})*(?:{'|'.join(_CLOSINGS)}){_GAP}$"
)
_LONGEST_CLOSING = 80  # characters: looked for further from the end, a long run of !!!! or "네 네 네" would take hours
_FILLERS = ("어", "음", "아", "에", "막", "인제", "뭐냐", "저기", "그러니까", "있잖아요", "뭐지")
# Whether a word begins there is asked last: a pattern that begins with plain letters passes over most places at once.
_FILLER = re.compile("(?:" + "|".join(rf"{word}(?<!\S{word})" for word in _FILLERS) + r")(?!\S)[ ]?")


def need(text: str) -> str:
    """The citizen's part of a text, without small talk: lines of it left out, openings, closings and fillers cut off."""
    spoken = citizens_turns(text)
    lines = [line for line in spoken.splitlines() if line.strip() and not _SMALL_TALK.fullmatch(line)]
    return "\n".join(filter(None, map(_told, lines))) or spoken


def _told(line: str) -> str:
    plain = _FILLER.sub("", line)
    opening = _OPENING.match(plain)
    said = plain[opening.end() :] if opening else plain
    closing = None
    if said[-_LONGEST_CLOSING:].rstrip(_GAP_CHARACTERS).endswith(_CLOSINGS):
        closing = _CLOSING.search(said, max(len(said) - _LONGEST_CLOSING, 0))
    return (said[: closing.start()] if closing else said) or line


def citizens_turns(text: str) -> str:
    """The turns of the citizen, a line each, where turns are marked (`고객:`, `상담사:` …); else the text as it is.

    Where the citizen says next to nothing the agent's turns are kept as well: the question was put by the agent.
    """
    marks = list(_SPEAKER.finditer(text)) if ":" in text or "：" in text else []
    if not any(mark["citizen"] for mark in marks):
        return text
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    turns = [(mark["citizen"], text[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)]
    told = "\n".join(turn for citizen, turn in turns if citizen)
    said = [line for line in told.splitlines() if not _SMALL_TALK.fullmatch(line)]
    if sum(map(str.isalnum, "".join(said))) >= _ENOUGH:
        return told
    return "\n".join(turn for _, turn in turns)
