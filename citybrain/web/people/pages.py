"""The pages on which people sign in and out, and on which a crew's phone becomes its unit's. They
work without JavaScript.
"""

from collections.abc import Callable
from urllib.parse import parse_qs, quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from citybrain.ids import UnitId
from citybrain.people.door import PeopleDoor
from citybrain.people.limits import FORM_BYTES
from citybrain.people.sign_in import SignInResult
from citybrain.web.admission.connections import sharing
from citybrain.web.page_templates import PageTemplates
from citybrain.web.people.callers import caller_of
from citybrain.web.people.goal import HOME, goal_of
from citybrain.web.people.oidc_pages import oidc_routes
from citybrain.web.people.session_cookie import drop_session, put_session, session_in
from citybrain.web.people.sign_in_page import NO_STORE, SignInPage
from citybrain.web.translations import in_language, language_of

NameOfUnit = Callable[[UnitId], str]

# what became of a try: the status, and the key of what the page says. An account that is locked and
# an address that is locked say the same.
FAILED = {
    SignInResult.WRONG_PASSWORD: (401, "sign_in.wrong"),
    SignInResult.ACCOUNT_LOCKED: (429, "sign_in.locked"),
    SignInResult.ADDRESS_LOCKED: (429, "sign_in.locked"),
    SignInResult.TOO_MANY: (503, "sign_in.too_many"),
}


def people_routes(
    pages: PageTemplates, door: PeopleDoor, name_of_unit: NameOfUnit
) -> list[BaseRoute]:
    """The routes of the pages, for a console of the node that `door` is of. `name_of_unit`: a
    crew's, as people say it."""
    made = _Pages(pages, door, name_of_unit)
    return [
        Route("/sign-in", made.show_sign_in),
        Route("/sign-in", made.sign_in, methods=["POST"]),
        *oidc_routes(pages, door),
        Route("/sign-out", made.sign_out, methods=["POST"]),
        Route("/crew-link/{link}", made.show_link),
        Route("/crew-link/{link}", made.use_link, methods=["POST"]),
    ]


class _Pages:
    def __init__(self, pages: PageTemplates, door: PeopleDoor, name_of_unit: NameOfUnit) -> None:
        self._pages, self._door, self._name_of_unit = pages, door, name_of_unit
        self._show = SignInPage(pages, door).show

    async def show_sign_in(self, request: Request) -> Response:
        goal = goal_of(request.query_params.get("next", ""))
        if self._door.is_lab or caller_of(request) is not None:
            return RedirectResponse(goal, 303)
        has_ended = bool(session_in(request, self._door.node))  # it is nobody's by now
        return self._show(request, goal, problem="sign_in.ended" if has_ended else "")

    async def sign_in(self, request: Request) -> Response:
        form = await read_form(request)
        if form is None:
            return self._show(request, HOME, 400, "sign_in.unreadable")
        goal = goal_of(form.get("next", ""))
        address = sharing(request.client.host if request.client else "")
        tried = await self._door.sign_in.sign_in(
            form.get("name", ""), form.get("password", ""), address
        )
        if not tried.session_id:
            return self._show(request, goal, *FAILED[tried.result], name=form.get("name", ""))
        before = session_in(request, self._door.node)
        if before:  # the browser carries another one from now on
            self._door.sessions.end(before)
        response = RedirectResponse(goal, 303, NO_STORE)
        put_session(response, request, self._door.node, tried.session_id, is_device=False)
        return response

    async def sign_out(self, request: Request) -> Response:
        caller = caller_of(request)
        if caller is not None:
            self._door.sessions.end(session_in(request, self._door.node))
            self._note(request, SignInResult.SIGNED_OUT, caller.principal.name)
        response = RedirectResponse("/sign-in", 303, NO_STORE)
        drop_session(response, request, self._door.node)
        return response

    async def show_link(self, request: Request) -> Response:
        """Nothing is used up by it: phones look at links before a person does."""
        unit = self._door.sessions.unit_of_link(request.path_params["link"])
        if unit is None:
            return self._gone(request)
        name = in_language(self._name_of_unit(unit), language_of(request))
        return self._pages.show(request, "crew_link.html", unit=unit, name=name)

    async def use_link(self, request: Request) -> Response:
        begun = self._door.sessions.begin_device(request.path_params["link"])
        if begun is None:
            self._note(request, SignInResult.USED_LINK, "a device")
            return self._gone(request)
        session_id, unit = begun
        self._note(request, SignInResult.DEVICE, unit)
        response = RedirectResponse(f"/crew/{quote(unit)}", 303, NO_STORE)
        put_session(response, request, self._door.node, session_id, is_device=True)
        return response

    def _gone(self, request: Request) -> Response:
        return self._pages.show(request, "crew_link.html", status=410, unit="", name="")

    def _note(self, request: Request, result: SignInResult, whose: str) -> None:
        self._door.sign_in.note(result, whose, request.client.host if request.client else "")


async def read_form(request: Request) -> dict[str, str] | None:
    """The fields of a small form; None where it is none."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal() and len(length) < 9):
        return None
    if int(length) > FORM_BYTES.value:
        return None
    try:
        text = (await request.body()).decode("utf-8")
        found = parse_qs(text, keep_blank_values=True, max_num_fields=8)
    except (ClientDisconnect, UnicodeDecodeError, ValueError):
        return None
    return {name: values[0] for name, values in found.items()}
