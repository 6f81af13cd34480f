"""Dated code lists: one CSV a list, each row with `valid_from` and `valid_to` (inclusive; empty = open on that side).

Belongs here: loading, and looking a code up on a date. Codes are re-used over the years, so no look-up is undated.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class CodeRow:
    """One row of a code list: its cells, and the days on which it holds."""

    cells: dict[str, str]
    valid_from: date
    valid_to: date

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day <= self.valid_to

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


@cache
def code_list(name: str) -> tuple[CodeRow, ...]:
    """All rows of `schemas/codes/<name>.csv`, in file order.

    Raises `FileNotFoundError` for an unknown list and `ValueError` for a bad date in it.
    """
    return code_rows(resources.files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8"))


def code_rows(text: str) -> tuple[CodeRow, ...]:
    """The rows of a code list's CSV. Raises `ValueError` for a bad date in it."""
    return tuple(
        CodeRow(
            cells,
            date.fromisoformat(cells["valid_from"] or "0001-01-01"),
            date.fromisoformat(cells["valid_to"] or "9999-12-31"),
        )
        for cells in csv.DictReader(text.splitlines())
    )


def codes_on(name: str, day: date) -> dict[str, CodeRow]:
    """The rows of a list that hold on `day`, by their code (the first column)."""
    rows = code_list(name)
    key = next(iter(rows[0].cells))
    return {row[key]: row for row in rows if row.holds_on(day)}


def breaks_between(first: date, last: date) -> list[CodeRow]:
    """The days on which a series broke, from `series_breaks`: after `first`, until `last`; in order of time."""
    rows = [row for row in code_list("series_breaks") if row["kind"] == "break" and first < row.valid_from <= last]
    return sorted(rows, key=lambda row: row.valid_from)


@cache
def known_codes(name: str) -> frozenset[str]:
    """Every code a list ever held, whatever the date."""
    rows = code_list(name)
    key = next(iter(rows[0].cells))
    return frozenset(row[key] for row in rows)


CHANNELS: tuple[str, ...] = (
    "phone",
    "sms",
    "chatbot",
    "smart_report",
    "naver",
    "twitter",
    "homepage",
    "foreign",
    "sign",
)
SERIES: tuple[str, ...] = ("phone", "chatbot", "smart_report", "sms", "sign", "portal")
COVID_GROUPS: dict[str, str] = {
    "suspected": "의심환자(유증상자)",
    "general": "단순·기침·발열·검진(백신 포함)",
    "confirmed_isolation": "확진자·자가격리 정보",
    "economic_support": "경제적 지원",
    "other": "기타(마스크·선별진료소·방역패스 등)",
}
COVID_SUBGROUPS: dict[str, str] = {"vaccine": "백신", "vaccine_pass": "방역패스"}
UNCLASSIFIED = "UNCLASSIFIED"
UNCLASSIFIED_NAME = "미분류"
