"""The classification scheme: counselling types by version, one CSV a 대분류 in `schemas/taxonomy/<version>/`.

Belongs here: the shape of a type and the loading of a version. Its faults are found in `checks`, the way from one
version to the next is `crosswalk`. Deciding a text's type is `nlp.classifier`; which types are COVID is the code book
alone (`schemas/codes/covid_codebook.csv`, or a version's own).
"""

from __future__ import annotations

import csv
import hashlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from schemas.codes import CodeRow, code_list, code_rows

DEFAULT_VERSION = "2022"
DUTIES: dict[str, str] = {"city": "서울시", "district": "자치구", "other": "타기관"}
REQUEST_KINDS: dict[str, str] = {
    "inquiry": "문의",
    "application": "신청·접수",
    "report": "신고",
    "payment": "납부·환불",
    "complaint": "불만",
    "praise": "칭찬",
    "suggestion": "제안",
    "referral": "타기관 안내",
}
OPEN_FROM, OPEN_TO = date(1, 1, 1), date(9999, 12, 31)
HEAD, CODEBOOK = "version.toml", "covid_codebook.csv"  # beside the types of a version
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,31}")


class Leaf(NamedTuple):
    """One counselling type (a named tuple: thousands are made each time a version is loaded). `domain` > `middle` > `minor` > `name` are 대·중·소분류 and 유형; dates are inclusive.

    `note` tells it from its neighbours. `department_code` is the city's policy department whatever the duty;
    `unit_code` is the kind of division that does the work where it is a district's duty, else empty.
    """

    type_code: str
    domain: str
    middle: str
    minor: str
    name: str
    definition: str
    note: str
    keywords: tuple[str, ...]
    examples: tuple[str, ...]
    request_kind: str
    duty: str
    department_code: str
    unit_code: str
    chatbot: bool
    valid_from: date
    valid_to: date

    @property
    def path(self) -> tuple[str, str, str, str]:
        return self.domain, self.middle, self.minor, self.name

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_to

    def cells(self) -> list[str]:
        """The type as a row of its CSV."""
        return [
            "|".join(value) if isinstance(value, tuple) else value if isinstance(value, str) else _cell(value)
            for value in self
        ]


COLUMNS: tuple[str, ...] = Leaf._fields


def _cell(value: bool | date) -> str:
    if isinstance(value, date):
        return "" if value in (OPEN_FROM, OPEN_TO) else value.isoformat()
    return str(int(value))


@dataclass(frozen=True)
class Taxonomy:
    """All types of one version, in the order of their codes. `predecessor` is the version it was made from, if any."""

    version: str
    leaves: tuple[Leaf, ...]
    note: str = field(default="", compare=False)
    predecessor: str = field(default="", compare=False)
    codebook: tuple[CodeRow, ...] = field(default=(), compare=False)

    @cached_property
    def by_code(self) -> dict[str, Leaf]:
        return {leaf.type_code: leaf for leaf in self.leaves}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over every cell of every type: equal content, equal hash, whatever the file layout."""
        digest = hashlib.sha256()
        for leaf in self.leaves:
            digest.update(repr(tuple(leaf)).encode())
        return digest.hexdigest()

    def leaf(self, type_code: str) -> Leaf:
        """The type with this code. Raises `KeyError`."""
        return self.by_code[type_code]

    def covid_on(self, day: date) -> dict[str, CodeRow]:
        """The code book's rows that hold on a day, by type code."""
        return {row["type_code"]: row for row in self.codebook if row.holds_on(day)}

    def __contains__(self, type_code: object) -> bool:
        return type_code in self.by_code

    def __len__(self) -> int:
        return len(self.leaves)


def is_version_name(version: str) -> bool:
    """Whether a version may be called so: a folder's name, with nothing in it that leads elsewhere."""
    return _VERSION.fullmatch(version) is not None


def known_versions(imported: Path | None = None) -> list[str]:
    """The versions that come with the program and those below the folder `imported`, by name."""
    roots = [resources.files(__name__), *([imported] if imported is not None and imported.is_dir() else [])]
    return sorted({folder.name for root in roots for folder in root.iterdir() if _is_version(folder)})


def _is_version(folder: Traversable) -> bool:
    return is_version_name(folder.name) and folder.joinpath(HEAD).is_file()


def version_folder(version: str, imported: Path | None = None) -> Traversable:
    """The folder of a built-in version, or of one below `imported`. Raises `FileNotFoundError` (Korean)."""
    if is_version_name(version):
        for root in (resources.files(__name__), imported):
            if root is not None and _is_version(folder := root.joinpath(version)):
                return folder
    known = ", ".join(known_versions(imported))
    raise FileNotFoundError(
        f"분류 체계 {version!r} 판이 없습니다. 있는 판: {known}. 다른 판은 dasan taxonomy import 로 들여옵니다."
    )


def imported_folder(version: str, imported: Path | None) -> Path | None:
    """The folder of imported versions where this one is of them, `None` for a built-in one: a key for caches."""
    return None if version in _built_in_versions() else imported


@cache
def _built_in_versions() -> frozenset[str]:
    return frozenset(known_versions())


def load_taxonomy(version: str = DEFAULT_VERSION, imported: Path | None = None) -> Taxonomy:
    """A version that comes with the program, or one that was imported into the folder `imported`; read once a process.

    Raises `FileNotFoundError` for a version that is not there and `ValueError` (Korean) for a malformed file.
    """
    return _load(version, imported_folder(version, imported))


@cache
def _load(version: str, imported: Path | None) -> Taxonomy:
    folder = version_folder(version, imported)
    head = tomllib.loads(folder.joinpath(HEAD).read_text(encoding="utf-8"))
    files = [file for file in folder.iterdir() if file.name.endswith(".csv") and file.name != CODEBOOK]
    leaves = [leaf for file in files for leaf in _read(file)]
    own = folder.joinpath(CODEBOOK)
    codebook = code_rows(own.read_text(encoding="utf-8")) if own.is_file() else code_list("covid_codebook")
    return Taxonomy(
        version,
        tuple(sorted(leaves, key=lambda leaf: leaf.type_code)),
        str(head.get("note", "")),
        str(head.get("predecessor", "")),
        codebook,
    )


def _read(file: Traversable) -> list[Leaf]:
    reader = csv.reader(file.read_text(encoding="utf-8").splitlines())
    if tuple(next(reader, ())) != COLUMNS:
        raise ValueError(f"{file.name}: 첫 줄의 열이 {','.join(COLUMNS)} 와 같아야 합니다.")
    leaves = []
    for cells in reader:
        try:
            leaves.append(leaf_of(cells))
        except ValueError as fault:
            raise ValueError(f"{file.name} {reader.line_num}번째 줄을 읽을 수 없습니다: {fault}") from fault
    return leaves


def leaf_of(cells: Iterable[str]) -> Leaf:
    """A type from the cells of its row, in the order of `COLUMNS`. Raises `ValueError` (Korean)."""
    row = list(cells)
    if len(row) != len(COLUMNS):
        raise ValueError(f"칸이 {len(row)}개입니다. {len(COLUMNS)}개여야 합니다")
    code, domain, middle, minor, name, definition, note, keywords, examples, kind, duty, *rest = row
    department, unit, chatbot, first, last = rest
    if chatbot not in ("0", "1"):
        raise ValueError("chatbot은 0 또는 1이어야 합니다")
    return Leaf(
        code, domain, middle, minor, name, definition, note, _split(keywords), _split(examples), kind, duty,
        department, unit, chatbot == "1",
        date.fromisoformat(first) if first else OPEN_FROM,
        date.fromisoformat(last) if last else OPEN_TO,
    )  # fmt: skip


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)
