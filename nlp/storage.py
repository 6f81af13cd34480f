"""Fitted models in a folder, without pickle: nothing in the files is ever run.

Belongs here: the two files of a stored model and their check. Does not: what a model card says (`nlp.classifier`).

`model.json` holds the card, the tree of the model's attributes and the SHA-256 of `arrays.npz`; an object is written
with its class's name, and only the classes listed here are ever made of one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

CLASSES = frozenset(
    {
        "nlp.blend:Blend",
        "nlp.classifier:TaxonomyClassifier",
        "nlp.coldstart:ColdStart",
        "nlp.coldstart:Parameters",
        "nlp.decision:Decision",
        "nlp.linear:LinearModel",
        "nlp.matching:Matcher",
        "nlp.matching:_View",
        "nlp.members:Neighbours",
        "nlp.members:Plain",
        "nlp.members:Scaled",
        "nlp.supervised:Mixture",
        "nlp.supervised:TextLearner",
        "nlp.features:TermRows",
        "nlp.tokenize:KonlpyTokenizer",
        "nlp.tokenize:MecabTokenizer",
    }
)
_FORMAT = 3
_CARD, _ARRAYS = "model.json", "arrays.npz"


class StoredModelError(ValueError):
    """A stored model that cannot be read; the message is Korean and says which file and what to do."""


def save(model: Any, folder: Path, card: dict[str, Any]) -> None:
    """Write `model` to `folder`, all of it or nothing; a folder of the same name is replaced."""
    import numpy as np

    arrays: list[Any] = []
    tree = _packed(model, arrays)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        np.savez(draft / _ARRAYS, **{str(number): array for number, array in enumerate(arrays)})
        described = {"format": _FORMAT, "card": card, "arrays_sha256": _sha256(draft / _ARRAYS), "model": tree}
        body = json.dumps(described, ensure_ascii=False)
        (draft / _CARD).write_text(body + "\n" + hashlib.sha256(body.encode()).hexdigest() + "\n", encoding="utf-8")
        draft.chmod(0o755)
        _replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load(folder: Path) -> tuple[Any, dict[str, Any]]:
    """The model and its card. Raises `StoredModelError` for files that are missing, damaged or of another format."""
    import numpy as np

    described = _described(folder)
    path = folder / _ARRAYS
    if not path.is_file() or _sha256(path) != described["arrays_sha256"]:
        raise StoredModelError(f"모델 파일이 저장된 뒤 바뀌었거나 없습니다: {path}. 다시 학습하거나 원본을 복사하세요.")
    with np.load(path, allow_pickle=False) as stored:
        arrays = [stored[str(number)] for number in range(len(stored.files))]
    return _unpacked(described["model"], arrays), described["card"]


def card(folder: Path) -> dict[str, Any]:
    """The card alone; raises as `load` does."""
    found: dict[str, Any] = _described(folder)["card"]
    return found


def _described(folder: Path) -> dict[str, Any]:
    path = folder / _CARD
    try:
        body, _, digest = path.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise StoredModelError(
            f"모델을 읽을 수 없습니다: {path} ({type(fault).__name__}). 폴더를 확인하세요."
        ) from None
    if hashlib.sha256(body.encode()).hexdigest() != digest:
        raise StoredModelError(f"모델 파일이 저장된 뒤 바뀌었습니다: {path}. 다시 학습하거나 원본을 복사하세요.")
    described: dict[str, Any] = json.loads(body)
    if described.get("format") != _FORMAT:
        raise StoredModelError(f"이 프로그램이 모르는 형식의 모델입니다: {path}. dasan train 으로 다시 만드세요.")
    return described


def _replace(draft: Path, folder: Path) -> None:
    """A rename each way: readers see the old folder or the new one."""
    try:
        draft.rename(folder)
    except OSError:  # there is one already
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.old.", dir=folder.parent) as old:
            folder.rename(Path(old) / "replaced")
            draft.rename(folder)


def _packed(value: Any, arrays: list[Any]) -> Any:
    import numpy as np
    from scipy.sparse import csr_matrix, issparse

    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        if value.dtype == object or value.dtype.kind == "U":
            return {"strings": [str(item) for item in value.ravel()]}
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if issparse(value):
        rows = csr_matrix(value)
        return {"csr": [_packed(part, arrays) for part in (rows.data, rows.indices, rows.indptr)], "shape": rows.shape}
    if isinstance(value, list | tuple):
        return {type(value).__name__: [_packed(item, arrays) for item in value]}
    if isinstance(value, dict) and all(isinstance(key, str) and isinstance(item, int) for key, item in value.items()):
        return {"numbers": value}  # a vocabulary: as it is
    if isinstance(value, dict):
        return {"dict": [[_packed(key, arrays), _packed(item, arrays)] for key, item in value.items()]}
    name = f"{type(value).__module__}:{type(value).__qualname__}"
    if name not in CLASSES:
        raise TypeError(f"{name} cannot be stored")
    state = value.stored_state() if hasattr(value, "stored_state") else vars(value)
    return {"object": name, "state": {key: _packed(item, arrays) for key, item in state.items()}}


def _unpacked(value: Any, arrays: list[Any]) -> Any:
    import numpy as np
    from scipy.sparse import csr_matrix

    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[value["array"]]
    if "strings" in value:
        return np.array(value["strings"], dtype=object)
    if "csr" in value:
        parts = tuple(_unpacked(part, arrays) for part in value["csr"])
        return csr_matrix(parts, shape=tuple(value["shape"]))
    if "list" in value:
        return [_unpacked(item, arrays) for item in value["list"]]
    if "tuple" in value:
        return tuple(_unpacked(item, arrays) for item in value["tuple"])
    if "numbers" in value:
        return value["numbers"]
    if "dict" in value:
        return {_unpacked(key, arrays): _unpacked(item, arrays) for key, item in value["dict"]}
    return _object(value["object"], {key: _unpacked(item, arrays) for key, item in value["state"].items()})


def _object(name: str, state: dict[str, Any]) -> Any:
    if name not in CLASSES:
        raise StoredModelError(f"모델에 알 수 없는 부분이 있습니다: {name}. dasan train 으로 다시 만드세요.")
    module, _, kind = name.partition(":")
    made = object.__new__(getattr(importlib.import_module(module), kind))
    if hasattr(made, "restore_state"):
        made.restore_state(state)
    elif dataclasses.is_dataclass(made):
        for key, item in state.items():
            object.__setattr__(made, key, item)  # frozen ones too
    else:
        vars(made).update(state)
    return made


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
