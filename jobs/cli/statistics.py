"""`dasan statistics`: the statistics over the published marts."""

from __future__ import annotations

from datetime import date

import click


@click.group("statistics", help="공표된 마트에서 계열마다 기대·급증·추세·예측을 구해 둔다.")
def statistics() -> None: ...


@statistics.command("update", help="마트에서 바뀐 날을 찾아 통계를 새로 한다(공표할 때 저절로 된다).")
def update() -> int:
    from rich.console import Console

    from jobs.settings import Home
    from jobs.statistics import update as bring_up_to_date

    home = Home.from_env()
    with Console(stderr=True).status("통계") as status:

        def progress(day: date, last: date) -> None:
            status.update(f"통계 {day} / {last}")

        done = bring_up_to_date(home, progress)
    if done is None:
        click.echo("통계: 마트에 상담이 없어 할 일이 없습니다. 먼저 dasan run 을 실행하세요.")
    elif done.first is None:
        click.echo(f"통계: 마트가 그대로여서 할 일이 없습니다({done.last}까지).")
    else:
        click.echo(f"통계: {done.first}~{done.last} → {home.statistics}")
    return 0
