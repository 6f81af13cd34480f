"""Dialogues of the AI Hub set 민원(콜센터) 질의-응답, which a user downloads from aihub.or.kr: JSON arrays of turns.

Belongs here: the format. Does not: what is done with dialogues (`jobs.datasets`, `jobs.imports.aihub`).

A turn has the string keys 도메인, 카테고리, 대화셋일련번호, 화자 (고객 or 상담사), 문장번호, 고객의도, 상담사의도, QA,
고객질문(요청), 상담사질문(요청), 고객답변, 상담사답변, `개체명 ` (with that space), 용어사전, 지식베이스. Exactly one of the four text
fields is filled. Names and numbers are masked as OOO.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobs.errors import WrongUse
from jobs.imports.tables import MAX_FILE_BYTES

CITIZEN, AGENT = "고객", "상담사"
_SPOKEN_BY = {"고객질문(요청)": CITIZEN, "고객답변": CITIZEN, "상담사질문(요청)": AGENT, "상담사답변": AGENT}
_NEEDED = ("도메인", "카테고리", "대화셋일련번호", "화자", *_SPOKEN_BY)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says. `intent` is the citizen's (고객의도), empty where none is given."""

    speaker: str
    text: str
    intent: str


@dataclass(slots=True)
class Dialogue:
    """One conversation, its turns in order. `category` is its first turn's."""

    number: str
    domain: str
    category: str
    turns: list[Turn] = field(default_factory=list)

    @property
    def citizen_text(self) -> str:
        """The citizen's turns, a line each; the agent's as well where the citizen says nothing."""
        own = [turn.text for turn in self.turns if turn.speaker == CITIZEN]
        return "\n".join(own or [turn.text for turn in self.turns])

    @property
    def is_covid(self) -> bool:
        """The set has no such mark: a dialogue is a COVID one when its 카테고리 or 도메인 says 코로나."""
        return "코로나" in self.category or "코로나" in self.domain


def read_dialogues(folder: Path, rejected: list[str]) -> list[Dialogue]:
    """All dialogues of the JSON files below a folder, by the order in which they first occur. Turns that do not follow
    the format go to `rejected`, with the reason (Korean). Raises `WrongUse` where there is nothing to read.
    """
    if not folder.is_dir():
        raise WrongUse(f"{folder}: 폴더가 없습니다. AI Hub에서 내려받아 압축을 푼 폴더를 주세요.")
    files = sorted(path for path in folder.rglob("*.json") if path.is_file() and not path.name.startswith((".", "_")))
    if not files:
        raise WrongUse(f"{folder}: JSON 파일이 없습니다. 압축을 푼 폴더인지 확인하세요.")
    found: dict[tuple[str, str], tuple[Dialogue, list[tuple[float, Turn]]]] = {}
    for file in files:
        for place, raw in enumerate(_turns(file), start=1):
            try:
                dialogue, order, turn = _turn(raw)
            except ValueError as fault:
                rejected.append(f"{file.relative_to(folder)} {place}번째 발화: {fault}")
                continue
            _, turns = found.setdefault((dialogue.domain, dialogue.number), (dialogue, []))
            turns.append((order, turn))
    if not found:
        raise WrongUse(f"{folder}: 쓸 수 있는 발화가 없습니다. 첫 문제: {rejected[0] if rejected else '발화가 0개'}")
    for dialogue, turns in found.values():
        dialogue.turns = [turn for _, turn in sorted(turns, key=lambda one: one[0])]
    return [dialogue for dialogue, _ in found.values()]


def _turns(file: Path) -> Iterator[Any]:
    if file.stat().st_size > MAX_FILE_BYTES:
        raise WrongUse(f"{file}: {file.stat().st_size:,}바이트로 한도({MAX_FILE_BYTES:,}바이트)를 넘습니다.")
    try:
        content = json.loads(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise WrongUse(f"{file}: UTF-8이 아닙니다. 내려받은 그대로의 파일인지 확인하세요.") from None
    except (ValueError, RecursionError):
        raise WrongUse(f"{file}: JSON으로 읽을 수 없습니다. 파일이 끝까지 왔는지 확인하세요.") from None
    except OSError as fault:
        raise WrongUse(f"{file}: 읽을 수 없습니다({fault.strerror}).") from None
    if not isinstance(content, list):
        raise WrongUse(f"{file}: 발화의 배열([…])이 아닙니다. 민원(콜센터) 질의-응답의 라벨 파일인지 확인하세요.")
    yield from content


def _turn(raw: Any) -> tuple[Dialogue, float, Turn]:
    """The turn, its place in the dialogue and the dialogue as the turn names it. Raises `ValueError` (Korean)."""
    if not isinstance(raw, dict):
        raise ValueError("객체({…})가 아닙니다")
    if missing := [key for key in _NEEDED if key not in raw]:
        raise ValueError(f"없는 키: {', '.join(missing)}")
    cells = {str(key).strip(): _cell(value) for key, value in raw.items()}
    filled = [key for key in _SPOKEN_BY if cells[key]]
    if len(filled) != 1:
        raise ValueError(f"글이 든 칸이 {len(filled)}개입니다. 넷 가운데 하나여야 합니다")
    speaker = _SPOKEN_BY[filled[0]]
    if cells["화자"] != speaker:
        raise ValueError(f"화자가 {cells['화자'][:20]!r}인데 글은 {filled[0]} 칸에 있습니다")
    if not cells["대화셋일련번호"]:
        raise ValueError("대화셋일련번호가 비어 있습니다")
    number = cells.get("문장번호", "")
    order = float(number) if number.isascii() and number.isdigit() else float("inf")  # the rest in the file's order
    turn = Turn(speaker, cells[filled[0]], cells.get("고객의도", "") if speaker == CITIZEN else "")
    return Dialogue(cells["대화셋일련번호"], cells["도메인"], cells["카테고리"]), order, turn


def _cell(value: Any) -> str:
    if isinstance(value, dict | list):
        return ""  # 개체명 and 용어사전 come as lists in some deliveries; they are not read
    return "" if value is None else str(value).encode("utf-8", "replace").decode("utf-8").strip()
