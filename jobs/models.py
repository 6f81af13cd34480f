"""Which model classifies: a stored one when it is named, else the cold start of the taxonomy, kept on disk once made.

Belongs here: finding, making and keeping models under `DASAN_HOME/models`. Does not: learning (`jobs.train`), what a
model is made of (`nlp.classifier`).
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.errors import WrongUse
from schemas.taxonomy import Taxonomy, load_taxonomy

if TYPE_CHECKING:
    from nlp.coldstart import ColdStart
    from nlp.memory import Remembering

# What the cold start rests on: another line in any of these makes another model.
_SOURCES = (
    "coldstart",
    "matching",
    "matching_kernels",
    "term_weights",
    "codepoints",
    "normalize",
    "dialogue",
    "tokenize",
    "storage",
)


@cache
def classifier(taxonomy_version: str, imported: Path | None, models: Path | None, model: str = "") -> Remembering:
    """The model to classify by, once a process, with a memory for texts that come again. `model` is the name of a folder in `models`, or a folder's path.

    Raises `WrongUse` for a model that cannot be read, or that was learnt on another taxonomy.
    """
    from nlp.memory import Remembering

    taxonomy = load_taxonomy(taxonomy_version, imported)
    if not model:
        return Remembering(_cold_start(taxonomy, models))
    from nlp.classifier import TaxonomyClassifier
    from nlp.storage import StoredModelError

    folder = model_folder(model, models)
    try:
        found = TaxonomyClassifier.load(folder)
    except StoredModelError as fault:
        raise WrongUse(str(fault)) from None
    learnt = getattr(found, "taxonomy_", {})
    if learnt.get("content_hash") != taxonomy.content_hash:
        raise WrongUse(
            f"모델 {folder.name}은(는) 분류 체계 {learnt.get('version', '(없음)')}로 학습했는데 지금은 {taxonomy.version}이거나 "
            "그 내용이 바뀌었습니다. DASAN_TAXONOMY를 맞추거나 dasan train 으로 다시 학습하세요."
        )
    return Remembering(found)


def model_folder(model: str, models: Path | None) -> Path:
    """The folder of a model by its name under `models`, or by its path."""
    named = models / model if models and "/" not in model else None
    folder = named if named and named.is_dir() else Path(model)
    if not folder.is_dir():
        have = sorted(path.name for path in models.iterdir() if path.is_dir()) if models and models.is_dir() else []
        shown = ", ".join(name for name in have if not name.startswith((".", "cold-"))) or "없음"
        raise WrongUse(f"모델이 없습니다: {model}. 학습해 둔 모델: {shown}. dasan train 으로 만들 수 있습니다.")
    return folder.absolute()


def _cold_start(taxonomy: Taxonomy, models: Path | None) -> ColdStart:
    """From disk in a fraction of the seconds that fitting takes; where the folder cannot be used, fitted."""
    from nlp.coldstart import ColdStart
    from nlp.storage import StoredModelError, load, save

    folder = models / f"cold-{_key(taxonomy)}" if models else None
    if folder and folder.is_dir():
        with suppress(StoredModelError):  # a damaged one is made anew, over it
            found, _ = load(folder)
            if isinstance(found, ColdStart):
                return found
    made = ColdStart().fit(taxonomy)
    if folder:
        with suppress(OSError):  # no room or no right to write: the next process fits it again
            save(made, folder, {"model_version": made.model_version, "taxonomy": taxonomy.version})
    return made


def _key(taxonomy: Taxonomy) -> str:
    import nlp

    digest = hashlib.sha256(taxonomy.content_hash.encode())
    for name in _SOURCES:
        digest.update((Path(nlp.__file__).with_name(name + ".py")).read_bytes())
    return digest.hexdigest()[:16]
