"""Abusive language in a text: a signal for the protection of agents, never a judgement of a person.

Belongs here: the small list of our own that works without any labelled text. Does not: a learnt signal, which is the
product's classifier trained on a user's own file of `text,label` (`dasan evaluate --dataset csv:…` says how good it is
before anyone relies on it). The list finds open swearing and threats, also when letters are stretched, parted or
written by their consonants; it does not find contempt in decent words. How much it finds is in docs/benchmarks.md.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from nlp.normalize import normalize

# What may stand between the letters of a disguised word ("시1발", "병.신"), but not a space: "또 라이터" is no insult.
_BETWEEN = r"[0-9.,~!?*@#^_\-/ㅡㅣ]{0,3}"
_KINDS: dict[str, tuple[str, ...]] = {
    "욕설": (
        "시발", "씨발", "씨빨", "시빨", "씨팔", "시팔", "쉬발", "씨바", "쓰발", "ㅅㅂ", "ㅆㅂ", "병신", "븅신", "빙신", "ㅂㅅ", "ㅄ",
        "개새끼", "개새기", "개색기", "개색끼", "개세끼", "새끼야", "새끼들", "쌔끼", "ㄱㅅㄲ", "개자식", "개년", "개놈", "미친놈", "미친년", "미친새끼",
        "지랄", "ㅈㄹ", "염병", "옘병", "좆", "졸라", "존나", "ㅈㄴ", "엿먹어", "엿이나", "니미", "니애미", "느금마", "애미뒤진", "호로새끼", "호로자식",
        "썅", "쌍년", "쌍놈", "쌍욕", "걸레년", "또라이", "돌아이", "개돼지", "개소리",
    ),
    "모욕": ("쓰레기같은", "인간쓰레기", "버러지", "벌레같은", "찌질이",  "대가리에", "아가리",  "닥쳐", "꺼져", "뻔뻔한놈", "한심한놈", "역겨운놈", "더러운놈", "더러운년", "놈의새끼", "머저리", "등신", "얼간이", "틀딱", "김치녀", "한남충", "맘충", "급식충"),
    "위협": ("죽여버", "죽여줄", "죽여 버", "죽이러", "죽고싶냐", "죽고 싶냐", "죽을래", "뒤질래", "뒤져라", "뒈져", "패버", "때려죽", "찔러죽", "불질러", "불 질러", "칼들고", "칼 들고", "가만 안 둬", "가만 안둬", "가만안둬", "찾아가서 죽"),
}  # fmt: skip
# Words that hold one of these and mean no harm.
_HARMLESS = re.compile("시발점|시발역|출시발표|병신년|씨발아|등신불|등신대|[0-9팔구]등신")


class Abuse(NamedTuple):
    """A word of the list as it stands in the normalised text, and its kind (욕설, 모욕, 위협)."""

    term: str
    kind: str


def _disguised(word: str) -> str:
    return r"\s?".join(_BETWEEN.join(map(re.escape, part)) for part in word.split(" "))


_PATTERN = re.compile(
    "|".join(
        f"(?P<{kind}>{'|'.join(map(_disguised, sorted(words, key=len, reverse=True)))})"
        for kind, words in _KINDS.items()
    )
)


def abuse(text: str) -> list[Abuse]:
    """The list's words in a text, in order; empty when there are none. Any string is an answer, never an error."""
    plain = _HARMLESS.sub(" ", re.sub(r"([가-힣])\1+", r"\1", normalize(text)))
    return [Abuse(match[0], str(match.lastgroup)) for match in _PATTERN.finditer(plain)]


def is_abusive(text: str) -> bool:
    """Whether the list finds anything."""
    return bool(abuse(text))
