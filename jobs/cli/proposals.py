"""`dasan proposals …`: the ledger of improvement proposals that the monthly VOC sent."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from jobs.cli.options import DAY, json_option, table_console, write_json
from jobs.proposals import STATUSES


@click.group("proposals", help="월간 시민의 소리가 보낸 개선 제안의 대장: list, set.")
def proposals() -> None:
    pass


@proposals.command("list", help="제안과 그 상태를 보인다.")
@click.option("--month", help="YYYY-MM: 그 달 판의 제안만.")
@click.option("--recipient", help="city, 자치구 코드, 부서 코드: 그곳에 보낸 제안만.")
@click.option("--status", type=click.Choice(list(STATUSES)), help="이 상태인 제안만.")
@json_option
def list_(month: str | None, recipient: str | None, status: str | None, json_file: str | None) -> int:
    from rich.table import Table

    from jobs.proposals import read
    from jobs.settings import Home

    asked = {"month": month, "recipient": recipient, "status": status}
    found = [
        each
        for each in read(Home.from_env())
        if all(want in (None, getattr(each, name)) for name, want in asked.items())
    ]
    if json_file is None:
        shown = Table("번호", "제안", "상태", "날짜", "적은 것")
        for each in found:
            shown.add_row(each.proposal_id, each.title, STATUSES[each.status], each.status_date, each.note)
        table_console(160).print(
            shown if found else "대장에 제안이 없습니다. dasan report voc 가 만든 제안이 여기에 적힙니다."
        )
    write_json(json_file, [asdict(each) for each in found])
    return 0


@proposals.command("set", help="제안이 어떻게 되었는지 적는다.")
@click.argument("proposal_id", metavar="번호")
@click.argument("status", metavar="상태", type=click.Choice(list(STATUSES)))
@click.option("--date", "day", type=DAY, help="그렇게 된 날(없으면 오늘). 효과는 이날 앞뒤를 견준다.")
@click.option("--note", default="", help="덧붙일 말.")
@json_option
def set_(proposal_id: str, status: str, day: date | None, note: str, json_file: str | None) -> int:
    from jobs.proposals import set_status
    from jobs.settings import Home

    changed = set_status(Home.from_env(), proposal_id, status, day or date.today(), note)
    click.echo(f"{changed.title}: {STATUSES[status]}({changed.status_date})", err=json_file == "-")
    write_json(json_file, asdict(changed))
    return 0
