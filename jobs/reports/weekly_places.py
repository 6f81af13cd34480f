"""The districts of the week: per 10,000 residents, which rose beyond chance, and which neighbours rose together.

Belongs here: the table and the clusters. Does not: who is whose neighbour (`schemas/codes/district_neighbours.csv`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import derived, editions, weekly_series
from jobs.reports.covid_tables import known_district
from jobs.reports.document import Block, Cell, Column, Number, Table, Text, say
from schemas.codes import code_list

if TYPE_CHECKING:
    from jobs.reports.covid_weekly import Week

DAYS_BEFORE = 28
FALSE_RATE = 0.1
_UNKNOWN = "판단 보류"


def districts(context: Week) -> tuple[Block, ...]:
    """Every district this week and last, what the test says, and the clusters."""
    ledger = context.ledger
    names = {**editions.district_names(context.window[1]), "": "자치구 모름"}
    now = context.by("district_code", context.window, list(names))
    if not any(figure.value for code, figure in now.items() if code):
        return (say("이번 주 코로나19 상담에는 자치구가 적힌 것이 없어 자치구 표를 싣지 않았습니다."),)
    before = {} if context.not_compared else context.by("district_code", context.before, list(names))
    month = query.population_month(ledger.conn, f"{context.window[1]:%Y-%m}")
    known = [code for code in names if code]
    rates = {} if month is None else ledger.by("covid_per_10k", context.window, ["district_code"], keys=known)
    said = verdicts(context, known)
    rows: list[tuple[Cell, ...]] = []
    for code, title in names.items():
        row: list[Cell] = [title, Number(now[code])]
        if rates:
            row.append(Number(rates[code]) if code in rates else "")
        if before:
            change = derived.change(ledger, now[code], before[code])
            row += [Number(before[code]), Number(change, signed=True, with_unit=True)]
        rows.append((*row, "" if now[code].value is None else said.get(code, "")))
    columns = [Column("자치구", "text"), Column("이번 주(건)")]
    columns += [Column("1만 명당")] if rates else []
    columns += [Column("지난주(건)"), Column("증감률")] if before else []
    table = Table(
        "districts", "자치구별 코로나19 상담", (*columns, Column("판정", "short")), tuple(rows), _note(context, month)
    )
    share = (known_district(ledger, context.covid(context.window), now[""]),) if rates else ()
    return (table, *share, _told(context, said))


def verdicts(context: Week, codes: Sequence[str]) -> dict[str, str]:
    """늘었음, 줄었음, - or 판단 보류 for each district: COVID against the other contacts of the same district, this week
    after four weeks."""
    import numpy as np

    from jobs.analysis.fdr import benjamini_hochberg
    from jobs.analysis.intervention import effect

    days = weekly_series.span(context.monday - timedelta(DAYS_BEFORE), context.window[1])
    ours, others = (
        weekly_series.read(context.ledger.conn, "coalesce(district_code, '')", condition, days)
        for condition in ("covid_group <> ''", "coalesce(covid_group, '') = ''")
    )
    counts, control = (np.stack([each.column(code) for code in codes], axis=1) for each in (ours, others))
    after = np.array([day >= context.monday for day in days])
    found = effect(counts, control, after, ours.kinds)
    limit = benjamini_hochberg(found.p_value, FALSE_RATE)
    told = {}
    for place, code in enumerate(codes):
        if np.isnan(found.p_value[place]):
            told[code] = _UNKNOWN
        elif found.p_value[place] > limit:
            told[code] = "-"
        else:
            told[code] = "늘었음" if found.ratio[place] > 1 else "줄었음"
    return told


def clusters(codes: Collection[str]) -> list[list[str]]:
    """Groups of two and more districts that touch, the largest first."""
    pairs = [(row["district_code"], row["neighbour_code"]) for row in code_list("district_neighbours")]
    left, found = set(codes), []
    while left:
        group = {left.pop()}
        while more := {b for a, b in [*pairs, *((b, a) for a, b in pairs)] if a in group and b in left}:
            group |= more
            left -= more
        found.append(sorted(group))
    return sorted((group for group in found if len(group) > 1), key=lambda group: (-len(group), group))


def _note(context: Week, month: str | None) -> str:
    per = (
        f"1만 명당: 행정안전부 주민등록 인구({month}) 1만 명에 대한 이번 주 코로나19 상담 건수."
        if month
        else "주민등록 인구를 가져오지 않아 건수만 실음. 인구가 많은 구일수록 건수가 많으니 순위로 읽지 말 것."
    )
    lacking = f" {context.not_compared} 지난주와 견주지 않음." if context.not_compared else ""
    return (
        f"단위: 건. {per} 판정은 앞 {DAYS_BEFORE}일에 견주어 그 구의 다른 상담보다 코로나19 상담이 늘거나 줄었는지를 본 것(단절 시계열, "
        f"거짓 발견율 10%); ‘-’는 그렇다고 할 근거가 없음.{lacking}"
    )


def _told(context: Week, said: dict[str, str]) -> Text:
    risen = [code for code, word in said.items() if word == "늘었음"]
    if all(word == _UNKNOWN for word in said.values()):
        return say(
            f"앞 {DAYS_BEFORE}일 가운데 자료가 있는 날이 모자라거나 건수가 적어 함께 늘어난 이웃 구를 가려내지 않았습니다."
        )
    if not risen:
        return say("우연을 넘어 늘어난 자치구는 없습니다.")
    names = editions.district_names(context.window[1])
    groups = [", ".join(names[code] for code in group) for group in clusters(risen)]
    if not groups:
        return say("늘어난 자치구: {}. 서로 맞닿은 곳은 없습니다.", ", ".join(names[code] for code in risen))
    return say(
        "늘어난 자치구 {} 가운데 맞닿아 함께 늘어난 곳: {}.",
        f"{len(risen)}곳",
        " / ".join(f"[{group}]" for group in groups),
    )
