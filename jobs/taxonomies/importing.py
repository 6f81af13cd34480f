"""A version of the taxonomy from a spreadsheet: read, checked line by line, and kept beside the built-in ones.

Belongs here: reading somebody else's types and crosswalk. Does not: what is wrong with a taxonomy as such
(`schemas.taxonomy.checks`, `schemas.taxonomy.crosswalk`).
"""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from jobs.errors import WrongUse
from jobs.files import atomic_path
from jobs.imports.tables import Row, read_rows, read_sheet_rows
from jobs.taxonomies.names import LINK_COLUMNS, LINK_TITLES, TITLES, TYPE_COLUMNS, squeezed
from schemas.codes import COVID_GROUPS, COVID_SUBGROUPS, CodeRow, code_list
from schemas.taxonomy import (
    CODEBOOK,
    COLUMNS,
    DUTIES,
    HEAD,
    OPEN_FROM,
    OPEN_TO,
    REQUEST_KINDS,
    Leaf,
    Taxonomy,
    is_version_name,
    known_versions,
    leaf_of,
    load_taxonomy,
)
from schemas.taxonomy import crosswalk as walks
from schemas.taxonomy.checks import faults, shortcomings

_ENCODINGS = ("utf-8-sig", "cp949")
_REQUIRED = ("type_code", "domain", "middle", "name")
_YES, _NO = ("1", "o", "y", "예", "가능", "true"), ("", "0", "x", "n", "아니오", "불가", "false", "-")
_SEPARATORS = re.compile(r"\s*[|;\n]\s*")


@dataclass
class TaxonomyImport:
    """What came in: the version's types and links, where each stood, and what is wrong or thin about them."""

    version: str
    taxonomy: Taxonomy
    lines: dict[str, int] = field(default_factory=dict)
    crosswalk: walks.Crosswalk | None = None
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def import_taxonomy(
    file: Path, version: str, crosswalk: Path | None, predecessor: str, folder: Path, replace_it: bool = False
) -> TaxonomyImport:
    """Read, check and, unless something is wrong, keep a version below `folder`. Nothing is kept of a faulty one.

    With a crosswalk, `predecessor` is the version it leads from. Raises `WrongUse` for a version's name that cannot be
    used and for files that are no such tables.
    """
    if not is_version_name(version):
        raise WrongUse(f"--version {version!r}: 판 이름은 영문자·숫자·-·_ 32자 이하여야 합니다.")
    if version in known_versions() or (version in known_versions(folder) and not replace_it):
        raise WrongUse(f"{version} 판이 이미 있습니다. 다른 이름을 쓰거나, 들여온 판을 바꾸려면 --replace 를 주세요.")
    found = _read_types(file, version)
    if crosswalk is not None:
        old = load_taxonomy(predecessor, folder)
        found.taxonomy = replace(found.taxonomy, predecessor=predecessor)
        found.crosswalk = _read_crosswalk(crosswalk, found, old)
    if not found.errors:
        _keep(found, folder)
    return found


def _read_types(file: Path, version: str) -> TaxonomyImport:
    leaves: list[Leaf] = []
    codebook: list[CodeRow] = []
    errors: list[str] = []
    lines: dict[str, int] = {}
    rows, columns = _renamed(file, TYPE_COLUMNS, _REQUIRED, TITLES)
    notes: list[str] = []
    for line, cells in rows:
        if cells is None:
            errors.append(f"{line}번째 줄: 칸의 수가 머리글과 다르거나 따옴표가 맞지 않습니다.")
            continue
        try:
            leaf, covid = _leaf(cells, line, notes)
        except ValueError as fault:
            errors.append(f"{line}번째 줄 {cells.get('type_code', '')}: {fault}")
            continue
        if leaf.type_code in lines:
            errors.append(f"{line}번째 줄: 유형코드 {leaf.type_code}가 {lines[leaf.type_code]}번째 줄에도 있습니다.")
            continue
        leaves.append(leaf)
        lines[leaf.type_code] = line
        if covid[0]:
            codebook.append(_codebook_row(leaf, *covid))
    if not leaves and not errors:
        raise WrongUse(f"{file}: 유형이 한 줄도 없습니다.")
    leaves.sort(key=lambda leaf: leaf.type_code)
    taxonomy = Taxonomy(version, tuple(leaves), f"들여온 판: {file.name}", "", tuple(codebook))
    errors += [_at_line(fault, lines) for fault in faults(taxonomy)]
    found = TaxonomyImport(version, taxonomy, lines, errors=errors, warnings=notes)
    found.warnings += [_at_line(fault, lines) for fault in shortcomings(taxonomy)]
    if not codebook:
        where = "열이 없어" if "covid_group" not in columns else "칸이 모두 비어"
        found.warnings.append(f"코로나19 그룹 {where} 이 판으로 분류하면 코로나19 상담이 0건이 됩니다.")
    return found


def _at_line(fault: str, lines: Mapping[str, int]) -> str:
    code = fault.split(" ", 1)[0].rstrip(":")
    return f"{lines[code]}번째 줄 {fault}" if code in lines else fault


def _renamed(
    file: Path, readings: Mapping[str, str], required: tuple[str, ...], titles: Mapping[str, str]
) -> tuple[Iterator[Row], set[str]]:
    """The rows under our names, and the columns there are. Unknown columns are left out."""
    rows = list(read_sheet_rows(file, ()) if file.suffix.lower() == ".xlsx" else read_rows(file, (), _ENCODINGS))
    header = next((list(cells) for _, cells in rows if cells is not None), [])
    names = {name: readings[squeezed(name)] for name in header if squeezed(name) in readings}
    if missing := [titles[column] for column in required if column not in names.values()]:
        known = ", ".join(titles.values())
        raise WrongUse(f"{file}: 필요한 열이 없습니다: {', '.join(missing)}. 첫 줄의 열 이름을 {known} 에서 쓰세요.")
    if doubled := [name for name, count in Counter(names.values()).items() if count > 1]:
        raise WrongUse(f"{file}: 같은 뜻의 열이 둘 이상입니다: {', '.join(titles[name] for name in doubled)}.")
    return (
        (line, cells and {names[name]: (cell or "").strip() for name, cell in cells.items() if name in names})
        for line, cells in rows
    ), set(names.values())


def _leaf(cells: Mapping[str, str], line: int, notes: list[str]) -> tuple[Leaf, tuple[str, str]]:
    """The type of a row and its COVID group and subgroup. Raises `ValueError` (Korean) for a cell it cannot read."""
    row = {column: cells.get(column, "") for column in COLUMNS}
    if not row["type_code"]:
        raise ValueError("유형코드가 비어 있습니다")
    row["request_kind"] = _one_of("요청성격", row["request_kind"] or "inquiry", REQUEST_KINDS)
    row["duty"] = _one_of("업무주체", row["duty"] or "city", DUTIES)
    for column, codes in (("department_code", "departments"), ("unit_code", "district_units")):
        row[column] = _code(row, column, codes, line, notes)
    chatbot = row["chatbot"].lower()
    if chatbot not in (*_YES, *_NO):
        raise ValueError(f"챗봇 칸 {row['chatbot']!r}을 읽을 수 없습니다. 1 또는 0으로 적어 주세요")
    row["chatbot"] = "1" if chatbot in _YES else "0"
    for column in ("keywords", "examples"):
        row[column] = "|".join(part for part in _SEPARATORS.split(row[column]) if part)
    for column in ("valid_from", "valid_to"):
        row[column] = row[column].split(" ")[0].replace(".", "-").rstrip("-")
    group = _one_of("코로나19 그룹", cells.get("covid_group", ""), COVID_GROUPS, empty=True)
    subgroup = _one_of("코로나19 하위그룹", cells.get("covid_subgroup", ""), COVID_SUBGROUPS, empty=True)
    return leaf_of(row[column] for column in COLUMNS), (group, subgroup)


def _one_of(title: str, value: str, names: Mapping[str, str], empty: bool = False) -> str:
    """The key of a value given as key or as its Korean name."""
    if not value and empty:
        return ""
    for key, name in names.items():
        if value in (key, name) or squeezed(value) == squeezed(name):
            return key
    raise ValueError(f"{title} {value!r}은(는) {', '.join(names.values())} 가운데 하나여야 합니다")


def _code(row: dict[str, str], column: str, codes: str, line: int, notes: list[str]) -> str:
    """A code given as such or by its name. An unknown name is kept in the note, so that nothing is lost."""
    value = row[column]
    title = "부서" if column == "department_code" else "자치구 과"
    for code in code_list(codes):
        if value and value in (code.cells[column], code.cells[column.replace("_code", "_name")]):
            return code.cells[column]
    if value:
        row["note"] = " ".join(part for part in (row["note"], f"({title}: {value})") if part)
        notes.append(
            f"{line}번째 줄 {row['type_code']}: {title} {value!r}를 코드표에서 찾지 못해 비고에 적어 두었습니다."
        )
    return ""


def _codebook_row(leaf: Leaf, group: str, subgroup: str) -> CodeRow:
    cells = {"type_code": leaf.type_code, "covid_group": group, "covid_subgroup": subgroup, "note": leaf.name}
    return CodeRow(cells, OPEN_FROM, OPEN_TO)


def _read_crosswalk(file: Path, found: TaxonomyImport, old: Taxonomy) -> walks.Crosswalk:
    """The links of a file, with relations and missing shares worked out; faults go to `found.errors`."""
    rows, columns = _renamed(file, LINK_COLUMNS, ("old_code", "new_code"), LINK_TITLES)
    links: list[walks.Link] = []
    for line, cells in rows:
        try:
            if cells is None:
                raise ValueError("칸의 수가 머리글과 다르거나 따옴표가 맞지 않습니다")
            links.append(_link(cells))
        except ValueError as fault:
            found.errors.append(f"대응표 {line}번째 줄: {fault}")
    crosswalk = walks.Crosswalk(old.version, found.version, tuple(_completed(links, columns)))
    found.errors += [f"대응표: {fault}" for fault in walks.crosswalk_faults(crosswalk, old, found.taxonomy)]
    return crosswalk


def _link(cells: Mapping[str, str]) -> walks.Link:
    basis = next((key for key, name in walks.BASES.items() if cells.get("basis") in (key, name)), "judged")
    share, back = _share(cells, "share"), _share(cells, "reverse_share")
    return walks.Link(cells["old_code"], cells["new_code"], "", share, back, basis, cells.get("note", ""))


def _share(cells: Mapping[str, str], column: str) -> float:
    """A share as 0.25 or 25 %; 0 where the cell is empty. Raises `ValueError`."""
    text = cells.get(column, "").replace(",", ".")
    try:
        return float(text.rstrip("% ")) / (100 if text.endswith("%") else 1) if text else 0.0
    except ValueError:
        raise ValueError(f"{LINK_TITLES[column]} {text!r}이(가) 수가 아닙니다") from None


def _completed(links: Iterable[walks.Link], columns: set[str]) -> list[walks.Link]:
    """Links with their relation; a type that leads to one alone gives it all, and where the way back is not given a
    new type's contacts are divided as the shares of the old types in it are."""
    links = list(links)
    relations = walks.relate((link.old_code, link.new_code) for link in links)
    onward = Counter(link.old_code for link in links)
    into: dict[str, float] = defaultdict(float)
    done = []
    for link in links:
        share = 1.0 if onward[link.old_code] == 1 and not link.share else link.share
        both = bool(link.old_code and link.new_code)
        done.append(
            replace(
                link,
                relation=relations[link.old_code, link.new_code],
                share=share if both else 0.0,
                basis=link.basis if both else "",
            )
        )
        into[link.new_code] += share if both else 0.0
    if "reverse_share" in columns:
        return done
    return [
        replace(link, reverse_share=link.share / into[link.new_code] if link.share and into[link.new_code] else 0.0)
        for link in done
    ]


def _keep(found: TaxonomyImport, folder: Path) -> None:
    """Write the version's folder and its crosswalk; the version is there, whole, from one moment to the next."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{found.version}.part"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    taxonomy = found.taxonomy
    head = {"note": taxonomy.note, "predecessor": taxonomy.predecessor}
    lines = [f"{name} = '{re.sub(r'[^ -~가-힣]', ' ', value).replace(chr(39), ' ')}'\n" for name, value in head.items()]
    (draft / HEAD).write_text("".join(lines), encoding="utf-8")
    _write_csv(draft / "types.csv", COLUMNS, (leaf.cells() for leaf in taxonomy.leaves))
    names = ("type_code", "covid_group", "covid_subgroup", "valid_from", "valid_to", "note")
    _write_csv(draft / CODEBOOK, names, ([row.cells.get(name, "") for name in names] for row in taxonomy.codebook))
    if found.crosswalk is not None:
        name = walks.crosswalk_name(taxonomy.predecessor, found.version)
        with atomic_path(folder / name) as target:
            _write_csv(target, walks.COLUMNS, (_link_cells(link) for link in found.crosswalk.links))
    shutil.rmtree(folder / found.version, ignore_errors=True)
    draft.rename(folder / found.version)


def _link_cells(link: walks.Link) -> list[str]:
    cells = (getattr(link, column) for column in walks.COLUMNS)
    return [cell if isinstance(cell, str) else f"{cell:.12g}" if cell else "" for cell in cells]


def _write_csv(path: Path, columns: Iterable[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([" ".join(cell.split()) for cell in row] for row in rows)
