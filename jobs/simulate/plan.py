"""A year's plan: for each channel and day how many contacts there are, how many are answered, how many about COVID.

Belongs here: whole numbers that add up to the printed totals (`schemas/codes/published_totals.csv`) exactly; how they
are spread over the days is an assumption (`levels.yaml`). Does not: hours, types or texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from jobs.simulate.covid_plan import covid_counts
from jobs.simulate.levels import boosts_on, days_of, levels_file, month_level, printed_counts, week_factor
from jobs.simulate.sharing import shared_out
from schemas.codes import CHANNELS, code_list

if TYPE_CHECKING:
    from jobs.simulate.sharing import Counts

PORTALS = ("naver", "twitter", "homepage")
CATEGORIES = ("none", "covid", "vaccine", "vaccine_pass")  # covid: any other COVID contact
_FIRST_YEAR, _LAST_YEAR = 2018, 2021  # printed


@dataclass(frozen=True)
class DayPlan:
    """One channel's day. `categories` are the consultations by `CATEGORIES`; contacts above their sum are unanswered."""

    contacts: int
    categories: tuple[int, int, int, int]

    @property
    def consultations(self) -> int:
        return sum(self.categories)


def day_plan(channel: str, day: date, scale: float, seed: int) -> DayPlan:
    """What a channel's day holds. A day is the same whatever days are asked for around it."""
    year = _year(day.year, scale, seed)
    at = (day - date(day.year, 1, 1)).days
    covid, vaccine, passes = (int(part[CHANNELS.index(channel), at]) for part in year.covid)
    answered = int(year.consultations[channel][at])
    return DayPlan(
        int(year.contacts[channel][at]),
        (answered - covid, covid - vaccine - passes, vaccine, passes),
    )


@dataclass(frozen=True)
class _Year:
    contacts: dict[str, Counts]
    consultations: dict[str, Counts]
    covid: tuple[Any, Any, Any]  # all COVID, vaccine, 방역패스: arrays (channel, day)


@cache
def _year(year: int, scale: float, seed: int) -> _Year:
    days = days_of(year)
    levels = levels_file()
    rng = np.random.default_rng([seed, year])
    swing = 1 + levels["day_noise"] * rng.standard_normal(len(days))
    lifted = np.array([1 + sum(boost for _, boost in boosts_on(day)) for day in days])
    weights = {}
    for channel in CHANNELS:
        own = 1 + levels["day_noise"] / 2 * rng.standard_normal(len(days))
        shape = np.array([month_level(channel, day) * week_factor(channel, day) for day in days])
        weights[channel] = shape * swing * own * (lifted if channel != "smart_report" else 1)
    totals = _totals(year, scale)
    contacts = {channel: shared_out(totals[channel][0], weights[channel]) for channel in CHANNELS}
    consultations = {
        channel: contacts[channel] if all_answered else _answered(contacts[channel], answered)
        for channel, (contacted, answered) in totals.items()
        for all_answered in (contacted == answered,)
    }
    _keep_to_part_of_year(days, contacts, consultations, scale)
    together = np.array([consultations[channel] for channel in CHANNELS])
    return _Year(contacts, consultations, covid_counts(year, days, together, scale))


def _totals(year: int, scale: float) -> dict[str, tuple[int, int]]:
    """(contacts, consultations) of a year by channel; a year that is not printed takes the nearest one that is."""
    levels = levels_file()
    level = min(max(year, _FIRST_YEAR), _LAST_YEAR)
    consultations = {series: _printed("consultation", series, level, scale) for series in SERIES_OF_TOTALS}
    inflow, answered = _printed("inflow", "phone", level, scale), consultations["phone"]
    foreign = round(inflow * levels["foreign_share"]), round(answered * levels["foreign_share"])
    portals = shared_out(consultations["portal"], np.array([levels["portals"][name] for name in PORTALS]))
    sign = consultations["sign"]
    return {
        "phone": (inflow - foreign[0], answered - foreign[1]),
        "foreign": foreign,
        "sign": (sign + round(sign * levels["sign_unanswered"] / (1 - levels["sign_unanswered"])), sign),
        **{name: (consultations[name],) * 2 for name in ("sms", "chatbot", "smart_report")},
        **{name: (int(count),) * 2 for name, count in zip(PORTALS, portals, strict=True)},
    }


SERIES_OF_TOTALS = ("phone", "chatbot", "smart_report", "sms", "sign", "portal")


def _printed(measure: str, series: str, year: int, scale: float) -> int:
    window = date(year, 1, 1), date(year, 12, 31)
    return next((round(count * scale) for count in printed_counts(measure, series, *window)), 0)


def _answered(contacts: Counts, total: int) -> Counts:
    """Answered calls by day: on a busy day a smaller share of them."""
    busy = contacts / max(contacts.mean(), 1e-9) - 1
    return shared_out(total, contacts * (1 - levels_file()["answer_strain"] * np.clip(busy, -1, 1)), _caps(contacts))


def _caps(contacts: Counts) -> Counts:
    caps: Counts = np.ceil(contacts * levels_file()["answer_cap"]).astype(np.int64)
    return caps


def _room(contacts: Counts) -> int:
    return int(_caps(contacts).sum())


def _keep_to_part_of_year(
    days: list[date], contacts: dict[str, Counts], consultations: dict[str, Counts], scale: float
) -> None:
    """Where the total of a part of the year is printed (2020 from 01-23), the telephone's answered calls keep to it."""
    for row in code_list("published_totals"):
        if (row["measure"], row["series"]) != ("consultation", "all") or row.valid_from.year != days[0].year:
            continue
        inside = np.array([row.valid_from <= day <= row.valid_to for day in days])
        others = sum(int(counts[inside].sum()) for channel, counts in consultations.items() if channel != "phone")
        calls, total = contacts["phone"], int(consultations["phone"].sum())
        target = max(0, min(round(int(row["count"]) * scale) - others, _room(calls[inside]), total))
        answered = np.zeros_like(calls)
        answered[inside] = _answered(calls[inside], target)
        answered[~inside] = _answered(calls[~inside], min(total - target, _room(calls[~inside])))
        consultations["phone"] = answered
