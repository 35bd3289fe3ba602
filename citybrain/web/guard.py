"""Security of a console: headers on every response, and of every request that could change
something, where it comes from. Knows no page.

Changing requests are those of the public API, which checks their form and size. A browser says
where a request comes from, and only this origin is let in; a foreign program says nothing.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citybrain.api.problem_types import FOREIGN
from citybrain.web.problem_response import problem_response

ELSEWHERE = "This request comes from a page of another site. Programs name no origin."
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def policy(tiles: str = "") -> str:
    """The content security policy: nothing inline, nothing foreign; `tiles` is the origin of a
    configured map tile server."""
    pictures = f"'self' data: {tiles}".strip()
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src"
        " 'self'; manifest-src 'self'; "
        f"img-src {pictures}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def tile_origin(url: str) -> str:
    """`https://host[:port]` of a tile URL template; "" for none. `{s}` becomes a wildcard."""
    if not url:
        return ""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.replace('{s}', '*')}"


class Guard:
    """ASGI middleware around a whole console."""

    def __init__(self, app: ASGIApp, *, tiles: str = "") -> None:
        self._app = app
        self._headers = {
            "content-security-policy": policy(tile_origin(tiles)),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=(self)",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        refusal = _refusal(scope) if scope["method"] not in SAFE_METHODS else None
        if refusal is not None:
            await refusal(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def _refusal(scope: Scope) -> Response | None:
    return None if _is_same_origin(Headers(scope=scope)) else problem_response(FOREIGN, ELSEWHERE)


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
