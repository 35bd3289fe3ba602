"""Security headers on every response of a console. Knows no page, and refuses nothing: whom a
server serves is `citybrain.web.admission`'s.
"""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def policy(tiles: str = "") -> str:
    """The content security policy: nothing inline, nothing foreign; `tiles` is the origin of a
    configured map tile server."""
    pictures = f"'self' data: {tiles}".strip()
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src"
        " 'self'; manifest-src 'self'; "
        f"img-src {pictures}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
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
                for name, value in self._headers.items():
                    headers.setdefault(name, value)  # a file that is given out has a stricter one
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        await self._app(scope, receive, send_with_headers)
