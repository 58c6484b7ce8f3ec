"""E-mail addresses as they are compared and stored."""

import re
import unicodedata

from pdsa.errors import InvalidValue
from pdsa.words import mark

_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\]\\]+")
_DOMAIN = re.compile(r"(?!-)[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*")
_RULE = mark("an e-mail address such as name@school.example")


def canonical(address: str, field: str = "email") -> str:
    """The one form of an address: NFKC, case folded, no space around it. Raises ``InvalidValue``.

    It is checked simply: something, an @, and the name of a host. Whether it is right, only a mail
    that arrives can tell.
    """
    found = folded(address)
    local, at, domain = found.rpartition("@")
    if (
        not at
        or len(found) > 254
        or len(local) > 64
        or not found.isprintable()
        or not _LOCAL.fullmatch(local)
        or not _DOMAIN.fullmatch(domain)
    ):
        raise InvalidValue(field, address, _RULE)
    return found


def folded(text: str) -> str:
    """Any text in the form in which addresses are compared."""
    once = unicodedata.normalize("NFKC", text.strip()).casefold()
    return unicodedata.normalize("NFKC", once)
