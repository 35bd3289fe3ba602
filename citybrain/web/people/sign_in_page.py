"""The page on which people sign in, with what went wrong the last time."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from citybrain.people.door import PeopleDoor
from citybrain.structs import asdict
from citybrain.web.page_templates import PageTemplates
from citybrain.web.people.goal import HOME
from citybrain.web.translations import language_of

NO_STORE = {"cache-control": "no-store"}


class SignInPage:
    """The page of one console."""

    def __init__(self, pages: PageTemplates, door: PeopleDoor) -> None:
        self._pages, self._door = pages, door

    def show(
        self,
        request: Request,
        goal: str,
        status: int = 200,
        problem: str = "",
        *,
        name: str = "",
        shown: str = "",
    ) -> Response:
        """`problem` is the key of what went wrong, `shown` what its text has in the place of
        `{shown}`; `name` what was typed."""
        oidc = self._door.oidc
        values = {"oidc_title": "", "oidc_url": "", "oidc_note": ""}
        if oidc is not None:
            values["oidc_title"] = asdict(oidc.title)[language_of(request)]
            query = "" if goal == HOME else f"?next={quote(goal, safe='/%')}"
            values["oidc_url"] = f"/sign-in/oidc{query}"
            is_said = problem == "oidc.provider_away"
            values["oidc_note"] = "oidc.away_now" if oidc.is_away and not is_said else ""
        response = self._pages.show(
            request,
            "sign_in.html",
            at="/sign-in",  # not where a provider sent the browser back: that is used up
            status=status,
            next=goal,
            problem=problem,
            name=name,
            shown=shown,
            **values,
        )
        response.headers.update(NO_STORE)
        return response
