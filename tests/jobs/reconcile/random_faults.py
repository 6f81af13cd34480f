"""Faults of the seventeen kinds with other numbers, subjects and years, each written down in several ways.

A maker gives rows as a sender would print them, the figures at fault (any of them may be named), and what the
explanation must say (a pattern, tried over all that is said of those figures).
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from random_tables import Made, half_up, printed, window

SUBJECTS = (
    "수도 요금",
    "교통 민원",
    "여권 발급",
    "문화 행사",
    "청년 지원",
    "소음 신고",
    "공공 자전거",
    "예방 접종",
    "한파 쉼터",
    "재난 지원금",
)
CHANNELS = ("전화", "문자", "누리집", "챗봇", "방문", "전자우편")


@dataclass
class Fault:
    made: Made
    figures: tuple[str, ...]
    says: str
    ways: list[str] = field(default_factory=list)


def _year(lot: random.Random) -> int:
    return lot.randint(2014, 2034)


def _days(start: date, end: date) -> dict[str, str]:
    return {"window_start": start.isoformat(), "window_end": end.isoformat()}


def two_windows(lot: random.Random) -> Fault:
    """X1: a total of a shorter window beside that of the year; the daily means give the days away."""
    made, year, subject = Made(), _year(lot), lot.choice(SUBJECTS)
    total = lot.randint(10**6, 9 * 10**6)
    start = date(year, 1, 1) + timedelta(lot.randint(10, 80))
    days = (date(year, 12, 31) - start).days + 1
    part, topic = int(total * lot.uniform(0.85, 0.97)), int(total * lot.uniform(0.1, 0.3))
    way = lot.choice(("printed as the year", "windows printed", "no windows"))
    if way == "windows printed":
        made.add("a", f"{year}년 전체 {subject}", printed(total), **window(year))
        made.add("b", f"{year}년 전체 {subject}", printed(part), **_days(start, date(year, 12, 31)))
        return Fault(made, ("a", "b"), f"{start}.*{days}일")
    cells = window(year) if way == "printed as the year" else {}
    made.add("a", f"{year}년 {subject} 상담", printed(total), **cells)
    made.add("b", f"{year}년 {subject} 상담(요약표)", printed(part), **cells)
    made.add("c", f"{year}년 {subject} 가운데 긴급", printed(topic), **cells)
    made.add("bd", f"{year}년 {subject} 상담 일평균(요약표)", printed(Fraction(part, days)), numerator="b", **cells)
    made.add("cd", f"{year}년 {subject} 가운데 긴급 하루평균", printed(Fraction(topic, days)), numerator="c", **cells)
    return Fault(made, ("b", "bd", "c", "cd"), f"{days}일.*{start}")


def transposed(lot: random.Random) -> Fault:
    """X2: two adjacent digits of a daily mean changed places."""
    made, year, subject = Made(), _year(lot), lot.choice(SUBJECTS)
    while True:
        count = lot.randint(400_000, 3_000_000)
        days = 366 if calendar.isleap(year) else 365
        digits = list(str(int(half_up(Fraction(count, days), 0))))
        spot = lot.randrange(len(digits) - 1)
        if digits[spot] != digits[spot + 1] and digits[spot + 1] != "0":
            break
    right = int("".join(digits))
    digits[spot], digits[spot + 1] = digits[spot + 1], digits[spot]
    wrong = int("".join(digits))
    way = lot.choice(("both", "wrong alone", "without the count"))
    cells = window(year) if lot.random() < 0.5 or way == "without the count" else {}
    if way != "without the count":
        made.add("count", f"{year}년 {subject}", printed(count), **window(year))
        cells |= {"numerator": "count"}
    made.add("wrong", f"{year}년 {subject} 일평균", printed(wrong), "건/일", **cells)
    if way != "wrong alone":
        made.add("right", f"{year}년 {subject} 일평균", printed(right), "건/일", **cells)
    return Fault(made, ("wrong",), "자리바꿈")


def _two_years(
    lot: random.Random, made: Made, subject: str, low: float = 1.05, high: float = 2.5
) -> tuple[int, int, int]:
    year = _year(lot)
    before = lot.randint(100_000, 5_000_000)
    now = int(before * lot.uniform(low, high))
    made.add("old", f"{year - 1}년 {subject}", printed(before), **window(year - 1))
    made.add("new", f"{year}년 {subject}", printed(now), **window(year))
    return year, before, now


def wrong_growth(lot: random.Random) -> Fault:
    """X3: a growth that is not that of its two counts."""
    made, subject = Made(), lot.choice(SUBJECTS)
    _, before, now = _two_years(lot, made, subject)
    growth = half_up(Fraction((now - before) * 100, before), 1)
    wrong = growth + Fraction(lot.choice((-1, 1)) * lot.randint(23, 49), 10) + (5 if growth < 6 else 0)
    cells = lot.choice(
        (
            {"numerator": "new", "period_before": "old"},
            {"numerator": printed(now), "period_before": printed(before)},
            {"numerator": "new", "denominator": "old"},
            {"period_before": "old"},
        )
    )
    label = f"{subject} 증가율" if "period_before" not in cells or lot.random() < 0.5 else f"{subject} 전년 대비 증가"
    made.add("growth", label, printed(wrong, 1), "%", **cells)
    return Fault(made, ("growth",), printed(growth, 1).replace(".", r"\."))


def points_as_percent(lot: random.Random) -> Fault:
    """X4: a difference of two rates printed with % instead of %p."""
    made, year, rate = Made(), _year(lot), lot.choice(("응대율", "완료율", "처리율", "만족률"))
    one, other = Fraction(lot.randint(500, 800), 10), Fraction(lot.randint(820, 980), 10)
    way = lot.choice(("names", "numbers", "by search", "with counts"))
    made_names = {"numerator": "r1", "period_before": "r0"}
    if way == "with counts":
        for each, value in ((0, one), (1, other)):
            base = lot.randint(10**6, 9 * 10**6)
            made.add(f"d{each}", f"{year - 1 + each}년 접수", printed(base), **window(year - 1 + each))
            made.add(
                f"n{each}", f"{year - 1 + each}년 마침", printed(int(base * value / 100)), **window(year - 1 + each)
            )
            made.add(
                f"r{each}",
                f"{year - 1 + each}년 {rate}",
                printed(value, 1),
                "%",
                numerator=f"n{each}",
                denominator=f"d{each}",
                **window(year - 1 + each),
            )
    elif way != "numbers":
        for each, value in ((0, one), (1, other)):
            made.add(f"r{each}", f"{year - 1 + each}년 {rate}", printed(value, 1), "%", **window(year - 1 + each))
    if way == "numbers":
        made_names = {"numerator": printed(other, 1), "period_before": printed(one, 1)}
    if way == "by search":
        made_names = {"period_before": "r0"}
    made.add(
        "up",
        f"{rate} {lot.choice(('증가', '향상', '상승'))}",
        lot.choice(("", "+")) + printed(other - one, 1),
        "%",
        **made_names,
    )
    return Fault(made, ("up",), "%p로 적어야")


def level_of_rounding(lot: random.Random) -> Fault:
    """X5: a two-way split printed with the outcome of rounding all series together by largest remainder."""
    while True:
        made, year, subject = Made(), _year(lot), lot.choice(SUBJECTS)
        names = lot.sample(CHANNELS, lot.randint(4, 6))
        counts = [lot.randint(10**6, 4 * 10**6), *(lot.randint(10**4, 10**6) for _ in names[1:])]
        total, rest = sum(counts), sum(counts[1:])
        share = _largest_remainder(counts, total)
        own = half_up(Fraction(counts[0] * 100, total), 1)
        if share[0] != own:
            break
    cells = window(year)
    made.add("total", f"{year}년 {subject}", printed(total), **cells)
    made.add("first", f"{year}년 {subject} {names[0]}", printed(counts[0]), parent="total", **cells)
    nested = lot.random() < 0.5
    made.add("others", f"{year}년 {subject} 그 밖", printed(rest), **cells, **({"parent": "total"} if nested else {}))
    for place, name in enumerate(names[1:]):
        made.add(
            f"s{place}",
            f"{year}년 {subject} {name}",
            printed(counts[place + 1]),
            parent="others" if nested else "total",
            **cells,
        )
    made.add(
        "first_share",
        f"{subject} {names[0]} 비중",
        printed(share[0], 1),
        "%",
        numerator="first",
        denominator="total",
        **cells,
    )
    made.add(
        "others_share",
        f"{subject} 그 밖 비중",
        printed(100 - share[0], 1),
        "%",
        numerator="others",
        denominator="total",
        **cells,
    )
    return Fault(made, ("first_share",), "최대잔여법")


def _largest_remainder(counts: list[int], total: int) -> list[Fraction]:
    floors = [count * 1000 // total for count in counts]
    order = sorted(range(len(counts)), key=lambda i: -(counts[i] * 1000 % total))
    for i in order[: 1000 - sum(floors)]:
        floors[i] += 1
    return [Fraction(floor, 10) for floor in floors]


def restricted_base(lot: random.Random) -> Fault:
    """X6: the share of a part of the year, on a base that is not the year's and not printed."""
    made, year, subject = Made(), _year(lot), lot.choice(SUBJECTS)
    total = lot.randint(4 * 10**6, 9 * 10**6)
    topic = int(total * lot.uniform(0.2, 0.35))
    first = lot.randint(3, 6)
    days = (date(year, 12, 31) - date(year, first, 1)).days + 1
    base = int(topic * days / 365 * lot.uniform(0.9, 1.15))
    share = Fraction(lot.randint(250, 450), 10)
    part = int(base * share / 100)
    made.add("total", f"{year}년 전체 상담", printed(total), **window(year))
    made.add("topic", f"{year}년 {subject} 상담", printed(topic), **window(year))
    part_window = window(year, first, 12)
    way = lot.choice(("no base", "year as base", "number", "all as base"))
    if way == "number":
        made.add(
            "share", f"{year}년 {first}~12월 {subject} 문의 비중", printed(share, 1) + "%", "", numerator=printed(part)
        )
    else:
        made.add("part", f"{subject} 문의", printed(part), **part_window)
        base_cell = {"no base": {}, "year as base": {"denominator": "topic"}, "all as base": {"denominator": "total"}}[
            way
        ]
        made.add("share", f"{subject} 문의 비중", printed(share, 1), "%", numerator="part", **base_cell, **part_window)
    return Fault(made, ("share",), r"분모.*topic.*기간")


def highest_share(lot: random.Random) -> Fault:
    """X7: a month's share called the year's highest, without a base or with the year's."""
    made, year, subject, month = Made(), _year(lot), lot.choice(SUBJECTS), lot.randint(1, 12)
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
    made, year = Made(), _year(lot)
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
    made, year, subject = Made(), _year(lot), lot.choice(SUBJECTS)
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
    made, year, subject = Made(), _year(lot), lot.choice(("상담품질 평가", "모니터링", "현장 점검"))
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
    made, year, way = Made(), _year(lot), lot.randrange(4)
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
    made, year, month = Made(), _year(lot), lot.randint(1, 12)
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
    made, year, way = Made(), _year(lot), lot.randrange(6)
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


def rounded_ratio(lot: random.Random) -> Fault:
    """X15: a growth computed from rounded counts."""
    while True:
        made, subject = Made(), lot.choice(SUBJECTS)
        _, before, now = _two_years(lot, made, subject, 1.5, 4)
        growth, rough = (
            Fraction((now - before) * 100, before),
            Fraction((round(now / 10**4) - round(before / 10**4)) * 100, round(before / 10**4)),
        )
        if half_up(growth, 0) != half_up(rough, 0) and int(growth) != half_up(rough, 0):
            break
    made.add("growth", f"{subject} 증가율", printed(rough), "%", numerator="new", period_before="old")
    return Fault(made, ("growth",), "반올림한")


def no_end(lot: random.Random) -> Fault:
    """X16: a count since a day, without its last day."""
    made, year, month, day = Made(), _year(lot), lot.randint(2, 12), lot.randint(2, 28)
    way, value = lot.randrange(4), printed(lot.randint(1000, 90_000))
    if way == 0:
        made.add("open", "새 제도 문의", value, window_start=f"{year}-{month:02d}-{day:02d}")
    else:
        since = (f"{year}.{month}.{day}.부터", f"{month}월 {day}일 이후", f"'{year % 100}. {month}. {day}.부터")[
            way - 1
        ]
        made.add("open", f"새 제도 문의({since})", value)
    return Fault(made, ("open",), "끝")


def unequal_windows(lot: random.Random) -> Fault:
    """X17: a growth between windows of different length."""
    made, year, subject = Made(), _year(lot), lot.choice(SUBJECTS)
    start = date(year - 1, 1, 1) + timedelta(lot.randint(15, 100))
    days = (date(year - 1, 12, 31) - start).days + 1
    before = lot.randint(500_000, 2_000_000)
    now = int(before * lot.uniform(1.3, 2.5))
    way = lot.randrange(3)
    old = window(year - 1) if way == 2 else _days(start, date(year - 1, 12, 31))
    made.add("old", f"{year - 1}년 {subject}", printed(before), **old)
    made.add("new", f"{year}년 {subject}", printed(now), **window(year))
    if way == 2:
        made.add(
            "old_mean",
            f"{year - 1}년 {subject} 일평균",
            printed(Fraction(before, days)),
            "건/일",
            numerator="old",
            **old,
        )
    cells = (
        {"numerator": printed(now), "period_before": printed(before)}
        if way == 1
        else {"numerator": "new", "period_before": "old"}
    )
    made.add("growth", f"{subject} 증가율", printed(Fraction((now - before) * 100, before), 1), "%", **cells)
    length = 366 if calendar.isleap(year) else 365
    daily = half_up((Fraction(now, length) / Fraction(before, days) - 1) * 100, 1)
    return Fault(made, ("growth",), printed(daily, 1).replace(".", r"\."))


KINDS: dict[str, Callable[[random.Random], Fault]] = {
    "x01": two_windows, "x02": transposed, "x03": wrong_growth, "x04": points_as_percent, "x05": level_of_rounding,
    "x06": restricted_base, "x07": highest_share, "x08": volume_as_rate, "x09_x10": range_off, "x11": unreconciled,
    "x12": stock_or_rounding, "x13": before_launch, "x14": wrong_year, "x15": rounded_ratio, "x16": no_end,
    "x17": unequal_windows,
}  # fmt: skip
