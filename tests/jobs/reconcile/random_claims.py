"""Faults of words, units and dates (X7–X14, X16) with other numbers, subjects and years, each in several ways."""

from __future__ import annotations

import calendar
import random
from fractions import Fraction

from random_fault import SUBJECTS, Fault, a_year
from random_tables import Made, printed, window


def highest_share(lot: random.Random) -> Fault:
    """X7: a month's share called the year's highest, without a base or with the year's."""
    made, year, subject, month = Made(), a_year(lot), lot.choice(SUBJECTS), lot.randint(1, 12)
    total = lot.randint(4 * 10**6, 9 * 10**6)
    topic = int(total * lot.uniform(0.2, 0.3))
    made.add("total", f"{year}년 전체 상담", printed(total), **window(year))
    made.add("topic", f"{year}년 {subject} 상담", printed(topic), **window(year))
    made.add(
        "year_share",
        f"{year}년 {subject} 비중",
        printed(Fraction(topic * 100, total), 1),
        "%",
        numerator="topic",
        denominator="total",
        **window(year),
    )
    share = Fraction(topic * 100, total) + lot.randint(3, 9)
    base = {"denominator": "topic"} if lot.random() < 0.5 else {}
    word = lot.choice(("연중 최고", "최대", "가장 높음"))
    made.add(
        "month",
        f"{year}년 {month}월 {subject} 비중({word})",
        printed(share, 1),
        "%",
        **base,
        **window(year, month, month),
    )
    return Fault(made, ("month",), "분모")


def volume_as_rate(lot: random.Random) -> Fault:
    """X8: the growth of the volume answered, called the growth of the answer rate."""
    made, year = Made(), a_year(lot)
    rate, done = lot.choice((("응대율", "응대"), ("처리율", "처리"), ("완료율", "완료")))
    inflow = [lot.randint(4 * 10**6, 6 * 10**6) for _ in range(2)]
    answered = [int(each * lot.uniform(0.7, 0.85)) for each in inflow]
    more = lot.randint(100_000, 400_000)
    for each in (0, 1):
        made.add(f"in{each}", f"{year - 1 + each}년 인입", printed(inflow[each]), **window(year - 1 + each))
        made.add(f"an{each}", f"{year - 1 + each}년 {done}", printed(answered[each]), **window(year - 1 + each))
    value = printed(Fraction(more * 100, answered[0]), 1)
    way = lot.randrange(3)
    if way == 0:
        made.add("up", f"{rate} 증가", value, "%", numerator=printed(more))
    elif way == 1:
        made.add("up", f"{rate} +{value}%", value, "%", numerator=printed(more), denominator="an0")
    else:
        made.add("more", "추가 물량", printed(more), **window(year))
        made.add("up", f"{rate} 향상", f"+{value}%", "", numerator="more", period_before="an0")
    return Fault(made, ("up",), r"an0.*분모.*%p")


def _thousands(low: int) -> str:
    return f"{low}~{low + 1}천"


def range_off(lot: random.Random) -> Fault:
    """X9, X10: a range a day in which the mean of the period does not lie."""
    made, year, subject = Made(), a_year(lot), lot.choice(SUBJECTS)
    days = 366 if calendar.isleap(year) else 365
    low = lot.randint(3, 8)
    mean = lot.choice((lot.uniform(low - 2, low - 0.2), lot.uniform(low + 2.1, low + 4))) * 1000
    count = int(mean * days)
    way = lot.randrange(4)
    if way == 0:
        made.add("count", f"{year}년 {subject}(하루 {_thousands(low)} 건)", printed(count), **window(year))
        return Fault(made, ("count",), "범위.*밖")
    if way == 1:
        made.add("mean", f"{year}년 {subject} 일평균", printed(Fraction(count, days)), "건/일", **window(year))
    else:
        made.add("count", f"{year}년 {subject}", printed(count), **window(year))
    claim = _thousands(low) if lot.random() < 0.5 else f"{low},000~{low + 1},000"
    cells = {"numerator": "count"} if way == 2 else {}
    made.add("claim", f"{subject} 하루", claim, "건/일" if lot.random() < 0.5 else "건", **cells, **window(year))
    return Fault(made, ("claim",), "범위.*밖")


def unreconciled(lot: random.Random) -> Fault:
    """X11: one thing with two counts, one of them a product."""
    made, year, subject = Made(), a_year(lot), lot.choice(("상담품질 평가", "모니터링", "현장 점검"))
    persons, times = lot.randint(200, 900), lot.randint(2, 9)
    product = persons * times
    other = product - lot.randint(101, product // 3)
    way = lot.randrange(3)
    if way == 0:
        made.add("b", f"{subject}({persons}명×{times}회={product:,}건)", printed(other), **window(year))
        return Fault(made, ("b",), "결과.*다릅니다")
    if way == 1:
        made.add("b", f"{subject} {persons}×{times}={product + lot.randint(2, 90):,}", "3", "회")
        return Fault(made, ("b",), f"{product:,}")
    made.add("a", f"{year}년 {subject}", printed(other), **window(year))
    made.add("b", f"{year}년 {subject}({persons}×{times}={product:,})", printed(product), **window(year))
    return Fault(made, ("a", "b"), "두 값")


def stock_or_rounding(lot: random.Random) -> Fault:
    """X12: one name, two values: dates of count, rounding, a mean beside a day's number."""
    made, year, way = Made(), a_year(lot), lot.randrange(4)
    if way == 0:
        low = lot.randint(11, 90)
        made.add("a", "알림톡 친구 수", f"{low}만", "명")
        made.add("b", "알림톡 친구 수", f"{low + 1}0", "천명")
        return Fault(made, ("a", "b"), "기준일|저량")
    if way == 1:
        value = lot.randint(11, 80)
        made.add("a", "지각 감소율", f"△{value}", "%", **window(year))
        made.add("b", "지각 감소율", f"-{value + 1}%", "", **window(year))
        return Fault(made, ("a", "b"), "반올림.*버린")
    if way == 2:
        made.add("a", f"{year}년 재택근무 인원", str(lot.randint(150, 300)), "명", **window(year))
        made.add("b", f"{year}년 재택근무 월평균 인원", str(lot.randint(50, 140)), "명", **window(year))
        return Fault(made, ("a", "b"), "저량|평균")
    while True:
        before = lot.randint(80, 400)
        now = before - lot.randint(20, before // 2)
        fall = Fraction((before - now) * 100, before)
        if fall - int(fall) > Fraction(1, 2):  # cut off and rounded differ
            break
    made.add("a", "불만 감소", f"△{int(fall)}", "%", numerator=str(now), period_before=str(before))
    return Fault(made, ("a",), "버")


def before_launch(lot: random.Random) -> Fault:
    """X13: a volume in the year before the launch."""
    made, year, month = Made(), a_year(lot), lot.randint(1, 12)
    thing, word = lot.choice(("챗봇", "화상상담", "보이는 ARS")), lot.choice(("출시", "도입", "개시", "서비스 시작"))
    way = lot.randrange(4)
    own = f"{thing} 상담('{year % 100}.{month}월 {word})" if way == 0 else f"{year - 1}년 {thing} 상담"
    made.add("early", own, printed(lot.randint(1000, 90_000)), **window(year - 1))
    made.add("later", f"{year}년 {thing} 상담", printed(lot.randint(100_000, 900_000)), **window(year))
    if way == 1:
        made.add("begin", f"{thing} {word}일", f"{year}-{month:02d}-15", "날짜")
    elif way == 2:
        made.add("begin", f"{thing} {word}({year}년 {month}월)", "", "")
    elif way == 3:
        made.add("begin", f"{thing} {word}", f"'{year % 100}.{month}월", "")
    return Fault(made, ("early",), f"{year}-{month:02d}.*(시작|시범)")


def wrong_year(lot: random.Random) -> Fault:
    """X14: last year's month or quarter in this year's plan; dates that do not exist."""
    made, year, way = Made(), a_year(lot), lot.randrange(6)
    when = lot.choice(
        (
            f"'{(year - 1) % 100}. {lot.randint(1, 12)}월",
            f"'{(year - 1) % 100}. {lot.randint(1, 4)}분기",
            f"{year - 1}년 {lot.randint(1, 12)}월",
        )
    )
    if way == 0:
        made.add("step", f"{year}년 추진계획: 자료 정비({when})", "1", "건", **window(year))
    elif way == 1:
        made.add("plan", f"{year}년 주요업무 계획", "7", "건")
        made.add("step", f"자료 정비({when})", "1", "건", parent="plan")
    elif way == 2:
        made.add("step", f"{year}년 계획 - 정비 완료", when, "일정", **window(year))
    elif way == 3:
        made.add("step", f"{year}년 {lot.randint(13, 19)}월 접수", "120", "건")
    elif way == 4:
        made.add("step", f"{year}년 접수", "1,200", "건", window_start=f"{year}-02-01", window_end=f"{year}-02-30")
    else:
        made.add("step", f"{year}년 접수", "1,200", "건", window_start=f"{year}-12-31", window_end=f"{year}-01-01")
    return Fault(made, ("step",), "계획의 해|없는|앞섭니다")


def no_end(lot: random.Random) -> Fault:
    """X16: a count since a day, without its last day."""
    made, year, month, day = Made(), a_year(lot), lot.randint(2, 12), lot.randint(2, 28)
    way, value = lot.randrange(4), printed(lot.randint(1000, 90_000))
    if way == 0:
        made.add("open", "새 제도 문의", value, window_start=f"{year}-{month:02d}-{day:02d}")
    else:
        since = (f"{year}.{month}.{day}.부터", f"{month}월 {day}일 이후", f"'{year % 100}. {month}. {day}.부터")[
            way - 1
        ]
        made.add("open", f"새 제도 문의({since})", value)
    return Fault(made, ("open",), "끝")
