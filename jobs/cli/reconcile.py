"""`dasan reconcile`: the faults of a table of printed figures, told in words."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.cli.options import FILE, json_option, table_console, write_json
from jobs.errors import QUARANTINED_EXIT_CODE, PublicationBlocked

_VERDICTS = {"agrees": "맞음", "explained": "설명됨", "conflict": "어긋남"}
_COLORS = {"agrees": "green", "explained": "yellow", "conflict": "red"}
_SHOWN_CANDIDATES = 4
_SHOWN_UNREAD = 20


@click.command(
    "reconcile",
    help="인쇄된 수치의 표(CSV, XLSX)가 서로 맞는지 본다. 어긋난 것이 있으면 종료 코드 4, 읽지 못한 줄만 있으면 3.",
)
@click.option(
    "--in", "source", type=FILE, required=True, help="figure,label,value,unit,numerator,… 열이 있는 CSV·XLSX."
)
@click.option("--all", "show_all", is_flag=True, help="맞는 수치도 화면에 보인다.")
@json_option
def reconcile(source: Path, show_all: bool, json_file: str | None) -> int:
    from rich.table import Table

    from jobs.reconcile import reconcile as check
    from jobs.reconcile.findings import RULES

    result = check(source)
    write_json(json_file, [finding.as_json() for finding in result.findings])
    for message in result.unread[:_SHOWN_UNREAD]:
        click.echo(f"읽지 못함: {message}", err=True)
    if len(result.unread) > _SHOWN_UNREAD:
        click.echo(f"그 밖에 읽지 못한 줄 {len(result.unread) - _SHOWN_UNREAD:,}개", err=True)
    if json_file != "-":
        table = Table("수치", "규칙", "판정", show_lines=True)
        table.add_column("설명", overflow="fold")  # Korean may break anywhere; nothing of it may be cut
        for finding in result.findings:
            if finding.verdict == "agrees" and not show_all:
                continue
            fits = [f"· {one.what}: {one.value}" for one in finding.candidates if one.fits][:_SHOWN_CANDIDATES]
            verdict = f"[{_COLORS[finding.verdict]}]{_VERDICTS[finding.verdict]}[/]"
            table.add_row(finding.figure, RULES[finding.rule], verdict, "\n".join([finding.explanation, *fits]))
        console = table_console(120)
        if table.row_count:
            console.print(table)
        counts = ", ".join(f"{name} {len(result.of(verdict)):,}" for verdict, name in _VERDICTS.items())
        console.print(f"판정 {len(result.findings):,}개: {counts}. 읽지 못한 줄 {len(result.unread):,}개.")
    if result.of("conflict"):
        return PublicationBlocked.exit_code
    return QUARANTINED_EXIT_CODE if result.unread else 0
