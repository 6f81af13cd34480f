"""A document as HWPX, the format of Hancom Office: real tables with heads that repeat, pictures of the charts, headings
of the outline, page numbers, and 문서요지 and 핵심검색어 both in the document's properties and at its head.

Belongs here: the parts of the page. Does not: widths and shapes of cells (`hwpx_tables`), or what the document says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobs.reports.hwpx_tables import TEXT_WIDTH_MM, Shapes, add_table
from jobs.reports.render_pdf import made_at

AUTHOR = "120다산콜재단"
_MARGINS_MM = {"left": 16, "right": 16, "top": 14, "bottom": 13, "header": 6, "footer": 7}
_PLAIN = "0"  # the style 바탕글 of a new document, and its shape
_BLUE, _SOFT, _ALERT = "#1F4E79", "#59636E", "#7A2C00"


def render(plain: dict[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """HWPX of `Document.plain`; `pictures` are the charts as PNG by id.

    Equal documents give equal texts; the ids of objects differ from run to run. The library checks the package and its
    XML against the schemas as it writes, and raises its `SaveError` where Hancom Office might refuse to open it.
    """
    from hwpx import HwpxDocument

    document = HwpxDocument.new()
    try:
        page = _Page(document)
        _properties(document, plain)
        _head(page, plain)
        for section in plain["sections"]:
            _section(page, section, pictures)
        document.page.set_page_number(prefix=f"{plain['title']} · {plain['subtitle']}    ", align="RIGHT")
        return bytes(document.to_bytes())
    finally:
        document.close()


class _Page:
    """Paragraphs and their shapes, each shape made once."""

    def __init__(self, document: Any) -> None:
        self.document = document
        document.page.setup(paper_size="A4", margins_mm=_MARGINS_MM)
        self.shapes = Shapes(document)
        self._formats: dict[str, str] = {}
        self._first = True

    def say(self, text: str, *, size: float = 9.5, bold: bool = False, color: str = "#000000", **shape: Any) -> None:
        """A paragraph; `shape` as `apply_paragraph_format` takes it."""
        char = self.shapes.char(size=size, bold=bold, color=color)
        if self._first:  # a new document has an empty first paragraph, which holds the settings of the page
            paragraph, self._first = self.document.paragraphs[0], False
            paragraph.text = text
            paragraph.char_pr_id_ref = char
        else:
            paragraph = self.document.add_paragraph(
                text, style_id_ref=_PLAIN, para_pr_id_ref=_PLAIN, char_pr_id_ref=char, inherit_style=False
            )
        self.shape(paragraph, **{"line_spacing_percent": 140, "spacing_after_pt": 2, **shape})

    def heading(self, text: str) -> None:
        char = self.shapes.char(size=12, bold=True, color=_BLUE)
        paragraph = self.document.add_heading(text, level=1, char_pr_id_ref=char)
        self.shape(
            paragraph,
            spacing_before_pt=9,
            spacing_after_pt=3,
            keep_with_next=True,
            bottom_border=True,
            border_color=_BLUE,
        )

    def shape(self, paragraph: Any, **shape: Any) -> None:
        key = repr((paragraph.para_pr_id_ref, sorted(shape.items())))
        if key not in self._formats:
            self.document.styles.apply_paragraph_format(paragraphs=[paragraph], **shape)
            self._formats[key] = str(paragraph.para_pr_id_ref)
        paragraph.para_pr_id_ref = self._formats[key]


def _properties(document: Any, plain: dict[str, Any]) -> None:
    moment = made_at(plain["as_of"]).strftime("%Y-%m-%dT%H:%M:%SZ")
    document.parts.clear_document_metadata(keep=("language",))
    document.parts.set_document_metadata(
        title=f"{plain['title']} — {plain['subtitle']}",
        creator=AUTHOR,
        subject=plain["summary"],  # Hancom shows it as 주제
        keyword=", ".join(plain["keywords"]),
        created_date=moment,
        modified_date=moment,
    )
    document.parts.clear_preview()


def _head(page: _Page, plain: dict[str, Any]) -> None:
    page.say(plain["title"], size=18, bold=True, color=_BLUE)
    page.say(plain["subtitle"], size=11)
    for banner in plain["banners"]:
        border = {"color": "#A33B00", "width": "0.4 mm", "offset_mm": 1}
        page.say(banner, size=10, bold=True, color=_ALERT, border=border, spacing_before_pt=3, spacing_after_pt=4)
    page.say(" · ".join(f"{name} {value}" for name, value in plain["metadata"]), size=8.5, color=_SOFT)
    page.say(f"문서요지: {plain['summary']}", size=8.5, color=_SOFT)
    page.say(f"핵심검색어: {', '.join(plain['keywords'])}", size=8.5, color=_SOFT, spacing_after_pt=6)
    for place, message in enumerate(plain["key_messages"]):
        page.say(
            f"○ {message}", size=10.5, bold=not place, first_line_indent_mm=-4, indent_left_mm=4, spacing_after_pt=3
        )


def _section(page: _Page, section: dict[str, Any], pictures: Mapping[str, bytes]) -> None:
    page.heading(section["title"])
    small: dict[str, Any] = {"size": 8, "color": _SOFT} if section["small_print"] else {}
    for block in section["blocks"]:
        if block["kind"] == "text":
            page.say(block["text"], **small)
            continue
        if block["title"]:
            page.say(block["title"], bold=True, keep_with_next=True, spacing_before_pt=3)
        if block["kind"] == "chart":
            picture = page.document.add_picture(
                pictures[block["chart_id"]], "png", width_mm=TEXT_WIDTH_MM, inherit_style=False
            )
            _describe(picture, block["alt"])
        else:
            add_table(page.document, block, page.shapes)
        if block["note"]:
            page.say(block["note"], size=8, color=_SOFT)


def _describe(picture: Any, text: str) -> None:
    """The text that stands for a picture where it is read aloud."""
    for node in picture.element.iter():
        if node.tag.endswith("}shapeComment"):
            node.text = text
