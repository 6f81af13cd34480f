"""The ledger of improvement proposals: what an edition proposed, to whom, and what became of it.

Belongs here: the one CSV below `DASAN_HOME` and its changes. Does not: finding proposals (`jobs.reports.voc_proposals`),
nor what happened to the volume afterwards (`jobs.analysis.effect`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace
from datetime import date

from jobs.errors import WrongUse
from jobs.files import atomic_path, exclusive
from jobs.settings import Home

STATUSES = {"sent": "보냄", "accepted": "받아들임", "rejected": "받아들이지 않음", "done": "마침"}


@dataclass(frozen=True)
class Proposal:
    """`month` (YYYY-MM) and `recipient` are the edition's; `rule` is what found it; `status_date` (ISO) the day of the
    newest status."""

    proposal_id: str
    month: str
    recipient: str
    rule: str
    type_code: str
    title: str
    status: str = "sent"
    status_date: str = ""
    note: str = ""


COLUMNS = tuple(each.name for each in fields(Proposal))


def read(home: Home) -> list[Proposal]:
    """All proposals, in the order in which they were made. Raises `WrongUse` for a file that is no ledger."""
    if not home.proposals.is_file():
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(home.proposals.read_text(encoding="utf-8-sig"))))
        found = [Proposal(**{name: row[name] for name in COLUMNS}) for row in rows]
        if any(each.status not in STATUSES for each in found):
            raise ValueError("status")
        for each in found:
            if each.status_date:
                date.fromisoformat(each.status_date)
    except (KeyError, TypeError, ValueError, UnicodeDecodeError) as error:
        raise WrongUse(
            f"제안 대장을 읽을 수 없습니다: {home.proposals} ({error}). 열은 {', '.join(COLUMNS)}, 상태는 "
            f"{', '.join(STATUSES)}, 날짜는 2021-12-14처럼 적어야 합니다."
        ) from error
    return found


def register(home: Home, made: Iterable[Proposal]) -> None:
    """Add those that the ledger does not hold yet; one that is there keeps its status."""
    made = list(made)
    if not made:
        return
    with exclusive(home.proposals.with_suffix(".lock")):
        held = {each.proposal_id: each for each in read(home)}
        _write(home, [*held.values(), *(each for each in made if each.proposal_id not in held)])


def set_status(home: Home, proposal_id: str, status: str, day: date, note: str = "") -> Proposal:
    """Write down what became of a proposal since `day`. Raises `WrongUse` for an unknown one."""
    with exclusive(home.proposals.with_suffix(".lock")):
        held = {each.proposal_id: each for each in read(home)}
        if proposal_id not in held:
            raise WrongUse(f"제안을 찾을 수 없습니다: {proposal_id}. dasan proposals list 로 번호를 확인하세요.")
        changed = replace(held[proposal_id], status=status, status_date=day.isoformat(), note=_as_text(note))
        held[proposal_id] = changed
        _write(home, held.values())
    return changed


def _as_text(note: str) -> str:
    """A note that a spreadsheet takes for text whatever it begins with."""
    from jobs.reports.render_csv import safe

    return safe(" ".join(note.split()))


def _write(home: Home, found: Iterable[Proposal]) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([COLUMNS, *map(astuple, found)])
    with atomic_path(home.proposals) as draft:
        draft.write_bytes(b"\xef\xbb\xbf" + buffer.getvalue().encode())
