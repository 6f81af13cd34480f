"""`dasan stream`: files taken in as they come."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.cli.hops import seoul_time
from jobs.cli.options import Whole, engine_options, model_option

if TYPE_CHECKING:
    from jobs.pipeline import RunResult


@click.command(
    "stream",
    help="도착하는 파일을 들어오는 대로 끝까지 처리하고 공표한다. SIGTERM이나 Ctrl-C를 받으면 하던 것을 마치고 멈춘다.",
)
@click.option("--landing", type=click.Path(path_type=Path), help="도착 폴더(없으면 DASAN_HOME/landing).")
@click.option("--once", is_flag=True, help="지금 있는 것만 처리하고 끝낸다.")
@click.option("--every", type=Whole(1, 3600), default=20, show_default=True, help="도착 폴더를 보는 간격(초).")
@engine_options
@model_option
def stream(landing: Path | None, once: bool, every: int) -> int:
    from jobs.engine.choice import choice
    from jobs.settings import Home
    from jobs.stream import Watcher, stream_spark

    home, stop = Home.from_env(), threading.Event()
    landing = landing or home.landing
    engine: Any = choice(home).engine()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        if engine.name == "spark":
            stream_spark(engine, home, landing, stop, _say, once=once, every=every)
        else:
            watcher = Watcher(engine, home, landing, _say, lambda message: click.echo(message, err=True))
            if once:
                watcher.tick()
            else:
                watcher.watch(stop, every)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        engine.close()
    if stop.is_set():
        click.echo("멈추었습니다. 다시 시작하면 그 사이에 온 것부터 이어집니다.", err=True)
    return 0


def _say(result: RunResult) -> None:
    ends = ", ".join(
        f"{channel} {seoul_time(arrival.latest_contact_at)}" for channel, arrival in result.arrivals.items()
    )
    held = f", 격리 {result.quarantined_count:,}건" if result.quarantined else ""
    click.echo(
        f"도착일 {result.first}: 새 레코드 {result.ingested:,}건, 분류 {result.classified:,}건{held} "
        f"({result.seconds:.1f}초) · 자료의 끝 {ends or '-'}"
    )
