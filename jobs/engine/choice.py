"""Which engine a command runs on: as its options or the environment say, else the installation's `pipeline.toml`.

[engine]
name = "auto"                    # local, spark, or auto: spark from `spark_from_gb` on
master = "spark://host:7077"     # any Spark master
spark_from_gb = 20               # of data to be read (10^9 bytes)
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jobs.engine import Engine, make_engine
from jobs.errors import WrongUse
from jobs.settings import Home

NAMES = ("local", "spark", "auto")
_KINDS: dict[str, type | tuple[type, ...]] = {"name": str, "master": str, "spark_from_gb": (int, float)}


@dataclass(frozen=True)
class Choice:
    """`name` is one of `NAMES`; `spark_from_gb` counts only for `auto`."""

    name: str = "local"
    master: str = "local[*]"
    spark_from_gb: float = 20.0  # four years of 120: one machine does a year in an hour

    def engine(self, size: Callable[[], int] = lambda: 0, workers: int | None = None) -> Engine:
        """The engine, for `size()` bytes of data."""
        name = self.name
        if name == "auto":
            name = "spark" if size() >= self.spark_from_gb * 1e9 else "local"
        return make_engine(name, workers, self.master)


def choice(home: Home) -> Choice:
    """`DASAN_ENGINE` and `DASAN_SPARK_MASTER` (which the options set) go before the file.

    Raises `WrongUse` where `pipeline.toml` cannot be read or holds what is not known, and for a name that is none.
    """
    found = Choice(**_settings(home.pipeline_settings))
    name, master = os.environ.get("DASAN_ENGINE"), os.environ.get("DASAN_SPARK_MASTER")
    found = replace(found, name=name or found.name, master=master or found.master)
    if found.name not in NAMES:
        raise WrongUse(f"엔진 이름 '{found.name}'을(를) 모릅니다. --engine 은 {', '.join(NAMES)} 가운데 하나입니다.")
    return found


def _settings(path: Path) -> dict[str, Any]:
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as fault:
        raise WrongUse(f"{path}: 읽을 수 없습니다({fault}). TOML 형식인지 확인하세요.") from None
    engine = told.get("engine", {})
    unknown = [
        *(told.keys() - {"engine"}),
        *(engine.keys() - _KINDS.keys() if isinstance(engine, dict) else ["engine"]),
    ]
    wrong = unknown or [name for name, value in engine.items() if not isinstance(value, _KINDS[name])]
    if wrong:
        raise WrongUse(
            f"{path}: {', '.join(sorted(wrong))} 을(를) 알 수 없습니다. [engine] 아래에 name(글자), master(글자), "
            "spark_from_gb(수)만 적을 수 있습니다."
        )
    return dict(engine)
