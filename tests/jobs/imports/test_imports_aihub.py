"""AI Hub dialogues as calls with transcripts: every hop takes them, and what a citizen says is what is classified."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from aihub_files import dialogues, write
from click.testing import CliRunner

from jobs.cli import cli
from jobs.engine.local import LocalEngine
from jobs.errors import WrongUse
from jobs.imports.aihub import import_aihub
from jobs.lake import LakeTable
from jobs.pipeline import Pipeline
from jobs.settings import Home
from schemas.tables import CLASSIFICATION, CONSULTATION

DAY = date(2020, 11, 2)


def test_calls_and_transcripts_meet(tmp_path: Path, home: Home, engine: LocalEngine) -> None:
    result = import_aihub(write(tmp_path / "in", dialogues(2)), home.landing, DAY)
    assert (result.records, result.files, result.rejected) == (12, 2, [])
    Pipeline(engine, home, home.landing).run(DAY, DAY)
    contacts = engine.collect(engine.read(table := LakeTable(home, CONSULTATION), table.files())).to_pylist()
    assert len(contacts) == 12
    assert all(row["has_transcript"] and row["is_consultation"] for row in contacts)
    assert {row["origin"] for row in contacts} == {"aihub-callcentre"}
    assert "무엇을 도와드릴까요" not in "".join(row["citizen_text"] for row in contacts)
    typed = engine.collect(engine.read(table := LakeTable(home, CLASSIFICATION), table.files())).to_pylist()
    assert sum(bool(row["covid_group"]) for row in typed) == 4


def test_the_command(tmp_path: Path, home: Home) -> None:
    turns = dialogues(1)
    turns[0]["상담사질문(요청)"] = ""
    write(tmp_path / "in", turns)
    arguments = ["import", "aihub-callcentre", str(tmp_path / "in"), "--date", DAY.isoformat(), "--json", "-"]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert result.return_value == 3
    assert json.loads(result.stdout)["records"] == 6
    sidecar = json.loads((home.landing / "phone" / DAY.isoformat() / "_origin.json").read_text(encoding="utf-8"))
    assert sidecar["origin"] == "aihub-callcentre"


def test_no_mixture_of_origins(tmp_path: Path, home: Home) -> None:
    folder = home.landing / "phone" / DAY.isoformat()
    folder.mkdir(parents=True)
    (folder / "calls.csv").write_text("x", encoding="utf-8")
    with pytest.raises(WrongUse, match="다른 출처"):
        import_aihub(write(tmp_path / "in", dialogues(1)), home.landing, DAY)
