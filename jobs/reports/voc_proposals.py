"""Improvement proposals of an edition, each with the figures that speak for it.

Belongs here: the rules and the choice. Does not: what became of earlier ones (`voc_history`), or the ledger's file
(`jobs.proposals`). A rule is a share that a type has and the rest of the edition does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from jobs import query
from jobs.proposals import Proposal
from jobs.reports import derived
from jobs.reports.document import Block, Cell, Column, Number, Table, Text, say
from jobs.reports.figures import Figure, Where
from jobs.reports.render_csv import safe
from jobs.reports.voc_edition import Edition
from schemas.codes import UNCLASSIFIED
from schemas.metrics import METRICS

if TYPE_CHECKING:
    from jobs.reports.voc_rises import Found

MART = "type_service_daily"
MOST = 5
FEWEST_EVENTS, FEWEST_CONTACTS = 10, 30
LEAST_GAP = 0.05  # five %p, with the whole interval above zero
RATE = 0.05


@dataclass(frozen=True)
class Rule:
    """A metric of `type_service_daily` (a share of its denominator), what it says of a type, and what to do about it."""

    rule_id: str
    metric_id: str
    fact: str
    action: str


RULES = (
    Rule("repeat", "repeat_pct", "같은 날 다시 물음", "표준상담DB의 답이 한 번에 끝나는지 살피고 빠진 안내를 채움"),
    Rule("handoff", "handed_off_pct", "챗봇에서 상담사로 넘어옴", "챗봇 답을 고치거나 새로 넣음"),
    Rule("off_hours", "off_hours_pct", "평일 9–18시 밖에 들어옴", "야간·주말에 스스로 볼 안내(누리집·챗봇·ARS)를 둠"),
    Rule("long_talk", "long_talk_pct", "300초 넘게 통화", "답을 짧게 다듬고 먼저 물을 것의 차례를 정함"),
)
RISE = Rule("rise", "type_count", "검정에서 늘어난 것으로 남음", "맞는 답인지 확인하고 먼저 알림(누리집·챗봇·문자)")


@dataclass(frozen=True)
class Finding:
    """A type that a rule found. `excess`: contacts beyond what the rest's share would give (for a rise: since the span
    before)."""

    rule: Rule
    type_code: str
    excess: float


def find(edition: Edition, rises: Found) -> list[Finding]:
    """The findings of all rules, the most excess contacts first; at most `MOST`, a type once."""
    found = [Finding(RISE, rise.type_code, rise.gap * len(edition.month.days)) for rise in rises.rises[:2]]
    if query.has_table(edition.ledger.conn, MART):
        counts = query.service_counts(edition.ledger.conn, *edition.month.window, edition.where)
        counts.pop(UNCLASSIFIED, None)
        for place, rule in enumerate(RULES):
            found += _of_rule(rule, {code: pair for code, pairs in counts.items() if (pair := pairs[place])[1]})
    chosen: dict[str, Finding] = {}
    for each in sorted(found, key=lambda item: (-item.excess, item.rule.rule_id, item.type_code)):
        chosen.setdefault(each.type_code, each)
    return list(chosen.values())[: MOST * 2]


def _of_rule(rule: Rule, pairs: dict[str, tuple[int, int]]) -> list[Finding]:
    """The types whose share lies above that of all others together, beyond chance at the level that Bonferroni asks for
    among the types tested, and five %p at least above that of the whole edition."""
    from jobs.analysis.shift import share_change

    events, whole = sum(pair[0] for pair in pairs.values()), sum(pair[1] for pair in pairs.values())
    tested = {
        code: (n, m) for code, (n, m) in pairs.items() if n >= FEWEST_EVENTS and m >= FEWEST_CONTACTS and whole - m > 0
    }
    found = []
    for code, (n, m) in tested.items():
        rest = (events - n, whole - m)
        lower, _, _ = share_change(rest, (n, m))
        if n / m - events / whole >= LEAST_GAP and lower > 0 and _chance(n, m, rest) <= RATE / len(tested):
            found.append(Finding(rule, code, n - m * rest[0] / rest[1]))
    return found


def _chance(n: int, m: int, rest: tuple[int, int]) -> float:
    """One-sided p-value of two shares by the pooled normal approximation, with the variance doubled: contacts of one day
    and one caller go together."""
    pooled = (n + rest[0]) / (m + rest[1])
    error = (2 * pooled * (1 - pooled) * (1 / m + 1 / rest[1])) ** 0.5
    return 1 - NormalDist().cdf((n / m - rest[0] / rest[1]) / error) if error else 1.0


def shown(edition: Edition, findings: Sequence[Finding]) -> list[Finding]:
    """Those whose figures may all be shown, once masks are decided; at most `MOST`."""
    for each in findings:
        _evidence(edition, each)
    edition.ledger.protect()
    return [each for each in findings if not any(figure.masked for figure in _evidence(edition, each))][:MOST]


def _evidence(edition: Edition, finding: Finding) -> list[Figure]:
    """The type's count; then its share, that of the whole edition and their difference, or of a rise the percent change of
    the daily mean."""
    ledger, window = edition.ledger, edition.month.window
    where = {**edition.where, "type_code": finding.type_code}
    count = ledger.figure("type_count", window, where)
    if finding.rule is RISE:
        return [count, *_risen(edition, count, where)]
    own = ledger.figure(finding.rule.metric_id, window, where)
    usual = ledger.figure(finding.rule.metric_id, window, edition.where)
    return [count, own, usual, derived.difference(ledger, own, usual)]


def _risen(edition: Edition, count: Figure, where: Where) -> list[Figure]:
    if edition.base is None:
        return []
    ledger, base = edition.ledger, edition.base[1]
    now = derived.per_day(ledger, count, len(edition.month.days))
    before = derived.per_day(ledger, ledger.figure("type_count", base.window, where), len(base.days))
    return [derived.change(ledger, now, before)]


def proposal_of(edition: Edition, finding: Finding) -> Proposal:
    """The finding as a row of the ledger of proposals."""
    month = f"{edition.month.year}-{edition.month.month:02d}"
    number = f"{month}_{edition.recipient}_{finding.rule.rule_id}_{finding.type_code}"
    title = safe(f"{edition.type_name(finding.type_code)}: {finding.rule.action}")
    day = edition.month.days[-1].isoformat()
    return Proposal(number, month, edition.recipient, finding.rule.rule_id, finding.type_code, title, "sent", day)


def section(edition: Edition, findings: Sequence[Finding]) -> tuple[Block, ...]:
    """The proposals, once all masks are decided."""
    told: list[Block] = []
    if not query.has_table(edition.ledger.conn, MART):
        told.append(
            say(
                f"이 마트에는 처리 지표({MART})가 없어 늘어난 유형만 봅니다. dasan publish 로 다시 만들면 모두 찾습니다."
            )
        )
    if not findings:
        return (*told, say("근거가 우연을 넘는 개선 제안이 없습니다. 자료가 적은 달에는 없는 것이 보통입니다."))
    rows: list[tuple[Cell, ...]] = []
    for number, each in enumerate(findings, start=1):
        count, *rest = _evidence(edition, each)
        shares: list[Cell] = [*map(Number, rest[:2]), ""] if len(rest) > 1 else ["", "", ""]
        if rest:
            shares[-1] = Number(rest[-1], signed=True, with_unit=True)
        head = (f"{number}", edition.type_name(each.type_code), each.rule.action, each.rule.fact)
        rows.append((*head, Number(count), *shares))
    titles = ("상담", "비율(%)", "전체 비율(%)", "차이·증감률")
    columns = (
        Column("번호", "short"),
        Column("유형", "text"),
        Column("제안", "text"),
        Column("근거", "text"),
        *map(Column, titles),
    )
    base = edition.base[0] if edition.base else "앞 기간"
    bases = "; ".join(f"‘{rule.fact}’의 분모는 {_base(rule)}" for rule in RULES if rule in {f.rule for f in findings})
    note = (
        f"단위: 건. {bases + '. ' if bases else ''}증감률(%)은 {base}과 하루 평균끼리. 전체 비율은 이 판의 모든 유형. 사례 {FEWEST_EVENTS}건·상담 {FEWEST_CONTACTS}건 이상, "
        "전체와의 차이가 5%p 이상이고, 나머지 유형과 견준 검정(유형 수만큼 엄격히: 본페로니)에서 남은 것만 실음."
    )
    return (*told, Table("proposals", "개선 제안", columns, tuple(rows), note))


def _base(rule: Rule) -> str:
    from schemas.metrics import MEASURES

    return MEASURES[METRICS[rule.metric_id].denominator or ""].basis.split(":")[0]


def action(edition: Edition, findings: Sequence[Finding]) -> Text | None:
    """The one thing to act on, as the first of the key messages."""
    if not findings:
        return None
    each = findings[0]
    count, *rest = _evidence(edition, each)
    name = edition.type_name(each.type_code)
    if each.rule is RISE:
        base = edition.base[0] if edition.base else ""
        return say(
            f"이달 할 일: ‘{{}}’ — {each.rule.action}. 근거: 하루 평균이 {base}보다 {{}} 늘어 이번 달 {{}}.",
            name,
            Number(rest[0], with_unit=True),
            Number(count, with_unit=True),
        )
    return say(
        f"이달 할 일: ‘{{}}’ — {each.rule.action}. 근거: {each.rule.fact} {{}}(분모 {_base(each.rule)}), 이 판 전체 {{}}.",
        name,
        Number(rest[0], with_unit=True),
        Number(rest[1], with_unit=True),
    )
