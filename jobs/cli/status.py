"""`dasan status`: what is landed, quarantined, classified and published, by day and channel."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from jobs.cli.options import day_range, json_option, table_console, write_json
from jobs.errors import WrongUse

COLUMNS = {
    "landed_files": "도착 파일",
    "bronze": "받음",
    "validated": "통과",
    "quarantined": "격리",
    "duplicate": "중복",
    "superseded": "대체",
    "contacts": "접촉",
    "classified": "분류",
    "published": "공표",
}


@click.command("status", help="도착·격리·분류·공표 현황. 앞의 여섯 열은 도착일, 뒤의 세 열은 상담일 기준.")
@day_range(required=False)
@json_option
def status(first: date | None, last: date | None, json_file: str | None) -> int:
    from rich.table import Table

    from jobs.settings import Home
    from jobs.status import pipeline_status

    if first and last and first > last:
        raise WrongUse(f"기간이 거꾸로입니다: --from {first} 이 --to {last} 보다 뒤입니다.")
    rows = pipeline_status(Home.from_env(), first or date.min, last or date.max)
    write_json(json_file, rows)
    if json_file == "-":
        return 0
    if not rows:
        click.echo("이 기간에는 도착한 파일도 처리한 자료도 없습니다.")
        return 0
    table = Table("날", "채널", *COLUMNS.values())
    for row in rows:
        table.add_row(row["day"], row["channel"], *(_number(row[name]) for name in COLUMNS))
    table_console(140).print(table)
    return 0


def _number(value: Any) -> str:
    return f"{value:,}" if value else "-"
