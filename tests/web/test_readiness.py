"""`/readyz` says whether a node can do what it is for, and what is in its way."""

import asyncio
import json

import pytest
from consoles import city_screen, crew_screen, district_screen
from consoles.asgi_request import request
from consoles.fake_api import CLOCK, FakeDistrictApi, services
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen

from citybrain.api.services.city import city_service
from citybrain.conditions import ConditionCode, Conditions
from citybrain.ids import CountingIds
from coordinator.web import app as city
from district_node.web import app as district


@pytest.fixture(params=["district", "city"])
def console(request):
    conditions = Conditions(CLOCK)
    if request.param == "city":
        screen = FakeCityScreen(city_screen.busy_city(city_screen.plan()))
        return conditions, city.build(
            (city_service(screen, CountingIds()),), clock=CLOCK, conditions=conditions.lasting
        )
    screen, crews = (
        FakeDistrictScreen(district_screen.empty_district()),
        FakeCrewScreen(crew_screen.crew_view()),
    )
    return conditions, district.build(
        services(FakeDistrictApi(screen), crews),
        crews,
        district="riverside",
        name={"en": "Riverside", "zh": "滨江"},
        clock=CLOCK,
        conditions=conditions.lasting,
    )


def ready(app):
    answer = asyncio.run(request(app, "/readyz"))
    return answer.status, json.loads(answer.body)


def test_a_node_is_ready_until_something_is_in_its_way(console):
    conditions, app = console
    assert ready(app) == (200, {"ready": True, "conditions": []})
    conditions.begin(ConditionCode.DISK_FULL, "no room in /var/lib/secret-place")
    status, shown = ready(app)
    assert (status, shown["ready"]) == (503, False)
    assert [one["code"] for one in shown["conditions"]] == ["disk_full"]
    assert "secret" not in json.dumps(shown)  # the log has it
    conditions.end(ConditionCode.DISK_FULL)
    assert ready(app)[0] == 200


def test_what_is_wrong_with_a_peer_is_shown_and_leaves_a_node_ready(console):
    conditions, app = console
    conditions.begin(ConditionCode.PEER_BEGAN_EMPTY, "north")
    status, shown = ready(app)
    assert (status, [one["code"] for one in shown["conditions"]]) == (200, ["peer_began_empty"])
