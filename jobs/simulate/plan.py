"""A year's plan: for each channel and day how many contacts there are, how many are answered, how many about COVID.

Belongs here: whole numbers that add up to the printed totals (`schemas/codes/published_totals.csv`) exactly; how they
are spread over the days is an assumption (`levels.yaml`). Does not: hours, types or texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from jobs.simulate.catalogue import load
from schemas.codes import CHANNELS, code_list

if TYPE_CHECKING:
    Counts = np.ndarray[tuple[int], np.dtype[np.int64]]
    Weights = np.ndarray[tuple[int], np.dtype[np.float64]]

ATTENDED = frozenset(("phone", "foreign", "sms", "sign"))
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
        shape = np.array([_month_level(channel, day) * _week_factor(channel, day) for day in days])
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
    return _Year(contacts, consultations, _covid(year, days, together, scale))


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


def printed_counts(measure: str, series: str, first: date, last: date) -> list[int]:
    """The printed counts of a measure whose window is exactly this one: one or none."""
    return [
        int(row["count"])
        for row in code_list("published_totals")
        if (row["measure"], row["series"], row.valid_from, row.valid_to) == (measure, series, first, last)
    ]


def _answered(contacts: Counts, total: int) -> Counts:
    """Answered calls by day: on a busy day a smaller share of them."""
    busy = contacts / max(contacts.mean(), 1e-9) - 1
    return shared_out(total, contacts * (1 - levels_file()["answer_strain"] * np.clip(busy, -1, 1)), _caps(contacts))


def _caps(contacts: Counts) -> Counts:
    return np.ceil(contacts * levels_file()["answer_cap"]).astype(np.int64)


def _room(contacts: Counts) -> int:
    return int(_caps(contacts).sum())


def _keep_to_part_of_year(days: list[date], contacts: dict[str, Counts], consultations: dict[str, Counts], scale: float) -> None:
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


def _covid(year: int, days: list[date], consultations: Any, scale: float) -> tuple[Any, Any, Any]:
    """COVID, vaccine and 방역패스 consultations: arrays (channel, day) that add up to what is printed."""
    levels = levels_file()
    nothing = np.zeros_like(consultations)
    if year < 2020:
        return nothing, nothing, nothing
    by_channel = np.array([levels["covid_by_channel"][channel] for channel in CHANNELS])
    lifted = np.array([1 + 4 * sum(b for path, b in boosts_on(day) if path.startswith("코로나19")) for day in days])
    weights = consultations * by_channel[:, None] * lifted
    caps = np.ceil(consultations * levels["covid_cap"]).astype(np.int64)
    covid = nothing.copy()
    for (first, last), count in _covid_windows(year, days, consultations.sum(axis=0), scale).items():
        _fill(covid, weights, caps, days, first, last, count)
    share = _months_of("vaccine_months", year)
    of_vaccine = [sum(b for path, b in boosts_on(day) if path.startswith("코로나19>백신")) for day in days]
    intensity = np.array([share[d.month - 1] * (1 + 4 * b) for d, b in zip(days, of_vaccine, strict=True)])
    vaccine, passes = nothing.copy(), nothing.copy()
    room = np.ceil(covid * levels["vaccine_cap"]).astype(np.int64)
    if year == 2021:
        opening = np.array([day >= date(2021, 2, 26) for day in days])
        early = np.where(opening, 1.0, 0.25) * intensity * covid.sum(axis=0)
        _fill(vaccine, covid * intensity, room, days, date(2021, 1, 1), date(2021, 3, 31), round(early[:90].sum()))
        (printed,) = printed_counts("vaccine", "all", date(2021, 4, 1), date(2021, 12, 31))
        _fill(vaccine, covid * intensity, room, days, date(2021, 4, 1), date(2021, 12, 31), round(printed * scale))
    elif year > 2021:
        vaccine = np.minimum(np.rint(covid * intensity).astype(np.int64), room)
    rest = covid - vaccine
    rule = levels["vaccine_pass_days"]
    of_pass = np.array([sum(b for path, b in boosts_on(day) if path.startswith("코로나19>방역패스")) for day in days])
    held = np.array([rule["first"] <= day <= rule["last"] for day in days])
    window = (date(2021, 12, 3), date(2021, 12, 31))
    usual = np.rint(rest * (rule["share"] * held)).astype(np.int64)
    if year == 2021:
        outside = np.array([day < window[0] for day in days])
        passes = usual * outside
        (printed,) = printed_counts("vaccine_pass", "all", *window)
        _fill(passes, rest * (0.01 + of_pass), (rest + 1) // 2, days, *window, round(printed * scale))
    else:
        passes = usual
    return covid, vaccine, passes


def _covid_windows(year: int, days: list[date], contacts: Counts, scale: float) -> dict[tuple[date, date], int]:
    """COVID counts by window, most of them months, that add up to the printed totals."""
    share = _months_of("covid_months", year)
    months = [(date(year, month, 1), (date(year + month // 12, month % 12 + 1, 1) - timedelta(1))) for month in range(1, 13)]
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
        levels = levels_file()
        (printed,) = printed_counts("covid", "all", date(2021, 1, 1), date(2021, 12, 31))
        late = round(levels["april_to_december_2021"] * scale)
        august = round(size[months[7]] * levels["august_2021"])
        rest = [month for month in months[3:] if month is not months[7]]
        return (
            _fitted(guess, months[:3], round(printed * scale) - late)
            | {months[7]: august}
            | _fitted(guess, rest, late - august)
        )
    return {month: round(value) for month, value in guess.items()}


def _fitted(guess: dict[tuple[date, date], float], months: list[tuple[date, date]], total: int) -> dict[tuple[date, date], int]:
    parts = shared_out(total, np.array([guess[month] for month in months]))
    return {month: int(part) for month, part in zip(months, parts, strict=True)}


def _fill(cells: Any, weights: Any, caps: Any, days: list[date], first: date, last: date, count: int) -> None:
    """Share `count` out among the cells (channel, day) of a window, in place; in a tiny city, what there is room for."""
    inside = np.array([first <= day <= last for day in days])
    wanted, room = weights[:, inside], caps[:, inside]
    count = min(count, int(room[wanted > 0].sum()))
    cells[:, inside] = shared_out(count, wanted.ravel(), room.ravel()).reshape(wanted.shape)


def shared_out(total: int, weights: Weights, caps: Counts | None = None) -> Counts:
    """Whole numbers in proportion to `weights` that add up to `total`, by largest remainder; none above its cap.

    What a cap holds back goes to the others. Raises `ValueError` where all the caps together hold less than `total`.
    """
    counts = np.zeros(len(weights), np.int64)
    if caps is not None and int(caps[weights > 0].sum()) < total:
        raise ValueError(f"{total} do not fit below the caps ({int(caps[weights > 0].sum())})")
    is_open = weights > 0
    while (left := total - int(counts.sum())) > 0:
        exact = np.where(is_open, weights, 0) * (left / weights[is_open].sum())
        add = np.floor(exact).astype(np.int64)
        order = np.argsort(-(exact - add), kind="stable")
        order = order[is_open[order]]
        add[order[: left - int(add.sum())]] += 1
        counts += add
        if caps is not None:
            counts = np.minimum(counts, caps)
            is_open = is_open & (counts < caps)
    return counts


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


@cache
def levels_file() -> dict[str, Any]:
    return load("levels.yaml")


def days_of(year: int) -> list[date]:
    count = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return [date(year, 1, 1) + timedelta(offset) for offset in range(count)]


def _months_of(name: str, year: int) -> list[float]:
    table = levels_file()[name]
    return list(table.get(year, [0.0] * 12 if year < min(table) else table[max(table)][-1:] * 12))


def _month_level(channel: str, day: date) -> float:
    months = levels_file()["months"]
    return float(months.get(channel, {}).get(day.year, months["default"])[day.month - 1])


@cache
def _holidays(year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("KR", years=[year]))


def is_holiday(day: date) -> bool:
    return day in _holidays(day.year)


def _week_factor(channel: str, day: date) -> float:
    week = levels_file()["week"]["attended" if channel in ATTENDED else "unattended"]
    return float(week[7 if is_holiday(day) and day.weekday() < 5 else day.weekday()])
