"""The methods that give a page of a list: the same for every list of every tier."""

from collections.abc import Awaitable, Callable

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api import limits
from citybrain.api.errors import InvalidRequestError
from citybrain.api.lists.filter_text import Filters, parse_filter, parse_order
from citybrain.api.lists.paging import page_of
from citybrain.api.methods import Contract
from citybrain.api.requests.checks import Checks
from citybrain.api.services.port import Lists
from citybrain.feed.spec import ViewSpec


def listings(tier: Lists, contract: Contract) -> dict[str, Callable[[Message], Awaitable[Message]]]:
    """What answers the methods of `contract` that give pages of lists, by their names. A page's
    rows stand in a field of the list's own name."""
    return {
        method.name: _listing(tier, method.rows, method.reply)
        for method in contract.methods.values()
        if method.rows
    }


def _listing(
    tier: Lists, name: str, reply: type[Message]
) -> Callable[[Message], Awaitable[Message]]:
    async def page(request: Message) -> Message:
        spec = list_spec(name, request)
        tier.refresh((name,))  # a client that has just acted sees what came of it
        offered, now = tier.lists[name], tier.now()
        found = page_of(tier.feed, spec, request.page_token)
        rows = [offered.row(value, now) for value in found.rows]
        return reply(**{name: rows}, next_page_token=found.next_token, total_size=found.total)

    return page


def list_spec(name: str, request: Message) -> ViewSpec:
    """What a request for a page of the list `name` asks for. Raises `InvalidRequestError`."""
    checks = Checks(request)
    size = checks.natural("page_size")
    filters: Filters = ()
    order = ""
    try:
        filters = parse_filter(request.filter)
    except InvalidRequestError as error:
        checks.add(error.violations)
    try:
        order = parse_order(request.order_by)
    except InvalidRequestError as error:
        checks.add(error.violations)
    checks.finish()
    return ViewSpec(
        collection=name,
        filters=filters,
        search=request.search,
        order_by=order,
        limit=size or limits.DEFAULT_PAGE_ROWS.value,
    )
