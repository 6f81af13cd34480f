"""What an engine leaves when it is killed: no worker, and nothing spilled once the next one starts."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from jobs.engine.spill import SpillFolder


def test_a_folder_left_by_a_killed_process_is_removed_and_that_of_a_living_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    living = SpillFolder()
    (living.path / "spilled").write_text("말", encoding="utf-8")
    script = f"import os, tempfile; tempfile.tempdir = {str(tmp_path)!r}\n"
    script += "from jobs.engine.spill import SpillFolder\nfolder = SpillFolder()\n"
    script += "(folder.path / 'spilled').write_text('x'); print(folder.path, flush=True); os.kill(os.getpid(), 9)"
    died = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    left = Path(died.stdout.strip())
    assert left.parent == tmp_path and (left / "spilled").exists()
    another = SpillFolder()
    assert not left.exists() and (living.path / "spilled").exists() and another.path.is_dir()
    living.remove()
    another.remove()
    assert list(tmp_path.iterdir()) == []


POOLED = """
import os
from functools import partial
from itertools import repeat
import pyarrow as pa
import jobs.engine.local as local
local.POOL_FROM_ROWS = 1
engine = local.LocalEngine(2)
rows = engine.rows(pa.table({"a": pa.array(range(20_000))}))
engine.collect(engine.map(rows, partial(repeat, times=1), rows.schema))  # every batch once, as it is
print(*engine._pool._processes, flush=True)
os.kill(os.getpid(), 9)
"""


def test_workers_end_with_a_killed_run() -> None:
    died = subprocess.run([sys.executable, "-c", POOLED], capture_output=True, text=True, check=False)
    workers = [int(pid) for pid in died.stdout.split()]
    assert len(workers) == 2, died.stderr
    until = time.monotonic() + 30
    while any(_is_alive(pid) for pid in workers):
        assert time.monotonic() < until
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
