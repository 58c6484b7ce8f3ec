"""What docs/security.md says of the code as a whole, held against the code as a whole."""

import ast
import math
import re

import pytest

from api.app import create_app
from api.settings import Settings
from api.store.principals import new_secret
from tests.api.client import refused, serving
from tests.api.contract import CONTRACT
from tests.api.sample import AIM, TEAM, with_sample
from tests.security.sources import called, imported, modules, reached, roots, within

#: Where the program may reach out to another machine, to the addresses of its settings alone.
REACHES_OUT = {"api.security.mail", "api.security.oidc.client", "api.cli.listen"}
OUTWARD = {
    "aiohttp",
    "ftplib",
    "http",
    "httpcore",
    "httpx",
    "niquests",
    "requests",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "xmlrpc",
}
#: Where files are read or written: by commands, settings, mail that is not sent, what is installed.
TOUCHES_FILES = {
    "api.cli",
    "api.migrations",
    "api.pages.static",
    "api.png",
    "api.publish",
    "api.security.mail",
    "api.security.oidc.configuration",
    "api.security.passwords",
    "api.environment",
    "api.store.archive",
    "api.store.engine",
    "api.store.schema",
    "api.words",
    "pdsa.reference",
}
#: What makes up a district, the same for a seed each time: for nobody's secret, in no server.
MADE_UP = "api.district"
#: What reads code out of data.
DANGEROUS = {"marshal", "pickle", "shelve", "xml", "yaml"}


# -- 1.2.4 -------------------------------------------------------------------------------------

INJECTED = (
    "' OR '1'='1",
    "'; DROP TABLE aims; --",
    '" OR ""="',
    "\\'; SELECT 1; --",
    "%' OR 1=1 --",
    "$1",
    ":id",
    "x' UNION SELECT hash FROM tokens --",
)


async def test_what_looks_like_sql_is_text_in_every_filter_and_every_field(
    database_url: str,
) -> None:
    async with serving(database_url) as client:
        ids = await with_sample(client)
        before = await client.record()

        for text in INJECTED:
            for operation in CONTRACT.operations:
                names = {each["name"] for each in operation.described["parameters"]}
                if operation.method == "GET" and "text" in names:
                    path = operation.path.format(**ids)
                    answer = await client.get(path, params={"text": text})
                    assert answer.status_code == 200, operation.id
                    found = answer.json()
                    assert (found if isinstance(found, list) else found["items"]) == [], path
            assert (await client.get("units", params={"kind": text})).status_code in (200, 400)
            assert (await client.get("aims", params={"unit": text})).status_code == 400
        assert await client.record() == before
        for text in INJECTED:
            made = await client.make("problems", unit_id=TEAM, title=text)
            assert made["title"] == text


async def test_a_wildcard_of_sql_is_a_character_like_any_other(database_url: str) -> None:
    async with serving(database_url) as client:
        await with_sample(client)

        for text in ("%", "_", "/%", "%%%"):
            found = (await client.get("aims", params={"text": text})).json()["items"]
            assert all(text in str(each) for each in found)


# -- 1.3.6 -------------------------------------------------------------------------------------


def test_only_mail_and_the_districts_sign_in_reach_out_and_no_request_says_where() -> None:
    for module, tree in modules().items():
        for name in imported(tree):
            outward = name in OUTWARD or name.partition(".")[0] in OUTWARD - {"http"}
            if outward or name.startswith("http."):
                assert within(module, REACHES_OUT), f"{module} imports {name}"
    for operation in CONTRACT.operations:
        for each in operation.described["parameters"]:
            assert not re.search(r"ur[il]|href|webhook|callback", each["name"]), operation.id


def test_nothing_that_comes_in_is_run() -> None:
    for module, tree in modules().items():
        assert not roots(tree) & DANGEROUS, module
        for name, call in called(tree):
            by_name = isinstance(call.func, ast.Name)
            assert not (by_name and name in ("eval", "exec", "compile")), f"{module}:{call.lineno}"
            assert not any(keyword.arg == "shell" for keyword in call.keywords), module


# -- 5.3.2 -------------------------------------------------------------------------------------


def test_no_request_names_a_file() -> None:
    touching = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "unlink", "rglob"}
    for module, tree in modules().items():
        for name, call in called(tree):
            of_path = isinstance(call.func, ast.Attribute) or name == "open"
            own_verb = module == "api.pages.door" and name == "open"  # of a link
            if name in touching and of_path and not own_verb:
                assert within(module, TOUCHES_FILES), f"{module}:{call.lineno} {name}"


# -- 7.2.3, 11.4 -------------------------------------------------------------------------------


def test_every_secret_comes_from_the_systems_generator_and_has_256_bits() -> None:
    made = {new_secret() for _ in range(1000)}

    assert len(made) == 1000
    for secret in made:
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", secret)
    assert 43 * math.log2(64) > 256


def test_no_module_makes_anything_up_but_the_made_up_district_which_no_server_loads() -> None:
    makers = {name for name, tree in modules().items() if "random" in roots(tree)}

    assert makers
    assert all(within(module, {MADE_UP}) for module in makers)
    for serves in ("api.app", "api.cli.run", "api.cli.serving"):
        assert serves in modules()
        assert not any(within(module, {MADE_UP}) for module in reached(serves)), serves


def test_no_secret_is_compared_letter_by_letter() -> None:
    """In Python: what is looked up in the database is a hash, of which nothing can be guessed."""
    secret = re.compile(r"(secret|token|password|csrf|signature|digest|state|nonce)$")
    harmless = {"api.security.passwords", "api.security.oidc"}
    for module, tree in modules().items():
        if not module.startswith("api.security") or within(module, harmless):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
                for side in (node.left, *node.comparators):
                    name = getattr(side, "id", None) or getattr(side, "attr", "")
                    assert not secret.search(name), f"{module}:{node.lineno}"


# -- 13.4.2 ------------------------------------------------------------------------------------


def test_nothing_is_ever_in_debug_mode() -> None:
    app = create_app(Settings())

    assert app.debug is False
    assert app.pdb_on_exception is False
    for module, tree in modules().items():
        for _, call in called(tree):
            assert not any(
                keyword.arg in ("debug", "reload", "echo", "pdb_on_exception")
                for keyword in call.keywords
            ), module


async def test_no_request_gets_more_out_of_a_failure(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("SELECT hunter2 FROM accounts")

    monkeypatch.setattr("api.store.lists.units", broken)
    async with serving(sqlite_url) as client:
        for headers in ({"Accept": "text/html"}, {"X-Debug": "1"}, {"Cookie": "debug=1"}):
            answer = await client.get("units", headers=headers)

            refused(answer, 500)
            for word in ("Traceback", "hunter2", "RuntimeError", ".py", "litestar", "line "):
                assert word not in answer.text


# -- 14.2.1 ------------------------------------------------------------------------------------


def test_no_parameter_of_a_url_is_a_secret() -> None:
    for operation in CONTRACT.operations:
        for each in operation.described["parameters"]:
            if each["in"] in ("query", "path"):
                assert not re.search(r"password|secret|csrf|(^|_)token$|session$", each["name"])


async def test_a_token_in_a_url_is_not_looked_at(sqlite_url: str) -> None:
    async with serving(sqlite_url) as client:
        await with_sample(client)
        nobody = await client.nobody()

        for name in ("access_token", "token", "api_key"):
            answer = await nobody.get(f"/api/v1/aims/{AIM}?{name}={client.token}")
            refused(answer, 401)
            answer = await client.get(f"/api/v1/aims/{AIM}?{name}={client.token}")
            refused(answer, 400)
            assert client.token not in answer.text
