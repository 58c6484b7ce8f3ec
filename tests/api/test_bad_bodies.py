"""Bodies that are no JSON, too deep or too large, and letters that hide or turn text around."""

import json
from typing import Any

import pytest

from tests.api.client import Client, at, refused, serving
from tests.api.contract import CONTRACT
from tests.api.sample import AIM, TEAM, with_sample

JSON = {"Content-Type": "application/json", "If-Match": "*"}
READING = [each for each in CONTRACT.operations if each.reads]

NO_JSON = {
    "nothing": b"",
    "half an object": b'{"name": "Gr',
    "two objects": b"{}{}",
    "a comment": b"{} // and more",
    "single quotes": b"{'name': 'x'}",
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "half a surrogate pair": rb'{"name": "\ud800"}',
    "100,000 levels of lists": b"[" * 100_000 + b"]" * 100_000,
    "100,000 levels of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
}
OTHER_JSON = {
    "a list": b"[]",
    "a number": b"1",
    "a text": b'"x"',
    "null": b"null",
    "100 levels of lists": b"[" * 100 + b"]" * 100,
    "100 levels of objects": b'{"a":' * 100 + b"1" + b"}" * 100,
}


@pytest.mark.parametrize("name", [*NO_JSON, *OTHER_JSON])
async def test_no_operation_reads_what_is_no_object_in_json(sqlite_url: str, name: str) -> None:
    async with serving(sqlite_url) as client:
        ids = await with_sample(client)
        before = await client.record()

        for operation in READING:
            response = await client.request(
                operation.method,
                operation.url(**ids),
                content=(NO_JSON | OTHER_JSON)[name],
                headers=JSON,
            )

            refused(response, 400)
        assert await client.record() == before


async def test_a_field_that_is_given_twice_is_refused_because_one_would_be_lost(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()
        twice = b'{"voice": "team", "level": 2, "level": 3}'

        answer = await client.post(f"aims/{AIM}/levels", content=twice, headers=JSON)

        refused(answer, 400)
        assert "'level' is given twice" in answer.json()["detail"]
        assert await client.record() == before


async def test_a_deep_value_inside_a_body_is_refused_where_it_stands(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()

        for levels in (100, 100_000):
            deep = "[" * levels + "]" * levels
            content = f'{{"unit_id": "{TEAM}", "title": "Aim", "milestones": {deep}}}'
            response = await client.post("aims", content=content, headers=JSON)

            refused(response, 400)
        assert await client.record() == before


HIDDEN = {
    "NUL": "\0",
    "backspace": "\b",
    "escape": "\x1b",
    "delete": "\x7f",
    "next line": "\x85",
    "line break": "\n",
    "line separator": "\u2028",
    "left-to-right override": "\u202d",
    "right-to-left override": "\u202e",
    "right-to-left embedding": "\u202b",
    "first strong isolate": "\u2068",
    "pop directional isolate": "\u2069",
}


async def test_control_and_override_characters_are_refused_in_names(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        before = await client.record()

        for letter in HIDDEN.values():
            for name in (f"Grade{letter}5", f"{letter}Grade 5", f"Grade 5{letter}"):
                unit = {"kind": "team", "name": name}
                refused(await client.post("units", json=unit), 400, pointer="/name")
                changed = await client.patch(f"units/{TEAM}", json={"name": name}, headers=at(1))
                refused(changed, 400, pointer="/name")
        for blank in ("", " ", "\u3000", "\u00a0 \u2003"):
            unit = {"kind": "team", "name": blank}
            refused(await client.post("units", json=unit), 400, pointer="/name")
        assert await client.record() == before


async def test_longer_texts_keep_lines_and_tabs_and_refuse_overrides(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        aim = {"unit_id": TEAM, "title": "Aim"}

        made = await client.make("aims", **aim, rationale="One.\n\tTwo.\r\nThree.\n")

        assert made["rationale"] == "One.\n\tTwo.\r\nThree.\n"
        for letter in ("\0", "\x1b", "\u202e", "\u2066"):
            response = await client.post("aims", json=aim | {"rationale": f"a{letter}b"})
            refused(response, 400, pointer="/rationale")


NAMES = (
    "Équipe de 5e année 🧮",
    "Ñandú · Über · Ångström",
    "5年生の算数",
    "فريق الرياضيات",
    "👩🏽‍🏫👨‍👩‍👧‍👦 Room 12",
    "e\u0301 and é",  # two ways to write one letter; neither is changed into the other
    "<script>alert('1')</script> & \"quotes\" \\ %s",
    "'; DROP TABLE units; --",
    "=SUM(A1:A9)",
)


async def roundtrip(client: Client, name: str) -> list[Any]:
    made = await client.make("units", kind="team", name=name)
    read = await client.get(f"units/{made['id']}")
    (listed,) = (await client.get("units", params={"text": name})).json()["items"]
    (entry,) = (await client.get(f"activity?element={made['id']}")).json()["items"]
    assert name.encode() in read.content or json.dumps(name, ensure_ascii=False) in read.text
    return [made["name"], read.json()["name"], listed["name"], entry["after"]["name"]]


async def test_emoji_accents_and_every_script_are_kept_letter_for_letter(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        for name in NAMES:
            assert await roundtrip(client, name) == [name] * 4


async def test_an_imported_text_comes_back_byte_for_byte(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)
        text = "\n".join(NAMES)
        changed = await client.patch(f"aims/{AIM}", json={"equity": text}, headers=at(1))

        exported = await client.get(f"aims/{AIM}/inquiry")

        assert changed.json()["equity"] == exported.json()["aim"]["equity"] == text
