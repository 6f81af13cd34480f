"""정오표: which numbers of documents already issued would stand otherwise on other marts, and why.

Belongs here: reading the ledgers of issued documents, making each document again, and the list of what differs. A
document made again decides its own masks, so that a number hidden there is hidden here. Does not: making other marts
(`jobs.backfill`), nor issuing the documents anew (`dasan report …`).
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.errors import DasanError
from jobs.files import atomic_path
from jobs.reports import LEDGER_NAME, channel_stats, covid_daily, render_csv, render_html, voc
from jobs.reports.document import Document
from jobs.reports.figures import DERIVED_LABEL, SMALL_LABEL, Figure
from jobs.reports.history import CURRENT
from jobs.reports.recompute import recompute
from jobs.settings import Home
from schemas.metrics import METRICS, SMALL_CELL_K

if TYPE_CHECKING:
    import duckdb

GONE = "(산출 불가)"
EARLIER = "문서를 낸 뒤 들어온 자료(늦은 자료·정정)"
BOTH = "{}, 그리고 " + EARLIER
SHOWN = 500  # rows of the readable page; the CSV has all


@dataclass(frozen=True)
class Correction:
    """One number of an issued document, as it was printed and as it stands now (masked as the document would)."""

    report: str
    period: str
    recipient: str
    document: str
    figure: str
    window: str
    basis: str
    unit: str
    old: str
    new: str
    cause: str
    figure_id: str


_STEPS = {
    "difference": "차이",
    "change": "증감률",
    "share": "비중",
    "proportion": "비율",
    "per_day": "하루 평균",
    "rest": "그 밖",
}
_CONDITION = re.compile(r"\[[^\]]*=[^\]]*\]")
_TITLES = ("보고서", "기간", "받는 곳", "문서", "수치", "수치의 기간", "세는 기준", "단위", "정오 전", "정오 후", "까닭", "figure_id")  # fmt: skip


@dataclass(frozen=True)
class _Edition:
    """An issued document: its place, and the rows of its full ledger."""

    parts: tuple[str, ...]
    rows: list[dict[str, str]]

    def touches(self, days: Sequence[date]) -> bool:
        """Whether any window of its figures holds one of the (sorted) days."""
        for window in {row["window"] for row in self.rows}:
            first, _, last = window.partition("/")
            place = bisect_left(days, date.fromisoformat(first))
            if place < len(days) and days[place] <= date.fromisoformat(last or first):
                return True
        return False


def corrections(
    home: Home,
    days: Sequence[date],
    after: duckdb.DuckDBPyConnection,
    before: duckdb.DuckDBPyConnection,
    cause: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Correction]:
    """The printed numbers of all issued documents that touch the contact `days` (sorted) and differ on the marts
    `after`. What differed already on the marts `before` is laid to data that came since, the rest to `cause`.
    """
    editions = [edition for edition in _editions(home.root / "ledger") if edition.touches(days)]
    found: list[Correction] = []
    for done, edition in enumerate(editions):
        progress(done, len(editions))
        found += _corrections(edition, _printed(home, edition), (after, before), cause)
    progress(len(editions), len(editions))
    return found


def _editions(ledgers: Path) -> Iterator[_Edition]:
    for path in sorted(ledgers.rglob(CURRENT)):
        with path.open(encoding="utf-8", newline="") as stream:
            yield _Edition(path.parent.relative_to(ledgers).parts, list(csv.DictReader(stream)))


def _printed(home: Home, edition: _Edition) -> dict[str, str]:
    """What stands in the document, by figure. Where it was issued elsewhere: what its ledger shows and does not mask."""
    path = home.reports.joinpath(*edition.parts, LEDGER_NAME)
    if not path.is_file():
        return {row["figure_id"]: row["value"] for row in edition.rows if row["masked"] == "0" and row["shown"] == "1"}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {row["figure_id"]: row["value"] for row in csv.DictReader(stream)}


def _corrections(
    edition: _Edition,
    printed: dict[str, str],
    marts: tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection],
    cause: str,
) -> list[Correction]:
    rows = {row["figure_id"]: row for row in edition.rows if row["figure_id"] in printed}
    after = _again(marts[0], edition.parts)
    changed = {name: new for name, row in rows.items() if (new := _now(after, row)) != printed[name]}
    earlier = _again(marts[1], edition.parts) if changed else None
    found = []
    for name, new in changed.items():
        row, was = rows[name], _now(earlier, rows[name])
        why = cause if was == printed[name] else EARLIER if was == new else BOTH.format(cause)
        title = after.title if after else ""
        recipient = edition.parts[2] if len(edition.parts) > 2 else ""
        place = {"report": edition.parts[0], "period": edition.parts[1], "recipient": recipient, "document": title}
        measured = {"window": row["window"], "basis": row["counting_basis"], "unit": row["unit"]}
        found.append(
            Correction(**place, **measured, figure=_name(row), old=printed[name], new=new, cause=why, figure_id=name)
        )
    return found


def _again(conn: duckdb.DuckDBPyConnection, parts: Sequence[str]) -> Document | None:
    """The document of this place on these marts, its masks decided; None where they cannot make it."""
    try:
        document = _build(conn, *parts)
    except DasanError:
        return None
    if document is not None:
        document.ledger.protect()
    return document


def _build(conn: duckdb.DuckDBPyConnection, report: str, period: str, recipient: str = "") -> Document | None:
    if report == covid_daily.REPORT_ID:
        return covid_daily.build(conn, date.fromisoformat(period))
    if report == voc.REPORT_ID:
        return voc.build(conn, period, recipient)
    if report == channel_stats.REPORT_ID:
        return channel_stats.build(conn, int(period))
    return None


def _now(document: Document | None, row: dict[str, str]) -> str:
    """What the document would print for a figure of its ledger today. One that it shows no longer is made again alone."""
    if document is None:
        return GONE
    known = document.ledger.figures.get(row["figure_id"])
    if known is not None:
        return known.label if known.masked else _written(known)
    try:
        found = recompute(document.ledger.conn, row)
    except ValueError:
        return GONE
    if any(0 < count.value < SMALL_CELL_K for count in found.counts):
        return SMALL_LABEL if found.is_count else DERIVED_LABEL
    return _written(found)


def _written(figure: Figure) -> str:
    return "" if figure.value is None else str(figure.value)


def _name(row: dict[str, str]) -> str:
    """What the figure is, in words: its metric, what was made of it, and the rows it is of."""
    metric_id, *steps = row["metric"].split(".")
    metric = METRICS.get(metric_id)
    made = [metric.name if metric else metric_id, *(_STEPS.get(step, step) for step in steps)]
    condition = _CONDITION.search(row["counting_basis"])
    return " · ".join(made) + (f" {condition.group()}" if condition else "")


def write_errata(
    home: Home, run_id: str, found: Sequence[Correction], told: Sequence[tuple[str, str]], banners: tuple[str, ...]
) -> list[Path]:
    """`reports/errata/<run_id>/errata.csv` and a page to read; nothing where nothing differs. `told`: pairs of what
    the page says of the run, and `banners` those of the documents.
    """
    if not found:
        return []
    folder = home.reports / "errata" / run_id
    rows: list[tuple[Any, ...]] = [_TITLES, *(astuple(one) for one in found)]
    files = {
        "errata.csv": render_csv.written_rows(rows),
        "errata.html": render_html.render(_page(run_id, found, told, banners)),
    }
    for name, content in files.items():
        with atomic_path(folder / name) as draft:
            draft.write_bytes(content)
    return [folder / name for name in files]


def _page(
    run_id: str, found: Sequence[Correction], told: Sequence[tuple[str, str]], banners: tuple[str, ...]
) -> dict[str, Any]:
    """The page as the documents' own template takes it."""
    names = ("문서", "기간", "받는 곳", "수치", "수치의 기간", "정오 전", "정오 후", "단위", "까닭")
    documents = {(one.report, one.period, one.recipient) for one in found}
    rows = [
        [one.document, one.period, one.recipient, one.figure, one.window, one.old, one.new, one.unit, one.cause]
        for one in found[:SHOWN]
    ]
    table = {
        "kind": "table",
        "title": "",
        "columns": [{"title": name, "kind": "number" if name.startswith("정오") else "text"} for name in names],
        "rows": rows,
        "note": f"모두 {len(found):,}개 가운데 {len(rows):,}개. 세는 기준과 figure_id까지 모두 errata.csv에 있습니다.",
        "strong": [],
        "indent": [],
        "wrap": 1,
    }
    return {
        "title": "정오표",
        "subtitle": f"이미 낸 문서 {len(documents):,}건의 수치 {len(found):,}개가 달라졌습니다",
        "as_of": run_id,
        "metadata": [list(pair) for pair in told],
        "banners": list(banners),
        "key_messages": ["고친 문서를 내려면 dasan report 를 다시 실행하세요. 그 전까지 문서는 낸 그대로입니다."],
        "sections": [{"title": "달라진 수치", "small_print": False, "blocks": [table]}],
    }


assert len(_TITLES) == len(fields(Correction))
