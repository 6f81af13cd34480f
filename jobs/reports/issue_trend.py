"""Whether an issue's share of all contacts rose, and when its level changed: sentences from tests that hold.

Belongs here: putting `jobs.analysis.trend` and `changes` into figures and words. Does not: the methods.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jobs.reports import derived, editions
from jobs.reports.document import Number, Text, say
from jobs.reports.figures import Figure
from jobs.reports.steps import Estimate, Step

if TYPE_CHECKING:
    from jobs.reports.issue import Issue

METHOD = "issue.share-trend"
FEWEST_DAYS, FEWEST_FOR_LEVEL = 7, 14
_BASIS = "전체 상담에서의 비중의 오즈(이 현안 ÷ 그 밖)의 한 주 변화율, 과산포 로지스틱 회귀"


def sentence(issue: Issue, counts: Mapping[Any, Figure], whole: Mapping[Any, Figure]) -> Text:
    """The trend of the share over the window, with its interval."""
    from jobs.analysis.trend import FALLING, RISING, UNKNOWN

    if len(counts) < FEWEST_DAYS:
        return say(f"자료가 있는 날이 {len(counts)}일이어서({FEWEST_DAYS}일 미만) 추세는 말하지 않습니다.")
    found = _trend(issue, counts, whole)
    kind = int(found.trend[0])
    if kind == UNKNOWN:
        return say("건수가 적어 추세는 말하지 않습니다.")
    if kind not in (RISING, FALLING):
        return say("기간 안에서 전체 상담에서의 비중이 늘거나 줄었다고 할 근거는 없습니다(유의수준 0.01).")
    bases = (issue.total, issue.ledger.figure("type_count", issue.window))
    step = Step(METHOD, issue.window, {"types": list(issue.codes)})
    numbers = [
        Number(
            derived.estimate(issue.ledger, f"weekly_odds_{name}", bases, value, Estimate(step, name, "%", _BASIS)),
            signed=True,
            with_unit=True,
        )
        for name, value in _outputs(found).items()
    ]
    word = "늘고" if kind == RISING else "줄고"
    return say(
        f"전체 상담에서의 비중은 기간 안에서 {word} 있습니다: 비중의 오즈가 한 주에 {{}}(95% 구간 {{}}에서 {{}}).",
        *numbers,
    )


def _trend(issue: Issue, counts: Mapping[Any, Figure], whole: Mapping[Any, Figure]) -> Any:
    """The trend of the issue's share from its counts by day and those of all contacts."""
    import numpy as np

    from jobs.analysis.trend import share_trend

    every = [issue.window[0] + timedelta(step) for step in range(issue.length)]
    ours, all_ = (
        np.array([[float(f[day].value or 0) if day in f else np.nan] for day in every]) for f in (counts, whole)
    )
    return share_trend(ours, np.nan_to_num(all_))


def _outputs(found: Any) -> dict[str, float]:
    """The change of the odds in a week, percent, with its interval."""
    slopes = {"slope": found.slope, "lower": found.lower, "upper": found.upper}
    return {name: (math.exp(7 * part[0]) - 1) * 100 for name, part in slopes.items()}


def outputs(issue: Issue) -> dict[str, float]:
    """The change of the odds in a week and the ends of its interval, by `slope`, `lower` and `upper`."""
    held = issue.held(issue.window)
    counts, whole = (
        issue.ledger.by("type_count", issue.window, ["contact_date"], where, keys=held) for where in (issue.where, {})
    )
    return _outputs(_trend(issue, counts, whole))


def changes(issue: Issue, counts: Mapping[Any, Figure], whole: Mapping[Any, Figure]) -> tuple[Text, ...]:
    """The days on which the level of the share changed, with the daily means on both sides."""
    import numpy as np

    from jobs.analysis.changes import change_points

    days: list[date] = sorted(counts)
    if len(days) < FEWEST_FOR_LEVEL:
        return (
            say(f"자료가 있는 날이 {len(days)}일이어서({FEWEST_FOR_LEVEL}일 미만) 수준이 바뀐 날은 찾지 않았습니다."),
        )
    shares = np.array([float(counts[day].exact / whole[day].exact) if whole[day].value else 0.0 for day in days])
    found = change_points(shares)
    if not found:
        return (say("기간 안에서 비중의 수준이 뚜렷이 바뀐 날은 찾지 못했습니다."),)
    edges = [0, *found, len(days)]
    told = []
    for start, middle, end in zip(edges, edges[1:], edges[2:], strict=False):
        before, after = (_mean(issue, days[a:b], counts) for a, b in ((start, middle), (middle, end)))
        told.append(
            say(
                f"{editions.day_text(days[middle])}부터 비중의 수준이 바뀌었습니다: 하루 평균이 앞 {middle - start}일 {{}}에서 뒤 "
                f"{end - middle}일 {{}}({{}}).",
                Number(before, with_unit=True),
                Number(after, with_unit=True),
                Number(derived.change(issue.ledger, after, before), signed=True, with_unit=True),
            )
        )
    return tuple(told)


def _mean(issue: Issue, days: list[date], counts: Mapping[Any, Figure]) -> Figure:
    total = issue.ledger.figure("type_count", (days[0], days[-1]), issue.where)
    issue.ledger.relate(total, [counts[day] for day in days])
    return derived.per_day(issue.ledger, total, len(days))
