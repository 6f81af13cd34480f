"""The tables of the statistics: what is expected of each series, what surged, how it moves, and what must stay hidden.

Belongs here: declarations. They live in a DuckDB file of their own beside the marts (docs/decisions), attached to them as
`statistics`; what fills them is `jobs.statistics`.

A series is what is counted (`level`, `code`) in a place (`district_code`) over a channel (`series`), each of the last
two possibly `all`. Only series that occur are there, so a missing row is a series of which nothing is said.
"""

from __future__ import annotations

from schemas.table import Column, Table

LEVELS = ("all", "covid", "domain", "middle", "minor", "type")
ALL = "all"
COVID = "covid"  # the code of COVID as a whole at the level `covid`

SERIES_KEY = ("level", "code", "district_code", "series")
_SERIES = (
    Column("level", "string", "층: all, covid, domain, middle, minor, type", "public"),
    Column(
        "code",
        "string",
        "all; covid 또는 코로나19 그룹·하위그룹; 대분류; '대분류 > 중분류'; '대분류 > 중분류 > 소분류'; 유형 코드",
        "public",
    ),
    Column("district_code", "string", "자치구 코드, 모든 곳은 all(자치구를 모르는 상담 포함)", "public"),
    Column("series", "string", "공표 계열, 모든 채널은 all", "public"),
)
_COUNT = Column("consultation_count", "float64", "상담건수(다른 판에서 옮긴 것은 몫을 곱한 수)", "public", "건")
_EXPECTED = Column("expected_count", "float64", "그 계열의 앞날들에서 기대한 건수", "public", "건")
_UPPER = Column("upper_count", "float64", "급증이라 하지 않을 가장 큰 건수", "public", "건")
_STATE = Column("state", "string", "급증의 상태: none, open, ongoing, closed", "public")

EXPECTATION_DAILY = Table(
    "expectation_daily",
    "statistics",
    "날·계열(기대 1건 이상이거나 급증 중인 것)",
    ("contact_date", *SERIES_KEY),
    (
        Column("contact_date", "date", "상담이 시작된 날(Asia/Seoul)", "public"),
        *_SERIES,
        _COUNT,
        _EXPECTED,
        _UPPER,
        _STATE,
    ),
)

EPISODE = Table(
    "episode",
    "statistics",
    "계열·급증이 시작된 날",
    (*SERIES_KEY, "opened_date"),
    (
        *_SERIES,
        Column("opened_date", "date", "급증이 처음 알려진 날", "public"),
        Column("last_date", "date", "급증이던 마지막 날", "public"),
        Column("closed_date", "date", "끝났음이 알려진 날(아직이면 비움)", "public"),
        Column("peak_date", "date", "가장 많던 날", "public"),
        Column("peak_count", "float64", "가장 많던 날의 건수", "public", "건"),
        Column("consultation_count", "float64", "시작한 날부터 마지막 날까지의 건수", "public", "건"),
        Column("expected_count", "float64", "같은 날들에 기대한 건수", "public", "건"),
        Column("excess_count", "float64", "건수 - 기대", "public", "건"),
        Column("p_value", "float64", "시작한 날의 유의확률(1·3·7일 합 가운데, 보정한 것)", "public"),
    ),
)

TREND_WEEKLY = Table(
    "trend_weekly",
    "statistics",
    "ISO 주(월–일)·계열(그 주나 그 앞 주에 10건 이상)",
    ("week", *SERIES_KEY),
    (
        Column("week", "string", "ISO 주: 2021-W50", "public"),
        Column("monday_date", "date", "그 주의 월요일", "public"),
        *_SERIES,
        Column("day_count", "int64", "자료가 있는 날 수(1–7)", "public", "일"),
        _COUNT,
        Column(
            "previous_count", "float64", "앞 주의 건수(두 주의 자료가 있는 날이 다르면 날수로 맞춤)", "public", "건"
        ),
        Column("change_rate", "float64", "앞 주 대비 변화(0.2는 20 % 늘어남)", "public"),
        Column("change_lower_rate", "float64", "그 95 % 구간의 아래: 분류의 불확실성 포함", "public"),
        Column("change_upper_rate", "float64", "그 95 % 구간의 위", "public"),
        Column(
            "is_changed",
            "bool",
            "늘었다·줄었다고 말해도 된다: 구간이 0을 품지 않고, 그 주의 모든 계열을 함께 보아도 그렇다(BH 10 %)",
            "public",
        ),
        Column("error_rate", "float64", "분류에서 오는 상대 표준오차(검토 표본이 없으면 비움)", "public"),
        Column(
            "trend",
            "string",
            "같은 곳·채널의 전체에서 차지하는 몫의 최근 14일 추세: rising, falling, stable, unknown",
            "public",
        ),
        Column("trend_p_value", "float64", "그 검정의 유의확률", "public"),
        Column("level_band", "string", "지난 52주 안에서의 높이: low, usual, high, very_high, unknown", "public"),
        _EXPECTED,
        _UPPER,
        _STATE,
        Column("first_date", "date", "이 계열이 처음 나타난 날", "public"),
        Column("is_emerging", "bool", "생긴 지 28일이 안 된 계열이 EARS C2의 한계를 넘었다", "public"),
    ),
)

FORECAST_DAILY = Table(
    "forecast_daily",
    "statistics",
    "기준일·예측일·계열(하루 10건 이상)",
    ("origin_date", "target_date", *SERIES_KEY),
    (
        Column("origin_date", "date", "이날까지의 자료로", "public"),
        Column("target_date", "date", "이날을 내다봄", "public"),
        *_SERIES,
        Column("mean_count", "float64", "예측", "public", "건"),
        Column("lower_count", "float64", "95 % 구간의 아래", "public", "건"),
        Column("upper_count", "float64", "95 % 구간의 위", "public", "건"),
    ),
)

_MONTH = Column("month", "string", "YYYY-MM", "public")
_CELL = (
    _MONTH,
    Column(
        "level",
        "string",
        "all, covid, domain, department, department_domain, department_covid, type",
        "public",
    ),
    Column(
        "code",
        "string",
        "all; covid 또는 코로나19 그룹·하위그룹; 대분류; 부서 코드; '부서 코드 대분류'; 유형 코드",
        "public",
    ),
    Column("district_code", "string", "자치구 코드, 모르면 빈칸, 모든 곳은 all", "public"),
)

SUPPRESSION = Table(
    "suppression",
    "statistics",
    "달·층·자치구: 그 달의 어느 판에도 실을 수 없는 건수(유형과 자치구의 짝은 0이 아닌 것만)",
    ("month", "level", "code", "district_code"),
    (*_CELL, Column("mask", "string", "small(1–4건) 또는 complement(다른 것을 지키려고)", "internal")),
)

PUBLISHED_CELL = Table(
    "published_cell",
    "statistics",
    "달·층·자치구·공표 회차: 공표할 때의 건수",
    ("month", "level", "code", "district_code", "run_id"),
    (
        *_CELL,
        Column("run_id", "string", "공표한 마트의 실행", "internal"),
        Column("published_at", "timestamp", "공표한 때", "internal"),
        Column("consultation_count", "int64", "공표할 때의 건수", "internal", "건"),
        Column("is_shown", "bool", "가리지 않고 실었다", "internal"),
    ),
)

STATISTICS_BUILD = Table(
    "statistics_build",
    "statistics",
    "통계를 만든 사정: 이름과 값",
    ("name",),
    (Column("name", "string", "run_id, last_date, taxonomy_version …"), Column("value", "string", "값")),
)

STATISTICS: tuple[Table, ...] = (
    EXPECTATION_DAILY,
    EPISODE,
    TREND_WEEKLY,
    FORECAST_DAILY,
    SUPPRESSION,
    PUBLISHED_CELL,
    STATISTICS_BUILD,
)
