"""The sample for judging whether the right type exists: drawn before the types were written, kept by identifier.

`taxonomy_coverage.csv` holds 200 of the 120 questions and 200 petition titles, without their texts (they are not
ours), each judged once by a reader who wrote none of the types, when the version first had all its 4,600: `exact` (a
type's definition covers subject and kind of request), `near` (the subject, but coarser or another kind), `none`, and
`unclear` (the text does not say what is wanted). What the judges missed was worked in afterwards, so the sample is
spent: it is not judged again.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from schemas.taxonomy import load_taxonomy

DRAWN = Path(__file__).with_name("taxonomy_coverage.csv")
SOURCES = {
    "seoul-120": ("seoul-120/seoul-120-text.csv", "번호"),
    "petitions": ("petitions-covid-2019-2021/petition_data.csv", "id"),
}


VERDICTS = {"seoul-120": (74, 96, 27, 3), "petitions": (97, 68, 10, 25)}  # exact, near, none, unclear: docs/taxonomy.md


def rows() -> list[dict[str, str]]:
    with DRAWN.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def drawn() -> list[tuple[str, str]]:
    return [(row["source"], row["record_id"]) for row in rows()]


def test_every_text_is_judged() -> None:
    judged = Counter((row["source"], row["verdict"]) for row in rows())
    for source, counts in VERDICTS.items():
        assert tuple(judged[source, verdict] for verdict in ("exact", "near", "none", "unclear")) == counts
    there = load_taxonomy("2022").by_code
    for row in rows():
        assert (row["type_code"] in there) or (not row["type_code"] and row["verdict"] in ("none", "unclear")), row
        assert (row["note"] == "") == (row["verdict"] == "exact"), row


def test_the_sample_is_whole() -> None:
    assert Counter(source for source, _ in drawn()) == dict.fromkeys(SOURCES, 200)
    assert len(set(drawn())) == len(drawn())


@pytest.mark.parametrize("source", list(SOURCES))
def test_the_sample_is_of_the_source(source: str, real_data: Path) -> None:
    name, key = SOURCES[source]
    with (real_data / name).open(encoding="utf-8-sig", newline="") as stream:
        there = {row[key] for row in csv.DictReader(stream)}
    assert {record_id for kind, record_id in drawn() if kind == source} <= there


def test_no_published_title_was_copied(real_data: Path) -> None:
    with (real_data / SOURCES["seoul-120"][0]).open(encoding="utf-8-sig", newline="") as stream:
        titles = {"".join(row["제목"].split()) for row in csv.DictReader(stream)}
    for leaf in load_taxonomy("2022").leaves:
        own = {"".join(text.split()) for text in (leaf.definition, *leaf.examples)}
        assert not own & titles, leaf.type_code
