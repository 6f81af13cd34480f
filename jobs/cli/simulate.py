"""`dasan simulate`: the synthetic city's files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from jobs.cli.options import SCALE, Whole, day_range, json_option, write_json


@click.command("simulate", help="합성 도시: 아홉 채널의 도착 파일을 계약 서식대로 만든다(모든 결과에 합성으로 표시됨).")
@day_range()
@click.option("--scale", type=SCALE, default=0.1, show_default=True, help="실제 규모에 대한 비율. 1이면 공표된 합계.")
@click.option("--seed", type=Whole(0, 2**31 - 1), default=120, show_default=True, help="같은 씨앗이면 같은 파일.")
@click.option("--landing", type=click.Path(path_type=Path), help="도착 폴더(없으면 DASAN_HOME/landing).")
@click.option(
    "--answer-key",
    type=click.Path(path_type=Path, file_okay=False),
    help="정답(참 유형, 심은 개인정보)을 날마다 Parquet 하나로 쓸 폴더. 도착 폴더 밖이어야 한다.",
)
@click.option("--workers", type=Whole(1, 64), default=1, show_default=True, help="프로세스 수(파일은 같다).")
@json_option
def simulate(
    first: date,
    last: date,
    scale: float,
    seed: int,
    landing: Path | None,
    answer_key: Path | None,
    workers: int,
    json_file: str | None,
) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from jobs import simulate as city
    from jobs.settings import Home

    days = (last - first).days + 1
    target = landing or Home.from_env().landing
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("일"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("합성 도시", total=days)
        counts = city.simulate(
            target,
            first,
            last,
            scale=scale,
            seed=seed,
            progress=lambda day: bar.update(task, advance=1, description=f"합성 도시 {day}"),
            answer_key=answer_key,
            workers=workers,
        )
    listed = ", ".join(f"{channel} {count:,}" for channel, count in counts.items())
    click.echo(f"합성 파일을 {target} 에 만들었습니다({days}일): {listed}", err=json_file == "-")
    write_json(json_file, counts)
    return 0
