"""A theme in depth: one 중분류 of the taxonomy, its days, its types, its channels and what its types mean.

Belongs here: the choice of the theme and its section. No citizen's words are quoted: what people ask is told in the
words of the taxonomy, which no contact can be traced to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jobs.reports import derived, editions
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, say
from jobs.reports.figures import Figure, Key
from jobs.reports.masking import is_hidden
from jobs.reports.voc_edition import Edition
from jobs.reports.voc_tables import by_column
from schemas.codes import SERIES, UNCLASSIFIED

if TYPE_CHECKING:
    from jobs.reports.voc_rises import Found

TYPES = 10
MEANINGS = 4
_FEWEST_A_DAY = 20  # below, most days of the chart would be masked


@dataclass(frozen=True)
class Theme:
    """`figures` are the counts of its types that the month has; `why` says how it was chosen."""

    name: str
    domain: str
    why: str
    total: Figure
    days: Mapping[Key, Figure]
    series: Mapping[str, Figure]
    figures: Mapping[str, Figure]


def choose(edition: Edition, found: Found) -> Theme | None:
    """The 중분류 in which most of the risen contacts are, else the largest; its sums are declared to the ledger.

    To be chosen when all other sums of types are declared: it is the types that may be shown, so that the total tells
    nothing beyond them. A sum with or without one that is hidden would give that one back beside the 대분류.
    """
    ledger = edition.ledger
    counts = {code: f for code, f in by_column(edition, "type_code", edition.month).items() if code != UNCLASSIFIED}
    risen: Counter[tuple[str, str]] = Counter()
    for rise in found.rises:
        risen[_theme_of(edition, rise.type_code)] += max(1, round(rise.gap * len(edition.month.days)))
    size: Counter[tuple[str, str]] = Counter()
    for code, figure in counts.items():
        size[_theme_of(edition, code)] += int(figure.value or 0)
    if not size:
        return None
    best = max(risen or size, key=lambda key: ((risen or size)[key], key))
    ledger.protect()
    members = {
        code: f for code, f in counts.items() if _theme_of(edition, code) == best and not (f.masked or is_hidden(f))
    }
    if not members:  # nothing of it may be shown
        return None
    where = {**edition.where, "type_code": sorted(members)}
    total = ledger.figure("type_count", edition.month.window, where)
    ledger.relate(total, members.values())
    days = ledger.by("type_count", edition.month.window, ["contact_date"], where)
    ledger.relate(total, days.values())
    series = {
        str(name): figure
        for name, figure in ledger.by("type_count", edition.month.window, ["series"], where, keys=SERIES).items()
    }
    ledger.relate(total, series.values())
    why = "늘어난 상담이 가장 많은 중분류" if risen else "상담이 가장 많은 중분류(검정에서 늘어난 유형이 없음)"
    return Theme(best[1] or best[0] or "대분류 없음", best[0], why, total, days, series, members)


def _theme_of(edition: Edition, code: str) -> tuple[str, str]:
    kind = edition.ledger.types.get(code, {})
    return kind.get("domain", ""), kind.get("middle", "")


def section(edition: Edition, theme: Theme | None) -> tuple[Block, ...]:
    """The theme, once all masks are decided."""
    if theme is None:
        return (say("주제로 실을 수 있을 만큼 큰 유형이 없어 주제를 고르지 않았습니다."),)
    share = derived.proportion(edition.ledger, theme.total, edition.total)
    head = say(
        f"주제: {{}}({{}}) — {theme.why}. 실을 수 있는 유형 {len(theme.figures)}개를 모아 이번 달 {{}}, 이 판 상담의 {{}}.",
        theme.name,
        theme.domain or "대분류 없음",
        Number(theme.total, with_unit=True),
        Number(share, with_unit=True),
    )
    return (
        head,
        *_chart(edition, theme),
        _types(edition, theme),
        _channels(edition, theme),
        *_meanings(edition, theme),
    )


def _chart(edition: Edition, theme: Theme) -> tuple[Block, ...]:
    days = edition.month.days
    if len(days) < 2 or int(theme.total.value or 0) < _FEWEST_A_DAY * len(days):
        return (say("하루 건수가 적어 날짜별 그림은 싣지 않았습니다."),)
    labels = tuple(f"{day.month}.{day.day}." for day in days)
    note = "막대: 이 주제의 상담(건). 가린 날은 비워 둠. 출처: 상담 마트."
    bars = tuple(theme.days.get(day) for day in days)
    return (Chart("theme_daily", f"{theme.name}: 날짜별 상담", labels, bars, "상담", (), "", note),)


def _shown(theme: Theme) -> list[tuple[str, Figure]]:
    fit = [(code, f) for code, f in theme.figures.items() if f.value and not f.masked]
    return sorted(fit, key=lambda item: (-int(item[1].value or 0), item[0]))


def _types(edition: Edition, theme: Theme) -> Block:
    shown = _shown(theme)[:TYPES]
    if not shown:
        return say("이 주제에는 실을 수 있을 만큼 큰 유형이 없습니다.")
    rows: list[tuple[Cell, ...]] = [
        (edition.type_name(code), Number(figure), Number(derived.proportion(edition.ledger, figure, theme.total)))
        for code, figure in shown
    ]
    columns = (Column("유형", "text"), Column("상담"), Column("주제 안 비중(%)"))
    note = f"단위: 건. 실을 수 있는 것 가운데 많은 차례로 {len(rows)}개. 비중의 분모는 이 주제의 상담, 하나씩 반올림."
    return Table("theme_types", f"{theme.name}: 유형", columns, tuple(rows), note)


def _channels(edition: Edition, theme: Theme) -> Block:
    names = editions.series_names(edition.month.days[-1])
    rows = tuple(
        (names[name], Number(figure), Number(derived.proportion(edition.ledger, figure, theme.total)))
        for name, figure in theme.series.items()
    )
    columns = (Column("계열", "text"), Column("상담"), Column("주제 안 비중(%)"))
    return Table(
        "theme_series", f"{theme.name}: 계열", columns, rows, "단위: 건. 비중의 분모는 이 주제의 상담, 하나씩 반올림."
    )


def _meanings(edition: Edition, theme: Theme) -> tuple[Block, ...]:
    """What the largest types are about, in the taxonomy's words."""
    told = [
        say("{}: {}.", leaf.name, leaf.definition.rstrip("."))
        for code, _ in _shown(theme)[:MEANINGS]
        if (leaf := edition.leaves.get(code)) is not None
    ]
    if not told:
        return ()
    return (say("무엇을 묻는가(시민의 말을 옮긴 것이 아니라 분류 체계의 풀이):"), *told)
