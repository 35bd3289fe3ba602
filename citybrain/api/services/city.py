"""`citybrain.api.v1.CityService` over what the city offers."""

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api.answering import answering
from citybrain.api.errors import NoSuchResourceError
from citybrain.api.lists.watch import Watching
from citybrain.api.methods import CITY, ApiService
from citybrain.api.requests.checks import Checks
from citybrain.api.resources.action import outcome_message, plan_action_of, signed
from citybrain.api.resources.clock import clock_action_of
from citybrain.api.services.listing import listings
from citybrain.api.services.port import CityApi
from citybrain.api.v1 import city_service_pb2 as pb
from citybrain.api.v1 import clock_pb2
from citybrain.domain.principal import Principal
from citybrain.ids import IdSource


def city_service(city: CityApi, ids: IdSource) -> ApiService:
    """The service; one for the city, whichever wires it is on. `ids`: of the references under which
    its faults are logged."""
    answers = _Answers(city)
    return answering(
        CITY,
        unary={
            "GetCity": answers.city,
            "GetPlan": answers.plan,
            **listings(city, CITY),
        },
        acts={"Act": answers.act, "SetClock": answers.set_clock},
        streams={"Watch": Watching(city.lists, city.feed, city.refresh).watch},
        ids=ids,
    )


class _Answers:
    def __init__(self, city: CityApi) -> None:
        self._city = city

    async def city(self, _: pb.GetCityRequest) -> Message:
        (only,) = self._city.lists["city"].items().values()
        return self._city.lists["city"].row(only, self._city.now())

    async def plan(self, request: pb.GetPlanRequest) -> Message:
        checks = Checks(request)
        key = checks.identifier("plan")
        checks.finish()
        plans = self._city.lists["plans"]
        found = plans.items().get(key)
        if found is None:
            raise NoSuchResourceError("plan", key, "It may be long over: list those there are.")
        return plans.detail(found, self._city.now())

    async def act(self, request: pb.PlanAction, caller: Principal | None) -> Message:
        action = plan_action_of(signed(request, caller))
        return outcome_message(await self._city.act(action, caller))

    async def set_clock(self, request: clock_pb2.ClockAction, caller: Principal | None) -> Message:
        action = clock_action_of(signed(request, caller))
        return outcome_message(await self._city.set_clock(action, caller))
