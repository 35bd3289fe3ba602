"""The enrolment port of one run's authority, beside the city's processes: nodes renew there, fetch
who is revoked, and others may join.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from citybrain.ca.authority import Authority
from citybrain.ca.port import EnrolmentPort
from citybrain.clock import Clock
from citybrain.ids import IdSource


@asynccontextmanager
async def enrolment_port(folder: Path, *, clock: Clock, ids: IdSource) -> AsyncIterator[None]:
    """The authority in `folder` serves its own address inside this context. Raises
    `AuthorityError`, `StoreError` and `OSError`."""
    authority = Authority(folder, clock=clock, ids=ids)
    try:
        port = EnrolmentPort(authority, ids=ids)
        await port.start(authority.address)
        try:
            yield
        finally:
            await port.stop()
    finally:
        authority.close()
