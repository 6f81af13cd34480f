"""A table of printed figures as another department sends it: CSV (UTF-8, with or without BOM, or CP949) or XLSX.

Belongs here: rows to figures, and what of a row cannot be read. Does not: whether figures agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from jobs.errors import WrongUse
from jobs.imports.tables import read_rows, read_sheet_rows
from jobs.reconcile.dates import Window, mentions, read_day
from jobs.reconcile.figures import Figure, Kind, Table
from jobs.reconcile.labels import DAILY_CLAIM, EXPRESSION, is_daily, is_growth, is_monthly, is_stock, launch_word
from jobs.reconcile.numbers import Printed, clean, parse_printed, read_term, split_unit

COLUMNS = (
    "figure", "label", "value", "unit", "numerator", "denominator", "window_start", "window_end", "parent", "period_before",
)  # fmt: skip
REFERENCES = ("numerator", "denominator", "parent", "period_before")
MAX_FIGURES = 5_000
_REQUIRED = ("figure", "value")
_ENCODINGS = ("utf-8-sig", "cp949")
_DATE_UNITS = ("날짜", "일자", "연월", "연월일", "시기", "일정", "date", "month")
_DATE_VALUE = re.compile(
    r"['’]?\s?\d{2,4}\s?(?:년|[-./])\s?\d{1,2}\s?(?:월|분기|[-./]|$)(?:\s?\d{1,2}\s?일?\.?)?(?:\s00:00:00)?\s?(?:중|말|초|까지|부터)?|"
    r"['’]\s?\d{2}\s?\.?\s?\d\s?(?:/\s?4)?\s?분기|\d{4}년?\s?[1-9]\s?(?:/\s?4)?\s?분기|\d{4}년?\s?[상하]반기"
)


def read_table(file: Path) -> tuple[Table, list[str]]:
    """The figures of `file` and, in Korean, what is wrong with each row that could not be taken.

    Raises `WrongUse` where the file as a whole is no such table.
    """
    suffix = file.suffix.lower()
    if suffix not in (".csv", ".xlsx", ".txt"):
        raise WrongUse(f"{file.name}: 확장자가 .csv 또는 .xlsx 여야 합니다.")
    rows = (
        read_sheet_rows(file, _REQUIRED, as_shown=True) if suffix == ".xlsx" else read_rows(file, _REQUIRED, _ENCODINGS)
    )
    figures: list[Figure] = []
    bad: list[str] = []
    for line, cells in rows:
        if cells is None:
            bad.append(f"{line}번째 줄: 칸 수가 첫 줄과 다릅니다. 쉼표가 든 값은 따옴표로 묶어 주세요.")
            continue
        texts = {name: clean(cells.get(name) or "") for name in COLUMNS}
        if not any(texts.values()):
            continue
        if len(figures) == MAX_FIGURES:
            raise WrongUse(f"{file.name}: 수치가 {MAX_FIGURES:,}개를 넘습니다. 나누어 주세요.")
        try:
            figures.append(figure_of(line, texts))
        except ValueError as fault:
            bad.append(f"{line}번째 줄({texts['figure'] or '이름 없음'}): {fault}")
    table = Table(figures)
    bad += unknown_names(table)
    if not figures and not bad:
        raise WrongUse(f"{file.name}: 수치가 하나도 없습니다. 첫 줄 아래에 수치를 적어 주세요.")
    return table, bad


def unknown_names(table: Table) -> Iterator[str]:
    for figure in table.figures:
        for column in REFERENCES:
            text = getattr(figure, column)
            if column == "parent" and text and text not in table.by_name:
                yield f"{figure.line}번째 줄({figure.name}): parent '{text[:40]}'인 수치가 표에 없습니다."
            elif not table.names(text):
                yield f"{figure.line}번째 줄({figure.name}): {column} '{text[:40]}'은(는) 수도, 표에 있는 수치의 이름도 아닙니다."


def figure_of(line: int, texts: dict[str, str]) -> Figure:
    """A row as a figure. Raises `ValueError` (Korean) where it has no name, or a value that is no number."""
    if not texts["figure"]:
        raise ValueError("figure 칸이 비어 있습니다. 수치의 이름을 적어 주세요")
    label, value = texts["label"], texts["value"]
    start, end, faults = _days(texts)
    window = Window(start, end) if start and end and start <= end else None
    common = {column: texts[column] for column in REFERENCES} | {
        "window": window,
        "has_start": bool(texts["window_start"]),
        "has_end": bool(texts["window_end"]),
        "date_faults": faults,
    }
    row = (line, texts["figure"], label, value)
    if is_date(value, texts["unit"], label):
        return Figure(*row, Kind.DATE, "", **common)  # type: ignore[arg-type]
    try:
        printed = parse_printed(value, texts["unit"])
    except ValueError:
        raise ValueError(
            f"value '{value[:40]}'을(를) 수로 읽을 수 없습니다. 1,234,567이나 12만처럼 적어 주세요"
        ) from None
    unit = split_unit(texts["unit"])[1] or (printed.unit if printed else "")
    if printed is None:
        if not (mentions(label) or launch_word(label) or window or start or EXPRESSION.search(label)):
            raise ValueError("value 칸이 비어 있습니다")
        return Figure(*row, Kind.NOTHING, unit, **common)  # type: ignore[arg-type]
    kind = kind_of(unit, label, printed, texts)
    if end and not texts["window_start"] and kind is Kind.COUNT and (unit == "명" or is_stock(label)):
        common["window"] = Window(end, end)  # a stock is counted on a day
    return Figure(*row, kind, unit, printed, **common)  # type: ignore[arg-type]


def is_date(value: str, unit: str, label: str) -> bool:
    if unit in _DATE_UNITS:
        return bool(value)
    return bool(_DATE_VALUE.fullmatch(value)) and (
        not re.fullmatch(r"\d+\.\d+", value) or launch_word(label) is not None
    )


def kind_of(unit: str, label: str, printed: Printed, texts: dict[str, str]) -> Kind:
    named = {"%p": Kind.POINT, "%": Kind.PERCENT}.get(unit) or {"%p": Kind.POINT, "%": Kind.PERCENT}.get(printed.unit)
    if named:
        return named
    if not unit and (
        label.rstrip(")").endswith(("율", "률", "비중", "%")) or (texts["period_before"] and is_growth(label))
    ):
        return Kind.PERCENT
    if "/" in unit:
        return Kind.MEAN if unit.partition("/")[2] in ("일", "1일", "day", "월", "1월", "month") else Kind.QUOTIENT
    claim = DAILY_CLAIM.search(label)
    if claim and printed.top is None and read_term(claim["claim"].partition("~")[0])[0] != printed.value:
        label = label.replace(claim[0], " ")  # the label says of the count what it is a day
    if is_daily(unit + " " + label) or is_monthly(unit + " " + label) or "평균" in label + unit:
        return Kind.MEAN
    return Kind.COUNT


def _days(texts: dict[str, str]) -> tuple[date | None, date | None, tuple[str, ...]]:
    days: list[date | None] = []
    faults = []
    for column, name in (("window_start", "기간의 시작"), ("window_end", "기간의 끝")):
        try:
            days.append(read_day(texts[column]))
        except ValueError as fault:
            spoken = [mention.window for mention in mentions(texts[column])]
            whole = spoken[0] if len(spoken) == 1 else None  # a month or a year stands for its first or last day
            days.append((whole.start if column == "window_start" else whole.end) if whole else None)
            if whole is None:
                faults.append(f"{name} {fault}.")
    if days[0] and days[1] and days[0] > days[1]:
        faults.append(f"기간의 끝({days[1]})이 시작({days[0]})보다 앞섭니다.")
    return days[0], days[1], tuple(faults)
