"""Where the Korean font of the documents is: NanumGothic, shipped inside the package koreanize-matplotlib.

The files are found through the package's metadata; importing it would change matplotlib's settings.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from jobs.errors import DasanError

FAMILY = "NanumGothic"


@cache
def font_files() -> tuple[Path, ...]:
    """The regular and bold font files. Raises `DasanError` when the package is not there."""
    try:
        files = metadata.files("koreanize-matplotlib") or []
    except metadata.PackageNotFoundError as error:
        raise DasanError("한글 글꼴이 없습니다: 파이썬 패키지 koreanize-matplotlib 을 설치하세요.") from error
    wanted = (f"{FAMILY}.ttf", f"{FAMILY}Bold.ttf")
    return tuple(Path(str(file.locate())) for file in files if file.name in wanted)


@cache
def typst_fonts() -> Any:
    """The same for Typst, read once: no font of the machine is used, so that a document looks alike everywhere."""
    import typst

    folders = [str(folder) for folder in sorted({path.parent for path in font_files()})]
    return typst.Fonts(include_system_fonts=False, font_paths=folders)
