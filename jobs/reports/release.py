"""What `dasan report` and the DAG call: an edition, or all of a month's, from the published marts to files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import channel_stats, covid_daily, publish, voc
from jobs.reports.covid_context import read_cases
from jobs.settings import Home
from jobs.suppression import decide

ALL = "all"


def publish_covid_daily(
    home: Home, day: date | None, formats: Sequence[str], out: Path | None = None, cases: Path | None = None
) -> list[Path]:
    """The COVID brief of `day`, or of the last day in the marts; the files written. `cases`: a file of confirmed cases
    (by default that of the home, where there is one). Raises `WrongUse`."""
    with query.connect(home) as conn:
        if day is None:
            days = query.days(conn)
            if not days:
                raise WrongUse("마트에 자료가 없습니다. 먼저 dasan run 을 실행하세요.")
            day = days[-1]
        source = cases or (home.cases if home.cases.is_file() else None)
        document = covid_daily.build(conn, day, cases=read_cases(source) if source else None)
        return publish(document, document.ledger, out or home.reports, formats, home=home)


def publish_channel_stats(home: Home, year: int, formats: Sequence[str], out: Path | None = None) -> list[Path]:
    """The annual statistics of `year`; the files written. Raises `WrongUse`."""
    with query.connect(home) as conn:
        document = channel_stats.build(conn, year)
        return publish(document, document.ledger, out or home.reports, formats, home=home)


def publish_voc(
    home: Home,
    month: str,
    recipient: str,
    formats: Sequence[str],
    out: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """The month's VOC for one recipient or `all`; the files written. `progress` gets (editions done, of how many)."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise WrongUse(f"'{month}'은(는) 달이 아닙니다. --month 2021-12처럼 적어 주세요.")
    files: list[Path] = []
    decide(home, voc.compared_months(month))  # before anything is read: it swaps the statistics
    with query.connect(home) as conn:
        chosen = voc.recipients(conn, month) if recipient == ALL else [recipient]
        for done, name in enumerate(chosen):
            progress(done, len(chosen))
            document = voc.build(conn, month, name)
            files += publish(document, document.ledger, out or home.reports, formats, home=home)
        progress(len(chosen), len(chosen))
    return files
