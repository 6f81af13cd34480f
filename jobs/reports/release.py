"""What `dasan report` and the DAG call: an edition, or all of a month's, from the published marts to files."""

from __future__ import annotations

import gc
import multiprocessing
import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jobs import proposals, query
from jobs.errors import WrongUse
from jobs.proposals import Proposal
from jobs.reports import channel_stats, covid_daily, publish, voc, voc_edition, voc_outlook
from jobs.reports.covid_context import read_cases
from jobs.reports.voc_outlook import Outlook
from jobs.settings import Home
from jobs.suppression import decide

if TYPE_CHECKING:
    import duckdb

ALL = "all"
_COLLECT_AFTER = 100_000  # objects: a ledger's tens of thousands of figures hold no cycles, and were walked for nothing
_FEW = 3  # editions for which no other process is worth its start


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


@dataclass(frozen=True)
class _Month:
    """What all editions of a month share. The past proposals are those of the ledger before the first edition is made."""

    home: Home
    month: str
    formats: tuple[str, ...]
    out: Path | None
    past: tuple[Proposal, ...]


def publish_voc(
    home: Home,
    month: str,
    recipient: str,
    formats: Sequence[str],
    out: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    workers: int | None = None,
) -> list[Path]:
    """The month's VOC for one recipient or `all`; the files written. `progress` gets (editions done, of how many).

    Many editions are made by `workers` processes (by default one a core). What they propose is entered in the ledger of
    proposals, unless they go to another folder (`out`): then they are a trial. What may be shown of the month, and of
    those it is compared with, is decided first, for all recipients together.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise WrongUse(f"'{month}'은(는) 달이 아닙니다. --month 2021-12처럼 적어 주세요.")
    decide(home, _with_compared(month))
    with query.connect(home) as conn:
        chosen = voc.recipients(conn, month) if recipient == ALL else [recipient]
        now = voc_edition.months(conn, month)[0]
        outlooks = voc_outlook.as_printed(home, now, voc_outlook.outlooks(conn, now, chosen))
        work = _Month(home, month, tuple(formats), out, tuple(proposals.read(home)))
        made: dict[str, tuple[list[Path], list[Proposal]]] = {}
        if len(chosen) <= _FEW:
            for name in chosen:
                progress(len(made), len(chosen))
                made[name] = _edition(conn, work, name, outlooks[name])
    if not made:
        made = _by_processes(work, outlooks, progress, workers or os.cpu_count() or 1)
    progress(len(chosen), len(chosen))
    if out is None:
        proposals.register(home, [each for name in chosen for each in made[name][1]])
    return [file for name in chosen for file in made[name][0]]


def _with_compared(month: str) -> list[str]:
    """The month, the three before it and that of the year before."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1
    return [f"{each // 12}-{each % 12 + 1:02d}" for each in (number, number - 1, number - 2, number - 3, number - 12)]


def _by_processes(
    work: _Month, outlooks: dict[str, Outlook], progress: Callable[[int, int], None], workers: int
) -> dict[str, tuple[list[Path], list[Proposal]]]:
    """The editions, the city's first, since it takes longest. A failed one ends all."""
    made = {}
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = {pool.submit(_in_worker, work, name, outlook): name for name, outlook in outlooks.items()}
        progress(0, len(waiting))
        try:
            for future in as_completed(waiting):
                made[waiting[future]] = future.result()
                progress(len(made), len(waiting))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return made


def _in_worker(work: _Month, recipient: str, outlook: Outlook) -> tuple[list[Path], list[Proposal]]:
    return _edition(_connection(work.home), work, recipient, outlook)


@cache
def _connection(home: Home) -> duckdb.DuckDBPyConnection:
    """One for each worker, made at its start, on one thread: the cores are taken by the other workers. What all editions
    ask of it alike is read once."""
    gc.set_threshold(_COLLECT_AFTER)
    conn = query.connect(home)
    query.remember(conn)
    conn.execute("SET threads = 1")
    return conn


def _edition(
    conn: duckdb.DuckDBPyConnection, work: _Month, recipient: str, outlook: Outlook
) -> tuple[list[Path], list[Proposal]]:
    document, proposed = voc.build_with_proposals(
        conn, work.month, recipient, outlook=outlook, past=work.past, taxonomies=work.home.taxonomies
    )
    directory = work.out or work.home.reports
    return publish(document, document.ledger, directory, work.formats, home=work.home), proposed
