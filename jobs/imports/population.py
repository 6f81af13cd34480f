"""The registered population of Seoul's districts, from the monthly CSV of the Ministry of the Interior and Safety.

Columns `행정구역` (`서울특별시 종로구 (1111000000)`) and `YYYY년MM월_총인구수`, one or several months wide.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date
from pathlib import Path

from jobs.errors import WrongUse
from jobs.files import atomic_path
from jobs.imports import ImportResult
from jobs.imports.tables import read_rows
from schemas.codes import known_codes

COLUMNS = ("district_code", "month", "resident_count")
_AREA, _SEOUL = "행정구역", "1100000000"
_MONTH = re.compile(r"([12]\d{3})년\s?(0[1-9]|1[0-2])월_총인구수")
_CODE = re.compile(r"\((\d{10})\)\s*$")

Counts = dict[tuple[str, str], int]  # (district or 'city', month) -> residents


def import_population(file: Path, target: Path) -> ImportResult:
    """Merge the file's district figures into `target` (UTF-8 CSV `district_code,month,resident_count`).

    A month given again replaces the one that was there. Rows of dongs and of other cities are skipped; the city's
    row is compared with the sum of its districts and a difference is a warning.
    Raises `WrongUse` for a file without the columns, or where no district can be read.
    """
    result = ImportResult()
    counts: Counts = {}
    for line, cells in read_rows(file, (_AREA,), ("utf-8-sig", "cp949")):
        if cells is not None and not _months(cells):
            raise WrongUse(f"{file}: 'YYYY년MM월_총인구수' 열이 없습니다. 주민등록 인구통계의 월간 CSV를 주세요.")
        if cells is None:
            result.rejected.append(f"{line}번째 줄: 칸의 수가 머리글과 다르거나 따옴표가 맞지 않습니다")
            continue
        code = _CODE.search(cells[_AREA])
        area = _area(code[1]) if code else None
        if code is None:
            result.rejected.append(f"{line}번째 줄: 행정구역에 10자리 코드가 없습니다")
        elif area is None:
            result.skipped += 1
        else:
            result.rejected += _take(counts, area, cells, line)
    districts = {key: value for key, value in counts.items() if key[0] != "city"}
    if not districts:
        raise WrongUse(f"{file}: 서울 자치구의 인구를 하나도 읽지 못했습니다. 시군구 단위로 내려받은 파일인지 보세요.")
    result.warnings = _warnings(counts)
    _write(target, _kept(target) | districts)
    months_read = sorted(month for _, month in districts)
    result.records, result.files = len(districts), 1
    result.first, result.last = (date.fromisoformat(f"{month}-01") for month in (months_read[0], months_read[-1]))
    return result


def _area(code: str) -> str | None:
    """`city`, a district's 5-digit code, or `None` for a dong or another city."""
    if code == _SEOUL:
        return "city"
    return code[:5] if code.endswith("00000") and code[:5] in known_codes("districts") else None


def _take(counts: Counts, area: str, cells: dict[str, str], line: int) -> list[str]:
    """Put a row's months into `counts`; returns what could not be read, in Korean."""
    rejected = []
    for match in _months(cells):
        key, text = (area, f"{match[1]}-{match[2]}"), cells[match[0]].replace(",", "").strip()
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            rejected.append(f"{line}번째 줄: {match[0]}가 0 이상의 정수가 아닙니다")
        elif counts.setdefault(key, int(text)) != int(text):
            rejected.append(f"{line}번째 줄: {match[0]}가 앞의 줄과 다릅니다(같은 행정구역)")
    return rejected


def _months(cells: dict[str, str]) -> list[re.Match[str]]:
    return [match for name in cells if (match := _MONTH.fullmatch(name))]


def _warnings(counts: Counts) -> list[str]:
    by_month: dict[str, dict[str, int]] = defaultdict(dict)
    for (area, month), count in counts.items():
        by_month[month][area] = count
    found = []
    for month, areas in sorted(by_month.items()):
        city = areas.pop("city", None)
        if absent := sorted(known_codes("districts") - areas.keys()):
            found.append(f"{month}: 없는 자치구가 있습니다: {', '.join(absent)}")
        if city is not None and city != sum(areas.values()):
            found.append(f"{month}: 서울시 합계 {city:,}명이 자치구의 합 {sum(areas.values()):,}명과 다릅니다")
    return found


def _kept(target: Path) -> Counts:
    """What is in `target` already."""
    if not target.exists():
        return {}
    with target.open(encoding="utf-8", newline="") as stream:
        try:
            return {(row["district_code"], row["month"]): int(row["resident_count"]) for row in csv.DictReader(stream)}
        except (KeyError, ValueError, TypeError):
            raise WrongUse(f"{target}: 앞서 들여온 인구 파일이 손상되었습니다. 지우고 다시 들여오세요.") from None


def _write(target: Path, counts: Counts) -> None:
    with atomic_path(target) as draft, draft.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*key, counts[key]) for key in sorted(counts, key=lambda key: (key[1], key[0])))
