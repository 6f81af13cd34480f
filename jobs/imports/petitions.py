"""National petitions (`id,category,title,expiryDate,numOfAgrees`) as posts of the homepage channel, a file a day.

A petition stands open for 30 days, so that it was opened 30 days before it expired; the hour is not known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from jobs.errors import WrongUse
from jobs.imports import ImportResult
from jobs.imports.landing import claim
from jobs.imports.posts import Post, write_posts
from jobs.imports.tables import read_rows

OPEN_DAYS = 30
_ID = re.compile(r"(\d{1,18})(?:\.0+)?")
_ORIGIN = {
    "origin": "petitions",
    "label": "국민청원 제목(공개 자료)",
    "licence": "MIT (Copyright (c) 2021 choi jiwoo)",
    "note": f"시작일 = 만료일 − {OPEN_DAYS}일. 시작 시각은 알 수 없어 00:00(+09:00)으로 적었다. 제목만 있고 본문은 없다.",
}


def import_petitions(file: Path, landing: Path, first: date | None = None, last: date | None = None) -> ImportResult:
    """Write `landing/homepage/<opened>/petitions_<opened>.xml` for each day from `first` to `last` (inclusive).

    Rows without a usable id, title or date are reported with their line; a second row of an id is reported too.
    Raises `WrongUse` for a file that is no such table, or for a folder that holds data of another origin.
    """
    result = ImportResult()
    by_day: dict[date, list[Post]] = defaultdict(list)
    seen: dict[str, int] = {}
    for line, cells in read_rows(file, ("id", "category", "title", "expiryDate"), ("utf-8-sig", "cp949")):
        try:
            opened, post = _post(cells)
            if post.post_id in seen:
                raise ValueError(f"id {post.post_id}가 {seen[post.post_id]}번째 줄에 이미 있습니다")
        except ValueError as fault:
            result.rejected.append(f"{line}번째 줄: {fault}")
            continue
        seen[post.post_id] = line
        if (first and opened < first) or (last and opened > last):
            result.skipped += 1
        else:
            by_day[opened].append(post)
    if not seen and result.rejected:
        raise WrongUse(f"{file}: 쓸 수 있는 행이 없습니다. 첫 문제: {result.rejected[0]}")
    for day in sorted(by_day):
        folder = claim(landing, "homepage", day, _ORIGIN)
        result.records += write_posts(folder / f"petitions_{day:%Y%m%d}.xml", by_day[day])
        result.files += 1
    result.first, result.last = min(by_day, default=None), max(by_day, default=None)
    return result


def _post(cells: dict[str, str] | None) -> tuple[date, Post]:
    """The day of opening and the post. Raises `ValueError` with a Korean reason."""
    if cells is None:
        raise ValueError("칸의 수가 머리글과 다르거나 따옴표가 맞지 않습니다")
    number = _ID.fullmatch(cells["id"].strip())
    if not number:
        raise ValueError("id가 없거나 수가 아닙니다")
    title = cells["title"].strip()
    if not title:
        raise ValueError("title이 비어 있습니다")
    try:
        opened = date.fromisoformat(cells["expiryDate"].strip()) - timedelta(days=OPEN_DAYS)
    except (ValueError, OverflowError):
        raise ValueError("expiryDate가 없거나 YYYY-MM-DD 날짜가 아닙니다") from None
    return opened, Post(number[1], f"{opened.isoformat()}T00:00:00+09:00", cells["category"].strip(), title)
