"""Labelled data sets that a user has, read for `dasan evaluate`: one reader a kind.

Belongs here: from a path to texts and labels. Does not: measuring (`nlp.evaluation`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jobs.aihub import CITIZEN, read_dialogues
from jobs.errors import WrongUse
from jobs.imports.tables import read_rows

_ENCODINGS = ("utf-8-sig", "cp949")


@dataclass
class Task:
    """Texts and their labels. Rows of one group are never divided; `split` says train or test."""

    name: str
    texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    groups: list[str] | None = None
    split: list[str] | None = None


@dataclass
class Dataset:
    """What was read: tasks to learn, pairs for retrieval (query, its own document), texts that are COVID or abusive or
    not, and rows that could not be read (Korean, each with its place)."""

    tasks: list[Task] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    covid: list[tuple[str, bool]] = field(default_factory=list)
    abusive: list[tuple[str, bool]] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)


def open_dataset(spec: str) -> Dataset:
    """`KIND:PATH`. Raises `WrongUse` (Korean) for an unknown kind or a file that is no such set."""
    kind, colon, path = spec.partition(":")
    if not colon or kind not in KINDS or not path:
        raise WrongUse(f"--dataset {spec!r}: 종류:경로로 적어 주세요. 종류: {', '.join(KINDS)}")
    found = KINDS[kind](Path(path))
    if not any(task.texts for task in found.tasks):
        reason = f" 첫 문제: {found.rejected[0]}" if found.rejected else ""
        raise WrongUse(f"{path}: 쓸 수 있는 행이 없습니다.{reason}")
    return found


def _seoul120(file: Path) -> Dataset:
    """Seoul's published questions (제목) and answers (내용)."""
    found = Dataset([Task("제목+내용 → 분류"), Task("제목 → 분류")])
    for line, cells in read_rows(file, ("분류", "제목", "내용"), _ENCODINGS):
        if not cells or not cells["분류"].strip() or not cells["제목"].strip():
            found.rejected.append(f"{line}번째 줄: 칸의 수가 다르거나 분류·제목이 비어 있습니다")
            continue
        title, answer = cells["제목"], cells["내용"]
        for task, text in zip(found.tasks, (f"{title}\n{answer}", title), strict=True):
            task.texts.append(text)
            task.labels.append(cells["분류"].strip())
        found.pairs.append((title, answer))
    return found


def _curse(file: Path) -> Dataset:
    """Lines `text|0` or `text|1` (abusive)."""
    try:
        raw = file.read_bytes()
    except OSError as fault:
        raise WrongUse(f"{file}: 읽을 수 없습니다({fault.strerror}). 경로와 권한을 확인해 주세요.") from None
    task = Task("글 → 욕설")
    found = Dataset([task])
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        try:
            text, bar, label = line.decode("utf-8").rpartition("|")
        except UnicodeDecodeError:
            text, bar, label = "", "", ""
        if not bar or label.strip() not in ("0", "1"):
            if line.strip():
                found.rejected.append(f"{number}번째 줄: UTF-8 '글|0' 또는 '글|1'이 아닙니다")
            continue
        task.texts.append(text)
        task.labels.append(label.strip())
        found.abusive.append((text, label.strip() == "1"))
    return found


def _csv(file: Path) -> Dataset:
    """Columns text and label, and optionally group and split."""
    task, groups, splits = Task("text → label"), list[str](), list[str]()
    found = Dataset([task])
    for line, cells in read_rows(file, ("text", "label"), _ENCODINGS):
        if cells is None or not cells["label"].strip():
            found.rejected.append(f"{line}번째 줄: 칸의 수가 다르거나 label이 비어 있습니다")
            continue
        if "split" in cells:
            part = cells["split"].strip().lower()
            if part not in ("train", "test"):
                raise WrongUse(f"{file} {line}번째 줄: split은 train 또는 test여야 합니다(적힌 값 {part[:20]!r}).")
            splits.append(part)
        if "group" in cells:
            groups.append(cells["group"].strip() or f"\0{line}")  # without a group a row is one of its own
        task.texts.append(cells["text"])
        task.labels.append(cells["label"].strip())
    task.groups, task.split = groups or None, splits or None
    return found


def _aihub(folder: Path) -> Dataset:
    """카테고리 of a dialogue from what its citizen says; 고객의도 of a citizen's turn. Groups are dialogues."""
    found = Dataset([Task("대화 → 카테고리", groups=[]), Task("고객 발화 → 고객의도", groups=[])])
    by_category, by_intent = found.tasks
    for number, dialogue in enumerate(read_dialogues(folder, found.rejected)):
        found.covid.append((dialogue.citizen_text, dialogue.is_covid))
        if dialogue.category:
            _add(by_category, dialogue.citizen_text, dialogue.category, str(number))
        for turn in dialogue.turns:
            if turn.speaker == CITIZEN and turn.intent:
                _add(by_intent, turn.text, turn.intent, str(number))
    return found


def _add(task: Task, text: str, label: str, group: str) -> None:
    task.texts.append(text)
    task.labels.append(label)
    assert task.groups is not None
    task.groups.append(group)


KINDS: dict[str, Callable[[Path], Dataset]] = {
    "seoul120": _seoul120,
    "curse": _curse,
    "aihub-callcentre": _aihub,
    "csv": _csv,
}
