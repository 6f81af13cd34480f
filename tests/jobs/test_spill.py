"""What an engine spills goes with it; what a killed one left goes with the next."""

from __future__ import annotations

import subprocess
import sys
import tempfile
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
