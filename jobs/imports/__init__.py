"""Public files from outside, turned into landing files or reference data.

Belongs here: one module a source, and what they report. Reading landing files is `jobs.ingest`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass
class ImportResult:
    """What became of a file: `records + len(rejected) + skipped` is its number of data rows.

    For the population, `records` counts the figures taken (district and month) and `first` and `last` are months.
    """

    records: int = 0
    files: int = 0
    first: date | None = None
    last: date | None = None
    rejected: list[str] = field(default_factory=list)  # Korean, each with its line number
    skipped: int = 0  # good rows outside the asked days, or not asked for
    warnings: list[str] = field(default_factory=list)  # Korean; nothing was left out for these
