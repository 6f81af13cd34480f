"""Who works on what: one run at a time on a channel, and never two runs on the same days.

Belongs here: a run's claim on its channels and days, and its turn on each channel. Repeated ids are resolved over a
whole channel (`jobs.validate`), so runs on different days of a channel take turns; two runs over the same days would
only do the same work twice, so the later one is refused.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from jobs.errors import DaysInHand
from jobs.files import exclusive
from jobs.settings import Home

Basis = Literal["landing", "contact"]  # which day is meant: that of arrival, or that of the contact
_BASIS_NAMES = {"landing": "도착일", "contact": "상담일"}
Waiting = Callable[[str], None]  # told once (Korean) for each channel that must be waited for


@dataclass(frozen=True)
class Claim:
    """What a run is at. Days in ISO form, both included."""

    run_id: str
    channels: tuple[str, ...]
    basis: Basis
    first: str
    last: str
    process: int
    since: str

    def meets(self, other: Claim) -> set[str]:
        """The channels on which both are at the same days."""
        same_days = self.basis == other.basis and self.first <= other.last and other.first <= self.last
        return set(self.channels) & set(other.channels) if same_days else set()


@contextmanager
def claimed(
    home: Home, run_id: str, channels: Collection[str], first: date, last: date, basis: Basis = "landing"
) -> Iterator[None]:
    """Hold the days of these channels. Raises `DaysInHand` if a living run has any of them; that of a run that died
    counts for nothing.
    """
    own = Claim(
        run_id,
        tuple(sorted(channels)),
        basis,
        first.isoformat(),
        last.isoformat(),
        os.getpid(),
        datetime.now(UTC).isoformat(timespec="seconds"),
    )
    folder = home.locks / "claims"
    path = folder / f"{run_id}.json"
    with ExitStack() as held:
        with exclusive(home.locks / "claims.lock"):
            for other in _living(folder):
                if both := own.meets(other):
                    raise DaysInHand(
                        f"다른 실행이 같은 날을 처리하고 있어 시작하지 않았습니다: {', '.join(sorted(both))} · "
                        f"{_BASIS_NAMES[basis]} {other.first}~{other.last} (실행 {other.run_id}, 프로세스 {other.process}, "
                        f"{other.since}부터). 그 실행이 끝난 뒤에도 필요하면 다시 실행하세요. 바뀐 것은 없습니다."
                    )
            folder.mkdir(parents=True, exist_ok=True)
            stream = held.enter_context(path.open("w", encoding="utf-8"))
            fcntl.flock(stream, fcntl.LOCK_EX)
            stream.write(json.dumps(asdict(own)))
            stream.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _living(folder: Path) -> Iterator[Claim]:
    """The claims whose process lives (it holds a lock on its file); files of the dead are taken away."""
    for path in sorted(folder.glob("*.json")):
        with suppress(FileNotFoundError), path.open(encoding="utf-8") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                kept = json.loads(stream.read())
                yield Claim(**kept | {"channels": tuple(kept["channels"])})
            else:
                path.unlink(missing_ok=True)


@contextmanager
def turn(home: Home, channels: Collection[str], waiting: Waiting = lambda channel: None) -> Iterator[None]:
    """Be the only one at work on these channels; others are waited for."""
    with ExitStack() as locks:
        for channel in sorted(channels):  # in one order everywhere, so that no two wait for each other
            locks.enter_context(exclusive(home.channel_lock(channel), partial(waiting, channel)))
        yield
