"""Few named settings, each with its help, from the environment or a TOML file.

``PDSA_CONFIG`` names the file; a variable of the environment overrides what the file says.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct

from pdsa.errors import PdsaError


class BadSetting(PdsaError):
    """A setting that cannot be: ``name`` (as in the environment) and ``rule``."""

    def __init__(self, name: str, rule: str) -> None:
        self.name, self.rule = name, rule
        super().__init__(f"{name}: {rule}")


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an installation may choose. ``help_texts`` lists them with their defaults."""

    data: Annotated[str, Meta(description="Folder of the SQLite file and the first token.")] = (
        "pdsa-data"
    )
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
    readers: Annotated[
        int, Meta(description="Reading connections to an SQLite file.", ge=1, le=64)
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

    @property
    def database_url(self) -> str:
        """The URL of the database, with the default filled in."""
        return self.database or f"sqlite:///{Path(self.data) / 'pdsa.db'}"

    @property
    def zone(self) -> ZoneInfo | None:
        """The time zone; ``None`` for the machine's own."""
        return ZoneInfo(self.timezone) if self.timezone else None

    @property
    def token_file(self) -> Path:
        """Where the first start keeps the administrator's token."""
        return Path(self.data) / "admin-token"


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process. Raises ``BadSetting`` with the name and what would be right."""
    values: dict[str, Any] = {}
    config = environ.get("PDSA_CONFIG")
    if config:
        try:
            values = tomllib.loads(Path(config).read_text(encoding="utf-8"))
        except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
            raise BadSetting("PDSA_CONFIG", f"a readable TOML file ({error})") from error
    for field in msgspec.structs.fields(Settings):
        text = environ.get(variable(field.name))
        if text:
            values[field.name] = text
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        raise BadSetting(variable(path.rstrip("`")) if path else "PDSA_CONFIG", message) from error
    scheme = settings.database_url.partition("://")[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        raise BadSetting("PDSA_DATABASE", "a URL that starts with sqlite:/// or postgresql://")
    try:
        _ = settings.zone
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        rule = f"a time zone such as America/Los_Angeles, not {settings.timezone!r}"
        raise BadSetting("PDSA_TIMEZONE", rule) from error
    return settings


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"PDSA_{name.upper()}"


def help_texts() -> list[tuple[str, str, str]]:
    """Variable, default and help of every setting, in order."""
    rows = []
    for field in msgspec.inspect.type_info(Settings).fields:  # type: ignore[attr-defined]
        meta = field.type.extra_json_schema or {}
        rows.append((variable(field.name), str(field.default), meta.get("description", "")))
    return rows


def without_secret(url: str) -> str:
    """A database URL fit to be shown: every password is replaced by ***.

    What stands before the last @ may hold any character, as SQLAlchemy reads it too.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return url
    who, at, place = rest.rpartition("@")
    name, colon, _ = who.partition(":")
    place = re.sub(r"(?i)([?&][^=&]*pass[^=&]*=)[^&]*", r"\1***", place)
    return f"{scheme}://{name}{':***' if colon else ''}{at}{place}"
