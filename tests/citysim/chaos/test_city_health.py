"""What chaos holds against a district, by what the district says of itself."""

from citybrain.api.methods import DISTRICT
from citysim.chaos.recovery.city_health import district_problems

BOXES = ("box-1", "box-2")


def district(*, link=True, online=BOXES):
    return DISTRICT.methods["GetDistrict"].reply(
        id="riverside",
        links=[{"name": "city", "up": link}, {"name": "broker", "up": True}],
        watch=[{"agent": box, "online": box in online} for box in BOXES],
    )


def test_a_district_with_its_links_and_boxes_has_no_problem():
    assert list(district_problems(district(), BOXES)) == []


def test_links_that_are_down_and_boxes_that_are_away_are_named():
    assert list(district_problems(district(link=False, online=("box-1",)), (*BOXES, "box-3"))) == [
        "riverside: its link city is down",
        "riverside: box-2 is offline",
        "riverside: box-3 is offline",
    ]
