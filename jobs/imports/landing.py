"""Landing folders that the house itself fills: one origin a folder, told in a sidecar.

Belongs here: claiming a folder for an origin and clearing what the same origin wrote before. Does not: formats.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from jobs.errors import WrongUse
from jobs.files import atomic_path

SIDECAR = "_origin.json"


def claim(landing: Path, channel: str, day: date, origin: dict[str, str]) -> Path:
    """The folder `landing/channel/day`, marked as holding `origin` (keys origin, label, note …) and nothing else.

    Raises `WrongUse` where it already holds files of another origin: one sidecar speaks for a whole folder.
    """
    folder = landing / channel / day.isoformat()
    held = _held_origin(folder)
    if held is not None and held != origin["origin"]:
        raise WrongUse(
            f"{folder} 에 다른 출처({held})의 파일이 이미 있습니다. 출처가 섞이면 표시가 틀려집니다. "
            "--landing으로 다른 도착 폴더를 주거나 그 폴더를 옮긴 뒤 다시 하세요."
        )
    text = json.dumps(origin, ensure_ascii=False, indent=2) + "\n"
    with atomic_path(folder / SIDECAR) as draft:
        draft.write_text(text, encoding="utf-8")
    return folder


def clear(landing: Path, channel: str, day: date, origin: str, stale: Iterable[str]) -> None:
    """Remove the named files that `origin` left in the folder in an earlier run; an emptied folder goes as well."""
    folder = landing / channel / day.isoformat()
    if not (folder / SIDECAR).exists() or _held_origin(folder) != origin:
        return
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    if [path.name for path in folder.iterdir()] == [SIDECAR]:
        (folder / SIDECAR).unlink()
        folder.rmdir()


def _held_origin(folder: Path) -> str | None:
    """The origin of the folder's files; `None` where it has none."""
    if not folder.is_dir():
        return None
    sidecar = folder / SIDECAR
    if sidecar.exists():
        try:
            return str(json.loads(sidecar.read_text(encoding="utf-8"))["origin"])
        except (OSError, ValueError, KeyError, TypeError):
            return "알 수 없음"
    return "operational" if any(not path.name.startswith((".", "_")) for path in folder.iterdir()) else None
