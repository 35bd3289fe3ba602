"""Passwords as hashes: argon2id, a bounded number at once, on threads of its own. The only importer
of argon2.
"""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import argon2

from citybrain.people.errors import PasswordQueueFullError, PeopleError
from citybrain.people.limits import (
    PASSWORD_CHARS,
    PASSWORD_CHARS_MIN,
    PASSWORD_CHECKS,
    PASSWORD_QUEUE,
)

# the first choice of OWASP's password storage page: 46 MiB, one pass, one lane
HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
# of a password that nobody has: an unknown name takes as long as a wrong password
NOBODYS = (
    "$argon2id$v=19$m=47104,t=1,p=1$I1ci8EZzhMJk7UA4bgOXCw"
    "$AVIoywMwS8blhcPnY613zxXFulqYCMRwKvxVxuU15gM"
)


def hash_password(password: str, *, name: str = "") -> str:
    """The hash to keep. Raises `PeopleError` where the password cannot be: too short, too long, or
    the account's own `name`."""
    plain = _normal(password)
    least, most = PASSWORD_CHARS_MIN.value, PASSWORD_CHARS.value
    if not least <= len(plain) <= most:
        raise PeopleError(
            f"a password has {least} to {most} characters, this one {len(plain)}. Four words that"
            " do not belong together make a good one."
        )
    if name and name.casefold() in plain.casefold() and len(plain) < len(name) + least:
        raise PeopleError("the password holds the name: it is the first thing that is tried.")
    return HASHER.hash(plain)


def is_password(stored: str, password: str) -> bool:
    """Whether `stored` is the hash of `password`. Takes a fifth of a second and 46 MiB."""
    try:
        return HASHER.verify(stored, _normal(password))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


class PasswordChecks:
    """Checks passwords beside an event loop, a bounded number at once and waiting."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(PASSWORD_CHECKS.value, thread_name_prefix="password")
        self.waiting = 0

    async def is_password(self, stored: str | None, password: str) -> bool:
        """As `is_password`; None is nobody's hash, which takes as long. Raises
        `PasswordQueueFullError`."""
        if self.waiting >= PASSWORD_QUEUE.value:
            raise PasswordQueueFullError
        self.waiting += 1
        try:
            found = await asyncio.get_running_loop().run_in_executor(
                self._pool, is_password, stored or NOBODYS, password
            )
        finally:
            self.waiting -= 1
        return found and stored is not None

    def close(self) -> None:
        """Drop what waits. Repeated calls have no effect."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _normal(password: str) -> str:
    """One form of what two keyboards write in two ways."""
    return unicodedata.normalize("NFKC", password)
