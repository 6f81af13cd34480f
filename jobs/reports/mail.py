"""Sending published editions by SMTP to those who are written down for them.

Belongs here: the server's settings (`DASAN_SMTP_*`), the list of recipients and the sending. Does not: the message
(`render_eml`). Only files that a publication has just written are sent: what the gate blocked was never written.
"""

from __future__ import annotations

import csv
import os
import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, make_msgid
from pathlib import Path

from jobs.errors import DasanError, WrongUse
from jobs.reports.render_eml import RECIPIENT_HEADER, REPORT_HEADER
from jobs.settings import Home

COLUMNS = ("report", "recipient", "address")
_SECONDS = 30  # to wait for the server's answer


@dataclass(frozen=True)
class Server:
    """Where mail is handed in. With `user`, only over an encrypted connection."""

    host: str
    port: int
    sender: str
    user: str
    password: str
    starttls: bool
    ca_file: str

    @classmethod
    def from_env(cls) -> Server:
        """Raises `WrongUse` where a setting is missing or contradicts another."""
        given = {name: os.environ.get(f"DASAN_SMTP_{name}", "").strip() for name in _NAMES}
        missing = [f"DASAN_SMTP_{name}" for name in ("HOST", "FROM") if not given[name]]
        if missing:
            raise WrongUse(
                f"메일 서버가 설정되어 있지 않아 보낼 수 없습니다. 환경변수 {', '.join(missing)} 을(를) 정하거나 "
                "--send 없이 실행하세요."
            )
        if not given["PORT"].isdigit() and given["PORT"]:
            raise WrongUse(f"DASAN_SMTP_PORT '{given['PORT']}'은(는) 번호가 아닙니다. 587처럼 적어 주세요.")
        starttls = given["STARTTLS"] != "0"
        if given["USER"] and not starttls:
            raise WrongUse("암호화하지 않은 연결로는 암호를 보내지 않습니다. DASAN_SMTP_STARTTLS=0 을 지우세요.")
        return cls(
            given["HOST"],
            int(given["PORT"] or (587 if starttls else 25)),
            given["FROM"],
            given["USER"],
            given["PASSWORD"],
            starttls,
            given["CA_FILE"],
        )


_NAMES = ("HOST", "PORT", "FROM", "USER", "PASSWORD", "STARTTLS", "CA_FILE")


def addresses(home: Home) -> dict[tuple[str, str], list[str]]:
    """Who gets which edition, from `recipients.csv`: the addresses by (report, recipient). Raises `WrongUse`."""
    path = home.mail_recipients
    if not path.is_file():
        raise WrongUse(
            f"받을 사람의 목록이 없습니다: {path}. 첫 줄이 {','.join(COLUMNS)} 인 CSV로 만드세요"
            "(예: covid-daily,,name@seoul.go.kr)."
        )
    found: dict[tuple[str, str], list[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise WrongUse(f"{path}: 첫 줄이 {','.join(COLUMNS)} 이어야 합니다.")
        for row in reader:
            report, recipient, address = ((row[name] or "").strip() for name in COLUMNS)
            if not _is_address(address):
                raise WrongUse(f"{path} {reader.line_num}행: '{address}'은(는) 전자우편 주소가 아닙니다.")
            found.setdefault((report, recipient), []).append(address)
    return found


def _is_address(text: str) -> bool:
    name, _, host = text.partition("@")
    return bool(name and host) and "@" not in host and not any(c.isspace() or c in ",;<>" for c in text)


def send(home: Home, files: Iterable[Path], server: Server) -> list[str]:
    """Send each `.eml` among `files` to its recipients, one message a recipient. Returns a Korean line for each edition.

    Raises `WrongUse` where nobody is to get any of them, `DasanError` when the server fails; its message names what had
    been sent before.
    """
    listed = addresses(home)
    letters = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in files if path.suffix == ".eml"]
    lines: list[str] = []
    due: list[tuple[EmailMessage, list[str]]] = []
    for letter in letters:
        assert isinstance(letter, EmailMessage)
        to = listed.get((str(letter[REPORT_HEADER]), str(letter[RECIPIENT_HEADER] or "")), [])
        if to:
            due.append((letter, to))
        else:
            lines.append(f"보내지 않음(받을 사람이 적혀 있지 않음): {letter['Subject']}")
    if not due:
        raise WrongUse(
            f"보낼 곳이 없습니다. {home.mail_recipients} 에 이 문서의 줄이 없습니다. 문서는 만들어져 있습니다."
        )
    sent: list[str] = []
    try:
        with _connected(server) as smtp:
            for letter, to in due:
                for address in to:
                    smtp.send_message(_addressed(letter, server.sender, address))
                    sent.append(address)
                lines.append(f"보냄: {letter['Subject']} → {', '.join(to)}")
    except (smtplib.SMTPException, OSError) as error:
        done = f"{len(sent)}통은 이미 보냈습니다({', '.join(sent)})." if sent else "보낸 것은 없습니다."
        raise DasanError(
            f"메일 서버 {server.host}:{server.port} 에서 보내지 못했습니다: {error}. {done} 설정을 살핀 뒤 다시 실행하세요."
        ) from error
    return lines


def _connected(server: Server) -> smtplib.SMTP:
    smtp = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    try:
        if server.starttls:
            smtp.starttls(context=ssl.create_default_context(cafile=server.ca_file or None))
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _addressed(letter: EmailMessage, sender: str, address: str) -> EmailMessage:
    """The draft for one recipient: a new date and id each time, and no other address in it."""
    for name in ("X-Unsent", "From", "To", "Date", "Message-ID"):
        del letter[name]
    letter["From"], letter["To"] = sender, address
    letter["Date"], letter["Message-ID"] = format_datetime(localtime()), make_msgid(domain="dasan.invalid")
    return letter
