"""Signing in at a provider outside, as a browser goes through it: to the provider, and back. Works
without JavaScript.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from citybrain.people.door import PeopleDoor
from citybrain.people.oidc.errors import OidcRefusal, OidcRefusedError
from citybrain.people.oidc.limits import PENDING_LIFE
from citybrain.people.oidc.settings import CALLBACK
from citybrain.people.oidc.sign_in import OidcSignIn
from citybrain.web.admission.connections import sharing
from citybrain.web.page_templates import PageTemplates
from citybrain.web.people.callers import caller_of
from citybrain.web.people.goal import HOME, goal_of
from citybrain.web.people.session_cookie import put_session, session_in
from citybrain.web.people.sign_in_page import NO_STORE, SignInPage

BEGIN = "/sign-in/oidc"
COOKIE = "citybrain-oidc"
ANSWER = ("state", "code", "iss", "error")  # what a provider sends a browser back with
# the status, and the key of what the page says
REFUSED: Mapping[OidcRefusal, tuple[int, str]] = {
    OidcRefusal.UNKNOWN_STATE: (400, "oidc.unknown_state"),
    OidcRefusal.OTHER_BROWSER: (400, "oidc.other_browser"),
    OidcRefusal.DENIED: (403, "oidc.denied"),
    OidcRefusal.PROVIDER_AWAY: (503, "oidc.provider_away"),
    OidcRefusal.PROVIDER_WRONG: (502, "oidc.provider_wrong"),
    OidcRefusal.BAD_TOKEN: (502, "oidc.bad_token"),
    OidcRefusal.NO_NAME: (403, "oidc.no_name"),
    OidcRefusal.NAME_TAKEN: (403, "oidc.name_taken"),
    OidcRefusal.NO_ROLE: (403, "oidc.no_role"),
}


def oidc_routes(pages: PageTemplates, door: PeopleDoor) -> list[BaseRoute]:
    """The routes; none where no provider is configured."""
    if door.oidc is None:
        return []
    made = _Pages(pages, door, door.oidc)
    return [Route(BEGIN, made.begin), Route(CALLBACK, made.finish)]


class _Pages:
    def __init__(self, pages: PageTemplates, door: PeopleDoor, oidc: OidcSignIn) -> None:
        self._pages, self._door, self._oidc = pages, door, oidc
        self._sign_in_page = SignInPage(pages, door)
        self._cookie = f"{COOKIE}-{door.node}"
        self._is_tls = oidc.settings.pages.startswith("https:")  # also behind a proxy

    async def begin(self, request: Request) -> Response:
        goal = goal_of(request.query_params.get("next", ""))
        if caller_of(request) is not None:
            return RedirectResponse(goal, 303, NO_STORE)
        if request.headers.get("host", "").lower() != self._oidc.settings.host:
            # the cookie has to be of the host to which the provider sends the browser back
            return RedirectResponse(self._oidc.settings.pages.rstrip("/") + "/sign-in", 303)
        try:
            begun = await self._oidc.begin(goal, _address(request))
        except OidcRefusedError as error:
            return self._refused(request, error, goal)
        response = RedirectResponse(begun.url, 303, NO_STORE)
        response.set_cookie(
            self._cookie,
            begun.browser,
            max_age=PENDING_LIFE.value,
            path=CALLBACK,
            httponly=True,
            samesite="lax",  # it is to come along from the provider's page
            secure=self._is_tls,
        )
        return response

    async def finish(self, request: Request) -> Response:
        query = request.query_params
        # one that is there twice is none: two readers could take two values
        answer = {name: query[name] for name in ANSWER if len(query.getlist(name)) == 1}
        browser = request.cookies.get(self._cookie, "")
        try:
            finished = await self._oidc.finish(answer, browser, _address(request))
        except OidcRefusedError as error:
            response = self._refused(request, error, HOME)
        else:
            # No redirect: a browser that came from another site sends a strict cookie along only
            # from a page of ours on.
            response = self._pages.show(request, "signed_in.html", next=finished.goal)
            response.headers.update(NO_STORE)
            before = session_in(request, self._door.node)
            if before:  # the browser carries another one from now on
                self._door.sessions.end(before)
            put_session(response, request, self._door.node, finished.session_id, is_device=False)
        response.delete_cookie(
            self._cookie,
            path=CALLBACK,
            httponly=True,
            samesite="lax",
            secure=self._is_tls,
        )
        return response

    def _refused(self, request: Request, error: OidcRefusedError, goal: str) -> Response:
        status, problem = REFUSED[error.refusal]
        return self._sign_in_page.show(request, goal, status, problem, shown=error.shown)


def _address(request: Request) -> str:
    return sharing(request.client.host if request.client else "")
