"""`dasan evaluate`: how well the classifier does on a labelled set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jobs.cli.options import json_option, write_json
from jobs.errors import QUARANTINED_EXIT_CODE

if TYPE_CHECKING:
    from jobs.evaluate import Report

_ROWS = {
    "n": ("잰 건수", "{:,}"),
    "classes": ("유형 수", "{:,}"),
    "accuracy": ("정확도", "{:.4f}"),
    "macro_f1": ("macro-F1", "{:.4f}"),
    "top5_accuracy": ("상위 5개 안 정확도", "{:.4f}"),
    "precision": ("정밀도", "{:.4f}"),
    "recall": ("재현율", "{:.4f}"),
    "r_at_1": ("R@1", "{:.4f}"),
    "r_at_1_text": ("R@1(같은 글이면 맞음)", "{:.4f}"),
    "r_at_5": ("R@5", "{:.4f}"),
    "mrr": ("MRR", "{:.4f}"),
    "fit_seconds": ("학습(초, 한 번)", "{:,.2f}"),
    "feature_docs_per_second": ("특징 추출(건/초)", "{:,.0f}"),
    "score_docs_per_second": ("점수 계산(건/초)", "{:,.0f}"),
    "peak_mb": ("최대 메모리(MB)", "{:,.0f}"),
}


@click.command("evaluate", help="라벨이 있는 자료로 분류기를 잰다(5겹 교차검증, 씨앗 고정).")
@click.option(
    "--dataset", "spec", required=True, help="종류:경로. seoul120:CSV · curse:TXT · aihub-callcentre:폴더 · csv:CSV."
)
@click.option(
    "--coldstart", is_flag=True, help="라벨 없이: 분류 체계만으로 코로나 여부, 제목 → 내용, 낱말 목록만으로 욕설."
)
@click.option("--taxonomy", "version", default="", help="--coldstart에 쓸 분류 체계의 판(없으면 기본 판).")
@json_option
def evaluate(spec: str, coldstart: bool, version: str, json_file: str | None) -> int:
    from rich.console import Console

    from jobs.evaluate import evaluate as measure

    with Console(stderr=True).status("읽는 중") as status:
        report = measure(spec, coldstart, version, said=lambda task: status.update(f"재는 중: {task}"))
    _show(report, to_stderr=json_file == "-")
    for message in report.rejected[:20]:
        click.echo(f"제외: {message}", err=True)
    if len(report.rejected) > 20:
        click.echo(f"그 밖에 제외 {len(report.rejected) - 20:,}건", err=True)
    write_json(json_file, report.as_dict())
    return QUARANTINED_EXIT_CODE if report.rejected else 0


def _show(report: Report, to_stderr: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", *(str(task["task"]) for task in report.tasks), title=report.dataset)
    for key, (label, form) in _ROWS.items():
        cells = [_cell(task.get(key), form) for task in report.tasks]
        if any(cells):
            table.add_row(label, *cells)
    Console(stderr=to_stderr).print(table)


def _cell(value: Any, form: str) -> str:
    return "" if value is None else form.format(value)
