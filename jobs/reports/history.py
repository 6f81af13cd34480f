"""Every edition that was ever published: its whole ledger, the facts behind it, and when. Nothing is overwritten.

Belongs here: keeping editions below `DASAN_HOME/ledger`, and finding one again. Does not: why two differ (`facts`).
An edition is a pair of files, `history/<vintage>.csv.gz` and `.json`; the newest is also `figures_full.csv`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jobs.errors import WrongUse
from jobs.files import atomic_path, exclusive
from jobs.reports import facts, identity, sources, steps
from jobs.reports.steps import Estimates
from jobs.settings import Home
from schemas.metrics import METRICS

SEOUL = ZoneInfo("Asia/Seoul")
CURRENT = "figures_full.csv"
FOLDER = "history"
Row = dict[str, str]
_BEFORE: dict[str, Any] = {"sources": {}, "steps": {}, "estimates": {}}  # of editions older than their being kept


@dataclass(frozen=True)
class Edition:
    """A published edition. `name`: that of its files. `report`, `period`, `recipient` say what it is an edition of.
    `sources`: the hashes of what it rests on beside the lake. `estimates`: how those of methods were made.
    `correction`: why what it printed is wrong, where that was declared."""

    folder: Path
    name: str
    published_at: datetime
    facts: facts.Facts
    sources: Mapping[str, str] = field(default_factory=dict)
    estimates: Estimates = field(default_factory=dict)
    report: str = ""
    period: str = ""
    recipient: str = ""
    correction: str = ""

    def rows(self) -> dict[str, Row]:
        """The rows of its full ledger by `figure_id`, numbers as text."""
        return {row["figure_id"]: row for row in csv.DictReader(io.StringIO(self.ledger().decode(), newline=""))}

    def ledger(self) -> bytes:
        return gzip.decompress((self.folder / f"{self.name}.csv.gz").read_bytes())

    @property
    def order(self) -> tuple[datetime, int, str]:
        """By which editions come one after the other."""
        return self.published_at, len(self.name), self.name

    @property
    def shown_at(self) -> str:
        return f"{self.published_at.astimezone(SEOUL):%Y-%m-%d %H:%M}"


def folder(home: Home, report: str, period: str, recipient: str = "") -> Path:
    return home.root.joinpath("ledger", *(part for part in (report, period, recipient) if part))


def keep(
    home: Home,
    parts: tuple[str, str, str],
    ledger: bytes,
    found: facts.Facts,
    held: Mapping[str, bytes] | None = None,
    estimates: Estimates | None = None,
) -> Path:
    """Keep an edition, unless it is the last one again; the path of the current ledger.

    `parts`: report, period, recipient. `ledger`: the CSV of all its figures. `held`: what it rests on beside the lake
    (`sources.take`). `estimates`: how its estimates were made.
    """
    place = folder(home, *parts)
    with exclusive(place / ".lock"):
        last = editions(home, *parts)[-1:]
        if not last or last[0].ledger() != ledger:
            taken = {path.name.removesuffix(".csv.gz") for path in (place / FOLDER).glob("*.csv.gz")}
            stem = re.sub(r"[^0-9A-Za-z._-]", "", "_".join(found.build.get(n, "") for n in ("built_at", "run_id")))
            name = next(name for i in range(1, len(taken) + 2) if (name := stem + f"~{i}" * (i > 1)) not in taken)
            about: dict[str, Any] = dict(zip(("report", "period", "recipient"), parts, strict=True))
            about |= {"published_at": datetime.now(UTC).isoformat(timespec="seconds")}
            about |= {"facts": found.as_json(), "sources": sources.keep(home, held or {})}
            text = json.dumps(about | steps.as_json(estimates or {}), ensure_ascii=False)
            _write(place / FOLDER / f"{name}.csv.gz", gzip.compress(ledger, mtime=0))
            _write(place / FOLDER / f"{name}.json", text.encode())  # last: an edition is there when this is
        return _write(place / CURRENT, ledger)


def editions(home: Home, report: str, period: str, recipient: str = "") -> list[Edition]:
    """The editions of a document in the order in which they were published."""
    place = folder(home, report, period, recipient) / FOLDER
    found = []
    for path in place.glob("*.json"):
        about = _BEFORE | json.loads(path.read_text(encoding="utf-8"))
        moment = datetime.fromisoformat(about["published_at"])
        named = {name: about[name] for name in ("report", "period", "recipient")}
        declared = path.with_suffix(".correction.txt")
        named["correction"] = declared.read_text(encoding="utf-8").strip() if declared.is_file() else ""
        rests = facts.Facts.from_json(about["facts"]), about["sources"], steps.from_json(about)
        found.append(Edition(place, path.stem, moment, *rests, **named))
    return sorted(found, key=lambda edition: edition.order)


def correct(edition: Edition, reason: str) -> Path:
    """Declare why what an edition printed is wrong, so that others may print otherwise."""
    return _write(edition.folder / f"{edition.name}.correction.txt", f"{reason}\n".encode())


def periods(home: Home, report: str, recipient: str = "") -> list[str]:
    """The periods of which an edition of the report was published, in order."""
    pattern = f"*/{recipient}/{FOLDER}" if recipient else f"*/{FOLDER}"
    places = folder(home, report, "").glob(pattern)
    return sorted(place.relative_to(folder(home, report, "")).parts[0] for place in places)


def as_of(found: list[Edition], moment: str) -> Edition:
    """The edition that was current on a day or at a time (ISO 8601; a time without zone is Seoul's), or the named one:
    by its name, its run, or a version of the table `classification`. Raises `WrongUse` where there was none.
    """
    before = _before(found, moment)
    if before:
        return before[-1]
    told = f"첫 판은 {found[0].shown_at}에 나왔습니다." if found else "나온 판이 없습니다."
    raise WrongUse(f"'{moment}'에 해당하는 판이 없습니다. {told} dasan figures list 로 판을 볼 수 있습니다.")


def _before(found: list[Edition], moment: str) -> list[Edition]:
    if moment.isdigit() and len(moment) < len("20211214"):
        versions = [edition.facts.build.get("lake_classification_version", "") for edition in found]
        return [
            e for e, version in zip(found, versions, strict=True) if version.isdigit() and int(version) <= int(moment)
        ]
    try:
        until = datetime.combine(date.fromisoformat(moment) + timedelta(days=1), datetime.min.time(), SEOUL)
        return [edition for edition in found if edition.published_at < until]
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return [edition for edition in found if moment in (edition.name, edition.facts.build.get("run_id"))]
    at = at if at.tzinfo else at.replace(tzinfo=SEOUL)
    return [edition for edition in found if edition.published_at <= at]


@dataclass(frozen=True)
class Revision:
    """A figure that an edition shows otherwise than the one before. `old`, `new`: rows, `None` where it is not there."""

    before: Edition
    after: Edition
    old: Row | None
    new: Row | None
    causes: tuple[str, ...]


def revisions(found: list[Edition], figure_id: str) -> list[Revision]:
    """How a figure changed from edition to edition, each time with the causes that the facts of its days give."""
    rows = [edition.rows().get(figure_id) for edition in found]
    changed = []
    for place in range(1, len(found)):
        old, new = rows[place - 1], rows[place]
        if _numbers(old) != _numbers(new):
            why = why_changed(found[place - 1].facts, found[place].facts, figure_id)
            changed.append(Revision(found[place - 1], found[place], old, new, why))
    return changed


def why_changed(before: facts.Facts, after: facts.Facts, figure_id: str) -> tuple[str, ...]:
    basics = identity.basics(figure_id).values()
    metrics = [METRICS[basic.metric_id] for basic in basics if basic.metric_id in METRICS]
    of_residents = any(metric.denominator == "resident" for metric in metrics)
    return facts.causes(before, after, [basic.window for basic in basics], of_residents=of_residents)


def _numbers(row: Mapping[str, str] | None) -> tuple[str, ...] | None:
    return None if row is None else tuple(row[name] for name in ("value", "numerator", "denominator"))


def text(value: float | int | None) -> str:
    """A value as it stands in a ledger."""
    return "" if value is None else str(value)


def as_bytes(rows: object) -> bytes:
    """Rows of a ledger as CSV."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)  # type: ignore[arg-type]
    return buffer.getvalue().encode()


def _write(path: Path, content: bytes) -> Path:
    with atomic_path(path) as draft:
        draft.write_bytes(content)
    return path
