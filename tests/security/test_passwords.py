"""Which passwords may be chosen, and how they are kept."""

import asyncio

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from api.security import passwords
from api.security.errors import PasswordRefused
from api.security.passwords import Passwords, check
from tests.security.house import wide

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.mark.parametrize(
    "password",
    [
        "boatgrün",
        "only letters here",
        "71940283655",
        "        x        ",
        "пароль из слов",
        "四つの青い舟と川だ",
        "🚲🌊🍐🎻🪁🧶🪵🧭",
        "ana-ruiz rows seven boats",
        "x7" * 128,
    ],
)
def test_any_characters_make_a_password_if_there_are_enough_of_them(password: str) -> None:
    check(password, shortest=8, about=("Ana Ruiz", "ana@example.org"))


@pytest.mark.parametrize("password", ["", "sevenb7", "🚲🌊🍐🎻🪁🧶🪵", "x" * 257, "ﬃﬃ", "x" * 5000])
def test_a_password_has_8_to_256_characters(password: str) -> None:
    if password == "ﬃﬃ":  # two letters that stand for six
        password = "ﬃﬃx"
    with pytest.raises(PasswordRefused, match="characters"):
        check(password, shortest=8)


def test_the_shortest_length_can_be_raised() -> None:
    check("seven green boats", shortest=15)
    with pytest.raises(PasswordRefused, match="at least 15"):
        check("green boats", shortest=15)


@pytest.mark.parametrize(
    "password", ["password", "12345678", "PaSSword", "iloveyou", wide("password")]
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused, match="commonest"):
        check(password, shortest=8)


@pytest.mark.parametrize(
    "password",
    [
        "ana@example.org",
        "AnaRuiz2031!",
        "ruiz-ana-1987",
        "pdsa-2031",
        "PDSA-Tracker",
        "anaexample77",
    ],
)
def test_what_everybody_would_try_for_somebody_is_refused(password: str) -> None:
    with pytest.raises(PasswordRefused, match="your name"):
        check(password, shortest=8, about=("Ana Ruiz", "ana@example.org"))


async def test_a_password_is_verified_however_it_was_typed_and_to_its_last_character() -> None:
    kept = Passwords(CHEAP)
    long = "seven green boats " * 10

    hashed = await kept.hash("Zoë " + long)

    assert await kept.verify(hashed, "Zoe\u0308 " + long)
    assert not await kept.verify(hashed, "Zoë " + long[:-1])
    assert not await kept.verify(hashed, "zoë " + long)


async def test_no_password_is_right_where_there_is_none() -> None:
    kept = Passwords(CHEAP)

    assert not await kept.verify(None, "nobody's")
    assert not await kept.verify(None, "")
    assert not await kept.verify("no hash at all", "x")


async def test_a_password_is_kept_by_argon2id_with_the_parameters_of_the_package() -> None:
    hashed = await Passwords().hash("seven green boats")

    found = extract_parameters(hashed)
    assert found.type is Type.ID
    assert (found.memory_cost, found.time_cost) == (65_536, 3)
    assert not Passwords().outdated(hashed)
    assert Passwords().outdated(await Passwords(CHEAP).hash("seven green boats"))


async def test_only_a_few_are_hashed_at_once() -> None:
    running, most = 0, 0

    class Slow(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            nonlocal running, most
            running += 1
            most = max(most, running)
            found = super().hash(password, salt=salt)
            running -= 1
            return found

    kept = Passwords(Slow(time_cost=2, memory_cost=1024, parallelism=1), at_once=2)

    await asyncio.gather(*(kept.hash(f"password {n}") for n in range(12)))

    assert 1 <= most <= 2


def test_the_list_is_read_when_it_is_needed() -> None:
    assert len(passwords.common()) > 25_000
