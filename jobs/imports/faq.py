"""Seoul's published 120 questions and answers (`번호,분류,제목,내용,내용번호`) as homepage posts of one day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jobs.errors import WrongUse
from jobs.imports import ImportResult
from jobs.imports.landing import claim
from jobs.imports.posts import Post, write_posts
from jobs.imports.tables import read_rows

_ORIGIN = {
    "origin": "faq",
    "label": "120 자주 묻는 질문(서울시 공개 자료)",
    "licence": "원천에 표시 없음: 읽기만 하고 다시 배포하지 않음",
    "note": "제목을 질문으로, 내용을 답변으로 옮겼다. 날짜와 시각은 들여온 날로 적은 것이며 실제 상담일이 아니다.",
}


def import_faq(file: Path, landing: Path, day: date) -> ImportResult:
    """Write `landing/homepage/<day>/faq_<day>.xml`: title = 제목, answer = 내용, category = 분류, content empty.

    Rows without 번호 or 제목 are reported with their line, and so is a second row of a 번호.
    Raises `WrongUse` for a file that is no such table, or for a folder that holds data of another origin.
    """
    result = ImportResult(first=day, last=day)
    posts: dict[str, Post] = {}
    for line, cells in read_rows(file, ("번호", "분류", "제목", "내용"), ("utf-8-sig", "cp949")):
        if cells is None:
            result.rejected.append(f"{line}번째 줄: 칸의 수가 머리글과 다르거나 따옴표가 맞지 않습니다")
            continue
        number, title = cells["번호"].strip(), cells["제목"].strip()
        if not number or not title or number in posts:
            reason = (
                "번호가 비어 있습니다" if not number else "제목이 비어 있습니다" if not title else "번호가 겹칩니다"
            )
            result.rejected.append(f"{line}번째 줄: {reason}")
            continue
        created = f"{day.isoformat()}T00:00:00+09:00"
        posts[number] = Post(f"faq-{number}", created, cells["분류"].strip(), title, answer=cells["내용"].strip())
    if not posts:
        reason = f" 첫 문제: {result.rejected[0]}" if result.rejected else ""
        raise WrongUse(f"{file}: 쓸 수 있는 행이 없습니다.{reason}")
    folder = claim(landing, "homepage", day, _ORIGIN)
    result.records = write_posts(folder / f"faq_{day:%Y%m%d}.xml", posts.values())
    result.files = 1
    return result
