"""Every socket that strangers may connect to by HTTP is made in one place, where connections are
bounded and names are checked."""

from collections.abc import Iterator
from functools import cache

from archrules.names import references
from archrules.tree import Source, Tree

# the only files that make a server of their own, and how it is bounded
PLACES = {
    "citybrain/web/admission/admission.py": "makes the bounded listener",
    "citybrain/web/admission/h11_protocol.py": "the protocol of the consoles' server",
    "citybrain/web/serve.py": "the consoles, on a bounded listener",
    "citybrain/ca/port.py": "the enrolment port, which bounds its own connections before TLS",
    "citybrain/telemetry/metrics_endpoint.py": "the metrics, on a bounded listener",
    "citysim/chaos/net/tcp_proxy.py": "passes bytes on in a test; speaks no HTTP",
}
MODULES = frozenset(
    "aiohttp fastapi flask http.server hypercorn socketserver tornado uvicorn wsgiref "
    "xmlrpc.server".split()
)
MAKERS = frozenset(
    "create_server create_unix_server make_asgi_app make_server make_wsgi_app start_http_server "
    "start_server start_unix_server start_wsgi_server".split()
)


def check(tree: Tree) -> list[str]:
    """Files that make a server beside those of `PLACES`."""
    return [
        f"{s.path}:{line} makes a server with {name}"
        for s in tree.ours
        if s.path.as_posix() not in PLACES
        for line, name in _makers(s)
    ]


@cache
def _makers(source: Source) -> tuple[tuple[int, str], ...]:
    return tuple(sorted(set(_found(source))))


def _found(source: Source) -> Iterator[tuple[int, str]]:
    for node, name in references(source):
        is_module = any(name == module or name.startswith(f"{module}.") for module in MODULES)
        if is_module or name.split(".")[-1] in MAKERS:
            yield node.lineno, name
