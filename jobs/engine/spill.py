"""Where DuckDB puts what does not fit in memory: a folder of this engine, swept away with it.

What is spilled may hold what citizens said before it was redacted, so what a killed process left behind goes as well.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

_PREFIX = "dasan-spill-"


class SpillFolder:
    """A folder in the system's temporary one, locked for as long as its engine lives."""

    def __init__(self) -> None:
        for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            _remove_if_left(left)
        draft = Path(tempfile.mkdtemp(prefix=".dasan-"))  # it has its name only once it is locked
        self._lock = os.open(draft, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = draft.rename(draft.with_name(_PREFIX + draft.name.removeprefix(".dasan-")))
        self._finish = weakref.finalize(self, _remove, self.path, self._lock)

    def remove(self) -> None:
        self._finish()


def _remove(path: Path, lock: int) -> None:
    shutil.rmtree(path, ignore_errors=True)
    os.close(lock)


def _remove_if_left(path: Path) -> None:
    """Of a living process it is locked, and of another user not ours to open."""
    with suppress(OSError):
        lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path)
        finally:
            os.close(lock)
