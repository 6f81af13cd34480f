"""A model learnt from agents' codes in the lake or from a file, and reviewed labels beside them.

Belongs here: which texts are learnt from, and where the model goes. Does not: learning (`nlp.classifier`).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jobs.engine import Engine
from jobs.errors import WrongUse
from jobs.lake import LakeTable
from jobs.settings import Home
from schemas.tables import CONSULTATION
from schemas.taxonomy import Taxonomy, load_taxonomy

MOST_TEXTS = 1_000_000  # learnt from; what is beyond is left out, evenly over the days
MOST_OF_A_TYPE = 20_000  # more of one type teaches nothing new
_READ = ["contact_date", "consultation_id", "agent_type_code", "citizen_text", "memo"]


@dataclass
class Labelled:
    """Texts and their codes; `reviewed` marks codes from a reviewer. `dropped` counts rows left out, by reason."""

    texts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    reviewed: list[bool] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, text: str, code: str, reviewed: bool, taxonomy: Taxonomy, of_type: Counter[str]) -> None:
        text, code = text.strip(), code.strip()
        if not text or not code:
            self.dropped["글이나 코드가 빈 행"] += 1
        elif code not in taxonomy:
            self.dropped[f"분류 체계 {taxonomy.version}에 없는 코드"] += 1
        elif not reviewed and of_type[code] >= MOST_OF_A_TYPE:
            self.dropped[f"한 유형에 {MOST_OF_A_TYPE:,}건이 넘는 글"] += 1
        else:
            of_type[code] += not reviewed
            self.texts.append(text)
            self.codes.append(code)
            self.reviewed.append(reviewed)


@dataclass(frozen=True)
class Trained:
    folder: Path
    card: dict[str, Any]


def train(
    home: Home,
    labelled: Labelled,
    taxonomy_version: str,
    target_precision: float = 0.9,
    said: Callable[[str], None] = lambda _: None,
) -> Trained:
    """Learn, and store under `DASAN_HOME/models/<version>`. Raises `WrongUse` for what cannot be learnt from."""
    from nlp.classifier import TaxonomyClassifier

    taxonomy = load_taxonomy(taxonomy_version, home.taxonomies)
    if not labelled.texts:
        raise WrongUse(
            "배울 글이 없습니다. 기간(--from, --to)이나 파일(--in)에 유형 코드가 있는 글이 있는지 확인하세요."
        )
    said(f"학습: 글 {len(labelled.texts):,}건")
    model = TaxonomyClassifier(taxonomy, target_precision=target_precision, noisy=True)
    try:
        model.fit(labelled.texts, labelled.codes, reviewed=labelled.reviewed)
    except ValueError as fault:
        raise WrongUse(str(fault)) from None
    folder = home.models / model.model_version
    model.save(folder, {"dropped": dict(labelled.dropped)})
    return Trained(folder, model.card({"dropped": dict(labelled.dropped)}))


def from_lake(engine: Engine, home: Home, first: date, last: date, taxonomy: Taxonomy) -> Labelled:
    """Consultations of the contact dates with an agent's code, by what the citizen said (else the memo)."""
    table = LakeTable(home, CONSULTATION)
    partitions = {file.partition for file in table.files()} if table.exists() else set()
    wanted = {one for one in partitions if first.isoformat() <= one[1] <= last.isoformat()}
    frame = engine.read(table, table.files(wanted), _READ, "is_consultation AND agent_type_code <> ''")
    found, of_type = Labelled(), Counter[str]()
    rows = engine.collect(frame).sort_by([("contact_date", "ascending"), ("consultation_id", "ascending")])
    step = -(-rows.num_rows // MOST_TEXTS) or 1
    found.dropped[f"{MOST_TEXTS:,}건을 넘는 글"] += rows.num_rows - len(range(0, rows.num_rows, step))
    for batch in rows.take(list(range(0, rows.num_rows, step))).to_batches():
        for row in batch.to_pylist():
            found.add(row["citizen_text"] or row["memo"] or "", row["agent_type_code"], False, taxonomy, of_type)
    found.dropped += Counter()  # only what there was
    return found


def from_csv(path: Path, reviewed: bool, taxonomy: Taxonomy, into: Labelled | None = None) -> Labelled:
    """Rows `text,type_code[,reviewed]` (1: a reviewer's code). Raises `WrongUse` for another shape."""
    found, of_type = into or Labelled(), Counter[str]()
    for row in _rows(path):
        checked = reviewed or str(row.get("reviewed") or "").strip() in {"1", "true", "True", "예"}
        found.add(row["text"] or "", row["type_code"] or "", checked, taxonomy, of_type)
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = {"text", "type_code"} - set(reader.fieldnames or ())
            if missing:
                raise WrongUse(
                    f"{path}: 열이 없습니다: {', '.join(sorted(missing))}. 첫 행은 text,type_code 여야 합니다."
                )
            yield from reader
    except UnicodeDecodeError:
        raise WrongUse(f"{path}: UTF-8로 읽을 수 없습니다. UTF-8로 저장해 다시 주세요.") from None
    except csv.Error as fault:
        raise WrongUse(f"{path}: CSV로 읽을 수 없습니다({fault}). 따옴표를 확인하세요.") from None
