"""Where a drawn series broke: signs for a chart and the sentence that explains them.

Belongs here: turning `schemas/codes/series_breaks.csv` into marks. Does not: drawing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from schemas.codes import breaks_between

_SIGNS = "①②③④⑤⑥⑦⑧⑨"


def marks(starts: Sequence[date], last: date) -> tuple[tuple[tuple[int, str], ...], str]:
    """For a chart whose labels begin on the days `starts` and that ends on `last`: its marks, and what they are."""
    found = breaks_between(starts[0], last)[: len(_SIGNS)]
    signs: dict[int, str] = {}
    for row, sign in zip(found, _SIGNS, strict=False):
        place = sum(start < row.valid_from for start in starts)
        signs[place] = signs.get(place, "") + sign
    told = ", ".join(f"{sign} {row['title']}({row.valid_from})" for row, sign in zip(found, _SIGNS, strict=False))
    return tuple(signs.items()), f" 점선은 계열이 끊긴 때: {told}." if told else ""
