"""The engine as the installation, the environment and the options name it."""

from __future__ import annotations

import os
from datetime import date

import click
import pytest
from click.testing import CliRunner

from jobs.cli.options import engine_options
from jobs.engine.choice import Choice, choice
from jobs.engine.local import LocalEngine
from jobs.errors import WrongUse
from jobs.ingest import landing_bytes
from jobs.settings import Home


def test_the_file_says_it_and_the_environment_goes_before(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choice(home) == Choice("local", "local[*]", 20.0)
    home.pipeline_settings.write_text(
        '[engine]\nname = "auto"\nmaster = "spark://h:7077"\nspark_from_gb = 1', encoding="utf-8"
    )
    assert choice(home) == Choice("auto", "spark://h:7077", 1)
    monkeypatch.setenv("DASAN_ENGINE", "spark")
    assert choice(home) == Choice("spark", "spark://h:7077", 1)


def test_auto_takes_spark_from_the_size_on(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr("jobs.engine.choice.make_engine", lambda *what: made.append(what))
    for size in (999_999_999, 1_000_000_000):
        Choice("auto", "spark://h:7077", 1).engine(lambda size=size: size, 3)  # type: ignore[misc]
    assert made == [("local", 3, "spark://h:7077"), ("spark", 3, "spark://h:7077")]


@pytest.mark.parametrize(
    "text",
    ["[engine", '[engine]\nnam = "local"', "[engine]\nname = 1", "engine = 1", '[engine]\nname = "flink"', "[x]"],
)
def test_what_is_not_known_is_refused(home: Home, text: str) -> None:
    home.pipeline_settings.write_text(text, encoding="utf-8")
    with pytest.raises(WrongUse, match=r"pipeline\.toml|flink"):
        choice(home)


def test_an_option_holds_for_its_command_only(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DASAN_ENGINE", raising=False)

    @click.command()
    @engine_options
    def said() -> None:
        found = choice(home)
        click.echo(f"{found.name} {found.master}")

    told = CliRunner().invoke(said, ["--engine", "spark", "--master", "spark://x:1"])
    assert told.output == "spark spark://x:1\n"
    assert "DASAN_ENGINE" not in os.environ and choice(home).name == "local"


def test_the_size_is_that_of_the_days_asked_for(home: Home) -> None:
    for channel, day, size in (("sms", "2021-01-01", 10), ("sms", "2021-01-03", 100), ("phone", "2021-01-02", 1000)):
        folder = home.landing / channel / day
        folder.mkdir(parents=True)
        (folder / "a.csv").write_bytes(b"x" * size)
    assert landing_bytes(home.landing, date(2021, 1, 1), date(2021, 1, 2), ("sms", "phone")) == 1010
    assert landing_bytes(home.landing, date(2021, 1, 1), date(2021, 1, 31), ("sms",)) == 110


def test_without_more_said_it_is_the_embedded_engine(home: Home) -> None:
    engine = choice(home).engine()
    assert isinstance(engine, LocalEngine)
    engine.close()
