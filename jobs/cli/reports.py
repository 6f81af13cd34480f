"""`dasan report …`: documents from the published marts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from jobs.cli.options import DAY, FILE, Whole, json_option, write_json

FORMATS = ("html", "pdf", "hwpx", "xlsx", "csv", "eml")
DEFAULT_FORMATS = FORMATS[:-1]
_SEND = "dasan.send"  # in the context: the mail server, where the edition is to be sent


_FORMATS_HELP = f"쉼표로 잇는다: {', '.join(FORMATS)}."


class _Formats(click.ParamType[tuple[str, ...]]):
    name = "서식"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        given = value if isinstance(value, tuple) else str(value).split(",")
        chosen = tuple(part.strip() for part in given if part.strip())
        unknown = [name for name in chosen if name not in FORMATS]
        if unknown or not chosen:
            self.fail(
                f"서식 '{', '.join(unknown) or value}'을(를) 모릅니다. 쓸 수 있는 서식: {', '.join(FORMATS)}",
                param,
                ctx,
            )
        is_sent = ctx is not None and _SEND in ctx.meta
        return (*chosen, "eml") if is_sent and "eml" not in chosen else chosen


def _to_be_sent(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    """Ask for the settings of `--send` before anything is made."""
    if value:
        from jobs.reports.mail import Server

        ctx.meta[_SEND] = Server.from_env()


def _options(command: Any) -> Any:
    command = json_option(command)
    command = click.option(
        "--send",
        is_flag=True,
        is_eager=True,  # before the formats: an e-mail is made in any case
        expose_value=False,
        callback=_to_be_sent,
        help="전자우편으로 보낸다(DASAN_SMTP_* 와 DASAN_HOME/recipients.csv).",
    )(command)
    command = click.option(
        "--out", type=click.Path(path_type=Path), help="보고서를 쓸 폴더(없으면 DASAN_HOME/reports)."
    )(command)
    return click.option(
        "--format", "formats", type=_Formats(), default=",".join(DEFAULT_FORMATS), show_default=True, help=_FORMATS_HELP
    )(command)


@click.group("report", help="공표된 마트에서 문서를 만든다: covid-daily, voc, channel-stats.")
def report() -> None:
    pass


@report.command("covid-daily", help="코로나19 일일 브리핑.")
@click.option("--date", "day", type=DAY, help="상담일(없으면 자료가 있는 마지막 날).")
@click.option("--cases", type=FILE, help="확진자 CSV: date와 new_cases 또는 누적 confirmed[, region].")
@_options
def covid_daily(
    day: date | None, cases: Path | None, formats: tuple[str, ...], out: Path | None, json_file: str | None
) -> int:
    from jobs.reports.release import publish_covid_daily
    from jobs.settings import Home

    return _written(publish_covid_daily(Home.from_env(), day, formats, out, cases), json_file)


@report.command("voc", help="월간 시민의 소리(VOC).")
@click.option("--month", required=True, help="YYYY-MM.")
@click.option("--recipient", default="city", show_default=True, help="all, city, 자치구 코드, 부서 코드.")
@_options
def voc(month: str, recipient: str, formats: tuple[str, ...], out: Path | None, json_file: str | None) -> int:
    from rich.console import Console
    from rich.progress import Progress

    from jobs.reports.release import publish_voc
    from jobs.settings import Home

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("시민의 소리", total=None)
        files = publish_voc(
            Home.from_env(),
            month,
            recipient,
            formats,
            out,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    return _written(files, json_file)


@report.command("channel-stats", help="연간 상담 통계: 채널별 상담건수, 하루 평균, 전화, 코로나19 표.")
@click.option("--year", type=Whole(2000, 2100), required=True, help="YYYY.")
@_options
def channel_stats(year: int, formats: tuple[str, ...], out: Path | None, json_file: str | None) -> int:
    from jobs.reports.release import publish_channel_stats
    from jobs.settings import Home

    return _written(publish_channel_stats(Home.from_env(), year, formats, out), json_file)


def _written(files: list[Path], json_file: str | None) -> int:
    for folder in sorted({file.parent for file in files}):
        names = ", ".join(file.name for file in files if file.parent == folder)
        click.echo(f"{folder}: {names}", err=json_file == "-")
    _send(files, json_file)
    write_json(json_file, [str(file) for file in files])
    return 0


def _send(files: list[Path], json_file: str | None) -> None:
    server = click.get_current_context().meta.get(_SEND)
    if server is None:
        return
    from jobs.reports.mail import send
    from jobs.settings import Home

    for line in send(Home.from_env(), files, server):
        click.echo(line, err=json_file == "-")
