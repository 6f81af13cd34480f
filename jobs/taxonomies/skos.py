"""A version of the taxonomy as SKOS in RDF/XML: a concept for each level and type, found by URN.

Belongs here: the vocabulary (SKOS Reference, W3C 2009). Keywords are hidden labels, as SKOS means them for search
(section 5). A type's counterparts in the version before are mapping relations (section 10): the same, broader where an
old type was split, narrower where old types were merged, related where both happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

from schemas.taxonomy import Leaf, Taxonomy
from schemas.taxonomy.crosswalk import Link

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_DCT = "http://purl.org/dc/terms/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(taxonomy: Taxonomy, target: Path, links: Sequence[Link]) -> None:
    """The version's concepts with their levels both ways, and `links` to its predecessor."""
    for prefix, space in (("rdf", _RDF), ("skos", _SKOS), ("dct", _DCT)):
        ET.register_namespace(prefix, space)
    base = _scheme(taxonomy.version)
    root = ET.Element(f"{{{_RDF}}}RDF")
    scheme = ET.SubElement(root, f"{{{_SKOS}}}ConceptScheme", {f"{{{_RDF}}}about": base})
    _text(scheme, "prefLabel", f"다산콜 상담 유형 분류 체계 {taxonomy.version}")
    if taxonomy.note:
        _text(scheme, "note", taxonomy.note)
    concepts: dict[str, ET.Element] = {base: scheme}
    numbers: dict[tuple[str, ...], str] = {}
    for leaf in taxonomy.leaves:
        above = ""
        for depth in range(1, 4):
            path = leaf.path[:depth]
            if not path[-1]:
                continue
            if path not in numbers:
                numbers[path] = f"{base}:level:{len(numbers) + 1}"
                _concept(root, concepts, numbers[path], path[-1], (base, above))
            above = numbers[path]
        _describe(_concept(root, concepts, f"{base}:{leaf.type_code}", leaf.name, (base, above)), leaf)
    for new, name, old in _matches(links):
        old_name = f"{_scheme(taxonomy.predecessor)}:{old}"
        _resource(concepts[f"{base}:{new}"], name, old_name)
    ET.indent(root)
    ET.ElementTree(root).write(target, encoding="utf-8", xml_declaration=True)


def _scheme(version: str) -> str:
    return f"urn:dasan:taxonomy:{version}"


def _matches(links: Sequence[Link]) -> Iterable[tuple[str, str, str]]:
    """(new code, property, old code) of every pair."""
    pairs = [link for link in links if link.old_code and link.new_code]
    onward, backward = Counter(link.old_code for link in pairs), Counter(link.new_code for link in pairs)
    for link in pairs:
        is_split, is_merged = onward[link.old_code] > 1, backward[link.new_code] > 1
        name = {
            (False, False): "exactMatch",
            (True, False): "broadMatch",
            (False, True): "narrowMatch",
            (True, True): "relatedMatch",
        }[is_split, is_merged]
        yield link.new_code, name, link.old_code


def _concept(
    root: ET.Element, concepts: dict[str, ET.Element], about: str, label: str, within: tuple[str, str]
) -> ET.Element:
    """A concept below another, or at the top of its scheme: `within` is (scheme, concept above or empty)."""
    scheme, above = within
    concept = concepts[about] = ET.SubElement(root, f"{{{_SKOS}}}Concept", {f"{{{_RDF}}}about": about})
    _text(concept, "prefLabel", label)
    _resource(concept, "inScheme", scheme)
    up, down = ("broader", "narrower") if above else ("topConceptOf", "hasTopConcept")
    _resource(concept, up, above or scheme)
    _resource(concepts[above or scheme], down, about)
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


def _resource(parent: ET.Element, name: str, about: str) -> None:
    ET.SubElement(parent, f"{{{_SKOS}}}{name}", {f"{{{_RDF}}}resource": about})


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{_SKOS}}}{name}", {_XML_LANG: "ko"}).text = text
