"""What a process says to whoever supervises it, by the protocol of systemd (`sd_notify(3)`): that
it is up, that it is stopping, and that it goes on. Says nothing where nobody asked.

A thread that the process cannot do without beats its `Heartbeat` in each round. While one of them
is silent for `SILENT_ROUNDS` nothing is said, and the supervisor ends the process and starts
another. Rounds are counted, not seconds: a machine that was suspended is no reason to end.
"""

import asyncio
import logging
import os
import socket
from collections.abc import Mapping

from citybrain.supervision.heartbeat import Heartbeat

log = logging.getLogger(__name__)

SOCKET, WATCHDOG = "NOTIFY_SOCKET", "WATCHDOG_USEC"
ROUND_S = 1.0
SILENT_ROUNDS = 10


class SdNotify:
    """The supervisor of this process, if it has one that listens."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get(SOCKET, "")
        self._is_watching = environment.get(WATCHDOG, "").isdecimal()

    def notify(self, **facts: object) -> None:
        """Send facts such as `READY=1`. A supervisor that cannot be reached is logged once: the
        process goes on, and is ended by it if need be."""
        if not self._address:
            return
        name = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        text = "\n".join(f"{key}={value}" for key, value in facts.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.sendto(text.encode(), name)
        except BlockingIOError:  # its queue is full; the next one says the same
            return
        except OSError as error:
            log.warning("the service manager at %s is not told any more: %s", self._address, error)
            self._address = ""

    async def ping_watchdog(self, heartbeats: tuple[Heartbeat, ...]) -> None:
        """Say each round that the process goes on, as long as all of its threads do; for ever."""
        while self._is_watching and self._address:
            await asyncio.sleep(ROUND_S)
            for heartbeat in heartbeats:
                heartbeat.watch()
            silent = [one for one in heartbeats if one.silent_rounds >= SILENT_ROUNDS]
            if not silent:
                self.notify(WATCHDOG=1)
            for one in silent:
                if one.silent_rounds == SILENT_ROUNDS:
                    log.error(
                        "thread %s does not go on; the service manager ends this process and starts"
                        " another (nothing that was acknowledged is lost)",
                        one.thread,
                    )
