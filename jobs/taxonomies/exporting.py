"""A version of the taxonomy for other programs and people: CSV, XLSX and SKOS (`skos`).

Belongs here: the choice of the format, CSV and XLSX. CSV and XLSX carry the columns under the names that the import reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jobs.files import atomic_path
from jobs.reports.render_csv import safe, written_rows
from jobs.taxonomies import skos
from jobs.taxonomies.names import TITLES
from schemas.codes import code_list
from schemas.taxonomy import COLUMNS, DUTIES, REQUEST_KINDS, Taxonomy
from schemas.taxonomy.crosswalk import Link, load_crosswalk

FORMATS = ("csv", "xlsx", "skos")
_MAX_SHEET_WIDTH = 60


def export(taxonomy: Taxonomy, form: str, target: Path, imported: Path | None = None) -> None:
    """Write the version to `target`, whole or not at all. `imported`: where own versions lie, for the crosswalk to the
    version before, which SKOS carries too."""
    with atomic_path(target) as draft:
        if form == "skos":
            skos.write(taxonomy, draft, _links(taxonomy, imported))
        else:
            {"csv": _csv, "xlsx": _xlsx}[form](taxonomy, draft)


def _links(taxonomy: Taxonomy, imported: Path | None) -> tuple[Link, ...]:
    """The crosswalk from the predecessor; empty where there is none."""
    if not taxonomy.predecessor:
        return ()
    try:
        return load_crosswalk(taxonomy.predecessor, taxonomy.version, imported).links
    except FileNotFoundError:
        return ()


def rows(taxonomy: Taxonomy) -> Iterator[list[str]]:
    """A heading and one row a type, codes under the names people read, the COVID group of the newest code book row."""
    names = {
        column: {row.cells[column]: row.cells[column.replace("_code", "_name")] for row in code_list(codes)}
        for column, codes in (("department_code", "departments"), ("unit_code", "district_units"))
    }
    covid = {row["type_code"]: row for row in sorted(taxonomy.codebook, key=lambda row: row.valid_from)}
    yield list(TITLES.values())
    for leaf in taxonomy.leaves:
        cells = dict(zip(COLUMNS, leaf.cells(), strict=True))
        cells["request_kind"], cells["duty"] = REQUEST_KINDS[leaf.request_kind], DUTIES[leaf.duty]
        for column, known in names.items():
            cells[column] = known.get(cells[column], cells[column])
        row = covid.get(leaf.type_code)
        cells |= {name: row[name] if row else "" for name in ("covid_group", "covid_subgroup")}
        yield [cells[column] for column in TITLES]


def _csv(taxonomy: Taxonomy, target: Path) -> None:
    target.write_bytes(written_rows(rows(taxonomy)))


def _xlsx(taxonomy: Taxonomy, target: Path) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        sheet = book.add_worksheet(f"분류체계 {taxonomy.version}"[:31])
        bold = book.add_format({"bold": True})
        widths = [len(title) for title in TITLES.values()]
        for at, row in enumerate(rows(taxonomy)):
            widths = [max(width, len(cell)) for width, cell in zip(widths, row, strict=True)]
            for column, cell in enumerate(row):
                sheet.write_string(at, column, safe(cell), bold if at == 0 else None)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(2 * width + 2, _MAX_SHEET_WIDTH))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(taxonomy.leaves), len(TITLES) - 1)
