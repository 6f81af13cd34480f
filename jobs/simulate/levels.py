"""The assumptions of `levels.yaml` and the calendar: what a day is like before any total is shared out over it.

Belongs here: months, weekdays, holidays and policy events of a day, and the printed totals of a window. Does not:
whole numbers of contacts.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from jobs.analysis.calendar import is_day_off
from jobs.simulate.catalogue import load
from schemas.codes import code_list

ATTENDED = frozenset(("phone", "foreign", "sms", "sign"))


@cache
def levels_file() -> dict[str, Any]:
    return load("levels.yaml")


def days_of(year: int) -> list[date]:
    count = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return [date(year, 1, 1) + timedelta(offset) for offset in range(count)]


def printed_counts(measure: str, series: str, first: date, last: date) -> list[int]:
    """The printed counts of a measure whose window is exactly this one: one or none."""
    return [
        int(row["count"])
        for row in code_list("published_totals")
        if (row["measure"], row["series"], row.valid_from, row.valid_to) == (measure, series, first, last)
    ]


def printed_share(rate_id: str, first: date, last: date) -> float:
    """A printed percentage of exactly this window, as a share (0–1). Raises `StopIteration` where there is none."""
    rows = (row for row in code_list("printed_rates") if row["rate_id"] == rate_id)
    return next(float(row["value"]) / 100 for row in rows if (row.valid_from, row.valid_to) == (first, last))


@cache
def boosts_on(day: date) -> tuple[tuple[str, float], ...]:
    """(path, extra contacts as a share of a day's) of each policy event that is felt on a day."""
    found = []
    for row in code_list("policy_events"):
        rule = levels_file()["events"].get(row["event_id"])
        if rule and row.valid_from <= day <= row.valid_to:
            now = rule["peak"] * 0.5 ** ((day - row.valid_from).days / rule["half_life"])
            if now > 1e-4:
                whole = sum(rule["paths"].values())
                found += [(path, now * part / whole) for path, part in rule["paths"].items()]
    return tuple(found)


def months_of(name: str, year: int) -> list[float]:
    table = levels_file()[name]
    return list(table.get(year, [0.0] * 12 if year < min(table) else table[max(table)][-1:] * 12))


def month_level(channel: str, day: date) -> float:
    months = levels_file()["months"]
    return float(months.get(channel, {}).get(day.year, months["default"])[day.month - 1])


def week_factor(channel: str, day: date) -> float:
    week = levels_file()["week"]["attended" if channel in ATTENDED else "unattended"]
    return float(week[7 if is_day_off(day) and day.weekday() < 5 else day.weekday()])
