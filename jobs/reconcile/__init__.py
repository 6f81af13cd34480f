"""`dasan reconcile`: does a table of printed figures agree with itself, and where not, why?

Belongs here: putting the rules together. Rules are general: arithmetic, rounding, windows and words, no known figure.
docs/reconcile.md says what each finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jobs.reconcile.calendar import check_dates, check_launches, check_units
from jobs.reconcile.claims import check_ranges, check_superlatives
from jobs.reconcile.expressions import check_expressions
from jobs.reconcile.figures import Table
from jobs.reconcile.findings import Explanation, Finding
from jobs.reconcile.growths import check_growths
from jobs.reconcile.means import check_means
from jobs.reconcile.parts import check_parts
from jobs.reconcile.reading import read_table
from jobs.reconcile.relations import relations
from jobs.reconcile.repeats import check_repeats
from jobs.reconcile.shares import check_missing_bases, check_shares
from jobs.reconcile.spans import Spans


@dataclass(frozen=True)
class Result:
    """Findings in the order of the rows, at least one for each figure, and the rows that could not be read (Korean)."""

    findings: list[Finding]
    unread: list[str]

    def of(self, verdict: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.verdict == verdict]


def reconcile(file: Path) -> Result:
    """Raises `WrongUse` where the file is no table of figures."""
    table, unread = read_table(file)
    return Result(check(table), unread)


def check(table: Table) -> list[Finding]:
    """Every rule over a table; a figure that none of them reaches is told as unchecked."""
    findings = list(dict.fromkeys(_rules(table)))
    reached = {(finding.figure, finding.line) for finding in findings}
    for figure in table.figures:
        if (figure.name, figure.line) not in reached:
            text = "표 안에 견줄 수가 없거나, 견주어 어긋난 것이 없습니다."
            findings.append(Finding.of(figure, "unchecked", Explanation("agrees", text)))
    return sorted(findings, key=lambda finding: finding.line)


def _rules(table: Table) -> Iterator[Finding]:
    found = relations(table)
    spans = Spans(found)
    yield from check_dates(table)
    yield from check_launches(table)
    yield from check_units(table, found)
    yield from check_parts(table)
    yield from check_shares(table, found)
    yield from check_missing_bases(table, found)
    yield from check_growths(table, found, spans)
    yield from check_means(table, found, spans)
    yield from check_repeats(table, found, spans)
    yield from check_ranges(table)
    yield from check_superlatives(table, found)
    yield from check_expressions(table)
