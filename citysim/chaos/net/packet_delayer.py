"""Delays packets: what the router sends into a tun interface comes out of it a while later.

Works on kernels with and without netem.
"""

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
HELD_MAX = 4096  # packets; further ones are dropped, as by a router whose queue is full


class PacketDelayer:
    """`open` attaches to an interface of another network namespace; packets keep their order."""

    def __init__(self, *, rng: Random) -> None:
        self._rng = rng
        self._delay_s, self._jitter_s, self._last, self._held = 0.0, 0.0, 0.0, 0
        self._file: int | None = None

    def set_delay(self, *, ms: float, jitter_ms: float) -> None:
        self._delay_s, self._jitter_s = ms / 1000, jitter_ms / 1000

    def open(self, namespace: str, interface: str) -> None:
        """Call it on the event loop's thread; raises `ChaosUnavailableError`."""
        self._file = _open_tun(namespace, interface)
        asyncio.get_running_loop().add_reader(self._file, self._on_packets)

    def close(self) -> None:
        if self._file is not None:
            asyncio.get_running_loop().remove_reader(self._file)
            os.close(self._file)
            self._file = None

    def _on_packets(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(PACKETS_AT_ONCE):
            packet = self._read()
            if packet is None:
                return
            if self._held >= HELD_MAX:
                continue
            delay_s = self._delay_s + self._rng.uniform(-self._jitter_s, self._jitter_s)
            self._last = max(self._last, loop.time() + max(0.0, delay_s))
            self._held += 1
            loop.call_at(self._last, self._write, packet)

    def _read(self) -> bytes | None:
        try:
            return os.read(self._file, PACKET_BYTES) if self._file is not None else None
        except OSError:  # none is waiting, or the interface is gone
            return None

    def _write(self, packet: bytes) -> None:
        self._held -= 1
        if self._file is not None:
            try:
                os.write(self._file, packet)
            except OSError:
                return  # there is no route any more: the packet is lost, as packets are


def _open_tun(namespace: str, interface: str) -> int:
    """The interface's file descriptor.

    It belongs to the namespace of the thread that opens it, so a thread is made for this alone.
    """
    found: list[int | OSError] = []

    def attach() -> None:
        try:
            _enter(namespace)
            found.append(_attach(interface))
        except OSError as error:
            found.append(error)

    thread = threading.Thread(target=attach, name="packet-delayer")
    thread.start()
    thread.join()
    if isinstance(found[0], OSError):
        raise ChaosUnavailableError(f"packets cannot be delayed: {found[0]}")
    return found[0]


def _enter(namespace: str) -> None:
    """Move this thread into a network namespace; raises `OSError`."""
    with Path(namespace).open("rb") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def _attach(interface: str) -> int:
    file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    request = struct.pack("16sH22x", interface.encode(), IFF_TUN | IFF_NO_PI)
    try:
        fcntl.ioctl(file, TUNSETIFF, request)
    except OSError:
        os.close(file)
        raise
    return file
