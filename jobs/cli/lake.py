"""`dasan lake …`: upkeep of the lake."""

from __future__ import annotations

from dataclasses import asdict

import click

from jobs.cli.options import Whole, json_option, table_console, write_json
from jobs.errors import WrongUse


@click.group("lake", help="레이크(Delta 표)를 돌본다.")
def lake() -> None:
    pass


@lake.command("maintain", help="작은 파일을 합치고, 보존 기간이 지난 판과 중단된 실행이 남긴 파일을 지운다.")
@click.option("--keep-days", type=Whole(0, 36_500), help="이 날수 안의 판은 그대로 읽을 수 있게 둔다.  [default: 400]")
@click.option("--dry-run", is_flag=True, help="지우거나 합치지 않고 세기만 한다.")
@json_option
def maintain(keep_days: int | None, dry_run: bool, json_file: str | None) -> int:
    from rich.console import Console
    from rich.table import Table

    from jobs.engine import make_engine
    from jobs.maintenance import KEEP_DAYS
    from jobs.maintenance import maintain as keep
    from jobs.settings import Home

    home = Home.from_env()
    if not home.lake.is_dir():
        raise WrongUse(f"레이크가 없습니다: {home.lake}. 먼저 dasan run 을 실행하세요.")
    engine, console = make_engine("local"), Console(stderr=True)
    try:
        with console.status("레이크 정리") as status:
            done = keep(
                home,
                engine,
                KEEP_DAYS if keep_days is None else keep_days,
                dry_run=dry_run,
                waiting=lambda channel: status.update(f"실행이 끝나기를 기다림: {channel}"),
            )
    finally:
        engine.close()
    write_json(json_file, [asdict(one) for one in done])
    if json_file != "-":
        table = Table("표", "합친 분할", "합친 파일", "지난 판의 파일", "남겨진 파일", "비운 MB")
        for one in done:
            counts = (one.compacted_partitions, one.compacted_files, one.expired_files, one.orphan_files)
            table.add_row(one.table, *(f"{count:,}" for count in counts), f"{one.freed_bytes / 1e6:,.1f}")
        table_console(100).print(table)
        if dry_run:
            click.echo("아무것도 바꾸지 않았습니다(--dry-run).")
    return 0
