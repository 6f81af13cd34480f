"""What `dasan report` calls for the weekly trend, the issue report, the white paper and the open export.

Belongs here: from the published marts to files, as in `release`. Does not: what a report says.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jobs import query
from jobs.files import atomic_path
from jobs.reports import covid_weekly, issue, meanings, open311, publish, whitepaper
from jobs.reports.figures import Window
from jobs.settings import Home
from schemas.taxonomy import Leaf, load_taxonomy


def publish_covid_weekly(home: Home, week: str | None, formats: Sequence[str], out: Path | None = None) -> list[Path]:
    """The COVID trend of an ISO week, or of the last whose Sunday is in the marts; the files written. Raises `WrongUse`."""
    with query.connect(home) as conn:
        name = week or covid_weekly.last_week(conn)
        document = covid_weekly.build(conn, name, home.taxonomies, covid_weekly.printed_before(home, name))
        return publish(document, document.ledger, out or home.reports, formats, home=home)


def publish_issue(
    home: Home,
    title: str,
    codes: tuple[str, ...],
    window: Window,
    leaves: dict[str, Leaf],
    words: Sequence[str] | None,
    formats: Sequence[str],
    out: Path | None = None,
) -> list[Path]:
    """The report on some types over a window, as `issue.build` takes them; the files written. Raises `WrongUse`."""
    with query.connect(home) as conn:
        document = issue.build(conn, title, codes, window, leaves, words)
        return publish(document, document.ledger, out or home.reports, formats, home=home)


def publish_whitepaper(home: Home, year: int, formats: Sequence[str], out: Path | None = None) -> list[Path]:
    """The COVID white-paper data of `year`; the files written. Raises `WrongUse`."""
    with query.connect(home) as conn:
        document = whitepaper.build(conn, year, home.taxonomies)
        return publish(document, document.ledger, out or home.reports, formats, home=home)


def publish_open311(home: Home, window: Window, formats: Sequence[str], out: Path | None = None) -> list[Path]:
    """The open export of `window`, with the service list as JSON and XML beside it; the files written. Raises `WrongUse`."""
    with query.connect(home) as conn:
        taxonomy = load_taxonomy(home.taxonomy_version, home.taxonomies)
        found = open311.build(conn, window, taxonomy, meanings.leaves(home.taxonomies))
        files = publish(found.document, found.document.ledger, out or home.reports, formats, home=home)
    for name, content in (("services.json", found.services_json()), ("services.xml", found.services_xml())):
        files.append(files[0].parent / name)
        with atomic_path(files[-1]) as draft:
            draft.write_bytes(content)
    return files
