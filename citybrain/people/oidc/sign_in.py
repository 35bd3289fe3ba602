"""Signing in at the provider, from the press of the button to a session of this node: what is begun
here ends here, in the same browser, once. What is said of it in the log and the metrics.
"""

import logging
from collections.abc import Callable, Mapping

from citybrain.clock import Clock
from citybrain.ids import IdSource
from citybrain.localized_name import LocalizedName
from citybrain.people.oidc import id_token
from citybrain.people.oidc.claims import ClaimedPerson, person_of
from citybrain.people.oidc.errors import (
    OidcRefusal,
    OidcRefusedError,
    ProviderAnswerError,
    ProviderAwayError,
    TokenRefusedError,
)
from citybrain.people.oidc.limits import FEDERATED_PEOPLE
from citybrain.people.oidc.pending import PendingSignIn, PendingSignIns
from citybrain.people.oidc.provider import Provider
from citybrain.people.oidc.settings import OidcSettings
from citybrain.people.secret import hash_of, new_secret
from citybrain.people.sessions import Sessions
from citybrain.people.store import FederatedPerson, PeopleStore, federated_key, name_key
from citybrain.refusal_log import RefusalLog
from citybrain.structs import Struct

log = logging.getLogger(__name__)

SIGNED_IN = "oidc_signed_in"


class BegunSignIn(Struct, frozen=True, kw_only=True):
    """`url`: where the browser is to go. `browser`: what it is to keep for the way back."""

    url: str
    browser: str


class FinishedSignIn(Struct, frozen=True, kw_only=True):
    """A session that has begun, and the page that its person came for."""

    session_id: str
    goal: str


class OidcSignIn:
    """The door for the people of one provider. All methods on the node's own event loop."""

    def __init__(
        self,
        settings: OidcSettings,
        store: PeopleStore,
        sessions: Sessions,
        *,
        clock: Clock,
        ids: IdSource,
        count: Callable[[str], None],
    ) -> None:
        """`count` is called with what became of each sign-in."""
        self.settings, self._store, self._sessions = settings, store, sessions
        self._clock, self._ids, self._count = clock, ids, count
        self._provider = Provider(settings, clock=clock)
        self._pending, self._refusals = PendingSignIns(), RefusalLog(clock)

    def close(self) -> None:
        """Take no more."""
        self._provider.close()

    @property
    def title(self) -> LocalizedName:
        """What the button says."""
        return self.settings.title

    @property
    def is_away(self) -> bool:
        """Whether the provider could not be used some seconds ago. Asks nothing."""
        return self._provider.is_away

    async def begin(self, goal: str, address: str) -> BegunSignIn:
        """Raises `OidcRefusedError` where the provider cannot be used."""
        try:
            metadata = await self._provider.metadata()
        except (ProviderAwayError, ProviderAnswerError) as error:
            raise self._refused(error, address) from error
        state, browser, nonce, verifier = (new_secret(self._ids) for _ in range(4))
        url = id_token.request_url(
            metadata.authorization,
            verifier=verifier,
            client_id=self.settings.client_id,
            redirect_uri=self.settings.redirect_uri,
            scope=" ".join(self.settings.scopes),
            state=state,
            nonce=nonce,
        )
        pending = PendingSignIn(
            browser=hash_of(browser),
            nonce=nonce,
            verifier=verifier,
            goal=goal,
            address=address,
            begun_at=self._clock.instant(),
        )
        self._pending.add(state, pending)
        return BegunSignIn(url=url, browser=browser)

    async def finish(self, answer: Mapping[str, str], browser: str, address: str) -> FinishedSignIn:
        """`answer` is what the provider sent the browser back with, `browser` what that had kept.
        Raises `OidcRefusedError`."""
        try:
            pending = self._pending.take(answer.get("state", ""), browser, self._clock.instant())
            code = await self._code(answer)
            claims = await self._provider.claims(
                code, verifier=pending.verifier, nonce=pending.nonce
            )
            claimed = person_of(claims, self.settings)
            session_id = self._sessions.begin_federated(self._remember(claimed))
        except (
            OidcRefusedError,
            ProviderAwayError,
            ProviderAnswerError,
            TokenRefusedError,
        ) as error:
            raise self._refused(error, address) from error
        self._count(SIGNED_IN)
        log.info("%s signed in from %s by %s", ascii(claimed.name), address, self.settings.issuer)
        return FinishedSignIn(session_id=session_id, goal=pending.goal)

    async def _code(self, answer: Mapping[str, str]) -> str:
        """The code of an answer that is this provider's, and no refusal."""
        issuer, metadata = answer.get("iss"), await self._provider.metadata()
        if issuer != self.settings.issuer and (issuer is not None or metadata.is_issuer_named):
            said = ascii(issuer)[:120]
            raise TokenRefusedError(f"the browser was sent back by another provider: {said}")
        if "error" in answer or not answer.get("code"):
            said = ascii(answer.get("error", "no code"))[:80]
            raise OidcRefusedError(OidcRefusal.DENIED, f"the provider signed nobody in: {said}")
        return answer["code"]

    def _remember(self, claimed: ClaimedPerson) -> FederatedPerson:
        """Nobody gets the name of another: neither an account's nor one of the provider's."""
        issuer = self.settings.issuer
        person = FederatedPerson(
            key=federated_key(issuer, claimed.subject),
            name=claimed.name,
            roles=claimed.roles,
            issuer=issuer,
            rules=self.settings.rules,
            signed_in_at=self._clock.now(),
        )
        with self._store.transaction():
            namesake = self._store.federated_named(name_key(person.name))
            is_taken = namesake is not None and namesake.key != person.key
            if is_taken or self._store.account(name_key(person.name)) is not None:
                raise OidcRefusedError(
                    OidcRefusal.NAME_TAKEN,
                    f"somebody else here is called {person.name!a}: an account, or another"
                    " person of the provider. `citybrain people remove` makes the name free",
                    shown=person.name,
                )
            self._store.set_federated(person)
            self._store.forget_federated(FEDERATED_PEOPLE.value)
        return person

    def _refused(self, error: Exception, address: str) -> OidcRefusedError:
        """`error` as what the person is told; counted, and logged."""
        match error:
            case OidcRefusedError():
                made = error
            case ProviderAwayError():
                made = OidcRefusedError(OidcRefusal.PROVIDER_AWAY, str(error))
            case TokenRefusedError():
                made = OidcRefusedError(OidcRefusal.BAD_TOKEN, str(error))
            case _:
                made = OidcRefusedError(OidcRefusal.PROVIDER_WRONG, str(error))
        self._count(made.refusal)
        self._refusals.add(address, made.refusal, str(made))
        return made
