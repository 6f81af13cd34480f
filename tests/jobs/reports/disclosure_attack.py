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
Cell = tuple[int, int, int]  # kind, place, channel series


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
    """The unknown table (kinds, places, series) and what the published figures say of it."""

    kinds: list[Kind]
    places: list[str]
    series: list[str]
    sums: list[tuple[np.ndarray, float, float]] = field(default_factory=list)  # (cells, least, most)

    def learn(self, figures: dict[str, str]) -> None:
        shape = (len(self.kinds), len(self.places), len(self.series))
        index = np.arange(np.prod(shape)).reshape(shape)
        for key, value in figures.items():
            metric, _, where = key.partition(":")
            conditions = dict(part.split("=", 1) for part in where.split(",")) if where else {}
            if any("|" in wanted for wanted in conditions.values()):
                continue
            kinds = [number for number, kind in enumerate(self.kinds) if _fits(kind, conditions, metric)]
            places = [n for n, name in enumerate(self.places) if conditions.get("district_code", name) == name]
            series = [n for n, name in enumerate(self.series) if conditions.get("series", name) == name]
            cells = index[np.ix_(kinds, places, series)].ravel()
            self.sums.append((cells, *_bounds(value, {"type_code", "district_code"} <= conditions.keys())))

    def ranges(self, wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], tuple[float, float]]:
        """The least and the most that the count of a kind in a place can be, for those that are not determined to be
        beyond 1 to k - 1 already by a table that was found for another."""
        width = len(self.places) * len(self.series)
        fixed = [(cells, least) for cells, least, most in self.sums if least == most]
        loose = [(cells, least, most) for cells, least, most in self.sums if least != most]
        equal, right = _matrix([cells for cells, _ in fixed], len(self.kinds) * width), [v for _, v in fixed]
        above = [(cells, most) for cells, _, most in loose if np.isfinite(most)]
        below = [(cells, least) for cells, least, _ in loose if least > 0]
        upper = _matrix([c for c, _ in above], len(self.kinds) * width)
        lower = _matrix([c for c, _ in below], len(self.kinds) * width)
        bounds = np.array([*(v for _, v in above), *(-v for _, v in below)], float)
        stacked = vstack([upper, -lower])
        seen: dict[tuple[int, int], tuple[float, float]] = {}
        pairs = list(wanted)
        for kind, place in pairs:
            for sign in (1.0, -1.0):
                low, high = seen.get((kind, place), (np.inf, -np.inf))
                if (sign > 0 and low <= 1) or (sign < 0 and high >= K - 1):
                    continue
                cost = np.zeros(len(self.kinds) * width)
                start = kind * width + place * len(self.series)
                cost[start : start + len(self.series)] = sign
                solved = linprog(cost, stacked, bounds, equal, right, (0, None), method="highs")
                assert solved.status == 0, f"the published figures contradict each other: {solved.message}"
                table = solved.x.reshape(len(self.kinds), len(self.places), len(self.series)).sum(axis=2)
                for other in pairs:
                    low, high = seen.get(other, (np.inf, -np.inf))
                    seen[other] = (min(low, table[other]), max(high, table[other]))
        return seen


def _fits(kind: Kind, conditions: dict[str, str], metric: str) -> bool:
    type_code, domain, department, group = kind
    return (
        conditions.get("type_code", type_code) == type_code
        and conditions.get("domain", domain) == domain
        and conditions.get("department_code", department) == department
        and (metric != "covid_type_count" or group != "")
    )


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
