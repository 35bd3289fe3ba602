"""The link that makes a phone a unit's, made at the desk: what `citybrain district crew-link`
makes, as a QR code beside the unit. It is a key, so no program's token gets one, and no page keeps
it.
"""

import ipaddress

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from citybrain.api.problem_types import NOT_FOUND, NOT_PERMITTED, NOT_SIGNED_IN
from citybrain.clock import Clock, iso, later
from citybrain.console.port import CrewConsole
from citybrain.ids import UnitId
from citybrain.people.door import PeopleDoor
from citybrain.people.limits import LINK_LIFE
from citybrain.people.sign_in import SignInResult
from citybrain.permissions import Permission, refusal_of
from citybrain.qr_code import qr_picture
from citybrain.web.people.callers import caller_of
from citybrain.web.problem_response import problem_response

NO_STORE = {"cache-control": "no-store"}
NOBODY_SIGNS_IN = (
    "Nobody signs in at this node, so a phone needs no link: it opens the unit's page. Add an"
    " account with `citybrain people add` first."
)
NO_SUCH_UNIT = "This district has no unit {unit}."
NOT_REACHED = (
    "No phone reaches this node as {host}. Set `pages` under [paging] to how browsers reach these"
    " pages, or open the desk by that address."
)


def phone_link_routes(
    door: PeopleDoor, crews: CrewConsole, clock: Clock, address: str = ""
) -> list[BaseRoute]:
    """`address`: how browsers reach the pages; "": as whoever asks for the link reached them."""

    async def make(request: Request) -> Response:
        unit = UnitId(request.path_params["unit"])
        caller = caller_of(request)
        if caller is None:
            return problem_response(NOT_SIGNED_IN, NOBODY_SIGNS_IN)
        refused = refusal_of(caller.principal, Permission.LINK_PHONE)
        if refused is not None:
            return problem_response(NOT_PERMITTED, refused.detail)
        if crews.view(unit) is None:
            return problem_response(NOT_FOUND, NO_SUCH_UNIT.format(unit=ascii(unit)[:80]))
        base = address.rstrip("/") or _as_reached(request)
        if not base:
            detail = NOT_REACHED.format(host=request.url.hostname)
            refusal = {"done": False, "reason": "no_address", "detail": detail}
            return JSONResponse(refusal, headers=NO_STORE)
        link = f"{base}/crew-link/{door.accounts.new_link(unit)}"
        from_where = request.client.host if request.client else ""
        whose = f"{unit}, by {caller.principal.name}"
        door.sign_in.note(SignInResult.LINK_MADE, whose, from_where)
        ends = iso(later(clock.now(), LINK_LIFE.value * 3600))
        made = {"done": True, "link": link, "qr": qr_picture(link), "expires_at": ends}
        return JSONResponse(made, headers=NO_STORE)

    return [Route("/units/{unit}/phone-links", make, methods=["POST"])]


def _as_reached(request: Request) -> str:
    """The scheme, host and port that the desk itself was opened by; "" where those are this
    machine's own alone."""
    host = request.url.hostname or ""
    try:
        is_own = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_own = host == "localhost" or not host
    return "" if is_own else f"{request.url.scheme}://{request.url.netloc}"
