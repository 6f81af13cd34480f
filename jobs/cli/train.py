"""`dasan train`: a model from agents' codes and reviewed labels."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from jobs.cli.options import DAY, FILE, json_option, write_json
from jobs.errors import WrongUse


@click.command(
    "train",
    help="상담사가 적은 유형 코드(레이크의 --from~--to, 또는 파일 --in)로 분류 모델을 학습한다. 레이크에서 배울 때는 "
    "dasan review import 로 들여온 검토 라벨도 함께 배운다.",
)
@click.option("--from", "first", type=DAY, help="레이크에서: 첫 상담일.")
@click.option("--to", "last", type=DAY, help="레이크에서: 마지막 상담일(포함).")
@click.option("--in", "source", type=FILE, help="CSV: text,type_code[,reviewed]. reviewed가 1이면 검토한 코드.")
@click.option("--reviewed", "reviewed", type=FILE, help="레이크 밖에서 검토한 라벨의 CSV: text,type_code.")
@click.option("--taxonomy", "version", default="", help="분류 체계의 판(없으면 지금 쓰는 판).")
@click.option(
    "--target-precision",
    type=click.FloatRange(0.5, 0.999),
    default=0.9,
    show_default=True,
    help="대분류마다 이 정밀도가 되도록 미분류의 문턱을 정한다.",
)
@json_option
def train(
    first: date | None,
    last: date | None,
    source: Path | None,
    reviewed: Path | None,
    version: str,
    target_precision: float,
    json_file: str | None,
) -> int:
    from rich.console import Console

    from jobs import train as learning
    from jobs.settings import Home
    from schemas.taxonomy import load_taxonomy

    if bool(source) == bool(first or last) or bool(first) != bool(last):
        raise WrongUse("--in 파일을 주거나 --from 과 --to 를 함께 주세요. 파일과 레이크를 한꺼번에 배우지는 않습니다.")
    home = Home.from_env()
    version = version or home.taxonomy_version
    taxonomy = load_taxonomy(version, home.taxonomies)
    with Console(stderr=True).status("읽는 중") as status:
        labelled = learning.from_csv(source, False, taxonomy) if source else learning.Labelled()
        if first and last:
            labelled = learning.from_lake(home, first, last, taxonomy)
        if reviewed:
            learning.from_csv(reviewed, True, taxonomy, labelled)
        found = learning.train(home, labelled, version, target_precision, said=status.update)
    to_stderr = json_file == "-"
    figures = found.card["metrics"]
    click.echo(f"모델: {found.folder}", err=to_stderr)
    click.echo(
        f"글 {len(labelled.texts):,}건(검토 {sum(labelled.reviewed):,}건), 유형 {found.card['classes_learnt']:,}가지. "
        f"떼어 둔 {figures['held_out']:,}건에서 정확도 {figures['accuracy']:.3f}, 유형을 준 비율 {figures['accepted']:.3f}",
        err=to_stderr,
    )
    if not figures["accepted"]:
        click.echo(
            f"정밀도 {target_precision:g}에 닿는 대분류가 없어 이 모델은 모든 글을 미분류로 둡니다. "
            "검토한 라벨을 더하거나(dasan review sample) --target-precision 을 낮춰 다시 학습하세요.",
            err=True,
        )
    for reason, count in labelled.dropped.items():
        click.echo(f"뺀 행 {count:,}개: {reason}", err=True)
    click.echo(
        f"쓰려면: dasan classify --model {found.folder.name} … 또는 DASAN_MODEL={found.folder.name}", err=to_stderr
    )
    write_json(json_file, {"folder": str(found.folder), "card": found.card})
    return 0
