"""`dasan surge` and `dasan forecast` over a file of series."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.cli.options import FILE, json_option, write_json
from jobs.errors import WrongUse

if TYPE_CHECKING:
    from jobs.analysis.episodes import Codes
    from jobs.seriesfiles import Floats, SeriesTable

SURGE_COLUMNS = ("date", "series", "count", "expected", "upper", "state")
FORECAST_COLUMNS = ("date", "series", "mean", "lower", "upper")
MOST_AHEAD = 366

_SOURCE = click.option("--in", "source", type=FILE, required=True, help="입력 CSV: date,count[,series][,population].")
_TARGET = click.option("--out", "target", type=click.Path(path_type=Path), required=True, help="결과 CSV.")
_HOLIDAYS = click.option(
    "--holidays",
    "country",
    type=str,
    default="KR",
    show_default=True,
    help="공휴일을 볼 나라(ISO 두 글자), 없으면 none.",
)


@click.command("surge", help="계열마다 기대 건수와 급증 구간(none, open, ongoing, closed)을 구한다.")
@_SOURCE
@_TARGET
@_HOLIDAYS
@json_option
def surge(source: Path, target: Path, country: str, json_file: str | None) -> int:
    from jobs.analysis.episodes import ALONE, OPEN, STATES
    from jobs.seriesfiles import read_series, write_table

    table = read_series(source)
    expected, upper, state = _watched(table, country)
    rows = [
        (
            table.days[place.day],
            table.names[place.series],
            place.count,
            _shown(expected[place.day, place.series]),
            _shown(upper[place.day, place.series]),
            STATES[state[place.day, place.series]],
        )
        for place in table.places
    ]
    write_table(target, SURGE_COLUMNS, rows)
    opened = [(str(day), name) for day, name, *_, found in rows if found == STATES[OPEN]]
    is_city = table.step == 1 and len(table.names) > ALONE
    how = f" 계열이 {ALONE:,}개를 넘어 거짓 급증을 전체에서 세는 한계로 보았습니다." if is_city else ""
    click.echo(
        f"계열 {len(table.names):,}개, {len(rows):,}행: 급증이 시작된 곳 {len(opened):,}건. {target} 에 썼습니다.{how}",
        err=json_file == "-",
    )
    episodes = [{"date": day, "series": name} for day, name in opened]
    write_json(json_file, {"series": len(table.names), "rows": len(rows), "opened": episodes})
    return 0


@click.command("forecast", help="계열마다 앞날의 건수를 95 % 구간과 함께 내다본다(주별 자료는 주 단위).")
@_SOURCE
@_TARGET
@click.option("--horizon", type=int, required=True, help=f"내다볼 날 수(1~{MOST_AHEAD}).")
@_HOLIDAYS
@json_option
def forecast(source: Path, target: Path, horizon: int, country: str, json_file: str | None) -> int:
    from jobs.analysis.forecast import forecast as ahead
    from jobs.seriesfiles import read_series, write_table

    if not 1 <= horizon <= MOST_AHEAD:
        raise WrongUse(f"--horizon {horizon}: 1부터 {MOST_AHEAD} 사이의 수를 주세요.")
    table = read_series(source)
    _check_country(country)
    found = ahead(table.counts, table.days, horizon, country if table.step == 1 else "none", table.step)
    write_table(
        target,
        FORECAST_COLUMNS,
        (
            (
                table.days[-1] + table.step * (step + 1),
                name,
                *(_shown(part[step, series]) for part in (found.mean, found.lower, found.upper)),
            )
            for series, name in enumerate(table.names)
            for step in range(horizon)
        ),
    )
    click.echo(f"계열 {len(table.names):,}개의 {horizon}걸음 앞을 {target} 에 썼습니다.", err=json_file == "-")
    write_json(json_file, {"series": len(table.names), "horizon": horizon, "last": str(table.days[-1])})
    return 0


def _watched(table: SeriesTable, country: str) -> tuple[Floats, Floats, Codes]:
    import numpy as np

    from jobs.analysis.calendar import day_kinds
    from jobs.analysis.episodes import one_day_limit, watch
    from jobs.analysis.weekly import watch_weeks

    _check_country(country)
    if table.step != 1:
        if table.population is not None:
            raise WrongUse("주별 자료에는 population 을 쓸 수 없습니다. 열을 빼거나 일별 자료를 주세요.")
        weeks = watch_weeks(table.counts)
        return weeks.expected, weeks.upper, weeks.state
    days = watch(table.counts, day_kinds(table.days, country), table.population)
    expected = np.array([day.expected for day in days])
    return expected, np.array([one_day_limit(day) for day in days]), np.array([day.state for day in days])


def _check_country(country: str) -> None:
    import numpy as np

    from jobs.analysis.calendar import day_kinds

    try:
        day_kinds(np.array(["2020-01-01"], "datetime64[D]"), country)
    except NotImplementedError:
        raise WrongUse(f"--holidays {country}: 모르는 나라입니다. KR처럼 ISO 두 글자 또는 none 을 주세요.") from None


def _shown(value: float) -> str:
    """At most three decimals; empty where nothing is known."""
    return "" if math.isnan(value) else f"{value:.3f}".rstrip("0").rstrip(".")
