"""A figure and all that it rests on, for the screen and for programs: names, sources, steps, SQL, revisions.

Belongs here: putting what an edition keeps into words. Does not: the commands (`figures`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from jobs.reports.history import Edition, Revision, Row
    from jobs.settings import Home

_MASKED = "가림(작은 수)"
_FIELDS = {
    "figure_id": "이름",
    "metric": "지표",
    "value": "값",
    "numerator": "분자",
    "denominator": "분모",
    "window": "기간",
    "counting_basis": "세는 기준",
    "unit": "단위",
    "rounding": "반올림",
    "vintage": "자료 판",
}
_HIDDEN = ("value", "numerator", "denominator")


def show_on_screen(result: dict[str, Any]) -> None:
    for name, title in _FIELDS.items():
        click.echo(f"{title:　<5} {result[name]}")
    click.echo(f"{'판':　<5} {result['edition']} ({result['published_at']})")
    build = ", ".join(f"{name}={value}" for name, value in sorted(result["build"].items()))
    click.echo(f"{'표의 판':　<5} {build}")
    for code, name in result["names"].items():
        click.echo(f"{'그때의 이름':　<5} {code} {name}")
    sources = ", ".join(f"{name} sha256:{content[:12]}" for name, content in sorted(result["sources"].items()))
    click.echo(f"{'그 밖의 자료':　<5} {sources or '없음'}")
    for step in result["steps"]:
        told = json.dumps(step["arguments"], ensure_ascii=False)
        function = f"{step['method']} = {step['function']} → {step['output']}"
        click.echo(f"{'추정':　<5} {function}; {'~'.join(step['window'])}; {told}")
    for name, sql in result["queries"].items():
        click.echo(f"{'SQL':　<5} -- {name}\n{sql};")
    click.echo(f"{'다시 계산':　<5} {result['recomputed']}: {'같음' if result['equal'] else '다름'}")
    for one in result["revisions"]:
        click.echo(
            f"{'달라짐':　<5} {one['published_at']} {one['from']} → {one['to']}: {one['old']} → {one['new']} "
            f"({', '.join([*one['causes'], *([one['correction']] if one['correction'] else [])])})"
        )
    if not result["revisions"]:
        click.echo(f"{'달라짐':　<5} 없음")


def again(home: Home, edition: Edition, row: Row) -> tuple[str, bool, dict[str, str]]:
    """The figure from its vintage, in words; whether it is the published one; and the SQL behind it."""
    from jobs.vintages import is_equal, recomputed

    found, sql = recomputed(home, edition, row["figure_id"])
    is_same = is_equal(found, row)
    if row["masked"] == "1":
        return _MASKED, is_same, sql
    parts = "" if found.denominator is None else f" (분자 {found.numerator}, 분모 {found.denominator})"
    return f"{found.value}{found.unit}{parts}", is_same, sql


def names(home: Home, edition: Edition, figure_id: str) -> dict[str, str]:
    """What the codes in a figure's conditions were called when the edition was made: `column=code` to name."""
    from jobs.reports import identity, sources

    if sources.NAMES not in edition.sources:
        return {}
    named = {(row["column"], row["code"]): row["name"] for row in sources.read(home, edition.sources[sources.NAMES])}
    wheres = [basic.where for basic in identity.basics(figure_id).values()]
    codes = {(column, code): None for where in wheres for column, values in where.items() for code in values}
    return {f"{column}={code}": named[column, code] for column, code in codes if (column, code) in named}


def made_by(edition: Edition, figure_id: str) -> list[dict[str, Any]]:
    """The steps of methods on which a figure rests."""
    from jobs.reports import identity
    from jobs.reports.methods import METHODS

    made = [edition.estimates[key] for key in identity.walk(figure_id) if key in edition.estimates]
    functions = {name: method.function for name, method in METHODS.items()}
    return [
        {**each.step.as_json(), "function": functions.get(each.step.method, ""), "output": each.output} for each in made
    ]


def revision(changed: Revision) -> dict[str, Any]:
    from jobs.reports.facts import CAUSES

    def value(row: Row | None) -> str:
        return "없음" if row is None else row_shown(row)["value"]

    return {
        "published_at": changed.after.shown_at,
        "from": changed.before.name,
        "to": changed.after.name,
        "old": value(changed.old),
        "new": value(changed.new),
        "causes": [CAUSES[cause] for cause in changed.causes],
        "correction": changed.before.correction,
    }


def row_shown(row: Row) -> dict[str, str]:
    """A row as it may be looked at: what was masked stays masked."""
    hidden = dict.fromkeys(_HIDDEN, _MASKED) if row["masked"] == "1" else {}
    return {name: hidden.get(name, row[name]) for name in _FIELDS}
