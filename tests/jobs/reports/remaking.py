"""The figures of a document made again from their names and steps alone."""

from __future__ import annotations

import json
from typing import Any

from jobs.reports import steps
from jobs.reports.document import Document
from jobs.reports.figures import Figure, Ledger
from jobs.reports.recompute import evaluate


def again(document: Document, conn: Any) -> Ledger:
    """A new ledger that knows of the document what its edition would keep, written and read."""
    ledger = Ledger(conn, "again")
    ledger.estimates |= steps.from_json(json.loads(json.dumps(steps.as_json(document.ledger.estimates))))
    ledger.outside |= document.ledger.outside
    return ledger


def told(figure: Figure) -> tuple[object, ...]:
    """What stands in a row of a ledger, but for the name of the level in the rounding of a share."""
    return (
        *(figure.figure_id, figure.metric_id, figure.value, figure.numerator, figure.denominator),
        *(figure.window, figure.counting_basis, figure.unit, figure.vintage),
    )


def methods_of(document: Document, conn: Any) -> set[str]:
    """The methods of the estimates that a document shows, each of which gives the same number again."""
    ledger, shown = again(document, conn), document.figures()
    estimates = document.ledger.estimates.keys() & shown.keys()
    for name in estimates:
        assert shown[name].value is not None
        assert told(evaluate(ledger, name)) == told(shown[name])
    return {document.ledger.estimates[name].step.method for name in estimates}
