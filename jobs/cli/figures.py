"""`dasan figures …`: a published figure with all that it rests on, made again from its vintage; and its revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from jobs.cli import figure_words as words
from jobs.cli.options import json_option, table_console, write_json
from jobs.errors import DasanError, WrongUse

if TYPE_CHECKING:
    from jobs.reports.history import Edition, Row
    from jobs.settings import Home

_recipient = click.option("--recipient", default="", help="받는 곳(city, 자치구 코드, 부서 코드). voc는 꼭 적는다.")
_as_of = click.option(
    "--as-of", "moment", help="그때의 판: 날짜(2021-12-20), 시각, 실행 이름, 또는 classification 표의 판 번호."
)


def _named(command: Any) -> Any:
    """The document, its period and its recipient."""
    command = click.argument("period", metavar="기간")(_recipient(command))
    return click.argument("report", metavar="문서")(command)


@click.group("figures", help="문서에 실린 수치: 목록, 근거, 다시 계산, 달라진 내력.")
def figures() -> None:
    pass


@figures.command("list", help="한 문서에 실린 수치와 번호. 문서: covid-daily, voc, channel-stats …")
@_named
@_as_of
@click.option("--all", "show_all", is_flag=True, help="문서에는 싣지 않은 수치도 보인다.")
@json_option
def list_figures(
    report: str, period: str, recipient: str, moment: str | None, show_all: bool, json_file: str | None
) -> int:
    from rich.markup import escape
    from rich.table import Table

    from jobs.settings import Home

    editions, edition = _chosen(Home.from_env(), (report, period, recipient), moment)
    rows = [words.row_shown(row) for row in edition.rows().values() if show_all or row["shown"] == "1"]
    write_json(json_file, rows)
    if json_file == "-":
        return 0
    table = Table("번호", "값", "단위", title=f"{report} {period} {recipient} · {edition.name}")
    table.add_column("이름", overflow="fold")
    for number, row in enumerate(rows, start=1):
        table.add_row(f"{number}", escape(row["value"]), row["unit"], escape(row["figure_id"]))
    console = table_console(140)
    console.print(table)
    console.print("나온 판: " + ", ".join(f"{e.name}({e.shown_at})" for e in editions))
    return 0


@figures.command("show", help="한 수치의 근거를 보이고, 그 판의 자료로 다시 계산해 견준다. 다르면 종료 코드 1.")
@click.argument("report", metavar="문서")
@click.argument("figure", metavar="수치")
@click.option("--period", help="기간(없으면 이 수치가 실린 가장 늦은 기간).")
@_recipient
@_as_of
@json_option
def show(
    report: str, figure: str, period: str | None, recipient: str, moment: str | None, json_file: str | None
) -> int:
    """`figure`: its id, the beginning of one, or its number in `dasan figures list`."""
    from jobs.reports.history import revisions
    from jobs.settings import Home

    home = Home.from_env()
    editions, edition, row = _found(home, (report, recipient), period, figure, moment)
    since = [
        r
        for r in revisions(editions, row["figure_id"])
        if moment is None or r.after.published_at > edition.published_at
    ]
    told, is_same, sql = words.again(home, edition, row)
    result: dict[str, Any] = {
        **words.row_shown(row),
        "edition": edition.name,
        "published_at": edition.published_at.isoformat(),
        "build": dict(edition.facts.build),
        "names": words.names(home, edition, row["figure_id"]),
        "sources": dict(edition.sources),
        "queries": sql,
        "steps": words.made_by(edition, row["figure_id"]),
        "recomputed": told,
        "equal": is_same,
        "revisions": [words.revision(revision) for revision in since],
    }
    write_json(json_file, result)
    if json_file != "-":
        words.show_on_screen(result)
    return 0 if is_same else DasanError.exit_code


@figures.command(
    "verify",
    help="한 판에 실린 모든 수치를 그 판의 자료로 다시 계산해 견준다. 다르거나 계산할 수 없는 것이 있으면 종료 코드 1.",
)
@_named
@_as_of
@json_option
def verify(report: str, period: str, recipient: str, moment: str | None, json_file: str | None) -> int:
    from jobs.settings import Home
    from jobs.vintages import all_recomputed, is_equal

    home = Home.from_env()
    _, edition = _chosen(home, (report, period, recipient), moment)
    rows = {name: row for name, row in edition.rows().items() if row["shown"] == "1"}
    found = all_recomputed(home, edition, rows)
    other = [name for name, figure in found.items() if figure is not None and not is_equal(figure, rows[name])]
    unknown = [name for name, figure in found.items() if figure is None]
    counts = {"edition": edition.name, "equal": len(rows) - len(other) - len(unknown)}
    write_json(json_file, {**counts, "different": other, "not_recomputed": unknown})
    if json_file != "-":
        for title, names in (("다름", other), ("다시 계산할 수 없음", unknown)):
            for name in names:
                click.echo(f"{title}: {name}")
        click.echo(f"{edition.name}: 같음 {counts['equal']:,}, 다름 {len(other):,}, 계산할 수 없음 {len(unknown):,}")
    return DasanError.exit_code if other or unknown else 0


@figures.command("changes", help="앞서 낸 판들에 실린 수치 가운데 이 판에서 달라진 것 모두와 까닭.")
@_named
@_as_of
@json_option
def changes(report: str, period: str, recipient: str, moment: str | None, json_file: str | None) -> int:
    from jobs.reports import revised
    from jobs.settings import Home

    home, named = Home.from_env(), (report, period, recipient)
    _, edition = _chosen(home, named, moment)
    shown = {
        name: (row["value"], row["unit"])
        for name, row in edition.rows().items()
        if (row["shown"], row["masked"]) == ("1", "0") and revised.is_bound(name, edition.estimates)
    }
    found = [
        {
            "period": change.before.period,
            "edition": change.before.name,
            "published_at": change.before.shown_at,
            "figure_id": change.figure_id,
            "old": change.old,
            "new": change.new,
            "unit": change.unit,
            "cause": change.why,
        }
        for change in revised.changes(home, named, shown, edition.facts, edition)
    ]
    write_json(json_file, found)
    if json_file != "-":
        for one in found:
            click.echo(
                f"{one['period']} 판({one['published_at']}) {one['figure_id']}: {one['old']} → {one['new']}{one['unit']} "
                f"({one['cause']})"
            )
        click.echo(f"{edition.name}: 앞서 낸 판의 수치와 다른 것 {len(found):,}개")
    return 0


@figures.command("correct", help="이미 낸 판의 수치가 틀린 까닭을 적는다. 그래야 다른 수치로 다시 낼 수 있다.")
@_named
@click.option("--reason", required=True, help="무엇이 왜 틀렸는가. 다시 낸 문서의 머리에 그대로 실린다.")
def correct(report: str, period: str, recipient: str, reason: str) -> int:
    from jobs.reports import history
    from jobs.settings import Home

    if not reason.strip():
        raise WrongUse("--reason 이 비어 있습니다. 무엇이 왜 틀렸는지 적어 주세요.")
    _, edition = _chosen(Home.from_env(), (report, period, recipient), None)
    history.correct(edition, reason.strip())
    click.echo(f"{edition.name}({edition.shown_at})의 수치가 달라지면 이 까닭을 싣습니다: {reason.strip()}")
    return 0


def _chosen(home: Home, parts: tuple[str, str, str], moment: str | None) -> tuple[list[Edition], Edition]:
    from jobs.reports import history

    editions = history.editions(home, *parts)
    if not editions:
        report, period, recipient = parts
        held = ", ".join(history.periods(home, report, recipient)) or "없음"
        raise WrongUse(f"{report} {period} {recipient} 의 나온 판이 없습니다. 판이 있는 기간: {held}.")
    return editions, editions[-1] if moment is None else history.as_of(editions, moment)


def _found(
    home: Home, named: tuple[str, str], period: str | None, figure: str, moment: str | None
) -> tuple[list[Edition], Edition, Row]:
    """The edition and row of a figure; the last period that has it where none is given. Raises `WrongUse`."""
    from jobs.reports import history

    report, recipient = named
    periods = [period] if period else history.periods(home, report, recipient)[::-1]
    for each in periods:
        try:
            editions, edition = _chosen(home, (report, each, recipient), moment)
        except WrongUse:
            if period:
                raise
            continue  # none of this period was out yet
        rows = edition.rows()
        shown = [name for name, row in rows.items() if row["shown"] == "1"]
        if figure in rows:
            return editions, edition, rows[figure]
        if figure.isdigit() and 0 < int(figure) <= len(shown):
            return editions, edition, rows[shown[int(figure) - 1]]
        near = [name for name in rows if name.startswith(figure)]
        if len(near) == 1:
            return editions, edition, rows[near[0]]
        if near:
            some = "\n".join(near[:5])
            raise WrongUse(f"'{figure}'(으)로 시작하는 수치가 {len(near):,}개입니다. 더 길게 적으세요:\n{some}")
    asked = " ".join(part for part in (report, period, recipient) if part)
    if not periods:
        raise WrongUse(f"{asked} 의 나온 판이 없습니다. 받는 곳마다 나오는 문서(voc)는 --recipient 도 적으세요.")
    raise WrongUse(f"{asked} 에 수치 '{figure}'이(가) 없습니다. dasan figures list 로 이름을 볼 수 있습니다.")
