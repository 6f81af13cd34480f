"""The open export: monthly counts by type and district in the vocabulary of 311, with the list of services.

Belongs here: the document of the export (its tables are the data), and the service list of Open311 GeoReport v2.
Does not: the taxonomy as SKOS (`jobs.taxonomies.exporting`), or writing files out (`release`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from jobs import query
from jobs.errors import WrongUse
from jobs.reports import crossing, editions
from jobs.reports.crossing import ALL
from jobs.reports.document import Block, Cell, Column, Document, Number, Section, Table, Text, say
from jobs.reports.figures import Figure, Ledger, Window
from schemas.codes import UNCLASSIFIED, UNCLASSIFIED_NAME
from schemas.metrics import SMALL_CELL_K
from schemas.taxonomy import Leaf, Taxonomy

if TYPE_CHECKING:
    import duckdb

REPORT_ID = "open311"
SERVICE_FIELDS = ("service_code", "service_name", "description", "metadata", "type", "keywords", "group")
MOST_HIDDEN = 24_000  # small cells of a month that are checked against each other
COUNT_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("month", "문자(YYYY-MM)", "상담이 시작된 달(서울 시각)"),
    ("service_code", "문자", "유형 코드: services의 service_code"),
    ("district_code", "문자", "자치구 코드(행정안전부 5자리); all은 전체, unknown은 자치구 모름"),
    ("district_name", "문자", "자치구 이름"),
    ("request_count", "정수(건)", "상담: 인바운드이고 응대된 접촉. 311의 service request 한 건에 해당"),
)


@dataclass(frozen=True)
class OpenExport:
    """The document, and the service list as programs read it."""

    document: Document
    services: list[dict[str, str]]

    def services_json(self) -> bytes:
        """The answer of GeoReport v2 to `GET /services.json`, where `metadata` is a boolean."""
        found = [{**service, "metadata": service["metadata"] == "true"} for service in self.services]
        return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"

    def services_xml(self) -> bytes:
        """The answer of GeoReport v2 to `GET /services.xml`."""
        root = ET.Element("services")
        for service in self.services:
            node = ET.SubElement(root, "service")
            for name in SERVICE_FIELDS:
                ET.SubElement(node, name).text = service[name]
        ET.indent(root)
        text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
        return text + b"\n"


def build(conn: duckdb.DuckDBPyConnection, window: Window, taxonomy: Taxonomy, leaves: dict[str, Leaf]) -> OpenExport:
    """The export of some days; a month that is not whole is cut. `taxonomy`: whose types are services, beside those of
    other versions that were counted; `leaves`: what all of them mean.

    Raises `WrongUse` when the marts hold no day of the window.
    """
    ledger = Ledger(conn, REPORT_ID)
    held = [day for day in query.days(conn, "type_daily") if window[0] <= day <= window[1]]
    if not held:
        raise WrongUse(
            f"{window[0]}~{window[1]}의 상담 자료가 없습니다. --from, --to 를 고치거나 dasan run 을 먼저 실행하세요."
        )
    places = editions.district_names(window[1])
    rows: list[tuple[Cell, ...]] = []
    coarse: list[str] = []
    codes: set[str] = set()
    for month in months_of(held, window):
        counts, floor = _month(ledger, month, places)
        codes |= {code for (code, _, _), _ in counts}
        rows += [_row(month, cell, figure, places) for cell, figure in counts]
        coarse += [f"{month[0]:%Y-%m}은 {floor:,}건이 안 되는 유형을 자치구로 나누지 않음."] if floor else []
    valid = {leaf.type_code for leaf in taxonomy.leaves if leaf.valid_from <= window[1] and window[0] <= leaf.valid_to}
    services = _services(codes, valid, leaves)
    moment = editions.as_of(ledger)
    document = Document(
        REPORT_ID,
        f"{window[0]}_{window[1]}",
        "",
        "열린 자료: 311 형식의 상담 집계",
        f"{window[0].year}년 {editions.span_text(window)} · 달·유형·자치구 · 120다산콜재단 · 잠정",
        moment,
        editions.metadata(ledger, moment),
        editions.banners(ledger, window),
        _key_messages(window, held, len(services), len(rows)),
        _sections(ledger, rows, services, coarse),
        ledger,
    )
    ledger.protect()
    return OpenExport(document, services)


def months_of(held: Sequence[date], window: Window) -> list[Window]:
    """The months with data, cut to the window."""
    found = []
    for year, month in sorted({(day.year, day.month) for day in held}):
        first = date(year, month, 1)
        last = (first + timedelta(31)).replace(day=1) - timedelta(1)
        found.append((max(first, window[0]), min(last, window[1])))
    return found


def _month(ledger: Ledger, month: Window, places: dict[str, str]) -> tuple[list[tuple[crossing.Cell, Figure]], int]:
    """What may be shown of one month, whose masks are decided by themselves: nothing here sums over months."""
    own = Ledger(ledger.conn, REPORT_ID)
    crossed = crossing.cross(own, "type_count", month, {}, [*places, ""], MOST_HIDDEN, has_series=False)
    own.protect()
    ledger.absorb(own)
    return crossed.shown(), crossed.floor


def _row(month: Window, cell: crossing.Cell, figure: Figure, places: dict[str, str]) -> tuple[Cell, ...]:
    code, place, _ = cell
    named = {**places, "": "자치구 모름", ALL: "전체"}
    return f"{month[0]:%Y-%m}", code, place or "unknown", named[place], Number(figure)


def _services(codes: set[str], valid: set[str], leaves: dict[str, Leaf]) -> list[dict[str, str]]:
    """The types that were counted or held in the window, as services."""
    known = [_service(code, leaves[code]) for code in sorted(codes | valid) if code in leaves]
    if UNCLASSIFIED in codes:
        texts = (UNCLASSIFIED, UNCLASSIFIED_NAME, "분류 모델이 유형을 정하지 못한 상담", "false", "batch", "")
        known.append(dict(zip(SERVICE_FIELDS, (*texts, UNCLASSIFIED_NAME), strict=True)))
    return known


def _service(code: str, leaf: Leaf) -> dict[str, str]:
    """`metadata` is false, as no form of its own goes with a type; `batch`: counts come later, and no id is given."""
    keywords = ", ".join(keyword.replace(",", " ") for keyword in leaf.keywords)
    cells = (code, leaf.name, leaf.definition, "false", "batch", keywords, leaf.domain)
    return dict(zip(SERVICE_FIELDS, cells, strict=True))


def _key_messages(window: Window, held: Sequence[date], services: int, rows: int) -> tuple[Text, ...]:
    length = (window[1] - window[0]).days + 1
    lacking = "" if len(held) == length else f" {length}일 가운데 자료가 있는 날은 {len(held)}일입니다."
    return (
        say(
            f"{window[0]}부터 {window[1]}까지의 상담을 달·유형·자치구로 센 {rows:,}줄과 유형 {services:,}개의 목록입니다.{lacking}"
        ),
        say("한 사람, 한 건을 알아볼 수 있는 것은 들어 있지 않습니다: 집계뿐이고, 작은 수는 뺐습니다."),
    )


def _sections(
    ledger: Ledger, rows: list[tuple[Cell, ...]], services: list[dict[str, str]], coarse: list[str]
) -> tuple[Section, ...]:
    told = "".join(f" {line}" for line in coarse)
    note = f"표에 없는 칸은 {SMALL_CELL_K}건 미만(0 포함)이거나, 합계에서 빼면 그런 수가 드러나는 것.{told}"
    titles = tuple(Column(name, "number" if name.endswith("_count") else "text") for name, _, _ in COUNT_COLUMNS)
    counts: Block = Table("requests_monthly", "달·유형·자치구별 상담", titles, tuple(rows), note, annex=True)
    if not rows:
        counts = say(f"{SMALL_CELL_K}건 이상이어서 실을 수 있는 칸이 없습니다.")
    listed = Table(
        "services",
        "유형 목록(GeoReport v2 service list)",
        tuple(Column(name, "text") for name in SERVICE_FIELDS),
        tuple(tuple(service[name] for name in SERVICE_FIELDS) for service in services),
        "metadata는 모두 false(유형마다의 서식이 없음), type은 batch(집계는 뒤에 나옴).",
        annex=True,
    )
    dictionary = Table(
        "data_dictionary",
        "자료의 열",
        (Column("열", "text"), Column("꼴(단위)", "text"), Column("뜻", "text")),
        COUNT_COLUMNS,
        f"requests_monthly의 열. {note}",
    )
    files = say(
        "services.json·services.xml은 Open311 GeoReport v2의 GET /services와 같은 꼴이고, taxonomy.rdf는 분류 체계를 SKOS로 적은 "
        "것입니다. GeoReport의 개별 요청(requests)은 내지 않습니다: 집계만 냅니다."
    )
    return (
        Section("자료", (dictionary, files, counts, listed)),
        Section("집계 방법", editions.methods(ledger), small_print=True),
    )
