"""Settings as they are told: their variables and help, and their values without secrets."""

import re

import msgspec

from api.settings import Settings

#: A setting whose name ends like this is never shown.
_SECRET = re.compile(r"(secret|password|token|key|pepper)s?$")
_WITH_PASSWORD = ("database", "replica_url", "smtp")


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


def shown(name: str, value: object) -> str:
    """The value of a setting, fit to be shown: no secret is in it."""
    if value == "":
        return "(default)"
    if name in _WITH_PASSWORD:
        return without_secret(str(value))
    return "***" if _SECRET.search(name) else str(value)


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
