"""Which push services this node calls. A browser names the address that it is called at, so a page
could name any: only hosts of the configuration are taken, by https, and no address of a private
network unless the configuration says so. Asks the names' addresses, and connects to none.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from citybrain.structs import Struct
from district_node.errors import DistrictError
from district_node.web_push.limits import ENDPOINT_CHARS

HTTPS_PORT = 443
# where the browsers that are installed most take messages
KNOWN_SERVICES = (
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
SERVICE = re.compile(r"^(\*\.)?[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?$")
FORM = 'Give a host, "*." before it for all below it, ":port" behind it where it is not 443.'

Resolve = Callable[[str, int], Sequence[str]]


class ServiceRefusedError(DistrictError):
    """A push service is none that this node calls. `reason`: a code for the page."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(detail)


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where a message is posted."""

    host: str
    port: int
    target: str  # path and query


def addresses_of(host: str, port: int) -> Sequence[str]:
    """What the name stands for now; raises `OSError`."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class PushServices:
    """The push services of a configuration."""

    def __init__(
        self, hosts: Sequence[str], *, allows_private: bool, resolve: Resolve = addresses_of
    ) -> None:
        self._hosts, self._allows_private, self._resolve = hosts, allows_private, resolve

    def endpoint(self, address: str) -> Endpoint:
        """The parts of an address that a browser gave; raises `ServiceRefusedError`."""
        if len(address) > ENDPOINT_CHARS.value or not (address.isascii() and address.isprintable()):
            raise ServiceRefusedError(
                "bad_endpoint", "The subscription's address is none. Subscribe again."
            )
        try:
            parts = urlsplit(address)
            host, port = (parts.hostname or "").lower(), parts.port or HTTPS_PORT
        except ValueError as error:
            raise ServiceRefusedError(
                "bad_endpoint", f"The subscription's address is none ({error}). Subscribe again."
            ) from error
        if parts.scheme != "https" or parts.username is not None or " " in address or not host:
            raise ServiceRefusedError(
                "bad_endpoint", "The subscription's address is no https address. Subscribe again."
            )
        if not any(_is_meant(host, port, one) for one in self._hosts):
            raise ServiceRefusedError(
                "unknown_service",
                f"This district calls no push service at {host[:100]}:{port}. Whoever runs it may"
                " add the host to `services` under [push].",
            )
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Endpoint(host=host, port=port, target=target)

    def reached_at(self, endpoint: Endpoint) -> str:
        """The address to connect to: looked up and judged as one, so that a name cannot stand for
        another one afterwards. Raises `ServiceRefusedError`, `OSError`."""
        found = self._resolve(endpoint.host, endpoint.port)
        if not found:
            raise OSError(f"{endpoint.host} has no address")
        for address in found:
            if not self._allows_private and not ipaddress.ip_address(address).is_global:
                raise ServiceRefusedError(
                    "private_address",
                    f"{endpoint.host} stands for {address}, an address of a private network. Set"
                    " allow_private under [push] where the push service is the city's own.",
                )
        return found[0]


def _is_meant(host: str, port: int, service: str) -> bool:
    name, _, number = service.partition(":")
    if port != int(number or HTTPS_PORT):
        return False
    return host.endswith(name[1:]) if name.startswith("*.") else host == name
