"""The cookie that carries a session's id: no script reads it, no other site's page sends it."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from citybrain.people.limits import DEVICE_LIFE

NAME = "citybrain-session"


def session_in(request: HTTPConnection, node: str) -> str:
    """The id that `request` carries for `node`, or ""."""
    return request.cookies.get(_name(node), "")


def put_session(
    response: Response, request: HTTPConnection, node: str, session_id: str, *, is_device: bool
) -> None:
    """Let the browser carry `session_id`: a person's until it is closed, a device's for as long as
    it may last. Secure where the page came by TLS."""
    response.set_cookie(
        _name(node),
        session_id,
        max_age=DEVICE_LIFE.value * 86_400 if is_device else None,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def drop_session(response: Response, request: HTTPConnection, node: str) -> None:
    """Let the browser carry none."""
    response.delete_cookie(
        _name(node), httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )


def _name(node: str) -> str:
    """Browsers keep one jar for all ports of a host: each node has a cookie of its own name."""
    return f"{NAME}-{node}"
