"""`dasan taxonomy` as people call it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from jobs.cli.taxonomy import taxonomy as command
from jobs.settings import Home
from jobs.taxonomies.comparing import difference, search
from schemas.taxonomy import load_taxonomy
from schemas.taxonomy.crosswalk import load_crosswalk


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(command, [str(argument) for argument in arguments], standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value, done.output


def test_check(home: Home) -> None:
    code, said = run("check")
    assert code == 0
    assert f"유형 {len(load_taxonomy('2022')):,}" in said
    assert "흠 없음" in said
    assert "모자람 없음" in said
    code, said = run("check", "--version", "2019", "--json", "-")
    assert code == 0
    assert json.loads(said[said.index("{") :])["faults"] == []


def test_check_of_a_faulty_version(home: Home) -> None:
    folder = home.taxonomies / "bad"
    folder.mkdir(parents=True)
    (folder / "version.toml").write_text("note = ''\n")
    leaf = load_taxonomy("2022").leaves[0]
    rows = [",".join(f'"{cell}"' for cell in leaf.cells())] * 2
    (folder / "types.csv").write_text("\n".join([",".join(type(leaf)._fields), *rows]), encoding="utf-8")
    code, said = run("check", "--version", "bad")
    assert code == 4
    assert "같은 유형 코드" in said


def test_show(home: Home) -> None:
    leaf = next(leaf for leaf in load_taxonomy("2022").leaves if leaf.domain == "수도" and leaf.note)
    code, said = run("show", leaf.type_code.lower(), "--json", "-")
    assert code == 0
    facts = json.loads(said[said.index("{") :])
    assert facts["유형"] == " > ".join(leaf.path)
    assert facts["정의"] == leaf.definition
    assert facts["포함·제외"] == leaf.note
    link = next(link for link in load_crosswalk("2019", "2022").links if link.new_code == leaf.type_code)
    assert any(link.old_code in line for line in facts["앞선 판"])


def test_search_finds_by_any_of_a_types_own_words() -> None:
    taxonomy = load_taxonomy("2022")
    sample = taxonomy.leaves[::397]
    for leaf in sample:
        assert search(taxonomy, leaf.name, 1) == [leaf]
        assert leaf in search(taxonomy, leaf.keywords[0], 20)
        assert leaf in search(taxonomy, leaf.keywords[0].replace(" ", ""), 20)
        assert search(taxonomy, leaf.type_code.lower(), 5) == [leaf]
    assert search(taxonomy, "뷁뷁", 5) == []


def test_tree(home: Home) -> None:
    _, said = run("tree", "--domain", "수도", "--depth", "4")
    leaves = [leaf for leaf in load_taxonomy("2022").leaves if leaf.domain == "수도"]
    assert said.splitlines()[0].endswith(f"유형 {len(leaves):,}개")
    assert sum(line.strip().startswith("T") for line in said.splitlines()) == len(leaves)


def test_diff(home: Home) -> None:
    code, said = run("diff", "2019", "2022")
    old, new = load_taxonomy("2019"), load_taxonomy("2022")
    found = difference(old, new, None)
    assert code == 0
    assert f"2019 판 {len(old):,}개 → 2022 판 {len(new):,}개" in said
    assert len(found.only_old) + sum(leaf.type_code in new for leaf in old.leaves) == len(old)
    assert sum(found.relations().values()) == len(load_crosswalk("2019", "2022").links)
    same = difference(new, new, None)
    assert (same.only_old, same.only_new, same.changed) == ((), (), ())


def test_skos_is_read_back(home: Home, tmp_path: Path) -> None:
    run("export", "--format", "skos", "--out", tmp_path / "a.rdf")
    skos, rdf = "{http://www.w3.org/2004/02/skos/core#}", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
    concepts = {node.get(f"{rdf}about"): node for node in ET.parse(tmp_path / "a.rdf").getroot().iter(f"{skos}Concept")}
    taxonomy = load_taxonomy("2022")
    leaves = {
        node.findtext(f"{skos}notation"): node for node in concepts.values() if node.find(f"{skos}notation") is not None
    }
    assert set(leaves) == set(taxonomy.by_code)
    for leaf in taxonomy.leaves:
        names, node = [], leaves[leaf.type_code]
        assert [text.text for text in node.iter(f"{skos}hiddenLabel")] == list(leaf.keywords)
        while node is not None:
            names.insert(0, node.findtext(f"{skos}prefLabel"))
            above = node.find(f"{skos}broader")
            node = None if above is None else concepts[above.get(f"{rdf}resource")]
        assert tuple(names) == leaf.path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "T99999"), "유형이 없습니다"),
        (("tree", "--domain", "없는것"), "대분류"),
        (("export", "--format", "csv", "--out", "no/such/folder/a.csv"), "쓸 수 없습니다"),
        (("check", "--version", "1999"), "판이 없습니다"),
    ],
)
def test_wrong_use(home: Home, arguments: tuple[str, ...], words: str) -> None:
    done = CliRunner().invoke(command, list(arguments), standalone_mode=False)
    assert done.exception is not None
    assert words in str(done.exception)
