"""The seventeen faults of the Foundation's 2022 work report, as tables that another department would send.

The golden values stand in `tables/` and here alone; each kind is written down in the ways a sender may choose.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jobs.reconcile import reconcile

TABLES = Path(__file__).parent / "tables"
JOBS = Path(__file__).parents[3] / "jobs"

# table: (figure, verdict, what its explanations must say)
EXPECTED: dict[str, list[tuple[str, str, str]]] = {
    "x01-daily-means": [
        ("all_2020_daily", "explained", "344일로 나눈.*covid_2020_daily.*344일.*2020-01-23~2020-12-31"),
        ("covid_2020_daily", "explained", "344일로 나눈.*두 수의 기간이 같습니다"),
        ("all_2020_covid_table", "explained", r"344일의 수치.*366일"),
        ("all_2020", "explained", "기간이 다릅니다.*366일.*2020-01-23~2020-12-31"),
    ],
    "x01-no-windows": [("bd", "explained", "344일"), ("b", "explained", "344일.*2020-01-23"), ("c", "explained", "344일")],
    "x01-share-of-the-other": [("s", "explained", r"17\.95%.*분모를 b.*5,895,571")],
    "x01-two-windows": [("a", "explained", "기간이 다릅니다.*366일.*344일"), ("b", "explained", "기간이 다릅니다")],
    "x02-alone": [("daily", "conflict", r"5,456\.3.*자리바꿈")],
    "x02-with-count": [("daily_a", "conflict", "자리바꿈.*5,456건/일이.*맞습니다"), ("daily_b", "agrees", r"5,456\.3")],
    "x02-without-count": [("daily_a", "conflict", "자리바꿈"), ("daily_b", "conflict", "자리바꿈")],
    "x03-by-denominator": [("g", "conflict", r"\+8\.48%")],
    "x03-growth": [("growth", "conflict", r"\+8\.48%.*\+8\.5%")],
    "x03-numbers": [("growth", "conflict", r"\+8\.48%")],
    "x03-without-numerator": [("g", "conflict", r"\+8\.48%")],
    "x04-answer-rate": [("up", "explained", r"3\.3%p.*%가 아니라 %p")],
    "x04-completion-numbers": [("done_up", "explained", r"2\.5%p.*%가 아니라 %p")],
    "x04-completion-rates": [("done_up", "explained", r"2\.5%p.*%가 아니라 %p"), ("done21", "agrees", "")],
    "x05-alone": [("phone_share", "conflict", r"59\.44%.*최대잔여법"), ("nonphone_share", "explained", r"40\.56%")],
    "x05-flat": [
        ("phone_share", "explained", r"59\.44%.*6개 계열.*최대잔여법.*수준"),
        ("nonphone_share", "explained", r"40\.56%.*5개 부분의 반올림한 비율을 더하면 40\.5%"),
    ],
    "x05-two-levels": [
        ("phone_share", "explained", r"59\.44%.*6개 계열.*최대잔여법.*수준"),
        ("nonphone_share", "explained", r"40\.56%.*5개 부분의 반올림한 비율을 더하면 40\.5%"),
    ],
    "x06-number": [("vaccine_share", "explained", r"1,642,414.*covid.*2021-04-01~2021-12-31.*28\.86%")],
    "x06-numerator-only": [("vaccine_share", "explained", r"1,642,414.*covid.*2021-04-01~2021-12-31.*28\.86%")],
    "x06-year-as-base": [("vaccine_share", "explained", r"28\.86%.*1,642,414.*2021-04-01~2021-12-31")],
    "x07-alone": [("august", "conflict", "분모가 적히지 않았습니다.*그 기간의 전체 가운데")],
    "x07-no-base": [("august", "explained", r"2021-08-01~2021-08-31\(31일\)의 전체 가운데 비율.*26\.5%")],
    "x07-year-as-base": [("august", "explained", r"covid.*의 전체 가운데 비율")],
    "x08-base-named": [("rise", "explained", r"an20.*양\(건수\)의 증가율이지 응대율의 변화가 아닙니다.*in21.*3\.47%p")],
    "x08-number": [("rise", "explained", r"an20.*응대율의 변화가 아닙니다.*3\.47%p")],
    "x08-period-before": [("rise", "explained", "an20.*응대율의 변화가 아닙니다.*%p")],
    "x09-range-label": [("complaints", "conflict", "4,406.*범위 5,000~6,000 밖")],
    "x09-range-no-numerator": [("per_day", "conflict", "4,406.*범위 5,000~6,000 밖")],
    "x09-range-value": [("per_day", "conflict", "4,406.*범위 5,000~6,000 밖.*더해도 이 수가 되지 않습니다")],
    "x10-count": [("per_day", "conflict", "5,456.*범위 6,000~7,000 밖")],
    "x10-mean": [("claim", "conflict", "5,456.*범위 6,000~7,000 밖")],
    "x11-product-and-value": [("qa", "conflict", "2,560.*2,344.*다릅니다")],
    "x11-same-names": [
        ("qa", "conflict", "2,344건.*2,560건.*설명되지 않습니다"),
        ("reports_2", "conflict", "1,172건.*905건.*설명되지 않습니다"),
        ("qa_plan", "conflict", "셈이 맞습니다"),
    ],
    "x12-complaints": [("fall", "explained", r"-41\.86%.*-42%.*버림")],
    "x12-friends": [("friends", "conflict", "230,000명.*220,000명.*저량.*기준일")],
    "x12-friends-dates": [("friends_2", "explained", "기간이 다릅니다")],
    "x12-home": [("home_mean", "explained", "180명.*111명.*저량.*평균")],
    "x12-sick-leave": [("sick", "explained", "한쪽은 반올림하고 한쪽은 버린")],
    "x13-launch-label": [("chatbot_2019", "conflict", "2020-02-01.*39,903건.*시범운영")],
    "x13-launch-no-value": [("chat", "conflict", "2020-02-01.*39,903건.*시범운영")],
    "x13-launch-row": [("chatbot_2019", "conflict", "2020-02-01.*39,903건.*시범운영"), ("chatbot_2020", "agrees", "")],
    "x14-impossible": [
        ("a", "conflict", "달력에 없는"),
        ("b", "conflict", "없는 달"),
        ("c", "conflict", "없는 분기"),
        ("d", "conflict", "앞섭니다"),
        ("e", "conflict", "기간의 해"),
    ],
    "x14-month": [("plan_1", "conflict", "계획의 해"), ("plan_2", "conflict", "계획의 해"), ("plan_3", "agrees", "")],
    "x14-no-window": [("step_1", "conflict", "계획의 해"), ("step_2", "conflict", "계획의 해")],
    "x15-both": [("right", "agrees", r"183\.23%"), ("rounded", "explained", "만 단위로 반올림한 142만과 50만")],
    "x15-rounded-inputs": [("g", "agrees", "맞습니다")],
    "x16-label-only": [("pass", "conflict", "끝.*없습니다")],
    "x16-month-day": [("pass", "conflict", "끝.*없습니다")],
    "x16-start-only": [("pass", "conflict", "끝.*없습니다.*2021-12-31")],
    "x17-daily-means": [("growth", "explained", r"344일.*365일.*\+67\.6%"), ("covid20", "explained", "344일")],
    "x17-numbers": [("growth", "explained", r"344일.*365일.*\+67\.6%")],
    "x17-windows": [("growth", "explained", r"344일.*365일.*\+67\.6%")],
}  # fmt: skip
_WORST = ("agrees", "explained", "conflict")


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_published_fault_is_found_and_explained(name: str) -> None:
    result = reconcile(TABLES / f"{name}.csv")
    assert result.unread == []
    for figure, verdict, says in EXPECTED[name]:
        mine = [finding for finding in result.findings if finding.figure == figure]
        assert max(mine, key=lambda finding: _WORST.index(finding.verdict)).verdict == verdict, mine
        assert any(re.search(says, finding.explanation) for finding in mine), mine


def test_every_table_is_expected() -> None:
    assert {path.stem for path in TABLES.glob("*.csv")} == set(EXPECTED)
    assert {name[:3] for name in EXPECTED} == {f"x{number:02d}" for number in range(1, 18)}


def test_candidates_name_the_bases_that_were_tried() -> None:
    result = reconcile(TABLES / "x06-numerator-only.csv")
    share = next(finding for finding in result.findings if finding.figure == "vaccine_share")
    assert [(one.figure, one.value, one.fits) for one in share.candidates] == [
        ("covid", "1,642,414", True),
        ("total", "7.6%", False),
        ("covid", "28.9%", False),
    ]


def test_no_published_figure_stands_in_the_program() -> None:
    golden = {
        digits
        for path in TABLES.glob("*.csv")
        for digits in re.findall(
            r"\d{1,3}(?:,\d{3})+|(?<![\d.])\d{4,}|(?<![\d.])\d{2,}\.\d(?!\d)", path.read_text(encoding="utf-8")
        )
        if not re.fullmatch(r"20[12]\d|2[01]\.\d+|\d,000", digits)  # years, and round ends of ranges
    }
    assert len(golden) > 40
    for path in [*(JOBS / "reconcile").glob("*.py"), *(JOBS / "analysis").glob("*.py")]:
        text = re.sub(r"(?<=\d)[,_](?=\d)", "", path.read_text(encoding="utf-8"))
        found = {
            digits for digits in golden if re.search(rf"(?<![\d.]){re.escape(digits.replace(',', ''))}(?!\d)", text)
        }
        assert found == set(), path.name
