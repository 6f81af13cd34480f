"""The classification scheme: counselling types by version, one CSV a 대분류 in `schemas/taxonomy/<version>/`.

Belongs here: the shape of a type, its loading and its checks. Deciding a text's type is `nlp.classifier`;
which types are COVID is `schemas/codes/covid_codebook.csv` alone.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable

import yaml

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
MIN_KEYWORDS = 5
MIN_EXAMPLES = 2
OPEN_FROM, OPEN_TO = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class Leaf:
    """One counselling type. `domain` > `middle` > `minor` > `name` are 대·중·소분류 and 유형; dates are inclusive."""

    type_code: str
    domain: str
    middle: str
    minor: str
    name: str
    definition: str
    keywords: tuple[str, ...]
    examples: tuple[str, ...]
    request_kind: str
    duty: str
    department_code: str
    chatbot: bool
    valid_from: date
    valid_to: date

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_to


COLUMNS: tuple[str, ...] = tuple(column.name for column in fields(Leaf))


@dataclass(frozen=True)
class Taxonomy:
    """All types of one version, in the order of their codes."""

    version: str
    leaves: tuple[Leaf, ...]
    note: str = field(default="", compare=False)

    @cached_property
    def by_code(self) -> dict[str, Leaf]:
        return {leaf.type_code: leaf for leaf in self.leaves}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over every cell of every type: equal content, equal hash, whatever the file layout."""
        digest = hashlib.sha256()
        for leaf in self.leaves:
            digest.update(repr(tuple(getattr(leaf, column) for column in COLUMNS)).encode())
        return digest.hexdigest()

    def leaf(self, type_code: str) -> Leaf:
        """The type with this code. Raises `KeyError`."""
        return self.by_code[type_code]

    def __contains__(self, type_code: object) -> bool:
        return type_code in self.by_code

    def __len__(self) -> int:
        return len(self.leaves)


@cache
def load_taxonomy(version: str = "2022") -> Taxonomy:
    """The taxonomy in `schemas/taxonomy/<version>/`.

    Raises `FileNotFoundError` for a version that is not there and `ValueError` (Korean) for a malformed file.
    """
    folder = resources.files(__name__).joinpath(version)
    if not re.fullmatch(r"[0-9A-Za-z_.-]*[0-9A-Za-z]", version) or not folder.joinpath("version.yaml").is_file():
        raise FileNotFoundError(f"분류 체계 {version!r} 판이 없습니다. schemas/taxonomy/ 아래의 폴더 이름을 쓰세요.")
    head = yaml.safe_load(folder.joinpath("version.yaml").read_text(encoding="utf-8"))
    leaves = [leaf for file in folder.iterdir() if file.name.endswith(".csv") for leaf in _read(file)]
    return Taxonomy(str(head["version"]), tuple(sorted(leaves, key=lambda leaf: leaf.type_code)), head.get("note", ""))


def _read(file: Traversable) -> list[Leaf]:
    reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ValueError(f"{file.name}: 첫 줄의 열이 {','.join(COLUMNS)} 와 같아야 합니다.")
    leaves = []
    for cells in reader:
        try:
            leaves.append(_leaf(cells))
        except (TypeError, ValueError, AttributeError) as fault:
            raise ValueError(f"{file.name} {reader.line_num}번째 줄을 읽을 수 없습니다: {fault}") from fault
    return leaves


def _leaf(cells: dict[str, str]) -> Leaf:
    if len(cells) != len(COLUMNS):
        raise ValueError("칸의 수가 열의 수와 다릅니다")
    if cells["chatbot"] not in ("0", "1"):
        raise ValueError("chatbot은 0 또는 1이어야 합니다")
    texts = {column: cells[column].strip() for column in COLUMNS[:11] if column not in ("keywords", "examples")}
    return Leaf(
        **texts,
        keywords=_split(cells["keywords"]),
        examples=_split(cells["examples"]),
        chatbot=cells["chatbot"] == "1",
        valid_from=date.fromisoformat(cells["valid_from"]) if cells["valid_from"] else OPEN_FROM,
        valid_to=date.fromisoformat(cells["valid_to"]) if cells["valid_to"] else OPEN_TO,
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def check(taxonomy: Taxonomy) -> list[str]:
    """Every fault of a taxonomy and of the COVID code book against it, in Korean; empty when there is none."""
    from schemas.taxonomy.checks import faults

    return faults(taxonomy)
