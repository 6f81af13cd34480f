"""`dasan classify` and `dasan redact` over a file of texts (CSV, JSONL or Parquet), streamed in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from jobs.cli.hops import run_hops
from jobs.cli.options import CHANNEL, DAY, FILE, json_option, model_option, write_json
from jobs.errors import QUARANTINED_EXIT_CODE, WrongUse

BLOCK_ROWS = 4096
CLASSIFY_COLUMNS = [
    "id",
    "type_code",
    "type_name",
    "domain",
    "covid_group",
    "district_code",
    "department",
    "score",
    "needs_review",
    "alternatives",
]
REDACT_COLUMNS = ["id", "text", "redactions"]


def _file_options(command: Any) -> Any:
    command = click.option("--out", "target", type=click.Path(path_type=Path), help="결과 파일(.csv .jsonl .parquet).")(
        command
    )
    return click.option("--in", "source", type=FILE, help="입력 파일: id,text 열이 있는 CSV·JSONL·Parquet.")(command)


@click.command(
    "classify", help="글 파일을 분류하거나(--in, --out), 4단계로 도착일 범위의 상담을 분류한다(--from, --to)."
)
@_file_options
@model_option
@click.option("--from", "first", type=DAY, help="4단계: 첫 도착일.")
@click.option("--to", "last", type=DAY, help="4단계: 마지막 도착일.")
@click.option("--channel", "channels", type=CHANNEL, multiple=True, help="4단계: 이 채널만.")
@click.option("--engine", "engine_name", type=str, default="local", help="4단계: local 또는 spark.")
@json_option
def classify(
    source: Path | None,
    target: Path | None,
    first: date | None,
    last: date | None,
    json_file: str | None,
    **hop_options: Any,
) -> int:
    if first and last and not source:
        return run_hops(("classify",), first=first, last=last, landing=None, json_file=json_file, **hop_options)
    if not source or not target:
        raise WrongUse("--in 과 --out 을 함께 주거나(글 파일), --from 과 --to 를 함께 주세요(4단계).")
    code = _transform(source, target, _classified, CLASSIFY_COLUMNS, json_file)
    _say_repeated()
    return code


@click.command("redact", help="글 파일의 개인정보를 가린다. redactions는 입력 글에서의 자리이며 값은 남기지 않는다.")
@_file_options
@json_option
def redact(source: Path | None, target: Path | None, json_file: str | None) -> int:
    if not source or not target:
        raise WrongUse("--in 과 --out 을 함께 주세요.")
    return _transform(source, target, _redacted, REDACT_COLUMNS, json_file)


def _classified(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from jobs.classify import classified
    from jobs.settings import Home

    texts = [row["text"] for row in rows]
    home = Home.from_env()
    days, districts = [date.today()] * len(rows), [None] * len(rows)
    found = classified(
        texts, days, districts, home.taxonomy_version, home.taxonomies, home.models, home.model, home.text_memory
    )
    for row, result in zip(rows, found, strict=True):
        result |= {"id": row["id"], "department": result["department_code"], "score": round(result["score"], 4)}
    return found


def _say_repeated() -> None:
    """How many texts came again; they were classified once."""
    from jobs.models import classifier
    from jobs.settings import Home
    from schemas.taxonomy import imported_folder

    home = Home.from_env()
    imported = imported_folder(home.taxonomy_version, home.taxonomies)
    model = classifier(home.taxonomy_version, imported, home.models, home.model)
    if model.repeated:
        click.echo(
            f"되풀이된 글 {model.repeated:,}건({model.repeated / model.asked:.1%})은 한 번만 계산했습니다.", err=True
        )


def _redacted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from nlp.redact import redact as redact_text

    out = []
    for row in rows:
        hidden = redact_text(row["text"])
        spans = "|".join(f"{span.kind}:{span.start}-{span.end}" for span in hidden.spans)
        out.append({"id": row["id"], "text": hidden.text, "redactions": spans})
    return out


Body = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def _transform(source: Path, target: Path, body: Body, columns: list[str], json_file: str | None) -> int:
    """Rows of `source` through `body` into `target`, in order, with progress. Bad rows keep their place, with an empty text."""
    from rich.console import Console
    from rich.progress import Progress

    from jobs.textfiles import read_texts, write_rows

    bad: list[int] = []
    total = 0

    def blocks() -> Iterator[list[dict[str, Any]]]:
        nonlocal total
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("처리", total=None)
            for block in read_texts(source, BLOCK_ROWS, bad):
                yield body(block)
                total += len(block)
                bar.update(task, completed=total, description=f"처리 {total:,}행")

    write_rows(target, columns, blocks())
    click.echo(f"{total:,}행을 {target} 에 썼습니다.", err=json_file == "-")
    if bad:
        shown = ", ".join(map(str, bad[:10]))
        click.echo(
            f"읽지 못한 행 {len(bad):,}개는 빈 글로 두었습니다. 행 번호: {shown}. 열 수와 따옴표를 확인하세요.",
            err=True,
        )
    write_json(json_file, {"rows": total, "bad_rows": bad})
    return QUARANTINED_EXIT_CODE if bad else 0
