"""Figures made from figures: differences, changes, daily means, shares and what is left of a total.

Belongs here: arithmetic that keeps what it was made from. Does not: queries.
A derived figure rests on the counts of its bases, and is masked with any of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from jobs.analysis.rounding import half_up, largest_remainder
from jobs.reports import identity
from jobs.reports.figures import Figure, Ledger, window_text
from jobs.reports.steps import Estimate
from schemas.metrics import METRICS

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
    metric_id = total.metric_id.partition(".")[0]
    as_held = day_count == ledger.days_with_data(total.window, metric_id)
    figure = Figure(
        identity.per_day_id(total.figure_id, decimals, None if as_held else day_count),
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
    made_of = whole.value if parent is None else parent.numerator
    if sum(int(part.value or 0) for part in parts) != int(made_of or 0):
        raise ValueError(f"{level}: the parts of {whole.figure_id} cannot sum to what they divide ({made_of})")
    target = Fraction(100) if parent is None else Fraction(str(parent.value or 0))
    order = sorted(parts, key=lambda part: part.figure_id)  # ties fall alike wherever the parts are listed
    rounded: dict[str, float] = {}
    if whole.value:
        values = largest_remainder([int(part.value or 0) for part in order], int(whole.value), target, SHARE_DECIMALS)
        rounded = {part.figure_id: value for part, value in zip(order, values, strict=True)}
    together = identity.level(whole.figure_id, [part.figure_id for part in parts])
    rounding = f"최대잔여법: {level}, 합 {float(target):.{SHARE_DECIMALS}f}%"
    return [
        _derive(
            ledger,
            kind,
            (part, whole),
            rounded.get(part.figure_id),
            "%",
            SHARE_DECIMALS,
            rounding,
            identity.share_id(part.figure_id, kind, whole.figure_id, together, parent.figure_id if parent else ""),
            level or "-",
        )
        for part in parts
    ]


def proportion(ledger: Ledger, part: Figure, whole: Figure) -> Figure:
    """The share of one part alone, rounded by itself."""
    value = half_up(part.exact / whole.exact * 100, SHARE_DECIMALS) if whole.exact else None
    rounding = f"소수 {SHARE_DECIMALS}자리 반올림"
    return _derive(ledger, "proportion", (part, whole), value, "%", SHARE_DECIMALS, rounding)


def estimate(ledger: Ledger, kind: str, bases: tuple[Figure, Figure], value: float | None, made: Estimate) -> Figure:
    """What a statistical method makes of two figures and what lies behind them: an end of an interval, a forecast.

    `made` is kept, so that the step can be run again (`methods`). The number follows from no numerator and denominator: a
    count stands for itself, a rate has neither. A value that is no finite number has none; it is masked with its bases.
    """
    first, second = bases
    known = value is not None and math.isfinite(value)
    rounded = half_up(Fraction(str(value)), made.decimals) if known else None
    figure_id = f"{first.figure_id}:{kind}:({second.figure_id})"
    ledger.estimates[figure_id] = made
    return ledger.add(
        Figure(
            figure_id,
            f"{first.metric_id}.{kind}",
            rounded,
            rounded if made.unit == first.unit else None,
            None,
            first.window,
            f"추정({made.how}): {first.counting_basis} / 견준 것: {second.counting_basis}, {window_text(second.window)}",
            made.unit,
            f"소수 {made.decimals}자리" if made.decimals else "정수",
            ledger.vintage,
            decimals=made.decimals,
            counts=(*first.counts, *second.counts),
        )
    )


def rest(ledger: Ledger, total: Figure, parts: Sequence[Figure], name: str = "") -> Figure:
    """What `total` holds beyond `parts`, a count of its own. The sum is declared to the ledger.

    `name` tells it from another rest of the same total beyond the same parts.
    """
    value = int(total.value or 0) - sum(int(part.value or 0) for part in parts)
    ids = identity.rest_id(total.figure_id, [part.figure_id for part in parts], name)
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
    figure_id: str = "",
    level: str = "",
) -> Figure:
    """A figure of two: the numerator and denominator are the two that it was made from."""
    first, second = bases
    exact = kind != "difference"
    return ledger.add(
        Figure(
            figure_id or identity.pair_id(first.figure_id, kind, second.figure_id, (first.window, second.window)),
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
            base=_base(second) if unit == "%" else "",
            of_rates="%" in (first.unit, second.unit),
            level=level,
            lengths=_unequal(ledger, first, second) if kind in ("difference", "change") else None,
        )
    )


def lengths(figures: Iterable[Figure]) -> str:
    """A sentence on periods of unequal length that the comparisons among these figures set side by side; or empty.

    To be put into the words of the block that shows them: `grammar` refuses the document otherwise.
    """
    found = {figure.lengths: None for figure in figures if figure.lengths}
    return " ".join(f"길이가 다른 기간({now}일과 {before}일)의 건수를 견준 것임." for now, before in found)


def _unequal(ledger: Ledger, first: Figure, second: Figure) -> tuple[int, int] | None:
    """The days with data of two periods whose counts are compared; `None` where they are equally many, or where what
    is compared does not grow with the days."""
    if not (first.is_count and second.is_count) or first.window == second.window:
        return None
    now, before = (ledger.days_with_data(f.window, f.metric_id.partition(".")[0]) for f in (first, second))
    return (now, before) if now != before else None


def _base(figure: Figure) -> str:
    """What a percentage of this figure is a percentage of."""
    name = METRICS.get(figure.metric_id.partition(".")[0])
    return f"{name.name if name else figure.counting_basis} {window_text(figure.window)}"


def _plain(figure: Figure, exact: bool) -> float | int | None:
    """A base as the ledger keeps it: the published value for a difference, else the value before rounding."""
    if figure.value is None or not exact or figure.denominator is None:
        return figure.value
    return round(float(figure.exact), 6)
