"""Files of series for `dasan surge` and `dasan forecast`: CSV with `date,count` and, if there are, `series,population`.

Belongs here: reading such a file into a table of days and series, and saying by line what is wrong with it. Does not:
statistics, or channel files (`jobs.ingest`).

A day that is not in the file, or whose count is empty, is a gap: nothing is known of it. It is not a day without
contacts, which the file says with 0.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from jobs.errors import WrongUse
from jobs.files import atomic_path

Floats = npt.NDArray[np.float64]

MOST_COUNT = 1e12
MOST_CELLS = 100_000_000  # days times series: what fits into memory
YEARS = (1950, 2100)
_WEEK = 7


@dataclass(frozen=True)
class Place:
    """Where a row of the file stands in the table."""

    day: int
    series: int
    count: str  # as it was written


@dataclass(frozen=True)
class SeriesTable:
    """`counts` (steps, series; NaN where missing) and `population` alike or None; `days` (steps,) are `step` days apart
    (1, or 7 for weekly series); `places` in the order of the file's rows."""

    names: list[str]
    days: npt.NDArray[np.datetime64]
    step: int
    counts: Floats
    population: Floats | None
    places: list[Place]


def read_series(path: Path) -> SeriesTable:
    """Read a file of series. Raises `WrongUse` for what cannot be used, with the line."""
    rows = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        columns = _columns(path, next(rows, []))
        found, populations, lines = _cells(path, rows, columns)
    except csv.Error as error:
        raise WrongUse(
            f"{path.name} {rows.line_num}행: 따옴표가 맞지 않습니다. 그 행의 따옴표를 확인하세요."
        ) from error
    if not lines:
        raise WrongUse(f"{path.name}: 자료 행이 없습니다. 머리글 아래에 날짜와 건수를 적어 주세요.")
    return _table(path, found, populations, lines)


def _text(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongUse(f"{path.name}: 글자를 읽을 수 없습니다. UTF-8이나 CP949로 저장해 주세요.")


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    names = [name.strip() for name in header]
    for needed in ("date", "count"):
        if needed not in names:
            raise WrongUse(
                f"{path.name}: {needed} 열이 없습니다. 첫 줄에 date,count[,series][,population] 을 적어 주세요."
            )
    columns: dict[str, int] = {}
    for name in ("date", "count", "series", "population"):
        if names.count(name) > 1:
            raise WrongUse(f"{path.name}: {name} 열이 둘 이상입니다. 하나만 남겨 주세요.")
        if name in names:
            columns[name] = names.index(name)
    return columns


Key = tuple[str, date]


def _cells(
    path: Path, rows: Iterable[list[str]], columns: dict[str, int]
) -> tuple[dict[Key, str], dict[Key, float], dict[Key, int]]:
    """(count as written, population, line) by series and day."""
    found: dict[Key, str] = {}
    populations: dict[Key, float] = {}
    lines: dict[Key, int] = {}
    width = max(columns.values()) + 1
    for row in rows:
        line = rows.line_num  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in row):
            continue
        where = f"{path.name} {line}행"
        if len(row) < width:
            raise WrongUse(f"{where}: 열이 {len(row)}개뿐입니다. {width}개가 있어야 합니다.")
        day = _day(row[columns["date"]].strip(), where)
        key = (row[columns["series"]].strip() if "series" in columns else "", day)
        if key in lines:
            named = f" {key[0]!r} 계열의" if key[0] else ""
            raise WrongUse(f"{where}:{named} {day} 이(가) {lines[key]}행에 이미 있습니다. 하나만 남기거나 더해 주세요.")
        count = row[columns["count"]].strip()
        if count:
            _number(count, "count", where, least=0.0)
        if "population" in columns:
            value = row[columns["population"]].strip()
            if value or count:
                populations[key] = _number(value, "population", where, least=1e-9)
        found[key], lines[key] = count, line
    return found, populations, lines


def _day(text: str, where: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{where}: {text!r} 은(는) 날짜가 아닙니다. 2020-01-27처럼 적어 주세요.") from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise WrongUse(f"{where}: {day} 은(는) {YEARS[0]}년부터 {YEARS[1]}년 사이가 아닙니다. 날짜를 확인하세요.")
    return day


def _number(text: str, name: str, where: str, least: float) -> float:
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise WrongUse(f"{where}: {name} 값 {text!r} 은(는) 수가 아닙니다. 쉼표 없이 적고, 모르는 날은 비워 두세요.")
    if value < least:
        raise WrongUse(f"{where}: {name} 값 {text} 이(가) 너무 작습니다. 건수는 0 이상, 모집단은 0보다 커야 합니다.")
    if value > MOST_COUNT:
        raise WrongUse(f"{where}: {name} 값 {text} 이(가) 너무 큽니다(1조까지). 값을 확인하세요.")
    return value


def _table(path: Path, found: dict[Key, str], populations: dict[Key, float], lines: dict[Key, int]) -> SeriesTable:
    names = list(dict.fromkeys(name for name, _ in lines))
    column = {name: number for number, name in enumerate(names)}
    ordinals = np.array(sorted({day.toordinal() for _, day in lines}), np.int64)
    first, last = int(ordinals[0]), int(ordinals[-1])
    step = _WEEK if len(ordinals) > 1 and not np.any(np.diff(ordinals) % _WEEK) else 1
    length = (last - first) // step + 1
    if length * len(names) > MOST_CELLS:
        raise WrongUse(f"{path.name}: 기간({length:,}일)과 계열({len(names):,}개)이 너무 큽니다. 파일을 나누어 주세요.")
    counts = np.full((length, len(names)), np.nan)
    population = np.full_like(counts, np.nan) if populations else None
    places = []
    for (name, day), count in found.items():
        at = (day.toordinal() - first) // step, column[name]
        counts[at] = float(count) if count else np.nan
        if population is not None:
            population[at] = populations.get((name, day), np.nan)
        places.append(Place(*at, count))
    days = np.datetime64(date.fromordinal(first), "D") + step * np.arange(length)
    return SeriesTable(names, days, step, counts, population, places)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file; it appears whole or not at all."""
    if path.is_dir() or not path.parent.is_dir():
        raise WrongUse(f"{path} 에 쓸 수 없습니다. 있는 폴더 안의 파일 이름을 주세요.")
    with atomic_path(path) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
