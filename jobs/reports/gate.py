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
from jobs.reports import history, identity, revised, selfcheck
from jobs.reports.document import Document
from jobs.reports.facts import CAUSES, Facts
from jobs.reports.figures import Ledger, Where
from jobs.reports.revised import Change
from jobs.settings import Home
from schemas.metrics import METRICS

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
    correction that was declared (`dasan figures correct`). One finding a cause, however many editions it touched."""
    estimates = document.ledger.estimates
    shown = {
        name: (history.text(figure.value), figure.unit)
        for name, figure in document.figures().items()
        if not figure.masked and revised.is_bound(name, estimates)
    }
    named = (document.report_id, document.period, document.recipient)
    by_cause: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in revised.changes(home, named, shown, found):
        by_cause[change.why, "" if change.why else change.causes[0]].append(change)
    for (why, unexplained), changes in by_cause.items():
        yield _revision(named, why, unexplained, changes)


def _revision(named: tuple[str, str, str], why: str, unexplained: str, changes: list[Change]) -> Finding:
    """The changes of one cause: the first of them with both numbers, and how many more of how many editions."""
    first, editions = changes[0], list(dict.fromkeys(change.before.folder / change.before.name for change in changes))
    place = f"전에 낸 {first.before.period} 판({first.before.shown_at})"
    if len(editions) > 1:
        place += f"부터 {changes[-1].before.period} 판까지 판 {len(editions)}개"
    figures = len({change.figure_id for change in changes})
    more = f" 외 {figures - 1}개" if figures > 1 else ""
    some = f"{first.figure_id} {first.old} → {first.new}{first.unit}{more}"
    if not why:
        return Finding(
            "published_before",
            "error",
            f"[published_before] {place}과 다릅니다: {some}. {CAUSES[unexplained]}: dasan figures correct 로 까닭을 적어야 냅니다.",
        )
    report, period, recipient = named
    command = f"dasan figures changes {report} {period}{f' --recipient {recipient}' if recipient else ''}"
    see = f" 모두 보기: {command}." if figures > 1 or len(editions) > 1 else ""
    return Finding("published_before", "warning", f"고침: {place}의 수치가 바뀌었습니다. {some}.{see} 까닭: {why}")


def _warned(document: Document) -> Iterator[Finding]:
    """Warnings of the marts' gate on the days of the document's figures."""
    windows = {figure.window for figure in document.figures().values()}
    for text in query.gate_warnings(document.ledger.conn, windows):
        yield Finding("marts", "warning", text)
