"""Hop 6, the gate and the swap: a draft of the marts replaces the published file whole, or not at all.

Belongs here: the rules that figures must keep before anyone sees them, and the atomic replacement. Readers that have
the old file open keep it; nobody waits and nobody sees half.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from jobs.errors import PublicationBlocked
from jobs.files import atomic_path, exclusive
from jobs.lake import DataFile, Partition
from jobs.marts import Snapshot, build_draft, snapshot
from jobs.settings import Home
from jobs.statistics import update
from jobs.suppression import decide_closed
from schemas.codes import COVID_GROUPS, SERIES, known_codes
from schemas.tables import CLASSIFICATION, CONSULTATION

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Rule:
    """Two ways to the same number, a query each: rows of (where, value)."""

    rule_id: str
    meaning: str
    left_name: str
    left: str
    right_name: str
    right: str
    severity: Literal["error", "warning"] = "error"


_DAY = "contact_date::VARCHAR || ' ' || channel"
_LANDED = "landing_date::VARCHAR || ' ' || channel"
_FEW = 100  # of fewer records or contacts a share says nothing
_DISTRICTS = sorted({*known_codes("districts"), ""})


def _all_of(rule_id: str, meaning: str, mart: str, measure: str, part: str, whole: str = "true") -> Rule:
    """The parts that a report prints (the rows of `part`) make up the total (the rows of `whole`), by day and channel."""
    return Rule(
        rule_id,
        meaning,
        f"{mart}에서 나뉜 것의 합",
        f"SELECT {_DAY}, coalesce(sum({measure}) FILTER ({part}), 0) FROM {mart} WHERE {whole} GROUP BY 1",
        f"{mart}의 합",
        f"SELECT {_DAY}, sum({measure}) FROM {mart} WHERE {whole} GROUP BY 1",
    )


def _rare(
    rule_id: str, meaning: str, names: tuple[str, str], mart: str, key: str, part: str, whole: str, of: int
) -> Rule:
    """A warning where `part` is more than one in `of` of `whole`; `names` say what the two numbers are."""
    found = f"(SELECT {key} AS place, sum({part}) AS n, sum({whole}) AS m FROM {mart} GROUP BY 1)"
    held = f"FROM {found} WHERE m >= {_FEW} AND n * {of} > m"
    left, right = f"SELECT place, n {held}", f"SELECT place, m // {of} {held}"
    return Rule(rule_id, meaning, names[0], left, names[1], right, "warning")


RULES = (
    Rule(
        "hop2_identity",
        "받은 레코드 = 통과 + 격리 + 중복 + 대체",
        "quality_daily의 받은 레코드",
        f"SELECT {_LANDED}, bronze_count FROM quality_daily",
        "네 판정의 합",
        f"SELECT {_LANDED}, "
        "validated_count + quarantined_count + duplicate_count + superseded_count FROM quality_daily",
    ),
    Rule(
        "types_sum_to_volume",
        "유형별 상담의 합 = 상담건수",
        "type_daily의 합",
        f"SELECT {_DAY}, sum(consultation_count) FROM type_daily GROUP BY 1",
        "volume_hourly의 합",
        f"SELECT {_DAY}, sum(consultation_count) FROM volume_hourly GROUP BY 1 HAVING sum(consultation_count) > 0",
    ),
    Rule(
        "service_counts_every_type",
        "처리 지표의 상담 = 유형별 상담",
        "type_service_daily의 합",
        "SELECT contact_date::VARCHAR || ' ' || channel || ' ' || type_code, sum(consultation_count) "
        "FROM type_service_daily GROUP BY 1",
        "type_daily의 합",
        "SELECT contact_date::VARCHAR || ' ' || channel || ' ' || type_code, sum(consultation_count) "
        "FROM type_daily GROUP BY 1",
    ),
    Rule(
        "versions_carry_every_consultation",
        "다른 판으로 옮긴 상담의 합 = 분류한 판의 상담",
        "type_version_daily의 합",
        f"SELECT classified_version || '→' || taxonomy_version || ' ' || {_DAY}, round(sum(consultation_count), 3) "
        "FROM type_version_daily WHERE classified_version <> taxonomy_version GROUP BY 1",
        "type_daily의 합",
        f"SELECT v.from_version || '→' || v.to_version || ' ' || {_DAY}, sum(consultation_count) FROM type_daily AS t "
        "JOIN (SELECT DISTINCT from_version, to_version FROM crosswalk) AS v ON v.from_version = t.taxonomy_version "
        "GROUP BY 1",
    ),
    Rule(
        "covid_sums_agree",
        "코로나19 유형의 합 = 시간대별 코로나19의 합",
        "type_daily의 합",
        f"SELECT {_DAY}, sum(consultation_count) FROM type_daily WHERE covid_group <> '' GROUP BY 1",
        "volume_hourly의 합",
        f"SELECT {_DAY}, sum(covid_count) FROM volume_hourly GROUP BY 1 HAVING sum(covid_count) > 0",
    ),
    Rule(
        "today_is_the_last_day",
        "마지막 날의 시간·유형별 상담의 합 = 그날의 상담건수",
        "today의 합",
        f"SELECT {_DAY}, sum(consultation_count) FROM today GROUP BY 1",
        "volume_hourly의 합",
        f"SELECT {_DAY}, sum(consultation_count) FROM volume_hourly WHERE contact_date = (SELECT max(contact_date) "
        "FROM volume_hourly WHERE consultation_count > 0) GROUP BY 1 HAVING sum(consultation_count) > 0",
    ),
    Rule(
        "inflow_is_answered_plus_abandoned",
        "전화 인입 = 응대 + 포기",
        "phone_daily의 인입",
        f"SELECT {_DAY}, sum(inflow_count) FROM phone_daily GROUP BY 1",
        "응대 + 포기",
        f"SELECT {_DAY}, sum(answered_count + abandoned_count) FROM phone_daily GROUP BY 1",
    ),
    Rule(
        "answered_is_consultation",
        "전화 응대 = 전화 상담건수",
        "phone_daily의 응대",
        f"SELECT {_DAY}, sum(answered_count) FROM phone_daily GROUP BY 1",
        "volume_hourly의 합",
        f"SELECT {_DAY}, sum(consultation_count) FROM volume_hourly WHERE series = 'phone' GROUP BY 1 "
        "HAVING sum(consultation_count + abandoned_count) > 0",
    ),
    Rule(
        "contacts_have_one_kind",
        "접촉 = 상담 + 포기 + 아웃바운드",
        "volume_hourly의 접촉",
        f"SELECT {_DAY}, sum(contact_count) FROM volume_hourly GROUP BY 1",
        "세 가지의 합",
        f"SELECT {_DAY}, sum(consultation_count + abandoned_count + outbound_count) FROM volume_hourly GROUP BY 1",
    ),
    _all_of(
        "hours_make_the_day", "시간대의 합 = 하루", "volume_hourly", "contact_count", "contact_hour BETWEEN 0 AND 23"
    ),
    _all_of(
        "series_make_the_total",
        "여섯 계열의 합 = 전체",
        "volume_hourly",
        "contact_count",
        f"list_contains({list(SERIES)}, series)",
    ),
    _all_of(
        "districts_make_the_total",
        "자치구와 모름의 합 = 전체",
        "type_daily",
        "consultation_count",
        f"list_contains({_DISTRICTS}, coalesce(district_code, ''))",
    ),
    _all_of(
        "groups_make_the_covid_total",
        "코로나19 다섯 그룹의 합 = 코로나19 상담",
        "type_daily",
        "consultation_count",
        f"list_contains({list(COVID_GROUPS)}, covid_group)",
        "covid_group <> ''",
    ),
    _all_of(
        "parts_lie_in_their_group",
        "백신은 단순·기침·발열·검진의, 방역패스는 기타의 일부",
        "type_daily",
        "consultation_count",
        "(covid_group, covid_subgroup) IN (('general', 'vaccine'), ('other', 'vaccine_pass'))",
        "covid_subgroup <> ''",
    ),
    *(
        _all_of(
            f"{name}_within_consultations",
            f"{title} ≤ 상담",
            "volume_hourly",
            f"{name}_count",
            f"{name}_count <= consultation_count",
        )
        for name, title in (
            ("covid", "코로나19 상담"),
            ("unclassified", "미분류"),
            ("late", "늦은 상담"),
            ("handed_off", "넘어간 상담"),
        )
    ),
    _rare(
        "many_quarantined",
        "받은 레코드의 10%가 넘게 격리된 날이 있습니다",
        ("격리된 레코드", "받은 레코드의 10%"),
        "quality_daily",
        _LANDED,
        "quarantined_count",
        "bronze_count",
        10,
    ),
    _rare(
        "many_warned",
        "계약의 경고가 붙은 레코드가 10%를 넘는 날이 있습니다",
        ("경고가 붙은 레코드", "통과한 레코드의 10%"),
        "quality_daily",
        _LANDED,
        "warned_count",
        "validated_count",
        10,
    ),
    _rare(
        "many_unclassified",
        "상담의 절반이 넘게 미분류인 날이 있습니다",
        ("미분류", "상담의 절반"),
        "volume_hourly",
        _DAY,
        "unclassified_count",
        "consultation_count",
        2,
    ),
)


def publish(home: Home, run_id: str, own: set[Partition] | None = None) -> list[str]:
    """Swap in the marts brought up to date with the lake, then the statistics and masks over them. Returns notes (Korean):
    days that another run has in hand stay as published. `own`: the calling run's days, None if it answers for all.
    Raises `PublicationBlocked` and changes nothing if a rule fails, with the two numbers and where each came from."""
    with exclusive(home.publication_lock), atomic_path(home.marts) as draft:
        lake = snapshot(home)
        unfinished = build_draft(home, draft, lake, own, run_id=run_id)
        faults, warnings = gate(draft, lake, unfinished)
        if faults:
            more = f"\n그 밖에 {len(faults) - 5}건" if len(faults) > 5 else ""
            raise PublicationBlocked("맞지 않는 수치가 있어 공표하지 않았습니다.\n" + "\n".join(faults[:5]) + more)
    update(home)
    decide_closed(home)
    notes = [
        f"{'/'.join(day)}: 비식별까지만 되어 있어 앞의 수치로 두었습니다. 그 실행이 끝나거나 다시 실행하면 공표됩니다."
        for day in sorted(unfinished)
    ]
    if len(warnings) > 5:
        warnings[5:] = [f"그 밖의 경고 {len(warnings) - 5}건"]
    return notes + warnings


def gate(draft: Path, lake: Snapshot, unfinished: set[Partition]) -> tuple[list[str], list[str]]:
    """The broken rules and the warnings, one Korean line each; the warnings are also written into the draft, where
    documents find them. `unfinished` days are not held against the lake."""
    import duckdb

    found: dict[str, list[str]] = {"error": [], "warning": []}
    warned = []
    with duckdb.connect(str(draft)) as db:
        for rule in RULES:
            rows = db.execute(
                f'SELECT coalesce(l."where", r."where"), l.n, r.n FROM ({rule.left}) AS l("where", n) '
                f'FULL JOIN ({rule.right}) AS r("where", n) ON l."where" = r."where" '
                "WHERE l.n IS DISTINCT FROM r.n ORDER BY 1"
            ).fetchall()
            found[rule.severity] += [
                f"[{rule.rule_id}] {rule.meaning}: {where} — {rule.left_name} {left or 0:,}건, {rule.right_name} {right or 0:,}건"
                for where, left, right in rows
            ]
            if rule.severity == "warning":
                warned += [(rule.rule_id, *where.split(" "), rule.meaning) for where, _, _ in rows]
        db.execute("DELETE FROM gate_warning")
        if warned:
            db.executemany("INSERT INTO gate_warning VALUES (?, ?, ?, ?)", warned)
        db.execute("CHECKPOINT")
        found["error"] += _against_lake(db, lake, unfinished)
    return found["error"], found["warning"]


def _against_lake(db: duckdb.DuckDBPyConnection, lake: Snapshot, unfinished: set[Partition]) -> list[str]:
    """Contacts and consultations of each day in the marts and in the lake."""
    faults: list[str] = []
    for table, measure in ((CONSULTATION, "contact_count"), (CLASSIFICATION, "consultation_count")):
        in_lake = _lake_counts(lake[table.name])
        query = f"SELECT channel, contact_date::VARCHAR, sum({measure}) FROM volume_hourly GROUP BY ALL"
        in_marts: dict[Partition, int] = {(channel, day): int(n) for channel, day, n in db.execute(query).fetchall()}
        faults += [
            f"[mart_equals_lake] 마트 = 레이크: {'/'.join(key)} — {table.name} 표 {in_lake.get(key, 0):,}건, "
            f"volume_hourly {in_marts.get(key, 0):,}건"
            for key in sorted((in_lake.keys() | in_marts.keys()) - unfinished)
            if in_lake.get(key, 0) != in_marts.get(key, 0)
        ]
    return faults


def _lake_counts(files: list[DataFile]) -> dict[Partition, int]:
    counts: dict[Partition, int] = {}
    for file in files:
        counts[file.partition] = counts.get(file.partition, 0) + file.rows
    return counts
