"""E-mail: what is in the message, and that a real SMTP server gets it, over TLS and with a password."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from click.testing import CliRunner
from invented_marts import DAY, invent, write
from published import letter, pdf_text, squeezed

from jobs.cli import cli
from jobs.errors import DasanError, PublicationBlocked, WrongUse
from jobs.reports import covid_daily, publish
from jobs.reports.document import Document
from jobs.reports.mail import Server, send
from jobs.settings import Home

LIST = (
    "report,recipient,address\ncovid-daily,,one@seoul.go.kr\ncovid-daily,,two@seoul.go.kr\nvoc,11680,gu@seoul.go.kr\n"
)


class _Post:
    """A mailbox behind a server."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        assert session.ssl is not None or not server.require_starttls
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    return folder / "cert.pem", folder / "key.pem"


def _started(post: _Post, **settings: Any) -> Controller:
    with socket.socket() as free:  # the controller does not tell which port 0 became
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, **settings)
    controller.start()
    return controller


@pytest.fixture
def open_server() -> Iterator[tuple[_Post, int]]:
    post = _Post()
    controller = _started(post)
    yield post, controller.port
    controller.stop()


@pytest.fixture
def guarded_server(certificate: tuple[Path, Path]) -> Iterator[tuple[_Post, int]]:
    """STARTTLS and a password are required."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        is_known = (data.login, data.password) == (b"dasan", b"secret")
        return AuthResult(success=is_known, handled=False)  # the server answers 235 or 535

    post = _Post()
    controller = _started(post, tls_context=context, require_starttls=True, auth_required=True, authenticator=known)
    yield post, controller.port
    controller.stop()


@pytest.fixture(scope="module")
def sender_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("sender"))
    write(home.marts, invent([DAY], 300))
    home.mail_recipients.write_text(LIST, encoding="utf-8")
    return home


@pytest.fixture
def environment(sender_home: Home, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.setenv("DASAN_HOME", str(sender_home.root))

    def given(**settings: object) -> None:
        for name, value in settings.items():
            monkeypatch.setenv(f"DASAN_SMTP_{name}", str(value))

    return given


def test_the_message_has_text_html_pictures_and_files_with_korean_names(edition: tuple[Document, Path]) -> None:
    document, folder = edition
    path = folder / f"{document.stem}.eml"
    found = letter(path)
    assert document.title in found["Subject"]
    plain, page = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None and page is not None
    for message in document.key_messages:
        assert message.text in plain.get_content()
    html = page.get_content()
    assert "viewport" in html and "<table>" in html and "<svg" not in html
    pictures = [part for part in found.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == len(document.charts())
    for part in pictures:
        assert f"cid:{part['Content-ID'].strip('<>')}" in html
    names = {part.get_filename(): part.get_content() for part in found.iter_attachments()}
    stem = "_".join(p for p in (document.title, document.period, document.recipient) if p).replace("/", " ")
    assert set(names) == {f"{stem}.{form}" for form in ("pdf", "hwpx", "xlsx")}
    assert names[f"{stem}.pdf"] == (folder / f"{document.stem}.pdf").read_bytes()
    assert names[f"{stem}.hwpx"] == (folder / f"{document.stem}.hwpx").read_bytes()
    assert b"filename*0*=utf-8''%" in path.read_bytes() or b"filename*=utf-8''%" in path.read_bytes()
    assert not found["To"] and not found["From"]


def test_an_edition_goes_to_each_of_its_recipients_alone(
    environment: Callable[..., None], open_server: tuple[_Post, int]
) -> None:
    post, port = open_server
    environment(HOST="127.0.0.1", PORT=port, FROM="report@dasan.test", STARTTLS=0)
    result = CliRunner().invoke(cli, ["report", "covid-daily", "--format", "pdf", "--send"], standalone_mode=False)
    assert result.exception is None, result.output
    assert "보냄: [120다산콜재단] 코로나19 상담 일일 현황" in result.output
    assert "one@seoul.go.kr, two@seoul.go.kr" in result.output
    assert [envelope.rcpt_tos for envelope in post.letters] == [["one@seoul.go.kr"], ["two@seoul.go.kr"]]
    received = message_from_bytes(bytes(post.letters[0].content), policy=default)
    assert received["To"] == "one@seoul.go.kr" and "two@" not in received.as_string()
    assert received["From"] == "report@dasan.test" and received["Message-ID"] and not received["X-Unsent"]
    [attached] = list(received.iter_attachments())
    assert attached.get_filename() == "코로나19 상담 일일 현황_2021-12-14.pdf"
    assert attached.get_content().startswith(b"%PDF")


def test_what_arrives_holds_what_was_published(
    environment: Callable[..., None], open_server: tuple[_Post, int], sender_home: Home, tmp_path: Path, conn: Any
) -> None:
    post, port = open_server
    environment(HOST="127.0.0.1", PORT=port, FROM="report@dasan.test", STARTTLS=0)
    document = covid_daily.build(conn, DAY)
    files = publish(document, document.ledger, tmp_path, ["pdf", "eml"], home=Home(tmp_path))
    send(sender_home, files, Server.from_env())
    received = message_from_bytes(bytes(post.letters[0].content), policy=default)
    [attached] = list(received.iter_attachments())
    arrived = tmp_path / "arrived.pdf"
    arrived.write_bytes(attached.get_content())
    assert squeezed(document.key_messages[0].text) in pdf_text(arrived)
    assert arrived.read_bytes() == next(path for path in files if path.suffix == ".pdf").read_bytes()


def test_tls_and_password(
    environment: Callable[..., None],
    guarded_server: tuple[_Post, int],
    certificate: tuple[Path, Path],
    sender_home: Home,
    tmp_path: Path,
    conn: Any,
) -> None:
    post, port = guarded_server
    document = covid_daily.build(conn, DAY)
    files = publish(document, document.ledger, tmp_path, ["eml"], home=Home(tmp_path))
    environment(HOST="127.0.0.1", PORT=port, FROM="report@dasan.test", USER="dasan", PASSWORD="wrong")
    with pytest.raises(DasanError, match="보낸 것은 없습니다") as unknown:  # nobody vouches for the certificate
        send(sender_home, files, Server.from_env())
    assert "CERTIFICATE_VERIFY_FAILED" in str(unknown.value)
    environment(CA_FILE=certificate[0])
    with pytest.raises(DasanError, match="535"):
        send(sender_home, files, Server.from_env())
    assert not post.letters
    environment(PASSWORD="secret")
    assert len(send(sender_home, files, Server.from_env())) == 1
    assert len(post.letters) == 2


def test_without_settings_nothing_is_made(environment: Callable[..., None], sender_home: Home, tmp_path: Path) -> None:
    arguments = ["report", "covid-daily", "--send", "--out", str(tmp_path)]
    with pytest.raises(WrongUse, match="DASAN_SMTP_HOST, DASAN_SMTP_FROM") as refused:
        CliRunner().invoke(cli, arguments, standalone_mode=False, catch_exceptions=False)
    assert refused.value.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_a_password_never_goes_over_an_open_line(environment: Callable[..., None]) -> None:
    environment(HOST="127.0.0.1", FROM="report@dasan.test", USER="dasan", PASSWORD="secret", STARTTLS=0)
    with pytest.raises(WrongUse, match="STARTTLS"):
        Server.from_env()


def test_nobody_to_send_to_is_wrong_use(
    environment: Callable[..., None], open_server: tuple[_Post, int], tmp_path: Path, conn: Any
) -> None:
    post, port = open_server
    environment(HOST="127.0.0.1", PORT=port, FROM="report@dasan.test", STARTTLS=0)
    document = covid_daily.build(conn, DAY)
    home = Home(tmp_path)
    files = publish(document, document.ledger, home.reports, ["eml"], home=home)
    with pytest.raises(WrongUse, match=r"recipients\.csv"):
        send(home, files, Server.from_env())
    for rows, word in (("voc,11680,gu@seoul.go.kr", "보낼 곳이 없습니다"), ("covid-daily,,a b@c", "주소가 아닙니다")):
        home.mail_recipients.write_text(f"report,recipient,address\n{rows}\n", encoding="utf-8")
        with pytest.raises(WrongUse, match=word):
            send(home, files, Server.from_env())
    assert not post.letters


def test_what_the_gate_blocks_is_not_sent(
    environment: Callable[..., None], open_server: tuple[_Post, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older edition of the day lies there; still nothing goes out."""
    post, port = open_server
    environment(HOST="127.0.0.1", PORT=port, FROM="report@dasan.test", STARTTLS=0)
    CliRunner().invoke(cli, ["report", "covid-daily", "--format", "eml"], standalone_mode=False, catch_exceptions=False)

    def blocked(*_: Any, **__: Any) -> None:
        raise PublicationBlocked("맞지 않는 수치")

    monkeypatch.setattr("jobs.reports.release.publish", blocked)
    with pytest.raises(PublicationBlocked):
        CliRunner().invoke(cli, ["report", "covid-daily", "--send"], standalone_mode=False, catch_exceptions=False)
    assert not post.letters
