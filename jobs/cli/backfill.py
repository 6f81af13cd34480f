"""`dasan backfill`: days of the lake made again, or what that would change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.cli.options import (
    CHANNEL,
    Whole,
    day_range,
    engine_options,
    environment_option,
    json_option,
    model_option,
    table_console,
    write_json,
)
from jobs.errors import PublicationBlocked, WrongUse

if TYPE_CHECKING:
    from jobs.backfill import Backfill, Progress
    from jobs.engine import Engine
    from jobs.preview import Preview
    from jobs.settings import Home

SHOWN = 20


@click.command(
    "backfill",
    help="지난 날을 다시 만든다. 날짜는 classify·marts에서는 상담일, 그 앞 단계가 들면 도착일이다. 이미 그 판과 모델로, "
    "지금의 파일에서 만들어진 날은 건너뛴다(앞 단계는 시킨 날을 모두 다시 한다).",
)
@day_range(required=False)
@click.option(
    "--hops", default="classify,marts", show_default=True, help="ingest,validate,deidentify,classify,marts 가운데."
)
@environment_option("--taxonomy", "DASAN_TAXONOMY", "분류 체계의 판(없으면 DASAN_TAXONOMY).")
@model_option
@click.option("--channel", "channels", type=CHANNEL, multiple=True, help="이 채널만(여러 번 쓸 수 있음).")
@click.option("--preview", is_flag=True, help="바꾸지 않고, 바뀔 유형과 이미 낸 문서의 수치를 보인다.")
@click.option("--resume", is_flag=True, help="끝까지 못 간 마지막 재처리를 그 조건 그대로 잇는다.")
@click.option("--parallel", type=Whole(1, 256), help="함께 일할 프로세스 수(없으면 코어 수).")
@click.option("--landing", type=click.Path(path_type=Path), help="도착 폴더(없으면 DASAN_HOME/landing).")
@engine_options
@json_option
def backfill(
    first: date | None,
    last: date | None,
    hops: str,
    channels: tuple[str, ...],
    preview: bool,
    resume: bool,
    parallel: int | None,
    landing: Path | None,
    json_file: str | None,
) -> int:
    from jobs import backfill as filling
    from jobs.settings import Home
    from schemas.codes import CHANNELS

    home = Home.from_env()
    if resume:
        if first or last or preview:
            raise WrongUse("--resume 은 앞의 조건을 그대로 씁니다. --from, --to, --preview 없이 주세요.")
        plan = filling.unfinished(home)
        os.environ["DASAN_TAXONOMY"], os.environ["DASAN_MODEL"] = plan.taxonomy_version, plan.model
    elif first is None or last is None:
        raise WrongUse("--from 과 --to 를 함께 주거나, 중단된 것을 이으려면 --resume 을 주세요.")
    else:
        chosen = [hop.strip() for hop in hops.split(",") if hop.strip()]
        plan = filling.begin(home, first, last, chosen, channels or CHANNELS)
    _known_taxonomy(plan.taxonomy_version, home)
    with _engine(home, plan, landing or home.landing, parallel) as engine, _progress() as progress:
        if preview:
            from jobs.preview import preview as look

            found = look(engine, home, plan, progress)
        else:
            done = filling.run(engine, home, landing or home.landing, plan, progress)
    return _say_preview(found, json_file) if preview else _say_done(done, json_file)


def _known_taxonomy(version: str, home: Home) -> None:
    from schemas.taxonomy import load_taxonomy

    try:
        load_taxonomy(version, home.taxonomies)
    except (FileNotFoundError, ValueError) as fault:
        raise WrongUse(f"--taxonomy: {fault}") from None


@contextmanager
def _engine(home: Home, plan: Backfill, landing: Path, workers: int | None) -> Iterator[Engine]:
    from jobs.engine.choice import choice
    from jobs.ingest import landing_bytes

    engine = choice(home).engine(lambda: landing_bytes(landing, *plan.span, plan.channels), workers)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on standard error; where that is no terminal, a line for each step."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("준비", total=None)
        said: set[str] = set()

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total or None)
            if not console.is_terminal and what not in said:
                said.add(what)
                console.print(what, highlight=False)

        yield show


def _say_done(done: Backfill, json_file: str | None) -> int:
    write_json(json_file, asdict(done))
    if json_file == "-":
        return 0
    if done.contact_days:
        click.echo(
            f"다시 분류: {done.contacts:,}건, 상담일 {done.contact_days[0]}~{done.contact_days[-1]} {len(done.contact_days):,}일"
        )
    else:
        click.echo("다시 할 날이 없습니다: 모두 이 판과 모델로, 지금의 파일에서 만들어져 있습니다.")
    for note in done.notes[:SHOWN]:
        click.echo(f"알림: {note}")
    for path in done.errata:
        click.echo(f"정오표: {path}")
    if done.contact_days and "marts" in done.hops and not done.errata:
        click.echo("이미 낸 문서에서 달라진 수치는 없습니다.")
    return 0


def _say_preview(found: Preview, json_file: str | None) -> int:
    moves = [asdict(move) | {"change": move.change} for move in found.moves]
    write_json(json_file, asdict(found) | {"moves": moves})
    if json_file != "-":
        _print_preview(found)
    return PublicationBlocked.exit_code if found.faults else 0


def _print_preview(found: Preview) -> None:
    from rich.table import Table

    if not found.partitions:
        click.echo("다시 할 날이 없습니다: 모두 이 판과 모델로, 지금의 파일에서 만들어져 있습니다.")
        return
    click.echo(
        f"상담일 {found.first}~{found.last}, 상담 {found.consultations:,}건 가운데 {found.retyped:,}건의 유형이 바뀝니다. "
        "아직 아무것도 바꾸지 않았습니다."
    )
    console = table_console(140)
    table = Table(
        "유형",
        "이름",
        "지금",
        "다시 하면",
        "차이",
        title=f"많이 움직이는 유형 {min(SHOWN, len(found.moves))}/{len(found.moves)}",
    )
    for move in found.moves[:SHOWN]:
        table.add_row(
            move.type_code, move.type_name, f"{move.before:,.0f}", f"{move.after:,.0f}", f"{move.change:+,.0f}"
        )
    console.print(table)
    numbers = Table(
        "문서",
        "기간",
        "받는 곳",
        "수치",
        "수치의 기간",
        "지금",
        "다시 하면",
        title=f"이미 낸 문서에서 달라질 수치 {len(found.corrections):,}개",
    )
    for one in found.corrections[:SHOWN]:
        numbers.add_row(one.report, one.period, one.recipient, one.figure, one.window, one.old, one.new)
    console.print(numbers)
    for fault in found.faults[:SHOWN]:
        click.echo(f"공표를 막을 것: {fault}")
