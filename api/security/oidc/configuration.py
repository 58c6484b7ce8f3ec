"""The providers of an installation: a TOML file with one table for each.

The file is named by the setting ``oidc``, apart from the other settings because it holds secrets
or names the files that do.
"""

import re
import tomllib
from functools import lru_cache
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from api.settings import BadSetting, Settings

#: Signatures with a public key. ``none`` and HS* (with the client secret as key) are not among them.
ASYMMETRIC = frozenset(
    ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
)
#: One issuer for everybody in the world: whoever has an account there, has one of this issuer.
SHARED = frozenset(
    ("https://accounts.google.com", "https://clever.com", "https://launchpad.classlink.com")
)
GOOGLE = "https://accounts.google.com"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_TEMPLATE = re.compile(r"/(common|organizations|consumers)(?=/|$)")
_WHERE = "PDSA_OIDC"


class Provider(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One provider, as its table says. The secret is in neither its text nor a log."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = ""
    client_secret_file: str = ""
    label: str = ""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    allowed_domains: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    require: dict[str, tuple[str, ...]] = {}
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    just_in_time: bool = False
    origins: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Provider({self.name!r}, {self.issuer!r})"

    @property
    def multi_tenant(self) -> bool:
        """Whether the issuer stands for many (Microsoft's ``common`` and ``organizations``)."""
        return _TEMPLATE.search(self.issuer) is not None

    @property
    def template(self) -> str:
        """What such an issuer calls itself: with ``{tenantid}`` for the tenant."""
        return _TEMPLATE.sub("/{tenantid}", self.issuer, count=1)


@lru_cache(maxsize=16)
def configured(settings: Settings) -> dict[str, Provider]:
    """The providers by name, in the order of the file. Raises ``BadSetting``."""
    if not settings.oidc:
        return {}
    file = Path(settings.oidc)
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(_WHERE, f"a readable TOML file ({error})") from error
    _require_extra()
    return {name: _provider(name, table, file.parent) for name, table in tables.items()}


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_safe(url: str) -> bool:
    """Whether nobody on the way can read or change what goes to a URL."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))


def origin(url: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _provider(name: str, table: Any, folder: Path) -> Provider:
    if not _NAME.fullmatch(name):
        raise _wrong(name, "name", "lower-case letters, digits and hyphens")
    if not isinstance(table, dict):
        raise _wrong(name, "", "a table, such as [google]")
    try:
        given = msgspec.convert(table | {"name": name}, Provider)
    except msgspec.ValidationError as error:
        raise _wrong(name, "", str(error)) from error
    made = msgspec.structs.replace(
        given,
        client_secret=_secret(given, folder),
        client_secret_file="",
        label=given.label.strip() or name.capitalize(),
        allowed_domains=tuple(each.lower().lstrip("@") for each in given.allowed_domains),
    )
    _check(made)
    return made


def _secret(provider: Provider, folder: Path) -> str:
    if bool(provider.client_secret) == bool(provider.client_secret_file):
        raise _wrong(provider.name, "client_secret", "this or client_secret_file, one of them")
    if provider.client_secret:
        return provider.client_secret
    try:
        text = (folder / provider.client_secret_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise _wrong(provider.name, "client_secret_file", f"a readable file ({why})") from error
    if not text:
        raise _wrong(provider.name, "client_secret_file", "a file that holds the secret")
    return text


def _check(provider: Provider) -> None:
    """Raise ``BadSetting`` for what a type alone does not tell."""
    name, issuer = provider.name, provider.issuer
    if not is_safe(issuer) or "?" in issuer or "#" in issuer or len(issuer) > 500:
        raise _wrong(name, "issuer", "a URL that begins with https://")
    if not provider.client_id:
        raise _wrong(name, "client_id", "what the provider gave for this application")
    if "openid" not in provider.scopes:
        raise _wrong(name, "scopes", 'with "openid" among them')
    if not provider.algorithms or not ASYMMETRIC.issuperset(provider.algorithms):
        raise _wrong(name, "algorithms", f"of {', '.join(sorted(ASYMMETRIC))}")
    if provider.multi_tenant and not provider.tenants:
        raise _wrong(name, "tenants", "the ids of your tenants, because this issuer has many")
    if not all(is_safe(each) and origin(each) == each for each in provider.origins):
        raise _wrong(name, "origins", "origins such as https://login.example.org")
    restricted = provider.allowed_domains or provider.tenants or provider.require
    if provider.just_in_time and not restricted and issuer.rstrip("/") in SHARED:
        rule = "only with allowed_domains or require: anybody may have an account of this issuer"
        raise _wrong(name, "just_in_time", rule)


def _wrong(name: str, key: str, rule: str) -> BadSetting:
    return BadSetting(_WHERE, f"[{name}] {key}: {rule}" if key else f"[{name}]: {rule}")


def _require_extra() -> None:
    if not all(map(find_spec, ("httpx", "joserfc"))):
        rule = "sign-in with a provider needs more: pip install 'pdsa-tracker[oidc]'"
        raise BadSetting(_WHERE, rule)
