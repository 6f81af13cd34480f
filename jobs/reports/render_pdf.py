"""A document as PDF, set by Typst with the Korean font embedded and the text left as text.

The template reads the document as data (JSON in an input), so nothing in it can be taken for markup.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from jobs.reports.fonts import typst_fonts

SCALES = (1.1, 1.05, 1.0, 0.95, 0.9, 0.85)  # of the sizes in the template; below these nobody could read it
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # the date written into a PDF whose marts do not say when they were made


def render(plain: dict[str, Any]) -> bytes:
    """PDF of `Document.plain`, tagged for reading aloud; equal documents give equal bytes. A document that is to keep
    so many pages is set in the largest of `SCALES` that does. Raises typst's `TypstError` on a broken template."""
    import typst

    template = resources.files("jobs.reports").joinpath("templates", "document.typ").read_bytes()
    common: dict[str, Any] = {"font_paths": typst_fonts()}
    whole = json.dumps(plain, ensure_ascii=False)
    for scale in SCALES if plain["pages"] else (1.0,):
        common["sys_inputs"] = {"document": whole, "scale": str(scale)}
        if (
            not plain["pages"]
            or int(typst.query(template, "<pages>", field="value", one=True, **common)) <= plain["pages"]
        ):
            break
    pdf: bytes = typst.compile(template, format="pdf", timestamp=made_at(plain["as_of"]), **common)
    return pdf


def made_at(as_of: str) -> datetime:
    """`as_of` as a time with a zone; a fixed one where it cannot be read."""
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        return _EPOCH
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
