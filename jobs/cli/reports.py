"""`dasan report …`: documents from the published marts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from jobs.cli.options import DAY, FILE, Whole, day_range, json_option, write_json

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


@click.group(
    "report", help="공표된 마트에서 문서를 만든다: covid-daily, covid-weekly, voc, issue, channel-stats, whitepaper."
)
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


@report.command("covid-weekly", help="코로나19 주간 동향.")
@click.option("--week", help="YYYY-Www(ISO 8601). 없으면 일요일까지 자료가 있는 마지막 주.")
@_options
def covid_weekly(week: str | None, formats: tuple[str, ...], out: Path | None, json_file: str | None) -> int:
    from jobs.reports.release_trend import publish_covid_weekly
    from jobs.settings import Home

    return _written(publish_covid_weekly(Home.from_env(), week, formats, out), json_file)


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


@report.command("whitepaper", help="코로나19 백서 자료: 월·유형·계열·자치구, 정책 일지, 정점일, 미담.")
@click.option("--year", type=Whole(2000, 2100), required=True, help="YYYY.")
@_options
def whitepaper(year: int, formats: tuple[str, ...], out: Path | None, json_file: str | None) -> int:
    from jobs.reports.release_trend import publish_whitepaper
    from jobs.settings import Home

    return _written(publish_whitepaper(Home.from_env(), year, formats, out), json_file)


@report.command("issue", help="현안 분석: 고른 유형을 기간 안에서.")
@click.option("--types", "codes", default="", help="유형 코드, 쉼표로 잇는다.")
@click.option("--search", "word", default="", help="이름이나 검색어에 이 말이 든 모든 유형.")
@day_range()
@_options
def issue(
    codes: str, word: str, first: date, last: date, formats: tuple[str, ...], out: Path | None, json_file: str | None
) -> int:
    from jobs.errors import WrongUse
    from jobs.reports import issue as issue_report
    from jobs.reports import meanings
    from jobs.reports.release_trend import publish_issue
    from jobs.settings import Home
    from jobs.wording import risen

    if bool(codes.strip()) == bool(word.strip()):
        raise WrongUse("--types 와 --search 가운데 하나만 주세요.")
    if last < first:
        raise WrongUse(f"--to {last} 이(가) --from {first} 보다 앞섭니다. 날짜를 고치세요.")
    home, window = Home.from_env(), (first, last)
    leaves = meanings.leaves(home.taxonomies)
    wanted = [code.strip() for code in codes.split(",") if code.strip()]
    chosen = issue_report.find_types(leaves, wanted, word.strip())
    title = word.strip() or (leaves[chosen[0]].name if len(chosen) == 1 else "-".join(chosen))
    words = risen(home, chosen, window, issue_report.preceding(window)) if home.lake.is_dir() else None
    return _written(publish_issue(home, title, chosen, window, leaves, words, formats, out), json_file)


@report.command("open311", help="열린 자료: 311 형식의 달·유형·자치구 집계와 유형 목록(services), 분류 체계(SKOS).")
@day_range()
@_options
def open311(first: date, last: date, formats: tuple[str, ...], out: Path | None, json_file: str | None) -> int:
    from jobs.errors import WrongUse
    from jobs.reports.release_trend import publish_open311
    from jobs.settings import Home
    from jobs.taxonomies.exporting import export
    from schemas.taxonomy import load_taxonomy

    if last < first:
        raise WrongUse(f"--to {last} 이(가) --from {first} 보다 앞섭니다. 날짜를 고치세요.")
    home = Home.from_env()
    files = publish_open311(home, (first, last), formats, out)
    files.append(files[0].parent / "taxonomy.rdf")
    export(load_taxonomy(home.taxonomy_version, home.taxonomies), "skos", files[-1], home.taxonomies)
    return _written(files, json_file)


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
