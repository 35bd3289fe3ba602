"""Who a request is from, as `gate` found it and everything behind it reads it."""

from starlette.requests import HTTPConnection
from starlette.types import Scope

from citybrain.people.caller import Caller

KEY, ASKED = "citybrain.caller", "citybrain.asked"


def set_caller(scope: Scope, caller: Caller) -> None:
    """Called by the gate alone."""
    scope[KEY] = caller


def set_asked(scope: Scope) -> None:
    """Whoever sends a request is asked who he is. Called by the gate alone."""
    scope[ASKED] = True


def is_lab(request: HTTPConnection) -> bool:
    """Whether nobody signs in at this node."""
    return ASKED not in request.scope


def caller_of(request: HTTPConnection) -> Caller | None:
    """Who was proved to send `request`; None: nobody signs in at this node."""
    found = request.scope.get(KEY)
    return found if isinstance(found, Caller) else None
