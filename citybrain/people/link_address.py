"""The address of a person's one-time link. The secret is its fragment: a browser sends that to
nobody, so no log, proxy or `Referer` has it.
"""

PATH = "/sign-in-link"


def link_address(pages: str, secret: str, *, language: str = "") -> str:
    """Where a browser is signed in by `secret`; `pages` is the address of the node's pages."""
    query = f"?lang={language}" if language else ""
    return f"{pages.rstrip('/')}{PATH}{query}#{secret}"
