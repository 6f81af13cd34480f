"""What a later edition of a day's COVID brief corrects of its first.

Belongs here: the line of errata. Does not: where the first edition is kept (`release`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from jobs.reports.figures import Ledger
from schemas.metrics import METRICS

_COMPARED = ("consultation_count", "covid_count", "ars0_inflow_count", "ars0_answered_count", "ars0_abandoned_count")


def line(ledger: Ledger, day: date, first_print: Mapping[str, str] | None) -> str:
    """코로나19 상담 361→365건: the day's counts that differ from those first printed. Masked counts are not compared."""
    if first_print is None:
        return "없음(처음 내는 판)"
    found = []
    for metric_id in _COMPARED:
        figure = ledger.figures.get(f"{metric_id}:{day}")
        printed = first_print.get(f"{metric_id}:{day}", "")
        if figure is None or figure.masked or not printed.isdigit() or int(printed) == figure.value:
            continue
        found.append(f"{METRICS[metric_id].name} {int(printed):,}→{figure.value:,}{figure.unit}")
    return f"처음 낸 판에서 {', '.join(found)}" if found else "없음"
