"""The tables of the marts: what `schemas.tables` says of the lake, for the published DuckDB file.

Belongs here: declarations. Does not: the SQL that fills them (`jobs.marts`).
"""

from __future__ import annotations

from schemas.table import Column, Table

CHANNEL = Column("channel", "string", "채널 id", "public")
ORIGIN = Column("origin", "string", "자료의 출처: operational, synthetic, 또는 가져온 자료의 이름", "public")
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
        CHANNEL,
        _SERIES,
        ORIGIN,
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
        CHANNEL,
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
    "날·채널·분류 체계 판·모델 판·유형·자치구",
    ("contact_date", "channel", "taxonomy_version", "model_version", "type_code", "district_code"),
    (
        _DATE,
        CHANNEL,
        _SERIES,
        Column("taxonomy_version", "string", "분류한 분류 체계 판", "public"),
        Column("model_version", "string", "분류한 모델 판", "public"),
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
        CHANNEL,
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

CROSSWALK = Table(
    "crosswalk",
    "mart",
    "두 판의 유형 짝: 한 판의 건수를 다른 판으로 옮기는 몫",
    ("from_version", "from_code", "to_version", "to_code"),
    (
        Column("from_version", "string", "옮길 판", "public"),
        Column("from_code", "string", "옮길 유형 코드", "public"),
        Column("to_version", "string", "옮겨 갈 판", "public"),
        Column("to_code", "string", "옮겨 갈 유형 코드(없으면 NOT_IN_VERSION)", "public"),
        Column("share", "float64", "옮길 유형의 건수 가운데 몫(0–1, 합이 1)", "public"),
    ),
)

TYPE_VERSION_DAILY = Table(
    "type_version_daily",
    "view",
    "날·채널·자치구·판·유형: 같은 상담을 판마다 한 번씩",
    ("contact_date", "channel", "district_code", "taxonomy_version", "type_code", "classified_version"),
    (
        _DATE,
        CHANNEL,
        _SERIES,
        Column("district_code", "string", "자치구(모르면 빈칸)", "public"),
        Column("taxonomy_version", "string", "이 줄의 판", "public"),
        Column("type_code", "string", "그 판의 유형 코드", "public"),
        Column("classified_version", "string", "실제로 분류한 판: 이 줄의 판과 다르면 대응표로 옮긴 추정", "public"),
        Column("consultation_count", "float64", "상담건수(옮긴 것은 몫을 곱한 수)", "public", "건"),
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
        CHANNEL,
        Column("day", "date", "분할의 날(도착일 또는 상담일)"),
        Column("files_hash", "string", "살아 있는 파일 경로의 SHA-256"),
    ),
)

GATE_WARNING = Table(
    "gate_warning",
    "mart",
    "관문의 경고: 규칙·날·채널",
    ("rule_id", "day", "channel"),
    (
        Column("rule_id", "string", "규칙", "public"),
        Column("day", "date", "상담일 또는 도착일", "public"),
        CHANNEL,
        Column("meaning", "string", "무엇이 드문 일인가", "public"),
    ),
)

MARTS: tuple[Table, ...] = (
    VOLUME_HOURLY,
    PHONE_DAILY,
    TYPE_DAILY,
    QUALITY_DAILY,
    DIM_TYPE,
    CROSSWALK,
    TYPE_VERSION_DAILY,
    POPULATION,
    BUILD,
    LINEAGE,
    GATE_WARNING,
)
