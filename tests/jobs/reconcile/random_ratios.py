"""Faults of arithmetic (X1–X6, X15, X17) with other numbers, subjects and years, each written down in several ways."""

from __future__ import annotations

import calendar
import random
from datetime import date, timedelta
from fractions import Fraction

from random_fault import CHANNELS, SUBJECTS, Fault, a_year, days_of, two_years
from random_tables import Made, half_up, printed, window


def two_windows(lot: random.Random) -> Fault:
    """X1: a total of a shorter window beside that of the year; the daily means give the days away."""
    made, year, subject = Made(), a_year(lot), lot.choice(SUBJECTS)
    total = lot.randint(10**6, 9 * 10**6)
    start = date(year, 1, 1) + timedelta(lot.randint(10, 80))
    days = (date(year, 12, 31) - start).days + 1
    part, topic = int(total * lot.uniform(0.85, 0.97)), int(total * lot.uniform(0.1, 0.3))
    way = lot.choice(("printed as the year", "windows printed", "no windows"))
    if way == "windows printed":
        made.add("a", f"{year}년 전체 {subject}", printed(total), **window(year))
        made.add("b", f"{year}년 전체 {subject}", printed(part), **days_of(start, date(year, 12, 31)))
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
    made, year, subject = Made(), a_year(lot), lot.choice(SUBJECTS)
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


def wrong_growth(lot: random.Random) -> Fault:
    """X3: a growth that is not that of its two counts."""
    made, subject = Made(), lot.choice(SUBJECTS)
    _, before, now = two_years(lot, made, subject)
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
    made, year, rate = Made(), a_year(lot), lot.choice(("응대율", "완료율", "처리율", "만족률"))
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
        made, year, subject = Made(), a_year(lot), lot.choice(SUBJECTS)
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
    made, year, subject = Made(), a_year(lot), lot.choice(SUBJECTS)
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


def rounded_ratio(lot: random.Random) -> Fault:
    """X15: a growth computed from rounded counts."""
    while True:
        made, subject = Made(), lot.choice(SUBJECTS)
        _, before, now = two_years(lot, made, subject, 1.5, 4)
        growth, rough = (
            Fraction((now - before) * 100, before),
            Fraction((round(now / 10**4) - round(before / 10**4)) * 100, round(before / 10**4)),
        )
        if half_up(growth, 0) != half_up(rough, 0) and int(growth) != half_up(rough, 0):
            break
    made.add("growth", f"{subject} 증가율", printed(rough), "%", numerator="new", period_before="old")
    return Fault(made, ("growth",), "반올림한")


def unequal_windows(lot: random.Random) -> Fault:
    """X17: a growth between windows of different length."""
    made, year, subject = Made(), a_year(lot), lot.choice(SUBJECTS)
    start = date(year - 1, 1, 1) + timedelta(lot.randint(15, 100))
    days = (date(year - 1, 12, 31) - start).days + 1
    before = lot.randint(500_000, 2_000_000)
    now = int(before * lot.uniform(1.3, 2.5))
    way = lot.randrange(3)
    old = window(year - 1) if way == 2 else days_of(start, date(year - 1, 12, 31))
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
