"""The daily run: channels that landed → the record-level hops of each → check → marts → the COVID brief.

Belongs here: the order, the schedule and the retries. Does not: what a hop does; every task calls one function of
`jobs`. The interval runs from 05:00 to 05:00 in Seoul, so that exports written after midnight into the day's folder
are there; the run is for the day on which its interval starts (`dags.landing_day`).
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import (
    CronDataIntervalTimetable,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    dag,
    get_current_context,
    task,
)

from dags.landing_day import SEOUL, landing_day
from jobs.errors import PublicationBlocked, WrongUse
from jobs.settings import Home
from schemas.codes import CHANNELS

if TYPE_CHECKING:
    from jobs.pipeline import RunResult

LAND_HOPS = ("ingest", "validate", "deidentify", "classify")
log = logging.getLogger(__name__)


@dag(
    dag_id="ingest_daily",
    schedule=CronDataIntervalTimetable("0 5 * * *", timezone="Asia/Seoul"),
    start_date=datetime(2018, 1, 1, tzinfo=SEOUL),
    catchup=False,
    max_active_runs=1,
    params={"day": Param(None, type=["null", "string"], format="date", title="도착일", description="YYYY-MM-DD")},
    default_args={
        # a passing fault (a full disk, a lost worker) is mended by repeating, since every hop is idempotent
        "retries": 3,
        "retry_delay": timedelta(seconds=30),
        "retry_policy": ExceptionRetryPolicy(
            [RetryRule([WrongUse, PublicationBlocked], RetryAction.FAIL, reason="다시 해도 같은 결과")]
        ),
    },
    tags=["dasan"],
    doc_md=__doc__,
)
def ingest_daily() -> None:
    landed_channels = channels()
    landed = land.expand(channel=landed_channels)
    landed >> check() >> publish() >> covid_brief()


@task
def channels() -> list[str]:
    """The channels that landed any file on the day. None at all is a fault: 120 never sleeps."""
    from jobs.ingest import landed

    home, day = Home.from_env(), _day()
    found = landed(home.landing, day, day)
    for note in found.notes:
        log.warning(note)
    names = {channel for channel, _ in found.partitions()}
    if not names:
        raise WrongUse(f"{day}에 도착한 파일이 없습니다: {home.landing}/<채널>/{day}/ 를 확인하세요.")
    return [channel for channel in CHANNELS if channel in names]


@task(map_index_template="{{ task.op_kwargs['channel'] }}")
def land(channel: str) -> dict[str, int]:
    """One channel through the record-level hops. Quarantined records are reported and do not stop the day."""
    result = _run(LAND_HOPS, (channel,))
    for reason, count in result.quarantined.items():
        log.warning("격리 %d건: %s", count, reason)
    return {"contacts": result.contacts, "classified": result.classified, "quarantined": result.quarantined_count}


@task
def check() -> None:
    """The validated records against their contracts; a critical failure keeps the day from being published."""
    from jobs.expectations import check_validated

    day = _day()
    outcome = check_validated(Home.from_env(), day, day, None)
    for line in outcome.lines():
        log.info(line)
    if outcome.critical_failures:
        raise PublicationBlocked("\n".join(outcome.lines()))


@task
def publish() -> None:
    """The marts of all channels, behind the gate."""
    _run(("publish",), CHANNELS)


@task
def covid_brief() -> list[str]:
    """The COVID brief of the day. Returns the files."""
    from jobs.reports import DEFAULT_FORMATS
    from jobs.reports.release import publish_covid_daily

    return [str(path) for path in publish_covid_daily(Home.from_env(), _day(), DEFAULT_FORMATS)]


def _run(hops: Collection[str], of: tuple[str, ...]) -> RunResult:
    """The hops for the run's day, on the engine that the installation or its environment names."""
    from jobs.engine.choice import choice
    from jobs.ingest import landing_bytes
    from jobs.pipeline import Pipeline

    home, day = Home.from_env(), _day()
    engine = choice(home).engine(lambda: landing_bytes(home.landing, day, day, of))
    try:
        return Pipeline(engine, home, home.landing, of).run(day, day, hops)
    finally:
        engine.close()


def _day() -> date:
    context: Any = get_current_context()
    run = context["dag_run"]
    return landing_day(context["params"].get("day"), run.run_type, run.logical_date, context.get("data_interval_start"))


ingest_daily()
