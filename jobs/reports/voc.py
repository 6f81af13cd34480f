"""The monthly voice of the citizens (시민의 소리): an edition for the city, each district and each department.

Belongs here: making an edition, its key messages and the order of its sections. Does not: who gets one and what it is
compared with (`voc_edition`), the sections (`voc_*`), or how anything is written out.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.proposals import Proposal
from jobs.reports import (
    coverage,
    derived,
    editions,
    voc_annex,
    voc_confirm,
    voc_history,
    voc_outlook,
    voc_places,
    voc_proposals,
    voc_rises,
    voc_similar,
    voc_tables,
    voc_theme,
)
from jobs.reports.document import Block, Cell, Document, Number, Section, Text, say
from jobs.reports.figures import Figure, Ledger
from jobs.reports.ranking import Ranking, rank
from jobs.reports.voc_edition import CITY, Edition, months, recipient_of, recipients
from jobs.reports.voc_outlook import Outlook
from schemas.codes import UNCLASSIFIED

if TYPE_CHECKING:
    import duckdb

__all__ = ["CITY", "REPORT_ID", "build", "build_with_proposals", "recipients"]

REPORT_ID = "voc"


def build(conn: duckdb.DuckDBPyConnection, month: str, recipient: str) -> Document:
    """One edition. `month` is YYYY-MM; `recipient` is `city`, a district code or a department code.

    Raises `WrongUse` for another recipient, and when the marts hold no day of the month.
    """
    return build_with_proposals(conn, month, recipient)[0]


def build_with_proposals(
    conn: duckdb.DuckDBPyConnection,
    month: str,
    recipient: str,
    *,
    outlook: Outlook | None = None,
    past: Sequence[Proposal] = (),
    taxonomies: Path | None = None,
) -> tuple[Document, list[Proposal]]:
    """One edition, and what it proposes. `outlook` is made here where it is not given; `past` are earlier proposals of all
    recipients; `taxonomies` is the folder of imported taxonomies. Raises as `build`."""
    now, before, year_before, quarter = months(conn, month)
    name, where = recipient_of(conn, recipient, now)
    own = tuple(each for each in past if each.recipient == recipient)
    outlook = outlook or voc_outlook.outlooks(conn, now, [recipient])[recipient]
    ledger = Ledger(conn, REPORT_ID)
    edition = Edition(ledger, recipient, name, where, now, before, year_before, quarter, outlook, own, taxonomies)
    moment = editions.as_of(ledger)
    covered: dict[str, None] = {}
    for _, each in [*edition.compared, ("", now)]:
        covered |= dict.fromkeys(editions.banners(ledger, each.window))
    messages, sections, proposed = _content(edition)
    document = Document(
        REPORT_ID,
        month,
        recipient,
        f"시민의 소리 {now.year}년 {now.month}월",
        f"{name} · {now.year}년 {now.text} · 120다산콜재단 · 잠정",
        moment,
        editions.metadata(ledger, moment),
        tuple(covered),
        messages,
        sections,
        ledger,
    )
    ledger.protect()
    return document, proposed


def _content(edition: Edition) -> tuple[tuple[Text, ...], tuple[Section, ...], list[Proposal]]:
    """Key messages, sections and proposals. What is chosen by what may be shown comes after all that decides it."""
    if not edition.total.value:
        text = say(f"{edition.month.text} 자료에는 {edition.name}에 해당하는 상담이 없습니다.")
        return (text,), _closing(edition), []
    volume: tuple[Block, ...] = (
        voc_tables.compared(edition),
        _comparison_note(edition),
        voc_tables.series(edition),
        *voc_tables.daily(edition),
    )
    rises = voc_rises.find(edition)
    domains, places = voc_places.domains(edition), _places(edition)
    outlook, history = voc_outlook.section(edition), voc_history.section(edition)
    opening = _opening(edition)
    theme = voc_theme.choose(edition, rises)
    annex = voc_annex.declare(edition, theme)
    # from here on every choice is among what may be shown
    ranking = _ranking(edition)
    findings = voc_proposals.shown(edition, voc_proposals.find(edition, rises))
    moved = voc_rises.tables(edition, rises)
    sections = (
        Section("상담량", volume),
        Section("무엇이 늘었나", (*moved, voc_rises.calendar(edition))),
        Section("개선 제안", voc_proposals.section(edition, findings)),
        Section("앞선 제안의 대장", history),
        Section("이달에 확인할 표준상담DB", voc_confirm.section(edition, rises, findings)),
        Section("주제", voc_theme.section(edition, theme)),
        Section("다음 달 예고", outlook),
        Section("많이 물은 유형", voc_tables.top_types(edition, ranking)),
        Section("대분류", domains),
        *(Section(title, blocks) for title, blocks in places),
        *_closing(edition),
        Section("부록", voc_annex.table(edition, annex)),
    )
    action = voc_proposals.action(edition, findings) or _to_confirm(edition, ranking)
    messages = (action, *opening, *_most_asked(edition, ranking))
    return messages, sections, [voc_proposals.proposal_of(edition, each) for each in findings]


def _places(edition: Edition) -> list[tuple[str, tuple[Block, ...]]]:
    """By organisation and by place, whatever of them the recipient is not itself."""
    found = []
    if edition.kind != "department":
        found.append(("담당 부서", voc_places.departments(edition)))
    if edition.kind == "district":
        found.append(("비슷한 구와 서울시", voc_similar.against(edition)))
    else:
        found.append(("자치구", voc_places.districts(edition)))
    return found


def _closing(edition: Edition) -> tuple[Section, ...]:
    quality = (
        editions.quality_table(edition.ledger, edition.month.window),
        say("위의 다섯 지표는 서울시 전체에 대한 것입니다."),
        coverage.missing_channels(edition.ledger, edition.month.window),
    )
    return (
        Section("자료 품질", quality),
        Section("집계 방법", editions.methods(edition.ledger), small_print=True),
    )


def _ranking(edition: Edition) -> Ranking:
    """The most frequent types."""
    found = voc_tables.by_column(edition, "type_code", edition.month)
    return rank(edition.ledger, edition.total, found, voc_tables.TOP, apart=(UNCLASSIFIED,))


def _opening(edition: Edition) -> tuple[Text, ...]:
    """Volume against the months compared, and COVID."""
    ledger, total = edition.ledger, Number(edition.total, with_unit=True)
    mean = derived.per_day(ledger, edition.total, len(edition.month.days))
    pieces = [f"{edition.month.text} 상담은 {{}}, 하루 평균 {{}}입니다."]
    cells: list[Cell] = [total, Number(mean, with_unit=True)]
    for title, month in edition.compared:
        earlier = derived.per_day(ledger, ledger.figure("type_count", month.window, edition.where), len(month.days))
        channels = edition.differing[title]
        if "phone" in channels:
            pieces.append(f"{title}과는 전화 자료가 있는 날이 달라(자료가 있는 채널이 다름) 견주지 않았습니다.")
            continue
        caveat = " (자료가 있는 채널이 다름)" if channels else ""
        pieces.append(f"{title} 하루 평균 대비 {{}}({{}}){caveat}.")
        change = derived.change(ledger, mean, earlier)
        cells += [Number(change, signed=True, with_unit=True), Number(earlier, with_unit=True)]
    covid = ledger.figure("covid_type_count", edition.month.window, edition.where)
    share = voc_tables.covid_share(edition, covid)
    told = "코로나19 상담은 {}으로, 이 기간 상담의 {}입니다."
    return say(" ".join(pieces), *cells), say(told, Number(covid, with_unit=True), Number(share, with_unit=True))


def _to_confirm(edition: Edition, ranking: Ranking) -> Text:
    """What to do where nothing was found to propose."""
    if not ranking.shown:
        return say("이달 할 일: 없습니다. 우연을 넘어 두드러진 것도, 실을 수 있을 만큼 많이 물은 유형도 없습니다.")
    code, figure = ranking.shown[0]
    told = (
        "이달 할 일: 가장 많이 물은 ‘{}’({})의 표준상담DB 답을 확인해 주십시오. "
        "우연을 넘어 두드러진 것이 없어 새로 드리는 제안은 없습니다."
    )
    return say(told, edition.type_name(code), Number(figure, with_unit=True))


def _most_asked(edition: Edition, ranking: Ranking) -> tuple[Text, ...]:
    top: list[tuple[str, Figure]] = ranking.shown[:3]
    if not top:
        return ()
    cells: list[Cell] = [cell for code, f in top for cell in (edition.type_name(code), Number(f, with_unit=True))]
    return (say(f"많이 물은 유형: {', '.join(['{}({})'] * len(top))}.", *cells),)


def _comparison_note(edition: Edition) -> Text:
    """How the spans are compared, and which are missing."""
    missing = [title for title, month in edition.wanted if not month.days]
    text = ""
    if edition.compared:
        unequal = any(len(month.days) != len(edition.month.days) for _, month in edition.compared)
        reason = "날수가 서로 다르므로 " if unequal else ""
        text = f"{reason}건수가 아니라 하루 평균으로 견주었으며, 요일 구성의 차이는 보정하지 않았습니다. "
    if missing:
        text += f"{', '.join(missing)}은 자료가 없어 견주지 못했습니다."
    return say(f"{text.strip()}{edition.caveats}")
