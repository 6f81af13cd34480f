"""Hop 6, the gate and the swap: a draft of the marts replaces the published file whole, or not at all.

Belongs here: the rules that figures must keep before anyone sees them, and the atomic replacement. Readers that have
the old file open keep it; nobody waits and nobody sees half.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jobs.errors import PublicationBlocked
from jobs.files import atomic_path, exclusive
from jobs.lake import DataFile, Partition
from jobs.marts import Snapshot, build_draft, snapshot
from jobs.settings import Home
from jobs.statistics import update
from schemas.tables import CLASSIFICATION, CONSULTATION


@dataclass(frozen=True)
class Rule:
    """Two ways to the same number, a query each: rows of (where, value)."""

    rule_id: str
    meaning: str
    left_name: str
    left: str
    right_name: str
    right: str


_DAY = "contact_date::VARCHAR || ' ' || channel"
RULES = (
    Rule(
        "hop2_identity",
        "받은 레코드 = 통과 + 격리 + 중복 + 대체",
        "quality_daily의 받은 레코드",
        "SELECT landing_date::VARCHAR || ' ' || channel, bronze_count FROM quality_daily",
        "네 판정의 합",
        "SELECT landing_date::VARCHAR || ' ' || channel, "
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
)


def publish(home: Home, run_id: str, own: set[Partition] | None = None) -> list[str]:
    """Bring the marts up to date with the lake and swap them in, and then the statistics over them. Returns notes (Korean) on days that another run has
    in hand and that stay as published; `own` are the days of the calling run, None if it answers for all.

    Raises `PublicationBlocked` and changes nothing if a rule fails: the message gives the two numbers and where each
    came from.
    """
    with exclusive(home.publication_lock), atomic_path(home.marts) as draft:
        lake = snapshot(home)
        unfinished = build_draft(home, draft, lake, own, run_id=run_id)
        faults = gate(draft, lake, unfinished)
        if faults:
            more = f"\n그 밖에 {len(faults) - 5}건" if len(faults) > 5 else ""
            raise PublicationBlocked("맞지 않는 수치가 있어 공표하지 않았습니다.\n" + "\n".join(faults[:5]) + more)
    update(home)
    return [
        f"{'/'.join(day)}: 비식별까지만 되어 있어 앞의 수치로 두었습니다. 그 실행이 끝나거나 다시 실행하면 공표됩니다."
        for day in sorted(unfinished)
    ]


def gate(draft: Path, lake: Snapshot, unfinished: set[Partition]) -> list[str]:
    """Every broken rule, one Korean line each; `unfinished` days are not held against the lake."""
    import duckdb

    faults = []
    with duckdb.connect(str(draft), read_only=True) as db:
        for rule in RULES:
            rows = db.execute(
                f'SELECT coalesce(l."where", r."where"), l.n, r.n FROM ({rule.left}) AS l("where", n) '
                f'FULL JOIN ({rule.right}) AS r("where", n) ON l."where" = r."where" '
                "WHERE l.n IS DISTINCT FROM r.n ORDER BY 1"
            ).fetchall()
            faults += [
                f"[{rule.rule_id}] {rule.meaning}: {where} — {rule.left_name} {left or 0:,}건, {rule.right_name} {right or 0:,}건"
                for where, left, right in rows
            ]
        for table, measure in ((CONSULTATION, "contact_count"), (CLASSIFICATION, "consultation_count")):
            in_lake = _lake_counts(lake[table.name])
            query = f"SELECT channel, contact_date::VARCHAR, sum({measure}) FROM volume_hourly GROUP BY ALL"
            in_marts: dict[Partition, int] = {
                (channel, day): int(n) for channel, day, n in db.execute(query).fetchall()
            }
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
