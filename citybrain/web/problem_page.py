"""What a person sees whose browser was to open a page and does not get it: why, what to do, and the
way on, in the page's language. Programs, and the scripts of pages, get a problem document instead.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from citybrain.web.page_templates import PageTemplates
from citybrain.web.people.goal import HOME

API = "/api/"
NO_PAGE = "problem.no_page"


def is_for_a_person(request: Request) -> bool:
    """Whether a browser is to show the answer as a page."""
    is_page = request.method in ("GET", "HEAD") and not request.scope["path"].startswith(API)
    return is_page and "text/html" in request.headers.get("accept", "")


def problem_page(
    pages: PageTemplates,
    request: Request,
    status: int,
    problem: str,
    *,
    shown: str = "",
    goal: str = HOME,
) -> Response:
    """`problem` is a key of the translations, which has its cure as `_why`; `shown` is what both
    have in the place of `{shown}`, and `goal` where the page leads."""
    return pages.show(
        request, "problem.html", status=status, problem=problem, shown=shown, goal=goal
    )


async def http_problem(pages: PageTemplates, request: Request, error: Exception) -> Response:
    """What becomes of a path, or of a method of one, that no route has."""
    assert isinstance(error, HTTPException)
    if is_for_a_person(request):
        return problem_page(pages, request, error.status_code, NO_PAGE)
    return PlainTextResponse(error.detail, error.status_code, error.headers)
