"""Every figure of every document is made again from its name, on the same marts and on others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from invented_marts import DAY, Rows, invent, span
from remaking import again, told

from jobs.reports import channel_stats, covid_daily, covid_weekly, derived, identity, voc
from jobs.reports.document import Document
from jobs.reports.figures import Ledger
from jobs.reports.recompute import evaluate, recompute

Build = Callable[[Any], Document]
DOCUMENTS: dict[str, Build] = {
    "covid-daily": lambda conn: covid_daily.build(conn, DAY),
    "voc-district": lambda conn: voc.build(conn, "2021-12", "11680"),
    "channel-stats": lambda conn: channel_stats.build(conn, 2021),
    "covid-weekly": lambda conn: covid_weekly.build(conn, "2021-W49"),
}
YESTERDAY = (date(2021, 12, 13), date(2021, 12, 13))


@pytest.mark.parametrize("build", DOCUMENTS.values(), ids=DOCUMENTS)
def test_every_figure_of_a_document_is_made_again(conn: Any, build: Build) -> None:
    document = build(conn)
    assert len(document.ledger.figures) > 40
    ledger = again(document, conn)
    for name, figure in document.ledger.figures.items():
        assert told(evaluate(ledger, name)) == told(figure)


def test_an_estimate_is_not_made_from_its_name_alone(conn: Any) -> None:
    document = covid_weekly.build(conn, "2021-W49")
    name, made = next(iter(document.ledger.estimates.items()))
    with pytest.raises(ValueError, match="no such step"):
        recompute(conn, {"figure_id": name})
    for other in (replace(made.step, method="none"), replace(made.step, arguments={})):
        ledger = Ledger(conn, "again")
        ledger.estimates[name] = replace(made, step=other)
        with pytest.raises(ValueError, match=r"no method none|needs 'week'"):
            evaluate(ledger, name)
    ledger = Ledger(conn, "again")
    ledger.estimates[name] = replace(made, output="none")
    with pytest.raises(ValueError, match="gives no none here"):
        evaluate(ledger, name)


@pytest.mark.parametrize("recipient", ["city", "D04"])
def test_the_largest_editions_lack_only_what_is_never_shown(conn: Any, recipient: str) -> None:
    document = voc.build(conn, "2021-12", recipient)
    ledger = again(document, conn)
    assert all(told(evaluate(ledger, name)) == told(figure) for name, figure in document.figures().items())
    unlisted = [name for name in document.ledger.figures if ":rest" in name and "of=[" not in name]
    assert 0 < len(unlisted) < 20 and not set(unlisted) & document.figures().keys()
    for name in unlisted:
        with pytest.raises(ValueError, match="cannot be read back"):
            evaluate(ledger, name)


def test_on_other_marts_it_is_the_figure_that_a_new_edition_would_show(
    marts_of: Callable[[Rows], Any],
) -> None:
    days = span(date(2021, 12, 1), DAY)
    before, after = marts_of(invent(days, 300)), marts_of(invent(days, 317))
    old, new = (covid_daily.build(conn, DAY).ledger.figures for conn in (before, after))
    ledger = Ledger(after, "again")
    both = old.keys() & new.keys()
    assert len(both) > 200
    assert any(old[name].value != new[name].value for name in both)
    for name in both:
        assert evaluate(ledger, name).value == new[name].value, name


def test_values_with_the_marks_of_the_grammar_survive(conn: Any) -> None:
    ledger = Ledger(conn, "test")
    where = {"domain": ["상·하수도(요금), 50%: A=B|C;[~]", "교통"], "channel": ["phone"]}
    figure = ledger.figure("type_count", (DAY, DAY), where)
    read = identity.read(derived.per_day(ledger, figure, 1).figure_id)
    assert isinstance(read, identity.Step)
    basic = identity.read(read.first)
    assert isinstance(basic, identity.Basic)
    assert {name: list(values) for name, values in basic.where.items()} == where
    assert recompute(conn, {"figure_id": figure.figure_id}).value == figure.value


def test_a_daily_mean_over_other_days_than_those_with_data_says_so(conn: Any) -> None:
    ledger = Ledger(conn, "test")
    total = ledger.figure("consultation_count", (date(2021, 12, 8), DAY))
    usual, other = derived.per_day(ledger, total, 7), derived.per_day(ledger, total, 5)
    assert usual.figure_id.endswith(":per_day")
    assert other.figure_id.endswith(":per_day_over_5")
    assert recompute(conn, {"figure_id": other.figure_id}).value == other.value != usual.value


@pytest.mark.parametrize(
    "name",
    [
        "no_such_metric:2021-12-14",
        "consultation_count",
        "consultation_count:2021-12-14:doubled",
        "consultation_count:2021-13-14",
        "consultation_count:2021-12-14:no_column=1",
        "type_count:2021-12-14:rest_of_1:type_count",
    ],
)
def test_what_is_no_name_of_a_figure_is_refused(conn: Any, name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        recompute(conn, {"figure_id": name})


def test_a_step_of_a_step_keeps_its_operands_apart(conn: Any) -> None:
    ledger = Ledger(conn, "test")
    total = ledger.figure("type_count", (DAY, DAY))
    parts = list(ledger.by("type_count", (DAY, DAY), ["domain"]).values())
    earlier = ledger.figure("type_count", YESTERDAY)
    others = list(ledger.by("type_count", YESTERDAY, ["domain"]).values())
    ours = derived.shares(ledger, parts, total, "대분류")
    theirs = derived.shares(ledger, others, earlier, "대분류")
    gap = derived.difference(ledger, ours[0], theirs[1])
    read = identity.read(gap.figure_id)
    assert read == identity.Step(ours[0].figure_id, "difference", theirs[1].figure_id)
    assert recompute(conn, {"figure_id": gap.figure_id}).value == gap.value
