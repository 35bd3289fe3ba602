"""One OpenID Connect provider, as a client sees it: its metadata and keys, fetched when they are
needed and kept for a while, and the exchange of a code for proved claims.
"""

import asyncio
import base64
import logging
from urllib.parse import quote

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.config.fields import read_secret
from citybrain.people.oidc import id_token
from citybrain.people.oidc.errors import (
    ProviderAnswerError,
    ProviderAwayError,
    TokenRefusedError,
    UnknownKeyError,
)
from citybrain.people.oidc.fetch import ProviderCalls, Request
from citybrain.people.oidc.id_token import Json
from citybrain.people.oidc.limits import METADATA_LIFE, NEW_KEYS, PROVIDER_RETRY
from citybrain.people.oidc.settings import OidcSettings
from citybrain.people.oidc.urls import is_safe_url
from citybrain.structs import Struct

log = logging.getLogger(__name__)

ACCEPT = {"accept": "application/json", "user-agent": "citybrain"}


class Metadata(Struct, frozen=True, kw_only=True):
    """What a provider says of itself, as far as it is used here. `is_issuer_named`: it names itself
    whenever it sends a browser back (RFC 9207)."""

    authorization: str
    token: str
    keys: str
    userinfo: str
    auth_methods: tuple[str, ...]
    is_issuer_named: bool


class Provider:
    """All methods on the node's own event loop."""

    def __init__(self, settings: OidcSettings, *, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._calls = ProviderCalls(settings.ca_file)
        self._one_at_a_time = asyncio.Lock()
        self._metadata: tuple[Instant, Metadata] | None = None
        self._keys: tuple[Instant, Json] | None = None
        self._failed: tuple[Instant, str] | None = None

    def close(self) -> None:
        """Ask no more."""
        self._calls.close()

    @property
    def is_away(self) -> bool:
        """Whether it was, some seconds ago. Asks nothing."""
        return self._failed is not None and self._is_within(self._failed[0], PROVIDER_RETRY.value)

    async def metadata(self) -> Metadata:
        """Raises `ProviderAwayError`, `ProviderAnswerError`."""
        async with self._one_at_a_time:
            known = self._metadata
            if known is not None and self._is_within(known[0], METADATA_LIFE.value):
                return known[1]
            await asyncio.to_thread(id_token.load)
            answer = await self._asked(id_token.metadata_url(self._settings.issuer))
            made = metadata_of(answer, self._settings.issuer)
            self._metadata, self._keys = (self._clock.instant(), made), None
            return made

    async def claims(self, code: str, *, verifier: str, nonce: str) -> Json:
        """The proved claims of whoever got `code`, those of the ID token and, where the claim for
        roles or for the name is not among them, of the userinfo endpoint. Raises
        `ProviderAwayError`, `ProviderAnswerError`, `TokenRefusedError`."""
        metadata = await self.metadata()
        tokens = await self._tokens(metadata, code, verifier)
        token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(token, str) or not isinstance(access_token, str):
            raise ProviderAnswerError("it gave no ID token and access token for the code")
        try:
            claims = await self._proved(metadata, token, access_token, nonce, is_new=False)
        except UnknownKeyError:  # the provider may have changed its keys since
            claims = await self._proved(metadata, token, access_token, nonce, is_new=True)
        wanted = {self._settings.name_claim, self._settings.roles_claim}
        if metadata.userinfo and not wanted <= claims.keys():
            return {**await self._userinfo(metadata, access_token, claims), **claims}
        return claims

    async def _proved(
        self, metadata: Metadata, token: str, access_token: str, nonce: str, *, is_new: bool
    ) -> Json:
        return id_token.verified(
            token,
            await self._current_keys(metadata, is_new=is_new),
            issuer=self._settings.issuer,
            client_id=self._settings.client_id,
            nonce=nonce,
            access_token=access_token,
            now_s=self._clock.now() // SECOND_US,
        )

    async def _current_keys(self, metadata: Metadata, *, is_new: bool) -> Json:
        async with self._one_at_a_time:
            known, life = self._keys, NEW_KEYS.value if is_new else METADATA_LIFE.value
            if known is not None and self._is_within(known[0], life):
                return known[1]
            found = await self._asked(metadata.keys)
            self._keys = (self._clock.instant(), found)
            return found

    async def _tokens(self, metadata: Metadata, code: str, verifier: str) -> Json:
        settings = self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": settings.redirect_uri,
            "code_verifier": verifier,
        }
        headers, secret = dict(ACCEPT), self._secret()
        headers["content-type"] = "application/x-www-form-urlencoded"
        if secret is None:
            form["client_id"] = settings.client_id
        elif "client_secret_basic" in metadata.auth_methods:
            headers["authorization"] = _basic(settings.client_id, secret)
        else:
            form |= {"client_id": settings.client_id, "client_secret": secret}
        return await self._calls.json(Request(url=metadata.token, form=form, headers=headers))

    async def _userinfo(self, metadata: Metadata, access_token: str, claims: Json) -> Json:
        headers = {**ACCEPT, "authorization": f"Bearer {access_token}"}
        found = await self._calls.json(Request(url=metadata.userinfo, headers=headers))
        if found.get("sub") != claims["sub"]:
            raise TokenRefusedError("its userinfo is of somebody else")
        return found

    def _secret(self) -> str | None:
        """Read each time: a new one needs no restart."""
        path = self._settings.client_secret_file
        try:
            return None if path is None else read_secret(path)
        except ValueError as error:
            raise ProviderAnswerError(f"client_secret_file: {error}") from error

    async def _asked(self, url: str) -> dict[str, object]:
        """What answers without a sign-in; after a failure it is not asked again for a while."""
        if self._failed is not None and self.is_away:
            raise ProviderAwayError(self._failed[1])
        try:
            found = await self._calls.json(Request(url=url, headers=ACCEPT))
        except (ProviderAwayError, ProviderAnswerError) as error:
            self._failed = (self._clock.instant(), str(error))
            raise
        self._failed = None
        return found

    def _is_within(self, since: Instant, seconds: int) -> bool:
        return self._clock.instant() - since < seconds * SECOND_US


def _basic(client_id: str, secret: str) -> str:
    """RFC 6749, 2.3.1: form-encoded, and a space as `%20`, which every reader takes back: not all
    take `+` for one."""
    login = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"
    return f"Basic {base64.b64encode(login.encode()).decode()}"


def metadata_of(answer: Json, issuer: str) -> Metadata:
    """Raises `ProviderAnswerError` where it is not of `issuer`, or PKCE is not among what it
    knows."""
    if answer.get("issuer") != issuer:
        said = ascii(answer.get("issuer"))[:120]
        raise ProviderAnswerError(f"it calls itself {said}, and `issuer` here is {issuer!r}")
    challenges = answer.get("code_challenge_methods_supported", ["S256"])
    if not isinstance(challenges, list) or "S256" not in challenges:
        raise ProviderAnswerError("it knows no PKCE with S256")
    # what is not said is `client_secret_basic` (OpenID Connect Discovery 1.0)
    methods = answer.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    userinfo = answer.get("userinfo_endpoint")
    return Metadata(
        authorization=checked_endpoint(answer.get("authorization_endpoint"), issuer),
        token=checked_endpoint(answer.get("token_endpoint"), issuer),
        keys=checked_endpoint(answer.get("jwks_uri"), issuer),
        userinfo="" if userinfo is None else checked_endpoint(userinfo, issuer),
        auth_methods=tuple(map(str, methods)) if isinstance(methods, list) else (),
        is_issuer_named=answer.get("authorization_response_iss_parameter_supported") is True,
    )


def checked_endpoint(address: object, issuer: str) -> str:
    """An address that the provider names: TLS, or of this machine where the issuer is, too."""
    is_url = isinstance(address, str) and is_safe_url(address)
    if not is_url or (str(address).startswith("http:") and issuer.startswith("https:")):
        raise ProviderAnswerError(f"it names {ascii(address)[:120]} as one of its addresses")
    return str(address)
