"""Hop 4, consultation → classification: a type for every consultation, or 미분류 with a place in the review queue.

Belongs here: running the model over batches and looking up what follows from a type on the day of the contact
(COVID group, department) and from the text (district). How a type is found is `nlp.classifier`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, partial
from os import getpid
from pathlib import Path
from platform import node
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pyarrow as pa

from jobs.batches import with_carried
from jobs.engine import Engine
from jobs.lake import DataFile, LakeTable, Partition
from jobs.models import classifier
from jobs.settings import Home
from schemas.codes import UNCLASSIFIED, UNCLASSIFIED_NAME, known_codes
from schemas.tables import CLASSIFICATION, CONSULTATION
from schemas.taxonomy import imported_folder, load_taxonomy

SCHEMA = CLASSIFICATION.arrow_schema()
KEY = ("channel", "contact_date", "consultation_id")
READ = [*KEY, "is_consultation", "district_code", "citizen_text", "memo"]
BATCH_TEXTS = 2048


@cache
def _covid(taxonomy_version: str, imported: Path | None, day: date) -> dict[str, tuple[str, str]]:
    rows = load_taxonomy(taxonomy_version, imported).covid_on(day)
    return {code: (row["covid_group"], row["covid_subgroup"]) for code, row in rows.items()}


def classified(
    texts: Sequence[str],
    days: Sequence[date],
    districts: Sequence[str | None],
    taxonomy_version: str,
    imported: Path | None = None,
    models: Path | None = None,
    model: str = "",
    memory: bool = True,
) -> list[dict[str, Any]]:
    """For each text, the columns of `classification` from `type_code` on; `districts` as recorded at the source.

    `model` names the model in the folder `models`; empty, the taxonomy's own words decide. Without `memory` every text
    is scored, one that came before too.
    """
    from nlp.routing import district

    imported = imported_folder(taxonomy_version, imported)
    taxonomy, chosen = load_taxonomy(taxonomy_version, imported), classifier(taxonomy_version, imported, models, model)
    answers = (chosen if memory else chosen.classifier).classify(list(texts))
    rows = []
    for text, day, recorded, found in zip(texts, days, districts, answers, strict=True):
        leaf = None if found.type_code == UNCLASSIFIED else taxonomy.leaf(found.type_code)
        group, subgroup = _covid(taxonomy_version, imported, day).get(found.type_code, ("", ""))
        rows.append(
            {
                "type_code": found.type_code,
                "type_name": leaf.name if leaf else UNCLASSIFIED_NAME,
                "domain": leaf.domain if leaf else "",
                "score": found.score,
                "alternatives": "|".join(f"{code}:{score:.4f}" for code, score in found.alternatives),
                "needs_review": found.needs_review,
                "covid_group": group,
                "covid_subgroup": subgroup,
                "district_code": recorded if recorded in known_codes("districts") else district(text),
                "department_code": leaf.department_code if leaf else "",
                "taxonomy_version": taxonomy.version,
                "model_version": chosen.model_version,
            }
        )
    return rows


class Classified(NamedTuple):
    rows: int
    repeated: int  # of them, those answered from memory


def classify(engine: Engine, home: Home, partitions: set[Partition], taxonomy_version: str) -> Classified:
    """Make the classification partitions (channel, contact date) anew."""
    classification = LakeTable(home, CLASSIFICATION)
    classification.root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="_staging-", dir=classification.root) as tally:  # where Spark's workers write too
        staged = stage(engine, home, partitions, taxonomy_version, classification, Path(tally))
        repeated = sum(int(line) for path in Path(tally).iterdir() for line in path.read_text().split())
    classification.commit(staged, partitions)
    return Classified(sum(file.rows for file in staged), repeated)


def stage(
    engine: Engine,
    home: Home,
    partitions: set[Partition],
    taxonomy_version: str,
    target: LakeTable,
    tally: Path | None = None,
) -> list[DataFile]:
    """Classify the consultations of the partitions into files below `target`'s folder; nothing becomes live. In the
    folder `tally` each process leaves how many texts of a batch it answered from memory."""
    consultation = LakeTable(home, CONSULTATION)
    classifier(taxonomy_version, imported_folder(taxonomy_version, home.taxonomies), home.models, home.model)
    body = partial(
        classify_batch,
        taxonomy_version=taxonomy_version,
        imported=home.taxonomies,
        models=home.models,
        model=home.model,
        memory=home.text_memory,
        tally=tally,
    )
    return engine.transform(consultation, consultation.files(partitions), READ, body, target)


def classify_batch(
    batch: pa.RecordBatch,
    taxonomy_version: str,
    imported: Path | None,
    models: Path | None,
    model: str,
    memory: bool = True,
    tally: Path | None = None,
) -> Iterator[pa.RecordBatch]:
    """One classification row for each consultation. What the citizen said is read; where nothing is, the memo."""
    batch = batch.filter(batch["is_consultation"])
    chosen = classifier(taxonomy_version, imported_folder(taxonomy_version, imported), models, model)
    before = chosen.repeated
    for start in range(0, batch.num_rows, BATCH_TEXTS):
        part = batch.slice(start, BATCH_TEXTS)
        rows = part.select(["contact_date", "district_code", "citizen_text", "memo"]).to_pylist()
        texts = [row["citizen_text"] or row["memo"] or "" for row in rows]
        days, districts = [row["contact_date"] for row in rows], [row["district_code"] for row in rows]
        found = classified(texts, days, districts, taxonomy_version, imported, models, model, memory)
        yield with_carried(part, found, SCHEMA, KEY)
    if tally:
        with (tally / f"{node()}-{getpid()}").open("a") as counts:
            counts.write(f"{chosen.repeated - before}\n")
