"""The weekly trend by level: how each group moves and how high it stands, the weeks before, and the channels.

Belongs here: the tables and the chart of volume. Does not: which types made the change (`weekly_change`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jobs.reports import breaks, coverage, covid_groups, derived, editions
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, Text, say
from jobs.reports.figures import Figure
from jobs.reports.steps import Estimate, Step
from schemas.codes import COVID_GROUPS, SERIES

if TYPE_CHECKING:
    from jobs.reports.covid_weekly import Week

METHOD = "covid-weekly.share-change"
TREND_DAYS = 14
FEWEST_WEEKS = 8  # before the week, without which nothing is said of the level
MOST_WEEKS = 52
CHART_WEEKS = 13
_LEVELS = ((0.25, "낮음"), (0.75, "보통"), (0.9, "높음"), (2.0, "매우 높음"))
LEVEL = 0.01  # of significance
TOTAL = "covid"
NO_GROUND, RISING, FALLING = "근거 없음", "늘고 있음", "줄고 있음"
ROSE, FELL, UNKNOWN = "늘었음", "줄었음", "판단 보류"


def words(context: Week) -> dict[str, tuple[str, str, str]]:
    """(this week against the last, trend, level) in words for the total (`TOTAL`), the groups and the parts."""
    import numpy as np

    names = (TOTAL, *covid_groups.ORDER)
    counts = np.stack([history(context, name) for name in names], axis=1)
    levels = (_level(column) for column in counts.T)
    return dict(zip(names, zip(verdicts(context, counts), _trends(context, counts), levels, strict=True), strict=True))


def verdicts(context: Week, counts: Any, level: float = LEVEL) -> list[str]:
    """Whether `counts` (days of the history, series) rose or fell on last week beyond the noise of their days, beside
    all that is not COVID."""
    import numpy as np

    from jobs.analysis.intervention import effect

    days = slice(max(0, len(counts) - TREND_DAYS), len(counts))
    after = np.array([day >= context.monday for day in context.history[days]])
    other = context.everything.column("other")[days]
    found = effect(counts[days], other, after, context.types.kinds[days], has_slope=False, fewest_before=7)
    is_clear = found.p_value < level
    return [
        UNKNOWN if np.isnan(p) else NO_GROUND if not clear else ROSE if ratio > 1 else FELL
        for p, clear, ratio in zip(found.p_value, is_clear, found.ratio, strict=True)
    ]


def _trends(context: Week, counts: Any) -> list[str]:
    """What the last 14 days of `counts` (days of the history, series) say of their share in all contacts, in words."""
    import numpy as np

    from jobs.analysis.trend import share_trend

    if len(counts) < TREND_DAYS:
        return ["판단 보류(14일 미만)"] * counts.shape[1]
    all_ = np.nan_to_num(context.everything.counts.sum(axis=1)[-TREND_DAYS:, None])
    found = share_trend(counts[-TREND_DAYS:], np.repeat(all_, counts.shape[1], axis=1), LEVEL)
    return [(NO_GROUND, RISING, FALLING, "판단 보류(적은 건수)")[kind] for kind in found.trend]


def history(context: Week, name: str) -> Any:
    """(days,) the history of the total, a group or a part."""
    import numpy as np

    if name == TOTAL:
        return context.everything.column("covid")
    column = "covid_group" if name in COVID_GROUPS else "covid_subgroup"
    wanted = [context.types.names.index(code) for code in context.types_under(column, name)]
    whole = ~np.isnan(context.everything.column("covid"))
    return np.where(whole, context.types.counts[:, wanted].sum(axis=1), np.nan)


def _level(counts: Any) -> str:
    """Where the last seven days stand among the weeks before, in words."""
    import numpy as np

    weeks = counts[len(counts) % 7 :].reshape(-1, 7).sum(axis=1)  # NaN where a day is not whole
    past = weeks[:-1][-MOST_WEEKS:]
    past = past[~np.isnan(past)]
    if len(past) < FEWEST_WEEKS or np.isnan(weeks[-1]):
        return f"판단 보류({FEWEST_WEEKS}주 미만)"
    below = float((past < weeks[-1]).mean() + (past == weeks[-1]).mean() / 2)
    return next(word for limit, word in _LEVELS if below < limit)


def sentence(context: Week) -> Text:
    """What the test says of the share, and how high the week stands."""
    _, trend, level = words(context)[TOTAL]
    said = {
        RISING: "전체 상담에서의 코로나19 비중은 최근 14일 동안 늘고 있습니다(유의수준 0.01)",
        FALLING: "전체 상담에서의 코로나19 비중은 최근 14일 동안 줄고 있습니다(유의수준 0.01)",
        NO_GROUND: "최근 14일 동안 전체 상담에서의 코로나19 비중이 늘거나 줄었다고 할 근거는 없습니다(유의수준 0.01)",
    }.get(trend, "자료가 모자라 코로나19 비중의 추세는 말하지 않습니다")
    height = (
        "수준은 앞선 주가 모자라 말하지 않습니다"
        if level.startswith("판단")
        else f"건수의 수준은 앞선 주들에 견주어 ‘{level}’입니다"
    )
    return say(f"{said}. {height}.")


def table(context: Week) -> tuple[Block, ...]:
    """The total and the groups: this week, the last one, and both words."""
    ledger = context.ledger
    windows = [context.window] if context.not_compared else [context.window, context.before]
    found = []
    for window in windows:
        covid_groups.relate(ledger, window)
        found.append({TOTAL: context.covid(window), **covid_groups.figures(ledger, window)})
    said = words(context)
    rows: list[tuple[Cell, ...]] = []
    for name in (TOTAL, *covid_groups.ORDER):
        row: list[Cell] = ["코로나19 전체" if name == TOTAL else covid_groups.title(name), Number(found[0][name])]
        if not context.not_compared:
            row += [*_against(context, found[0][name], found[1][name]), said[name][0]]
        rows.append((*row, *said[name][1:]))
    columns = [Column("그룹", "text"), Column("이번 주")]
    if not context.not_compared:
        columns += [Column("지난주"), Column("증감"), Column("증감률"), Column("지난주 대비", "short")]
    columns += [Column("비중의 추세", "short"), Column("수준", "short")]
    lacking = f" {context.not_compared} 지난주와 견주지 않음." if context.not_compared else " 두 주 모두 7일."
    note = f"단위: 건. 백신은 ‘단순·기침·발열·검진’의, 방역패스는 ‘기타’의 일부.{lacking}"
    indent = frozenset(i for i, name in enumerate(covid_groups.ORDER, start=1) if name in covid_groups.GROUP_OF)
    title = "추세와 수준"
    return (Table("levels", title, tuple(columns), tuple(rows), note, strong=frozenset({0}), indent=indent),)


def _against(context: Week, now: Figure, before: Figure) -> list[Cell]:
    gap = Number(derived.difference(context.ledger, now, before), signed=True)
    return [Number(before), gap, Number(derived.change(context.ledger, now, before), signed=True, with_unit=True)]


def weeks(context: Week) -> tuple[Block, ...]:
    """COVID contacts and their share by week; a week that is not whole is left out of the bars."""
    mondays = [context.monday - timedelta(7 * back) for back in range(CHART_WEEKS - 1, -1, -1)]
    windows = [(monday, monday + timedelta(6)) for monday in mondays]
    there = {window for window in windows if len(context.held(window)) == 7}
    if len(there) < 2:
        return (say(f"최근 {CHART_WEEKS}주 가운데 7일이 다 있는 주가 둘이 되지 않아 주별 그림을 그리지 않았습니다."),)
    signs, told = breaks.marks(mondays, context.window[1])
    counts, shares = (
        tuple(context.ledger.figure(name, window) if window in there else None for window in windows)
        for name in ("covid_count", "covid_share_pct")
    )
    chart = Chart(
        "weeks",
        f"주별 코로나19 상담과 비중, {CHART_WEEKS}주",
        tuple(f"{monday.month}.{monday.day}." for monday in mondays),
        counts,
        "코로나19 상담",
        shares,
        "그 주 전체 상담에서의 비중",
        f"막대: 코로나19 상담(건), 선: 그 주 전체 상담에서의 비중(%). 날짜는 월요일. 7일이 다 있지 않은 주는 비워 둠. 출처: 상담 마트.{told}",
        signs,
    )
    return (chart,)


def channels(context: Week) -> tuple[Block, ...]:
    """The series' shares in COVID contacts, this week and last, with the interval of the difference."""
    ledger = context.ledger
    now = context.by("series", context.window, list(SERIES))
    names = editions.series_names(context.window[1])
    shares = derived.shares(ledger, list(now.values()), context.covid(context.window), "여섯 계열")
    if context.not_compared:
        short = (Column("계열", "text"), Column("이번 주"), Column("비중(%)"))
        seen = coverage.series_with_data(ledger.conn, context.window)
        plain = tuple(
            (names[n], Number(now[n]), Number(share)) if n in seen or now[n].value else (names[n], coverage.ABSENT, "")
            for n, share in zip(SERIES, shares, strict=True)
        )
        note = f"단위: 건. 비중은 이번 주 코로나19 상담에 대한 것. {context.not_compared} 지난주와 견주지 않음."
        return (Table("channels", "계열별 코로나19 상담", short, plain, note),)
    before = context.by("series", context.before, list(SERIES))
    earlier = derived.shares(ledger, list(before.values()), context.covid(context.before), "여섯 계열")
    rows: list[tuple[Cell, ...]] = []
    for name, share, old in zip(SERIES, shares, earlier, strict=True):
        pair = now[name], before[name]
        bounds = [
            Number(derived.estimate(ledger, f"share_change_{side}", pair, bound, _estimate(context, name, side)), True)
            for side, bound in _share_change(context, *pair).items()
        ]
        gap = Number(derived.difference(ledger, share, old), signed=True)
        rows.append((names[name], Number(now[name]), Number(share), Number(old), gap, *bounds))
    titles = ("이번 주", "비중(%)", "지난주 비중(%)", "차이(%p)", "95% 아래(%p)", "95% 위(%p)")
    note = (
        "단위: 건. 비중은 그 주 코로나19 상담에 대한 것(여섯 계열의 합이 100.0%). 구간은 두 비중의 차이에 대한 것(Newcombe)으로, 0이 그 "
        "안에 있으면 옮겨 갔다고 할 근거가 없음. 전화에는 외국어가, 민간포털에는 홈페이지가 들어 있음(가정 A1)."
    )
    columns = (Column("계열", "text"), *map(Column, titles))
    return (Table("channels", "계열별 코로나19 상담", columns, tuple(rows), note),)


def _share_change(context: Week, now: Figure, before: Figure) -> dict[str, float]:
    """The ends of the interval of a series' share against last week, in %p."""
    from jobs.analysis.shift import share_change

    pairs = (
        (int(part.value or 0), int(context.covid(window).value or 0))
        for part, window in ((before, context.before), (now, context.window))
    )
    lower, _, upper = share_change(*pairs)
    return {"lower": 100 * lower, "upper": 100 * upper}


def _estimate(context: Week, name: str, side: str) -> Estimate:
    return Estimate(context.step(METHOD, series=name), side, "%p", _NEWCOMBE)


def outputs(context: Week, step: Step) -> dict[str, float]:
    """The ends of the interval, by `lower` and `upper`."""
    where = {"series": step.arguments["series"]}
    pair = (context.ledger.figure("covid_type_count", window, where) for window in (context.window, context.before))
    return _share_change(context, *pair)


_NEWCOMBE = "두 비중의 차이의 95% 구간(Newcombe 1998, 방법 10)"
