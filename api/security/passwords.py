"""Passwords: which may be chosen (NIST SP 800-63B-4, 3.1.1.2), how they are kept (argon2id).

Every character counts, none is asked for, none is cut off: 8 to 256 characters of any script, spaces
included, compared as the keyboard of another machine would send them (NFKC). Refused is what an
attacker tries first: the 30,000 commonest passwords, and whatever is made of nothing but the
person's own name and address, the name of this program, digits and signs.
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.security.errors import PasswordRefused
from pdsa.words import say

T = TypeVar("T")

#: Hashes at the same time: each takes 64 MiB and four threads.
AT_ONCE = 4
LONGEST = 256
_OWN = ("pdsa", "pdsa-tracker", "pdsatracker", "tracker")
_WORD = re.compile(r"[^\W\d_]+")


class Passwords:
    """Hashes and verifies off the event loop, a few at a time."""

    def __init__(self, hasher: PasswordHasher | None = None, at_once: int = AT_ONCE) -> None:
        self._hasher = hasher or PasswordHasher()
        self._room = asyncio.Semaphore(at_once)
        self._nobodys: str | None = None
        #: How many are hashed or wait for it.
        self.under_way = 0

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        return await self._run(lambda: self._hasher.hash(normal(password)))

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Whether this is the password.

        Without a hash (no such account, or none with a password) it takes as long, and it is not.
        """
        return await self._run(lambda: self._verify(hashed, password))

    def outdated(self, hashed: str) -> bool:
        """Whether a hash was made with other parameters than those of now."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str | None, password: str) -> bool:
        if self._nobodys is None:
            self._nobodys = self._hasher.hash("nobody's")
        try:
            self._hasher.verify(hashed or self._nobodys, normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None

    async def _run(self, work: Callable[[], T]) -> T:
        self.under_way += 1
        try:
            async with self._room:
                return await asyncio.to_thread(work)
        finally:
            self.under_way -= 1


def normal(password: str) -> str:
    """A password as it is hashed: the same for every way to type it. Nothing is cut off."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, shortest: int, about: Iterable[str] = ()) -> None:
    """Raise ``PasswordRefused`` for a password that may not be chosen.

    ``about`` are the person's name and e-mail address.
    """
    text = normal(password)
    if len(text) < shortest:
        raise PasswordRefused(
            say("at least {n} characters; a few words are easy to keep", n=shortest)
        )
    if len(text) > LONGEST:
        raise PasswordRefused(say("at most {n} characters", n=LONGEST))
    if text.casefold() in common():
        raise PasswordRefused(say("one that is not among the commonest, which are tried first"))
    if _is_about(text.casefold(), about):
        raise PasswordRefused(say("more than your name, your address or the name of this program"))


def _is_about(text: str, about: Iterable[str]) -> bool:
    """Whether a password without the words about somebody is nothing but digits and signs."""
    given = [normal(each).casefold() for each in (*_OWN, *about)]
    words = {word for each in given for word in (each, *_WORD.findall(each)) if len(word) > 2}
    rest = text
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != text and not _WORD.search(rest)


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """The commonest passwords, in lower case; read when they are first asked for."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # it has no types

    return frozenset(each.casefold() for each in FREQUENCY_LISTS["passwords"])
