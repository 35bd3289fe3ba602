"""Carries to the broker of one run who is revoked, as the hourly timer does in a city."""

import asyncio
import os
import signal
from collections.abc import Callable

from citybrain.ca.folder import REVOKED
from citybrain.enrolment.peer import files_signature
from citysim.demo.prepare.configs import Ports, RunFolder
from citysim.demo.prepare.identities import write_broker

LOOK_S = 1.0


async def follow_revocations(
    run: RunFolder, ports: Ports, broker_pid: Callable[[], int | None]
) -> None:
    """Until it is cancelled: whenever the authority publishes another list, write the broker's
    files and have the broker read them. Raises `IdentityError`, `StoreError`, `OSError`."""
    published = run.authority / REVOKED
    known = files_signature(published)
    while True:
        await asyncio.sleep(LOOK_S)
        found = files_signature(published)
        if found == known:
            continue
        known = found
        await asyncio.to_thread(write_broker, run, ports)
        pid = broker_pid()
        if pid is not None:
            os.kill(pid, signal.SIGHUP)
