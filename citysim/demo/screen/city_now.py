"""What the demo shows of the city, out of the windows that it watches."""

from collections.abc import AsyncIterator

from citybrain.rpc.public.client import ApiClient
from citybrain.structs import Struct

WATCHED = (
    {"name": "city", "collection": "city", "key": "city"},
    {"name": "plans", "collection": "plans", "limit": 50},
    {"name": "orders", "collection": "orders", "limit": 500},
)


class OrderNow(Struct, frozen=True, kw_only=True):
    """One order of the city, and how far city and crew are with it."""

    order: str
    unit: str
    stage: str
    crew_stage: str


class CityNow(Struct, frozen=True, kw_only=True):
    """The city at one moment: where it plans, its newest plans and orders."""

    planner: str
    planner_reason: str
    plan_stages: tuple[str, ...]
    orders: tuple[OrderNow, ...]


async def watch_city(client: ApiClient) -> AsyncIterator[CityNow]:
    """The city, at once and after each change. Raises `RpcError` when it is gone."""
    async for windows in client.watch(WATCHED):
        for city in windows.values("city"):
            yield CityNow(
                planner=city.planner,
                planner_reason=city.planner_reason,
                plan_stages=tuple(plan.stage for plan in windows.values("plans")),
                orders=tuple(
                    OrderNow(
                        order=order.id,
                        unit=order.unit,
                        stage=order.stage,
                        crew_stage=order.crew_stage,
                    )
                    for order in windows.values("orders")
                ),
            )
