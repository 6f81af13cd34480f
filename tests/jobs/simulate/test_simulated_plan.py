"""The plan of a year adds up to the printed totals exactly, and is spread as the levels say. Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import pytest

from jobs.simulate.catalogue import catalogue
from jobs.simulate.levels import days_of, levels_file
from jobs.simulate.plan import CATEGORIES, PORTALS, DayPlan, day_plan
from jobs.simulate.sharing import shared_out
from jobs.simulate.volumes import category_of, hour_weights, seconds_of_day, topic_mixes, unanswered
from schemas.codes import CHANNELS, code_list

SEED = 7
SERIES_OF = {"foreign": "phone"} | dict.fromkeys(PORTALS, "portal")
# 120 Dasan Call Foundation, 2022 work report: consultations by series, the telephone's inflow, COVID
PRINTED = {
    2018: ({"phone": 4_258_451, "smart_report": 610_617, "sms": 971_131, "sign": 14_310, "portal": 14_180}, 5_022_549),
    2019: (
        {"phone": 3_129_674, "chatbot": 39_903, "smart_report": 697_636, "sms": 965_328, "sign": 20_011}
        | {"portal": 15_575},
        3_603_762,
    ),
    2020: (
        {"phone": 4_118_511, "chatbot": 501_221, "smart_report": 719_464, "sms": 857_666, "sign": 25_450}
        | {"portal": 15_917},
        5_305_817,
    ),
    2021: (
        {"phone": 4_467_628, "chatbot": 1_419_632, "smart_report": 798_756, "sms": 791_295, "sign": 22_527}
        | {"portal": 16_419},
        5_521_102,
    ),
}


def plans(first: date, last: date, scale: float = 1.0) -> list[tuple[date, str, DayPlan]]:
    days = [first + timedelta(offset) for offset in range((last - first).days + 1)]
    return [(day, channel, day_plan(channel, day, scale, SEED)) for day in days for channel in CHANNELS]


def covid(found: list[tuple[date, str, DayPlan]], *categories: str) -> int:
    places = [CATEGORIES.index(name) for name in categories or CATEGORIES[1:]]
    return sum(plan.categories[place] for *_, plan in found for place in places)


@pytest.mark.parametrize("year", PRINTED)
def test_a_year_is_the_printed_one_to_the_digit(year: int) -> None:
    by_series: dict[str, int] = defaultdict(int)
    inflow = 0
    for _, channel, plan in plans(date(year, 1, 1), date(year, 12, 31)):
        by_series[SERIES_OF.get(channel, channel)] += plan.consultations
        inflow += plan.contacts if channel in ("phone", "foreign") else 0
        assert min(plan.categories) >= 0
        assert plan.consultations <= plan.contacts
    totals, printed_inflow = PRINTED[year]
    assert {name: count for name, count in by_series.items() if count} == totals
    assert inflow == printed_inflow


def test_covid_is_the_printed_one_to_the_digit() -> None:
    of_2020 = plans(date(2020, 1, 23), date(2020, 12, 31))
    assert sum(plan.consultations for *_, plan in of_2020) == 5_895_571
    assert covid(of_2020) == 1_120_001
    assert covid(plans(date(2020, 1, 1), date(2020, 1, 22))) == 0
    assert covid(plans(date(2018, 1, 1), date(2019, 12, 31))) == 0
    of_2021 = plans(date(2021, 1, 1), date(2021, 12, 31))
    assert covid(of_2021) == 1_991_566
    spring = [row for row in of_2021 if row[0] >= date(2021, 4, 1)]
    assert covid(spring, "vaccine") == 574_845
    assert round(100 * covid(spring, "vaccine") / covid(spring), 1) == 35.0
    assert covid([row for row in of_2021 if row[0] >= date(2021, 12, 3)], "vaccine_pass") == 8_671
    assert covid([row for row in of_2021 if row[0] < date(2021, 11, 1)], "vaccine_pass") == 0


def test_august_has_the_highest_share_of_2021() -> None:
    shares = {}
    for month in range(1, 13):
        found = [row for row in plans(date(2021, 1, 1), date(2021, 12, 31)) if row[0].month == month]
        shares[month] = 100 * covid(found) / sum(plan.consultations for *_, plan in found)
    assert round(shares[8], 1) == 31.2
    assert shares[8] > max(share for month, share in shares.items() if month != 8)


def test_the_first_days_of_january_2020_are_those_of_the_press() -> None:
    found = [covid(plans(day, day)) for day in (date(2020, 1, 24) + timedelta(offset) for offset in range(8))]
    assert found[0] < 40 and found[1] < 40
    assert found[2:] == [55, 336, 1205, 871, 718, 961]


def test_another_seed_is_another_year_with_the_same_totals() -> None:
    days = days_of(2021)
    ours, others = ([day_plan("sms", day, 1.0, seed).contacts for day in days] for seed in (1, 2))
    assert ours != others
    assert sum(ours) == sum(others) == 791_295


def test_a_small_city_is_a_rounded_share_of_the_real_one() -> None:
    for scale in (0.1, 0.003, 0.0001):
        found = plans(date(2021, 1, 1), date(2021, 12, 31), scale)
        for series, count in PRINTED[2021][0].items():
            own = sum(plan.consultations for _, ch, plan in found if SERIES_OF.get(ch, ch) == series)
            assert own == round(count * scale), (scale, series)


def test_holidays_and_weekends_are_quiet_and_mondays_are_not() -> None:
    calls = {
        day: plan.contacts for day, channel, plan in plans(date(2021, 1, 1), date(2021, 12, 31)) if channel == "phone"
    }
    monday, sunday, new_year = date(2021, 12, 6), date(2021, 12, 5), date(2021, 2, 11)
    assert calls[sunday] < calls[monday] / 2
    assert calls[new_year] < calls[monday] / 2
    assert calls[monday] > calls[date(2021, 12, 8)]


def test_a_busy_day_is_answered_less() -> None:
    found = [plan for _, channel, plan in plans(date(2021, 1, 1), date(2021, 12, 31)) if channel == "phone"]
    found.sort(key=lambda plan: plan.contacts)
    quiet, busy = (
        sum(p.consultations for p in part) / sum(p.contacts for p in part) for part in (found[:60], found[-60:])
    )
    assert busy < quiet


@pytest.mark.parametrize("channel", ["phone", "chatbot"])
def test_hours_are_as_asked(channel: str) -> None:
    rng = np.random.default_rng(1)
    seconds = seconds_of_day(channel, date(2021, 12, 7), 200_000, rng)
    weights = np.array(hour_weights(channel, False))
    asked = weights / weights.sum()
    found = np.bincount(seconds // 3600, minlength=24) / len(seconds)
    assert np.abs(found - asked).max() < 0.004
    if channel == "phone":
        assert asked[8:18].sum() == pytest.approx(0.876, abs=0.0005)  # printed


def test_monday_mornings_are_busier() -> None:
    usual, monday = (np.array(hour_weights("phone", busy)) for busy in (False, True))
    assert monday[9:12].sum() == pytest.approx(usual[9:12].sum() * levels_file()["monday_morning"])
    assert monday.sum() == pytest.approx(usual.sum())


def test_exactly_as_many_calls_are_answered_as_planned() -> None:
    rng = np.random.default_rng(1)
    assert unanswered([], 0, rng) == []
    lost = unanswered(list(range(0, 86_400, 10)), 6_000, rng)
    assert (len(lost), sum(lost)) == (8_640, 2_640)


def test_what_is_shared_out_adds_up_below_the_caps() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        weights = rng.random(30) * (rng.random(30) > 0.2)
        caps = rng.integers(0, 20, 30)
        room = int(caps[weights > 0].sum())
        total = int(rng.integers(0, room + 1))
        counts = shared_out(total, weights, caps)
        assert counts.sum() == total
        assert (counts <= caps).all() and (counts >= 0).all() and not counts[weights == 0].any()
    with pytest.raises(ValueError, match="caps"):
        shared_out(10, np.ones(3), np.array([1, 1, 1]))


def test_every_event_that_is_felt_is_known_and_has_topics() -> None:
    known = {row["event_id"]: row for row in code_list("policy_events")}
    for row in known.values():
        assert row["source"], row["event_id"]
    for event_id, rule in levels_file()["events"].items():
        day = known[event_id].valid_from
        on_day = [">".join(topic.leaf.path) for topic in catalogue().topics if topic.holds_on(day)]
        for path in rule["paths"]:
            assert [name for name in on_day if name.startswith(path)], (event_id, path)


def test_every_category_with_contacts_has_topics() -> None:
    """Every fifth day, all months of the years and every channel among them."""
    found = plans(date(2020, 1, 1), date(2022, 3, 31)) + plans(date(2019, 2, 1), date(2019, 2, 28))
    for day, channel, plan in (row for row in found if row[0].toordinal() % 5 == 0):
        for mix, count in zip(topic_mixes(channel, day), plan.categories, strict=True):
            assert mix.topics or not count, (day, channel)


def test_nobody_asks_about_covid_before_it() -> None:
    for topic in topic_mixes("phone", date(2019, 6, 1))[0].topics:
        assert not topic.is_covid


def test_a_type_has_the_category_of_the_code_book() -> None:
    topics = {topic.type_code: topic for topic in catalogue().topics}
    day = date(2021, 12, 6)
    assert category_of(topics["T01508"], day) == "vaccine_pass"
    assert category_of(topics["T01151"], day) == "vaccine"
    assert category_of(topics["T01570"], day) == "covid"
    assert category_of(topics["T02397"], day) == "none"
