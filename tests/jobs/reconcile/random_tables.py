"""Random tables of printed figures that reconcile, with the arithmetic behind them kept for a check of our own.

The arithmetic here is naive on purpose and shares nothing with `jobs.reconcile`: exact fractions, rounding half up.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from jobs.reconcile.figures import Table
from jobs.reconcile.reading import COLUMNS, figure_of

TOPICS = (
    "수도 요금",
    "교통 민원",
    "불법 주정차",
    "여권 발급",
    "문화 행사",
    "지방세",
    "청년 지원",
    "대중교통",
    "소음 신고",
    "공공 자전거",
)
CHANNELS = ("전화", "문자", "누리집", "챗봇", "방문", "전자우편", "우편")
Values = dict[str, Fraction]


@dataclass
class Made:
    """Rows as they would be printed, and every relation that holds between their values."""

    rows: list[dict[str, str]] = field(default_factory=list)
    relations: list[tuple[tuple[str, ...], Callable[[Values], bool]]] = field(default_factory=list)

    def add(self, figure: str, label: str, value: str, unit: str = "건", **cells: str) -> str:
        self.rows.append(
            dict.fromkeys(COLUMNS, "") | {"figure": figure, "label": label, "value": value, "unit": unit} | cells
        )
        return figure

    def relate(self, names: tuple[str, ...], holds: Callable[[Values], bool]) -> None:
        self.relations.append((names, holds))

    def table(self) -> Table:
        return Table([figure_of(line, row) for line, row in enumerate(self.rows, start=2)])

    def values(self) -> Values:
        return {row["figure"]: plain(row["value"]) for row in self.rows}


def plain(text: str) -> Fraction:
    """The value of a print without multiples."""
    return Fraction(text.replace(",", "").replace("△", "-").replace("+", "").rstrip("%p건명일/"))


def half_up(value: Fraction, decimals: int) -> Fraction:
    unit = 10**decimals
    near = Fraction((abs(value) * unit + Fraction(1, 2)).__floor__(), unit)
    return near if value >= 0 else -near


def printed(value: Fraction | int, decimals: int = 0) -> str:
    return f"{float(half_up(Fraction(value), decimals)):,.{decimals}f}"


def decimals_of(text: str) -> int:
    return len(text.rstrip("%p건명일/").partition(".")[2])


def make(seed: int) -> Made:
    """One table: counts in a tree over two years, and shares, means, growths and rates of them."""
    lot = random.Random(seed)
    made, year = Made(), lot.randint(2015, 2039)
    topic = lot.choice(TOPICS)
    before = _tree(lot, made, topic, year - 1, None)
    now = _tree(lot, made, topic, year, before)
    _shares(lot, made, now, topic, year)
    _means(lot, made, now, topic, year)
    _growths(lot, made, before, now, topic)
    _rates(lot, made, topic, year)
    if lot.random() < 0.5:
        _months(lot, made, year)
    if lot.random() < 0.5:
        made.add("alone", "자문 회의", printed(lot.randint(3, 90)), "회")
    if lot.random() < 0.3:
        lot.shuffle(made.rows)
    return made


def window(first: int, first_month: int = 1, last_month: int = 12) -> dict[str, str]:
    last_day = calendar.monthrange(first, last_month)[1]
    return {"window_start": f"{first}-{first_month:02d}-01", "window_end": f"{first}-{last_month:02d}-{last_day}"}


def _tree(lot: random.Random, made: Made, topic: str, year: int, before: dict[str, int] | None) -> dict[str, int]:
    """A total with its channels, each a count; the names are the channels, `계` for the total."""
    channels = list(before)[:-1] if before else lot.sample(CHANNELS, lot.randint(2, 6))
    scale = 10 ** lot.randint(3, 6)
    counts = {
        name: lot.randint(scale // 20, scale) if before is None else max(1, int(before[name] * lot.uniform(0.6, 2.4)))
        for name in channels
    }
    counts["계"] = sum(counts.values())
    days = window(year)
    names = {name: f"n{list(counts).index(name)}_{year}" for name in counts}
    made.add(names["계"], f"{year}년 {topic} 전체", printed(counts["계"]), **days)
    for name in channels:
        link = {"period_before": f"n{list(counts).index(name)}_{year - 1}"} if before and lot.random() < 0.3 else {}
        made.add(names[name], f"{year}년 {topic} {name}", printed(counts[name]), parent=names["계"], **days, **link)
    parts = tuple(names[name] for name in channels)
    made.relate((names["계"], *parts), lambda v, w=names["계"], p=parts: v[w] == sum(v[each] for each in p))
    return counts


def _shares(lot: random.Random, made: Made, counts: dict[str, int], topic: str, year: int) -> None:
    total = f"n{len(counts) - 1}_{year}"
    for place, (name, count) in enumerate(counts.items()):
        if name == "계" or lot.random() < 0.3:
            continue
        decimals = lot.choice((0, 1, 1, 1, 2))
        text = printed(Fraction(count * 100, counts["계"]), decimals)
        by_number = lot.random() < 0.3
        cells = {"numerator": printed(count) if by_number else f"n{place}_{year}", "denominator": total}
        unit, text = ("%", text) if lot.random() < 0.6 else ("", text + "%")
        figure = made.add(
            f"share{place}", f"{topic} {name} 비중", text, unit, **cells, **(window(year) if lot.random() < 0.7 else {})
        )
        names = (figure, total) if by_number else (figure, f"n{place}_{year}", total)

        def holds(
            v: Values,
            f: str = figure,
            n: str = f"n{place}_{year}",
            fixed: int | None = count if by_number else None,
            d: int = decimals,
        ) -> bool:
            return _near(v[f], (v[n] if fixed is None else fixed) * 100 / v[total], d)

        made.relate(names, holds)


def _near(value: Fraction, exact: Fraction, decimals: int) -> bool:
    return abs(value - exact) * 2 <= Fraction(1, 10**decimals)


def _means(lot: random.Random, made: Made, counts: dict[str, int], topic: str, year: int) -> None:
    days = 366 if calendar.isleap(year) else 365
    for place, (name, count) in enumerate(counts.items()):
        if lot.random() < 0.5:
            continue
        decimals = lot.choice((0, 0, 1))
        how = lot.randrange(3)
        cells = [window(year), {"denominator": str(days)}, {}][how]
        unit = "건/일" if lot.random() < 0.5 else "건"
        label = f"{year}년 {topic} {'전체' if name == '계' else name} 일평균"
        figure = made.add(
            f"mean{place}", label, printed(Fraction(count, days), decimals), unit, numerator=f"n{place}_{year}", **cells
        )
        made.relate(
            (figure, f"n{place}_{year}"),
            lambda v, f=figure, n=f"n{place}_{year}", d=decimals: _near(v[f], v[n] / days, d),
        )


def _growths(lot: random.Random, made: Made, before: dict[str, int], now: dict[str, int], topic: str) -> None:
    year = int(made.rows[0]["window_start"][:4])
    for place, name in enumerate(now):
        if lot.random() < 0.5:
            continue
        decimals = lot.choice((0, 1, 1))
        change = Fraction((now[name] - before[name]) * 100, before[name])
        text = printed(change, decimals)
        if text.startswith("-"):
            text = lot.choice(("△", "-")) + text[1:]
        elif lot.random() < 0.5:
            text = "+" + text
        old, new = f"n{place}_{year}", f"n{place}_{year + 1}"
        figure = made.add(f"growth{place}", f"{topic} {name} 증감률", text, "%", numerator=new, period_before=old)
        made.relate(
            (figure, old, new), lambda v, f=figure, o=old, n=new, d=decimals: _near(v[f], (v[n] - v[o]) * 100 / v[o], d)
        )


def _rates(lot: random.Random, made: Made, topic: str, year: int) -> None:
    """A rate in two years from its two counts, and its change in points."""
    for each in (year - 1, year):
        inflow = lot.randint(2_000, 900_000)
        answered = int(inflow * lot.uniform(0.5, 0.98))
        days = window(each)
        made.add(f"in{each}", f"{each}년 {topic} 인입", printed(inflow), **days)
        made.add(f"an{each}", f"{each}년 {topic} 응대", printed(answered), **days)
        rate = made.add(
            f"rate{each}",
            f"{each}년 {topic} 응대율",
            printed(Fraction(answered * 100, inflow), 1),
            "%",
            numerator=f"an{each}",
            denominator=f"in{each}",
            **days,
        )
        made.relate(
            (rate, f"an{each}", f"in{each}"), lambda v, e=each: _near(v[f"rate{e}"], v[f"an{e}"] * 100 / v[f"in{e}"], 1)
        )
    values = made.values()
    exact = [values[f"an{each}"] * 100 / values[f"in{each}"] for each in (year - 1, year)]
    by_print = lot.random() < 0.5
    change = values[f"rate{year}"] - values[f"rate{year - 1}"] if by_print else exact[1] - exact[0]
    made.add(
        "points",
        f"{topic} 응대율 증감",
        printed(change, 1),
        "%p",
        numerator=f"rate{year}",
        period_before=f"rate{year - 1}",
    )
    one, other = f"rate{year}", f"rate{year - 1}"

    def holds(v: Values) -> bool:
        rates = [v[f"an{each}"] * 100 / v[f"in{each}"] for each in (year, year - 1)]
        return _near(v["points"], rates[0] - rates[1], 1) or v["points"] == v[one] - v[other]

    made.relate(("points", one, other, f"an{year}", f"in{year}", f"an{year - 1}", f"in{year - 1}"), holds)


def _months(lot: random.Random, made: Made, year: int) -> None:
    """Twelve months of something else, which sum to its year."""
    counts = [lot.randint(100, 99_999) for _ in range(12)]
    made.add("year", f"{year}년 서면 접수", printed(sum(counts)), **window(year))
    for month, count in enumerate(counts, start=1):
        made.add(
            f"month{month}",
            f"{year}년 {month}월 서면 접수",
            printed(count),
            parent="year",
            **window(year, month, month),
        )
    made.relate(
        ("year", *(f"month{month}" for month in range(1, 13))),
        lambda v: v["year"] == sum(v[f"month{m}"] for m in range(1, 13)),
    )


def altered(lot: random.Random, made: Made) -> tuple[Made, str, str]:
    """The same table with one digit of one value changed: (table, figure, its new print)."""
    place = lot.randrange(len(made.rows))
    text = made.rows[place]["value"]
    spots = [at for at, letter in enumerate(text) if letter.isdigit()]
    spot = lot.choice(spots)
    first = text[spot] == next(letter for letter in text if letter.isdigit()) and spot == spots[0] and len(spots) > 1
    digit = lot.choice([d for d in "0123456789" if d != text[spot] and not (first and d == "0")])
    changed = text[:spot] + digit + text[spot + 1 :]
    rows = [dict(row) for row in made.rows]
    rows[place]["value"] = changed
    return Made(rows, made.relations), rows[place]["figure"], changed
