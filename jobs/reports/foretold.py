"""What an earlier edition printed ahead, so that it is that forecast which is held against what came.

Belongs here: finding it in the edition's ledger. Does not: the method, or a forecast made anew.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass

from jobs.reports import history, identity
from jobs.reports.figures import Window
from jobs.settings import Home


@dataclass(frozen=True)
class Estimate:
    """A value as it was printed, and the windows of the two figures that it rests on."""

    value: float
    first: Window
    second: Window


@dataclass(frozen=True)
class Foretold:
    """The estimates of an edition by the last step of their names (`forecast_mean_20211213`); when it came out."""

    shown_at: str
    estimates: Mapping[str, Estimate]


def last(home: Home, report: str, period: str, recipient: str, prefix: str) -> Foretold | None:
    """What the newest edition of the period shows of the estimates whose step begins with `prefix`; `None` where there
    is no such edition, or it shows none."""
    found = history.editions(home, report, period, recipient)
    if not found:
        return None
    head, *lines = found[-1].ledger().decode().splitlines()
    estimates = {}
    for row in csv.DictReader([head, *(line for line in lines if f":{prefix}" in line)]):
        name = identity.parsed(row["figure_id"])
        if not isinstance(name, identity.Step) or not name.kind.startswith(prefix):
            continue
        bases = identity.parsed(name.first), identity.parsed(name.second)
        first, second = (base.window if isinstance(base, identity.Basic) else None for base in bases)
        if first and second and row["value"] and (row["masked"], row["shown"]) == ("0", "1"):
            estimates[name.kind] = Estimate(float(row["value"]), first, second)
    return Foretold(found[-1].shown_at, estimates) if estimates else None
