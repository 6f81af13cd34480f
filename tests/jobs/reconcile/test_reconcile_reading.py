"""Numbers, dates and labels as people print them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from jobs.reconcile.dates import mentions, read_day, spoken_range
from jobs.reconcile.labels import rate_named, subject
from jobs.reconcile.numbers import parse_printed


@pytest.mark.parametrize(
    ("text", "unit", "value", "step", "read_unit"),
    [
        ("1,234,567", "건", 1_234_567, 1, ""),
        ("64.5", "%", Fraction("64.5"), Fraction("0.1"), ""),
        ("35.0%", "", 35, Fraction("0.1"), "%"),
        ("△41", "%", -41, 1, ""),
        ("▼41%", "", -41, 1, "%"),
        ("−3.20", "", Fraction("-3.2"), Fraction("0.01"), ""),
        ("41% 감소", "", -41, 1, "%"),
        ("+4.6%p", "", Fraction("4.6"), Fraction("0.1"), "%p"),
        ("23만", "명", 230_000, 10_000, ""),
        ("230천", "명", 230_000, 1_000, ""),
        ("230", "천명", 230_000, 1_000, ""),
        ("23만 5천명", "", 235_000, 1_000, "명"),
        ("1억2천만", "원", 120_000_000, 10_000_000, ""),
        ("약 2만", "건", 20_000, 10_000, ""),
        ("약 5,500건", "", 5_500, 100, "건"),
        ("2만여 건", "", 20_000, 10_000, "건"),
        ("20,592콜", "", 20_592, 1, "건"),
        ("640×4=2,560", "건", 2_560, 1, ""),
        ("1 234", "", None, None, ""),
        ("1,23", "", None, None, ""),
        ("많음", "", None, None, ""),
    ],
)
def test_printed_numbers(text: str, unit: str, value: Fraction | None, step: Fraction | None, read_unit: str) -> None:
    if value is None:
        with pytest.raises(ValueError, match=text):
            parse_printed(text, unit)
        return
    printed = parse_printed(text, unit)
    assert printed is not None
    assert (printed.value, printed.step, printed.unit, printed.top) == (value, step, read_unit, None)


@pytest.mark.parametrize("text", ["5~6천", "5천~6천", "5-6천", "5천∼6천건", "5,000~6,000"])
def test_ranges(text: str) -> None:
    printed = parse_printed(text)
    assert printed is not None
    assert (printed.value, printed.top) == (5_000, 6_000)


@pytest.mark.parametrize("text", ["", " ", "-", "…"])
def test_nothing_printed(text: str) -> None:
    assert parse_printed(text) is None


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("'21. 3월", ["2021-03-01~2021-03-31(31일)"]),
        ("'21. 3분기", ["2021-07-01~2021-09-30(92일)"]),
        ("2020년 2월 출시", ["2020-02-01~2020-02-29(29일)"]),
        ("21년 상반기", ["2021-01-01~2021-06-30(181일)"]),
        ("2021년 4~12월 문의", ["2021-04-01~2021-12-31(275일)"]),
        ("2022년 계획('21.10월)", ["2022-01-01~2022-12-31(365일)", "2021-10-01~2021-10-31(31일)"]),
        ("상담 2,020건, 59.5%, 8/31, 10년 연속, 24시간, 2020건", []),
    ],
)
def test_dates_in_labels(text: str, windows: list[str]) -> None:
    assert [str(mention.window) for mention in mentions(text)] == windows


@pytest.mark.parametrize("text", ["2월 30일", "13월", "5분기", "2021.2.29", "'21. 0월"])
def test_dates_that_do_not_exist(text: str) -> None:
    assert [bool(mention.fault) for mention in mentions(text)] == [True]


def test_windows_in_labels_and_cells() -> None:
    assert str(spoken_range("접수('20.1.23.~12.31.)")) == "2020-01-23~2020-12-31(344일)"
    assert str(spoken_range("2021년 12월~2022년 2월")) == "2021-12-01~2022-02-28(90일)"
    assert spoken_range("하루 5~6천 건") is None
    assert (
        str(read_day("2021. 3. 1."))
        == str(read_day("20210301"))
        == str(read_day("2021-03-01 00:00:00"))
        == "2021-03-01"
    )
    with pytest.raises(ValueError, match="달력에 없는"):
        read_day("2021-02-29")
    with pytest.raises(ValueError, match="읽을 수 없습니다"):
        read_day("연중")


def test_subjects() -> None:
    same = (
        "2020년 전체 상담",
        "2020 상담건수(본문 3쪽)",
        "총 상담",
        "상담 일평균",
        "상담 증가율",
        "상담 640×4=2,560건",
    )
    assert {subject(label) for label in same} == {"상담"}
    assert subject("전화 상담") != subject("비전화 상담")
    assert subject("항목 1") != subject("항목 2")
    assert subject("상담(전화)") != subject("상담(문자)")
    assert (rate_named("응대율 증가율"), rate_named("응대 증가율"), rate_named("전화 비율")) == ("응대율", None, None)
