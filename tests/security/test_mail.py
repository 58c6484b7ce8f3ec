"""Mail over the wire: a real SMTP server, with and without TLS, and the folder in its place."""

import email
import email.policy
import socket
import ssl
import stat
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from api.security.mail import Letter, mailer, message
from api.settings import Settings

LETTER = Letter("ana@example.org", "Choose a new password", "Hello,\n\nhttps://x.example/link/y\n")
USER, SECRET = "pdsa", "p@ss/word"


class Received:
    """What a server was given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        read = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, read, session.ssl is not None))
        return "250 OK"


def right(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and data.password == SECRET.encode()
    return AuthResult(success=known)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that signs itself, with its key in one file."""
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", file, "-out", file.with_suffix(".crt")],
        check=True,
        capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + file.with_suffix(".crt").read_bytes())
    return file


@pytest.fixture
def received() -> Received:
    return Received()


def serving_mail(received: Received, **options: Any) -> Iterator[Controller]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(received, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()


def port_of(controller: Controller) -> int:
    assert controller.server is not None
    found: int = controller.server.sockets[0].getsockname()[1]
    return found


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def plain(received: Received) -> Iterator[Controller]:
    yield from serving_mail(received)


@pytest.fixture
def with_starttls(received: Received, certificate: Path) -> Iterator[Controller]:
    yield from serving_mail(
        received,
        tls_context=tls(certificate),
        require_starttls=True,
        auth_required=True,
        authenticator=right,
    )


@pytest.fixture
def with_tls(received: Received, certificate: Path) -> Iterator[Controller]:
    yield from serving_mail(received, ssl_context=tls(certificate))


def settings(url: str) -> Settings:
    return Settings(smtp=url, mail_from="pdsa@school.example")


async def test_a_letter_arrives_as_it_was_written(plain: Controller, received: Received) -> None:
    await mailer(settings(f"smtp://localhost:{port_of(plain)}")).send(LETTER)

    ((sender, to, read, _),) = received.mails
    assert (sender, to) == ("pdsa@school.example", ["ana@example.org"])
    assert read["Subject"] == LETTER.subject
    assert read.get_content().splitlines() == LETTER.text.splitlines()
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Message-ID"].endswith("@school.example>")


async def test_a_letter_goes_by_starttls_after_signing_in(
    with_starttls: Controller, received: Received, certificate: Path
) -> None:
    trusted = ssl.create_default_context(cafile=certificate.with_suffix(".crt"))
    url = f"smtp://{USER}:p%40ss%2Fword@localhost:{port_of(with_starttls)}?starttls"

    await mailer(settings(url), trusted).send(LETTER)

    assert [each[3] for each in received.mails] == [True]


async def test_a_letter_goes_by_tls_from_the_start(
    with_tls: Controller, received: Received, certificate: Path
) -> None:
    trusted = ssl.create_default_context(cafile=certificate.with_suffix(".crt"))

    await mailer(settings(f"smtps://localhost:{port_of(with_tls)}"), trusted).send(LETTER)

    assert len(received.mails) == 1


async def test_a_certificate_that_nobody_vouches_for_gets_no_letter_and_no_password(
    with_starttls: Controller, received: Received
) -> None:
    url = f"smtp://{USER}:p%40ss%2Fword@localhost:{port_of(with_starttls)}?starttls"

    with pytest.raises(ssl.SSLCertVerificationError):
        await mailer(settings(url)).send(LETTER)

    assert not received.mails


@pytest.mark.parametrize(
    "letter",
    [
        Letter("ana@example.org", "Hello\r\nBcc: eve@example.org", ""),
        Letter("ana@example.org\r\nBcc: eve@example.org", "Hello", ""),
        Letter("ana@example.org, eve@example.org", "Hello", ""),
    ],
)
def test_nothing_gets_into_the_headers(letter: Letter) -> None:
    with pytest.raises(Exception) as refused:
        bytes(message(letter, "pdsa@school.example", datetime.now(UTC)))

    assert not isinstance(refused.value, AssertionError)


async def test_without_smtp_each_letter_is_a_file_for_the_operator_alone(tmp_path: Path) -> None:
    post = mailer(Settings(data=str(tmp_path)))

    await post.send(LETTER)
    await post.send(LETTER)

    files = sorted((tmp_path / "outbox").glob("*.eml"))
    assert len(files) == 2
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert read.get_content().splitlines() == LETTER.text.splitlines()
    assert stat.S_IMODE((tmp_path / "outbox").stat().st_mode) == 0o700


async def test_for_a_trial_letters_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    await mailer(Settings(outbox="console")).send(LETTER)

    assert "https://x.example/link/y" in capsys.readouterr().out
