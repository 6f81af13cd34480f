"""The command line: `dasan`. Messages are Korean; exit codes are those of `jobs.errors`.

Belongs here: options, progress and the wording of results. Work is in the hops; each command imports what it needs
when it runs, so that `dasan --help` answers at once.
"""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import click

from jobs.errors import DasanError

COMMANDS = {
    "run": ("jobs.cli.hops", "run"),
    "ingest": ("jobs.cli.hops", "ingest"),
    "validate": ("jobs.cli.hops", "validate"),
    "deidentify": ("jobs.cli.hops", "deidentify"),
    "classify": ("jobs.cli.texts", "classify"),
    "train": ("jobs.cli.train", "train"),
    "publish": ("jobs.cli.hops", "publish"),
    "check": ("jobs.cli.hops", "check"),
    "status": ("jobs.cli.status", "status"),
    "redact": ("jobs.cli.texts", "redact"),
    "report": ("jobs.cli.reports", "report"),
    "figures": ("jobs.cli.figures", "figures"),
    "import": ("jobs.cli.imports", "import_"),
    "evaluate": ("jobs.cli.evaluate", "evaluate"),
    "taxonomy": ("jobs.cli.taxonomy", "taxonomy"),
    "review": ("jobs.cli.review", "review"),
    "model": ("jobs.cli.model", "model"),
    "reconcile": ("jobs.cli.reconcile", "reconcile"),
    "statistics": ("jobs.cli.statistics", "statistics"),
    "surge": ("jobs.cli.series", "surge"),
    "forecast": ("jobs.cli.series", "forecast"),
    "simulate": ("jobs.cli.simulate", "simulate"),
}


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        import importlib

        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.command(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="종료 코드: 0 끝남 · 1 내부 오류 · 2 잘못된 사용 · 3 끝났으나 격리된 레코드가 있음 · 4 수치가 맞지 않아 공표를 막음",
)
@click.option("--debug", is_flag=True, help="내부 오류의 자세한 자취를 보인다(개인정보가 섞일 수 있음).")
@click.version_option(package_name="dasan", message="%(prog)s %(version)s")
def cli(debug: bool) -> None:
    """120다산콜재단 상담 분석: 아홉 채널의 파일에서 코로나19 일일 브리핑과 월간 시민의 소리(VOC)까지.

    자료는 환경변수 DASAN_HOME(없으면 ./data) 아래에 둡니다.
    """


def main() -> None:
    """Console entry point."""
    try:
        code = cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.Abort:
        code = _say("중단했습니다. 같은 명령을 다시 실행하면 이어서 마칩니다.", 130)
    except KeyboardInterrupt:
        code = _say("중단했습니다. 같은 명령을 다시 실행하면 이어서 마칩니다.", 130)
    except click.exceptions.NoArgsIsHelpError as error:
        code = _say(error.format_message(), 2)
    except click.ClickException as error:
        code = _say(f"잘못된 사용: {_korean(error)}\n도움말: dasan --help", 2)
    except DasanError as error:
        code = _say(str(error), error.exit_code)
    except BrokenPipeError:
        code = 1
    except Exception as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        code = _say(f"내부 오류({type(error).__name__}, {where}). dasan --debug … 로 자취를 볼 수 있습니다.", 1)
    sys.exit(code if isinstance(code, int) else 0)


def _say(message: str, code: int) -> int:
    click.echo(message, err=True)
    return code


def _korean(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"없는 옵션입니다: {error.option_name}"
    if isinstance(error, click.MissingParameter):
        names = "/".join(error.param.opts) if error.param else ""
        return f"꼭 필요한 값이 없습니다: {names}"
    if isinstance(error, click.BadParameter) and error.param:
        return f"{'/'.join(error.param.opts)}: {error.message}"
    if isinstance(error, click.BadOptionUsage):
        return f"옵션 {error.option_name}에 값이 없거나 맞지 않습니다."
    if isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        group = error.ctx.command if error.ctx else None
        known = group.list_commands(error.ctx) if isinstance(group, click.Group) and error.ctx else list(COMMANDS)
        return f"없는 명령입니다. 쓸 수 있는 명령: {', '.join(known)}"
    if isinstance(error, click.UsageError) and "extra argument" in error.message:
        return f"남는 인자가 있습니다: {error.message.rpartition('(')[2].rstrip(')')}"
    return error.format_message()
