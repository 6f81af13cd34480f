"""The city's words are its own: apart from the taxonomy's examples, whole in every voice, and of every area."""

from __future__ import annotations

import random
import re
import statistics
from collections import Counter
from datetime import date
from math import gcd

import pytest
from city_phrases import runs, sentences

from jobs.simulate.catalogue import catalogue, load
from jobs.simulate.noise import heard, typed
from jobs.simulate.personal import Planted
from jobs.simulate.talk import STEPS, conversation
from jobs.simulate.wording import matter, memo, spoken, written
from schemas.codes import COVID_GROUPS, code_list
from schemas.taxonomy import load_taxonomy

_ENDS = re.compile(r"(?:나요\?|가요\?|까요\?|주세요|싶어요)$")


def test_no_example_of_the_taxonomy_is_used() -> None:
    """No whole sentence, and no run of four morphemes of which three carry meaning.

    Runs of grammar (할 수 있나요, 어디로 가야 하) are in every Korean text of some length and are nobody's.
    """
    examples = [example for leaf in load_taxonomy("2022").leaves for example in leaf.examples]
    whole = {re.sub(r"\W", "", example) for example in examples}
    taken = {run for example in examples for run, _ in runs(example)}
    assert len(taken) > 50_000
    shared = []
    for code, text in sentences():
        assert re.sub(r"\W", "", text) not in whole, (code, text)
        shared += [(code, text, " ".join(run)) for run, carrying in runs(text) if carrying >= 3 and run in taken]
    assert shared == []


def test_topics_are_of_all_areas_and_many() -> None:
    topics = catalogue().topics
    taxonomy = load_taxonomy("2022")
    domains = Counter(topic.leaf.domain for topic in topics)
    assert set(domains) == {leaf.domain for leaf in taxonomy.leaves}
    assert len(topics) >= 450 and len({topic.type_code for topic in topics}) == len(topics)
    day = date(2021, 12, 6)
    book = {row["type_code"]: row for row in taxonomy.codebook if row.holds_on(day)}
    groups = Counter(book[t.type_code]["covid_group"] for t in topics if t.type_code in book and t.holds_on(day))
    assert set(groups) == set(COVID_GROUPS) and min(groups.values()) >= 10
    parts = Counter(book[topic.type_code]["covid_subgroup"] for topic in topics if topic.type_code in book)
    assert parts["vaccine"] >= 30 and parts["vaccine_pass"] >= 12


def test_topics_have_several_ways_to_be_told_and_end_as_voices_can_turn() -> None:
    for topic in catalogue().topics:
        assert len(topic.situations) >= 2 and len(topic.needs) >= 2, topic.type_code
        assert topic.answer and topic.name and topic.weight > 0
        for need in topic.needs:
            assert _ENDS.search(need), (topic.type_code, need)
    names = Counter(topic.name for topic in catalogue().topics)
    assert [name for name, count in names.items() if count > 1] == []


def test_every_voice_turns_what_it_says_it_turns() -> None:
    for place, voice in enumerate(catalogue().voices):
        if voice.endings:
            turned = sum(topic.voiced[place] != topic.needs for topic in catalogue().topics)
            assert turned > 100, voice.name
    assert sum(voice.is_abusive for voice in catalogue().voices) == 1
    dialects = [voice for voice in catalogue().voices if voice.words]
    assert len(dialects) >= 5


def test_every_slot_is_filled_and_planted_values_stand_whole() -> None:
    rng = random.Random(5)
    for topic in catalogue().topics:
        for _ in range(4):
            what = matter(topic, rng, also=rng.choice(catalogue().topics))
            planted: Planted = []
            texts = [written(what, rng, planted), *spoken(what, rng, planted), memo(what, rng, planted)]
            assert not [text for text in texts if "{" in text or "}" in text]
            assert all(any(value in text for text in texts) for _, value in planted)


def test_calls_are_as_long_as_calls_are_whatever_they_are_about() -> None:
    """The caller's 190 characters, the agent's about as many; and the length changes nothing that is told or planted."""
    rng, further, topics = random.Random(7), random.Random(8), catalogue().topics
    lengths: dict[str, list[int]] = {"customer": [], "agent": []}
    for _ in range(1500):
        what, seed = matter(rng.choice(topics), rng), rng.random()
        planted: Planted = []
        turns = conversation(what, random.Random(seed), further, planted)
        again: Planted = []
        other = conversation(what, random.Random(seed), random.Random(0), again)
        assert planted == again and turns[:2] == other[:2] and turns[-1] == other[-1]
        words = "\n".join(text for speaker, text in turns if speaker == "customer")
        assert "{" not in words and all(value in words for _, value in planted)
        for speaker, found in lengths.items():
            found.append(sum(len(text) for who, text in turns if who == speaker))
    first, middle, third = statistics.quantiles(lengths["customer"], n=4)
    assert abs(statistics.mean(lengths["customer"]) - 190) < 4
    assert abs(first - 163) < 6 and abs(middle - 190) < 6 and abs(third - 217) < 6
    assert 170 < statistics.mean(lengths["agent"]) < 230


def test_no_exchange_comes_twice_in_a_call() -> None:
    exchanges = catalogue().phrases["talk"]["exchanges"]
    assert len(exchanges) == len({tuple(pair) for pair in exchanges}) >= 40
    assert all(gcd(step, len(exchanges)) == 1 for step in STEPS)


@pytest.mark.parametrize("noise", [typed, heard])
def test_noise_changes_some_texts_and_few_letters_of_each(noise: object) -> None:
    rng = random.Random(6)
    voice = max(catalogue().voices, key=lambda voice: voice.typo)
    text = "어제부터 버스정류장 앞에 주차한 차가 있어요"
    changed = [noise(text, voice, rng) for _ in range(400)]  # type: ignore[operator]
    assert sum(one != text for one in changed) / 400 > 0.2
    for one in changed:
        assert len(set(text) - set(one)) <= 4, one


def test_foreign_words_belong_to_topics_of_the_city() -> None:
    codes = {topic.type_code for topic in catalogue().topics}
    assert set(load("foreign.yaml")["originals"]) <= codes


def test_printed_lists_say_where_they_are_from() -> None:
    for name in ("published_totals", "printed_rates", "series_breaks", "policy_events"):
        assert all(row["source"] for row in code_list(name)), name
