"""Every table once: its grain, key and partitions, and for each column type, unit, meaning and privacy class.

Belongs here: declarations. Does not: SQL, storage, or anything that reads a row.
"""

from __future__ import annotations

from schemas.mart_tables import CHANNEL, MARTS, ORIGIN
from schemas.statistics_tables import STATISTICS
from schemas.table import Column, Table

_LANDING = Column("landing_date", "date", "파일이 도착한 날(폴더 이름)")
_SOURCE_NAME = Column("source_name", "string", "계약 안의 자료 이름(calls, transcripts …)")
_LINEAGE = (
    Column("source_file", "string", "landing 아래 상대 경로"),
    Column("file_hash", "string", "파일 내용의 SHA-256"),
    Column("line_number", "int64", "레코드가 시작하는 줄(엑셀은 행, JSON·XML은 순번)"),
)

BRONZE = Table(
    "bronze",
    "lake",
    "원천 레코드 하나",
    ("channel", "landing_date", "source_file", "file_hash", "line_number"),
    (
        CHANNEL,
        _LANDING,
        _SOURCE_NAME,
        *_LINEAGE,
        ORIGIN,
        Column("payload", "string", "받은 그대로의 필드(JSON), 읽지 못한 레코드는 원문 앞부분", "personal"),
        Column("read_error", "string", "읽지 못한 까닭의 코드(없으면 null)"),
        Column("read_error_detail", "string", "읽지 못한 까닭(한국어)"),
        Column("ingested_at", "timestamp", "수집 시각"),
        Column("run_id", "string", "실행 id"),
    ),
    ("channel", "landing_date"),
)

_FACTS = (
    Column("started_at", "timestamp", "상담이 시작된 시각"),
    Column("direction", "string", "inbound 또는 outbound"),
    Column("outcome", "string", "answered 또는 abandoned"),
    Column("ars_code", "string", "ARS 메뉴 코드(날짜별 의미는 codes/ars.csv)"),
    Column("wait_seconds", "int64", "대기시간", unit="초"),
    Column("talk_seconds", "int64", "통화시간", unit="초"),
    Column("wrapup_seconds", "int64", "후처리시간", unit="초"),
    Column("agent_type_code", "string", "상담사가 적은 유형 코드"),
    Column("category", "string", "채널 자체의 분류"),
    Column("language", "string", "언어 코드"),
    Column("is_handed_off", "bool", "챗봇에서 상담사로 넘어갔는가"),
    Column("bot_intent", "string", "챗봇이 판단한 의도"),
    Column("message_count", "int64", "대화의 메시지 수", unit="건"),
    Column("photo_count", "int64", "첨부 사진 수", unit="장"),
)

VALIDATED = Table(
    "validated",
    "lake",
    "원천 레코드 하나와 그 판정: bronze = validated + quarantined + duplicate + superseded",
    ("channel", "landing_date", "source_file", "file_hash", "line_number"),
    (
        CHANNEL,
        _LANDING,
        _SOURCE_NAME,
        *_LINEAGE,
        ORIGIN,
        Column("record_kind", "string", "contact 또는 transcript"),
        Column("source_id", "string", "원천 시스템의 id", "personal"),
        Column("ingested_at", "timestamp", "수집 시각(같은 날 안에서 뒤에 온 것을 가림)"),
        Column("content_hash", "string", "정규화한 필드의 SHA-256(같은 내용의 재전송을 알아봄)"),
        Column("record_status", "string", "validated, quarantined, duplicate, superseded"),
        Column("reason_code", "string", "격리한 까닭의 코드"),
        Column("reason", "string", "격리한 까닭: 무엇이 잘못되었고 어떻게 고치는지(값은 싣지 않음)"),
        Column("contact_date", "date", "상담이 시작된 날(Asia/Seoul)"),
        *_FACTS,
        Column("caller_id", "string", "발신번호·이용자 id", "personal"),
        Column("agent_id", "string", "상담사 id", "personal"),
        Column("latitude", "float64", "위도", "personal", "도"),
        Column("longitude", "float64", "경도", "personal", "도"),
        Column("district_code", "string", "원천이 적은 자치구 코드"),
        Column("citizen_text", "string", "시민의 글·말", "personal"),
        Column("agent_text", "string", "상담사·봇의 글·말", "personal"),
        Column("memo", "string", "상담 메모", "personal"),
        Column("warnings", "strings", "경고로 표시된 검사의 id"),
    ),
    ("channel", "landing_date"),
)

CONSULTATION = Table(
    "consultation",
    "lake",
    "접촉(contact) 하나: 응대한 상담과 포기호, 아웃바운드를 모두 남기고 is_consultation으로 가른다",
    ("consultation_id",),
    (
        CHANNEL,
        Column("contact_date", "date", "상담이 시작된 날(Asia/Seoul)", "public"),
        Column("consultation_id", "string", "키로 만든 토큰(원천 id를 되돌릴 수 없음)"),
        Column("contact_hour", "int64", "시작 시(0–23, Asia/Seoul)", "public", "시"),
        _LANDING,
        Column("file_hash", "string", "bronze로 거슬러 가는 열쇠"),
        Column("line_number", "int64", "bronze로 거슬러 가는 열쇠"),
        ORIGIN,
        Column("is_consultation", "bool", "인바운드이고 응대되었는가: 상담건수의 기준"),
        *_FACTS,
        Column("caller_token", "string", "발신자의 키 토큰"),
        Column("agent_token", "string", "상담사의 키 토큰"),
        Column("district_code", "string", "원천이 적은 자치구 코드"),
        Column("citizen_text", "string", "비식별한 시민의 글·말", "redacted"),
        Column("agent_text", "string", "비식별한 상담사·봇의 글·말", "redacted"),
        Column("memo", "string", "비식별한 상담 메모", "redacted"),
        Column("has_transcript", "bool", "전사가 붙었는가(전화)"),
        Column("redaction_count", "int64", "가린 자리 수", unit="곳"),
    ),
    ("channel", "contact_date"),
)

CLASSIFICATION = Table(
    "classification",
    "lake",
    "상담(is_consultation) 하나의 분류",
    ("consultation_id",),
    (
        CHANNEL,
        Column("contact_date", "date", "상담이 시작된 날(Asia/Seoul)", "public"),
        Column("consultation_id", "string", "consultation의 열쇠"),
        Column("type_code", "string", "유형 코드(미분류는 UNCLASSIFIED)", "public"),
        Column("domain", "string", "대분류", "public"),
        Column("score", "float64", "점수(0–1)"),
        Column("alternatives", "string", "code:score 를 |로 이은 것"),
        Column("needs_review", "bool", "검토 대상인가"),
        Column("covid_group", "string", "코로나19 그룹(아니면 빈칸)", "public"),
        Column("covid_subgroup", "string", "vaccine, vaccine_pass(아니면 빈칸)", "public"),
        Column("district_code", "string", "자치구 코드(모르면 빈칸)", "public"),
        Column("department_code", "string", "담당 부서 코드", "public"),
        Column("taxonomy_version", "string", "분류 체계 판"),
        Column("model_version", "string", "모델 판"),
    ),
    ("channel", "contact_date"),
)

_SAMPLE = Column("sample_id", "string", "검토 표본의 이름(기간·씨앗·크기)")
_DRAWN = (
    CHANNEL,
    Column("contact_date", "date", "상담이 시작된 날(Asia/Seoul)", "public"),
    Column("consultation_id", "string", "consultation의 열쇠"),
)

REVIEW_DRAW = Table(
    "review_draw",
    "lake",
    "검토하려고 뽑은 상담 하나",
    ("sample_id", "consultation_id"),
    (
        _SAMPLE,
        *_DRAWN,
        Column("stratum", "string", "뽑을 때의 층(대분류와 확신)"),
        Column("stratum_size", "int64", "층에 있던 상담 수", unit="건"),
        Column("sampled_count", "int64", "층에서 뽑은 상담 수", unit="건"),
    ),
    ("sample_id",),
)

REVIEW = Table(
    "review",
    "lake",
    "검토자 한 사람이 상담 하나에 준 유형",
    ("sample_id", "consultation_id", "reviewer_token"),
    (
        _SAMPLE,
        *_DRAWN,
        Column("reviewer_token", "string", "검토자의 키 토큰"),
        Column("type_code", "string", "검토자가 준 유형 코드(정할 수 없으면 UNCLASSIFIED)"),
        Column("taxonomy_version", "string", "유형 코드의 분류 체계 판"),
    ),
    ("sample_id",),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (BRONZE, VALIDATED, CONSULTATION, CLASSIFICATION, REVIEW_DRAW, REVIEW, *MARTS, *STATISTICS)
}
