"""`dasan import …`: files made ready for the landing folder, or reference data taken in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jobs.cli.options import DAY, FILE, day_range, json_option, write_json
from jobs.errors import QUARANTINED_EXIT_CODE

if TYPE_CHECKING:
    from jobs.imports import ImportResult

_LANDING = click.option("--landing", type=click.Path(path_type=Path), help="도착 폴더(없으면 DASAN_HOME/landing).")


@click.group("import", help="밖의 자료를 들여온다: petitions, faq, aihub-callcentre, population.")
def import_() -> None:
    pass


@import_.command("petitions", help="국민청원 제목 CSV를 홈페이지 채널의 도착 파일로(시작일 = 만료일 − 30일).")
@click.argument("file", type=FILE)
@_LANDING
@day_range(required=False)
@json_option
def petitions(file: Path, landing: Path | None, first: date | None, last: date | None, json_file: str | None) -> int:
    from jobs.imports.petitions import import_petitions
    from jobs.settings import Home

    return _report(import_petitions(file, landing or Home.from_env().landing, first, last), json_file)


@import_.command("faq", help="120 질문·답변 CSV를 홈페이지 채널의 하루치 도착 파일로.")
@click.argument("file", type=FILE)
@click.option("--date", "day", type=DAY, required=True, help="도착일로 삼을 날.")
@_LANDING
@json_option
def faq(file: Path, day: date, landing: Path | None, json_file: str | None) -> int:
    from jobs.imports.faq import import_faq
    from jobs.settings import Home

    return _report(import_faq(file, landing or Home.from_env().landing, day), json_file)


@import_.command(
    "aihub-callcentre", help="AI Hub 민원(콜센터) 질의-응답(JSON 폴더)을 전화 채널의 하루치 통화와 전사로."
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--date", "day", type=DAY, required=True, help="도착일로 삼을 날.")
@_LANDING
@json_option
def aihub_callcentre(folder: Path, day: date, landing: Path | None, json_file: str | None) -> int:
    from jobs.imports.aihub import import_aihub
    from jobs.settings import Home

    return _report(import_aihub(folder, landing or Home.from_env().landing, day), json_file)


@import_.command("population", help="행정안전부 주민등록 인구 CSV(cp949). 다음 공표부터 주민당 수치에 쓴다.")
@click.argument("file", type=FILE)
@json_option
def population(file: Path, json_file: str | None) -> int:
    from jobs.imports.population import import_population
    from jobs.settings import Home

    return _report(import_population(file, Home.from_env().population), json_file)


def _report(result: ImportResult, json_file: str | None) -> int:
    to_stderr = json_file == "-"
    click.echo(
        f"{result.records:,}건을 파일 {result.files:,}개로 들여왔습니다({result.first}~{result.last}).", err=to_stderr
    )
    for message in result.warnings:
        click.echo(f"주의: {message}", err=True)
    for message in result.rejected[:20]:
        click.echo(f"제외: {message}", err=True)
    if len(result.rejected) > 20:
        click.echo(f"그 밖에 제외 {len(result.rejected) - 20:,}건", err=True)
    facts = {"records": result.records, "files": result.files, "first": result.first, "last": result.last}
    write_json(json_file, facts | {"warnings": result.warnings, "rejected": result.rejected})
    return QUARANTINED_EXIT_CODE if result.rejected else 0
