"""A version of the taxonomy for other programs and people: CSV, XLSX and SKOS.

Belongs here: the three formats. CSV and XLSX carry the columns under the names that the import reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

from jobs.files import atomic_path
from jobs.reports.render_csv import safe, written_rows
from jobs.taxonomies.names import TITLES
from schemas.codes import code_list
from schemas.taxonomy import COLUMNS, DUTIES, REQUEST_KINDS, Leaf, Taxonomy

FORMATS = ("csv", "xlsx", "skos")
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_MAX_SHEET_WIDTH = 60


def export(taxonomy: Taxonomy, form: str, target: Path) -> None:
    """Write the version to `target`, whole or not at all."""
    with atomic_path(target) as draft:
        {"csv": _csv, "xlsx": _xlsx, "skos": _skos}[form](taxonomy, draft)


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


def _skos(taxonomy: Taxonomy, target: Path) -> None:
    """RDF/XML: a concept for each level and type, found by URN; keywords are hidden labels, as SKOS means them for
    search (SKOS Reference, W3C 2009, section 5)."""
    for prefix, space in (("rdf", _RDF), ("skos", _SKOS), ("dct", _DCT)):
        ET.register_namespace(prefix, space)
    base = f"urn:dasan:taxonomy:{taxonomy.version}"
    root = ET.Element(f"{{{_RDF}}}RDF")
    scheme = ET.SubElement(root, f"{{{_SKOS}}}ConceptScheme", {f"{{{_RDF}}}about": base})
    _text(scheme, "prefLabel", f"다산콜 상담 유형 분류 체계 {taxonomy.version}")
    if taxonomy.note:
        _text(scheme, "note", taxonomy.note)
    numbers: dict[tuple[str, ...], str] = {}
    for leaf in taxonomy.leaves:
        above = ""
        for depth in range(1, 4):
            path = leaf.path[:depth]
            if not path[-1]:
                continue
            if path not in numbers:
                numbers[path] = f"{base}:level:{len(numbers) + 1}"
                _concept(root, numbers[path], base, path[-1], above)
            above = numbers[path]
        _describe(_concept(root, f"{base}:{leaf.type_code}", base, leaf.name, above), leaf)
    ET.indent(root)
    ET.ElementTree(root).write(target, encoding="utf-8", xml_declaration=True)


def _concept(root: ET.Element, about: str, base: str, label: str, above: str) -> ET.Element:
    concept = ET.SubElement(root, f"{{{_SKOS}}}Concept", {f"{{{_RDF}}}about": about})
    _text(concept, "prefLabel", label)
    ET.SubElement(concept, f"{{{_SKOS}}}inScheme", {f"{{{_RDF}}}resource": base})
    link = ("broader", above) if above else ("topConceptOf", base)
    ET.SubElement(concept, f"{{{_SKOS}}}{link[0]}", {f"{{{_RDF}}}resource": link[1]})
    return concept


def _describe(concept: ET.Element, leaf: Leaf) -> None:
    notation = ET.SubElement(concept, f"{{{_SKOS}}}notation")
    notation.text = leaf.type_code
    for name, texts in (
        ("definition", (leaf.definition,)),
        ("scopeNote", (leaf.note,)),
        ("hiddenLabel", leaf.keywords),
        ("example", leaf.examples),
    ):
        for text in filter(None, texts):
            _text(concept, name, text)
    if leaf.valid_from > date.min or leaf.valid_to < date.max:
        valid = ET.SubElement(concept, f"{{{_DCT}}}valid")
        valid.text = f"{leaf.valid_from}/{leaf.valid_to}"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_SKOS}}}{name}", {_XML_LANG: "ko"}).text = text
