"""Settings: a file, the environment over it, and a clear word about what is wrong."""

from pathlib import Path

import msgspec
import pytest

from api.environment import files_of, load, open_to_others
from api.settings import BadSetting, Settings
from api.settings_shown import help_texts, shown, variable, without_secret


def a_file(folder: Path, text: str) -> dict[str, str]:
    file = folder / "pdsa.toml"
    file.write_text(text, encoding="utf-8")
    return {"PDSA_CONFIG": str(file)}


def test_without_anything_said_a_server_keeps_to_its_own_machine_and_folder() -> None:
    settings = load({})

    assert settings == Settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.database_url == "sqlite:///pdsa-data/pdsa.db"
    assert settings.token_file == Path("pdsa-data/admin-token")


def test_the_environment_goes_over_the_file(tmp_path: Path) -> None:
    environ = a_file(tmp_path, 'port = 9000\nhost = "0.0.0.0"\ndata = "there"\n')

    settings = load(environ | {"PDSA_PORT": "9001", "PDSA_HOST": ""})

    assert (settings.port, settings.host, settings.data) == (9001, "0.0.0.0", "there")  # noqa: S104
    assert settings.database_url == "sqlite:///there/pdsa.db"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PDSA_PORT", "http"),
        ("PDSA_PORT", "65536"),
        ("PDSA_PORT", "-1"),
        ("PDSA_POOL", "0"),
        ("PDSA_READERS", "1000"),
        ("PDSA_MAX_BODY", "12"),
        ("PDSA_MAX_BODY", "5 MB"),
        ("PDSA_DATABASE", "mysql://localhost/pdsa"),
        ("PDSA_DATABASE", "pdsa.db"),
        ("PDSA_TIMEZONE", "Los Angeles"),
        ("PDSA_TRUSTED_PROXIES", "proxy.local"),
        ("PDSA_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("PDSA_PROXY_HEADER", "x-real-ip"),
        ("PDSA_ALLOWED_HOSTS", "https://pdsa.example.org"),
        ("PDSA_ALLOWED_HOSTS", "pdsa.example.org:8000"),
        ("PDSA_RATE_PER_MINUTE", "-1"),
        ("PDSA_REFUSED_PER_MINUTE", "many"),
        ("PDSA_MAX_HEAD", "10"),
        ("PDSA_SLOW_REQUEST", "0"),
        ("PDSA_CONNECTIONS", "0"),
        ("PDSA_HSTS", "-1"),
        ("PDSA_PROCESSES", "2"),
        ("PDSA_REPLICA_URL", "postgresql://db/pdsa"),
        ("PDSA_METRICS_TOKEN", "short"),
        ("PDSA_OTEL", "localhost:4318"),
        ("PDSA_LOG", "xml"),
        ("PDSA_STATEMENT_TIMEOUT", "-1"),
        ("PDSA_CONFIG", "/nowhere/pdsa.toml"),
    ],
)
def test_a_setting_that_cannot_be_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as raised:
        load({name: value})

    assert raised.value.name == name
    assert str(raised.value).startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("PDSA_PORT", "abc", "a whole number, not 'abc'"),
        ("PDSA_PORT", "-1", "a whole number >= 0, not '-1'"),
        ("PDSA_DEMO", "maybe", "true or false, not 'maybe'"),
    ],
)
def test_a_setting_that_cannot_be_is_told_with_what_would_be_right(
    name: str, value: str, rule: str
) -> None:
    with pytest.raises(BadSetting) as raised:
        load({name: value})

    assert raised.value.rule == rule


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("port = 70000", "PDSA_PORT"),
        ('colour = "red"', "PDSA_CONFIG"),
        ("port = ", "PDSA_CONFIG"),
        ("[server]\nport = 1", "PDSA_CONFIG"),
    ],
)
def test_a_file_that_cannot_be_is_named_too(tmp_path: Path, text: str, name: str) -> None:
    with pytest.raises(BadSetting) as raised:
        load(a_file(tmp_path, text))

    assert raised.value.name == name


def test_a_wrong_database_is_named_without_its_password() -> None:
    with pytest.raises(BadSetting) as raised:
        load({"PDSA_DATABASE": "mysql://pdsa:hunter2@localhost/pdsa"})

    assert "hunter2" not in str(raised.value)


def test_every_setting_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "database"
    file.write_text("postgresql://pdsa:hunter2@db/pdsa\n", encoding="utf-8")
    port = tmp_path / "port"
    port.write_text(" 9000 \n", encoding="utf-8")
    environ = {"PDSA_DATABASE_FILE": str(file), "PDSA_PORT_FILE": str(port)}

    settings = load(environ)

    assert settings.database == "postgresql://pdsa:hunter2@db/pdsa"
    assert settings.port == 9000
    assert {name for name, _ in files_of(environ)} == {"PDSA_DATABASE_FILE", "PDSA_PORT_FILE"}
    for field in msgspec.structs.fields(Settings):
        with pytest.raises(BadSetting) as raised:
            load({f"{variable(field.name)}_FILE": "/nowhere/secret"})
        assert raised.value.name == f"{variable(field.name)}_FILE"


def test_a_setting_and_its_file_are_one_too_many(tmp_path: Path) -> None:
    file = tmp_path / "database"
    file.write_text("sqlite:///a.db", encoding="utf-8")

    with pytest.raises(BadSetting) as raised:
        load(
            {"PDSA_DATABASE": "postgresql://pdsa:hunter2@db/pdsa", "PDSA_DATABASE_FILE": str(file)}
        )

    assert raised.value.name == "PDSA_DATABASE"
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(("mode", "is_open"), [(0o600, False), (0o640, False), (0o644, True)])
def test_a_file_that_others_may_read_is_noticed(tmp_path: Path, mode: int, is_open: bool) -> None:
    file = tmp_path / "database"
    file.write_text("sqlite:///a.db", encoding="utf-8")
    file.chmod(mode)

    assert open_to_others(file) is is_open
    assert not open_to_others(tmp_path / "nothing")


def test_no_setting_that_is_a_secret_is_shown() -> None:
    for name in ("client_secret", "smtp_password", "api_token", "signing_key", "peppers"):
        assert shown(name, "hunter2") == "***"
        assert shown(name, "") == "(default)"
    for url in ("database", "replica_url"):
        assert shown(url, "postgresql://pdsa:hunter2@db/pdsa") == "postgresql://pdsa:***@db/pdsa"
    assert shown("metrics_token", "hunter2") == "***"
    assert shown("port", 8000) == "8000"


def test_every_setting_has_a_help_text() -> None:
    texts = help_texts()

    assert len(texts) == len(msgspec.structs.fields(Settings))
    assert all(text.endswith(".") for _, _, text in texts)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///pdsa-data/pdsa.db", "sqlite:///pdsa-data/pdsa.db"),
        ("postgresql://db.local/pdsa", "postgresql://db.local/pdsa"),
        ("postgresql://pdsa@db.local:5432/pdsa", "postgresql://pdsa@db.local:5432/pdsa"),
        ("postgresql://pdsa:hunter2@db.local/pdsa", "postgresql://pdsa:***@db.local/pdsa"),
        ("postgresql://pdsa:hunter2@[::1]:5432/pdsa", "postgresql://pdsa:***@[::1]:5432/pdsa"),
        ("postgresql://:hunter2@/pdsa?host=/run/pg", "postgresql://:***@/pdsa?host=/run/pg"),
        ("postgresql://pdsa:hun/t#e?r@2@db/pdsa", "postgresql://pdsa:***@db/pdsa"),
        ("postgresql://pdsa:hunter2@db:port/pdsa", "postgresql://pdsa:***@db:port/pdsa"),
        (
            "postgresql://db/pdsa?user=pdsa&password=hunter2&ssl=1",
            "postgresql://db/pdsa?user=pdsa&password=***&ssl=1",
        ),
    ],
)
def test_a_database_is_shown_without_its_password(url: str, shown: str) -> None:
    assert without_secret(url) == shown
