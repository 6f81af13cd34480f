"""Six days of the city, written once for all its tests."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from city_days import FIRST, LAST, SCALE
from city_files import Raw

from jobs.simulate import simulate


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int], list[Raw]]:
    """Landing folder, records by channel, answer key."""
    root = tmp_path_factory.mktemp("city")
    counts = simulate(root / "landing", FIRST, LAST, SCALE, answer_key=root / "key")
    days = sorted((root / "key").iterdir())
    assert [path.stem for path in days] == [str(FIRST + timedelta(offset)) for offset in range(6)]
    return root / "landing", counts, [row for path in days for row in pq.read_table(path).to_pylist()]
