"""All series under watch, a day at a time: what `jobs.analysis` needs to be told of the days before, and no more.

Belongs here: which series exist, their recent days and weeks, and open episodes. Does not: reading counts (`daily`), or
where results go (`jobs.statistics`).

A series is there from its first contact on, and stands as if it had been watched with zeros since the first day: series
0 is one that never has any, and new ones begin as its copy.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from jobs.analysis.blocks import widened
from jobs.analysis.calendar import day_kinds
from jobs.analysis.episodes import CLOSED, NONE, OPEN, Day, Watch
from jobs.statistics.daily import DayCounts, Floats, Key, missing_series
from schemas.codes import SERIES
from schemas.statistics_tables import ALL

RECENT = 182  # days kept for forecasts
WEEKS = 157  # kept: what the yearly wave asks for, and a year more
PATIENCE = timedelta(days=28)  # after which a channel without data is no gap but gone
NOBODY: Key = ("", "", ALL, ALL)  # series 0
_GROUPS = (ALL, *SERIES)

Small = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Episode:
    """A surge of the series `column` so far; `last` is its last day, `closed` the day it was found to be over."""

    column: int
    opened: date
    p_value: float
    last: date
    closed: date | None
    peak: date
    peak_count: float
    observed: float
    expected: float


@dataclass
class Panel:
    """The series (columns) after the day `day`.

    `recent` (RECENT, series) holds the last days' counts in a ring, row `day.toordinal() % RECENT` the newest; `weeks`
    (weeks, series) those of whole ISO weeks and `week_states` their states; `first_days` (series,) the ordinals of first contacts, for
    series 0 of the first day watched.
    """

    day: date
    keys: list[Key] = field(default_factory=lambda: [NOBODY])
    watch: Watch = field(default_factory=lambda: Watch(1))
    recent: Small = field(default_factory=lambda: np.full((RECENT, 1), np.nan, np.float32))
    weeks: Small = field(default_factory=lambda: np.zeros((0, 1), np.float32))
    week_states: npt.NDArray[np.int8] = field(default_factory=lambda: np.zeros((0, 1), np.int8))
    first_days: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    last_seen: dict[str, date] = field(default_factory=dict)
    open_episodes: dict[int, Episode] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = {key: column for column, key in enumerate(self.keys)}
        if not len(self.first_days):
            self.first_days = np.array([self.day.toordinal() + 1])
        self.series = _groups(self.keys)

    def step(self, found: DayCounts) -> tuple[Floats, Day, list[Episode]]:
        """The next day: (counts, what the watch says, episodes that closed on it), each array (series,)."""
        self._grow([key for key in found.keys if key not in self.columns], found.day)
        counts = np.zeros(len(self.keys))
        counts[[self.columns[key] for key in found.keys]] = found.counts
        missing = missing_series(found.day, found.covered, self.last_seen, PATIENCE)
        counts[np.array([name in missing for name in _GROUPS])[self.series]] = np.nan
        self.last_seen |= dict.fromkeys(found.covered, found.day)
        (kind,) = day_kinds(np.array([found.day], "datetime64[D]"))
        told = self.watch.step(counts, int(kind))
        self.recent[found.day.toordinal() % RECENT] = counts
        self.day = found.day
        return counts, told, self._follow(counts, told)

    def last_days(self, count: int) -> Small:
        """The last `count` days up to `day`, oldest first (days, series); a copy."""
        rows = (self.day.toordinal() - np.arange(count)[::-1]) % RECENT
        return self.recent[rows]

    def keep_week(self, states: npt.NDArray[np.int8]) -> None:
        """Write down the week that ends on `day`: its counts, where all its days are there, and its `states`."""
        total = self.last_days(7).sum(axis=0)
        self.weeks = np.concatenate((self.weeks, total[None]))[-WEEKS:]
        self.week_states = np.concatenate((self.week_states, states[None]))[-WEEKS:]

    def _grow(self, new: list[Key], day: date) -> None:
        if not new:
            return
        more = len(new)
        self.watch.grow(more)
        for name in ("recent", "weeks", "week_states"):
            setattr(self, name, widened(getattr(self, name), more))
        self.columns |= {key: len(self.keys) + place for place, key in enumerate(new)}
        self.keys += new
        self.first_days = np.concatenate((self.first_days, np.full(more, day.toordinal())))
        self.series = np.concatenate((self.series, _groups(new)))

    def _follow(self, counts: Floats, told: Day) -> list[Episode]:
        """Bring the open episodes up to date; those that closed today are given back and open no longer."""
        closed = []
        for column in np.nonzero(told.state != NONE)[0].tolist():
            count, expected = float(counts[column]), float(told.expected[column])
            if told.state[column] == OPEN:
                chance = float(told.p_value[column])
                self.open_episodes[column] = Episode(
                    column, self.day, chance, self.day, None, self.day, count, count, expected
                )
            elif told.state[column] == CLOSED:
                closed.append(replace(self.open_episodes.pop(column), closed=self.day))
            elif not np.isnan(count):
                self.open_episodes[column] = _longer(self.open_episodes[column], self.day, count, expected)
        return closed


def _groups(keys: list[Key]) -> npt.NDArray[np.int8]:
    """The place of each key's series in `_GROUPS`."""
    return np.array([_GROUPS.index(key[3]) for key in keys], np.int8)


def _longer(episode: Episode, day: date, count: float, expected: float) -> Episode:
    peak, peak_count = (day, count) if count > episode.peak_count else (episode.peak, episode.peak_count)
    return replace(
        episode,
        last=day,
        peak=peak,
        peak_count=peak_count,
        observed=episode.observed + count,
        expected=episode.expected + expected,
    )
