"""Holds packets back: what the router sends into the slow lane (a tun interface) comes out of it again a while later. For kernels with and without netem."""

import asyncio
import ctypes
import fcntl
import os
import struct
import threading
from pathlib import Path
from random import Random  # noqa: TID251 - given by whoever has the seed

from citysim.errors import ChaosUnavailableError

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
PACKET_BYTES = 2048  # above the interface's 1500
PACKETS_AT_ONCE = 64
HELD_MOST = 4096  # packets; what comes above it is dropped, as by a router whose queue is full


class Delayer:
    """`open` attaches to an interface of another network namespace; packets keep their order."""

    def __init__(self, *, chance: Random) -> None:
        self._chance = chance
        self._delay_s, self._jitter_s, self._last, self._held = 0.0, 0.0, 0.0, 0
        self._file: int | None = None

    def set(self, *, ms: float, jitter_ms: float) -> None:
        self._delay_s, self._jitter_s = ms / 1000, jitter_ms / 1000

    def open(self, namespace: str, interface: str) -> None:
        """Raises `ChaosUnavailableError` when it cannot be attached. From the event loop's thread."""
        self._file = _attached(namespace, interface)
        asyncio.get_running_loop().add_reader(self._file, self._came)

    def close(self) -> None:
        if self._file is not None:
            asyncio.get_running_loop().remove_reader(self._file)
            os.close(self._file)
            self._file = None

    def _came(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(PACKETS_AT_ONCE):
            packet = self._packet()
            if packet is None:
                return
            if self._held >= HELD_MOST:
                continue
            self._last = max(
                self._last,
                loop.time()
                + max(0.0, self._delay_s + self._chance.uniform(-self._jitter_s, self._jitter_s)),
            )
            self._held += 1
            loop.call_at(self._last, self._goes_on, packet)

    def _packet(self) -> bytes | None:
        try:
            return os.read(self._file, PACKET_BYTES) if self._file is not None else None
        except (BlockingIOError, OSError):
            return None

    def _goes_on(self, packet: bytes) -> None:
        self._held -= 1
        if self._file is not None:
            try:
                os.write(self._file, packet)
            except OSError:
                return  # no route any more: lost, as packets are


def _attached(namespace: str, interface: str) -> int:
    """The interface's file. It belongs to the namespace of the thread that opens it: one that lives for this alone."""
    found: list[int | OSError] = []

    def attach() -> None:
        try:
            with Path(namespace).open("rb") as there:
                if ctypes.CDLL(None, use_errno=True).setns(there.fileno(), CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
            file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            try:
                fcntl.ioctl(
                    file, TUNSETIFF, struct.pack("16sH22x", interface.encode(), IFF_TUN | IFF_NO_PI)
                )
            except OSError:
                os.close(file)
                raise
            found.append(file)
        except OSError as error:
            found.append(error)

    thread = threading.Thread(target=attach, name="slow-lane")
    thread.start()
    thread.join()
    if isinstance(found[0], OSError):
        raise ChaosUnavailableError(f"packets cannot be held back: {found[0]}")
    return found[0]
