"""Texts as numbers, for compiled loops.

Belongs here: the code points of texts. Does not: what is read in them (`nlp.features`, `nlp.matching`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def code_points(text: str) -> Any:
    """uint32, one a character; a lone surrogate is read as `?`."""
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)


def joined(texts: Sequence[str]) -> tuple[Any, Any]:
    """The code points of all texts, and where each begins and the last ends."""
    bounds = np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.int64)
    return code_points("".join(texts)), bounds
