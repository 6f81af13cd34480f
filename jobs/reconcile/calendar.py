"""Dates that cannot be: impossible ones, windows without an end, years that are not the plan's, volumes before a launch.

Belongs here: the rules `date` and `launch`, and units that do not go together (`unit`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from jobs.reconcile.dates import Mention
from jobs.reconcile.figures import Figure, Kind, Table
from jobs.reconcile.findings import Candidate, Explanation, Finding, print_of
from jobs.reconcile.labels import is_plan, launch_word
from jobs.reconcile.relation import Relation

_OPEN = re.compile(r"^\s?\.?\s?(?:시행|도입|개시|시작)?\s?(?:부터|이후|~\s*(?:\)|$))")
_PLANNED = re.compile(r"^[^\d]{0,12}?(?:계획|목표|예정|추진)")


def check_dates(table: Table) -> Iterator[Finding]:
    years = plan_years(table)
    for figure in table.figures:
        faults = [*figure.date_faults, *_faults_of(figure), *_open_window(table, figure), *_years(table, figure, years)]
        for fault in dict.fromkeys(faults):
            yield Finding.of(figure, "date", Explanation("conflict", fault))


def _faults_of(figure: Figure) -> Iterator[str]:
    for mention in figure.dates:
        if mention.fault:
            yield f"{mention.text}: {mention.fault}. 날짜를 확인해 주세요."
        elif mention.last_month and mention.month and mention.last_month < mention.month:
            yield f"{mention.text}: 끝 달이 시작 달보다 앞섭니다."


def _open_window(table: Table, figure: Figure) -> Iterator[str]:
    """A count since a day says nothing while its last day is missing."""
    since = next((mention for mention in figure.dates if _OPEN.match(mention.after)), None)
    is_start_only = figure.has_start and not figure.has_end
    is_said_only = since is not None and not figure.has_end and figure.kind in (Kind.COUNT, Kind.MEAN, Kind.PERCENT)
    if (
        not (is_start_only or is_said_only)
        or figure.kind in (Kind.DATE, Kind.NOTHING)
        or (launch_word(figure.label) and not is_start_only)
    ):
        return
    ends = Counter(each.window.end for each in table.figures if each.window)
    hint = f" 표의 다른 기간은 {ends.most_common(1)[0][0]}에 끝납니다." if ends else ""
    begin = f" ({since.text}부터)" if since else ""
    yield f"기간의 시작은 있으나{begin} 끝(마지막 날)이 없습니다. 언제까지의 수인지 적어야 합니다.{hint}"


def plan_years(table: Table) -> dict[str, int]:
    """The year of each planned row: its window's, the one its label calls the plan's, its parent's, or that of all plans."""
    found: dict[str, int] = {}
    for figure in table.figures:
        named = next((mention.year for mention in figure.dates if mention.year and _PLANNED.match(mention.after)), None)
        if named:
            found[figure.name] = named
        elif figure.window and figure.window.start.year == figure.window.end.year:
            found[figure.name] = figure.window.start.year
    for figure in table.figures:
        whole = table.parent(figure)
        if figure.name not in found and whole and is_plan(whole.label) and whole.name in found:
            found[figure.name] = found[whole.name]
    plans = Counter(found[each.name] for each in table.figures if is_plan(each.label) and each.name in found)
    plans = plans or Counter(figure.window.start.year for figure in table.figures if figure.window)
    if len(plans) == 1:
        year = next(iter(plans))
        found |= {each.name: year for each in table.figures if is_plan(each.label) and each.name not in found}
    return found


def _years(table: Table, figure: Figure, years: dict[str, int]) -> Iterator[str]:
    """A year in the label that is not the window's or the plan's, unless it is spoken of as another one."""
    year = years.get(figure.name)
    said = [mention for mention in figure.dates if mention.year and not _refers(figure, mention)]
    if year is None:
        return
    whole = table.parent(figure)
    is_planned = is_plan(figure.label) or (whole is not None and is_plan(whole.label))
    if is_planned:
        off = [(mention.text, mention.year) for mention in said if mention.year and mention.year < year]
        if figure.window and figure.window.end.year < year:
            off.append((str(figure.window), figure.window.end.year))
    else:  # a year elsewhere in the label may belong to a name
        window = figure.window
        leading = [mention for mention in said if window and not mention.before.strip(" ('’‘\"[<")]
        fits = any(window and mention.year and window.start.year <= mention.year <= window.end.year for mention in said)
        off = [] if fits else [(mention.text, mention.year) for mention in leading if mention.year]
    for text, wrong in off:
        what = "계획의 해" if is_planned else "기간의 해"
        yield f"{text}의 해({wrong}년)가 {what}({year}년)와 맞지 않습니다. 지난 해의 것을 옮겨 적지 않았는지 확인해 주세요."


def _refers(figure: Figure, mention: Mention) -> bool:
    return mention.is_reference or (launch_word(figure.label) is not None and figure.kind is not Kind.DATE)


def check_launches(table: Table) -> Iterator[Finding]:
    """Something was counted before the day on which it is said to have begun."""
    starts = [(figure, day) for figure in table.figures if (day := launch_day(figure))]
    for figure in table.figures:
        if (
            figure.period is None
            or figure.printed is None
            or figure.printed.value <= 0
            or figure.kind is not Kind.COUNT
        ):
            continue
        for start, day in starts:
            if figure.period.end < day and _is_same_thing(start, figure):
                text = (
                    f"{start.title}: {day}에 시작했다고 하나, 그 전인 {figure.period}에 {print_of(figure)}이(가) 있습니다. "
                    "시범운영 물량이면 그렇게 적고, 아니면 날짜를 확인해 주세요."
                )
                yield Finding.of(
                    figure, "launch", Explanation("conflict", text, (Candidate("시작일", str(day), start.name),))
                )
                break


def launch_day(figure: Figure) -> date | None:
    """The first day that a label with 출시, 도입, 개시 … gives, in its words, its value, or its window."""
    if launch_word(figure.label) is None:
        return None
    spoken = [mention for mention in figure.dates if mention.window]
    beside = [mention for mention in spoken if launch_word(mention.after) or launch_word(mention.before)]
    if figure.kind is Kind.DATE and spoken:
        window = spoken[-1].window
    elif beside or (spoken and figure.kind is Kind.NOTHING):
        window = (beside or spoken)[0].window
    else:
        window = figure.window if figure.kind is Kind.NOTHING else None
    return window.start if window else None


def _is_same_thing(start: Figure, figure: Figure) -> bool:
    one, other = start.subject, figure.subject
    if one and other:
        return one in other or other in one
    stem = re.match(r"[^\W\d_]{3,}", start.name)
    return stem is not None and figure.name.startswith(stem[0])


def check_units(table: Table, found: dict[Figure, Relation]) -> Iterator[Finding]:
    """Parts, shares and growths join figures of one unit: 건 with 건, 명 with 명."""
    for figure in table.valued():
        whole = table.parent(figure)
        if whole and whole.printed and figure.kind is whole.kind is Kind.COUNT and _differ(figure.unit, whole.unit):
            text = f"단위가 {figure.unit}인 {figure.title}은(는) 단위가 {whole.unit}인 {whole.title}의 부분이 될 수 없습니다."
            yield Finding.of(figure, "unit", Explanation("conflict", text))
        relation = found.get(figure)
        if relation is None or relation.base is None or relation.rule == "quotient":
            continue
        if _differ(relation.numerator.unit, relation.base.unit):
            text = f"분자의 단위({relation.numerator.unit})와 분모의 단위({relation.base.unit})가 달라 비율이나 증감으로 견줄 수 없습니다."
            yield Finding.of(figure, "unit", Explanation("conflict", text))


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)
