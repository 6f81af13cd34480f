"""A document as PDF, set by Typst with the Korean font embedded and the text left as text.

The template reads the document as data (JSON in an input), so nothing in it can be taken for markup.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from jobs.reports.fonts import font_files

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # the date written into a PDF whose marts do not say when they were made


def render(plain: dict[str, Any]) -> bytes:
    """PDF of `Document.plain`; equal documents give equal bytes. Raises typst's `TypstError` on a broken template."""
    import typst

    template = resources.files("jobs.reports").joinpath("templates", "document.typ").read_bytes()
    folders = [str(folder) for folder in sorted({path.parent for path in font_files()})]
    pdf: bytes = typst.compile(
        template,
        format="pdf",
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=folders),
        sys_inputs={"document": json.dumps(plain, ensure_ascii=False)},
        timestamp=made_at(plain["as_of"]),
    )
    return pdf


def made_at(as_of: str) -> datetime:
    """`as_of` as a time with a zone; a fixed one where it cannot be read."""
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        return _EPOCH
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
