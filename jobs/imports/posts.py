"""Board posts written as the homepage channel delivers them.

Belongs here: the XML of `schemas/channels/homepage.yaml`. Does not: where a post comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from jobs.files import atomic_path

# What XML 1.0 cannot hold even as a reference.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Post:
    """One post; `created_at` is ISO 8601 with its offset."""

    post_id: str
    created_at: str
    category: str
    title: str
    content: str = ""
    answer: str = ""
    phone: str = ""


def write_posts(target: Path, posts: Iterable[Post]) -> int:
    """Write `target` whole; returns the number of posts. Characters that XML forbids become U+FFFD."""
    count = 0
    with atomic_path(target) as draft, draft.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<posts>\n')
        for post in posts:
            stream.write(_xml(post))
            count += 1
        stream.write("</posts>\n")
    return count


def _xml(post: Post) -> str:
    return (
        f"  <post id={quoteattr(_clean(post.post_id))}>\n"
        f"    <createdAt>{_text(post.created_at)}</createdAt>\n"
        f"    <writer><phone>{_text(post.phone)}</phone></writer>\n"
        f"    <category>{_text(post.category)}</category>\n"
        f"    <title>{_text(post.title)}</title>\n"
        f"    <content>{_text(post.content)}</content>\n"
        f"    <answer>{_text(post.answer)}</answer>\n"
        "  </post>\n"
    )


def _text(value: str) -> str:
    return escape(_clean(value), {"\r": "&#13;"})


def _clean(value: str) -> str:
    return _NOT_XML.sub("\ufffd", value)
