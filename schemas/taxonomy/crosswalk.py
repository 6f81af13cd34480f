"""The way from one version of the taxonomy to the next: which type went where, and with what share of its contacts.

Belongs here: the shape of a crosswalk, its loading, its faults and the conversion of counts. Does not: counts.
"""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path

from schemas.codes import UNCLASSIFIED
from schemas.taxonomy import Taxonomy, known_versions, load_taxonomy

NOT_IN_VERSION = "NOT_IN_VERSION"
NOT_IN_VERSION_NAME = "이 판에 없는 유형"
RELATIONS: dict[str, str] = {
    "same": "1:1",
    "split": "나뉨",
    "merge": "합쳐짐",
    "new": "새로 생김",
    "retired": "없어짐",
}
BASES: dict[str, str] = {"judged": "작성자 판단", "measured": "이중 부호화 표본"}
_TOLERANCE = 1e-6

Shares = dict[str, dict[str, float]]  # code in the one version -> code in the other -> share of its contacts


@dataclass(frozen=True, slots=True)
class Link:
    """One row. `share` (0-1) is the part of the old type's contacts that the new one takes, `reverse_share` the part
    of the new type's contacts that would have been counted under the old one; each is empty (0) where there is no
    type on that side. A row is `split` when its old type goes to several, else `merge` when its new type has several.
    """

    old_code: str
    new_code: str
    relation: str
    share: float
    reverse_share: float
    basis: str
    note: str


COLUMNS: tuple[str, ...] = tuple(column.name for column in fields(Link))


@dataclass(frozen=True)
class Crosswalk:
    """All links between two versions, sorted by old code, then new code (new types last)."""

    old_version: str
    new_version: str
    links: tuple[Link, ...]

    def shares(self, forward: bool = True) -> Shares:
        """Where a count goes: old code to new codes, or back. A type without a counterpart goes to `NOT_IN_VERSION`."""
        found: Shares = defaultdict(dict)
        for link in self.links:
            start, end = (link.old_code, link.new_code) if forward else (link.new_code, link.old_code)
            if start:
                found[start][end or NOT_IN_VERSION] = (link.share if forward else link.reverse_share) if end else 1.0
        return dict(found)


def crosswalk_name(old_version: str, new_version: str) -> str:
    return f"crosswalk_{old_version}_{new_version}.csv"


@cache
def load_crosswalk(old_version: str, new_version: str, imported: Path | None = None) -> Crosswalk:
    """A crosswalk that comes with the program, or one from the folder of imported versions.

    Raises `FileNotFoundError` (Korean) when there is none and `ValueError` for a malformed file.
    """
    name = crosswalk_name(old_version, new_version)
    for root in (resources.files("schemas.taxonomy"), imported):
        if root is not None and (file := root.joinpath(name)).is_file():
            rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
            return Crosswalk(old_version, new_version, tuple(link_of(row) for row in rows))
    raise FileNotFoundError(f"{old_version} 판에서 {new_version} 판으로 가는 대응표가 없습니다: {name}")


def link_of(cells: Mapping[str, str]) -> Link:
    """A link from its row by column name. Raises `KeyError` or `ValueError`."""
    share, reverse_share = (float(cells[name] or 0) for name in ("share", "reverse_share"))
    old, new, relation, basis, note = (cells[name].strip() for name in COLUMNS if not name.endswith("share"))
    return Link(old, new, relation, share, reverse_share, basis, note)


def relate(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The relation of every (old, new) pair, either of which may be empty."""
    pairs = list(pairs)
    onward = Counter(old for old, _ in pairs if old)
    backward = Counter(new for _, new in pairs if new)
    found = {}
    for old, new in pairs:
        several = "split" if onward[old] > 1 else "merge" if backward[new] > 1 else "same"
        found[old, new] = "new" if not old else "retired" if not new else several
    return found


def all_conversions(imported: Path | None = None) -> list[tuple[str, str, str, str, float]]:
    """`conversions` between all versions that are known, sorted."""
    return sorted({row for version in known_versions(imported) for row in conversions(version, imported)})


def lineage(version: str, imported: Path | None = None) -> list[str]:
    """The versions from the oldest to this one, each the predecessor of the next."""
    found = [version]
    while (before := load_taxonomy(found[0], imported).predecessor) and before not in found:
        found.insert(0, before)
    return found


def conversions(version: str, imported: Path | None = None) -> Iterator[tuple[str, str, str, str, float]]:
    """(from version, from code, to version, to code, share) between any two versions of a lineage, both ways.

    Over several steps the shares are multiplied. 미분류 stays 미분류; the shares of a code sum to 1.
    """
    versions = lineage(version, imported)
    for start, first in enumerate(versions):
        for end, last in enumerate(versions):
            step = 1 if end > start else -1
            found: Shares = {code: {code: 1.0} for code in load_taxonomy(first, imported).by_code}
            for at in range(start, end, step):
                old, new = sorted((at, at + step))
                found = _compose(found, load_crosswalk(versions[old], versions[new], imported).shares(step > 0))
            if start != end:
                yield first, UNCLASSIFIED, last, UNCLASSIFIED, 1.0
                yield from ((first, code, last, to, share) for code, row in found.items() for to, share in row.items())


def _compose(one: Shares, other: Shares) -> Shares:
    found: Shares = {}
    for code, row in one.items():
        sums = found[code] = {}
        for middle, share in row.items():
            for end, further in other.get(middle, {NOT_IN_VERSION: 1.0}).items():
                sums[end] = sums.get(end, 0.0) + share * further
    return found


def crosswalk_faults(crosswalk: Crosswalk, old: Taxonomy, new: Taxonomy) -> list[str]:
    """Every fault of a crosswalk between two versions, in Korean; empty when there is none."""
    links = crosswalk.links
    found = [fault for link in links for fault in _link_faults(link, old, new)]
    seen_old, seen_new = {link.old_code for link in links}, {link.new_code for link in links}
    found += [f"대응표에 {old.version} 판의 유형 {code}가 없습니다." for code in old.by_code if code not in seen_old]
    found += [f"대응표에 {new.version} 판의 유형 {code}가 없습니다." for code in new.by_code if code not in seen_new]
    pairs = [(link.old_code, link.new_code) for link in links]
    found += [f"{a}→{b}: 같은 줄이 {n}번 나옵니다." for (a, b), n in Counter(pairs).items() if n > 1]
    for link, relation in zip(links, relate(pairs).values() if len(set(pairs)) == len(pairs) else (), strict=False):
        if link.relation != relation:
            found.append(f"{link.old_code}→{link.new_code}: relation이 {link.relation}인데 {relation}이어야 합니다.")
    for name, forward in (("share", True), ("reverse_share", False)):
        for code, row in crosswalk.shares(forward).items():
            if not math.isclose(total := sum(row.values()), 1.0, abs_tol=_TOLERANCE):
                found.append(f"{code}: {name}의 합이 {total:.4f}입니다. 1이어야 합니다.")
    return found + _kept_codes(crosswalk, old, new)


def _link_faults(link: Link, old: Taxonomy, new: Taxonomy) -> Iterator[str]:
    where = f"{link.old_code or '(없음)'}→{link.new_code or '(없음)'}"
    if not link.old_code and not link.new_code:
        yield "두 코드가 모두 빈 줄이 있습니다."
    if link.old_code and link.old_code not in old:
        yield f"{where}: {old.version} 판에 없는 코드입니다."
    if link.new_code and link.new_code not in new:
        yield f"{where}: {new.version} 판에 없는 코드입니다."
    if link.basis not in BASES and link.old_code and link.new_code:
        yield f"{where}: basis는 {', '.join(BASES)} 가운데 하나여야 합니다."
    both = bool(link.old_code and link.new_code)
    if both and not (0 < link.share <= 1 and 0 < link.reverse_share <= 1):
        yield f"{where}: share와 reverse_share는 0보다 크고 1 이하여야 합니다."


def _kept_codes(crosswalk: Crosswalk, old: Taxonomy, new: Taxonomy) -> list[str]:
    """A code in both versions keeps its meaning: it leads to itself alone, which also rules a cycle out."""
    onward: dict[str, set[str]] = defaultdict(set)
    for link in crosswalk.links:
        onward[link.old_code].add(link.new_code)
    return [
        f"{code}: 두 판에 모두 있는 코드는 자기 자신과만 이어져야 합니다(지금 {', '.join(sorted(onward[code]))})."
        for code in old.by_code
        if code in new and onward[code] != {code}
    ]
