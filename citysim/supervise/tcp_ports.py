"""Free TCP ports of the loopback, for processes that are started later.

Ports that the kernel gives to connections by itself are left out: one of them may be taken between
the choice and the start, or while a process is down between two starts. Processes that choose at
the same time choose different ports (`machine_claims`); none is given back before its process ends.
"""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

from citysim.supervise.machine_claims import claim

LOOPBACK = "127.0.0.1"
KERNEL_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
DEFAULT_KERNEL_RANGE = (32_768, 60_999)
LOWEST, HIGHEST = 20_000, 65_535  # below: services, and the ports of Ray workers


class NoFreePortError(Exception):
    """Every port that may be chosen is taken."""


def free_ports(count: int) -> list[int]:
    """`count` different ports that nobody listens on and the kernel gives to nobody by itself.

    Raises `NoFreePortError` where there are not so many.
    """
    choices = _choices()
    found = [port for port, _ in zip(_usable(choices), range(count), strict=False)]
    if len(found) < count:
        raise NoFreePortError(
            f"{count} free TCP ports are wanted, {len(found)} of {len(choices)} are free: "
            "stop some processes that listen on this machine"
        )
    return found


def ports_from(start: int) -> Iterator[int]:
    """Ports upwards from `start` that can be bound now."""
    return filter(_can_be_bound, range(start, HIGHEST + 1))


def _choices() -> list[int]:
    """What may be chosen, from a place of this process's own."""
    first, last = kernel_range()
    ports = [port for port in range(LOWEST, HIGHEST + 1) if not first <= port <= last]
    start = os.getpid() * 97 % max(len(ports), 1)
    return ports[start:] + ports[:start]


def kernel_range() -> tuple[int, int]:
    """First and last port that the kernel gives to connections by itself."""
    try:
        first, last = KERNEL_RANGE.read_text().split()
    except OSError:
        return DEFAULT_KERNEL_RANGE
    return int(first), int(last)


def _usable(choices: list[int]) -> Iterator[int]:
    return (port for port in choices if _can_be_bound(port) and claim(f"port/{port}"))


def _can_be_bound(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
