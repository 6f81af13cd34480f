"""Where things are: the folders under `DASAN_HOME`. Nothing here reads or writes data."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import WrongUse
from schemas.taxonomy import DEFAULT_VERSION


@dataclass(frozen=True)
class Home:
    """The folders of one installation (`DASAN_HOME`, default `./data`)."""

    root: Path

    @classmethod
    def from_env(cls) -> Home:
        return cls(Path(os.environ.get("DASAN_HOME") or "data").absolute())

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def pipeline_settings(self) -> Path:
        """Which engine to run on, where the installation says (TOML, `jobs.engine.choice`)."""
        return self.root / "pipeline.toml"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def originals(self) -> Path:
        """Files that could not be read at all, kept under their hash."""
        return self.lake / "_originals"

    @property
    def runs(self) -> Path:
        """Run manifests, one JSON a run."""
        return self.lake / "_runs"

    @property
    def locks(self) -> Path:
        return self.lake / "_locks"

    def channel_lock(self, channel: str) -> Path:
        """Held by a run for as long as it works on the channel's lake partitions."""
        return self.locks / f"{channel}.lock"

    @property
    def previews(self) -> Path:
        """What a preview of a backfill classifies; never live."""
        return self.lake / "_previews"

    @property
    def stream_checkpoint(self) -> Path:
        """How far Spark's stream has come."""
        return self.lake / "_stream"

    @property
    def population(self) -> Path:
        """Imported registered population: `district_code,month,resident_count`."""
        return self.lake / "_reference" / "population.csv"

    @property
    def marts(self) -> Path:
        """The published DuckDB file; it is only ever replaced whole."""
        return self.root / "marts" / "dasan.duckdb"

    @property
    def publication_lock(self) -> Path:
        """Held while a draft of the marts is made and swapped in."""
        return self.marts.parent / ".lock"

    @property
    def statistics(self) -> Path:
        """The statistics over the marts (`schemas.statistics_tables`), a file like theirs."""
        return self.marts.with_name("statistics.duckdb")

    @property
    def statistics_lock(self) -> Path:
        """Held while the statistics are made and swapped in."""
        return self.statistics.parent / ".statistics.lock"

    @property
    def watch(self) -> Path:
        """What the statistics know of the days up to a few days ago, to go on from; it may be deleted."""
        return self.statistics.with_suffix(".npz")

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def cases(self) -> Path:
        """Confirmed cases by day for the COVID brief, where someone puts such a file there."""
        return self.root / "reference" / "cases.csv"

    @property
    def mail_recipients(self) -> Path:
        """Who gets which edition by e-mail: `report,recipient,address`."""
        return self.root / "recipients.csv"

    @property
    def proposals(self) -> Path:
        """The ledger of improvement proposals (CSV): what was proposed to whom, and what became of it."""
        return self.root / "proposals.csv"

    @property
    def taxonomies(self) -> Path:
        """Imported versions of the taxonomy and their crosswalks, beside those that come with the program."""
        return self.root / "taxonomy"

    @property
    def taxonomy_version(self) -> str:
        """The version that contacts are classified by (`DASAN_TAXONOMY`, default the newest that is built in)."""
        return os.environ.get("DASAN_TAXONOMY") or DEFAULT_VERSION

    @property
    def models(self) -> Path:
        """Trained models by their version, and the cold start of each taxonomy (`cold-…`), which may be deleted."""
        return self.root / "models"

    @property
    def model(self) -> str:
        """The trained model that contacts are classified by (`DASAN_MODEL`: its version, or a folder); empty: the cold
        start."""
        return os.environ.get("DASAN_MODEL") or ""

    @property
    def text_memory(self) -> bool:
        """Whether a text that came before is answered from memory (`DASAN_TEXT_MEMORY`: `on`, the default, or `off`).

        Raises `WrongUse` for another value.
        """
        told = os.environ.get("DASAN_TEXT_MEMORY") or "on"
        if told not in ("on", "off"):
            raise WrongUse(f"DASAN_TEXT_MEMORY={told} 을(를) 모릅니다. on 또는 off 로 두세요.")
        return told == "on"

    @property
    def keys(self) -> Path:
        return self.root / "keys"
