"""What a document may not say: each breach refused by name before anything is written, and the real reports pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from invented_marts import DAY, Rows, invent, span

from jobs.errors import PublicationBlocked
from jobs.reports import channel_stats, covid_daily, derived, grammar, publish, voc
from jobs.reports.document import Block, Column, Document, Number, Section, Table, Text, say
from jobs.reports.figures import Ledger
from jobs.settings import Home

DAYS = (DAY, DAY)
BEFORE = (date(2021, 12, 13), date(2021, 12, 13))
NOVEMBER, DECEMBER = (date(2021, 11, 1), date(2021, 11, 30)), (date(2021, 12, 1), DAY)


@pytest.fixture
def ledger(conn: Any) -> Ledger:
    return Ledger(conn, "test")


def document(ledger: Ledger, *blocks: Block, messages: tuple[Text, ...] = ()) -> Document:
    named = ("test", "2021-12-14", "", "시험", "", "", (), ())
    found = Document(*named, messages, (Section("하나", blocks),), ledger)
    ledger.protect()
    return found


def table(title: str, *cells: Number | str, note: str = "") -> Table:
    columns = (Column("구분", "text"), *(Column(title) for _ in cells))
    return Table("t", "표", columns, (("줄", *cells),), note)


def refused(ledger: Ledger, *blocks: Block, messages: tuple[Text, ...] = ()) -> str:
    with pytest.raises(PublicationBlocked) as caught:
        grammar.check(document(ledger, *blocks, messages=messages))
    return str(caught.value)


def test_the_reports_keep_the_grammar(conn: Any) -> None:
    for each in (
        covid_daily.build(conn, DAY),
        voc.build(conn, "2021-12", "city"),
        voc.build(conn, "2021-12", "11680"),
        channel_stats.build(conn, 2021),
    ):
        grammar.check(each)


def test_leap_years_are_said_where_years_are_compared(marts_of: Callable[[Rows], Any]) -> None:
    days = span(date(2020, 1, 1), date(2021, 12, 31))
    made = channel_stats.build(marts_of(invent(days, 20)), 2021)
    grammar.check(made)
    told = "길이가 다른 기간(365일과 366일)의 건수를 견준 것임."
    assert told in made.key_messages[-1].template
    notes = {block.table_id: block.note for block in made.tables()}
    assert all(told in notes[name] for name in ("channels", "phone"))
    assert "길이가 다른 기간(365일과 344일)" in notes["covid"]


def test_a_percentage_needs_a_base(ledger: Ledger) -> None:
    share = ledger.figure("covid_share_pct", DAYS)
    assert share.base == "상담"
    del ledger.figures[share.figure_id]
    nameless = ledger.add(replace(share, base=""))
    grammar.check(document(ledger, table("비중(%)", Number(replace(nameless, counting_basis="코로나19 / 상담")))))
    assert "[기준 없는 비율]" in refused(ledger, table("비중(%)", Number(nameless)))


def test_every_derived_percentage_has_one(ledger: Ledger) -> None:
    now, before = (ledger.figure("consultation_count", window) for window in (DAYS, BEFORE))
    covid = ledger.figure("covid_count", DAYS)
    assert derived.change(ledger, now, before).base == "전체 상담 2021-12-13"
    assert derived.proportion(ledger, covid, now).base == "전체 상담 2021-12-14"
    parts = list(ledger.by("consultation_count", DAYS, ["series"]).values())
    assert {share.base for share in derived.shares(ledger, parts, now, "계열")} == {"전체 상담 2021-12-14"}


def test_a_difference_of_percentages_is_in_points(ledger: Ledger) -> None:
    now, before = (ledger.figure("covid_share_pct", window) for window in (DAYS, BEFORE))
    gap = derived.difference(ledger, now, before)
    grammar.check(document(ledger, table("차이", Number(gap, with_unit=True))))
    grammar.check(document(ledger, table("차이(%p)", Number(gap))))
    assert "[단위 없는 비율]" in refused(ledger, table("차이(%)", Number(gap)))
    assert "[단위 없는 비율]" in refused(ledger, table("증감", Number(gap, signed=True)))
    del ledger.figures[gap.figure_id]
    wrong = ledger.add(replace(gap, unit="%", base="전체 상담"))
    assert "[%와 %p]" in refused(ledger, table("차이(%)", Number(wrong)))


def test_points_are_for_percentages_only(ledger: Ledger) -> None:
    now, before = (ledger.figure("consultation_count", window) for window in (DAYS, BEFORE))
    gap = replace(derived.difference(ledger, now, before), figure_id="x:2021-12-14", unit="%p")
    assert "[%와 %p]" in refused(ledger, table("차이(%p)", Number(ledger.add(gap))))


def test_counts_under_a_percent_head_are_refused(ledger: Ledger) -> None:
    assert "[단위가 다른 칸]" in refused(ledger, table("비중(%)", Number(ledger.figure("covid_count", DAYS))))


@pytest.mark.parametrize(
    "template", ["비중은 {}%입니다.", "비중은 {} %p 늘었습니다.", "비중은 31.2%입니다.", "{}퍼센트입니다."]
)
def test_a_bare_percent_sign_in_a_sentence_is_refused(ledger: Ledger, template: str) -> None:
    share = Number(ledger.figure("covid_share_pct", DAYS))
    cells = (share,) if "{}" in template else ()
    assert "[맨 %]" in refused(ledger, say(template, *cells))


def test_constants_of_a_method_may_stand_in_a_sentence(ledger: Ledger) -> None:
    grammar.check(document(ledger, say("막대는 95% 구간이며 거짓 발견율 10%로 골랐습니다.")))


def test_a_percentage_in_a_sentence_has_its_unit(ledger: Ledger) -> None:
    share = ledger.figure("covid_share_pct", DAYS)
    grammar.check(document(ledger, say("비중은 {}입니다.", Number(share, with_unit=True))))
    assert "[단위 없는 비율]" in refused(ledger, messages=(say("비중은 {}입니다.", Number(share)),))


def test_shares_that_do_not_add_up_are_refused(ledger: Ledger) -> None:
    total = ledger.figure("consultation_count", DAYS)
    parts = list(ledger.by("consultation_count", DAYS, ["series"]).values())
    shares = derived.shares(ledger, parts, total, "여섯 계열")
    grammar.check(document(ledger, table("비중(%)", *map(Number, shares))))
    altered = replace(shares[0], value=round(float(shares[0].value or 0) + 0.1, 1))
    ledger.figures[altered.figure_id] = altered
    told = refused(ledger, table("비중(%)", Number(altered)))
    assert "[더해지지 않는 비중] 여섯 계열" in told
    assert "100.1%" in told


def test_parts_rounded_one_by_one_are_refused(ledger: Ledger) -> None:
    total = ledger.figure("consultation_count", DAYS)
    parts = list(ledger.by("consultation_count", DAYS, ["series"]).values())
    alone = [Number(derived.proportion(ledger, part, total)) for part in parts]
    rows = tuple((f"{place}", cell) for place, cell in enumerate(alone))
    columns = (Column("계열", "text"), Column("비중(%)"))
    assert "derived.shares" in refused(ledger, Table("t", "표", columns, rows))
    grammar.check(document(ledger, Table("t", "표", columns, rows[:2])))
    grammar.check(document(ledger, Table("t", "표", columns, rows, f"비중은 {grammar.ALONE}.")))


def test_a_partial_month_against_a_whole_one_must_be_said(ledger: Ledger) -> None:
    now, before = (ledger.figure("consultation_count", window) for window in (DECEMBER, NOVEMBER))
    change = derived.change(ledger, now, before)
    cell = Number(change, with_unit=True)
    told = "길이가 다른 기간(14일과 30일)의 건수를 견준 것임."
    assert derived.lengths([change]) == told
    assert "[길이가 다른 기간]" in refused(ledger, table("증감률", cell))
    assert "[길이가 다른 기간]" in refused(ledger, messages=(say("지난달 대비 {}.", cell),))
    grammar.check(document(ledger, table("증감률", cell, note=f"단위: %. {told}")))
    grammar.check(document(ledger, table("증감률", cell), say(told)))
    means = [derived.per_day(ledger, figure, days) for figure, days in ((now, 14), (before, 30))]
    grammar.check(document(ledger, table("증감률", Number(derived.change(ledger, *means), with_unit=True))))


def test_nothing_is_written_when_it_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    share = Number(ledger.figure("covid_share_pct", DAYS))
    made = document(ledger, say("비중은 {}%입니다.", share))
    with pytest.raises(PublicationBlocked, match="test 2021-12-14"):
        publish(made, ledger, tmp_path / "out", ("csv",), home=Home(tmp_path / "home"))
    assert list(tmp_path.rglob("*")) == []
