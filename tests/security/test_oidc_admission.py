"""Who may come in, by tenant, domain and claims; and what a configuration may say."""

import re
from pathlib import Path
from typing import Any

import pytest

from api.security.oidc import configured, providers
from api.security.oidc.admission import admit, domain_of, name_of, verified_email
from api.security.oidc.configuration import Provider
from api.settings import BadSetting, Settings
from api.store.errors import NotAdmitted
from tests.cli.command import Installation
from tests.security.district import asked, serving
from tests.security.hostile import CLIENT, ISSUER, KEYS, Hostile

GOOGLE = "https://accounts.google.com"
MICROSOFT = "https://login.microsoftonline.com"
OURS, THEIRS = "11111111-aaaa-4bbb-8ccc-000000000001", "22222222-aaaa-4bbb-8ccc-000000000002"


def a_provider(**given: Any) -> Provider:
    return Provider(
        **{"name": "x", "issuer": ISSUER, "client_id": CLIENT, "client_secret": "s"} | given
    )


def refused(provider: Provider, **claims: Any) -> str:
    """The reason for which claims are refused; empty if they are not."""
    try:
        admit(provider, claims)
    except NotAdmitted as error:
        return error.reason
    return ""


# -- domains ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"hd": "district.example"}, ""),
        ({"hd": "District.Example"}, ""),
        ({"hd": "other.example"}, "domain"),
        ({"hd": ["district.example"]}, "domain"),
        ({}, "domain"),
        # Somebody's own account with a verified address of the district is not the district's.
        ({"email": "ana@district.example", "email_verified": True}, "domain"),
    ],
)
def test_google_says_by_hd_whose_an_account_is(claims: dict[str, Any], reason: str) -> None:
    google = a_provider(issuer=GOOGLE, allowed_domains=("district.example",))

    assert refused(google, **claims) == reason


@pytest.mark.parametrize(
    ("email", "verified", "reason"),
    [
        ("ana@district.example", True, ""),
        ("Ana@District.EXAMPLE", True, ""),
        ("ana@district.example", False, "domain"),
        ("ana@district.example", None, "domain"),
        ("ana@district.example", "true", "domain"),
        ("ana@evil-district.example", True, "domain"),
        ("ana@sub.district.example", True, "domain"),
        ("ana@district.example.evil.example", True, "domain"),
        ("ana@evil.example@district.example", True, "domain"),
        ("@district.example", True, "domain"),
        ("district.example", True, "domain"),
        (["ana@district.example"], True, "domain"),
    ],
)
def test_elsewhere_a_verified_address_says_the_domain(
    email: Any, verified: Any, reason: str
) -> None:
    provider = a_provider(allowed_domains=("district.example",))

    assert refused(provider, email=email, email_verified=verified) == reason


def test_hd_of_another_provider_says_nothing() -> None:
    assert domain_of(a_provider(), {"hd": "district.example"}) is None


# -- tenants and other claims ----------------------------------------------------------------


@pytest.mark.parametrize(("tenant", "reason"), [(OURS, ""), (THEIRS, "tenant"), (None, "tenant")])
def test_a_tenant_must_be_a_configured_one(tenant: str | None, reason: str) -> None:
    assert refused(a_provider(tenants=(OURS,)), tid=tenant) == reason


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"district": "4711", "user_type": "teacher"}, ""),
        ({"district": "4711", "user_type": ["teacher", "guardian"]}, ""),
        ({"district": "4711", "user_type": "student"}, "claim"),
        ({"district": "4712", "user_type": "teacher"}, "claim"),
        ({"user_type": "teacher"}, "claim"),
        ({"district": {"id": "4711"}, "user_type": "teacher"}, "claim"),
    ],
)
def test_required_claims_have_one_of_the_listed_values(claims: dict[str, Any], reason: str) -> None:
    clever = a_provider(require={"district": ("4711",), "user_type": ("teacher", "staff")})

    assert refused(clever, **claims) == reason


@pytest.mark.parametrize(
    ("tenant", "issued_by", "key_of", "status"),
    [
        (OURS, OURS, "{tenantid}", 303),
        (OURS, OURS, OURS, 303),
        (OURS, OURS, THEIRS, 403),
        (OURS, THEIRS, "{tenantid}", 403),
        (THEIRS, THEIRS, "{tenantid}", 403),
        (OURS, "{tenantid}", "{tenantid}", 403),
        (OURS, "organizations", "{tenantid}", 403),
    ],
)
async def test_an_issuer_of_many_tenants_is_the_issuer_of_the_tenant_that_signs_in(
    sqlite_url: str, tmp_path: Path, tenant: str, issued_by: str, key_of: str, status: int
) -> None:
    file = f"""
        [microsoft]
        issuer = "{MICROSOFT}/organizations/v2.0"
        client_id = "{CLIENT}"
        client_secret = "s"
        tenants = ["{OURS}"]
        just_in_time = true
    """
    provider = Hostile(f"{MICROSOFT}/{{tenantid}}/v2.0")
    provider.claims |= {"iss": f"{MICROSOFT}/{issued_by}/v2.0", "tid": tenant}
    key = KEYS[0].as_dict(private=False) | {"issuer": f"{MICROSOFT}/{key_of}/v2.0"}
    provider.jwks = {"keys": [key]}
    async with serving(sqlite_url, tmp_path, file) as district:
        provider.attached(district, "microsoft")
        browser = await district.browser()

        answer = await provider.sign_in(browser, "microsoft")

        assert answer.status_code == status
        assert browser.is_signed_in == (status == 303)


async def test_an_issuer_of_many_tenants_must_say_so(sqlite_url: str, tmp_path: Path) -> None:
    one_tenant = f"""
        [microsoft]
        issuer = "{MICROSOFT}/{OURS}/v2.0"
        client_id = "{CLIENT}"
        client_secret = "s"
    """
    provider = Hostile(f"{MICROSOFT}/{{tenantid}}/v2.0")
    async with serving(sqlite_url, tmp_path, one_tenant) as district:
        provider.attached(district, "microsoft")

        answer = await (await district.browser()).begin("microsoft")

        assert answer.status_code == 503


# -- who becomes a person --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Ana of the district"}, "Ana of the district"),
        ({"given_name": "Ana", "family_name": "Example"}, "Ana Example"),
        ({"name": " Ana\u202e\x00\r\n Example "}, "Ana Example"),
        ({"name": "\ud800"}, "New person"),
        ({"name": "x" * 300}, "x" * 200),
        ({"name": ["Ana"]}, "New person"),
        ({}, "New person"),
    ],
)
def test_a_name_is_one_line_whatever_a_provider_says(claims: dict[str, Any], name: str) -> None:
    assert name_of(claims) == name


def test_an_address_that_is_not_verified_is_none() -> None:
    assert verified_email({"email": "ana@district.example"}) == ""
    assert verified_email({"email": "a\n@district.example", "email_verified": True}) == ""


async def test_an_address_is_kept_only_where_its_domain_is_vouched_for(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = f"""
        [hostile]
        issuer = "{ISSUER}"
        client_id = "{CLIENT}"
        client_secret = "s"
        just_in_time = true
    """
    provider = Hostile()
    provider.claims |= {"email": "ana@district.example", "email_verified": True}
    async with serving(sqlite_url, tmp_path, file) as district:
        provider.attached(district)

        await provider.sign_in(await district.browser())

        assert await district.people() == [("New person", "")]


# -- configuration ---------------------------------------------------------------------------


def a_file(folder: Path, text: str) -> Settings:
    file = folder / "providers.toml"
    file.write_text(text, encoding="utf-8")
    return Settings(oidc=str(file))


def a_table(**given: str) -> str:
    lines = {"issuer": f'"{ISSUER}"', "client_id": '"x"', "client_secret": '"topsecret"'} | given
    return "[ours]\n" + "\n".join(f"{name} = {value}" for name, value in lines.items() if value)


def test_without_a_file_there_is_no_provider() -> None:
    assert providers(Settings()) == []


def test_providers_are_offered_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = a_table(label='"Our district"') + "\n" + a_table().replace("[ours]", "[another]")

    assert providers(a_file(tmp_path, text)) == [("ours", "Our district"), ("another", "Another")]


def test_the_samples_of_the_guide_are_configurations(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs/guide/sign-in.md").read_text(encoding="utf-8")
    samples = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    for secret in re.findall(r'client_secret_file = "(.*?)"', guide):
        (tmp_path / secret).write_text("topsecret", encoding="utf-8")

    offered = providers(a_file(tmp_path, "\n".join(samples)))

    assert [name for name, _ in offered] == ["google", "microsoft", "clever", "classlink"]


def test_the_guide_explains_every_key_of_a_provider() -> None:
    guide = (Path(__file__).parents[2] / "docs/guide/sign-in.md").read_text(encoding="utf-8")
    keys = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", guide, re.MULTILINE)))

    assert set(keys) == set(Provider.__struct_fields__) - {"name"}


def test_the_doctor_shows_providers_without_their_secrets(tmp_path: Path) -> None:
    a_file(tmp_path, a_table(label='"Our district"'))
    here = Installation(tmp_path, oidc="providers.toml")

    said = here.run("doctor").stdout
    a_file(tmp_path, a_table(algorithms='["none"]'))
    wrong = here.run("doctor")

    assert f"{ISSUER}   Our district" in said
    assert "[ours] algorithms" in wrong.stderr
    assert "topsecret" not in said + wrong.stdout + wrong.stderr


def test_a_secret_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("topsecret\n", encoding="utf-8")
    text = a_table(client_secret="", client_secret_file='"secret"')

    provider = configured(a_file(tmp_path, text))["ours"]

    assert provider.client_secret == "topsecret"
    assert "topsecret" not in repr(provider)
    assert "topsecret" not in f"{provider}"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"issuer": '"http://id.example"'}, "issuer"),
        ({"issuer": '"https://id.example/?a=b"'}, "issuer"),
        ({"issuer": '"https://user@id.example"'}, "issuer"),
        ({"issuer": "1"}, "issuer"),
        ({"client_id": '""'}, "client_id"),
        ({"client_secret": ""}, "client_secret"),
        ({"client_secret_file": '"x"'}, "client_secret"),
        ({"client_secret": "", "client_secret_file": '"nowhere"'}, "client_secret_file"),
        ({"scopes": '["email"]'}, "scopes"),
        ({"algorithms": '["none"]'}, "algorithms"),
        ({"algorithms": '["HS256"]'}, "algorithms"),
        ({"algorithms": '["RS256", "HS256"]'}, "algorithms"),
        ({"algorithms": "[]"}, "algorithms"),
        ({"issuer": f'"{MICROSOFT}/common/v2.0"'}, "tenants"),
        ({"issuer": f'"{GOOGLE}"', "just_in_time": "true"}, "just_in_time"),
        ({"origins": '["https://login.example/path"]'}, "origins"),
        ({"link_by_email": "true"}, "link_by_email"),
    ],
)
def test_what_cannot_be_is_named_without_the_secret(
    tmp_path: Path, given: dict[str, str], says: str
) -> None:
    with pytest.raises(BadSetting) as raised:
        configured(a_file(tmp_path, a_table(**given)))

    assert raised.value.name == "PDSA_OIDC"
    assert says in str(raised.value)
    assert "topsecret" not in str(raised.value)


@pytest.mark.parametrize("text", ["[Ours]\n", "ours = 1\n", "[ours\n"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadSetting, match="PDSA_OIDC"):
        configured(a_file(tmp_path, text))


def test_where_the_extra_is_missing_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.security.oidc.configuration.find_spec", lambda name: None)

    with pytest.raises(BadSetting, match=r"pdsa-tracker\[oidc\]"):
        configured(a_file(tmp_path, a_table()))


async def test_the_redirect_address_is_of_the_setting_and_of_no_header(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with serving(sqlite_url, tmp_path, a_table()) as district:
        Hostile().attached(district, "ours")
        browser = await district.browser()

        begun = await browser.post(
            "/sign-in/ours",
            headers={"Origin": "https://pdsa.test", "X-Forwarded-Host": "evil.example"},
        )

        assert asked(begun)["redirect_uri"] == "https://pdsa.test/sign-in/ours/callback"
