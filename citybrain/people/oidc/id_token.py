"""What OpenID Connect says of addresses and tokens: the request's address, its PKCE challenge, and
whether an ID token proves who somebody is. The only importer of authlib and of joserfc, its part
for signatures; both take a quarter of a second to import, so that happens at the first sign-in.

No algorithm but those with a public key: a token without a signature, or one signed with the public
key as a password (HS256), proves nothing.
"""

from collections.abc import Mapping

from citybrain.people.oidc.errors import ProviderAnswerError, TokenRefusedError, UnknownKeyError
from citybrain.people.oidc.limits import CLOCK_LEEWAY, SUBJECT_CHARS

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
KEY_TYPES = ("RSA", "EC", "OKP")

Json = Mapping[str, object]


def load() -> None:
    """Import what the functions below use, on whichever thread may wait for it."""
    from authlib.oauth2 import rfc6749, rfc7636  # noqa: F401 - loaded alone
    from authlib.oidc import core, discovery  # noqa: F401 - loaded alone
    from joserfc import jwk, jwt  # noqa: F401 - loaded alone


def metadata_url(issuer: str) -> str:
    """Where the provider describes itself (OpenID Connect Discovery 1.0)."""
    from authlib.oidc.discovery import get_well_known_url

    return str(get_well_known_url(issuer, external=True))


def request_url(endpoint: str, *, verifier: str, **parameters: str) -> str:
    """Where a browser is sent to sign in. `verifier` is not in it, only its SHA-256 (PKCE)."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    challenge = create_s256_code_challenge(verifier)
    made = prepare_grant_uri(
        endpoint,
        response_type="code",
        code_challenge=challenge,
        code_challenge_method="S256",
        **parameters,
    )
    return str(made)


def verified(
    token: str,
    keys: Json,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str,
    now_s: int,
) -> Json:
    """The claims of an ID token that the holder of one of `keys` (a JWK set) signed for this
    client, in answer to this very request. Raises `TokenRefusedError`, `UnknownKeyError`, and
    `ProviderAnswerError` where the keys cannot be."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError
    from joserfc.jwk import KeySet

    public = _public(keys)
    try:
        key_set = KeySet.import_key_set({"keys": public})
    except (JoseError, ValueError, TypeError) as error:
        raise ProviderAnswerError(f"its keys cannot be read: {str(error)!a}") from error
    try:
        read = jwt.decode(token, key_set, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": client_id},
                "nonce": {"essential": True, "value": nonce},
            },
            params={"nonce": nonce, "client_id": client_id, "access_token": access_token},
        )
        claims.validate(now=now_s, leeway=CLOCK_LEEWAY.value)
    except InvalidKeyIdError as error:
        raise UnknownKeyError(f"its token names a key that is not shown: {str(error)!a}") from error
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise TokenRefusedError(f"its token proves nothing: {str(error)!a}") from error
    _check_subject(claims)
    return dict(claims)


def _public(keys: Json) -> list[dict[str, str | list[str]]]:
    """The keys that a signature may be checked with: a shared secret among them is none. What is a
    text of them is all that a check needs."""
    found = keys.get("keys")
    if not isinstance(found, list):
        raise ProviderAnswerError("its keys are no JWK set")
    texts: list[dict[str, str | list[str]]] = [
        {name: value for name, value in one.items() if isinstance(value, str)}
        for one in found
        if isinstance(one, dict)
    ]
    public = [one for one in texts if one.get("kty") in KEY_TYPES]
    if not public:
        raise ProviderAnswerError("it shows no public key")
    return public


def _check_subject(claims: Json) -> None:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_CHARS.value:
        raise TokenRefusedError("its token proves nothing: it has no subject that can be")
