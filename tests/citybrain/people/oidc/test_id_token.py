"""An ID token proves who somebody is, to this client, in answer to this request, or nothing."""

import base64
import json

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from citybrain.people.oidc import id_token
from citybrain.people.oidc.errors import ProviderAnswerError, TokenRefusedError, UnknownKeyError

NOW_S = 1_750_000_000
ISSUER, CLIENT, NONCE = "https://id.example", "riverside", "n-1"
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
OTHER = ECKey.generate_key("P-256", {"kid": "ec"})
KEYS = {"keys": [RSA.as_dict(private=False), EC.as_dict(private=False)]}
CLAIMS = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "u-1",
    "nonce": NONCE,
    "iat": NOW_S - 1,
    "exp": NOW_S + 300,
}


def token(key=EC, alg="ES256", kid="ec", **spoiled):
    claims = {name: v for name, v in {**CLAIMS, **spoiled}.items() if v is not None}
    header = {"alg": alg} if kid is None else {"alg": alg, "kid": kid}
    return jwt.encode(header, claims, key, algorithms=[alg])


def verified(text, keys=KEYS, **other):
    given = {
        "issuer": ISSUER,
        "client_id": CLIENT,
        "nonce": NONCE,
        "access_token": "at",
        "now_s": NOW_S,
    }
    return id_token.verified(text, keys, **{**given, **other})


def b64(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("key", "alg", "kid"),
    [(EC, "ES256", "ec"), (RSA, "RS256", "rsa"), (RSA, "PS512", "rsa")],
)
def test_a_token_that_the_provider_signed_for_this_request_is_believed(key, alg, kid):
    assert verified(token(key, alg, kid))["sub"] == "u-1"


def test_with_one_key_a_token_need_not_name_it():
    assert verified(token(kid=None), {"keys": [EC.as_dict(private=False)]})["sub"] == "u-1"


@pytest.mark.parametrize(
    "spoiled",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["n-1"]},
        {"iss": "https://evil.example"},
        {"iss": ISSUER + "/"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": ["another client"]},
        {"aud": None},
        {"aud": [CLIENT, "another"]},  # without the party that it was issued to
        {"azp": "another"},
        {"exp": NOW_S - 61},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": NOW_S + 120},
        {"iat": None},
        {"nbf": NOW_S + 120},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"at_hash": "of-another-token"},
    ],
    ids=str,
)
def test_claims_of_another_request_client_provider_or_time_prove_nothing(spoiled):
    with pytest.raises(TokenRefusedError):
        verified(token(**spoiled))


def test_a_clock_may_differ_by_a_minute():
    assert verified(token(exp=NOW_S - 59, iat=NOW_S - 400))
    assert verified(token(iat=NOW_S + 59))


def test_a_token_without_a_signature_proves_nothing():
    _, claims, signature = token().split(".")
    for header in ({"alg": "none"}, {"alg": "NONE", "kid": "ec"}, {"alg": "", "kid": "ec"}, {}):
        for end in ("", signature):
            with pytest.raises(TokenRefusedError):
                verified(f"{b64(header)}.{claims}.{end}")


@pytest.mark.parametrize("shape", ["pem", "der", "jwk"])
def test_the_public_key_is_no_password(shape):
    """HS256 keyed with what everybody knows: libraries that trust the header take it."""
    known = {
        "pem": RSA.as_pem(private=False),
        "der": RSA.as_der(private=False),
        "jwk": json.dumps(RSA.as_dict(private=False)).encode(),
    }[shape]
    forged = token(OctKey.import_key(known.hex()), "HS256", "rsa")
    with pytest.raises(TokenRefusedError):
        verified(forged)


def test_a_shared_secret_among_the_keys_is_none():
    secret = OctKey.generate_key(256, {"kid": "ec"})
    with pytest.raises(ProviderAnswerError, match="no public key"):
        verified(token(secret, "HS256"), {"keys": [secret.as_dict(private=True)]})
    both = {"keys": [secret.as_dict(private=True), EC.as_dict(private=False)]}
    with pytest.raises(TokenRefusedError):
        verified(token(secret, "HS256"), both)


def test_anothers_key_signs_nothing_whatever_it_is_called():
    with pytest.raises(TokenRefusedError) as refused:
        verified(token(OTHER))
    assert not isinstance(refused.value, UnknownKeyError)
    with pytest.raises(UnknownKeyError):
        verified(token(OTHER, kid="of another"))


def test_a_key_that_comes_in_the_token_itself_is_none():
    header = {"alg": "ES256", "kid": "ec", "jwk": OTHER.as_dict(private=False)}
    forged = jwt.encode(header, CLAIMS, OTHER, algorithms=["ES256"])
    with pytest.raises(TokenRefusedError):
        verified(forged)


def test_a_changed_claim_breaks_the_signature():
    header, _, signature = token().split(".")
    with pytest.raises(TokenRefusedError):
        verified(f"{header}.{b64({**CLAIMS, 'sub': 'u-2'})}.{signature}")


def test_what_a_token_says_stands_on_one_line_of_the_log():
    with pytest.raises(UnknownKeyError) as refused:
        verified(token(OTHER, kid="k\n2026 INFO all is well"))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "x", "a.b", "a.b.c", "…", "a.b.c.d.e", "." * 5, "\x00"])
def test_what_is_no_token_proves_nothing(text):
    with pytest.raises(TokenRefusedError):
        verified(text)


@pytest.mark.parametrize(
    "keys",
    [{}, {"keys": None}, {"keys": []}, {"keys": ["x"]}, {"keys": [{"kty": "RSA"}]}],
    ids=str,
)
def test_keys_that_cannot_be_are_the_providers_fault(keys):
    with pytest.raises(ProviderAnswerError):
        verified(token(), keys)


def test_a_request_shows_the_verifiers_hash_alone():
    url = id_token.request_url(
        "https://id.example/auth?tenant=1",
        verifier="v" * 64,
        client_id=CLIENT,
        redirect_uri="https://queue.example/sign-in/oidc/callback",
        scope="openid profile",
        state="s-1",
        nonce=NONCE,
    )
    assert url.startswith("https://id.example/auth?tenant=1&")
    assert "v" * 64 not in url
    assert "code_challenge_method=S256" in url
    assert "code_challenge=" in url
    assert "response_type=code" in url
