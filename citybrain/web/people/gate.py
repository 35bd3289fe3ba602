"""ASGI middleware around a whole console: lets a request in with a session, a program's token, or
where nobody has an account. What is behind it reads who it is from `callers`.
"""

import asyncio
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citybrain.api.problem_types import NOT_PERMITTED, NOT_SIGNED_IN, ProblemType
from citybrain.people.caller import Caller
from citybrain.people.door import PeopleDoor
from citybrain.web.admission.refusals import Refusal, Refusals
from citybrain.web.page_templates import PageTemplates
from citybrain.web.people.callers import caller_of, set_asked, set_caller
from citybrain.web.people.session_cookie import session_in
from citybrain.web.problem_page import API, is_for_a_person, problem_page
from citybrain.web.problem_response import problem_response
from citybrain.web.translations import remember_language

# what somebody who has not signed in may see: the page for that, and what every page is made of
PUBLIC = frozenset(
    {
        *("/sign-in", "/sign-in/oidc", "/sign-in/oidc/callback", "/sign-in-link", "/sign-out"),
        *("/translations.js", "/healthz", "/readyz", "/favicon.ico"),
        "/crew-worker.js",
    }
)
PUBLIC_FOLDERS = ("/shared/", "/static/", "/leaflet/", "/map/", "/crew-link/")
BEARER = "bearer "
FORBIDDEN = 403
UNIT_METHODS = ("changes", "answers", "duties", "replies", "positions")  # of the page of a unit
FILES = ("/api/v1/incidents/", "attachments")  # of which cases, the district itself checks
# what says that a request was passed on from another machine
PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
SIGN_IN = "Sign in at /sign-in, or send a program's token: authorization: Bearer TOKEN."
FROM_ELSEWHERE = (
    "Nobody has an account at this node, so it serves its own machine alone, and this request was"
    " passed on by a proxy. Add an account with `citybrain people add`."
)
OWN_UNIT = "This device is of the unit {unit}, and may read and answer for that one alone."


class Gate:
    """Lets `app` see no request of which it was not proved who sends it."""

    def __init__(self, app: ASGIApp, *, door: PeopleDoor, pages: PageTemplates) -> None:
        self._app, self._door, self._pages = app, door, pages
        self._refusals = Refusals(door.count)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        refused = self._refused(request)
        if refused is not None:
            await refused(scope, receive, send)
            return
        await self._app(scope, receive, self._noting(request, send))

    def _noting(self, request: Request, send: Send) -> Send:
        """What the app itself forbids a caller: whichever of its routes says so, it is counted and
        a line of the log."""
        caller = caller_of(request)

        async def sent(message: Message) -> None:
            begins = message["type"] == "http.response.start"
            if caller is not None and begins and message["status"] == FORBIDDEN:
                self._forbidden(request, caller)
            await send(message)

        return sent

    def _forbidden(self, request: Request, caller: Caller) -> None:
        self._door.count(Refusal.NOT_PERMITTED)
        roles = ", ".join(caller.principal.roles) or "no role"
        asked = f"{request.method} {request.scope['path']}"
        detail = f"{roles} may not ask for {ascii(asked)[:120]}"
        self._door.refused.add(caller.principal.name, Refusal.NOT_PERMITTED, detail)

    def _refused(self, request: Request) -> Response | None:
        path = request.scope["path"]
        if self._door.is_lab:
            if any(name in request.headers for name in PASSED_ON):
                return self._passed_on(request)
            return None
        set_asked(request.scope)
        caller = self._caller(request)
        if caller is not None:
            set_caller(request.scope, caller)
        if path in PUBLIC or path.startswith(PUBLIC_FOLDERS):
            return None
        if caller is None:
            return self._sign_in(request)
        if caller.unit and not _is_of_unit(path, caller):
            return self._own_unit(request, caller)
        return None

    def _caller(self, request: Request) -> Caller | None:
        authorization = request.headers.get("authorization", "")
        if authorization:  # it decides alone: a program that sends one has no cookie
            is_token = authorization.lower().startswith(BEARER)
            token = authorization[len(BEARER) :].strip() if is_token else ""
            is_api = request.scope["path"].startswith(API)
            return self._door.sessions.program(token) if token and is_api else None
        session_id = session_in(request, self._door.node)
        return self._door.sessions.caller(session_id) if session_id else None

    def _sign_in(self, request: Request) -> Response:
        path = request.scope["path"]
        if path.startswith(API) or request.method not in ("GET", "HEAD"):
            unknown = "authorization" in request.headers
            reason = Refusal.UNKNOWN_TOKEN if unknown else Refusal.NOT_SIGNED_IN
            response = self._refuse(request, reason, NOT_SIGNED_IN, SIGN_IN)
            response.headers["www-authenticate"] = "Bearer"
            return response
        return _led(request, f"/sign-in?next={quote(path, safe='/')}")

    def _passed_on(self, request: Request) -> Response:
        refused = self._refuse(request, Refusal.PASSED_ON, NOT_SIGNED_IN, FROM_ELSEWHERE)
        if not is_for_a_person(request):
            return refused
        return problem_page(self._pages, request, refused.status_code, "problem.passed_on")

    def _own_unit(self, request: Request, caller: Caller) -> Response:
        own = f"/crew/{quote(caller.unit)}"
        if request.scope["path"] == "/":
            return _led(request, own)
        detail = OWN_UNIT.format(unit=caller.unit)
        refused = self._refuse(request, Refusal.OTHER_UNIT, NOT_PERMITTED, detail)
        if not is_for_a_person(request):
            return refused
        status, shown = refused.status_code, caller.unit
        return problem_page(self._pages, request, status, "problem.own_unit", shown=shown, goal=own)

    def _refuse(
        self, request: Request, reason: Refusal, kind: ProblemType, detail: str
    ) -> Response:
        address = request.client.host if request.client else ""
        now_s = asyncio.get_running_loop().time()
        self._refusals.add(reason, address, now_s=now_s, detail=request.scope["path"])
        return problem_response(kind, detail)


def _led(request: Request, goal: str) -> Response:
    response = RedirectResponse(goal, 303)
    remember_language(request, response)
    return response


def _is_of_unit(path: str, caller: Caller) -> bool:
    """Whether a crew's device may ask for `path`: its unit's page, and that page's methods."""
    unit = caller.unit
    page = f"/crew/{unit}"
    own = (
        "/signed-in",
        page,
        f"{page}/app.webmanifest",
        f"{page}/push",
        *(f"/api/v1/units/{unit}/{one}" for one in UNIT_METHODS),
    )
    root, folder = FILES
    is_file = path.startswith(root) and folder in path.removeprefix(root).split("/")[1:2]
    return path in own or is_file
