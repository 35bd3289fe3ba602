"""A provider is asked when it is needed, within bounds, and believed when it is the one that was
configured."""

import asyncio
import socket
import ssl
import threading

import pytest
from authority_rig import open_authority
from oidc_provider import SECRET, OidcProvider, new_key

from citybrain.clock import ManualClock
from citybrain.enrolment.folder import CERTIFICATE, KEY, ROOT
from citybrain.identity.name import parse_short
from citybrain.people.oidc.errors import (
    OidcError,
    ProviderAnswerError,
    ProviderAwayError,
    TokenRefusedError,
)
from citybrain.people.oidc.id_token import request_url
from citybrain.people.oidc.limits import METADATA_LIFE, NEW_KEYS, PROVIDER_BYTES, PROVIDER_RETRY
from citybrain.people.oidc.provider import Provider
from citybrain.people.oidc.urls import is_safe_url
from citybrain.system_clock import SystemClock

VERIFIER, NONCE = "v" * 64, "n-1"


def use(provider, settings, what):
    async def go():
        client = Provider(settings, clock=provider.clock)
        try:
            return await what(client)
        finally:
            client.close()

    return asyncio.run(go())


async def claims_of(client, provider, settings, *, nonce=NONCE, verifier=VERIFIER):
    metadata = await client.metadata()
    url = request_url(
        metadata.authorization,
        verifier=VERIFIER,
        client_id=settings.client_id,
        redirect_uri=settings.redirect_uri,
        state="s",
        nonce=NONCE,
    )
    code = provider.authorize(url)["code"]
    return await client.claims(code, verifier=verifier, nonce=nonce)


def signed_in(provider, settings, **changes):
    return use(provider, settings, lambda client: claims_of(client, provider, settings, **changes))


def test_a_code_becomes_proved_claims(provider, tmp_path):
    assert signed_in(provider, provider.settings(tmp_path))["groups"] == ["queue"]
    assert provider.asked == ["/.well-known/openid-configuration", "/token", "/keys"]


def test_a_code_of_another_verifier_is_worth_nothing(provider, tmp_path):
    with pytest.raises(ProviderAnswerError, match="invalid_grant"):
        signed_in(provider, provider.settings(tmp_path), verifier="w" * 64)


def test_a_token_for_another_request_is_worth_nothing(provider, tmp_path):
    with pytest.raises(TokenRefusedError):
        signed_in(provider, provider.settings(tmp_path), nonce="another")


def test_the_secret_is_read_when_it_is_sent_and_stands_in_no_message(provider, tmp_path):
    settings = provider.settings(tmp_path)
    assert SECRET not in repr(settings)
    (tmp_path / "oidc-secret").write_text("a wrong one\n")
    with pytest.raises(ProviderAnswerError, match="401.*invalid_client") as refused:
        signed_in(provider, settings)
    assert "a wrong one" not in str(refused.value)
    (tmp_path / "oidc-secret").unlink()
    with pytest.raises(ProviderAnswerError, match="client_secret_file"):
        signed_in(provider, settings)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://id.example/\r\nset-cookie: x=y"},
        {"jwks_uri": None},
        {"jwks_uri": 7},
        {"code_challenge_methods_supported": ["plain"]},
    ],
    ids=str,
)
def test_metadata_that_cannot_be_is_not_used(provider, tmp_path, metadata):
    provider.metadata = metadata
    with pytest.raises(ProviderAnswerError):
        use(provider, provider.settings(tmp_path), lambda client: client.metadata())


def test_metadata_is_kept_for_an_hour_and_keys_too(provider, tmp_path):
    settings = provider.settings(tmp_path)

    async def go(client):
        await client.metadata()
        await client.metadata()
        provider.clock.advance(METADATA_LIFE.value)
        await client.metadata()

    use(provider, settings, go)
    assert provider.asked == ["/.well-known/openid-configuration"] * 2


def test_a_dead_provider_is_asked_every_ten_seconds_however_often_the_button_is_pressed(
    provider, tmp_path
):
    provider.status = 503

    async def go(client):
        for _ in range(20):
            with pytest.raises(ProviderAwayError):
                await client.metadata()
        assert client.is_away
        provider.clock.advance(PROVIDER_RETRY.value)
        assert not client.is_away
        provider.status = 200
        assert await client.metadata()
        assert not client.is_away

    use(provider, provider.settings(tmp_path), go)
    assert len(provider.asked) == 2


def test_keys_that_the_provider_has_since_are_found_and_made_up_ones_cost_it_little(
    provider, tmp_path
):
    settings = provider.settings(tmp_path)

    async def go(client):
        await claims_of(client, provider, settings)
        provider.key = new_key("k2")
        for _ in range(5):
            with pytest.raises(TokenRefusedError):
                await claims_of(client, provider, settings)
        provider.clock.advance(NEW_KEYS.value)
        provider.shown_keys.append(provider.key)
        assert (await claims_of(client, provider, settings))["sub"] == "u-1"

    use(provider, settings, go)
    assert provider.asked.count("/keys") == 2


def test_groups_that_the_token_has_not_are_asked_for_and_of_the_same_person(provider, tmp_path):
    del provider.claims["groups"]
    provider.userinfo = {"sub": "u-1", "groups": ["watch"], "preferred_username": "not this"}
    claims = signed_in(provider, provider.settings(tmp_path))
    assert (claims["groups"], claims["preferred_username"]) == (["watch"], "li.na")
    provider.userinfo["sub"] = "u-2"
    with pytest.raises(TokenRefusedError, match="somebody else"):
        signed_in(provider, provider.settings(tmp_path))


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"\xff", b"[" * 100_000, b'"' + b"x" * PROVIDER_BYTES.value + b'"'],
    ids=["nothing", "no object", "no text", "deep", "large"],
)
def test_an_answer_that_is_none_is_not_used(provider, tmp_path, body):
    provider._described = lambda: body
    with pytest.raises(ProviderAnswerError):
        use(provider, provider.settings(tmp_path), lambda client: client.metadata())


def test_a_provider_that_sends_a_byte_now_and_then_holds_nobody(provider, tmp_path, monkeypatch):
    """Each of its bytes comes within a socket's time-out, its answer never."""
    monkeypatch.setattr("citybrain.people.oidc.fetch.PROVIDER_WAIT", _Soon)
    listener = socket.create_server(("127.0.0.1", 0))
    is_left = threading.Event()

    def dribble():
        talk, _ = listener.accept()
        with talk:
            talk.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            try:
                while not is_left.wait(0.02):
                    talk.sendall(b"x")
            except OSError:
                is_left.set()

    thread = threading.Thread(target=dribble)
    thread.start()
    issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(ProviderAwayError, match="no answer within"):
        use(provider, provider.settings(tmp_path, issuer=issuer), lambda c: c.metadata())
    assert is_left.wait(30), "the node broke the connection off"
    thread.join()
    listener.close()


class _Soon:
    value = 0.3


@pytest.fixture
def city_ca(tmp_path):
    made = open_authority(tmp_path / "ca", SystemClock())
    yield made
    made.close()


@pytest.mark.parametrize(
    ("host", "is_trusted", "is_proved"),
    [("127.0.0.1", True, True), ("127.0.0.1", False, False), ("127.0.0.2", True, False)],
    ids=["proved", "of an unknown authority", "for another host"],
)
def test_a_provider_is_proved_by_its_certificate(tmp_path, city_ca, host, is_trusted, is_proved):
    identity = tmp_path / "identity"
    city_ca.issue_here(parse_short(city_ca.city, "district/x"), identity, hosts=[host])
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(identity / CERTIFICATE, identity / KEY)
    provider = OidcProvider(ManualClock(), tls)
    ca_file = str(identity / ROOT) if is_trusted else None
    settings = provider.settings(tmp_path, ca_file=ca_file)
    try:
        if is_proved:
            assert signed_in(provider, settings)["sub"] == "u-1"
        else:
            with pytest.raises(ProviderAwayError, match="CERTIFICATE_VERIFY_FAILED"):
                signed_in(provider, settings)
            assert provider.asked == []
    finally:
        provider.stop()


def test_nothing_is_sent_where_nobody_is(provider, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = provider.settings(tmp_path, issuer=f"http://127.0.0.1:{port}")
    with pytest.raises(OidcError):
        use(provider, settings, lambda client: client.metadata())


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [
        ("https://id.example/realms/city", True),
        ("https://id.example:8443", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080/x", True),
        ("http://[::1]:8080", True),
        ("http://id.example", False),
        ("http://10.0.0.1", False),
        ("http://localhost.evil.example", False),
        ("https://user:word@id.example", False),
        ("https://", False),
        ("https://id.example:port", False),
        ("https://[", False),
        ("ftp://id.example", False),
        ("//id.example", False),
        ("https://id.example/\n", False),
    ],
)
def test_a_secret_goes_over_tls_or_stays_on_this_machine(url, is_safe):
    assert is_safe_url(url) is is_safe
