"""Statistics over the published marts: expectations, surges, trends and forecasts of every series, brought up to date.

Belongs here: what is made anew, and the swap of the file. Does not: the tests (`jobs.analysis`).

The series are watched a day at a time. A copy of the watch is kept as of a few days ago, so that late contacts of the
last days are taken in by watching those days again; a change further back, or of the taxonomy, means the whole way anew.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jobs import query
from jobs.settings import Home
from jobs.statistics_file import insert, keep_facts, only_writer, statistics_draft
from schemas.statistics_tables import EPISODE, EXPECTATION_DAILY, FORECAST_DAILY, TREND_WEEKLY

if TYPE_CHECKING:
    import duckdb

    from jobs.statistics.panel import Panel

SETTLED = timedelta(days=3)  # after which a day's counts are not expected to change
RULES = "2"  # changes when the way of counting does, and everything is then made anew
_MOST_WAITING = 2  # forecasts whose rows are not written yet
Progress = Callable[[date, date], None]  # (day, last day)


@dataclass(frozen=True)
class Update:
    """The days watched anew; `first` is None where the marts had not changed."""

    first: date | None
    last: date


def update(home: Home, progress: Progress = lambda day, last: None) -> Update | None:
    """Bring the statistics up to date with the published marts and swap them in; `None` where these hold nothing.

    Raises `WrongUse` where there are no marts.
    """
    from threadpoolctl import threadpool_limits

    from jobs.statistics.daily import fingerprints

    with only_writer(home), query.connect(home) as marts:
        facts = query.build_facts(marts)
        version = facts.get("taxonomy_version", "").split(",")[-1]
        prints = {day.isoformat(): value for day, value in fingerprints(marts, version).items()}
        if not prints:
            return None
        last = max(prints)
        build = {"run_id": facts.get("run_id", ""), "last_date": last, "taxonomy_version": version, "rules": RULES}
        if build.items() <= dict(query.rows(marts, "SELECT name, value FROM statistics.statistics_build")).items():
            return Update(None, date.fromisoformat(last))
        panel = _resume(home, prints)
        first = panel.day + timedelta(days=1)
        # several threads that multiply small matrices would only wait for each other
        with statistics_draft(home) as db, threadpool_limits(1):
            _Run(home, marts, db, version).through(panel, date.fromisoformat(last), prints, progress)
            keep_facts(db, build)
        return Update(first, date.fromisoformat(last))


def _resume(home: Home, prints: dict[str, str]) -> Panel:
    """The panel kept from the last time, if nothing that it has seen has changed; else one before the first day."""
    from jobs.statistics.panel import Panel
    from jobs.statistics.storing import load

    kept = load(home.watch) if home.statistics.is_file() else None
    if kept is not None:
        panel, facts = kept
        seen = {day: value for day, value in prints.items() if day <= panel.day.isoformat()}
        if facts == {"rules": RULES, "prints": seen}:
            return panel
    return Panel(date.fromisoformat(min(prints)) - timedelta(days=1))


@dataclass
class _Run:
    """One update: days from the marts through the panel into the draft."""

    home: Home
    marts: duckdb.DuckDBPyConnection
    db: duckdb.DuckDBPyConnection
    version: str

    def through(self, panel: Panel, last: date, prints: dict[str, str], progress: Progress) -> None:
        from jobs.statistics import rows
        from jobs.statistics.daily import read_days
        from jobs.statistics.storing import save
        from jobs.statistics.uncertainty import Uncertainty
        from jobs.statistics.weekly import week_rows

        self._forget(panel.day)
        errors = Uncertainty(self.home)
        settled = last - SETTLED
        # the days have to be gone through one by one; forecasts are made beside them
        waiting: deque[Future[dict[str, Any]]] = deque()
        with ThreadPoolExecutor(1) as beside:
            for found in read_days(self.marts, self.version, panel.day + timedelta(days=1), last):
                counts, told, closed = panel.step(found)
                insert(self.db, EXPECTATION_DAILY, rows.expectations(panel, counts, told))
                insert(self.db, EPISODE, rows.episodes(panel, closed))
                is_sunday = panel.day.isoweekday() == 7
                if is_sunday or panel.day == last:
                    waiting.append(beside.submit(rows.forecasts(panel)))
                if is_sunday:
                    insert(self.db, TREND_WEEKLY, week_rows(panel, errors.on(panel.day)))
                if panel.day == settled:
                    seen = {day: value for day, value in prints.items() if day <= panel.day.isoformat()}
                    save(panel, self.home.watch, {"rules": RULES, "prints": seen})
                while waiting and (waiting[0].done() or len(waiting) > _MOST_WAITING or panel.day == last):
                    insert(self.db, FORECAST_DAILY, waiting.popleft().result())
                progress(panel.day, last)
        insert(self.db, EPISODE, rows.episodes(panel, panel.open_episodes.values()))

    def _forget(self, day: date) -> None:
        """Take away what rests on days after `day`, which come again."""
        for table, later in (
            (EXPECTATION_DAILY, "contact_date > $day"),
            (EPISODE, "closed_date IS NULL OR closed_date > $day"),
            (TREND_WEEKLY, "monday_date + 6 > $day"),
            (FORECAST_DAILY, "origin_date > $day OR isodow(origin_date) <> 7"),
        ):
            self.db.execute(f"DELETE FROM {table.name} WHERE {later}", {"day": day})
