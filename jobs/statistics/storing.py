"""A panel as a file between two runs: arrays and JSON, nothing that could run code.

Belongs here: writing and reading it. A file that does not fit is none: the panel is then made anew from the marts.
"""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from jobs.analysis.episodes import Watch
from jobs.files import atomic_path
from jobs.statistics.panel import Episode, Panel

_ARRAYS = ("recent", "weeks", "week_states", "first_days")


def save(panel: Panel, path: Path, facts: dict[str, Any]) -> None:
    """Write the panel and `facts` (JSON) to `path`, whole or not at all."""
    arrays = {name: getattr(panel, name) for name in _ARRAYS}
    for place, part in enumerate(_parts(panel.watch)):
        arrays |= {f"watch{place}.{name}": held for name, held in vars(part).items() if isinstance(held, np.ndarray)}
    said = {
        "facts": facts,
        "day": panel.day.isoformat(),
        "keys": panel.keys,
        "last_seen": {channel: day.isoformat() for channel, day in panel.last_seen.items()},
        "open": [_written(episode) for episode in panel.open_episodes.values()],
    }
    text = np.frombuffer(json.dumps(said, ensure_ascii=False).encode(), np.uint8)
    with atomic_path(path) as draft, draft.open("wb") as stream:
        np.savez(stream, said=text, **arrays)


def load(path: Path) -> tuple[Panel, dict[str, Any]] | None:
    """The panel and its facts; `None` where there is no file that can be used."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as held:
            said = json.loads(held["said"].tobytes())
            keys = [tuple(key) for key in said["keys"]]
            watch = Watch(len(keys))
            for place, part in enumerate(_parts(watch)):
                for name, blank in list(vars(part).items()):
                    if isinstance(blank, np.ndarray):
                        array = held[f"watch{place}.{name}"]
                        if array.shape != blank.shape:
                            return None
                        setattr(part, name, array)
            arrays = {name: held[name] for name in _ARRAYS}
    except (OSError, ValueError, KeyError, json.JSONDecodeError):
        return None
    opened = {episode.column: episode for episode in map(_read, said["open"])}
    seen = {channel: date.fromisoformat(day) for channel, day in said["last_seen"].items()}
    panel = Panel(date.fromisoformat(said["day"]), keys, watch, last_seen=seen, open_episodes=opened)
    return replace(panel, **arrays), said["facts"]


def _parts(watch: Watch) -> tuple[Any, ...]:
    return watch, watch.baseline, *watch.dispersions


def _written(episode: Episode) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value := getattr(episode, name), date) else value
        for name in (part.name for part in fields(Episode))
    }


def _read(written: dict[str, Any]) -> Episode:
    days = {name: date.fromisoformat(written[name]) for name in ("opened", "last", "peak")}
    return Episode(**{**written, **days})
