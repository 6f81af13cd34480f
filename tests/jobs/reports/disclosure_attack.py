"""An attacker with every figure file of a month: what range does linear programming leave to each count by type and place?

Belongs here: reading published ledgers and solving. He knows the taxonomy and the rules of suppression, and nothing of how
the masks were chosen: no code of theirs is used.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

K = 5
Kind = tuple[str, str, str, str]  # type, domain, department, COVID group
_PLAIN = re.compile(r"(\w+=[^,:=]*(,\w+=[^,:=]*)*)?")  # a condition, with no arithmetic behind it


def _is_number(value: str) -> bool:
    return value not in (f"{K} 미만", "비공개")


def published(folder: Path, window: str) -> dict[str, str]:
    """Of every `figures.csv` below `folder`: the counts by type over `window`, as printed, by their conditions."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("figures.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                metric, _, rest = row["figure_id"].partition(":")
                when, _, where = rest.partition(":")
                if metric in ("type_count", "covid_type_count") and when == window and _PLAIN.fullmatch(where):
                    key, value = f"{metric}:{where}", row["value"]
                    known = found.setdefault(key, value)
                    assert not (_is_number(known) and _is_number(value)) or known == value, (
                        f"{key}: two editions differ"
                    )
                    if _is_number(value):  # an edition that hides what another shows hides nothing
                        found[key] = value
    return found


@dataclass
class Attack:
    """The unknown table (kinds, places) and what the published figures say of it."""

    kinds: list[Kind]
    places: list[str]
    sums: list[tuple[np.ndarray, float, float]] = field(default_factory=list)  # (cells, least, most)

    def learn(self, figures: dict[str, str]) -> None:
        index = np.arange(len(self.kinds) * len(self.places)).reshape(len(self.kinds), -1)
        for key, value in figures.items():
            metric, _, where = key.partition(":")
            conditions = dict(part.split("=", 1) for part in where.split(",")) if where else {}
            wanted = {name: each.split("|") for name, each in conditions.items()}
            if not wanted.keys() <= {"type_code", "domain", "department_code", "district_code"}:
                continue  # by channel or day
            kinds = [number for number, kind in enumerate(self.kinds) if _fits(kind, wanted, metric)]
            places = [n for n, name in enumerate(self.places) if name in wanted.get("district_code", [name])]
            cells = index[np.ix_(kinds, places)].ravel()
            self.sums.append((cells, *_bounds(value, {"type_code", "district_code"} <= conditions.keys())))

    def ranges(self, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[float, float]]:
        """The least and the most that the count of a kind in a place can be: enough of it to see whether that is within 1
        to k - 1. A table that is found for one count is a proof for all of them."""
        size = len(self.kinds) * len(self.places)
        fixed = [(cells, least) for cells, least, most in self.sums if least == most]
        loose = [(cells, least, most) for cells, least, most in self.sums if least != most]
        above = [(cells, most) for cells, _, most in loose if np.isfinite(most)]
        below = [(cells, -least) for cells, least, _ in loose if least > 0]
        equal, upper, lower = (_matrix([cells for cells, _ in part], size) for part in (fixed, above, below))
        bounds = np.array([value for _, value in (*above, *below)], float)
        pairs = list(wanted)
        members = np.array([row * len(self.places) + place for row, place in pairs])
        least, most = np.full(len(pairs), np.inf), np.full(len(pairs), -np.inf)

        def solve(wish: np.ndarray) -> None:
            """A table that makes `wish` (pairs,) times the counts least."""
            cost = np.zeros(size)
            cost[members] = wish
            right = [value for _, value in fixed]
            solved = linprog(cost, vstack([upper, -lower]), bounds, equal, right, (0, None), method="highs")
            assert solved.status == 0, f"the published figures contradict each other: {solved.message}"
            found = solved.x[members]
            np.minimum(least, found, out=least)
            np.maximum(most, found, out=most)

        rng = np.random.default_rng(1)
        for _ in range(20):
            solve(rng.choice((-1.0, 0.0, 1.0), len(pairs)) * ((least > 1) | (most < K - 1)))
        for place in range(len(pairs)):
            for sign, is_open in ((1.0, least[place] > 1), (-1.0, most[place] < K - 1)):
                if is_open:
                    solve(sign * (np.arange(len(pairs)) == place))
        return dict(zip(pairs, zip(least.tolist(), most.tolist(), strict=True), strict=True))


def _fits(kind: Kind, wanted: dict[str, list[str]], metric: str) -> bool:
    names = ("type_code", "domain", "department_code")
    is_named = all(value in wanted.get(name, [value]) for name, value in zip(names, kind, strict=False))
    return is_named and (metric != "covid_type_count" or kind[3] != "")


def _bounds(value: str, is_pair: bool) -> tuple[float, float]:
    """What a printed value says: the number; 1 to k - 1 (from 0 where a pair of type and place is hidden); or nothing."""
    if value == f"{K} 미만":
        return (0.0 if is_pair else 1.0), K - 1.0
    if value == "비공개":
        return 0.0, np.inf
    return float(value.replace(",", "")), float(value.replace(",", ""))


def _matrix(rows: list[np.ndarray], width: int) -> csr_array:
    index = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    cells = np.concatenate(rows) if rows else np.zeros(0, int)
    return csr_array((np.ones(len(cells)), (index, cells)), shape=(len(rows), width))
