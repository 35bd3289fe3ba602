"""The address of a node's pages as a type of configurations. It becomes a link on screens, so that
it may be nothing but a scheme of the web, a host and a port.
"""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints


def _check(address: str) -> str:
    problem = _problem(address)
    if problem:
        raise ValueError(f"{ascii(address)[:120]} {problem}")
    return address.rstrip("/")


def _problem(address: str) -> str:
    """What is wrong with it; "": nothing."""
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        return "has characters that no address has"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in ("http", "https") or not host:
        return "is no http or https address"
    if parts.username is not None:
        return "names a user"
    if parts.path not in ("", "/") or "?" in address or "#" in address:
        return "has more than a scheme, a host and a port"
    return ""


WebOrigin = Annotated[
    str,
    StringConstraints(max_length=300),
    AfterValidator(_check),
    Field(
        json_schema_extra={
            "remedy": "Give how browsers reach those pages, for example "
            '"https://queue.riverside.example".'
        }
    ),
]
