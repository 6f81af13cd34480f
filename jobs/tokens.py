"""Keyed tokens: the same caller gives the same token, and without the key nobody can tell who it was.

HMAC-SHA256 (RFC 2104), cut to 128 bits. The key comes from `DASAN_TOKEN_KEY` (hex, at least 32 bytes) or is made once
under `DASAN_HOME/keys` and kept there with mode 0600.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from pathlib import Path

from jobs.errors import WrongUse

KEY_BYTES = 32
_ENVIRONMENT = "DASAN_TOKEN_KEY"


def token_key(keys: Path) -> bytes:
    """The key, made on first use. Raises `WrongUse` for a key that is too short or not hex."""
    path = keys / "token.key"
    text = os.environ.get(_ENVIRONMENT)
    where = f"환경변수 {_ENVIRONMENT}"
    if text is None:
        if not path.exists():
            _make(path)
        text, where = path.read_text(encoding="ascii", errors="replace"), str(path)
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise WrongUse(f"토큰 키를 쓸 수 없습니다({where}). 16진수 {KEY_BYTES * 2}자리 이상이어야 합니다.")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(KEY_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, path)  # fails if another process was first: its key stands
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def keyed_token(key: bytes, kind: str, value: str | None) -> str | None:
    """The token of `value` among values of its `kind`; None stays None."""
    if not value:
        return None
    return hmac.digest(key, f"{kind}|{value}".encode(), "sha256").hex()[:32]


def caller_key(value: str | None) -> str | None:
    """One spelling for a caller: a phone number by its digits, anything else as it is."""
    if not value:
        return None
    digits = re.sub(r"\D", "", value)
    if len(digits) >= 8 and re.fullmatch(r"[\d\s()+.\-]+", value):
        return "0" + digits[2:] if digits.startswith("82") else digits
    return value.strip()
