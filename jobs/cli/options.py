"""Options and printing that commands share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.errors import WrongUse
from jobs.files import atomic_path
from schemas.codes import CHANNELS

if TYPE_CHECKING:
    from rich.console import Console

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"'{value}'은(는) 날짜가 아닙니다. 2021-12-14처럼 적어 주세요.", param, ctx)


class _Channel(click.ParamType[str]):
    name = "채널"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in CHANNELS:
            self.fail(f"'{value}' 채널을 모릅니다. 쓸 수 있는 채널: {', '.join(CHANNELS)}", param, ctx)
        return str(value)


class _File(click.ParamType[Path]):
    """An existing file that can be read."""

    name = "파일"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if not path.is_file():
            self.fail(f"파일이 없습니다: {path}", param, ctx)
        return path


class _Scale(click.ParamType[float]):
    name = "비율"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            scale = float(value)
        except ValueError:
            scale = 0.0
        if not 0 < scale <= MAX_SCALE:
            self.fail(f"'{value}'은(는) 0보다 크고 {MAX_SCALE} 이하인 수가 아닙니다.", param, ctx)
        return scale


class Whole(click.ParamType[int]):
    """A whole number from `least` to `most`."""

    name = "정수"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            number = self.least - 1
        if not self.least <= number <= self.most:
            self.fail(f"'{value}'은(는) {self.least}부터 {self.most}까지의 정수가 아닙니다.", param, ctx)
        return number


MAX_SCALE = 10
SCALE = _Scale()
DAY = _Day()
CHANNEL = _Channel()
FILE = _File()


def day_range(required: bool = True) -> Decorator:
    """`--from` and `--to`, inclusive."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        command = click.option("--to", "last", type=DAY, required=required, help="마지막 날(포함).")(command)
        return click.option("--from", "first", type=DAY, required=required, help="첫날(포함).")(command)

    return decorate


def environment_option(flag: str, variable: str, help_text: str) -> Decorator:
    """An option that is the same as an environment variable, for one command and the processes that it starts."""

    def use(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
        if value:
            before = os.environ.get(variable)
            os.environ[variable] = value
            ctx.call_on_close(
                lambda: os.environ.pop(variable) if before is None else os.environ.update({variable: before})
            )

    return click.option(flag, expose_value=False, callback=use, help=help_text)


model_option = environment_option(
    "--model",
    "DASAN_MODEL",
    "학습한 모델의 이름(DASAN_HOME/models 아래) 또는 폴더. 없으면 DASAN_MODEL, 그것도 없으면 분류 체계만으로.",
)


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--engine` and `--master`; `jobs.engine.choice` reads them."""
    without = "없으면 DASAN_HOME/pipeline.toml"
    command = environment_option("--master", "DASAN_SPARK_MASTER", f"Spark 마스터({without}, local[*]).")(command)
    named = f"local(JVM 없음), spark, auto(크기에 따라). {without}, local."
    return environment_option("--engine", "DASAN_ENGINE", named)(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option("--json", "json_file", type=str, help="결과를 JSON으로 쓸 파일(- 는 표준 출력).")(command)


def write_json(target: str | None, result: Any) -> None:
    """Write a result for programs, if one was asked for."""
    if target is None:
        return
    text = json.dumps(result, ensure_ascii=False, indent=1, default=str)
    if target == "-":
        sys.stdout.write(text + "\n")
        return
    path = Path(target)
    if path.is_dir() or not path.parent.is_dir():
        raise WrongUse(f"결과를 {path} 에 쓸 수 없습니다. 있는 폴더 안의 파일 이름을 주세요. 작업 자체는 끝났습니다.")
    with atomic_path(path) as draft:
        draft.write_text(text + "\n", encoding="utf-8")


def table_console(width: int) -> Console:
    """Standard output for a table: as wide as the terminal, and `width` columns where it is none."""
    from rich.console import Console

    return Console(width=None if Console().is_terminal else width)
