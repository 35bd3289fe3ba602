"""ASGI middleware around a whole server: whom a request asks for (`Host`), and for one that could
change something, which page sent it (`Origin`); and whether its path is text.

A browser names both, and no page can change what it says. A program names no origin.
"""

import asyncio
from urllib.parse import unquote_to_bytes, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from citybrain.api.problem_types import FOREIGN, INVALID, MISDIRECTED, ProblemType
from citybrain.structs import Struct
from citybrain.web.admission.admission import Admission
from citybrain.web.admission.refusals import Refusal
from citybrain.web.admission.refused_page import asks_for_a_page, unknown_name_page
from citybrain.web.problem_response import problem_response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FOREIGN_PAGE = "This request comes from a page of another site. Programs name no origin."
MISNAMED = (
    "This server is not known as {host}. Ask for it by its address or by its machine's name, or"
    " add the name to allowed_hosts in its configuration."
)
UNREADABLE = "The path is not UTF-8, or has control characters. Percent-encode UTF-8 text."
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
        refused = self._refused(scope)
        if refused is None:
            await self._app(scope, receive, send)
            return
        address = scope["client"][0] if scope.get("client") else ""
        now_s = asyncio.get_running_loop().time()
        self._admission.refusals.add(refused.reason, address, now_s=now_s, detail=refused.shown)
        if refused.host and asks_for_a_page(scope["method"], Headers(scope=scope)):
            response = unknown_name_page(refused.kind.http, refused.host)
        else:
            response = problem_response(refused.kind, refused.detail)
        response.headers.update(BARE_HEADERS)
        await response(scope, receive, send)

    def _refused(self, scope: Scope) -> "_Refused | None":
        headers = Headers(scope=scope)
        named = headers.getlist("host")
        host = named[0] if len(named) == 1 else None
        if not self._admission.hosts.has(host):
            named_as = ascii(host)[:120] if host else "a server without name"
            return _Refused(
                reason=Refusal.FOREIGN_HOST,
                kind=MISDIRECTED,
                detail=MISNAMED.format(host=named_as),
                shown=host or "",
                host=named_as if host else "",
            )
        if scope["method"] not in SAFE_METHODS and not _is_same_origin(headers):
            return _Refused(
                reason=Refusal.FOREIGN_ORIGIN,
                kind=FOREIGN,
                detail=FOREIGN_PAGE,
                shown=headers.get("origin", headers.get("sec-fetch-site", "")),
            )
        if not _is_readable(scope["raw_path"]):
            return _Refused(
                reason=Refusal.UNREADABLE_PATH,
                kind=INVALID,
                detail=UNREADABLE,
                shown=scope["raw_path"].decode("ascii", "replace"),
            )
        return None


class _Refused(Struct, frozen=True, kw_only=True):
    """`detail` is for the client, `shown` for the log; `host`: the name that is not this
    server's, where that is why."""

    reason: Refusal
    kind: ProblemType
    detail: str
    shown: str
    host: str = ""


def _is_readable(raw_path: bytes) -> bool:
    try:
        path = unquote_to_bytes(raw_path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(c < " " or c == "\x7f" for c in path)


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
