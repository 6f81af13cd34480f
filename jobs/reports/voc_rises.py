"""What rose and what fell in an edition, and what was there at the same time.

Belongs here: the tested change of each type, the words and the policy events beside it. Does not: the test itself
(`jobs.analysis.rises`). That two things came together is told as that, never as cause.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from jobs import query
from jobs.reports import coverage, derived
from jobs.reports.document import Block, Cell, Column, Number, Table, say
from jobs.reports.figures import Ledger, Where
from jobs.reports.steps import Estimate, Step
from jobs.reports.voc_edition import Edition, Month
from jobs.reports.voc_tables import by_column
from schemas.codes import UNCLASSIFIED, CodeRow, code_list
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

METHOD = "voc.rises"
_HOW = "7일 묶음의 준포아송 회귀에서 얻은 비의 95% 구간"
SHOWN = 7
WORDS = 8
_WORD_Z = 4.0  # far beyond what thousands of words give by chance
_WORD = re.compile(r"[가-힣A-Za-z]{2,}")
_EARLY = timedelta(days=14)  # an event so long before the month may still be felt
# Which types an event of a kind concerns, by the COVID code book's groups.
_CONCERNS = {
    "vaccine": ("vaccine",),
    "vaccine_pass": ("vaccine_pass",),
    "grant": ("economic_support",),
    "isolation": ("confirmed_isolation",),
    "testing": ("suspected", "general", "other"),
    "mask": ("other",),
    "distancing": ("other",),
    "entry": ("other",),
    "case": ("suspected", "general"),
    "alert": ("suspected", "general"),
}


@dataclass(frozen=True)
class Rise:
    """A type whose daily mean changed beyond chance: `ratio` to the earlier one with its 95 % interval (NaN: it was not
    there before)."""

    type_code: str
    gap: float
    ratio: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Found:
    """The changes that hold, the largest gain a day first; `told_against` is the span; `why_not` says why there are none."""

    rises: tuple[Rise, ...] = ()
    falls: tuple[Rise, ...] = ()
    told_against: str = ""
    base: Month | None = None
    why_not: str = ""


def find(edition: Edition) -> Found:
    """Test every type of the edition against the three months before (or the last one)."""
    if edition.base is None:
        return Found(why_not="지난달 자료가 없어 늘고 준 유형을 가려내지 못했습니다.")
    title, base = edition.base
    channels = edition.differing[title]
    if channels:
        names = coverage.listed(channels, edition.month.days[-1])
        return Found(
            why_not=f"{title}과 이번 달의 자료가 있는 채널이 달라({names}) 늘고 준 유형을 가려내지 않았습니다."
        )
    from jobs.analysis.rises import changed

    codes, now, before = _daily(edition.ledger.conn, edition.where, edition.month, base)
    tested = changed(now, before)
    if tested is None:
        return Found(why_not="이번 달이 두 주, 앞 기간이 세 주에 못 미쳐 늘고 준 유형을 가려내지 않았습니다.")
    gaps = now.sum(axis=0) / len(edition.month.days) - before.sum(axis=0) / len(base.days)
    held = [
        Rise(codes[i], float(gaps[i]), *(float(part[i]) for part in (tested.ratio, tested.lower, tested.upper)))
        for i in tested.holds.nonzero()[0]
    ]
    held.sort(key=lambda rise: (-rise.gap, rise.type_code))
    return Found(tuple(r for r in held if r.gap > 0), tuple(r for r in reversed(held) if r.gap < 0), title, base)


def _daily(conn: duckdb.DuckDBPyConnection, where: Where, month: Month, base: Month) -> tuple[list[str], Any, Any]:
    """Type codes and their counts (days, types) in the month and the span before it; days without data are left out."""
    import numpy as np

    found = query.type_days(conn, base.days[0], month.days[-1], where)
    codes = sorted({code for _, code, _ in found} - {UNCLASSIFIED})
    days = {day: i for i, day in enumerate((*base.days, *month.days))}
    places = {code: i for i, code in enumerate(codes)}
    counts = np.zeros((len(days), len(codes)))
    for day, code, n in found:
        if day in days and code in places:
            counts[days[day], places[code]] = n
    return codes, counts[len(base.days) :], counts[: len(base.days)]


def tables(edition: Edition, found: Found) -> tuple[Block, ...]:
    """The changes; to be made after all other tables, since what is masked is not shown among them."""
    if found.why_not or found.base is None:
        return (say(found.why_not),)
    ledger, base = edition.ledger, found.base
    codes = [rise.type_code for rise in (*found.rises, *found.falls)]
    now, before = (
        ledger.by("type_count", month.window, ["type_code"], edition.where, keys=codes)
        for month in (edition.month, base)
    )
    for month in (edition.month, base):
        by_column(edition, "type_code", month)
    ledger.protect()

    def fit(rises: Sequence[Rise]) -> list[Rise]:
        return [r for r in rises if not (now[r.type_code].masked or before[r.type_code].masked)][:SHOWN]

    risen, fallen = fit(found.rises), fit(found.falls)
    spread = _Pairs(edition, found.told_against, base, now, before)
    return (
        _table("risen", "늘어난 유형", spread, risen),
        _table("fallen", "줄어든 유형", spread, fallen),
        words(edition, base),
        say(
            f"이번 달({edition.month.text})의 하루 평균을 {found.told_against}({base.text})의 하루 평균과 견주어, 7일씩 묶은 건수의 "
            f"검정에서 우연을 넘은 것(거짓 발견을 전체 유형에 대해 스무 번에 한 번 이하로 둠)만 하루 평균이 많이 달라진 차례로 실었습니다. 어느 한쪽이 "
            f"1–{SMALL_CELL_K - 1}건이거나 가린 유형과 미분류는 뺐습니다."
        ),
    )


@dataclass(frozen=True)
class _Pairs:
    edition: Edition
    title: str
    base: Month
    now: Any
    before: Any


def _table(table_id: str, title: str, pairs: _Pairs, rises: Sequence[Rise]) -> Block:
    if not rises:
        return say(f"우연을 넘어 {title}은 없습니다.")
    rows = tuple(_row(pairs, rise) for rise in rises)
    short = pairs.title.replace("직전 ", "")
    columns = (Column("유형", "text"), *map(Column, ("일평균", f"{short} 일평균", "증감", "증감률")))
    columns += (Column("구간 아래(%)"), Column("구간 위(%)"), Column("같은 때의 정책", "text"))
    note = "단위: 건. 증감률(%)은 하루 평균끼리, 구간은 증감률의 95% 구간(%). 정책은 때가 겹친 것이며 원인이라는 뜻이 아님."
    return Table(table_id, title, columns, rows, note)


def _row(pairs: _Pairs, rise: Rise) -> tuple[Cell, ...]:
    edition, ledger = pairs.edition, pairs.edition.ledger
    mean = derived.per_day(ledger, pairs.now[rise.type_code], len(edition.month.days))
    earlier = derived.per_day(ledger, pairs.before[rise.type_code], len(pairs.base.days))
    step = Step(
        METHOD,
        (pairs.base.days[0], edition.month.days[-1]),
        {
            "where": edition.where,
            "month": [day.isoformat() for day in edition.month.window],
            "base": [day.isoformat() for day in pairs.base.window],
        },
    )
    ends: list[Cell] = [
        Number(
            derived.estimate(
                ledger, f"change_{name}", (mean, earlier), value, Estimate(step, f"{rise.type_code} {name}", "%", _HOW)
            ),
            signed=True,
        )
        for name, value in _percents(rise.lower, rise.upper).items()
    ]
    if rise.ratio != rise.ratio:  # it was not there before
        ends = ["새로", "나타남"]
    return (
        edition.type_name(rise.type_code),
        Number(mean),
        Number(earlier),
        Number(derived.difference(ledger, mean, earlier), signed=True),
        Number(derived.change(ledger, mean, earlier), signed=True, with_unit=True),
        *ends,
        ", ".join(f"{event['title']}({_day(event)})" for event in concerning(edition, rise.type_code)[-2:]),
    )


def _percents(lower: float, upper: float) -> dict[str, float]:
    """The ends of the interval of a ratio as changes in percent."""
    return {"lower": (lower - 1) * 100, "upper": (upper - 1) * 100}


def outputs(ledger: Ledger, step: Step) -> dict[str, float]:
    """The ends of the interval of every type's change, by `code lower` and `code upper`; none where none was tested."""
    from jobs.analysis.rises import changed

    months = (_held(ledger, step.arguments[name]) for name in ("month", "base"))
    codes, *counts = _daily(ledger.conn, step.arguments["where"], *months)
    tested = changed(*counts)
    if tested is None:
        return {}
    return {
        f"{code} {name}": value
        for i, code in enumerate(codes)
        for name, value in _percents(float(tested.lower[i]), float(tested.upper[i])).items()
    }


def _held(ledger: Ledger, span: Sequence[str]) -> Month:
    """The days with data of a span, which is one of whole months."""
    first, last = map(date.fromisoformat, span)
    return Month(last.year, last.month, tuple(day for day in query.days(ledger.conn) if first <= day <= last))


def _day(event: CodeRow) -> str:
    return f"{event.valid_from.month}.{event.valid_from.day}."


def events(edition: Edition) -> list[CodeRow]:
    """The policy events that began in the month or shortly before it."""
    first, last = edition.month.window
    return [row for row in code_list("policy_events") if first - _EARLY <= row.valid_from <= last]


def concerning(edition: Edition, type_code: str) -> list[CodeRow]:
    """The events whose kind goes with the type's group in the COVID code book."""
    family = edition.families(edition.month).get(type_code, {})
    groups = {family.get("covid_group", ""), family.get("covid_subgroup", "")} - {""}
    return [event for event in events(edition) if groups & set(_CONCERNS.get(event["kind"], ()))]


def calendar(edition: Edition) -> Block:
    """The policy events of the month and of the fortnight before it, as a sentence."""
    found = events(edition)
    if not found:
        return say("이 달과 그 앞 두 주에 시작된 정책은 달력(policy_events)에 없습니다.")
    listed = ", ".join(f"{event['title']}({_day(event)})" for event in found)
    return say(f"이 달과 그 앞 두 주에 시작된 정책: {_literal(listed)}.")


def _literal(text: str) -> str:
    """Text from a code list as a template: its braces are no places."""
    return text.replace("{", "{{").replace("}", "}}")


def words(edition: Edition, base: Month) -> Block:
    """Words of type names whose types together rose most; only types that may be shown count."""
    from jobs.analysis.words import rising_words

    counts: list[Counter[str]] = []
    names: Counter[str] = Counter()
    for month in (edition.month, base):
        found: Counter[str] = Counter()
        for code, figure in by_column(edition, "type_code", month).items():
            if figure.masked or int(figure.value or 0) < SMALL_CELL_K or code == UNCLASSIFIED:
                continue
            for word in set(_WORD.findall(edition.type_name(code))):
                found[word] += int(figure.value or 0)
                names[word] += month is edition.month
        counts.append(found)
    risen = [word.word for word in rising_words(counts[0], counts[1]) if word.z > _WORD_Z and names[word.word] > 1][
        :WORDS
    ]
    if not risen:
        return say("유형 이름에 든 낱말 가운데 뚜렷이 늘어난 것은 없습니다.")
    return say(
        "유형 이름에 든 낱말 가운데 앞 기간보다 비중이 늘어난 것: {}. 시민의 말이 아니라 분류 체계의 낱말입니다.",
        ", ".join(risen),
    )
