"""A year's COVID consultations by channel and day, with vaccine and 방역패스 apart.

Belongs here: keeping to the printed COVID counts (2020 from 01-23, 2021, August 2021, vaccine, 방역패스, the first
days of January 2020). Does not: the consultations that they are a part of (`plan`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from jobs.simulate.levels import boosts_on, levels_file, months_of, printed_counts, printed_share
from jobs.simulate.sharing import fill, shared_out
from schemas.codes import CHANNELS, code_list

if TYPE_CHECKING:
    from jobs.simulate.sharing import Counts
VACCINE_WINDOW = date(2021, 4, 1), date(2021, 12, 31)
PASS_WINDOW = date(2021, 12, 3), date(2021, 12, 31)


def covid_counts(year: int, days: list[date], consultations: Any, scale: float) -> tuple[Any, Any, Any]:
    """COVID, vaccine and 방역패스 consultations: arrays (channel, day) that add up to what is printed."""
    levels = levels_file()
    nothing = np.zeros_like(consultations)
    if year < 2020:
        return nothing, nothing, nothing
    by_channel = np.array([levels["covid_by_channel"][channel] for channel in CHANNELS])
    lifted = np.array([1 + 4 * _boost(day, "코로나19") for day in days])
    weights = consultations * by_channel[:, None] * lifted
    caps = np.ceil(consultations * levels["covid_cap"]).astype(np.int64)
    covid = nothing.copy()
    for (first, last), count in _covid_windows(year, days, consultations.sum(axis=0), scale).items():
        inside = np.array([first <= day <= last for day in days])
        fill(covid, weights, caps, inside, count)
    vaccine = _vaccine(year, days, covid, scale)
    return covid, vaccine, _passes(year, days, covid - vaccine, scale)


def _vaccine(year: int, days: list[date], covid: Any, scale: float) -> Any:
    """Vaccine enquiries: from April to December 2021 as many as are printed, before and after as the levels say."""
    share = months_of("vaccine_months", year)
    intensity = np.array([share[day.month - 1] * (1 + 4 * _boost(day, "코로나19>백신")) for day in days])
    room = np.ceil(covid * levels_file()["vaccine_cap"]).astype(np.int64)
    if year != 2021:
        return np.minimum(np.rint(covid * intensity).astype(np.int64), room)
    vaccine = np.zeros_like(covid)
    opening = np.array([day >= date(2021, 2, 26) for day in days])
    early = np.where(opening, 1.0, 0.25) * intensity * covid.sum(axis=0)
    before = np.array([day < VACCINE_WINDOW[0] for day in days])
    fill(vaccine, covid * intensity, room, before, round(early[before].sum()))
    (printed,) = printed_counts("vaccine", "all", *VACCINE_WINDOW)
    fill(vaccine, covid * intensity, room, ~before, round(printed * scale))
    return vaccine


def _passes(year: int, days: list[date], rest: Any, scale: float) -> Any:
    """방역패스 enquiries, of the COVID ones that are not about vaccine."""
    rule = levels_file()["vaccine_pass_days"]
    held = np.array([rule["first"] <= day <= rule["last"] for day in days])
    usual = np.rint(rest * (rule["share"] * held)).astype(np.int64)
    if year != 2021:
        return usual
    inside = np.array([day >= PASS_WINDOW[0] for day in days])
    passes = usual * ~inside
    weights = rest * np.array([0.01 + _boost(day, "코로나19>방역패스") for day in days])
    (printed,) = printed_counts("vaccine_pass", "all", *PASS_WINDOW)
    fill(passes, weights, (rest + 1) // 2, inside, round(printed * scale))
    return passes


def _boost(day: date, path: str) -> float:
    return sum(boost for of, boost in boosts_on(day) if of.startswith(path))


def _covid_windows(year: int, days: list[date], contacts: Counts, scale: float) -> dict[tuple[date, date], int]:
    """COVID counts by window, most of them months, that add up to the printed totals."""
    share = months_of("covid_months", year)
    months = [
        (date(year, month, 1), (date(year + month // 12, month % 12 + 1, 1) - timedelta(1))) for month in range(1, 13)
    ]
    size = {m: int(contacts[[m[0] <= day <= m[1] for day in days]].sum()) for m in months}
    guess = {m: size[m] * share[m[0].month - 1] for m in months}
    if year == 2020:
        (printed,) = printed_counts("covid", "all", date(2020, 1, 23), date(2020, 12, 31))
        january = {
            (row.valid_from, row.valid_to): round(int(row["count"]) * scale)
            for row in code_list("published_totals")
            if row["measure"] == "covid" and row.valid_from == row.valid_to
        } | {(date(2020, 1, 23),) * 2: round(20 * scale)}
        return january | _fitted(guess, months[1:], round(printed * scale) - sum(january.values()))
    if year == 2021:
        (printed,) = printed_counts("covid", "all", date(2021, 1, 1), date(2021, 12, 31))
        # vaccine enquiries are printed with their share of the COVID ones of the same months: so many there were
        (vaccine,) = printed_counts("vaccine", "all", *VACCINE_WINDOW)
        late = round(vaccine / printed_share("vaccine_share", *VACCINE_WINDOW) * scale)
        august = round(size[months[7]] * printed_share("covid_share", *months[7]))
        rest = [month for month in months[3:] if month is not months[7]]
        return (
            _fitted(guess, months[:3], round(printed * scale) - late)
            | {months[7]: august}
            | _fitted(guess, rest, late - august)
        )
    return {month: round(value) for month, value in guess.items()}


def _fitted(
    guess: dict[tuple[date, date], float], months: list[tuple[date, date]], total: int
) -> dict[tuple[date, date], int]:
    parts = shared_out(total, np.array([guess[month] for month in months]))
    return {month: int(part) for month, part in zip(months, parts, strict=True)}
