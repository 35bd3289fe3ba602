"""ASGI middleware around a whole server: whom a request asks for (`Host`), and for one that could
change something, which page sent it (`Origin`).

A browser names both, and no page can change what it says. A program names no origin.
"""

import asyncio
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from citybrain.api.problem_types import FOREIGN, MISDIRECTED, ProblemType
from citybrain.web.admission.admission import Admission
from citybrain.web.admission.refusals import Refusal
from citybrain.web.problem_response import problem_response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN_PAGE = "This request comes from a page of another site. Programs name no origin."
MISNAMED = (
    "This server is not known as {host}. Ask for it by its address or by its machine's name, or"
    " add the name to allowed_hosts in its configuration."
)
BARE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


class AdmittedRequests:
    """Lets `app` see no request that is meant for another server or sent by another site's page."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app, self._admission = app, admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        named = headers.getlist("host")
        host = named[0] if len(named) == 1 else None
        if not self._admission.hosts.has(host):
            detail = MISNAMED.format(host=ascii(host)[:120] if host else "a server without a name")
            refusal = _Refused(Refusal.FOREIGN_HOST, MISDIRECTED, detail, host or "")
        elif scope["method"] not in SAFE_METHODS and not _is_same_origin(headers):
            origin = headers.get("origin", headers.get("sec-fetch-site", ""))
            refusal = _Refused(Refusal.FOREIGN_ORIGIN, FOREIGN, FOREIGN_PAGE, origin)
        else:
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else ""
        now_s = asyncio.get_running_loop().time()
        self._admission.refusals.add(refusal.reason, address, now_s=now_s, detail=refusal.shown)
        response = problem_response(refusal.kind, refusal.detail)
        response.headers.update(BARE_HEADERS)
        await response(scope, receive, send)


class _Refused:
    def __init__(self, reason: Refusal, kind: ProblemType, detail: str, shown: str) -> None:
        self.reason, self.kind, self.detail, self.shown = reason, kind, detail, shown


def _is_same_origin(headers: Headers) -> bool:
    """Browsers name the origin of every POST. A command-line client names none, and no foreign page
    can misuse it."""
    origin = headers.get("origin")
    if origin is not None:
        return _host_of(origin) == headers.get("host", "")
    return headers.get("sec-fetch-site", "same-origin") == "same-origin"


def _host_of(origin: str) -> str | None:
    """The host of an origin; None: it is no origin, such as `http://[`."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
