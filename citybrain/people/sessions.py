"""Sessions and tokens: begun, found, used, ended by time or by a command. All methods on the node's
own event loop.
"""

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.domain.principal import Authentication, Principal, Role
from citybrain.ids import IdSource, UnitId
from citybrain.people.caller import Caller
from citybrain.people.limits import (
    DEVICE_IDLE,
    DEVICE_LIFE,
    OWNER_SESSIONS,
    SESSION_IDLE,
    SESSION_LIFE,
    SESSIONS,
    USED_EVERY,
)
from citybrain.people.secret import hash_of, new_secret
from citybrain.people.store import Account, FederatedPerson, Oldest, PeopleStore, Session

LIFE_US = SESSION_LIFE.value * 3600 * SECOND_US
IDLE_US = SESSION_IDLE.value * 60 * SECOND_US
DEVICE_LIFE_US = DEVICE_LIFE.value * 86_400 * SECOND_US
DEVICE_IDLE_US = DEVICE_IDLE.value * 86_400 * SECOND_US


class Sessions:
    """The sessions of one node. A command may end one at any time: each look is into the file."""

    def __init__(self, store: PeopleStore, *, clock: Clock, ids: IdSource, rules: str = "") -> None:
        """`rules`: by which people of a provider outside are known now; "": none are."""
        self._rules = rules
        self._store, self._clock, self._ids = store, clock, ids
        self._used: dict[str, Timestamp] = {}  # since the last note in the file
        self._noted_at = clock.instant()
        self.count = store.session_count()

    def begin(self, account: Account) -> str:
        """A new session of a person: its id, which nobody had before."""
        return self._begin(account.key, UnitId(""))

    def begin_federated(self, person: FederatedPerson) -> str:
        """As `begin`, for one whom a provider outside proved."""
        return self._begin(person.key, UnitId(""))

    def begin_device(self, link: str) -> tuple[str, UnitId] | None:
        """The session that a link gives to the one device that comes first, and its unit; None: it
        was used, is too old or was never given out."""
        unit = self.unit_of_link(link)
        if unit is None or not self._store.remove_link(hash_of(link)):
            return None
        return self._begin("", unit), unit

    def unit_of_link(self, link: str) -> UnitId | None:
        """The unit of a link for a device that can still be used."""
        found = self._store.link(hash_of(link), self._clock.now())
        return found.unit if found is not None and found.unit else None

    def begin_by_link(self, link: str) -> tuple[str, Account] | None:
        """The session that a person's link gives to the one browser that comes first, and whose it
        is; None: it was used, is too old or was never given out."""
        found = self._store.link(hash_of(link), self._clock.now())
        account = self._store.account(found.key) if found is not None and found.key else None
        if account is None or not self._store.remove_link(hash_of(link)):
            return None
        return self.begin(account), account

    def caller(self, session_id: str) -> Caller | None:
        """Whose session this is; None: it has ended, or never was one. Counts as use."""
        return self.caller_of_hash(hash_of(session_id))

    def caller_of_hash(self, id_hash: str) -> Caller | None:
        """As `caller`, for whoever kept the hash alone: an open stream."""
        session = self._store.session(id_hash)
        if session is None or self._has_ended(session):
            self._used.pop(id_hash, None)
            return None
        principal = self._principal(session)
        if principal is None:
            return None
        self._use(id_hash)
        return Caller(principal=principal, session=id_hash, unit=session.unit)

    def program(self, token: str) -> Caller | None:
        """Whose token this is."""
        return self.program_of_hash(hash_of(token))

    def program_of_hash(self, token_hash: str) -> Caller | None:
        """As `program`, for an open stream."""
        found = self._store.token(token_hash)
        if found is None:
            return None
        principal = Principal(
            name=found.name, roles=(found.role,), authentication=Authentication.TOKEN
        )
        return Caller(principal=principal, token=token_hash)

    def still(self, caller: Caller) -> Caller | None:
        """Who `caller` is now; None: no longer anybody."""
        if caller.token:
            return self.program_of_hash(caller.token)
        return self.caller_of_hash(caller.session)

    def end(self, session_id: str) -> None:
        """Sign out. One that has ended is no error."""
        self._store.end_session(hash_of(session_id))
        self._used.pop(hash_of(session_id), None)

    def note_used(self) -> None:
        """Write into the file what was used, and end what is too old: from time to time."""
        now = self._clock.now()
        oldest = Oldest(
            begun=Timestamp(now - LIFE_US),
            used=Timestamp(now - IDLE_US),
            device_begun=Timestamp(now - DEVICE_LIFE_US),
            device_used=Timestamp(now - DEVICE_IDLE_US),
        )
        with self._store.transaction():
            for id_hash, at in self._used.items():
                self._store.use_session(id_hash, at)
            self._store.end_old_sessions(oldest)
        self._used.clear()
        self._noted_at = self._clock.instant()
        self.count = self._store.session_count()

    @property
    def is_note_due(self) -> bool:
        return self._clock.instant() - self._noted_at >= USED_EVERY.value * SECOND_US

    def _begin(self, key: str, unit: UnitId) -> str:
        session_id, now = new_secret(self._ids), self._clock.now()
        session = Session(
            id_hash=hash_of(session_id), key=key, unit=unit, begun_at=now, used_at=now
        )
        self.note_used()  # whoever is ended for want of room is the one not used for longest
        with self._store.transaction():
            self._store.add_session(session)
            self._store.end_sessions_beyond(session, OWNER_SESSIONS.value)
            self._store.end_longest_unused(SESSIONS.value)
        self.count = self._store.session_count()
        return session_id

    def _has_ended(self, session: Session) -> bool:
        now = self._clock.now()
        used_at = max(session.used_at, self._used.get(session.id_hash, session.used_at))
        life, idle = (DEVICE_LIFE_US, DEVICE_IDLE_US) if session.is_device else (LIFE_US, IDLE_US)
        return now - session.begun_at >= life or now - used_at >= idle

    def _principal(self, session: Session) -> Principal | None:
        if session.is_device:
            return Principal(
                name=session.unit, roles=(Role.CREW,), authentication=Authentication.DEVICE
            )
        account = self._store.account(session.key)
        if account is None:
            return self._federated(session.key)
        return Principal(
            name=account.name, roles=account.roles, authentication=Authentication.PASSWORD
        )

    def _federated(self, key: str) -> Principal | None:
        person = self._store.federated(key)
        if person is None or person.rules != self._rules:
            return None
        return Principal(
            name=person.name,
            roles=person.roles,
            authentication=Authentication.OIDC,
            issuer=person.issuer,
        )

    def _use(self, id_hash: str) -> None:
        if len(self._used) < SESSIONS.value or id_hash in self._used:
            self._used[id_hash] = self._clock.now()
