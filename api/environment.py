"""The settings of a process: from the environment or a TOML file.

``PDSA_CONFIG`` names the file; a variable of the environment overrides what the file says. Every
variable may be given as a file that holds its value: ``PDSA_DATABASE_FILE`` for ``PDSA_DATABASE``.
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import msgspec

from api.security.client_address import NoNetwork, proxies
from api.settings import BadSetting, Settings, listed
from api.settings_shown import variable
from pdsa.errors import InvalidValue

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_PUBLIC_URL = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/?", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{24,200}")
_OTEL = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
#: Why an SQLite file is served by one process.
SEVERAL = "1 with SQLite, whose file has one writer; several processes need PostgreSQL"
#: How msgspec tells which kind of value a setting takes, and what we call it.
_KIND = re.compile(r"Expected `(int|float|bool)`((?: [<>]=? [-0-9.]+)?)")
_KINDS = {"int": "a whole number", "float": "a number", "bool": "true or false"}
_SMTP = re.compile(r"smtps?://[^/\s]+")


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
        text = _given(variable(field.name), environ)
        if text:
            values[field.name] = text
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        name = path.rstrip("`")
        if (kind := _KIND.match(message)) and name in values:
            message = f"{_KINDS[kind[1]]}{kind[2]}, not {values[name]!r}"
        raise BadSetting(variable(name) if path else "PDSA_CONFIG", message) from error
    _check(settings)
    return settings


def _given(name: str, environ: Mapping[str, str]) -> str:
    """The value of a variable, or what the file holds that its ``_FILE`` names."""
    text, file = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if not file:
        return text
    if text:
        raise BadSetting(name, f"given twice, once as {name}_FILE; leave one of them out")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise BadSetting(f"{name}_FILE", f"a readable file, not {file} ({why})") from error


def files_of(environ: Mapping[str, str] = os.environ) -> list[tuple[str, Path]]:
    """The files that hold settings, by the variable that names each."""
    names = [variable(field.name) for field in msgspec.structs.fields(Settings)]
    given = [(f"{name}_FILE", environ.get(f"{name}_FILE", "")) for name in names]
    given.append(("PDSA_CONFIG", environ.get("PDSA_CONFIG", "")))
    return [(name, Path(file)) for name, file in given if file]


def open_to_others(file: Path) -> bool:
    """Whether other users of this machine may read or write a file."""
    try:
        return bool(file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
    except OSError:
        return False


def _check(settings: Settings) -> None:
    """Raise ``BadSetting`` for what a type alone does not tell."""
    try:
        proxies(settings.trusted_proxies, settings.proxy_header)
    except NoNetwork as error:
        raise BadSetting("PDSA_TRUSTED_PROXIES", str(error)) from error
    for host in settings.hosts:
        if not _HOST.fullmatch(host):
            raise BadSetting("PDSA_ALLOWED_HOSTS", f"names of hosts without a port, not {host!r}")
    if settings.public_url and not _PUBLIC_URL.fullmatch(settings.public_url):
        raise BadSetting(
            "PDSA_PUBLIC_URL", "a URL such as https://pdsa.example.org, without a path"
        )
    if settings.smtp and not _SMTP.match(settings.smtp):
        raise BadSetting("PDSA_SMTP", "a URL that starts with smtp:// or smtps://")
    scheme = settings.database_url.partition("://")[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        raise BadSetting("PDSA_DATABASE", "a URL that starts with sqlite:/// or postgresql://")
    _check_serving(settings, scheme)
    for name in ("review_select", "review_ignore"):
        if codes := getattr(settings, name):
            from pdsa.review.registry import selection  # few have set it: help stays quick

            try:
                selection(listed(codes))
            except InvalidValue as error:
                raise BadSetting(variable(name), f"{error.rule}, not {error.value!r}") from error
    try:
        _ = settings.zone
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        rule = f"a time zone such as America/Los_Angeles, not {settings.timezone!r}"
        raise BadSetting("PDSA_TIMEZONE", rule) from error


def _check_serving(settings: Settings, scheme: str) -> None:
    if settings.replica_url:
        if scheme == "sqlite":
            raise BadSetting("PDSA_REPLICA_URL", "empty: an SQLite file has no replica")
        if settings.replica_url.partition("://")[0] not in ("postgresql", "postgres"):
            raise BadSetting("PDSA_REPLICA_URL", "a URL that starts with postgresql://")
    if settings.processes > 1 and scheme == "sqlite":
        raise BadSetting("PDSA_PROCESSES", SEVERAL)
    if settings.metrics_token and not _TOKEN.fullmatch(settings.metrics_token):
        raise BadSetting("PDSA_METRICS_TOKEN", "24 to 200 letters, digits and - . _ ~ + / =")
    if settings.otel and not _OTEL.fullmatch(settings.otel):
        raise BadSetting("PDSA_OTEL", "a URL such as http://localhost:4318")
