"""The page of a name under which a server is not known: what a person sees in the place of a
problem document. It comes before any console, so it is bare, and in every language at once.
"""

import html
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response

TITLE = "Not under this name · 地址名称不符"
TEXTS: Mapping[str, str] = {
    "en": "This server is not known as {host}. Open it by its address or by its machine's name; or"
    " whoever runs it adds this name to allowed_hosts in its configuration.",
    "zh-Hans": "本服务器不以 {host} 之名提供服务。请使用其地址或本机名打开，或由管理员在配置的"
    " allowed_hosts 中加入该名称。",
}
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<title>{title}</title>
{paragraphs}
</html>
"""


def asks_for_a_page(method: str, headers: Headers) -> bool:
    """Whether a browser is to show the answer to a person."""
    return method == "GET" and "text/html" in headers.get("accept", "")


def unknown_name_page(status: int, host: str) -> Response:
    """`host` is what was asked for, of ASCII alone."""
    paragraphs = "\n".join(
        f'<p lang="{lang}">{html.escape(text.format(host=host))}</p>'
        for lang, text in TEXTS.items()
    )
    return HTMLResponse(PAGE.format(title=TITLE, paragraphs=paragraphs), status)
