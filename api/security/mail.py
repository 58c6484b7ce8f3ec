"""Mail: by SMTP with a verified certificate, or into a folder, or to the console."""

import asyncio
import smtplib
import ssl
import sys
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from api.ids import new_id
from api.settings import Settings


class Letter(Struct, frozen=True):
    """A mail in plain text."""

    to: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends letters."""

    async def send(self, letter: Letter) -> None:
        """Send a letter; raises ``OSError`` or ``smtplib.SMTPException`` where that fails."""
        ...


def mailer(settings: Settings, context: ssl.SSLContext | None = None) -> Mailer:
    """The way in which these settings send mail; ``context`` replaces the system's certificates."""
    if settings.demo:
        return _Nowhere()
    if settings.smtp:
        return _Smtp(settings, context or ssl.create_default_context())
    return _Console(settings) if settings.outbox == "console" else _Outbox(settings)


def message(letter: Letter, sender: str, at: datetime) -> EmailMessage:
    """The letter with its headers. Raises ``ValueError`` for a line break in one of them."""
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(addr_spec=sender)
    made["To"] = Address(addr_spec=letter.to)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text)
    return made


class _Nowhere:
    """Nobody of a demo is real: no letter leaves it."""

    async def send(self, letter: Letter) -> None:
        """Let the letter go."""


class _Smtp:
    def __init__(self, settings: Settings, context: ssl.SSLContext) -> None:
        self._sender, self._context = settings.mail_from, context
        url = urlsplit(settings.smtp)
        self._tls = url.scheme == "smtps"
        self._starttls = "starttls" in parse_qs(url.query, keep_blank_values=True)
        self._host = url.hostname or "localhost"
        self._port = url.port or (465 if self._tls else 587 if self._starttls else 25)
        self._user = unquote(url.username or "")
        self._password = unquote(url.password or "")

    async def send(self, letter: Letter) -> None:
        await asyncio.to_thread(self._send, message(letter, self._sender, datetime.now(UTC)))

    def _send(self, made: EmailMessage) -> None:
        with self._connected() as smtp:
            if self._starttls:
                smtp.starttls(context=self._context)
            if self._user:
                smtp.login(self._user, self._password)
            smtp.send_message(made)

    def _connected(self) -> smtplib.SMTP:
        if self._tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=20, context=self._context)
        return smtplib.SMTP(self._host, self._port, timeout=20)


class _Outbox:
    def __init__(self, settings: Settings) -> None:
        self._sender, self._folder = settings.mail_from, settings.outbox_folder

    async def send(self, letter: Letter) -> None:
        made = message(letter, self._sender, datetime.now(UTC))
        await asyncio.to_thread(self._keep, bytes(made))

    def _keep(self, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._folder / f"{new_id()}.eml"
        file.touch(mode=0o600)
        file.write_bytes(content)


class _Console:
    def __init__(self, settings: Settings) -> None:
        self._sender = settings.mail_from

    async def send(self, letter: Letter) -> None:
        made = message(letter, self._sender, datetime.now(UTC))
        sys.stdout.write(f"\n{made['To']}: {made['Subject']}\n\n{letter.text}\n")
        sys.stdout.flush()
