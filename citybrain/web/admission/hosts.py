"""Under which names a server may be asked for.

A browser sends a foreign page's requests to whatever its name resolves to (DNS rebinding); what it
cannot change is the name itself, in `Host`. Names that are not the server's own are refused. An
address in the place of a name is served: no resolver can make it point elsewhere.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable

PORT = re.compile(r":\d{1,5}\Z", re.ASCII)


def own_names() -> frozenset[str]:
    """The names that this machine has without being told."""
    name = socket.gethostname().lower()
    return frozenset(("localhost", name, name.partition(".")[0]))


class HostNames:
    """The names of one server: its machine's, and those that its configuration adds."""

    def __init__(self, added: Iterable[str] = ()) -> None:
        self._names = own_names() | {name.lower().rstrip(".") for name in added}

    def has(self, host: str | None) -> bool:
        """Whether a request with this `Host` is meant for this server. None: it has none."""
        if not host:
            return False
        name = PORT.sub("", host)
        if name.startswith("[") and name.endswith("]"):
            return _is_address(name[1:-1])
        return name.lower().removesuffix(".") in self._names or _is_address(name)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
