"""Names of which one process on this machine may hold each: ports, networks.

A claim is a socket's name in Linux's abstract namespace: taken in one step, and gone with the
process however that ends. Where the system has no such names every claim is granted.
"""

import socket
import sys

# held until this process ends
_claims: dict[str, socket.socket] = {}


def claim(name: str) -> bool:
    """Whether `name` is this process's from now on; False when it is anybody's already."""
    if sys.platform != "linux":
        return True
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind(f"\0citybrain/{name}")
    except OSError:
        held.close()
        return False
    _claims[name] = held
    return True


def release(name: str) -> None:
    """Give `name` back."""
    held = _claims.pop(name, None)
    if held is not None:
        held.close()
