"""What each partition of a table was last made from, so that what has not changed is not made again.

Belongs here: remembering and comparing. A partition is up to date while the files that it was made from, the way in
which it was made and the files that came of it are the very ones that are remembered; the least doubt makes it anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources

from jobs.files import atomic_path, exclusive
from jobs.lake import DataFile, LakeTable, Partition
from jobs.settings import Home
from schemas.table import Table

Sources = Mapping[Partition, Iterable[DataFile]]  # the files that each partition is made from


class Made:
    """The memory of one table of the lake; `recipe` says what beside the files decides the contents."""

    def __init__(self, home: Home, table: Table, recipe: str = "") -> None:
        self._live = LakeTable(home, table)
        self._path = home.lake / "_made" / f"{table.name}.json"
        self._recipe = f"{program()}|{recipe}"

    def stale(self, sources: Sources) -> set[Partition]:
        """Those of the partitions that have to be made."""
        known, now = self._known(), self._now(sources)
        return {partition for partition, pair in now.items() if known.get("|".join(partition)) != pair}

    def remember(self, sources: Sources) -> None:
        """Write down that these partitions are up to date. To be called once their table is committed."""
        with exclusive(self._path.with_suffix(".lock")):
            known = self._known() | {"|".join(partition): pair for partition, pair in self._now(sources).items()}
            with atomic_path(self._path) as draft:
                draft.write_text(json.dumps(known, separators=(",", ":")), encoding="utf-8")

    def _known(self) -> dict[str, list[str]]:
        try:
            found: dict[str, list[str]] = json.loads(self._path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):  # a damaged memory is none
            return {}
        return found

    def _now(self, sources: Sources) -> dict[Partition, list[str]]:
        live = by_partition(self._live.files(sources.keys()))
        return {
            partition: [_digest(self._recipe, files), _digest("", live.get(partition, ()))]
            for partition, files in sources.items()
        }


def by_partition(files: Collection[DataFile]) -> dict[Partition, list[DataFile]]:
    found: dict[Partition, list[DataFile]] = {}
    for file in files:
        found.setdefault(file.partition, []).append(file)
    return found


def _digest(recipe: str, files: Iterable[DataFile]) -> str:
    names = sorted(file.path for file in files)
    return hashlib.sha256("|".join((recipe, *names)).encode()).hexdigest()[:16]


@cache
def program() -> str:
    """A hash of what the record-level hops are made of: the contracts, codes and taxonomies, `nlp`, and the modules of
    `jobs` with the readers of formats. Another line in any of them makes every day that is run again anew."""
    digest = hashlib.sha256()
    for package in ("schemas", "nlp", "jobs", "jobs.ingest"):
        folder = resources.files(package)
        with resources.as_file(folder) as root:
            deep = package == "schemas"
            for path in sorted(root.rglob("*") if deep else root.glob("*.py")):
                if path.is_file() and "__pycache__" not in path.parts:
                    digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
