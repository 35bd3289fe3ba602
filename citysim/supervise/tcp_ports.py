"""Free TCP ports of the loopback, as the kernel says now; another process may take them later."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"


def free_ports(count: int) -> list[int]:
    """`count` different ports that no process listens on now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return [each.getsockname()[1] for each in sockets]


def ports_from(start: int) -> Iterator[int]:
    """Ports upwards from `start` that can be bound now."""
    for port in range(start, 65_536):
        with socket.socket() as probe:
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
        yield port
