"""The next month of each recipient: a forecast of its consultations, and how the last one did.

Belongs here: the forecasts of all editions in one call, and the section. Does not: how a forecast is made
(`jobs.analysis.forecast`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jobs import query
from jobs.reports import derived, editions, foretold
from jobs.reports.document import Block, Column, Number, Table, say
from jobs.reports.figures import Figure, Ledger
from jobs.reports.foretold import ENDS
from jobs.reports.sources import Outside
from jobs.reports.steps import Estimate, Step
from jobs.reports.voc_edition import CITY, Edition, Month
from jobs.settings import Home

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import numpy.typing as npt

METHOD = "voc.outlook"
FEWEST_DAYS = 56
_COMPLETE = 0.8  # of the days up to the origin that must have data
_AHEAD = "foreseen"  # how the estimates of next month are named, by which the next edition finds them
_HOW = "날짜별 예측(95% 구간)의 합: 구간의 끝을 그대로 더해 넓게 잡음"


@dataclass(frozen=True)
class Outlook:
    """(mean, lower, upper) consultations of the `ahead` days, and of the month's own days as foreseen the day before it
    began; `None` where there were too few days. `since`: the first day that was looked at. `printed`: mean, lower and upper
    of the month's own days as last month's edition printed them, at `printed_at`; empty where they are made anew."""

    since: date
    ahead: tuple[date, ...]
    foreseen: tuple[float, float, float] | None
    hindsight: tuple[float, float, float] | None
    printed: tuple[Outside, ...] = ()
    printed_at: str = ""

    @property
    def of_own_days(self) -> bool:
        return bool(self.printed) or self.hindsight is not None


def as_printed(home: Home, month: Month, made: dict[str, Outlook]) -> dict[str, Outlook]:
    """The outlooks, with what last month's editions printed of this month in place of what is made anew.

    What was printed is of a whole month, so that it is held against a whole one only.
    """
    first = date(month.year, month.month, 1)
    before = first - timedelta(days=1)
    if len(month.days) != (month.next_days[0] - first).days:
        return made
    found = dict(made)
    for name, outlook in made.items():
        told = foretold.last(home, ("voc", f"{before:%Y-%m}", name), f"{_AHEAD}_")
        printed = told.series("printed_outlook", {first: f"{_AHEAD}_{{}}"}) if told else None
        if told and printed:
            found[name] = replace(outlook, printed=printed, printed_at=told.shown_at)
    return found


def outlooks(
    conn: duckdb.DuckDBPyConnection, month: Month, recipients: Sequence[str], since: date | None = None
) -> dict[str, Outlook]:
    """The outlook of each recipient: two forecasts for all together, from the days from `since` (by default, all)."""
    import numpy as np

    first, last = since or query.days(conn)[0], month.days[-1]
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    counts = _counts(conn, days, recipients)
    begins = days.index(month.days[0])
    ahead = tuple(day for day in month.next_days if day > last)
    gap = (ahead[0] - last).days - 1  # the rest of a month that is not over yet
    foreseen = _sums(counts, days, range(gap, gap + len(ahead)))
    own = np.array([(day - month.days[0]).days for day in month.days])
    hindsight = _sums(counts[:begins], days[:begins], own)
    return {
        name: Outlook(first, ahead, foreseen[place] if foreseen else None, hindsight[place] if hindsight else None)
        for place, name in enumerate(recipients)
    }


def _counts(
    conn: duckdb.DuckDBPyConnection, days: Sequence[date], recipients: Sequence[str]
) -> npt.NDArray[np.float64]:
    """(days, recipients): consultations; NaN on days on which a large channel that is there on most has no data."""
    import numpy as np

    counts = np.zeros((len(days), len(recipients)))
    places = {day: i for i, day in enumerate(days)}
    columns = {name: i for i, name in enumerate(recipients)}
    sql = (
        "SELECT contact_date, coalesce(district_code, ''), coalesce(department_code, ''), sum(consultation_count)::BIGINT "
        "FROM type_daily WHERE contact_date BETWEEN ? AND ? GROUP BY ALL"
    )
    for day, *codes, n in query.rows(conn, sql, [days[0], days[-1]]):
        for name in (CITY, *codes):
            if name in columns:
                counts[places[day], columns[name]] += n
    covered = query.covered_channels(conn, days[0], days[-1])
    usual = [c for c in query.LARGE_CHANNELS if sum(c in seen for seen in covered.values()) > len(days) / 2]
    missing = [i for i, day in enumerate(days) if not set(usual) <= covered.get(day, set())]
    counts[missing] = np.nan
    return counts


def _sums(counts: Any, days: Sequence[date], steps: Any) -> list[tuple[float, float, float]] | None:
    """Sums over the days `steps` after the last of `days`; `None` with too little history."""
    import numpy as np

    from jobs.analysis.forecast import forecast

    known = ~np.isnan(counts[:, :1]) if len(days) else np.zeros((0, 1))
    if known.sum() < FEWEST_DAYS or known.mean() < _COMPLETE:
        return None
    found = forecast(counts, np.array(days, "datetime64[D]"), int(max(steps)) + 1)
    parts = (part[np.array(steps)].sum(axis=0) for part in (found.mean, found.lower, found.upper))
    return [(float(m), float(lo), float(up)) for m, lo, up in zip(*parts, strict=True)]


def figures(edition: Edition, outlook: Outlook, name: str) -> list[Figure]:
    """Mean, lower and upper of `foreseen` or `hindsight` as figures that rest on the month's own count; the latter as it
    was printed, where it was."""
    if name == "hindsight" and outlook.printed:
        first = date(edition.month.year, edition.month.month, 1)
        return [edition.ledger.given(each, first) for each in outlook.printed]
    bases = (edition.total, edition.total)
    last = edition.month.days[-1] + timedelta(days=query.LANDING_DAYS)
    month = f"{edition.month.year}-{edition.month.month:02d}"
    step = Step(METHOD, (outlook.since, last), {"month": month, "recipient": edition.recipient})
    return [
        derived.estimate(
            edition.ledger, f"{name}_{end}", bases, value, Estimate(step, f"{name} {end}", "건", _HOW, decimals=0)
        )
        for end, value in zip(ENDS, getattr(outlook, name), strict=True)
    ]


def outputs(ledger: Ledger, step: Step) -> dict[str, float]:
    """The sums by `foreseen mean`, `foreseen lower`, `hindsight mean`, …, as far as there are such."""
    year, number = map(int, step.arguments["month"].split("-"))
    recipient = step.arguments["recipient"]
    month = Month.of(query.days(ledger.conn), year, number)
    outlook = outlooks(ledger.conn, month, [recipient], step.window[0])[recipient]
    return {
        f"{name} {end}": value
        for name in ("foreseen", "hindsight")
        for end, value in zip(ENDS, getattr(outlook, name) or (), strict=False)
    }


def section(edition: Edition) -> tuple[Block, ...]:
    """The forecast for next month and the fate of the last one; a sentence where there is none."""
    outlook = edition.outlook
    if outlook is None or outlook.foreseen is None or not edition.total.value:
        return (
            say(
                f"다음 달 예고는 싣지 않았습니다: 빠진 날이 적은 자료가 {FEWEST_DAYS}일 넘게 있어야 하며, 첫 몇 주에는 없습니다."
            ),
        )
    rows = [_row(edition, f"다음 달({editions.span_text((outlook.ahead[0], outlook.ahead[-1]))})",
                 outlook, len(outlook.ahead), _AHEAD)]  # fmt: skip
    if outlook.of_own_days:
        span = editions.span_text(edition.month.window)
        rows.append(_row(edition, f"이번 달({span})의 예고", outlook, len(edition.month.days), "hindsight"))
    actual = derived.per_day(edition.ledger, edition.total, len(edition.month.days))
    rows.append(
        (f"이번 달 실제({editions.span_text(edition.month.window)})", Number(edition.total), "", "", Number(actual))
    )
    columns = (Column("기간", "text"), *map(Column, ("상담", "구간 아래", "구간 위", "하루 평균")))
    again = "지난달 판에 견줄 예고가 없어, 지금의 자료 가운데 지난달까지만 써서 다시 셈한 것"
    printed = f"지난달 판({outlook.printed_at})에 실린 그대로"
    note = "단위: 건. 95% 구간의 날짜별 끝을 더한 것이므로 실제 95%보다 넓음. 정책 변화와 유행은 미리 알지 못함." + (
        f" 이번 달의 예고는 {printed if outlook.printed else again}." if outlook.hindsight else ""
    )
    return (Table("outlook", "다음 달 예고", columns, tuple(rows), note), _verdict(edition, outlook))


def _row(edition: Edition, title: str, outlook: Outlook, days: int, name: str) -> tuple[Any, ...]:
    mean, lower, upper = figures(edition, outlook, name)
    a_day = derived.per_day(edition.ledger, mean, days)
    return title, Number(mean), Number(lower), Number(upper), Number(a_day)


def _verdict(edition: Edition, outlook: Outlook) -> Block:
    if not outlook.of_own_days:
        return say("지난달까지의 자료가 짧아 이번 달에 대한 예고는 없었습니다.")
    mean, lower, upper = figures(edition, outlook, "hindsight")
    value = int(edition.total.value or 0)
    where = " 안에 들었습니다" if (lower.value or 0) <= value <= (upper.value or 0) else "을 벗어났습니다"
    off = derived.change(edition.ledger, edition.total, mean)
    return say(
        f"이번 달 실제 상담은 예고의 {{}} 구간{where}: 예고 대비 {{}}({{}}, 예고 {{}}).",
        "95%",
        Number(off, signed=True, with_unit=True),
        Number(edition.total, with_unit=True),
        Number(mean, with_unit=True),
    )
