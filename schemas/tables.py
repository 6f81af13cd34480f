"""Every table once: its grain, key and partitions, and for each column type, unit, meaning and privacy class.

Belongs here: declarations. Does not: SQL, storage, or anything that reads a row.
"""

from __future__ import annotations

from schemas.table import Column, Table

_CHANNEL = Column("channel", "string", "채널 id", "public")
_LANDING = Column("landing_date", "date", "파일이 도착한 날(폴더 이름)")
_SOURCE_NAME = Column("source_name", "string", "계약 안의 자료 이름(calls, transcripts …)")
_LINEAGE = (
    Column("source_file", "string", "landing 아래 상대 경로"),
    Column("file_hash", "string", "파일 내용의 SHA-256"),
    Column("line_number", "int64", "레코드가 시작하는 줄(엑셀은 행, JSON·XML은 순번)"),
)
_ORIGIN = Column("origin", "string", "자료의 출처: operational, synthetic, 또는 가져온 자료의 이름", "public")

BRONZE = Table(
    "bronze",
    "lake",
    "원천 레코드 하나",
    ("channel", "landing_date", "source_file", "file_hash", "line_number"),
    (
        _CHANNEL,
        _LANDING,
        _SOURCE_NAME,
        *_LINEAGE,
        _ORIGIN,
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
        _CHANNEL,
        _LANDING,
        _SOURCE_NAME,
        *_LINEAGE,
        _ORIGIN,
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
        _CHANNEL,
        Column("contact_date", "date", "상담이 시작된 날(Asia/Seoul)", "public"),
        Column("consultation_id", "string", "키로 만든 토큰(원천 id를 되돌릴 수 없음)"),
        Column("contact_hour", "int64", "시작 시(0–23, Asia/Seoul)", "public", "시"),
        _LANDING,
        Column("file_hash", "string", "bronze로 거슬러 가는 열쇠"),
        Column("line_number", "int64", "bronze로 거슬러 가는 열쇠"),
        _ORIGIN,
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
        _CHANNEL,
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

_DATE = Column("contact_date", "date", "상담이 시작된 날(Asia/Seoul)", "public")
_SERIES = Column("series", "string", "공표 계열(9→6)", "public")
_COUNT = Column("consultation_count", "int64", "상담건수: 인바운드이고 응대된 접촉", "public", "건")

VOLUME_HOURLY = Table(
    "volume_hourly",
    "mart",
    "날·시·채널·출처",
    ("contact_date", "contact_hour", "channel", "origin"),
    (
        _DATE,
        Column("contact_hour", "int64", "시작 시", "public", "시"),
        _CHANNEL,
        _SERIES,
        _ORIGIN,
        Column("contact_count", "int64", "접촉 전체(포기·아웃바운드 포함)", "public", "건"),
        _COUNT,
        Column("abandoned_count", "int64", "포기호(인바운드)", "public", "건"),
        Column("outbound_count", "int64", "아웃바운드(상담으로 세지 않음)", "public", "건"),
        Column("covid_count", "int64", "코로나19 상담건수", "public", "건"),
        Column("unclassified_count", "int64", "미분류 상담건수", "public", "건"),
        Column("handed_off_count", "int64", "챗봇에서 상담사로 넘어간 건", "public", "건"),
        Column("late_count", "int64", "상담일보다 늦게 도착한 상담건수", "public", "건"),
    ),
)

PHONE_DAILY = Table(
    "phone_daily",
    "mart",
    "날·채널(phone, foreign)·ARS 코드",
    ("contact_date", "channel", "ars_code"),
    (
        _DATE,
        _CHANNEL,
        Column("ars_code", "string", "ARS 코드", "public"),
        Column("inflow_count", "int64", "인입: 응대 + 포기", "public", "건"),
        Column("answered_count", "int64", "응대", "public", "건"),
        Column("abandoned_count", "int64", "포기", "public", "건"),
        Column("wait_seconds_sum", "int64", "응대된 전화의 대기시간 합", "public", "초"),
        Column("wait_known_count", "int64", "대기시간이 적힌 응대 전화", "public", "건"),
        Column("talk_seconds_sum", "int64", "응대된 전화의 통화시간 합", "public", "초"),
    ),
)

TYPE_DAILY = Table(
    "type_daily",
    "mart",
    "날·채널·유형·자치구",
    ("contact_date", "channel", "type_code", "district_code"),
    (
        _DATE,
        _CHANNEL,
        _SERIES,
        Column("type_code", "string", "유형 코드", "public"),
        Column("domain", "string", "대분류", "public"),
        Column("covid_group", "string", "코로나19 그룹", "public"),
        Column("covid_subgroup", "string", "vaccine, vaccine_pass", "public"),
        Column("department_code", "string", "담당 부서", "public"),
        Column("district_code", "string", "자치구(모르면 빈칸)", "public"),
        _COUNT,
        Column("review_count", "int64", "검토 대상 상담건수", "public", "건"),
    ),
)

QUALITY_DAILY = Table(
    "quality_daily",
    "mart",
    "도착일·채널: 2단계의 항등식",
    ("landing_date", "channel"),
    (
        Column("landing_date", "date", "도착일", "public"),
        _CHANNEL,
        Column("bronze_count", "int64", "받은 원천 레코드", "public", "건"),
        Column("validated_count", "int64", "계약을 지킨 레코드", "public", "건"),
        Column("quarantined_count", "int64", "격리", "public", "건"),
        Column("duplicate_count", "int64", "중복", "public", "건"),
        Column("superseded_count", "int64", "뒤의 것으로 바뀐 레코드", "public", "건"),
        Column("warned_count", "int64", "경고가 붙은 레코드", "public", "건"),
    ),
)

DIM_TYPE = Table(
    "dim_type",
    "mart",
    "유형",
    ("type_code",),
    (
        Column("type_code", "string", "유형 코드", "public"),
        Column("type_name", "string", "유형 이름", "public"),
        Column("domain", "string", "대분류", "public"),
        Column("middle", "string", "중분류", "public"),
        Column("minor", "string", "소분류", "public"),
        Column("department_code", "string", "담당 부서", "public"),
        Column("duty", "string", "city, district, other", "public"),
    ),
)

POPULATION = Table(
    "population",
    "mart",
    "자치구·월",
    ("district_code", "month"),
    (
        Column("district_code", "string", "자치구", "public"),
        Column("month", "string", "YYYY-MM", "public"),
        Column("resident_count", "int64", "주민등록 인구", "public", "명"),
    ),
)

BUILD = Table(
    "build",
    "mart",
    "마트를 만든 사정: 이름과 값",
    ("name",),
    (
        Column("name", "string", "run_id, built_at, taxonomy_version, model_version, lake_<table>_version …"),
        Column("value", "string", "값"),
    ),
)

LINEAGE = Table(
    "lineage",
    "mart",
    "레이크 표의 분할 하나: 마트가 어느 파일들에서 만들어졌는가",
    ("table_name", "channel", "day"),
    (
        Column("table_name", "string", "레이크 표"),
        _CHANNEL,
        Column("day", "date", "분할의 날(도착일 또는 상담일)"),
        Column("files_hash", "string", "살아 있는 파일 경로의 SHA-256"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        BRONZE,
        VALIDATED,
        CONSULTATION,
        CLASSIFICATION,
        VOLUME_HOURLY,
        PHONE_DAILY,
        TYPE_DAILY,
        QUALITY_DAILY,
        DIM_TYPE,
        POPULATION,
        BUILD,
        LINEAGE,
    )
}
