"""Which addresses a secret may be sent to. Asks none of them."""

import ipaddress
from urllib.parse import urlsplit


def is_safe_url(address: str) -> bool:
    """Whether what is sent to `address` cannot be read on the way: HTTPS, or this machine."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or not address.isascii() or not address.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
