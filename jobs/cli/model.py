"""`dasan model …`: how the classifier fares."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

import click

from jobs.cli.options import DAY, day_range, json_option, table_console, write_json
from jobs.errors import WrongUse

_BASELINE_DAYS = 28  # before the first day, unless another baseline is named


@click.group("model", help="분류 모델: 표류.")
def model() -> None:
    pass


@model.command("drift", help="대분류마다 미분류 비율, 점수, 낱말이 기준 기간과 얼마나 달라졌는가.")
@day_range()
@click.option("--baseline-from", type=DAY, help="기준 기간의 첫날(없으면 --from 앞의 28일).")
@click.option("--baseline-to", type=DAY, help="기준 기간의 마지막 날(없으면 --from 전날).")
@json_option
def drift(first: date, last: date, baseline_from: date | None, baseline_to: date | None, json_file: str | None) -> int:
    from rich.console import Console
    from rich.table import Table

    from jobs import drift as drifting
    from jobs.settings import Home

    start, end = baseline_from or first - timedelta(_BASELINE_DAYS), baseline_to or first - timedelta(1)
    if first > last or start > end:
        raise WrongUse(
            "기간이 거꾸로입니다: --from 은 --to 보다, --baseline-from 은 --baseline-to 보다 앞이어야 합니다."
        )
    with Console(stderr=True).status("점수") as status:
        found = drifting.drift(Home.from_env(), (start, end), (first, last), status.update)
    write_json(json_file, [asdict(one) for one in found])
    if json_file == "-":
        return 0
    table = Table(
        "대분류", "상담(건)", "미분류", "차이(95 % 구간)", "점수 PSI", "새 낱말", "평소", "처음 나온 말", "달라진 것"
    )
    for one in found:
        lower, change, upper = (f"{100 * value:+.1f}" for value in one.abstention_change)
        table.add_row(
            one.branch,
            f"{one.baseline_count:,} → {one.count:,}",
            f"{one.baseline_abstention_rate:.1%} → {one.abstention_rate:.1%}",
            f"{change}%p ({lower}~{upper})",
            f"{one.score_stability_index:.2f}",
            f"{one.novelty_rate:.1%}",
            f"{one.usual_novelty_rate:.1%}",
            ", ".join(one.new_words),
            ", ".join(one.moved) or "-",
        )
    console = table_console(160)
    console.print(f"기준 {start}~{end}, 지금 {first}~{last}")
    console.print(table)
    return 0
