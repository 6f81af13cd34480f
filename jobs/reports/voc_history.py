"""What became of a recipient's earlier proposals, and of the volume since.

Belongs here: the section. Does not: the ledger's file (`jobs.proposals`), or the method (`jobs.analysis.effect`).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jobs import query
from jobs.proposals import STATUSES, Proposal
from jobs.reports import derived
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.steps import Estimate, Step
from jobs.reports.voc_edition import Edition
from schemas.codes import UNCLASSIFIED

if TYPE_CHECKING:
    from jobs.reports.figures import Figure, Ledger, Window

METHOD = "voc.effect"
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
    earlier, later = pair
    domain = edition.ledger.types.get(each.type_code, {}).get("domain", "")
    others = {c for c, kind in edition.ledger.types.items() if kind.get("domain") == domain} - taken - {UNCLASSIFIED}
    step = Step(
        METHOD,
        (earlier.window[0], later.window[1]),
        {
            "where": edition.where,
            "type": each.type_code,
            "controls": sorted(others),
            "before": [day.isoformat() for day in earlier.window],
            "after": [day.isoformat() for day in later.window],
        },
    )
    found = outputs(edition.ledger, step)
    if not found or not later.value or not earlier.value:
        return ("", "", "")
    return tuple(
        Number(
            derived.estimate(edition.ledger, name, (later, earlier), value, Estimate(step, name, "%", _HOW)),
            signed=True,
        )
        for name, value in found.items()
    )


def outputs(ledger: Ledger, step: Step) -> dict[str, float]:
    """The effect in percent and the ends of its interval, by `effect`, `effect_lower`, `effect_upper`; none with too few
    weeks."""
    from jobs.analysis.effect import difference_in_differences

    told = step.arguments
    own, control = [], []
    for name in ("before", "after"):
        first, last = map(date.fromisoformat, told[name])
        found = query.type_days(ledger.conn, first, last, told["where"])
        own.append(_series(found, (first, last), {told["type"]}))
        control.append(_series(found, (first, last), set(told["controls"])))
    effect = difference_in_differences(own[0], own[1], control[0], control[1])
    names = ("effect", "effect_lower", "effect_upper")
    return {} if effect is None else {name: value * 100 for name, value in zip(names, effect, strict=True)}


def _series(found: list[tuple[date, str, int]], window: Window, codes: set[str]) -> Any:
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
