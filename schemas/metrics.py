"""Every published metric once: numerator, denominator, counting basis, unit and rounding.

Belongs here: what a figure means. Evaluating one over a window is `jobs.reports.figures`.
A measure is an SQL aggregate over one mart table, in whole numbers (of what is expected, in thousandths); a metric is one
measure, or the quotient of two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["건", "명", "%", "%p", "초", "건/만명"]


@dataclass(frozen=True)
class Measure:
    """`sum`-like aggregate `sql` over the mart table `mart`; zero where there is no row. `basis` says what is counted."""

    mart: str
    sql: str
    basis: str


@dataclass(frozen=True)
class Metric:
    """A published figure: `numerator`, or `scale * numerator / denominator`, in `unit`, with `decimals` digits."""

    metric_id: str
    name: str
    numerator: str
    unit: Unit
    denominator: str | None = None
    scale: float = 1.0
    decimals: int = 0


_CONSULTATION = "상담: 인바운드이고 응대된 접촉(아웃바운드·포기 제외), 상담 시작일 기준(Asia/Seoul)"
_COVID = "코로나19 상담: 상담 가운데 유형이 코로나19 코드북에 있는 것(ARS 0번 인입과 다름)"

MEASURES: dict[str, Measure] = {
    "consultation": Measure("volume_hourly", "sum(consultation_count)", _CONSULTATION),
    "synthetic_contact": Measure("volume_hourly", "sum(contact_count) filter (origin = 'synthetic')", "합성 접촉"),
    "covid": Measure("volume_hourly", "sum(covid_count)", _COVID),
    "unclassified": Measure("volume_hourly", "sum(unclassified_count)", "미분류로 남긴 상담"),
    "late": Measure("volume_hourly", "sum(late_count)", "상담일보다 늦게 도착한 상담"),
    "outbound": Measure("volume_hourly", "sum(outbound_count)", "아웃바운드(상담으로 세지 않음)"),
    "handed_off": Measure("volume_hourly", "sum(handed_off_count)", "챗봇에서 상담사로 넘어간 상담"),
    "typed": Measure("type_daily", "sum(consultation_count)", _CONSULTATION),
    "covid_typed": Measure("type_daily", "sum(consultation_count) filter (covid_group <> '')", _COVID),
    "vaccine": Measure(
        "type_daily", "sum(consultation_count) filter (covid_subgroup = 'vaccine')", "코로나19 상담 가운데 백신"
    ),
    "vaccine_pass": Measure(
        "type_daily",
        "sum(consultation_count) filter (covid_subgroup = 'vaccine_pass')",
        "코로나19 상담 가운데 방역패스",
    ),
    "served": Measure("type_service_daily", "sum(consultation_count)", _CONSULTATION),
    "repeat": Measure(
        "type_service_daily", "sum(repeat_count)", "같은 사람이 같은 날 같은 채널로 같은 유형을 다시 물은 상담"
    ),
    "bot_served": Measure(
        "type_service_daily", "sum(consultation_count) filter (channel = 'chatbot')", "챗봇으로 시작된 상담"
    ),
    "bot_handed_off": Measure(
        "type_service_daily",
        "sum(handed_off_count) filter (channel = 'chatbot')",
        "챗봇으로 시작된 상담 가운데 상담사로 넘어간 것",
    ),
    "off_hours": Measure(
        "type_service_daily", "sum(off_hours_count)", "평일 9–18시 밖에 시작된 상담(공휴일은 가리지 않음)"
    ),
    "talk_known": Measure("type_service_daily", "sum(talk_known_count)", "통화시간이 적힌 상담"),
    "talk": Measure("type_service_daily", "sum(talk_seconds_sum)", "통화시간이 적힌 상담의 통화시간"),
    "long_talk": Measure("type_service_daily", "sum(long_talk_count)", "통화시간이 300초 이상인 상담"),
    "inflow": Measure("phone_daily", "sum(inflow_count)", "전화 인입: 응대 + 포기(아웃바운드 제외)"),
    "answered": Measure("phone_daily", "sum(answered_count)", "전화 응대"),
    "abandoned": Measure("phone_daily", "sum(abandoned_count)", "전화 포기"),
    "ars0_inflow": Measure("phone_daily", "sum(inflow_count) filter (ars_code = '0')", "ARS 0번(코로나19) 인입"),
    "ars0_answered": Measure("phone_daily", "sum(answered_count) filter (ars_code = '0')", "ARS 0번 응대"),
    "ars0_abandoned": Measure("phone_daily", "sum(abandoned_count) filter (ars_code = '0')", "ARS 0번 포기"),
    "ars0_wait": Measure(
        "phone_daily", "sum(wait_seconds_sum) filter (ars_code = '0')", "ARS 0번 응대 전화의 대기시간"
    ),
    "ars0_wait_known": Measure(
        "phone_daily", "sum(wait_known_count) filter (ars_code = '0')", "ARS 0번 응대 전화 가운데 대기시간이 적힌 것"
    ),
    "wait": Measure("phone_daily", "sum(wait_seconds_sum)", "응대 전화의 대기시간"),
    "wait_known": Measure("phone_daily", "sum(wait_known_count)", "응대 전화 가운데 대기시간이 적힌 것"),
    "bronze": Measure("quality_daily", "sum(bronze_count)", "받은 원천 레코드(도착일 기준)"),
    "validated": Measure("quality_daily", "sum(validated_count)", "계약을 지킨 레코드(도착일 기준)"),
    "quarantined": Measure("quality_daily", "sum(quarantined_count)", "격리된 레코드(도착일 기준)"),
    "duplicate": Measure("quality_daily", "sum(duplicate_count)", "중복 레코드(도착일 기준)"),
    "superseded": Measure("quality_daily", "sum(superseded_count)", "뒤의 것으로 바뀐 레코드(도착일 기준)"),
    "expected": Measure("expectation_daily", "1000 * sum(expected_count)", "통계가 그 날에 기대한 상담"),
    "upper": Measure("expectation_daily", "1000 * sum(upper_count)", "통계가 급증이라 하지 않을 가장 큰 상담"),
    "expectation": Measure("expectation_daily", "1000 * count(expected_count)", "기대가 있는 계열(천 배)"),
    "resident": Measure("population", "sum(resident_count)", "행정안전부 주민등록 인구"),
}

METRICS: dict[str, Metric] = {
    metric.metric_id: metric
    for metric in (
        Metric("consultation_count", "전체 상담", "consultation", "건"),
        Metric("covid_count", "코로나19 상담", "covid", "건"),
        Metric("covid_share_pct", "코로나19 비중", "covid", "%", "consultation", 100, 1),
        Metric("type_count", "유형별 상담", "typed", "건"),
        Metric("covid_type_count", "코로나19 유형별 상담", "covid_typed", "건"),
        Metric("vaccine_count", "백신 상담", "vaccine", "건"),
        Metric("vaccine_pass_count", "방역패스 상담", "vaccine_pass", "건"),
        Metric("repeat_pct", "당일 재상담 비율", "repeat", "%", "served", 100, 1),
        Metric("handed_off_pct", "챗봇에서 넘어온 비율", "bot_handed_off", "%", "bot_served", 100, 1),
        Metric("off_hours_pct", "평일 9–18시 밖 비율", "off_hours", "%", "served", 100, 1),
        Metric("long_talk_pct", "300초 이상 통화 비율", "long_talk", "%", "talk_known", 100, 1),
        Metric("talk_mean_seconds", "평균 통화시간", "talk", "초", "talk_known", 1, 0),
        Metric("inflow_count", "전화 인입", "inflow", "건"),
        Metric("answered_count", "전화 응대", "answered", "건"),
        Metric("abandoned_count", "전화 포기", "abandoned", "건"),
        Metric("answer_rate_pct", "전화 응대율", "answered", "%", "inflow", 100, 1),
        Metric("wait_mean_seconds", "전화 평균 대기", "wait", "초", "wait_known", 1, 0),
        Metric("ars0_inflow_count", "ARS 0번 인입", "ars0_inflow", "건"),
        Metric("ars0_answered_count", "ARS 0번 응대", "ars0_answered", "건"),
        Metric("ars0_abandoned_count", "ARS 0번 포기", "ars0_abandoned", "건"),
        Metric("ars0_wait_mean_seconds", "ARS 0번 평균 대기", "ars0_wait", "초", "ars0_wait_known", 1, 0),
        Metric("unclassified_pct", "미분류 비율", "unclassified", "%", "consultation", 100, 1),
        Metric("late_pct", "늦게 도착한 비율", "late", "%", "consultation", 100, 1),
        Metric("outbound_count", "아웃바운드", "outbound", "건"),
        Metric("bronze_count", "받은 레코드", "bronze", "건"),
        Metric("validated_count", "계약 통과", "validated", "건"),
        Metric("quarantined_count", "격리", "quarantined", "건"),
        Metric("duplicate_count", "중복", "duplicate", "건"),
        Metric("superseded_count", "대체", "superseded", "건"),
        Metric("expected_count", "기대 건수", "expected", "건", "expectation"),
        Metric("upper_count", "급증이 아닌 가장 큰 건수", "upper", "건", "expectation"),
    )
}

# Per-resident figures join two marts (contacts and population), so they name both measures here.
PER_RESIDENT = Metric("consultation_per_10k", "주민 1만 명당 상담", "typed", "건/만명", "resident", 10_000, 1)
COVID_PER_RESIDENT = Metric(
    "covid_per_10k", "주민 1만 명당 코로나19 상담", "covid_typed", "건/만명", "resident", 10_000, 1
)
METRICS |= {metric.metric_id: metric for metric in (PER_RESIDENT, COVID_PER_RESIDENT)}

SMALL_CELL_K = 5
