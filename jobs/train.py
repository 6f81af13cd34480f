"""A model learnt from agents' codes in the lake or from a file, and reviewed labels beside them.

Belongs here: which texts are learnt from, and where the model goes. Does not: learning (`nlp.classifier`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from jobs.errors import WrongUse
from jobs.imports.tables import read_rows
from jobs.lake import Partition
from jobs.review import files_of, judgements, partitions_of, query, sample_names, settled
from jobs.settings import Home
from schemas.codes import UNCLASSIFIED
from schemas.tables import CONSULTATION
from schemas.taxonomy import Taxonomy, load_taxonomy

MOST_CHARACTERS = 10_000_000  # of the lake's; learning from 12 million takes 3.3 GB (docs/benchmarks.md)
MOST_OF_A_TYPE = 20_000  # more of one type teaches nothing new
LEAST_OF_A_TYPE = 50  # below this a type is not thinned
_ENCODINGS = ("utf-8-sig", "cp949")


@dataclass
class Labelled:
    """Texts and their codes; `reviewed` marks codes from a reviewer. `dropped` counts rows left out, by reason."""

    texts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    reviewed: list[bool] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    of_type: Counter[str] = field(default_factory=Counter)  # of those that are not reviewed

    def add(self, text: str, code: str, reviewed: bool, taxonomy: Taxonomy) -> None:
        text, code = text.strip(), code.strip()
        if not text or not code:
            self.dropped["글이나 코드가 빈 행"] += 1
        elif code not in taxonomy:
            self.dropped[f"분류 체계 {taxonomy.version}에 없는 코드"] += 1
        elif not reviewed and self.of_type[code] >= MOST_OF_A_TYPE:
            self.dropped[f"한 유형에 {MOST_OF_A_TYPE:,}건이 넘는 글"] += 1
        else:
            self.of_type[code] += not reviewed
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
        left_out = "; ".join(f"{reason} {count:,}개" for reason, count in labelled.dropped.items())
        raise WrongUse(
            "배울 글이 없습니다. 기간(--from, --to)이나 파일(--in)에 유형 코드가 있는 글이 있는지 확인하세요."
            + (f" 뺀 행: {left_out}." if left_out else "")
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


def from_lake(home: Home, first: date, last: date, taxonomy: Taxonomy) -> Labelled:
    """Consultations of the contact dates with an agent's code, by what the citizen said (else the memo), and all that
    reviewers have settled, of whatever day; these are not taken by their agent's code as well.

    Where there are more than `MOST_CHARACTERS`, each type is thinned by a hash of the contact's id: the same lake gives
    the same texts, rare types keep all, and nothing but what is kept is held in memory.
    """
    found = Labelled()
    reviewed = _add_reviewed(home, taxonomy, found)
    frame = files_of(home, CONSULTATION, partitions_of(first, last))
    where = "is_consultation AND agent_type_code <> ''"
    have = query(f"SELECT agent_type_code, count(*), sum(length({_TEXT})) FROM {frame} WHERE {where} GROUP BY 1")
    counts = {code: count for code, count, _ in have}
    characters = sum(length for _, _, length in have)
    shares = thinned(counts, sum(counts.values()) * MOST_CHARACTERS // max(characters, 1))
    below = [_below(share) for share in shares.values()]
    given = pa.table({"agent_type_code": pa.array(shares, pa.string()), "below": pa.array(below, pa.string())})
    rows = query(
        f"SELECT consultation_id, {_TEXT}, agent_type_code FROM {frame} JOIN given USING (agent_type_code) "
        f"WHERE {where} AND md5('train' || consultation_id) < below ORDER BY contact_date, consultation_id",
        [given],
    )
    if left := sum(counts.values()) - len(rows):
        found.dropped[f"한 유형 {MOST_OF_A_TYPE:,}건, 모두 {MOST_CHARACTERS:,}자를 넘어 솎은 글"] += left
    for consultation, text, code in rows:
        if consultation not in reviewed:
            found.add(text, code, False, taxonomy)
    return found


_TEXT = "coalesce(nullif(citizen_text, ''), memo, '')"


def thinned(counts: Mapping[str, int], most: int) -> dict[str, float]:
    """The share of each type's texts to keep: `LEAST_OF_A_TYPE` of each (or all it has) and one share of what each has
    beyond, so that about `most` are kept and frequent types stay frequent; at most `MOST_OF_A_TYPE` of one."""
    least = {code: min(count, LEAST_OF_A_TYPE) for code, count in counts.items()}
    beyond = sum(counts.values()) - sum(least.values())
    share = min(max(most - sum(least.values()), 0) / beyond, 1.0) if beyond else 1.0
    kept = {code: least[code] + share * (count - least[code]) for code, count in counts.items()}
    return {code: min(kept[code], MOST_OF_A_TYPE) / count for code, count in counts.items()}


def _below(share: float) -> str:
    """The hexadecimal digits below which that share of all MD5 sums lies."""
    return "g" if share >= 1 else f"{int(share * 16**12):012x}"


def _add_reviewed(home: Home, taxonomy: Taxonomy, found: Labelled) -> set[str]:
    """The contacts with a judgement that stands, their texts and codes added."""
    judged = list(chain.from_iterable(judgements(home, name) for name in sample_names(home)))
    standing = settled(judged)
    contacts = {row["consultation_id"]: (row["channel"], row["contact_date"]) for row in judged}
    if ties := len(contacts) - len(standing):
        found.dropped["검토자의 의견이 갈린 상담"] += ties
    partitions: set[Partition] = {(channel, day.isoformat()) for channel, day in contacts.values()}
    given = pa.table({"consultation_id": pa.array(standing, pa.string())})
    frame = files_of(home, CONSULTATION, partitions)
    rows = query(f"SELECT consultation_id, {_TEXT} FROM {frame} JOIN given USING (consultation_id) ORDER BY 1", [given])
    for consultation, text in rows:
        if standing[consultation] == UNCLASSIFIED:
            found.dropped["검토자가 유형을 정하지 못한 상담"] += 1
        else:
            found.add(text, standing[consultation], True, taxonomy)
    return set(standing)


def from_csv(path: Path, reviewed: bool, taxonomy: Taxonomy, into: Labelled | None = None) -> Labelled:
    """Rows `text,type_code[,reviewed]` (1: a reviewer's code). Raises `WrongUse` for another shape."""
    found = into or Labelled()
    for _, cells in read_rows(path, ("text", "type_code"), _ENCODINGS):
        if cells is None:
            found.dropped["칸의 수가 첫 줄과 다르거나 따옴표가 잘못된 행"] += 1
            continue
        checked = reviewed or cells.get("reviewed", "").strip() in {"1", "true", "True", "예"}
        found.add(cells["text"], cells["type_code"], checked, taxonomy)
    return found
