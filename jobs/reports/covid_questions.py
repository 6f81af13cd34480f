"""What citizens asked most on the day of a COVID brief, and what they had not asked before.

Belongs here: the ranking of types and the new ones, in the taxonomy's words: never a citizen's. Does not: what surged.
Masks depend on everything else that the brief shows, so this is made last.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import derived, editions
from jobs.reports.coverage import ABSENT
from jobs.reports.covid_tables import typed_total
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.figures import Figure, Window
from jobs.reports.ranking import NONE_TO_RANK, RANKED_NOTE, Ranking, rank
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.covid_daily import Day

TOP = 10
MOST_NEW = 4
FRESH_DAYS, QUIET_DAYS = 7, 28  # asked within the first, and not in the second before them
_ENOUGH_DAYS = 21  # of the quiet ones that must have data


class Questions:
    """The types asked on the day. `signalled`: types whose count the brief shows as a signal."""

    def __init__(self, context: Day, signalled: Collection[str]) -> None:
        self._context, ledger = context, context.ledger
        found = {
            str(code): figure for code, figure in ledger.by("covid_type_count", context.window, ["type_code"]).items()
        }
        self.is_any = any(figure.value for figure in found.values())
        self.fresh = _fresh(context)
        ledger.protect()
        fit = {code: figure for code, figure in found.items() if _fits(figure)}
        order = sorted(fit, key=lambda code: (-int(fit[code].value or 0), code))
        apart = [code for code in order[TOP:] if code in signalled or code in (self.fresh or {})]
        self.ranking: Ranking = rank(ledger, typed_total(context, context.day), found, TOP, apart)

    @property
    def shown(self) -> dict[str, Figure]:
        """The types whose count may be shown, by code."""
        return dict([*self.ranking.shown, *self.ranking.apart])

    def top(self) -> tuple[Block, ...]:
        """The ten types that were asked most, with the same weekday last week."""
        context, ranking = self._context, self.ranking
        if not self.is_any:
            return (say("이 날에는 코로나19 유형으로 분류된 상담이 없습니다."),)
        if not ranking.shown:
            return (say(NONE_TO_RANK),)
        before = _before(context, [code for code, _ in ranking.shown])
        meanings = _meanings()
        rows: list[tuple[Cell, ...]] = []
        for place, (code, figure) in enumerate(ranking.shown, start=1):
            change: Cell = ABSENT
            if code in before:
                change = Number(derived.difference(context.ledger, figure, before[code]), signed=True)
            rows.append((f"{place}", self._name(code), Number(figure), change, meanings.get(code, "")))
        folded = ranking.folded + len(ranking.apart) + len(ranking.folded_apart)
        if folded:
            left = [Number(ranking.left)] if not ranking.apart else [Number(self._beyond_shown())]
            rows.append(("", f"그 밖의 유형 {folded}개", *left, "", ""))
        columns = (
            Column("순위", "short"), Column("유형", "text", 0.6), Column("상담"), Column("전주 대비"), Column("물음의 뜻", "text", 1.4),
        )  # fmt: skip
        title = f"많이 물은 코로나19 유형 {len(ranking.shown)}개"
        note = f"단위: 건. 물음의 뜻은 분류 체계의 풀이이며 시민의 말이 아님. {RANKED_NOTE}"
        return (Table("covid_types", title, columns, tuple(rows), note),)

    def new(self) -> tuple[Block, ...]:
        """Types that had not been asked for four weeks until a week ago, and now are; or a sentence."""
        if self.fresh is None:
            return (say(f"앞선 {QUIET_DAYS}일의 자료가 모자라 새로 나온 질문은 아직 가리지 못합니다."),)
        found = [(code, figure) for code, figure in self.shown.items() if code in self.fresh]
        if not found:
            return (say(f"새로 나온 질문(최근 {FRESH_DAYS}일 안에 처음, 당일 {SMALL_CELL_K}건 이상)은 없습니다."),)
        meanings = _meanings()
        rows: list[tuple[Cell, ...]] = [
            (self._name(code), Number(figure), editions.day_text(self.fresh[code]), meanings.get(code, ""))
            for code, figure in found[:MOST_NEW]
        ]
        columns = (
            Column("유형", "text", 0.6),
            Column("상담"),
            Column("처음 나온 날", "short"),
            Column("물음의 뜻", "text", 1.4),
        )
        note = (
            f"단위: 건. 최근 {FRESH_DAYS}일 앞의 {QUIET_DAYS}일 동안 없던 유형 가운데 당일 {SMALL_CELL_K}건 이상인 것."
        )
        return (Table("new_types", "새로 나온 질문", columns, tuple(rows), note),)

    def _name(self, code: str) -> str:
        return self._context.ledger.types.get(code, {}).get("type_name") or code

    def _beyond_shown(self) -> Figure:
        """What the ten leave: the types that stand elsewhere in the brief are in it."""
        ledger = self._context.ledger
        figures = [figure for _, figure in self.ranking.shown]
        found = derived.rest(ledger, typed_total(self._context, self._context.day), figures)
        ledger.relate(found, [*(figure for _, figure in self.ranking.apart), self.ranking.left])
        return found


def _fits(figure: Figure) -> bool:
    return int(figure.value or 0) >= SMALL_CELL_K and not figure.masked


def _before(context: Day, codes: list[str]) -> Mapping[str, Figure]:
    """The same types on the same weekday last week; empty where there is no data."""
    if context.last_week not in context.days:
        return {}
    earlier: Window = (context.last_week, context.last_week)
    ledger = context.ledger
    found = {str(code): f for code, f in ledger.by("covid_type_count", earlier, ["type_code"], keys=codes).items()}
    derived.rest(ledger, typed_total(context, context.last_week), [found[code] for code in codes])
    return found


def _fresh(context: Day) -> dict[str, date] | None:
    """The types of the code book not asked in the quiet days and asked since, with the first day; `None` without enough
    days to tell."""
    fresh = context.day - timedelta(days=FRESH_DAYS - 1)
    quiet = fresh - timedelta(days=QUIET_DAYS)
    if sum(quiet <= day < fresh for day in context.days) < _ENOUGH_DAYS:
        return None
    sql = (
        "SELECT type_code, min(contact_date) FROM type_daily WHERE contact_date BETWEEN ? AND ? AND covid_group <> '' "
        "AND consultation_count > 0 GROUP BY 1 HAVING min(contact_date) >= ?"
    )
    return dict(query.rows(context.ledger.conn, sql, [quiet, context.day, fresh]))


@cache
def _meanings() -> dict[str, str]:
    """What is asked, by type, in the words of the taxonomy that comes with the program."""
    from schemas.taxonomy import DEFAULT_VERSION, load_taxonomy

    return {leaf.type_code: leaf.definition for leaf in load_taxonomy(DEFAULT_VERSION).leaves}
