"""What an ISO week says of each series: its change, its trend, its height, and whether it surged.

Belongs here: which test stands behind which column of `trend_weekly`. Does not: the tests (`jobs.analysis`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from jobs.analysis import ears
from jobs.analysis.episodes import ONGOING, OPEN, STATES
from jobs.analysis.fdr import benjamini_hochberg
from jobs.analysis.level import EDGES
from jobs.analysis.trend import FALLING, RISING, STABLE, UNKNOWN, share_trend, volume_change
from jobs.analysis.weekly import judge_week
from jobs.statistics.daily import Floats, Key
from jobs.statistics.panel import Panel
from schemas.statistics_tables import ALL, SERIES_KEY

FEWEST = 10  # contacts in this week or the one before
YOUNG = 28  # days since the first contact in which a series may be emerging
BANDS = (*EDGES, (1.01, "very_high"))  # by the share of past weeks below
BAND_WEEKS, FEWEST_BAND_WEEKS = 52, 26
RATE = 0.1  # of the changes called so, at most so many are expected to be none
_ORDINAL_1970 = 719_163  # of 1970-01-01
_TRENDS = {RISING: "rising", FALLING: "falling", STABLE: "stable", UNKNOWN: "unknown"}

Columns = npt.NDArray[np.int64]
ErrorRates = Mapping[tuple[str, str], float]  # (level, code): the relative standard error of its corrected count


def week_rows(panel: Panel, errors: ErrorRates) -> dict[str, Any]:
    """The columns of `trend_weekly` for the week that ends on the panel's day; keeps the week in the panel."""
    columns = _candidates(panel)
    days = panel.last_days(14)[:, columns].astype(float)
    now, before = days[7:], days[:7]
    states = np.zeros(len(panel.keys), np.int8)
    weeks = np.concatenate((panel.weeks[:, columns], now.sum(axis=0)[None].astype(np.float32))).astype(float)
    judged = judge_week(weeks, panel.week_states[:, columns])
    states[columns] = judged.state[0]
    keys = [panel.keys[column] for column in columns]
    rows = {
        **_named(panel, keys),
        **_changes(panel, columns, now, before, errors),
        **_trends(panel, keys, days),
        "level_band": _bands(weeks[:-1], weeks[-1]),
        "expected_count": judged.expected[0],
        "upper_count": judged.upper[0],
        "state": [STATES[state] for state in judged.state[0]],
        "first_date": (panel.first_days[columns] - _ORDINAL_1970).astype("datetime64[D]"),
        "is_emerging": _emerging(panel, columns),
    }
    panel.keep_week(states)
    return rows


def _candidates(panel: Panel) -> Columns:
    days = np.nan_to_num(panel.last_days(14))
    many = (days[7:].sum(axis=0) >= FEWEST) | (days[:7].sum(axis=0) >= FEWEST)
    if len(panel.week_states):
        many |= np.isin(panel.week_states[-1], (OPEN, ONGOING))
    return np.nonzero(many)[0]


def _named(panel: Panel, keys: list[Key]) -> dict[str, Any]:
    year, week, _ = panel.day.isocalendar()
    monday = panel.day - timedelta(days=6)
    names = {name: [key[place] for key in keys] for place, name in enumerate(SERIES_KEY)}
    return {"week": [f"{year}-W{week:02}"] * len(keys), "monday_date": [monday] * len(keys), **names}


def _changes(panel: Panel, columns: Columns, now: Floats, before: Floats, errors: ErrorRates) -> dict[str, Any]:
    """The change from the week before, over the weekdays that both weeks have."""
    seen, both = ~np.isnan(now), ~np.isnan(now) & ~np.isnan(before)
    one, other = (np.where(both, part, 0.0).sum(axis=0) for part in (now, before))
    days, compared = seen.sum(axis=0), both.sum(axis=0)
    error = np.array([errors.get(panel.keys[column][:2], np.nan) for column in columns])
    dispersion = panel.watch.dispersions[-1].value(panel.watch.baseline.level())[columns]
    change = volume_change(one, other, dispersion, np.nan_to_num(error))
    known = compared > 0
    chance = np.where(known, change.p_value, np.nan)
    limit = min(0.05, benjamini_hochberg(chance, RATE))  # within the interval, and among all series of the week
    with np.errstate(divide="ignore", invalid="ignore"):
        previous = np.where(known, other * days / compared, np.nan)
    rates = {
        name: np.where(known, part, np.nan)
        for name, part in (
            ("change_rate", change.rate),
            ("change_lower_rate", change.lower),
            ("change_upper_rate", change.upper),
        )
    }
    return {
        "day_count": days,
        "consultation_count": np.nan_to_num(now).sum(axis=0),
        "previous_count": previous,
        **rates,
        "is_changed": known & (change.p_value <= limit),
        "error_rate": error,
    }


def _trends(panel: Panel, keys: list[Key], days: Floats) -> dict[str, Any]:
    """The trend of each series' share of all contacts in the same place and channel over 14 days."""
    wholes = [_whole(key) for key in keys]
    place = [panel.columns.get(whole, 0) if whole else 0 for whole in wholes]
    totals = panel.last_days(14)[:, place].astype(float)
    found = share_trend(np.minimum(days, totals), totals)
    known = np.array([whole is not None for whole in wholes], bool)
    trend = np.where(known, found.trend, UNKNOWN)
    return {"trend": [_TRENDS[int(t)] for t in trend], "trend_p_value": np.where(known, found.p_value, np.nan)}


def _whole(key: Key) -> Key | None:
    level, _, district, series = key
    if level != ALL:
        return ALL, ALL, district, series
    return None if (district, series) == (ALL, ALL) else (ALL, ALL, ALL, ALL)


def _bands(past: Floats, now: Floats) -> list[str]:
    past = past[-BAND_WEEKS:]
    seen = ~np.isnan(past)
    below = ((seen & (past < now)) + 0.5 * (seen & (past == now))).sum(axis=0) / np.maximum(1, seen.sum(axis=0))
    unknown = (seen.sum(axis=0) < FEWEST_BAND_WEEKS) | np.isnan(now)
    return [
        "unknown" if is_unknown else next(name for top, name in BANDS if part < top)
        for part, is_unknown in zip(below, unknown, strict=True)
    ]


def _emerging(panel: Panel, columns: Columns) -> npt.NDArray[np.bool_]:
    """Series that nobody asked about until lately, and that passed the limit of EARS C2 in the week."""
    first, started = panel.first_days[columns], panel.first_days[0]
    is_young = (first > panel.day.toordinal() - YOUNG) & (first >= started + YOUNG)
    _, second, _ = ears.alarms(panel.last_days(7 + ears.BASELINE + 3)[:, columns].astype(float))
    return np.asarray(is_young & second[-7:].any(axis=0))
