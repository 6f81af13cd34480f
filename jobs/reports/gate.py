"""The gate before a document: its sums, its arithmetic, the other way to its totals, and what was published before.

Belongs here: the rules, each giving findings of a severity. An error blocks the document, a warning becomes a banner.
Does not: the marts' own gate (`jobs.publish`), nor bases and units (`grammar`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jobs import query
from jobs.errors import PublicationBlocked
from jobs.reports import facts, history, identity, selfcheck
from jobs.reports.document import Document
from jobs.reports.facts import CAUSES, Facts
from jobs.reports.figures import Figure, Ledger, Where
from jobs.settings import Home
from schemas.metrics import MEASURES, METRICS
from schemas.tables import TABLES

PERIODS_BACK = 31  # published editions of earlier periods that a document is held against
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """`text` is Korean: what, the two numbers, and where each came from."""

    rule_id: str
    severity: Severity
    text: str


@dataclass(frozen=True)
class SecondWay:
    """A count that other counts, summed by day, must give again. `columns`: by which it may be cut; `where` is added."""

    metric_id: str
    parts: tuple[str, ...]
    columns: frozenset[str] = frozenset()
    where: tuple[tuple[str, str], ...] = ()


# The same contacts through another mart or other columns: days make up the period, types and hours the same total.
SECOND_WAYS = (
    SecondWay("consultation_count", ("type_count",), frozenset({"series", "channel"})),
    SecondWay("type_count", ("consultation_count",), frozenset({"series", "channel"})),
    SecondWay("covid_count", ("covid_type_count",), frozenset({"series", "channel"})),
    SecondWay("covid_type_count", ("covid_count",), frozenset({"series", "channel"})),
    SecondWay("inflow_count", ("answered_count", "abandoned_count"), frozenset({"channel", "ars_code"})),
    SecondWay("answered_count", ("consultation_count",), where=(("series", "phone"),)),
)


def examine(document: Document, home: Home, found: Facts) -> tuple[str, ...]:
    """The banners that the document must bear. Raises `PublicationBlocked` where a rule is broken.

    `found`: the facts behind the document, by which a change of what was published before is explained.
    """
    findings = [
        *_declared_sums(document.ledger),
        *_own_arithmetic(document),
        *_second_ways(document),
        *_published_before(document, home, found),
        *_warned(document),
    ]
    errors = [finding.text for finding in findings if finding.severity == "error"]
    if errors:
        head = " ".join(part for part in (document.report_id, document.period, document.recipient) if part)
        more = f"\n그 밖에 {len(errors) - 5}건" if len(errors) > 5 else ""
        raise PublicationBlocked(f"{head}: 맞지 않는 수치가 있어 쓰지 않았습니다.\n" + "\n".join(errors[:5]) + more)
    return tuple(dict.fromkeys(finding.text for finding in findings))


def _declared_sums(ledger: Ledger) -> Iterator[Finding]:
    """Every sum that the document declares: parts by channel, type, district, hour or day, and what is left."""
    for relation in ledger.relations:
        total = sum(part.value for part in relation.parts)
        if total != relation.total.value:
            some = ", ".join(part.key for part in relation.parts[:2])
            yield Finding(
                "declared_sums",
                "error",
                f"[declared_sums] 부분의 합 = 전체: {relation.total.key} {relation.total.value:,}건, "
                f"부분 {len(relation.parts)}개({some} …)의 합 {total:,}건",
            )


def _own_arithmetic(document: Document) -> Iterator[Finding]:
    for finding in selfcheck.conflicts(document.figures().values()):
        yield Finding("own_arithmetic", "error", f"[own_arithmetic] {finding.figure}: {finding.explanation}")


def _second_ways(document: Document) -> Iterator[Finding]:
    ledger = document.ledger
    again = Ledger(ledger.conn, document.report_id)  # the document's own ledger takes no figure that it does not show
    for figure in document.figures().values():
        name = identity.parsed(figure.figure_id)
        if not isinstance(name, identity.Basic):
            continue
        for way in SECOND_WAYS:
            if way.metric_id != name.metric_id or not name.where.keys() <= way.columns:
                continue
            where: Where = {key: list(values) for key, values in name.where.items()} | dict(way.where)
            days = [again.by(part, name.window, ["contact_date"], where).values() for part in way.parts]
            total = sum(int(day.value or 0) for by_day in days for day in by_day)
            if total != figure.value:
                names = " + ".join(METRICS[part].name for part in way.parts)
                yield Finding(
                    "second_way",
                    "error",
                    f"[second_way] {figure.figure_id} {figure.value:,}{figure.unit} = 날짜별 {names}의 합: {total:,}건"
                    f" ({figure.counting_basis} / {', '.join(way.parts)})",
                )


def _published_before(document: Document, home: Home, found: Facts) -> Iterator[Finding]:
    """What an earlier edition printed is printed again, or the change has a cause: the facts of its days, or a
    correction that was declared (`dasan figures correct`)."""
    report, recipient = document.report_id, document.recipient
    shown = ((name, figure) for name, figure in document.figures().items() if not figure.masked)
    ours = {name: figure for name, figure in shown if _is_of_marts(name)}
    held = [period for period in history.periods(home, report, recipient) if period <= document.period]
    for period in held[-PERIODS_BACK:]:
        editions = history.editions(home, report, period, recipient)
        same = [edition for edition in editions if edition.facts.build == found.build][-1:]
        others = [edition for edition in editions if edition.facts.build != found.build][-1:]
        for last in [*same, *others] if period == document.period else editions[-1:]:
            for why, told in _changed(last, ours, found).items():
                yield _revision(last, why, sorted(told))


def _is_of_marts(figure_id: str) -> bool:
    """Whether a figure is a metric of contacts or records: derived figures follow from such, and estimates and figures
    from outside are not bound to what was known before."""
    name = identity.parsed(figure_id)
    if not isinstance(name, identity.Basic) or name.metric_id not in METRICS:
        return False
    metric = METRICS[name.metric_id]
    measures = [MEASURES[each] for each in (metric.numerator, metric.denominator) if each is not None]
    return all(TABLES[measure.mart].layer == "mart" for measure in measures)


def _changed(last: history.Edition, ours: dict[str, Figure], found: Facts) -> dict[tuple[str, ...], list[str]]:
    """The figures that an edition showed otherwise, in words, by the causes of the change."""
    rows = last.rows()
    changed: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in ours.keys() & rows.keys():
        row = rows[name]
        if row["masked"] == "0" and row["shown"] == "1" and row["value"] != history.text(ours[name].value):
            why = history.why_changed(last.facts, found, name)
            changed[why].append(f"{name} {row['value']} → {ours[name].value}{ours[name].unit}")
    return changed


def _revision(last: history.Edition, why: tuple[str, ...], told: list[str]) -> Finding:
    place = f"전에 낸 {last.period} 판({last.shown_at})"
    some = f"{told[0]}{f' 외 {len(told) - 1}개' if len(told) > 1 else ''}"
    if why[0] not in (facts.UNKNOWN, facts.PROGRAM):
        reasons = ", ".join(CAUSES[cause] for cause in why)
        return Finding("published_before", "warning", f"고침: {place}의 수치가 바뀌었습니다. {some}. 까닭: {reasons}.")
    if last.correction:
        text = f"고침: {place}의 수치를 바로잡았습니다. {some}. 까닭: {last.correction}"
        return Finding("published_before", "warning", text)
    return Finding(
        "published_before",
        "error",
        f"[published_before] {place}과 다릅니다: {some}. {CAUSES[why[0]]}: dasan figures correct 로 까닭을 적어야 냅니다.",
    )


def _warned(document: Document) -> Iterator[Finding]:
    """Warnings of the marts' gate on the days of the document's figures."""
    windows = {figure.window for figure in document.figures().values()}
    for text in query.gate_warnings(document.ledger.conn, windows):
        yield Finding("marts", "warning", text)
