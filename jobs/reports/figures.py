"""The ledger of a document: every number in it is a metric of `schemas.metrics`, evaluated and recorded here.

Belongs here: evaluating metrics over the marts, recording them, and their masks.
Does not: figures made from figures (`derived`), what a document says (`covid_daily`, `voc`), or how it is written.
A window is (first, last), both included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from jobs import query
from jobs.analysis.rounding import half_up
from jobs.reports import identity, sources, statements
from jobs.reports.joint import JointMasks
from jobs.reports.masking import Count, Relation, protect
from jobs.reports.sources import Outside
from jobs.reports.steps import Estimate
from schemas.metrics import MEASURES, METRICS, SMALL_CELL_K, Measure, Metric
from schemas.tables import TABLES

if TYPE_CHECKING:
    import duckdb

Window = identity.Window
window_text = identity.window_text
Where = statements.Where
Key = str | int | date | tuple[Any, ...]

COLUMNS = (
    "figure_id",
    "metric",
    "value",
    "numerator",
    "denominator",
    "window",
    "counting_basis",
    "unit",
    "rounding",
    "vintage",
)
SMALL_LABEL = f"{SMALL_CELL_K} 미만"
COMPLEMENT_LABEL = "비공개"
DERIVED_LABEL = "-"


@dataclass(slots=True, eq=False)
class Figure:
    """One published number. `value` is rounded; `numerator` and `denominator` are what it was made from.

    `base`: of what a percentage is one. `of_rates`: made from percentages. `level`: the name of the parts that were
    rounded with this share. `lengths`: the days of two periods that a comparison of counts sets side by side, where
    they are not equally many.
    `masked` and `label` (what is shown instead) hold after `Ledger.protect`.
    """

    figure_id: str
    metric_id: str
    value: float | int | None
    numerator: float | int | None
    denominator: float | int | None
    window: Window
    counting_basis: str
    unit: str
    rounding: str
    vintage: str
    masked: bool = False
    label: str = ""
    decimals: int = 0
    is_count: bool = False
    counts: tuple[Count, ...] = ()
    base: str = ""
    of_rates: bool = False
    level: str = ""
    lengths: tuple[int, int] | None = None

    @property
    def exact(self) -> Fraction:
        """The value before rounding, for counts and means. Raises `TypeError` where there is none."""
        return Fraction(self.numerator or 0) / Fraction(1 if self.denominator is None else self.denominator)


class Ledger:
    """The figures of one document, and the sums between them. `estimates`: how those of methods were made, by their ids;
    `outputs`: what steps gave that were run again. `outside`: numbers from other files, by metric."""

    def __init__(self, conn: duckdb.DuckDBPyConnection, report_id: str) -> None:
        self.conn = conn
        self.report_id = report_id
        facts = query.build_facts(conn)
        self.vintage = " ".join(facts[name] for name in ("built_at", "run_id") if name in facts)
        self.figures: dict[str, Figure] = {}
        self.estimates: dict[str, Estimate] = {}
        self.outputs: dict[str, Mapping[str, float]] = {}
        self.outside: dict[str, Outside] = {}
        self.protected = False
        self._counts: dict[str, Count] = {}
        self._relations: dict[tuple[str, ...], Relation] = {}
        self._joint = JointMasks(conn)
        self._asked: dict[tuple[object, ...], dict[Key, Figure]] = {}  # sections ask for the same again

    @cached_property
    def types(self) -> dict[str, dict[str, str]]:
        """The types by code, as `dim_type` has them."""
        return query.type_rows(self.conn)

    def days_with_data(self, window: Window, metric_id: str) -> int:
        """On how many days of a window there is data: of calls for a metric of the telephone, else of any contact."""
        metric = METRICS.get(metric_id)
        of_calls = metric is not None and MEASURES[metric.numerator].mart == "phone_daily"
        return sum(window[0] <= day <= window[1] for day in (self._days_of_calls if of_calls else self._days))

    @cached_property
    def _days(self) -> list[date]:
        return query.days(self.conn)

    @cached_property
    def _days_of_calls(self) -> list[date]:
        return query.days(self.conn, "phone_daily")

    @property
    def relations(self) -> list[Relation]:
        """The sums declared so far."""
        return list(self._relations.values())

    def figure(self, metric_id: str, window: Window, where: Where | None = None) -> Figure:
        """One metric over a window, for the rows that fit `where` (column: value, or a list of values)."""
        return self.by(metric_id, window, (), where, keys=[()])[()]

    def by(
        self,
        metric_id: str,
        window: Window,
        by: Sequence[str],
        where: Where | None = None,
        keys: Iterable[Key] | None = None,
    ) -> dict[Key, Figure]:
        """One metric for each value of the columns `by` (a tuple of values where there are several), in one query.

        `keys`: these and no others, zero where the marts have no row; without it, those that have rows.
        By `contact_date`, the window of each figure is its day.
        """
        metric, wanted = METRICS[metric_id], None if keys is None else tuple(keys)
        asked = (metric_id, window, tuple(by), statements.frozen(where or {}), wanted)
        if asked in self._asked:
            return dict(self._asked[asked])
        numerators, denominators = self._evaluate(metric, window, by, where or {})
        found: dict[Key, Figure] = {}
        for key in list(numerators) if wanted is None else wanted:
            cells = dict(zip(by, (key,) if len(by) == 1 else tuple(key), strict=True))  # type: ignore[arg-type]
            day = cells.pop("contact_date", None)
            over = window if day is None else (day, day)
            bottom = None if denominators is None else denominators.get(key, 0)
            found[key] = self._record(metric, over, {**(where or {}), **cells}, numerators.get(key, 0), bottom)
        self._asked[asked] = found
        return dict(found)

    def given(self, series: Outside, day: date) -> Figure:
        """The number of a day from outside, which is nobody's contact. Raises `ValueError` where there is none."""
        if day not in series.values:
            raise ValueError(f"{series.metric_id} has no number for {day}")
        self.outside[series.metric_id] = series
        n, name = series.values[day], f"{series.metric_id}:{day}"
        origin = (series.basis, series.unit, "정수", series.vintage)
        return self.add(Figure(name, series.metric_id, n, n, None, (day, day), *origin))

    def add(self, figure: Figure) -> Figure:
        """Record a figure; one that is there already is given back. Raises `ValueError` if the two differ."""
        known = self.figures.setdefault(figure.figure_id, figure)
        if known.value != figure.value:
            raise ValueError(f"two values for {figure.figure_id}: {known.value} and {figure.value}")
        if known is figure:
            self.protected = False
        return known

    def count(self, key: str, value: int) -> Count:
        """The count of this key, made at its first use."""
        if key not in self._counts:
            self._counts[key] = Count(key, value, self._joint.mask(key, value))
        return self._counts[key]

    def relate(self, total: Figure, parts: Iterable[Figure]) -> None:
        """Declare that the count `total` is the sum of the counts `parts`, so that none gives a masked one back."""
        members = tuple(part.counts[0] for part in parts)
        key = (total.counts[0].key, *(count.key for count in members))
        if key not in self._relations:
            self._relations[key] = Relation(total.counts[0], members)
            self.protected = False

    def absorb(self, part: Ledger) -> None:
        """Take the figures of a ledger that was protected by itself: no sum may tie them to any other figure here."""
        self.estimates |= part.estimates
        for figure in part.figures.values():
            self.add(figure)

    def protect(self) -> None:
        """Decide the masks of all figures; to be called once the document is complete."""
        if self.protected:
            return
        protect(self._counts.values(), self.relations)
        for figure in self.figures.values():
            masks = {count.mask for count in figure.counts} - {""}
            figure.masked = bool(masks)
            figure.label = DERIVED_LABEL if masks else ""
            if masks and figure.is_count:
                figure.label = SMALL_LABEL if masks == {"small"} else COMPLEMENT_LABEL
        self.protected = True

    def _record(self, metric: Metric, window: Window, where: Where, top: int, bottom: int | None) -> Figure:
        condition = identity.condition_text(where)
        suffix = f"{window_text(window)}:{condition}" if condition else window_text(window)
        used = [(metric.numerator, top)]
        if metric.denominator is not None and bottom is not None:
            used.append((metric.denominator, bottom))
        basis = " ÷ ".join(MEASURES[name].basis for name, _ in used)
        value: float | int | None = top
        if bottom is not None:
            value = half_up(Fraction(metric.scale) * top / bottom, metric.decimals) if bottom else None
        return self.add(
            Figure(
                identity.basic_id(metric.metric_id, window, condition),
                metric.metric_id,
                value,
                top,
                bottom,
                window,
                f"{basis} [{condition}]" if condition else basis,
                metric.unit,
                "정수" if bottom is None else f"소수 {metric.decimals}자리 반올림",
                self._vintage_of(metric, window),
                decimals=metric.decimals,
                is_count=bottom is None,
                base=MEASURES[metric.denominator].basis.partition(":")[0] if metric.denominator else "",
                counts=tuple(self.count(f"{name}:{suffix}", n) for name, n in used if _is_of_contacts(MEASURES[name])),
            )
        )

    def _vintage_of(self, metric: Metric, window: Window) -> str:
        """The vintage of the marts; for a figure by resident, also the month and the content of the population."""
        if sources.POPULATION not in sources.marts_of(metric.metric_id):
            return self.vintage
        month = query.population_month(self.conn, window[1].strftime("%Y-%m"))
        return f"{self.vintage} {sources.POPULATION} {month} sha256:{self._population}"

    @cached_property
    def _population(self) -> str:
        return sources.short(sources.population(self.conn))

    def statements(
        self, metric_id: str, window: Window, by: Sequence[str], where: Where
    ) -> list[tuple[tuple[Measure, ...], statements.Statement]]:
        """The queries behind a metric: its measures together where they are of one mart, else one by one."""
        metric = METRICS[metric_id]
        measures = tuple(MEASURES[name] for name in (metric.numerator, metric.denominator) if name is not None)
        alike = len({measure.mart for measure in measures}) == 1
        found = []
        for group in [measures] if alike else [(measure,) for measure in measures]:
            month = None
            if query.date_column(group[0].mart) == "month":
                month = query.population_month(self.conn, window[1].strftime("%Y-%m"))
            known = TABLES[group[0].mart].column_names()  # residents, for one, are the same for every type of contact
            its = where if group[0] is measures[0] else {name: value for name, value in where.items() if name in known}
            found.append((group, statements.aggregate(group, window, by, its, month)))
        return found

    def _evaluate(
        self, metric: Metric, window: Window, by: Sequence[str], where: Where
    ) -> tuple[dict[Key, int], dict[Key, int] | None]:
        """Numerators and denominators (`None` for a count) by key."""
        found: list[dict[Key, int]] = []
        width = len(by)
        for measures, (sql, parameters) in self.statements(metric.metric_id, window, by, where):
            rows = query.rows(self.conn, sql, parameters)
            keys: list[Key] = [row[0] if width == 1 else tuple(row[:width]) for row in rows]
            for i in range(len(measures)):
                found.append(dict(zip(keys, (int(row[width + i]) for row in rows), strict=True)))
        return found[0], found[1] if metric.denominator is not None else None


@cache
def _is_of_contacts(measure: Measure) -> bool:
    """Whether a measure counts contacts or records (by the unit of its column), so that its small values are masked."""
    if TABLES[measure.mart].layer == "statistics":
        return False  # what a model expects is nobody's contact
    name = re.findall(r"sum\((\w+)\)", measure.sql)[0]
    return next(column.unit for column in TABLES[measure.mart].columns if column.name == name) == "건"
