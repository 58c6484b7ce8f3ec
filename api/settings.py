"""Few named settings, each with its default and help (``api.environment`` reads them)."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from api.timeouts import Timeouts
from pdsa.errors import PdsaError
from pdsa.privacy import Policy


class BadSetting(PdsaError):
    """A setting that cannot be: ``name`` (as in the environment) and ``rule``."""

    def __init__(self, name: str, rule: str) -> None:
        self.name, self.rule = name, rule
        super().__init__(f"{name}: {rule}")


class Codes(Struct, frozen=True, kw_only=True):
    """Beginnings of the codes of findings that are shown, and of those that are not."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]


def listed(text: str) -> tuple[str, ...]:
    """The parts of a text with commas between."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an installation may choose. ``help_texts`` lists them with their defaults."""

    data: Annotated[
        str,
        Meta(description="Folder of the SQLite file, the first token and mail that is not sent."),
    ] = "pdsa-data"
    database: Annotated[
        str,
        Meta(
            description="Database URL: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME. "
            "Empty: the file pdsa.db in the data folder."
        ),
    ] = ""
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(description="Port to listen on.", ge=0, le=65535)] = 8000
    pool: Annotated[
        int, Meta(description="Connections to PostgreSQL per process.", ge=1, le=200)
    ] = 20
    pool_wait: Annotated[
        int,
        Meta(description="Seconds to wait for a free connection to PostgreSQL.", ge=1, le=600),
    ] = 10
    statement_timeout: Annotated[
        int,
        Meta(
            description="Seconds that PostgreSQL may take over one statement. 0: any time.",
            ge=0,
            le=3600,
        ),
    ] = 30
    lock_timeout: Annotated[
        int,
        Meta(
            description="Seconds that a statement waits for a lock in PostgreSQL. 0: any time.",
            ge=0,
            le=3600,
        ),
    ] = 10
    idle_timeout: Annotated[
        int,
        Meta(
            description="Seconds after which PostgreSQL ends a transaction that does nothing. 0: "
            "never.",
            ge=0,
            le=3600,
        ),
    ] = 60
    replica_url: Annotated[
        str,
        Meta(
            description="URL of a streaming replica of a PostgreSQL database, which then does what "
            "only reads and takes a while. Empty: none."
        ),
    ] = ""
    replica_wait: Annotated[
        int,
        Meta(
            description="Milliseconds to wait for the replica to catch up, before the primary does "
            "its work.",
            ge=0,
            le=10_000,
        ),
    ] = 50
    processes: Annotated[
        int, Meta(description="Processes that serve; more than 1 on PostgreSQL only.", ge=1, le=64)
    ] = 1
    readers: Annotated[
        int,
        Meta(
            description="Reading connections to an SQLite file: one is used at a time, and another "
            "beside each read that takes long.",
            ge=1,
            le=64,
        ),
    ] = 4
    timezone: Annotated[
        str,
        Meta(
            description="Time zone of the schools, such as America/Los_Angeles: it says which day "
            "it is. Empty: the machine's."
        ),
    ] = ""
    max_body: Annotated[
        int, Meta(description="Largest request body in bytes.", ge=1024, le=1 << 30)
    ] = 5_000_000

    max_head: Annotated[
        int,
        Meta(description="Largest request line with all headers, in bytes.", ge=4096, le=1_000_000),
    ] = 32_768
    slow_request: Annotated[
        int,
        Meta(
            description="Seconds that a client has to send the head of a request, and then each "
            "part of its body.",
            ge=1,
            le=3600,
        ),
    ] = 20
    connections: Annotated[
        int,
        Meta(
            description="Connections at once per process; more are answered 503.", ge=1, le=100_000
        ),
    ] = 1000
    rate_per_minute: Annotated[
        int,
        Meta(
            description="Requests that one person may make in a minute, over all processes. 0: "
            "any number.",
            ge=0,
            le=10_000_000,
        ),
    ] = 1200
    refused_per_minute: Annotated[
        int,
        Meta(
            description="Wrong tokens that are looked at from one address in a minute, over all "
            "processes. 0: any number.",
            ge=0,
            le=10_000_000,
        ),
    ] = 30
    reviews_per_minute: Annotated[
        int,
        Meta(
            description="Documents that one address may have reviewed in a minute without an "
            "account, over all processes. 0: any number.",
            ge=0,
            le=10_000_000,
        ),
    ] = 30
    trusted_proxies: Annotated[
        str,
        Meta(
            description="Addresses or networks of the proxies before this server, with commas "
            "between. What they say of the client is believed, and nobody else's word. Empty: none."
        ),
    ] = ""
    proxy_header: Annotated[
        Literal["x-forwarded-for", "forwarded"],
        Meta(
            description="The header in which those proxies say it: x-forwarded-for (with "
            "x-forwarded-proto) or forwarded (RFC 7239)."
        ),
    ] = "x-forwarded-for"
    allowed_hosts: Annotated[
        str,
        Meta(
            description="Names under which this server is reached, such as pdsa.example.org, with "
            "commas between; requests to others are refused. Empty: any."
        ),
    ] = ""
    hsts: Annotated[
        int,
        Meta(
            description="Seconds for which a browser that came by HTTPS may come by nothing else. "
            "0: it is not told so.",
            ge=0,
            le=63_072_000,
        ),
    ] = 31_536_000

    public_url: Annotated[
        str,
        Meta(
            description="Where people reach this server, such as https://pdsa.example.org: links "
            "in e-mails begin with it. Empty: the address that it listens on."
        ),
    ] = ""
    secure_cookies: Annotated[
        bool,
        Meta(
            description="Whether cookies travel by HTTPS (or to this machine) only. Turn it off "
            "for a trial without HTTPS, and never else."
        ),
    ] = True
    password_min_length: Annotated[
        int,
        Meta(
            description="Fewest characters of a password; NIST SP 800-63B-4 asks for 15 where "
            "nothing else proves who somebody is.",
            ge=8,
            le=64,
        ),
    ] = 8
    oidc: Annotated[
        str,
        Meta(
            description="TOML file of the providers for sign-in with the district, a table for "
            "each (docs/guide/sign-in.md). Empty: none."
        ),
    ] = ""
    session_hours: Annotated[
        int, Meta(description="Hours after which everybody signs in again.", ge=1, le=8760)
    ] = 168
    session_idle_minutes: Annotated[
        int,
        Meta(
            description="Minutes without a request after which a session ends.", ge=10, le=525_600
        ),
    ] = 720
    token_days: Annotated[
        int, Meta(description="Most days for which an API token works.", ge=1, le=3650)
    ] = 90
    smtp: Annotated[
        str,
        Meta(
            description="Where mail is sent: smtp://USER:PASSWORD@HOST:587?starttls or "
            "smtps://USER:PASSWORD@HOST. Empty: into the outbox."
        ),
    ] = ""
    mail_from: Annotated[str, Meta(description="Address from which mail is sent.")] = (
        "pdsa-tracker@localhost"
    )
    outbox: Annotated[
        str,
        Meta(
            description="Folder for mail where no smtp is set, a file each; or console. Empty: the "
            "folder outbox in the data folder."
        ),
    ] = ""

    drain: Annotated[
        int,
        Meta(
            description="Seconds for which a server that was told to end (SIGTERM) still takes "
            "requests, while /health/ready says that it is not ready.",
            ge=0,
            le=600,
        ),
    ] = 0
    grace: Annotated[
        int,
        Meta(description="Seconds that running requests then have to end.", ge=1, le=3600),
    ] = 30
    metrics_token: Annotated[
        str,
        Meta(
            description="Token with which /metrics may be read, 24 characters or more. Empty: "
            "there is no /metrics."
        ),
    ] = ""
    log: Annotated[
        Literal["plain", "json"], Meta(description="Form of the log: plain lines, or JSON lines.")
    ] = "plain"
    log_requests: Annotated[
        bool, Meta(description="Tell the log of every request, but for those of machines.")
    ] = False
    otel: Annotated[
        str,
        Meta(
            description="Where traces are sent by OTLP over HTTP, such as http://localhost:4318. "
            "Empty: nowhere."
        ),
    ] = ""

    demo: Annotated[
        bool,
        Meta(
            description="Whether anybody may try this server out as somebody synthetic, without a "
            "password. Works with a database that `pdsa demo` has made, and with no other."
        ),
    ] = False

    min_cell: Annotated[
        int,
        Meta(
            description="Figures about fewer students than this are withheld above the school.",
            ge=11,
            le=100_000,
        ),
    ] = 11
    suppress_in_schools: Annotated[
        bool, Meta(description="Withhold them from the team's own school, too.")
    ] = False

    review_select: Annotated[
        str,
        Meta(
            description="Beginnings of the codes of findings that reviews show, such as AIM,PLN1, "
            "with commas between. Empty: all."
        ),
    ] = ""
    review_ignore: Annotated[
        str,
        Meta(
            description="Beginnings of the codes of findings that reviews leave out, such as "
            "PLN106. Empty: none."
        ),
    ] = ""

    def codes(self, select: str | None, ignore: str | None) -> "Codes":
        """Which findings are shown where somebody asks for ``select`` without ``ignore``.

        What is ignored here is never shown; what is selected here holds where nobody selects.
        """
        return Codes(
            select=listed(select or self.review_select),
            ignore=(*listed(self.review_ignore), *listed(ignore or "")),
        )

    @property
    def policy(self) -> Policy:
        """What is decided here on small cells."""
        return Policy(at_least=self.min_cell, in_schools=self.suppress_in_schools)

    @property
    def database_url(self) -> str:
        """The URL of the database, with the default filled in."""
        return self.database or f"sqlite:///{Path(self.data) / 'pdsa.db'}"

    @property
    def timeouts(self) -> Timeouts:
        """How long PostgreSQL may take."""
        return Timeouts(
            statement=self.statement_timeout,
            lock=self.lock_timeout,
            idle=self.idle_timeout,
            pool=self.pool_wait,
        )

    @property
    def zone(self) -> ZoneInfo | None:
        """The time zone; ``None`` for the machine's own."""
        return ZoneInfo(self.timezone) if self.timezone else None

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which this server is reached; empty for any."""
        return frozenset(
            host.strip().lower() for host in self.allowed_hosts.split(",") if host.strip()
        )

    @property
    def idle(self) -> timedelta:
        """How long a session lasts without a request."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def origin(self) -> str:
        """Where people reach this server, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        return self.listens_at

    @property
    def listens_at(self) -> str:
        """The address at which this server listens."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def outbox_folder(self) -> Path:
        """Where mail goes that is not sent."""
        return Path(self.outbox) if self.outbox else Path(self.data) / "outbox"

    @property
    def token_file(self) -> Path:
        """Where the first start keeps the administrator's token."""
        return Path(self.data) / "admin-token"
