"""A document as an e-mail: its messages as text, the whole of it as HTML, and its files attached.

Belongs here: the message. Does not: who gets it and how (`mail`): sender and recipients are left open, so that the file
opens as a draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from jobs.reports import render_html
from jobs.reports.document import Document

REPORT_HEADER, RECIPIENT_HEADER = "X-Dasan-Report", "X-Dasan-Recipient"
ATTACHED = {  # what a recipient opens: the paper in the two forms, and the tables
    "pdf": "application/pdf",
    "hwpx": "application/hwp+zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def render(document: Document, files: Mapping[str, bytes], pictures: Mapping[str, bytes]) -> bytes:
    """The message, without sender and recipients. `files`: attachments by format, named in Korean (RFC 2231);
    `pictures`: the charts as PNG by id, which mail programs show where they would not show SVG."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"[120다산콜재단] {document.title} — {document.subtitle}"
    message["X-Unsent"] = "1"
    message[REPORT_HEADER] = document.report_id
    message[RECIPIENT_HEADER] = document.recipient
    tags = {name: f'<img src="cid:{name}@dasan" alt="" width="100%">' for name in pictures}  # its frame has the label
    plain = document.plain(tags)
    names = {form: f"{_name(document)}.{form}" for form in ATTACHED if form in files}
    message.set_content(_text(plain, list(names.values())), cte="base64")
    message.add_alternative(render_html.render(plain).decode(), subtype="html", cte="base64")
    page = message.get_payload()[1]  # type: ignore[index]
    for name, content in pictures.items():
        page.add_related(content, "image", "png", cid=f"<{name}@dasan>")  # type: ignore[union-attr]
    for form, name in names.items():
        main, _, sub = ATTACHED[form].partition("/")
        message.add_attachment(files[form], maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def _name(document: Document) -> str:
    """코로나19 상담 일일 현황_2021-12-14: without what a file system may not take."""
    whole = "_".join(part for part in (document.title, document.period, document.recipient) if part)
    return "".join(" " if character in '\\/:*?"<>|' else character for character in whole)


def _text(plain: dict[str, Any], names: list[str]) -> str:
    lines = [plain["title"], plain["subtitle"], *(f"※ {banner}" for banner in plain["banners"]), ""]
    lines += [f"- {message}" for message in plain["key_messages"]]
    lines += ["", " · ".join(f"{name} {value}" for name, value in plain["metadata"]), ""]
    if names:
        lines += ["표와 그림은 붙임 문서에 있습니다.", *(f"붙임: {name}" for name in names)]
    return "\n".join(lines) + "\n"
