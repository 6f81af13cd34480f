"""The ledger: figures against plain SQL, and the arithmetic of derived figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from invented_marts import DAY

from jobs.reports import derived
from jobs.reports.figures import Ledger
from schemas.metrics import METRICS

WINDOW = (date(2021, 12, 8), DAY)


@pytest.fixture
def ledger(conn: Any) -> Ledger:
    return Ledger(conn, "test")


def test_every_metric_can_be_evaluated(ledger: Ledger) -> None:
    for metric_id, metric in METRICS.items():
        figure = ledger.figure(metric_id, WINDOW)
        assert figure.unit == metric.unit
        assert figure.counting_basis
        made, _, residents = figure.vintage.partition(" population ")
        assert made == "2021-12-14T23:10:00+00:00 R-TEST"
        assert metric_id.endswith("_per_10k") == residents.startswith("2021-11 sha256:"), metric_id


def test_a_share_keeps_its_numerator_and_denominator(ledger: Ledger, conn: Any) -> None:
    sql = "SELECT sum(covid_count), sum(consultation_count) FROM volume_hourly WHERE contact_date = ?"
    covid, total = conn.execute(sql, [DAY]).fetchone()
    figure = ledger.figure("covid_share_pct", (DAY, DAY))
    assert (figure.numerator, figure.denominator) == (covid, total)
    assert figure.value == round(covid * 100 / total, 1)


def test_a_breakdown_gives_the_same_figures_as_one_by_one(ledger: Ledger) -> None:
    found = ledger.by("consultation_count", WINDOW, ["series", "contact_hour"], {"channel": ["phone", "sms"]})
    assert found
    for key, figure in found.items():
        assert isinstance(key, tuple)
        series, hour = key
        where = {"channel": ["phone", "sms"], "series": series, "contact_hour": hour}
        assert ledger.figure("consultation_count", WINDOW, where) is figure
    total = ledger.figure("consultation_count", WINDOW, {"channel": ["phone", "sms"]})
    assert sum(int(figure.value or 0) for figure in found.values()) == total.value


def test_by_day_each_figure_has_its_own_window(ledger: Ledger) -> None:
    found = ledger.by("covid_count", WINDOW, ["contact_date"])
    assert len(found) == 7
    assert found[DAY] is ledger.figure("covid_count", (DAY, DAY))


def test_keys_without_a_row_are_zero(ledger: Ledger) -> None:
    found = ledger.by("type_count", WINDOW, ["type_code"], keys=["T000", "NEVER"])
    assert list(found) == ["T000", "NEVER"]
    assert found["NEVER"].value == 0


def test_an_unknown_column_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="no column"):
        ledger.figure("type_count", WINDOW, {"1=1; --": "x"})


def test_a_quotient_of_nothing_is_undefined(ledger: Ledger) -> None:
    assert ledger.figure("answer_rate_pct", WINDOW, {"ars_code": "7"}).value is None


def test_differences_and_changes(ledger: Ledger) -> None:
    now = ledger.figure("consultation_count", (DAY, DAY))
    before = ledger.figure("consultation_count", (date(2021, 12, 13), date(2021, 12, 13)))
    gap = derived.difference(ledger, now, before)
    assert (gap.value, gap.unit) == (int(now.value or 0) - int(before.value or 0), "건")
    assert (gap.numerator, gap.denominator) == (now.value, before.value)
    change = derived.change(ledger, now, before)
    assert change.unit == "%"
    assert change.value == pytest.approx(100 * (now.numerator or 0) / (before.numerator or 1) - 100, abs=0.051)


def test_percentages_differ_in_points_of_what_is_printed(ledger: Ledger) -> None:
    now = ledger.figure("covid_share_pct", (DAY, DAY))
    before = ledger.figure("covid_share_pct", (date(2021, 12, 13), date(2021, 12, 13)))
    gap = derived.difference(ledger, now, before)
    assert gap.unit == "%p"
    assert gap.value == round((now.value or 0) - (before.value or 0), 1)
    with pytest.raises(ValueError, match="%p"):
        derived.change(ledger, now, before)


def test_unequal_windows_are_compared_by_their_daily_means(ledger: Ledger) -> None:
    long = derived.per_day(ledger, ledger.figure("consultation_count", WINDOW), 7)
    short = derived.per_day(ledger, ledger.figure("consultation_count", (DAY, DAY)), 1)
    expected = 100 * float(short.exact) / float(long.exact) - 100
    assert derived.change(ledger, short, long).value == pytest.approx(expected, abs=0.051)


def test_masks_reach_every_figure_made_from_a_small_count(ledger: Ledger) -> None:
    types = ledger.by("type_count", (DAY, DAY), ["type_code", "district_code"])
    small = next(figure for figure in types.values() if 0 < int(figure.value or 0) < 5)
    mean = derived.per_day(ledger, small, 1)
    gap = derived.difference(ledger, ledger.figure("type_count", (DAY, DAY)), small)
    ledger.protect()
    assert (small.masked, small.label) == (True, "5 미만")
    assert (mean.label, gap.label) == ("-", "-")


def test_seconds_and_residents_are_not_small_cells(ledger: Ledger) -> None:
    wait = ledger.figure("ars0_wait_mean_seconds", (DAY, DAY))
    rate = ledger.figure("consultation_per_10k", (DAY, DAY), {"district_code": "11680"})
    assert [count.key.split(":")[0] for count in wait.counts] == ["ars0_wait_known"]
    assert [count.key.split(":")[0] for count in rate.counts] == ["typed"]
    assert rate.denominator == 150_000 + 9_000 * 22


def test_residents_are_the_same_for_every_type(ledger: Ledger) -> None:
    where = {"district_code": "11680"}
    whole = ledger.figure("consultation_per_10k", (DAY, DAY), where)
    part = ledger.figure("consultation_per_10k", (DAY, DAY), {**where, "type_code": "T000"})
    assert part.denominator == whole.denominator
    assert part.numerator == ledger.figure("type_count", (DAY, DAY), {**where, "type_code": "T000"}).value


def test_rest_closes_the_sum(ledger: Ledger) -> None:
    total = ledger.figure("type_count", (DAY, DAY))
    part = ledger.figure("type_count", (DAY, DAY), {"type_code": "T000"})
    assert derived.rest(ledger, total, [part]).value == int(total.value or 0) - int(part.value or 0)


def test_one_id_has_one_value(ledger: Ledger) -> None:
    total = ledger.figure("type_count", (DAY, DAY))
    parts = list(ledger.by("type_count", (DAY, DAY), ["domain"]).values())
    first = derived.shares(ledger, parts, total, "대분류")
    assert derived.shares(ledger, parts, total, "대분류") == first
    other = ledger.figure("type_count", (DAY, DAY), {"type_code": "T000"})
    with pytest.raises(ValueError, match="cannot sum"):
        derived.shares(ledger, [*parts, other], total, "겹치는 층")
    with pytest.raises(ValueError, match="two values"):
        ledger.add(replace(total, value=0))
