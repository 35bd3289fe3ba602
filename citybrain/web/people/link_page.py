"""The page behind a one-time link that signs a person in without a password.

The link's secret stands behind a `#` of its address, which a browser sends to nobody and names to
no other page: the page's script takes it out of the address and posts it. Looking at a link
therefore uses nothing up. Where no script runs, a person pastes the link.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from citybrain.people.door import PeopleDoor
from citybrain.people.link_address import PATH
from citybrain.people.sign_in import SignInResult
from citybrain.web.page_templates import PageTemplates
from citybrain.web.people.goal import HOME
from citybrain.web.people.pages import read_form
from citybrain.web.people.session_cookie import put_session, session_in
from citybrain.web.people.sign_in_page import NO_STORE


def link_routes(pages: PageTemplates, door: PeopleDoor) -> list[BaseRoute]:
    """The routes of the page, for a console of the node that `door` is of."""
    made = _LinkPage(pages, door)
    return [Route(PATH, made.show), Route(PATH, made.use, methods=["POST"])]


class _LinkPage:
    def __init__(self, pages: PageTemplates, door: PeopleDoor) -> None:
        self._pages, self._door = pages, door

    async def show(self, request: Request) -> Response:
        """Also to who is signed in: the page then asks before it makes him somebody else."""
        if self._door.is_lab:
            return RedirectResponse(HOME, 303)
        return self._show(request)

    async def use(self, request: Request) -> Response:
        form = await read_form(request) or {}
        begun = self._door.sessions.begin_by_link(form.get("link", "").rpartition("#")[2].strip())
        if begun is None:
            self._note(request, SignInResult.USED_LINK, "a person")
            return self._show(request, 410, "sign_in_link.gone")
        session_id, account = begun
        before = session_in(request, self._door.node)
        if before:  # the browser carries another one from now on
            self._door.sessions.end(before)
        self._note(request, SignInResult.LINK, account.name)
        response = RedirectResponse(HOME, 303, NO_STORE)
        put_session(response, request, self._door.node, session_id, is_device=False)
        return response

    def _show(self, request: Request, status: int = 200, problem: str = "") -> Response:
        response = self._pages.show(request, "sign_in_link.html", status=status, problem=problem)
        response.headers.update(NO_STORE)
        return response

    def _note(self, request: Request, result: SignInResult, whose: str) -> None:
        self._door.sign_in.note(result, whose, request.client.host if request.client else "")
