"""Volumes and data files of the synthetic city, against the printed figures."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from jobs.simulate.catalogue import catalogue, load
from jobs.simulate.volumes import (
    ANSWER_RATE,
    DAILY,
    SIGN_UNANSWERED,
    answer_rates,
    contacts,
    events_on,
    seconds_of_day,
    stream,
    topic_mix,
)
from schemas.codes import CHANNELS, known_codes

YEAR = [date(2021, 1, 1) + timedelta(day) for day in range(365)]


def year_of(channel: str) -> list[int]:
    return [contacts(channel, day, 1.0, 7, stream(7, day, channel)) for day in YEAR]


@pytest.mark.parametrize(
    ("channels", "printed"),
    [
        (("phone", "foreign"), 5_521_102),
        (("chatbot",), 1_419_632),
        (("smart_report",), 798_756),
        (("sms",), 791_295),
        (("naver", "twitter", "homepage"), 16_419),
    ],
)
def test_a_year_at_full_scale_is_near_the_printed_one(channels: tuple[str, ...], printed: int) -> None:
    total = sum(sum(year_of(channel)) for channel in channels)
    assert total == pytest.approx(printed, rel=0.02)


def test_signs_printed_figure_counts_only_completed_calls() -> None:
    assert sum(year_of("sign")) * (1 - SIGN_UNANSWERED) == pytest.approx(22_527, rel=0.03)


def test_weekends_and_holidays_are_quiet() -> None:
    calls = dict(zip(YEAR, year_of("phone"), strict=True))
    monday, sunday, new_year_holiday = date(2021, 12, 6), date(2021, 12, 5), date(2021, 2, 11)
    assert calls[sunday] < calls[monday] / 2
    assert calls[new_year_holiday] < calls[monday] / 2


def test_scale_scales() -> None:
    day = date(2021, 12, 7)
    full, tenth = (contacts("phone", day, scale, 1, stream(1, day, "phone")) for scale in (1.0, 0.1))
    assert tenth == pytest.approx(full / 10, rel=0.1)


def test_telephone_hours_and_answer_rate() -> None:
    monday = date(2021, 12, 6)
    for day in (monday, monday + timedelta(1)):
        hours = [second // 3600 for second in seconds_of_day("phone", day, 40_000, stream(1, day, "x"))]
        assert hours == sorted(hours)
        assert sum(8 <= hour < 18 for hour in hours) / len(hours) == pytest.approx(0.876, abs=0.006)
        rates = answer_rates()
        assert sum(rates[hour] for hour in hours) / len(hours) == pytest.approx(ANSWER_RATE, abs=0.01)
    assert min(rates) == rates[10] and all(0.5 < rate < 1 for rate in rates)


def covid_share(day: date) -> float:
    """Of all channels' contacts."""
    covid = 0.0
    for channel in CHANNELS:
        mix = topic_mix(channel, day)
        steps = [high - low for low, high in zip((0.0, *mix.weights), mix.weights, strict=False)]
        part = sum(step for topic, step in zip(mix.topics, steps, strict=True) if topic.is_covid) / mix.weights[-1]
        covid += part * DAILY[channel] / sum(DAILY.values())
    return covid


def test_covid_share_by_date() -> None:
    assert covid_share(date(2019, 6, 3)) == 0
    assert covid_share(date(2020, 6, 3)) == pytest.approx(0.19, abs=0.01)
    assert covid_share(date(2021, 6, 3)) == pytest.approx(0.265, abs=0.01)
    assert covid_share(date(2021, 8, 3)) == pytest.approx(0.312, abs=0.01)
    assert covid_share(date(2021, 12, 3)) > 0.29


def test_the_passs_extra_makes_about_the_printed_number() -> None:
    days = (date(2021, 12, 3) + timedelta(day) for day in range(29))
    extra = sum(events_on(day).get(topic, 0) for day in days for topic in ("covid_vaccine_pass", "covid_pass_proof"))
    assert extra * 20_592 == pytest.approx(8_671, rel=0.05)


def test_topics_are_many_and_complete() -> None:
    topics = catalogue().topics.values()
    assert len(topics) >= 70
    assert len({topic.domain for topic in topics}) >= 12
    for topic in topics:
        assert len(set(topic.needs)) >= 6 and len(set(topic.situations)) >= 3 and topic.answer, topic.topic
        assert topic.ars in known_codes("ars")
        for need in topic.needs:
            assert re.search(r"(나요\?|가요\?|까요\?|주세요|싶어요)$", need), need
        for text in (*topic.needs, *topic.situations, topic.answer, topic.name):
            text.encode("cp949")


def test_data_files_name_only_what_exists() -> None:
    book = catalogue()
    assert {district.code for district in book.districts} == known_codes("districts")
    named = {topic for event in load("calendar.yaml")["events"] for topic in event["topics"]}
    assert named | set(book.foreign["originals"]) <= set(book.topics)
    assert {code for texts in book.foreign["originals"].values() for code in texts} <= set(book.foreign["languages"])
    assert set(book.personal["kinds"]) | {"phone_spoken"} == set(book.personal["frames"])
    assert set(book.personal["kinds"]) == set(book.personal["memo_frames"])
