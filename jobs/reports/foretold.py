"""What an earlier edition printed ahead, so that it is that forecast which is held against what came.

Belongs here: finding it in the edition's ledger, as numbers from outside the marts: they are what was printed, and stay
so whatever the marts say today. Does not: the method, or a forecast made anew.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jobs.reports import history, identity
from jobs.reports.sources import Outside
from jobs.settings import Home

ENDS = ("mean", "lower", "upper")


@dataclass(frozen=True)
class Foretold:
    """The estimates of an edition by the last step of their names (`forecast_mean_20211213`), which edition it is, and
    when it came out."""

    edition: str
    shown_at: str
    values: Mapping[str, int]

    def series(self, name: str, kinds: Mapping[date, str]) -> tuple[Outside, ...] | None:
        """The mean and the two ends by day, each as the metric `name_mean`, …; `None` unless all were printed. `kinds`:
        the step of each day, `{}` in it for the end."""
        told = [{day: self.values.get(kind.format(end)) for day, kind in kinds.items()} for end in ENDS]
        if any(value is None for each in told for value in each.values()):
            return None
        basis = f"예측: {self.edition} 판에 실린 그대로"
        return tuple(
            Outside(f"{name}_{end}", basis, "건", self.edition, {day: v for day, v in each.items() if v is not None})
            for end, each in zip(ENDS, told, strict=True)
        )


def last(home: Home, named: Sequence[str], prefix: str) -> Foretold | None:
    """What the newest edition of `named` (report, period, recipient) shows of the estimates of contacts whose step begins
    with `prefix`; `None` where there is no such edition, or it shows none."""
    report, period, recipient = named
    found = history.editions(home, report, period, recipient)
    if not found:
        return None
    head, *lines = found[-1].ledger().decode().splitlines()
    values = {}
    for row in csv.DictReader([head, *(line for line in lines if f":{prefix}" in line)]):
        name = identity.parsed(row["figure_id"])
        is_shown = row["value"] and (row["masked"], row["shown"]) == ("0", "1")
        if isinstance(name, identity.Step) and name.kind.startswith(prefix) and is_shown:
            values[name.kind] = round(float(row["value"]))  # contacts are estimated to the whole
    edition = " ".join(part for part in (*named, found[-1].name) if part)
    return Foretold(edition, found[-1].shown_at, values) if values else None
