"""Ranked lists: the most frequent first, and only what may be shown.

Belongs here: the choice of the rows. Does not: the tables made of them.
A masked row in the order of its value would give its value away, so it is folded into what is left. Masks depend on
everything that a document shows: a ranking is to be made after all other tables.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from jobs.reports import derived
from jobs.reports.figures import Figure, Ledger
from schemas.metrics import SMALL_CELL_K

RANKED_NOTE = "가린 유형은 차례에 넣지 않고 ‘그 밖의 유형’에 묶음."
NONE_TO_RANK = f"{SMALL_CELL_K}건 이상이어서 실을 수 있는 유형이 없어 많이 물은 유형의 표를 싣지 않았습니다."


@dataclass(frozen=True)
class Ranking:
    """`shown`: codes and their figures, the greatest first. `apart`: those that have a row of their own beneath.
    `folded`: how many codes that are not zero are in `left`, the rest of the total; `folded_apart`: which of those
    that are to stand apart had to go there too."""

    shown: list[tuple[str, Figure]]
    apart: list[tuple[str, Figure]]
    folded: int
    folded_apart: list[str]
    left: Figure


def rank(ledger: Ledger, total: Figure, found: Mapping[str, Figure], top: int, apart: Collection[str] = ()) -> Ranking:
    """The `top` greatest of `found`, which make up `total`, as far as they may be shown.

    What is left counts as a figure of its own: while it gives a row away, or a row gives it away, that row is folded.
    """
    ledger.protect()
    asked = [code for code, figure in found.items() if figure.value]
    fit = [code for code in asked if int(found[code].value or 0) >= SMALL_CELL_K and not found[code].masked]
    order = sorted((code for code in fit if code not in apart), key=lambda code: (-int(found[code].value or 0), code))
    rows = [*order[:top], *(code for code in fit if code in apart)]
    while True:
        left = derived.rest(ledger, total, [found[code] for code in rows])
        ledger.protect()
        kept = [code for code in rows if not found[code].masked]
        if kept == rows:
            break
        rows = kept
    return Ranking(
        [(code, found[code]) for code in rows if code not in apart],
        [(code, found[code]) for code in rows if code in apart],
        sum(code not in rows and code not in apart for code in asked),
        [code for code in asked if code in apart and code not in rows],
        left,
    )
