"""A document as one HTML file that needs nothing else and reads on a telephone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2


@cache
def _template() -> jinja2.Template:
    import jinja2

    loader = jinja2.PackageLoader("jobs.reports", "templates")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("document.html.j2")


def render(plain: dict[str, Any]) -> bytes:
    """HTML of `Document.plain`. Everything but the charts' own SVG is escaped."""
    return _template().render(document=plain).encode()
