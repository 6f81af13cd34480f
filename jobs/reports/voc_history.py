"""What became of a recipient's earlier proposals, and of the volume since.

Belongs here: the section. Does not: the ledger's file (`jobs.proposals`), or the method (`jobs.analysis.effect`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jobs import query
from jobs.proposals import STATUSES, Proposal
from jobs.reports import derived
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.voc_edition import Edition
from schemas.codes import UNCLASSIFIED

if TYPE_CHECKING:
    from jobs.reports.figures import Figure, Window

MOST = 12
REACH = timedelta(days=56)  # on either side of the day from which a proposal was in force
_HOW = "주별 로그비의 이중차분(통제: 같은 대분류의 다른 유형), 95% 구간은 웰치"


def section(edition: Edition) -> tuple[Block, ...]:
    """The newest earlier proposals with their status; for those in force, the change beyond the control types'."""
    month = f"{edition.month.year}-{edition.month.month:02d}"
    past = sorted(
        (each for each in edition.past if each.month < month), key=lambda each: each.proposal_id, reverse=True
    )
    if not past:
        return (say("이 판 앞에 보낸 제안이 대장에 없습니다. 대장은 dasan proposals 로 적습니다."),)
    taken = {each.type_code for each in past}
    rows = tuple(_row(edition, each, taken) for each in past[:MOST])
    columns = (
        Column("제안한 달", "short"),
        Column("제안", "text"),
        Column("상태", "short"),
        Column("상태 날짜", "short"),
        *map(Column, ("그 앞 상담", "그 뒤 상담", "효과(%)", "구간 아래(%)", "구간 위(%)")),
    )
    note = (
        f"단위: 건. 마쳤거나 받아들인 날 앞뒤 {REACH.days}일까지. 효과는 같은 대분류의 다른 유형이 달라진 만큼을 뺀 것(이중차분)이며 "
        "95% 구간이 0을 품으면 달라졌다고 말할 수 없음. 앞뒤 날수가 다르면 건수끼리 견주지 말 것. 4주가 차지 않으면 비워 둠."
    )
    more = (say(f"오래된 제안 {len(past) - MOST}개는 싣지 않았습니다. dasan proposals list 에 모두 있습니다."),)
    return (Table("history", "앞선 제안", columns, rows, note), *(more if len(past) > MOST else ()))


def _row(edition: Edition, each: Proposal, taken: set[str]) -> tuple[Cell, ...]:
    told = (each.month, each.title, STATUSES[each.status], each.status_date)
    if each.status not in ("done", "accepted") or not each.status_date:
        return (*told, "", "", "", "", "")
    day = date.fromisoformat(each.status_date)
    held = [d for d in query.days(edition.ledger.conn) if d <= edition.month.days[-1]]
    before = [d for d in held if day - REACH <= d < day]
    after = [d for d in held if day < d <= day + REACH]
    if not before or not after:
        return (*told, "", "", "", "", "")
    where = {**edition.where, "type_code": each.type_code}
    windows: list[Window] = [(days[0], days[-1]) for days in (before, after)]
    earlier, later = (edition.ledger.figure("type_count", window, where) for window in windows)
    return (*told, Number(earlier), Number(later), *_effect(edition, each, taken, (earlier, later)))


def _effect(edition: Edition, each: Proposal, taken: set[str], pair: tuple[Figure, Figure]) -> tuple[Cell, ...]:
    from jobs.analysis.effect import difference_in_differences

    earlier, later = pair
    domain = edition.ledger.types.get(each.type_code, {}).get("domain", "")
    others = {c for c, kind in edition.ledger.types.items() if kind.get("domain") == domain} - taken - {UNCLASSIFIED}
    own, control = [], []
    for window in (earlier.window, later.window):
        found = query.type_days(edition.ledger.conn, *window, edition.where)
        own.append(_series(found, window, {each.type_code}))
        control.append(_series(found, window, others))
    effect = difference_in_differences(own[0], own[1], control[0], control[1])
    if effect is None or not later.value or not earlier.value:
        return ("", "", "")
    names = ("effect", "effect_lower", "effect_upper")
    return tuple(
        Number(derived.estimate(edition.ledger, name, (later, earlier), value * 100, "%", _HOW), signed=True)
        for name, value in zip(names, effect, strict=True)
    )


def _series(found: list[tuple[date, str, int]], window: Window, codes: set[str] | Mapping[str, Any]) -> Any:
    """Daily counts of the types together; NaN on days without any contact at all."""
    import numpy as np

    days = (window[1] - window[0]).days + 1
    counts, seen = np.zeros(days), np.zeros(days, bool)
    for day, code, n in found:
        place = (day - window[0]).days
        seen[place] = True
        if code in codes:
            counts[place] += n
    return np.where(seen, counts, np.nan)
