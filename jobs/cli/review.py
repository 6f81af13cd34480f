"""`dasan review …`: a sample to be judged by people, their judgements, how far they agree, and what follows for the counts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from jobs.cli.options import FILE, day_range, json_option, table_console, write_json
from jobs.errors import QUARANTINED_EXIT_CODE, WrongUse

_SAMPLE = click.option("--sample", "name", required=True, help="표본의 이름(dasan review sample 이 알려 준 것).")


@click.group("review", help="검토: 표본 뽑기, 검토 들여오기, 일치도, 보정한 건수.")
def review() -> None:
    pass


@review.command(
    "sample",
    help="분류된 상담에서 검토할 표본을 뽑아 CSV로 쓴다. 대분류와 확신으로 층을 나누고 의심스러운 것을 더 뽑는다.",
)
@day_range()
@click.option("--size", type=click.IntRange(min=10), default=400, show_default=True, help="표본의 크기(건).")
@click.option("--seed", type=int, default=120, show_default=True, help="같은 씨앗이면 같은 표본.")
@click.option("--blind", is_flag=True, help="분류기의 제안을 보이지 않는다(검토자가 끌려가지 않게).")
@click.option("--out", "target", type=click.Path(path_type=Path), required=True, help="쓸 CSV 파일.")
@json_option
def sample(first: date, last: date, size: int, seed: int, blind: bool, target: Path, json_file: str | None) -> int:
    from jobs.engine import make_engine
    from jobs.review import draw, write_sheet
    from jobs.settings import Home

    if first > last:
        raise WrongUse(f"기간이 거꾸로입니다: --from {first} 이 --to {last} 보다 뒤입니다.")
    home, engine = Home.from_env(), make_engine("local")
    try:
        name = draw(home, engine, first, last, size, seed)
        count = write_sheet(home, name, target, blind)
    finally:
        engine.close()
    click.echo(
        f"표본 {name}: {count:,}건을 {target} 에 썼습니다. reviewer 와 type_code 칸을 채워 dasan review import 로 들여오세요.",
        err=json_file == "-",
    )
    write_json(json_file, {"sample_id": name, "rows": count})
    return 0


@review.command("import", help="채운 표본(CSV, XLSX)을 들여온다. 같은 사람이 다시 낸 판단은 앞의 것을 바꾼다.")
@click.argument("file", type=FILE)
@json_option
def import_(file: Path, json_file: str | None) -> int:
    from jobs.engine import make_engine
    from jobs.review import import_reviews
    from jobs.settings import Home

    engine = make_engine("local")
    try:
        found = import_reviews(Home.from_env(), engine, file)
    finally:
        engine.close()
    click.echo(
        f"판단 {found.taken:,}건을 들여왔습니다(표본 {', '.join(sorted(found.samples)) or '없음'}). "
        f"아직 빈칸 {found.empty:,}건, 들여오지 못한 줄 {len(found.rejected):,}개.",
        err=json_file == "-",
    )
    for message in found.rejected[:20]:
        click.echo(f"제외: {message}", err=True)
    if len(found.rejected) > 20:
        click.echo(f"그 밖에 제외 {len(found.rejected) - 20:,}줄", err=True)
    write_json(json_file, asdict(found) | {"samples": sorted(found.samples)})
    return QUARANTINED_EXIT_CODE if found.rejected else 0


@review.command("agreement", help="둘 이상이 본 상담에서 검토자들이 얼마나 일치하는가(크리펜도르프 알파).")
@_SAMPLE
@json_option
def agreement(name: str, json_file: str | None) -> int:
    from rich.table import Table

    from jobs.review import LEVELS, agreements
    from jobs.settings import Home

    found = agreements(Home.from_env(), name)
    write_json(json_file, {level: asdict(one) for level, one in found.items()})
    if json_file == "-":
        return 0
    table = Table("수준", "함께 본 상담(건)", "판단 쌍", "같은 쌍", "알파")
    for level, one in found.items():
        equal = "-" if one.observed_rate is None else f"{one.observed_rate:.1%}"
        alpha = "-" if one.alpha is None else f"{one.alpha:.3f}"
        table.add_row(LEVELS[level], f"{one.units:,}", f"{one.pairs:,}", equal, alpha)
    table_console(120).print(table)
    return 0


@review.command("estimate", help="검토로 보정한 건수와 95 % 구간. 표본에 적은 유형은 중분류·대분류로 묶는다.")
@_SAMPLE
@click.option("--level", type=click.Choice(["type", "middle", "domain", "covid"]), default="domain", show_default=True)
@json_option
def estimate(name: str, level: str, json_file: str | None) -> int:
    from rich.table import Table

    from jobs.correction import correct
    from jobs.settings import Home
    from schemas.codes import COVID_GROUPS
    from schemas.taxonomy import load_taxonomy

    home = Home.from_env()
    found = correct(home, name, level)
    write_json(json_file, asdict(found))
    if json_file == "-":
        return 0
    taxonomy = load_taxonomy(home.taxonomy_version, home.taxonomies)
    table = Table("대상", "분류기(건)", "보정(건)", "95 % 구간(건)", "검토(건)")
    for count in found.counts:
        title = taxonomy.leaf(count.target).name if count.target in taxonomy else count.target
        title = COVID_GROUPS.get(title, title)
        interval = f"{count.lower:,.0f}–{count.upper:,.0f}"
        table.add_row(
            title, f"{count.predicted_count:,}", f"{count.estimate:,.0f}", interval, f"{count.reviewed_count:,}"
        )
    console = table_console(120)
    console.print(
        f"{found.first}~{found.last} 상담 {found.contacts:,}건, 검토 {found.reviewed:,}건(의견이 갈려 뺀 {found.undecided:,}건)"
    )
    console.print(table)
    return 0
