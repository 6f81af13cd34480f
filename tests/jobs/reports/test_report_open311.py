"""The open export: the service list as GeoReport has it, the counts, what is held back, and the taxonomy beside it."""

from __future__ import annotations

import json
import shutil
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from invented_marts import write
from real_types import autumn

from jobs import query
from jobs.cli import cli
from jobs.errors import WrongUse
from jobs.reports import meanings, open311
from jobs.reports.document import Number, written
from jobs.settings import Home
from schemas.taxonomy import load_taxonomy
from schemas.taxonomy.crosswalk import load_crosswalk

WINDOW = (date(2021, 11, 1), date(2021, 12, 19))
SKOS, RDF = "{http://www.w3.org/2004/02/skos/core#}", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("open"))
    write(home.marts, autumn())
    return home


@pytest.fixture(scope="module")
def found(home: Home) -> Any:
    with query.connect(home) as conn:
        yield open311.build(conn, WINDOW, load_taxonomy(), meanings.leaves())


def _counts(found: open311.OpenExport) -> dict[tuple[str, ...], int]:
    table = next(table for table in found.document.tables() if table.table_id == "requests_monthly")
    counts = {}
    for row in table.rows:
        assert isinstance(row[4], Number)
        counts[tuple(map(written, row[:3]))] = int(row[4].value or 0)
    return counts


def test_services_are_as_georeport_has_them(found: open311.OpenExport) -> None:
    listed = json.loads(found.services_json())
    assert all(tuple(service) == open311.SERVICE_FIELDS for service in listed)
    assert all(service["metadata"] is False and service["type"] == "batch" for service in listed)
    assert all(service["service_name"] and service["description"] and service["group"] for service in listed)
    root = ET.fromstring(found.services_xml())
    assert root.tag == "services"
    assert [node.findtext("service_code") for node in root] == [service["service_code"] for service in listed]
    assert [node.findtext("metadata") for node in root] == ["false"] * len(listed)
    valid = [leaf for leaf in load_taxonomy().leaves if leaf.valid_from <= WINDOW[1] and WINDOW[0] <= leaf.valid_to]
    assert {service["service_code"] for service in listed} >= {leaf.type_code for leaf in valid}


def test_every_count_has_its_service_and_is_right(found: open311.OpenExport) -> None:
    sql = (
        "SELECT strftime(contact_date, '%Y-%m'), type_code, coalesce(nullif(district_code, ''), 'unknown'), "
        "sum(consultation_count) FROM type_daily WHERE contact_date BETWEEN ? AND ? GROUP BY ALL"
    )
    truth: dict[tuple[str, ...], int] = defaultdict(int)
    for month, code, place, count in found.document.ledger.conn.execute(sql, list(WINDOW)).fetchall():
        truth[month, code, place] += count
        truth[month, code, "all"] += count
    counts = _counts(found)
    assert counts
    assert all(truth[key] == count >= 5 for key, count in counts.items())
    assert {code for _, code, _ in counts} <= {service["service_code"] for service in found.services}


def test_never_one_count_alone_is_missing_from_a_sum(found: open311.OpenExport) -> None:
    counts = _counts(found)
    sql = (
        "SELECT DISTINCT strftime(contact_date, '%Y-%m'), type_code, coalesce(nullif(district_code, ''), 'unknown') "
        "FROM type_daily WHERE contact_date BETWEEN ? AND ?"
    )
    missing = Counter(
        key[:2] for key in found.document.ledger.conn.execute(sql, list(WINDOW)).fetchall() if key not in counts
    )
    assert missing
    assert not [key for key, n in missing.items() if n == 1 and (*key, "all") in counts]


def test_the_command_writes_everything(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Home(tmp_path / "home")
    own.marts.parent.mkdir(parents=True)
    shutil.copyfile(home.marts, own.marts)
    monkeypatch.setenv("DASAN_HOME", str(own.root))
    arguments = ["report", "open311", "--from", "2021-11-01", "--to", "2021-11-30", "--format", "csv"]
    done = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path)], standalone_mode=False)
    assert done.return_value == 0
    folder = tmp_path / "open311" / "2021-11-01_2021-11-30"
    stem = "open311_2021-11-01_2021-11-30"
    tables = {f"{stem}_{name}.{form}" for name in ("requests_monthly", "services") for form in ("csv", "parquet")}
    beside = {f"{stem}_data_dictionary.csv", "figures.csv", "services.json", "services.xml", "taxonomy.rdf"}
    assert {path.name for path in folder.iterdir()} >= tables | beside


def test_days_without_data(found: open311.OpenExport) -> None:
    with pytest.raises(WrongUse, match="자료가 없습니다"):
        open311.build(
            found.document.ledger.conn, (date(2019, 1, 1), date(2019, 2, 1)), load_taxonomy(), meanings.leaves()
        )


def test_skos_leads_both_ways_and_to_the_version_before(tmp_path: Path) -> None:
    from jobs.taxonomies.exporting import export

    export(load_taxonomy("2022"), "skos", tmp_path / "a.rdf")
    root = ET.parse(tmp_path / "a.rdf").getroot()
    nodes = {node.get(f"{RDF}about"): node for node in root}
    links = {
        name: {(about, part.get(f"{RDF}resource")) for about, node in nodes.items() for part in node.iter(SKOS + name)}
        for name in ("broader", "narrower", "topConceptOf", "hasTopConcept")
    }
    assert links["narrower"] == {(above, below) for below, above in links["broader"]}
    assert links["hasTopConcept"] == {(scheme, top) for top, scheme in links["topConceptOf"]}
    crosswalk = load_crosswalk("2019", "2022").links
    pairs = [(link.new_code, link.old_code) for link in crosswalk if link.old_code and link.new_code]
    news, olds = Counter(new for new, _ in pairs), Counter(old for _, old in pairs)
    wanted = {
        (new, old): {(1, 1): "exactMatch", (1, 2): "broadMatch", (2, 1): "narrowMatch"}.get(
            (min(2, news[new]), min(2, olds[old])), "relatedMatch"
        )
        for new, old in pairs
    }
    written_down = {
        (str(about).rpartition(":")[2], str(part.get(f"{RDF}resource")).rpartition(":")[2]): part.tag.removeprefix(SKOS)
        for about, node in nodes.items()
        for part in node
        if part.tag.endswith("Match")
    }
    assert written_down == wanted
