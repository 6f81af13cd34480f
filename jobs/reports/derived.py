"""Figures made from figures: differences, changes, daily means, shares and what is left of a total.

Belongs here: arithmetic that keeps what it was made from. Does not: queries.
A derived figure rests on the counts of its bases, and is masked with any of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from jobs.reports.figures import Figure, Ledger, window_text
from jobs.reports.rounding import half_up, largest_remainder

SHARE_DECIMALS = 1


def difference(ledger: Ledger, current: Figure, before: Figure) -> Figure:
    """`current - before` as both are published, in their unit; of percentages in %p."""
    if current.value is None or before.value is None:
        value = None
    else:
        value = half_up(Fraction(str(current.value)) - Fraction(str(before.value)), current.decimals)
    unit = "%p" if current.unit == "%" else current.unit
    rounding = "정수" if current.decimals == 0 else f"소수 {current.decimals}자리로 실린 값끼리의 차"
    return _derive(ledger, "difference", (current, before), value, unit, current.decimals, rounding)


def change(ledger: Ledger, current: Figure, before: Figure) -> Figure:
    """Percent change of a count or mean, from the unrounded values. Raises `ValueError` for percentages (use %p)."""
    if current.unit == "%":
        raise ValueError(f"{current.figure_id}: percentages are compared in %p")
    value = None
    if before.value is not None and current.value is not None and before.exact:
        value = half_up((current.exact / before.exact - 1) * 100, SHARE_DECIMALS)
    return _derive(ledger, "change", (current, before), value, "%", SHARE_DECIMALS, "반올림 전 값으로 계산, 소수 1자리")


def per_day(ledger: Ledger, total: Figure, day_count: int, decimals: int = 1) -> Figure:
    """Mean of a count over the days that have data. Raises `ValueError` without a day."""
    if day_count < 1:
        raise ValueError("a daily mean needs a day")
    figure = Figure(
        f"{total.figure_id}:per_day" if decimals else f"{total.figure_id}:per_day_whole",
        f"{total.metric_id}.per_day",
        half_up(total.exact / day_count, decimals),
        total.numerator,
        day_count,
        total.window,
        f"{total.counting_basis} ÷ 자료가 있는 날 {day_count}일",
        total.unit,
        f"소수 {decimals}자리 반올림" if decimals else "정수로 반올림",
        ledger.vintage,
        decimals=decimals,
        counts=total.counts,
    )
    return ledger.add(figure)


def shares(
    ledger: Ledger,
    parts: Sequence[Figure],
    whole: Figure,
    level: str,
    parent: Figure | None = None,
    kind: str = "share",
) -> list[Figure]:
    """Shares of `parts` in `whole`, which sum to 100.0 %, or to the rounded share `parent` that they divide.

    `level` names the parts that were rounded together; `kind` tells the shares of a part from those in another level.
    Raises `ValueError` where the parts do not make up the parent.
    """
    target = Fraction(100) if parent is None else Fraction(str(parent.value or 0))
    order = sorted(parts, key=lambda part: part.figure_id)  # ties fall alike wherever the parts are listed
    rounded: dict[str, float] = {}
    if whole.value:
        values = largest_remainder([int(part.value or 0) for part in order], int(whole.value), target, SHARE_DECIMALS)
        rounded = {part.figure_id: value for part, value in zip(order, values, strict=True)}
    figures = []
    for part in parts:
        rounding = f"최대잔여법: {level}, 합 {float(target):.{SHARE_DECIMALS}f}%"
        figures.append(_derive(ledger, kind, (part, whole), rounded.get(part.figure_id), "%", SHARE_DECIMALS, rounding))
    return figures


def proportion(ledger: Ledger, part: Figure, whole: Figure) -> Figure:
    """The share of one part alone, rounded by itself."""
    value = half_up(part.exact / whole.exact * 100, SHARE_DECIMALS) if whole.exact else None
    rounding = f"소수 {SHARE_DECIMALS}자리 반올림"
    return _derive(ledger, "proportion", (part, whole), value, "%", SHARE_DECIMALS, rounding)


def estimate(
    ledger: Ledger,
    kind: str,
    bases: tuple[Figure, Figure],
    value: float | None,
    unit: str,
    how: str,
    decimals: int = SHARE_DECIMALS,
) -> Figure:
    """What a statistical method makes of two figures and what lies behind them: an end of an interval, a forecast.

    `how` names the method. It follows from no numerator and denominator: a count stands for itself, a rate has neither.
    A value that is no finite number has none; it is masked with its bases.
    """
    first, second = bases
    known = value is not None and math.isfinite(value)
    rounded = half_up(Fraction(str(value)), decimals) if known else None
    return ledger.add(
        Figure(
            f"{first.figure_id}:{kind}:({second.figure_id})",
            f"{first.metric_id}.{kind}",
            rounded,
            rounded if unit == first.unit else None,
            None,
            first.window,
            f"추정({how}): {first.counting_basis} / 견준 것: {second.counting_basis}, {window_text(second.window)}",
            unit,
            f"소수 {decimals}자리" if decimals else "정수",
            ledger.vintage,
            decimals=decimals,
            counts=(*first.counts, *second.counts),
        )
    )


def rest(ledger: Ledger, total: Figure, parts: Sequence[Figure], name: str = "") -> Figure:
    """What `total` holds beyond `parts`, a count of its own. The sum is declared to the ledger.

    `name` tells it from another rest of the same total beyond as many parts.
    """
    value = int(total.value or 0) - sum(int(part.value or 0) for part in parts)
    ids = f"{total.figure_id}:rest_of_{len(parts)}:{name or (parts[0].metric_id if parts else '')}"
    figure = Figure(
        ids,
        f"{total.metric_id}.rest",
        value,
        value,
        None,
        total.window,
        f"{total.counting_basis} 가운데 따로 싣지 않은 것",
        total.unit,
        "정수",
        ledger.vintage,
        is_count=True,
        counts=(ledger.count(ids, value),),
    )
    figure = ledger.add(figure)
    ledger.relate(total, [*parts, figure])
    return figure


def _derive(
    ledger: Ledger,
    kind: str,
    bases: tuple[Figure, Figure],
    value: float | int | None,
    unit: str,
    decimals: int,
    rounding: str,
) -> Figure:
    """A figure of two: the numerator and denominator are the two that it was made from."""
    first, second = bases
    exact = kind != "difference"
    return ledger.add(
        Figure(
            f"{first.figure_id}:{kind}:{_against(first, second)}",
            f"{first.metric_id}.{kind}",
            value,
            _plain(first, exact),
            _plain(second, exact),
            first.window,
            f"{first.counting_basis} / 견준 것: {second.counting_basis}, {window_text(second.window)}",
            unit,
            rounding,
            ledger.vintage,
            decimals=decimals,
            counts=(*first.counts, *second.counts),
        )
    )


def _against(first: Figure, second: Figure) -> str:
    """The second base, as short as it can be: its window where only that differs."""
    head = first.figure_id.replace(window_text(first.window), "")
    same = head == second.figure_id.replace(window_text(second.window), "")
    return window_text(second.window) if same else second.figure_id


def _plain(figure: Figure, exact: bool) -> float | int | None:
    """A base as the ledger keeps it: the published value for a difference, else the value before rounding."""
    if figure.value is None or not exact or figure.denominator is None:
        return figure.value
    return round(float(figure.exact), 6)
