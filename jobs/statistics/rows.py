"""What the watch says of a day, as rows of `expectation_daily`, `episode` and `forecast_daily`.

Belongs here: which series get a row, and their columns. Weeks are in `weekly`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from jobs.analysis.episodes import NONE, STATES, Day, one_day_limit
from jobs.analysis.expectation import SMALL
from jobs.analysis.forecast import forecast
from jobs.statistics.daily import Floats
from jobs.statistics.panel import RECENT, Episode, Panel
from schemas.statistics_tables import SERIES_KEY

LEAST_EXPECTED = 1.0  # contacts a day, from which a series has a row of its own on a day without a surge
AHEAD = 35  # days
_LATELY = 28


def expectations(panel: Panel, counts: Floats, told: Day) -> dict[str, Any]:
    columns = np.nonzero((np.nan_to_num(told.expected) >= LEAST_EXPECTED) | (told.state != NONE))[0]
    chosen = Day(*(getattr(told, part.name)[columns] for part in fields(told)))
    return {
        "contact_date": [panel.day] * len(columns),
        **_named(panel, columns),
        "consultation_count": counts[columns],
        "expected_count": chosen.expected,
        "upper_count": one_day_limit(chosen),
        "state": [STATES[state] for state in chosen.state],
    }


def episodes(panel: Panel, found: Iterable[Episode]) -> dict[str, Any]:
    listed = list(found)
    columns = np.array([episode.column for episode in listed], np.int64)
    return {
        **_named(panel, columns),
        "opened_date": [episode.opened for episode in listed],
        "last_date": [episode.last for episode in listed],
        "closed_date": [episode.closed for episode in listed],
        "peak_date": [episode.peak for episode in listed],
        "peak_count": [episode.peak_count for episode in listed],
        "consultation_count": [episode.observed for episode in listed],
        "expected_count": [episode.expected for episode in listed],
        "excess_count": [episode.observed - episode.expected for episode in listed],
        "p_value": [episode.p_value for episode in listed],
    }


def forecasts(panel: Panel) -> Callable[[], dict[str, Any]]:
    """`AHEAD` days of each series that lately had 10 a day, from the days that the panel keeps. What is needed of the
    panel is copied now; the forecasts are made when the result is called, which another thread may do."""
    lately = panel.last_days(_LATELY)
    seen = ~np.isnan(lately)
    mean = np.where(seen, lately, 0).sum(axis=0) / np.maximum(1, seen.sum(axis=0))
    columns = np.nonzero((mean >= SMALL) & (panel.first_days <= panel.day.toordinal() - _LATELY))[0]
    length = min(RECENT, panel.day.toordinal() - int(panel.first_days[0]) + 1)
    counts = panel.last_days(length)[:, columns].astype(float)
    return partial(_forecasts, panel.day, _named(panel, columns), counts)


def _forecasts(day: date, named: dict[str, list[str]], counts: Floats) -> dict[str, Any]:
    series = counts.shape[1]
    if not series:
        return {}
    days = np.datetime64(day, "D") - np.arange(len(counts))[::-1]
    found = forecast(counts, days, AHEAD)
    targets = [day + timedelta(days=step) for step in range(1, AHEAD + 1)]
    return {
        "origin_date": [day] * (AHEAD * series),
        "target_date": [target for target in targets for _ in range(series)],
        **{name: values * AHEAD for name, values in named.items()},
        "mean_count": found.mean.ravel(),
        "lower_count": found.lower.ravel(),
        "upper_count": found.upper.ravel(),
    }


def _named(panel: Panel, columns: npt.NDArray[np.int64]) -> dict[str, list[str]]:
    """The key columns of these series."""
    keys = [panel.keys[column] for column in columns]
    return {name: [key[place] for key in keys] for place, name in enumerate(SERIES_KEY)}
