"""Which model classifies, and where it is kept."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from jobs.classify import classified
from jobs.errors import WrongUse
from jobs.models import classifier, model_folder
from jobs.settings import Home
from jobs.train import Labelled, from_csv, train
from nlp.memory import Remembering
from schemas.taxonomy import load_taxonomy

DASAN = str(Path(sys.executable).with_name("dasan"))
VERSION = "2019"  # the smaller one


@pytest.fixture
def cold_starts(tmp_path: Path) -> Path:
    """A folder of one's own: what is kept there is what is looked at here."""
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def fresh(home: Home, model: str = "") -> Remembering:
    classifier.cache_clear()
    return classifier(VERSION, None, home.models, model)


def write_labelled(path: Path) -> None:
    leaves = load_taxonomy(VERSION).leaves[:40]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "type_code", "reviewed"])
        for leaf in leaves:
            for number in range(6):
                writer.writerow([f"{leaf.name} {number}번째로 여쭤봅니다", leaf.type_code, int(number == 0)])
        writer.writerow(["모르는 코드", "X-없음", 0])
        writer.writerow(["", leaves[0].type_code, 0])


def test_the_cold_start_is_kept_and_read_back(home: Home) -> None:
    made = fresh(home)
    (folder,) = home.models.iterdir()
    assert folder.name.startswith("cold-")
    before = folder.stat().st_mtime_ns
    read = fresh(home)
    assert read is not made
    assert folder.stat().st_mtime_ns == before
    texts = ["여권 재발급", "불법주차 신고", ""]
    assert read.classify(texts) == made.classify(texts)
    assert read.model_version == made.model_version


def test_a_damaged_cold_start_is_made_anew(home: Home) -> None:
    fresh(home)
    (folder,) = home.models.iterdir()
    arrays = folder / "arrays.npz"
    arrays.write_bytes(arrays.read_bytes()[:-10])
    assert fresh(home).classify(["여권 재발급"])[0].alternatives
    fresh(home)
    assert [path.name for path in home.models.iterdir()] == [folder.name]


def test_without_a_place_to_write_the_cold_start_still_works(home: Home, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    classifier.cache_clear()
    assert classifier(VERSION, None, blocked / "models").classify(["여권 재발급"])


def test_a_trained_model_from_a_file_classifies_by_its_name(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "labelled.csv"
    write_labelled(source)
    labelled = from_csv(source, False, load_taxonomy(VERSION, home.taxonomies))
    assert (len(labelled.texts), sum(labelled.reviewed)) == (240, 40)
    assert sum(labelled.dropped.values()) == 2
    found = train(home, labelled, VERSION)
    assert found.folder.parent == home.models
    assert found.card["taxonomy"]["version"] == VERSION
    assert found.card["metrics"]["held_out"] > 0
    leaf = load_taxonomy(VERSION).leaves[3]
    (row,) = classified(
        [f"{leaf.name} 여쭤봅니다"], [date(2021, 3, 2)], [None], VERSION, None, home.models, found.folder.name
    )
    assert row["model_version"] == found.folder.name
    assert row["alternatives"].split(":")[0] == leaf.type_code


def test_a_model_of_another_taxonomy_is_refused(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "labelled.csv"
    write_labelled(source)
    found = train(home, from_csv(source, False, load_taxonomy(VERSION, home.taxonomies)), VERSION)
    with pytest.raises(WrongUse, match="분류 체계 2019로 학습했는데 지금은 2022"):
        classifier("2022", None, home.models, found.folder.name)
    (found.folder / "model.json").write_text("{}\n")
    with pytest.raises(WrongUse, match="바뀌었습니다"):
        fresh(home, found.folder.name)


def test_a_model_that_is_not_there(home: Home) -> None:
    with pytest.raises(WrongUse, match="모델이 없습니다: nope"):
        model_folder("nope", home.models)


def test_nothing_to_learn_from(home: Home, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="배울 글이 없습니다"):
        train(home, Labelled(), VERSION)
    only_one = Labelled(["가", "나"], [load_taxonomy(VERSION).leaves[0].type_code] * 2, [False] * 2)
    with pytest.raises(WrongUse, match="한 가지뿐"):
        train(home, only_one, VERSION)
    (tmp_path / "x.csv").write_text("글,코드\n", encoding="utf-8")
    with pytest.raises(WrongUse, match="없는 열"):
        from_csv(tmp_path / "x.csv", False, load_taxonomy(VERSION, home.taxonomies))


def test_train_and_classify_as_their_user_runs_them(home: Home, tmp_path: Path) -> None:
    source, texts, out = tmp_path / "labelled.csv", tmp_path / "texts.csv", tmp_path / "out.csv"
    write_labelled(source)
    done = subprocess.run(
        [DASAN, "train", "--in", str(source), "--taxonomy", VERSION, "--json", "-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    leaf = load_taxonomy(VERSION).leaves[5]
    texts.write_text(f"id,text\n1,{leaf.name} 여쭤봅니다\n2,\n", encoding="utf-8")
    command = [DASAN, "classify", "--in", str(texts), "--out", str(out), "--model", Path(told["folder"]).name]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.returncode == 2  # learnt on 2019, the version in use is the newest
    assert "DASAN_TAXONOMY" in refused.stderr
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "DASAN_TAXONOMY": VERSION}
    )
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0]["alternatives"].startswith(leaf.type_code)
    assert (rows[1]["type_code"], rows[1]["needs_review"]) == ("UNCLASSIFIED", "true")
