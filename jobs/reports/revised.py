"""What earlier editions printed otherwise: the figures of one edition held against those published before it.

Belongs here: which editions count, which figures, what changed and why. Does not: what follows from it (`gate` blocks or
warns, `dasan figures changes` lists).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jobs.reports import facts, history, identity
from jobs.reports.facts import CAUSES, Facts
from jobs.reports.history import Edition
from jobs.reports.sources import marts_of
from jobs.reports.steps import Estimates
from jobs.settings import Home
from schemas.metrics import METRICS
from schemas.tables import TABLES

PERIODS_BACK = 31  # published editions of earlier periods that an edition is held against


@dataclass(frozen=True)
class Change:
    """A figure that `before` printed as `old`, and that is `new` now, each as in a ledger; `causes`: keys of `CAUSES`."""

    before: Edition
    figure_id: str
    old: str
    new: str
    unit: str
    causes: tuple[str, ...]

    @property
    def why(self) -> str:
        """The cause in words: from the facts, else what was declared; empty where there is neither."""
        if self.causes[0] not in (facts.UNKNOWN, facts.PROGRAM):
            return ", ".join(CAUSES[cause] for cause in self.causes)
        return self.before.correction


def changes(
    home: Home,
    named: tuple[str, str, str],
    shown: Mapping[str, tuple[str, str]],
    found: Facts,
    until: Edition | None = None,
) -> list[Change]:
    """What the editions of this and of earlier periods printed otherwise than `shown` (value and unit by figure_id: what is
    held to what was printed, see `is_bound`), the earliest period first.

    `named`: report, period, recipient. `found`: the facts behind what is shown. `until`: only editions out before it.
    """
    report, period, recipient = named
    earlier = [each for each in history.periods(home, report, recipient) if each <= period][-PERIODS_BACK:]
    told = []
    for each in earlier:
        editions = [
            e for e in history.editions(home, report, each, recipient) if until is None or e.order < until.order
        ]
        for edition in _yardsticks(editions, found) if each == period else editions[-1:]:
            told += sorted(_between(edition, shown, found), key=lambda change: change.figure_id)
    return told


def _yardsticks(editions: list[Edition], found: Facts) -> list[Edition]:
    """Of the same period: the last edition of the same marts, and the last of others."""
    same = [edition for edition in editions if edition.facts.build == found.build]
    others = [edition for edition in editions if edition.facts.build != found.build]
    return [*same[-1:], *others[-1:]]


def _between(edition: Edition, shown: Mapping[str, tuple[str, str]], found: Facts) -> Iterator[Change]:
    rows = edition.rows()
    for name in shown.keys() & rows.keys():
        row, (value, unit) = rows[name], shown[name]
        if row["masked"] == "0" and row["shown"] == "1" and row["value"] != value:
            why = history.why_changed(edition.facts, found, name)
            yield Change(edition, name, row["value"], value, unit, why)


def is_bound(figure_id: str, estimates: Estimates) -> bool:
    """Whether a figure is one of contacts or records, or follows from such by arithmetic: it must stay what it was, or have a
    reason. Estimates, what the statistics expect, and numbers from outside are not bound to what was known before."""
    walked = identity.walk(figure_id)
    if figure_id not in walked or walked.keys() & estimates.keys():
        return False
    return all(_is_of_marts(part.metric_id) for part in walked.values() if isinstance(part, identity.Basic))


def _is_of_marts(metric_id: str) -> bool:
    return metric_id in METRICS and all(TABLES[mart].layer == "mart" for mart in marts_of(metric_id))
