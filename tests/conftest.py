"""What all tests share: a fresh installation, small landing files of our own, and where the real data is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.engine.local import LocalEngine
from jobs.settings import Home


@pytest.fixture(scope="session")
def cold_starts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the cold starts of the taxonomies are kept once made: making one takes longer than most tests."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cold_starts: Path) -> Home:
    monkeypatch.setenv("DASAN_HOME", str(tmp_path / "home"))
    home = Home.from_env()
    home.root.mkdir()
    home.models.symlink_to(cold_starts)
    return home


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = Path(os.environ.get("DASAN_DATA_DIR", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"실제 자료 폴더가 없습니다: {folder} (DASAN_DATA_DIR로 정할 수 있음)")
    return folder


@pytest.fixture
def engine() -> Iterator[LocalEngine]:
    engine = LocalEngine()
    yield engine
    engine.close()
