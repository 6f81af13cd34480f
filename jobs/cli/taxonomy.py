"""`dasan taxonomy …`: the scheme of types, looked at, checked, compared, taken in and given out.

Belongs here: options and the wording of answers. Does not: what the answers are (`jobs.taxonomies`).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jobs.cli.options import FILE, json_option, write_json
from jobs.errors import WrongUse

if TYPE_CHECKING:
    from schemas.taxonomy import Leaf, Taxonomy

SHOWN = 20
FAULTY = 4  # as `dasan check`: the thing looked at may not be used


class _Version(click.ParamType["Taxonomy"]):
    """The name of a built-in or imported version, loaded."""

    name = "판"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Taxonomy:
        from jobs.settings import Home
        from schemas.taxonomy import load_taxonomy

        try:
            return load_taxonomy(value or Home.from_env().taxonomy_version, Home.from_env().taxonomies)
        except (FileNotFoundError, ValueError) as fault:
            self.fail(str(fault), param, ctx)


_VERSION = click.option(
    "--version", "taxonomy", type=_Version(), default="", show_default="DASAN_TAXONOMY 또는 들어 있는 새 판", help="판."
)


@click.group("taxonomy", help="상담 유형 분류 체계: 보기, 찾기, 검사, 판 비교, 들여오기, 내보내기.")
def taxonomy() -> None:
    pass


@taxonomy.command("check", help="판의 흠을 찾는다. 흠이 없으면 0, 있으면 4로 끝난다.")
@_VERSION
@json_option
def check(taxonomy: Taxonomy, json_file: str | None) -> int:
    from rich.console import Console

    from jobs.settings import Home
    from jobs.taxonomies.checking import examine

    with Console(stderr=True).status("분류 체계 검사"):
        found = examine(taxonomy, Home.from_env().taxonomies)
    say = _sayer(json_file)
    for line in found.lines(SHOWN):
        say(line)
    write_json(json_file, found.facts())
    return FAULTY if found.faults else 0


@taxonomy.command("show", help="유형 하나를 모두 보인다: 정의, 경계, 키워드, 예시, 담당, 다른 판의 짝.")
@click.argument("code")
@_VERSION
@json_option
def show(code: str, taxonomy: Taxonomy, json_file: str | None) -> int:
    from jobs.settings import Home
    from jobs.taxonomies.describing import described

    code = code.strip().upper()
    if code not in taxonomy:
        raise WrongUse(f"{taxonomy.version} 판에 {code} 유형이 없습니다. dasan taxonomy search 로 찾아보세요.")
    facts = described(taxonomy, code, Home.from_env().taxonomies)
    say = _sayer(json_file)
    for title, value in facts.items():
        for at, line in enumerate(value if isinstance(value, list) else [value]):
            say(f"{title if at == 0 else '':　<8}{line}")
    write_json(json_file, facts)
    return 0


@taxonomy.command("search", help="이름·키워드·정의·예시에서 찾는다.")
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="많아야 이만큼.")
@_VERSION
@json_option
def search(text: tuple[str, ...], limit: int, taxonomy: Taxonomy, json_file: str | None) -> int:
    from jobs.taxonomies.comparing import search as found_by

    found = found_by(taxonomy, " ".join(text), limit)
    say = _sayer(json_file)
    for leaf in found:
        say(_one_line(leaf))
    if not found:
        say(f"찾지 못했습니다: {' '.join(text)}. 낱말을 줄이거나 다른 말로 찾아보세요.")
    write_json(json_file, [{"type_code": leaf.type_code, "path": leaf.path} for leaf in found])
    return 0


@taxonomy.command("tree", help="대·중·소분류를 유형의 수와 함께 보인다.")
@click.option("--domain", help="이 대분류만.")
@click.option("--depth", type=click.IntRange(1, 4), default=2, show_default=True, help="보일 깊이(4는 유형까지).")
@_VERSION
def tree(domain: str | None, depth: int, taxonomy: Taxonomy) -> int:
    leaves = [leaf for leaf in taxonomy.leaves if domain in (None, leaf.domain)]
    if not leaves:
        names = ", ".join(dict.fromkeys(leaf.domain for leaf in taxonomy.leaves))
        raise WrongUse(f"{taxonomy.version} 판에 대분류 {domain!r}이(가) 없습니다. 있는 것: {names}")
    counts = Counter(leaf.path[:level] for leaf in leaves for level in range(1, 4))
    said: set[tuple[str, ...]] = set()
    click.echo(f"{taxonomy.version} 판: 유형 {len(leaves):,}개")
    for leaf in sorted(leaves, key=lambda leaf: leaf.path[:3]):
        for level in range(1, min(depth, 3) + 1):
            path = leaf.path[:level]
            if path not in said:
                said.add(path)
                click.echo(f"{'  ' * level}{path[-1]} ({counts[path]:,})")
        if depth == 4:
            click.echo(f"{'  ' * 4}{leaf.type_code} {leaf.name}")
    return 0


@taxonomy.command("diff", help="두 판의 차이: 한쪽에만 있는 유형, 바뀐 칸, 대응표의 관계별 줄 수.")
@click.argument("old", type=_Version())
@click.argument("new", type=_Version())
@json_option
def diff(old: Taxonomy, new: Taxonomy, json_file: str | None) -> int:
    from jobs.settings import Home
    from jobs.taxonomies.comparing import difference
    from schemas.taxonomy.crosswalk import RELATIONS

    found = difference(old, new, Home.from_env().taxonomies)
    say = _sayer(json_file)
    say(f"{old.version} 판 {len(old):,}개 → {new.version} 판 {len(new):,}개")
    say(f"이어진 코드 {len(old) - len(found.only_old):,}개(그 가운데 칸이 바뀐 것 {len(found.changed):,}개)")
    for title, leaves in ((old.version, found.only_old), (new.version, found.only_new)):
        say(f"{title} 판에만 있는 코드 {len(leaves):,}개")
        for leaf in leaves[:SHOWN]:
            say(f"  {_one_line(leaf)}")
    relations = found.relations()
    say(
        "대응표: " + ", ".join(f"{name} {relations[key]:,}줄" for key, name in RELATIONS.items())
        if found.links
        else "대응표가 없습니다."
    )
    facts = {
        "only_old": [leaf.type_code for leaf in found.only_old],
        "only_new": [leaf.type_code for leaf in found.only_new],
        "changed": {leaf.type_code: columns for leaf, _, columns in found.changed},
        "relations": dict(relations),
    }
    write_json(json_file, facts)
    return 0


@taxonomy.command(
    "import", help="분류 체계를 CSV·XLSX(UTF-8, cp949)에서 들여온다. 흠이 있으면 줄마다 알리고 들이지 않는다."
)
@click.argument("file", type=FILE)
@click.option("--version", required=True, help="들여올 판의 이름.")
@click.option(
    "--crosswalk", type=FILE, help="앞선 판에서 오는 대응표(옛코드, 새코드, 몫). 없으면 시계열이 이어지지 않음."
)
@click.option("--predecessor", help="대응표의 앞선 판(없으면 지금 쓰는 판).")
@click.option("--replace", "replace_it", is_flag=True, help="들여온 같은 이름의 판을 바꾼다.")
@json_option
def import_(
    file: Path, version: str, crosswalk: Path | None, predecessor: str | None, replace_it: bool, json_file: str | None
) -> int:
    from jobs.settings import Home
    from jobs.taxonomies.importing import import_taxonomy

    home = Home.from_env()
    try:
        found = import_taxonomy(
            file, version, crosswalk, predecessor or home.taxonomy_version, home.taxonomies, replace_it
        )
    except FileNotFoundError as fault:
        raise WrongUse(str(fault)) from None
    say = _sayer(json_file)
    _listed("주의", found.warnings)
    _listed("흠", found.errors)
    facts = {"version": version, "types": len(found.taxonomy), "errors": found.errors, "warnings": found.warnings}
    write_json(json_file, facts)
    if found.errors:
        raise WrongUse(f"흠 {len(found.errors):,}건이 있어 {version} 판을 들이지 않았습니다. 고쳐서 다시 들여오세요.")
    say(
        f"{version} 판: 유형 {len(found.taxonomy):,}개를 들였습니다. DASAN_TAXONOMY={version} 로 쓰면 이 판으로 분류합니다."
    )
    if found.crosswalk is None:
        say("대응표가 없어 앞선 판과 시계열이 이어지지 않습니다(--crosswalk).")
    return 0


@taxonomy.command("export", help="판을 파일로: CSV·XLSX(들여오기와 같은 열), SKOS(RDF/XML).")
@click.option("--format", "form", type=click.Choice(("csv", "xlsx", "skos")), required=True, help="파일 형식.")
@click.option("--out", "target", type=click.Path(path_type=Path), required=True, help="쓸 파일.")
@_VERSION
def export(form: str, target: Path, taxonomy: Taxonomy) -> int:
    from jobs.settings import Home
    from jobs.taxonomies.exporting import export as write

    if target.is_dir() or not target.absolute().parent.is_dir():
        raise WrongUse(f"{target} 에 쓸 수 없습니다. 있는 폴더 안의 파일 이름을 주세요.")
    write(taxonomy, form, target, Home.from_env().taxonomies)
    click.echo(f"{taxonomy.version} 판 {len(taxonomy):,}개 유형을 {target} 에 썼습니다.")
    return 0


def _one_line(leaf: Leaf) -> str:
    return f"{leaf.type_code} {' > '.join(part for part in leaf.path if part)}"


def _listed(title: str, lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        click.echo(f"{title}: {line}", err=True)
    if len(lines) > SHOWN:
        click.echo(f"그 밖에 {title} {len(lines) - SHOWN:,}건(--json 으로 모두 볼 수 있습니다)", err=True)


def _sayer(json_file: str | None) -> Any:
    return lambda line: click.echo(line, err=json_file == "-")
