"""`[people.oidc]`: a provider that cannot be meant is named with a cure, and nothing starts."""

import pytest

from citybrain.config.load import parse
from citybrain.config.people import PeopleConfig
from citybrain.domain.principal import Role
from citybrain.errors import ConfigError


@pytest.fixture
def table(tmp_path):
    secret = tmp_path / "oidc-secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    return {
        "issuer": "https://id.example/realms/city",
        "client_id": "citybrain-riverside",
        "client_secret_file": str(secret),
        "pages": "https://queue.riverside.example:8101",
        "roles": {"queue": "operator", "night": "duty-officer"},
    }


def read(table):
    return parse({"oidc": table}, PeopleConfig, name="district.toml").provider


def test_a_provider_is_configured(table):
    settings = read(table)
    assert settings.roles == (("night", Role.DUTY_OFFICER), ("queue", Role.OPERATOR))
    assert settings.redirect_uri == ("https://queue.riverside.example:8101/sign-in/oidc/callback")
    assert settings.scopes == ("openid", "profile")
    assert settings.title.zh
    assert "s3cret" not in repr(settings)
    assert parse({}, PeopleConfig, name="district.toml").provider is None


@pytest.mark.parametrize(
    ("spoiled", "problem"),
    [
        ({"issuer": "http://id.example"}, "oidc.issuer: .*no https address"),
        ({"issuer": "id.example"}, "oidc.issuer"),
        ({"pages": "http://queue.example"}, "oidc.pages"),
        ({"pages": "https://queue.example/desk"}, "oidc.pages: .*more than a scheme"),
        ({"roles": {"queue": "king"}}, "oidc.roles: 'queue' gives 'king'.* Use one of viewer"),
        ({"roles": {"queue": "box"}}, "oidc.roles: .*no role of people"),
        ({"roles": {}}, "oidc.roles"),
        ({"client_secret_file": "/nowhere/secret"}, "oidc.client_secret_file: .*cannot be read"),
        ({"client_secret": "s3cret"}, "oidc.client_secret: there is no such key"),
        ({"ca_file": "/nowhere/ca.pem"}, "oidc.ca_file"),
        ({"scopes": ["profile"]}, 'lacks "openid"'),
        ({"scopes": ["openid", "two words"]}, "oidc.scopes"),
        ({"title": {"en": "City"}}, "oidc.title.zh: it is missing"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_named_with_its_cure(table, spoiled, problem):
    with pytest.raises(ConfigError, match=problem):
        read({**table, **spoiled})


def test_a_secret_that_others_may_read_is_none(table, tmp_path):
    (tmp_path / "oidc-secret").chmod(0o640)
    with pytest.raises(ConfigError, match="open to other users.*chmod 600"):
        read(table)


def test_a_provider_on_this_machine_may_be_plain_and_a_client_without_a_secret(table):
    del table["client_secret_file"]
    plain = {**table, "issuer": "http://127.0.0.1:8080", "pages": "http://localhost:8101"}
    assert read(plain).client_secret_file is None
