"""`dasan run`, and each hop by itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from jobs.cli.options import CHANNEL, Decorator, day_range, engine_options, json_option, model_option, write_json
from jobs.errors import QUARANTINED_EXIT_CODE, WrongUse

if TYPE_CHECKING:
    from jobs.pipeline import RunResult

NOTES_SHOWN = 20


def _options(command: Any) -> Any:
    decorators: list[Decorator] = [
        day_range(),
        click.option("--channel", "channels", type=CHANNEL, multiple=True, help="이 채널만(여러 번 쓸 수 있음)."),
        click.option("--landing", type=click.Path(path_type=Path), help="도착 폴더(없으면 DASAN_HOME/landing)."),
        engine_options,
        json_option,
    ]
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


@click.command("run", help="모든 단계를 차례로: 수집·검증·비식별·분류·마트·공표. 날짜는 파일이 도착한 날입니다.")
@model_option
@_options
def run(**options: Any) -> int:
    return run_hops(None, **options)


@click.command("ingest", help="1단계: 도착 폴더의 파일을 bronze로.")
@_options
def ingest(**options: Any) -> int:
    return run_hops(("ingest",), **options)


@click.command("validate", help="2단계: bronze를 계약으로 검증하고 중복을 가린다.")
@_options
def validate(**options: Any) -> int:
    return run_hops(("validate",), **options)


@click.command("deidentify", help="3단계: 비식별한 상담(consultation)을 만든다.")
@_options
def deidentify(**options: Any) -> int:
    return run_hops(("deidentify",), **options)


@click.command("publish", help="5·6단계: 레이크에서 바뀐 날의 마트를 만들고, 수치가 맞으면 공표한다.")
def publish() -> int:
    from rich.console import Console

    from jobs import publish as gate
    from jobs.pipeline import new_run_id
    from jobs.settings import Home

    home = Home.from_env()
    if not home.lake.is_dir():
        raise WrongUse(f"레이크가 없습니다: {home.lake}. 먼저 dasan run 을 실행하세요.")
    with Console(stderr=True).status("마트·공표"):
        gate.publish(home, new_run_id())  # answers for every day: what is unfinished blocks
    click.echo(f"공표: {home.marts}")
    return 0


def run_hops(
    hops: tuple[str, ...] | None,
    *,
    first: date,
    last: date,
    channels: tuple[str, ...],
    landing: Path | None,
    json_file: str | None,
) -> int:
    """Run hops with progress on standard error. Returns the exit code."""
    from rich.console import Console

    from jobs.engine.choice import choice
    from jobs.ingest import landing_bytes
    from jobs.pipeline import HOPS, Pipeline
    from jobs.settings import Home
    from schemas.codes import CHANNELS

    home = Home.from_env()
    console = Console(stderr=True)
    landing, channels = landing or home.landing, channels or CHANNELS
    engine = choice(home).engine(lambda: landing_bytes(landing, first, last, channels))
    try:
        with console.status("준비") as status:
            done: list[str] = []

            def progress(hop: str, days: str) -> None:
                done.append(hop)
                status.update(f"{hop} {days}")
                if not console.is_terminal:
                    console.print(f"{hop} {days}", highlight=False)

            pipeline = Pipeline(engine, home, landing, channels, progress)
            result = pipeline.run(first, last, hops or HOPS)
    finally:
        engine.close()
    _report(result, hops, _to_stderr if json_file == "-" else click.echo)
    write_json(json_file, asdict(result))
    return QUARANTINED_EXIT_CODE if result.quarantined else 0


def seoul_time(moment: str) -> str:
    """An ISO 8601 moment as the clock in Seoul shows it, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo('Asia/Seoul')):%Y-%m-%d %H:%M}"


def _to_stderr(line: str) -> None:
    click.echo(line, err=True)


def _report(result: RunResult, hops: tuple[str, ...] | None, say: Any) -> None:
    """The result in a few lines; every quarantined file is named."""
    if hops is None or "ingest" in hops:
        say(f"수집: 새 레코드 {result.ingested:,}건")
    if hops is None or "deidentify" in hops:
        say(f"상담: 접촉 {result.contacts:,}건" + (f", 분류 {result.classified:,}건" if hops is None else ""))
    if hops is None and result.contact_days:
        say(f"공표: 상담일 {result.contact_days[0]}~{result.contact_days[-1]} ({result.seconds:.1f}초)")
    for channel, arrival in result.arrivals.items():
        late = (
            f", 늦게 온 접촉 {arrival.late_count:,}건(가장 늦은 것 {arrival.latest_days}일)"
            if arrival.late_count
            else ""
        )
        say(f"자료의 끝: {channel} {seoul_time(arrival.latest_contact_at)}{late}")
    for note in result.notes[:NOTES_SHOWN]:
        say(f"알림: {note}")
    if result.quarantined:
        say(f"격리: {result.quarantined_count:,}건 — 원문은 bronze에 그대로 있습니다.")
        for reason, count in list(result.quarantined.items())[:NOTES_SHOWN]:
            say(f"  {count:,}건  {reason}")
        if len(result.quarantined) > NOTES_SHOWN:
            say(f"  그 밖에 {len(result.quarantined) - NOTES_SHOWN}가지 (--json 으로 모두 볼 수 있습니다)")


@click.command("check", help="검증된 레코드를 계약에서 만든 Great Expectations 검사로 다시 확인한다.")
@day_range()
@click.option("--docs", type=click.Path(path_type=Path), help="검사 결과 문서(Data Docs)를 쓸 폴더.")
@json_option
def check(first: date, last: date, docs: Path | None, json_file: str | None) -> int:
    from jobs.expectations import check_validated
    from jobs.settings import Home

    outcome = check_validated(Home.from_env(), first, last, docs)
    for line in outcome.lines():
        click.echo(line, err=json_file == "-")
    write_json(json_file, asdict(outcome))
    return 4 if outcome.critical_failures else 0
