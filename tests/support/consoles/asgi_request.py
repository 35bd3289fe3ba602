"""One request to an ASGI app, without a network."""

from citybrain.structs import Struct


class Response(Struct, frozen=True, kw_only=True):
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()  # every set-cookie, of which `headers` has the last


async def request(
    app: object,
    path: str,
    *,
    method: str = "GET",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> Response:
    """A POST is what our own page would send, unless `headers` says otherwise; a header that is
    empty there is left out."""
    path, _, query = path.partition("?")
    sent_headers = {"host": "console"}
    if method == "POST":
        sent_headers |= {
            "origin": "http://console",
            "content-type": "application/json",
            "content-length": str(len(body)),
        }
    sent_headers |= headers or {}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "scheme": "http",
        "server": ("console", 80),
        "client": ("127.0.0.1", 1),
        "headers": [
            (name.encode(), value.encode()) for name, value in sent_headers.items() if value
        ],
    }
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start = sent[0]
    return Response(
        status=start["status"],
        headers={name.decode(): value.decode() for name, value in start["headers"]},
        body=b"".join(message.get("body", b"") for message in sent[1:]),
        cookies=tuple(value.decode() for name, value in start["headers"] if name == b"set-cookie"),
    )
