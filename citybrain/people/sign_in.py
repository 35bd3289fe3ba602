"""Signing in with a name and a password: how often it may be tried, and what is said of it in the
log and the metrics.
"""

import logging
from collections.abc import Callable
from enum import StrEnum

from citybrain.clock import Clock
from citybrain.people.errors import PasswordQueueFullError
from citybrain.people.passwords import PasswordChecks
from citybrain.people.sessions import Sessions
from citybrain.people.store import PeopleStore, name_key
from citybrain.people.wrong_passwords import WrongPasswords
from citybrain.structs import Struct

log = logging.getLogger(__name__)

Count = Callable[[str], None]


class SignInResult(StrEnum):
    """What became of a try. The value is the metric's label."""

    SIGNED_IN = "signed_in"
    WRONG_PASSWORD = "wrong_password"
    ACCOUNT_LOCKED = "account_locked"
    ADDRESS_LOCKED = "address_locked"
    TOO_MANY = "too_many"  # sign-ins at this moment
    LINK = "link_signed_in"  # a person, without the password
    DEVICE = "device_signed_in"
    LINK_MADE = "crew_link_made"  # at the desk, for a device of a unit
    USED_LINK = "used_link"
    SIGNED_OUT = "signed_out"


class SignedIn(Struct, frozen=True, kw_only=True):
    """What became of a try: `session_id` is "" where it failed."""

    result: SignInResult
    session_id: str = ""


class SignIn:
    """The door for passwords of one node."""

    def __init__(
        self, store: PeopleStore, sessions: Sessions, *, clock: Clock, count: Count
    ) -> None:
        """`count` is called with the result of each try."""
        self._store, self._sessions, self._clock, self._count = store, sessions, clock, count
        self._checks = PasswordChecks()
        self._names, self._addresses = WrongPasswords(), WrongPasswords()

    async def sign_in(self, name: str, password: str, address: str) -> SignedIn:
        """Try it. What a caller may show is the same for a name that there is and one that there
        is not."""
        key, now = name_key(name), self._clock.instant()
        locked = self._locked(key, address)
        if locked is not None:
            return self._failed(locked, key, address)
        self._names.note(key, now)
        self._addresses.note(address, now)
        account = self._store.account(key)
        try:
            is_right = await self._checks.is_password(
                account.password_hash if account else None, password
            )
        except PasswordQueueFullError:
            self._forgive(key, address)
            return self._failed(SignInResult.TOO_MANY, key, address)
        # asked again: a command may have removed the account, or changed the password, meanwhile
        if not is_right or account is None or self._store.account(key) != account:
            return self._failed(SignInResult.WRONG_PASSWORD, key, address)
        self._forgive(key, address)
        self._count(SignInResult.SIGNED_IN)
        log.info("%s signed in from %s", ascii(account.name), address)
        return SignedIn(result=SignInResult.SIGNED_IN, session_id=self._sessions.begin(account))

    def note(self, result: SignInResult, whose: str, address: str) -> None:
        """Count and log what happened without a password."""
        self._count(result)
        log.info("%s: %s from %s", result.value, ascii(whose)[:80], address)

    def close(self) -> None:
        """Take no more."""
        self._checks.close()

    def _locked(self, key: str, address: str) -> SignInResult | None:
        now = self._clock.instant()
        if self._addresses.is_blocked(address, now):
            return SignInResult.ADDRESS_LOCKED
        if self._names.is_blocked(key, now):
            return SignInResult.ACCOUNT_LOCKED
        return None

    def _forgive(self, key: str, address: str) -> None:
        now = self._clock.instant()
        self._names.forgive(key, now)
        self._addresses.forgive(address, now)

    def _failed(self, result: SignInResult, key: str, address: str) -> SignedIn:
        """Who typed a name that there is not may have typed a password there: it is not logged."""
        self._count(result)
        account = self._store.account(key)
        whose = ascii(account.name) if account is not None else "an account that there is not"
        log.warning("sign-in refused (%s): %s, from %s", result.value, whose, address)
        return SignedIn(result=result)
