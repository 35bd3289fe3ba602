"""A running district as its people see it, through the client of its public API."""

from citybrain.api.client.crews import crew_view_of
from citybrain.api.client.districts import DISTRICT_VIEWS, snapshot_of
from citybrain.api.methods import CREW, DISTRICT
from citybrain.rpc.public.blocking_client import BlockingApiClient


def console_of(port: int) -> BlockingApiClient:
    """An operator's."""
    return BlockingApiClient(f"127.0.0.1:{port}", DISTRICT)


def crew_of(port: int) -> BlockingApiClient:
    """A crew's device."""
    return BlockingApiClient(f"127.0.0.1:{port}", CREW)


def screen(console):
    """What an operator's screen shows now."""
    return snapshot_of(console.windows(DISTRICT_VIEWS), 0)


def crew_screen(crew, unit):
    """What a crew's screen shows now."""
    return crew_view_of(next(crew.stream("Watch", unit=unit)))


def press(crew, unit, order, action, request):
    """A crew's button, for the order that its screen shows."""
    return crew.call(
        "Answer",
        request_id=request,
        unit=unit,
        order=order.order,
        assignment_number=order.assignment_number,
        answer=action,
    )
