"""`dasan statistics`: the statistics over the published marts."""

from __future__ import annotations

from datetime import date, datetime

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


@statistics.command(
    "suppress",
    help="한 달에 어느 판에도 실을 수 없는 건수를 모든 받는 곳에 대해 함께 정한다(시민의 소리를 낼 때 저절로 된다).",
)
@click.option("--month", type=click.DateTime(["%Y-%m"]), required=True, help="달(YYYY-MM).")
def suppress(month: datetime) -> int:
    from rich.console import Console

    from jobs.settings import Home
    from jobs.suppression import decide

    name = f"{month:%Y-%m}"
    with Console(stderr=True).status(f"{name} 가릴 건수"):
        decided = decide(Home.from_env(), [name])
    left = decided.get(name)
    if left is None:
        click.echo(f"{name}: 자료가 없거나, 정한 뒤로 바뀌지 않아 그대로 둡니다.")
    else:
        click.echo(f"{name}: 정했습니다. 보호할 길을 찾지 못한 수 {len(left):,}개.")
    return 0
