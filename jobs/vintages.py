"""A published figure made again from what it was made of: the lake as its tables stood then.

Belongs here: the marts of a vintage, for the days and marts of one figure only, by the SQL that makes all marts.
Does not: keeping editions (`jobs.reports.history`), nor how a figure follows from marts (`jobs.reports.recompute`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from jobs import query
from jobs.errors import DasanError, WrongUse
from jobs.marts import Snapshot, rebuild, snapshot
from jobs.reports import identity, sources
from jobs.reports.figures import Figure, Ledger
from jobs.reports.history import Edition, text
from jobs.reports.identity import Window
from jobs.reports.methods import METHODS
from jobs.reports.recompute import evaluate, queries
from jobs.reports.steps import Estimates
from jobs.settings import Home
from schemas.statistics_tables import STATISTICS


def recomputed(home: Home, edition: Edition, figure_id: str) -> tuple[Figure, dict[str, str]]:
    """A figure of an edition from the lake at the table versions of the edition's marts, never masked; and the SQL behind it.

    Raises `DasanError` where those versions are gone from the lake, and `WrongUse` for a name that cannot be followed.
    """
    with opened(home, edition, [figure_id]) as ledger:
        found = _followed(ledger, figure_id)
        if found is None:
            raise WrongUse(f"이 수치는 이름만으로 다시 계산할 수 없습니다: {figure_id}")
        return found, queries(ledger, figure_id)


def all_recomputed(home: Home, edition: Edition, figure_ids: Iterable[str]) -> dict[str, Figure | None]:
    """Figures of an edition as `recomputed` gives them, from marts built once; `None` for a name that cannot be followed.

    Raises `DasanError` where the versions are gone from the lake.
    """
    asked = list(figure_ids)
    with opened(home, edition, asked) as ledger:
        return {name: _followed(ledger, name) for name in asked}


@contextmanager
def opened(home: Home, edition: Edition, figure_ids: Sequence[str]) -> Iterator[Ledger]:
    """A ledger over marts made as they were for an edition, as far as some of its figures need them."""
    build = edition.facts.build
    versions = {
        name.removeprefix("lake_").removesuffix("_version"): int(value)
        for name, value in build.items()
        if name.startswith("lake_") and name.endswith("_version")
    }
    if not versions:
        raise DasanError(f"{edition.name} 판에는 레이크 표의 판이 적혀 있지 않아 다시 계산할 수 없습니다.")
    marts, windows = _needed(figure_ids, edition.estimates)
    held = {name: sources.read(home, content) for name, content in edition.sources.items()}
    people = [
        (row["district_code"], row["month"], int(row["resident_count"])) for row in held.get(sources.POPULATION, ())
    ]
    with TemporaryDirectory() as folder:
        place = Home(Path(folder))
        target = place.root / "vintage.duckdb"
        rebuild(home, target, _of_days(snapshot(home, versions), windows), marts, build, people)
        with query.open_marts(target, place) as conn:
            for name in held.keys() & {table.name for table in STATISTICS} - {sources.STATISTICS_BUILD}:
                sources.restore(conn, name, held[name])
            ledger = Ledger(conn, edition.report)
            ledger.estimates |= edition.estimates
            ledger.outside |= sources.outside(held.get(sources.OUTSIDE, ()))
            yield ledger


def _followed(ledger: Ledger, figure_id: str) -> Figure | None:
    try:
        return evaluate(ledger, figure_id)
    except ValueError:
        return None


def is_equal(figure: Figure, row: dict[str, str]) -> bool:
    """Whether a figure has the value, numerator and denominator of a ledger row."""
    ours = (figure.value, figure.numerator, figure.denominator)
    return all(text(one) == row[name] for one, name in zip(ours, ("value", "numerator", "denominator"), strict=True))


def _needed(figure_ids: Sequence[str], estimates: Estimates) -> tuple[set[str], set[Window]]:
    """The marts and windows on which figures rest."""
    marts, windows = {"volume_hourly"}, set()  # its days are those of the daily means
    for name in figure_ids:
        for key, part in identity.walk(name).items():
            if isinstance(part, identity.Basic):
                marts |= sources.marts_of(part.metric_id)
                windows.add(part.window)
            elif key in estimates and (method := METHODS.get(estimates[key].step.method)):
                marts |= {*method.marts}
                windows.add(estimates[key].step.window)
    return marts, windows


def _of_days(lake: Snapshot, windows: Iterable[Window]) -> Snapshot:
    """The files of the days within the windows: of contact, or of arrival for the tables that are cut by it."""
    spans = [(first.isoformat(), last.isoformat()) for first, last in windows]
    found = Snapshot()
    found.versions = lake.versions
    for name, files in lake.items():
        found[name] = [f for f in files if any(first <= f.partition[1] <= last for first, last in spans)]
    return found
