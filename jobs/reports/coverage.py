"""Whether two spans of days can be compared: which channels have data in both.

Belongs here: questions about channels and days, and their wording. Does not: figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import editions
from jobs.reports.document import Text, say
from jobs.reports.figures import Ledger, Window
from schemas.codes import CHANNELS, codes_on

if TYPE_CHECKING:
    import duckdb

ABSENT = "자료 없음"


def differing(conn: duckdb.DuckDBPyConnection, now: Sequence[date], before: Sequence[date]) -> list[str]:
    """The channels whose data is there in one of two spans of days and not, or not on all days, in the other.

    A small channel without a contact on some of the days is no difference.
    """
    ours, theirs = _days_covered(conn, now), _days_covered(conn, before)
    found = []
    for channel in CHANNELS:
        n, m = ours.get(channel, 0), theirs.get(channel, 0)
        gaps = channel in query.LARGE_CHANNELS and n + m and (n < len(now) or m < len(before))
        if gaps or bool(n) != bool(m):
            found.append(channel)
    return found


def _days_covered(conn: duckdb.DuckDBPyConnection, days: Sequence[date]) -> dict[str, int]:
    """On how many of the days each channel has data."""
    found: dict[str, int] = {}
    covered = query.covered_channels(conn, min(days), max(days)) if days else {}
    for day in days:
        for channel in covered.get(day, set()):
            found[channel] = found.get(channel, 0) + 1
    return found


def series_with_data(conn: duckdb.DuckDBPyConnection, window: Window) -> set[str]:
    """The published series of which there is data in the window.

    A series with a large channel has data where that channel has; any other, where any of its channels has.
    """
    seen: set[str] = set().union(*query.covered_channels(conn, *window).values())
    of = {channel: row["series"] for channel, row in codes_on("channels", window[1]).items()}
    large = {of[channel] for channel in query.LARGE_CHANNELS}
    return {of[channel] for channel in seen if channel in query.LARGE_CHANNELS or of[channel] not in large}


def listed(channels: Sequence[str], day: date) -> str:
    names = editions.channel_names(day)
    return ", ".join(names[channel] for channel in channels)


def missing_channels(ledger: Ledger, window: Window) -> Text:
    """Which of the nine channels have no data at all in the window."""
    seen = set().union(*query.covered_channels(ledger.conn, *window).values())
    missing = [channel for channel in CHANNELS if channel not in seen]
    span = editions.span_text(window)
    if not missing:
        return say(f"{span}에는 아홉 채널의 자료가 모두 들어와 있습니다.")
    return say(f"{span} 자료가 없는 채널: {listed(missing, window[1])}. 이 채널은 모든 수치에서 빠져 있습니다.")


def gaps(ledger: Ledger, days: Sequence[date]) -> str:
    """전화 2일, 문자 1일: on how many of the days each large channel has no data; empty where there is no gap."""
    covered = _days_covered(ledger.conn, days)
    names = editions.channel_names(max(days))
    short = {channel: len(days) - covered.get(channel, 0) for channel in query.LARGE_CHANNELS}
    return ", ".join(f"{names[channel]} {n}일" for channel, n in short.items() if n)
