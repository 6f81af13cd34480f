"""The tables and sentences of an issue report.

Belongs here: one function a section, each giving blocks; where it cannot be computed, a sentence that says why.
Every sum that a reader could undo is declared to the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from jobs import query
from jobs.reports import coverage, derived, editions, issue_trend
from jobs.reports.covid_tables import known_district
from jobs.reports.document import Block, Cell, Chart, Column, Number, Table, Text, say
from jobs.reports.ranking import NONE_TO_RANK, RANKED_NOTE, rank
from schemas.codes import SERIES
from schemas.metrics import SMALL_CELL_K

if TYPE_CHECKING:
    from jobs.reports.issue import Issue

TOP = 15
NEIGHBOURS = 10
WORDS = 12


def daily(issue: Issue) -> tuple[Block, ...]:
    """Contacts by day with their share of all, whether the share rises, and when its level changed."""
    ledger, window = issue.ledger, issue.window
    held = issue.held(window)
    counts = ledger.by("type_count", window, ["contact_date"], issue.where, keys=held)
    ledger.relate(issue.total, counts.values())
    if len(held) < 2:
        return (say("자료가 하루뿐이어서 날짜별 그림과 추세를 싣지 않았습니다."),)
    whole = ledger.by("type_count", window, ["contact_date"], keys=held)
    shares = {day: derived.proportion(ledger, counts[day], whole[day]) for day in held}
    days = [window[0] + timedelta(days=i) for i in range(issue.length)]
    chart = Chart(
        "daily",
        "날짜별 상담과 비중",
        tuple(f"{day.month}.{day.day}." for day in days),
        tuple(counts.get(day) for day in days),
        "상담",
        tuple(shares.get(day) for day in days),
        "그 날 전체 상담에서의 비중",
        "막대: 이 유형들의 상담(건), 선: 그 날 전체 상담에서의 비중(%). 자료가 없거나 가린 날은 비워 둠. 출처: 상담 마트.",
    )
    return (chart, *issue_trend.changes(issue, counts, whole))


def trend_sentence(issue: Issue) -> Text:
    """Whether the share of all contacts rose within the window."""
    held = issue.held(issue.window)
    counts = issue.ledger.by("type_count", issue.window, ["contact_date"], issue.where, keys=held)
    whole = issue.ledger.by("type_count", issue.window, ["contact_date"], keys=held)
    return issue_trend.sentence(issue, counts, whole)


def against_before(issue: Issue) -> Text:
    """The window against as many days just before it."""
    if not issue.is_compared:
        return say(f"바로 앞 {issue.length}일과는 자료가 있는 날이나 채널이 같지 않아 견주지 않았습니다.")
    earlier = issue.ledger.figure("type_count", issue.before, issue.where)
    gap = derived.difference(issue.ledger, issue.total, earlier)
    change = derived.change(issue.ledger, issue.total, earlier)
    return say(
        f"바로 앞 {issue.length}일({editions.span_text(issue.before)})의 {{}}에 견주어 {{}}({{}})입니다.",
        Number(earlier, with_unit=True),
        Number(gap, signed=True, with_unit=True),
        Number(change, signed=True, with_unit=True),
    )


def channels(issue: Issue) -> tuple[Block, ...]:
    """Contacts by published series: the share within the issue, and within all contacts of the series."""
    ledger, window = issue.ledger, issue.window
    ours = {str(k): f for k, f in ledger.by("type_count", window, ["series"], issue.where, keys=SERIES).items()}
    ledger.relate(issue.total, ours.values())
    whole = {str(k): f for k, f in ledger.by("type_count", window, ["series"], keys=SERIES).items()}
    seen = coverage.series_with_data(ledger.conn, window)
    names = editions.series_names(window[1])
    shares = dict(zip(SERIES, derived.shares(ledger, list(ours.values()), issue.total, "여섯 계열"), strict=True))
    rows: list[tuple[Cell, ...]] = []
    for name in SERIES:
        if name not in seen:
            rows.append((names[name], coverage.ABSENT, "", ""))
            continue
        inside = derived.proportion(ledger, ours[name], whole[name])
        rows.append((names[name], Number(ours[name]), Number(shares[name]), Number(inside)))
    columns = (Column("계열", "text"), *map(Column, ("상담", "이 현안 안의 비중(%)", "그 계열 상담에서의 비중(%)")))
    note = "단위: 건. 가운데 비중은 여섯 계열의 합이 100.0%, 오른쪽은 그 계열의 전체 상담에 대한 것. 전화에는 외국어가, 민간포털에는 홈페이지가 들어 있음(가정 A1)."
    return (Table("channels", "계열별 상담", columns, tuple(rows), note),)


def districts(issue: Issue) -> tuple[Block, ...]:
    """Contacts by district, per 10,000 residents where the population was imported."""
    ledger, window = issue.ledger, issue.window
    names = {**editions.district_names(window[1]), "": "자치구 모름"}
    counts = ledger.by("type_count", window, ["district_code"], issue.where, keys=names)
    ledger.relate(issue.total, counts.values())
    if not any(figure.value for code, figure in counts.items() if code):
        return (say("이 상담에는 자치구가 적힌 것이 없어 자치구 표를 싣지 않았습니다."),)
    month = query.population_month(ledger.conn, f"{window[1]:%Y-%m}")
    columns = [Column("자치구", "text"), Column("상담(건)")]
    if month is None:
        note = "주민등록 인구를 가져오지 않아 건수만 실음. 인구가 많은 구일수록 건수가 많으니 순위로 읽지 말 것."
        plain = tuple((title, Number(counts[code])) for code, title in names.items())
        return (Table("districts", "자치구별 상담", tuple(columns), plain, note, wrap=3),)
    rates = ledger.by(
        "consultation_per_10k", window, ["district_code"], issue.where, keys=[code for code in names if code]
    )
    rows: list[tuple[Cell, ...]] = [
        (title, Number(counts[code]), Number(rates[code]) if code in rates else "") for code, title in names.items()
    ]
    note = f"1만 명당: 행정안전부 주민등록 인구({month}) 1만 명에 대한 이 기간의 상담 건수."
    table = Table("districts", "자치구별 상담", (*columns, Column("1만 명당")), tuple(rows), note, wrap=3)
    return table, known_district(ledger, issue.total, counts[""])


def types(issue: Issue) -> tuple[Block, ...]:
    """The types of the issue with what they mean, the most frequent first; to be made after all other tables."""
    found = {str(k): f for k, f in issue.ledger.by("type_count", issue.window, ["type_code"], issue.where).items()}
    issue.ledger.relate(issue.total, found.values())
    ranking = rank(issue.ledger, issue.total, found, TOP)
    if not ranking.shown:
        return (say(NONE_TO_RANK),)
    rows: list[tuple[Cell, ...]] = [
        (issue.leaves[code].name, issue.leaves[code].definition, Number(figure)) for code, figure in ranking.shown
    ]
    if ranking.folded:
        rows.append((f"그 밖의 유형 {ranking.folded}개", "", Number(ranking.left)))
    columns = (Column("유형", "text"), Column("무엇을 묻나", "text"), Column("상담"))
    note = f"단위: 건. 글은 시민의 말이 아니라 유형의 뜻을 적은 것. {RANKED_NOTE}"
    return (Table("types", "이 현안의 유형", columns, tuple(rows), note),)


def listed(issue: Issue) -> Block:
    """Which types the issue is made of, where there is nothing to count."""
    columns = (Column("유형 코드", "short"), Column("유형", "text"), Column("무엇을 묻나", "text"))
    rows = tuple((code, issue.leaves[code].name, issue.leaves[code].definition) for code in issue.codes)
    return Table("listed", "보고 있는 유형", columns, rows, "상담이 한 건도 없어 건수는 싣지 않음.")


def neighbours(issue: Issue) -> tuple[Block, ...]:
    """The largest other types of the same 소분류, with the days before: did a question only move next door?"""
    ledger = issue.ledger
    near = {issue.leaves[code].path[:3] for code in issue.codes}
    others = [c for c, leaf in issue.leaves.items() if leaf.path[:3] in near and c not in issue.codes]
    if not others:
        return (say("같은 소분류에는 이 현안의 유형뿐이어서 이웃 유형이 없습니다."),)
    now, before = (
        ledger.by("type_count", window, ["type_code"], {"type_code": others}, keys=others)
        for window in (issue.window, issue.before)
    )
    ledger.protect()
    windows = (now, before) if issue.is_compared else (now,)
    fit = [c for c in others if all(int(f[c].value or 0) >= SMALL_CELL_K and not f[c].masked for f in windows)]
    order = sorted(fit, key=lambda code: (-int(now[code].value or 0), code))[:NEIGHBOURS]
    if not order:
        return (say(f"같은 소분류의 다른 유형 가운데 {SMALL_CELL_K}건 이상이어서 실을 수 있는 것이 없습니다."),)
    rows: list[tuple[Cell, ...]] = []
    for code in order:
        row: list[Cell] = [issue.leaves[code].name, Number(now[code])]
        if issue.is_compared:
            change = derived.change(ledger, now[code], before[code])
            row += [Number(before[code]), Number(change, signed=True, with_unit=True)]
        rows.append(tuple(row))
    titles = ("상담", f"앞 {issue.length}일", "증감률")[: 3 if issue.is_compared else 1]
    note = "단위: 건. 같은 소분류에 있고 이 현안에 넣지 않은 유형 가운데 건수가 많은 것. 가렸거나 5건 미만인 유형은 뺌."
    return (Table("neighbours", "이웃 유형", (Column("유형", "text"), *map(Column, titles)), tuple(rows), note),)


def risen_words(issue: Issue, words: Sequence[str] | None) -> Text:
    """The words that rose in the texts; `None` where they were not read."""
    if words is None:
        return say("상담 글을 읽지 않아 늘어난 말은 싣지 않았습니다.")
    if not words:
        return say(f"바로 앞 {issue.length}일보다 우연을 넘어 늘고 서로 다른 {SMALL_CELL_K}명 이상이 쓴 말은 없습니다.")
    return say(
        f"바로 앞 {issue.length}일보다 늘어난 말(뚜렷한 차례, 서로 다른 {SMALL_CELL_K}명 이상이 쓴 보통명사): {{}}.",
        ", ".join(words[:WORDS]),
    )


def method(issue: Issue) -> Text:
    return say(
        "추세는 전체 상담에서의 비중을 날짜에 회귀한 것(과산포를 둔 로지스틱, 유의수준 0.01)이고, 수준이 바뀐 날은 날마다의 비중에 "
        "변화점 검정(PELT)을 한 것입니다. 늘어난 말은 가중 로그 오즈비(Monroe 외 2008)로 고르고 거짓 발견율 5%로 거른 것으로, "
        "상담 글에서 낱말만 세었고 글은 싣지 않습니다."
    )
