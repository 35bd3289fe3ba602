"""部件先属主后属地；事件先属地后属主: whose case it is, first, second and third."""

import pytest

from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.cores.routing.responsibility import ranked
from district_node.playbook import UNKNOWN_PLAYBOOK
from district_node.routing.departments import Department, Routing

NAME = LocalizedName(en="x", zh="某")
SQUARE = ((104.0, 30.0), (105.0, 30.0), (105.0, 31.0), (104.0, 31.0))


def department(name, **what):
    return Department(department=name, name=NAME, **what)


ROUTING = Routing(
    departments=(
        department("by-class", owns=("事件/市容环境", "部件/公用设施")),
        department("by-kind", owns=("bin_full", "bench")),
        department("here", is_local=True, area=SQUARE),
        department("elsewhere", is_local=True, area=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),
        department("company"),
    ),
    bounces=2,
    decides="chen",
)
INSIDE, OUTSIDE = Point(lat=30.5, lon=104.5), Point(lat=40.0, lon=104.5)
EVENT = replace(UNKNOWN_PLAYBOOK, kind="bin_full", grid="事件/市容环境/暴露垃圾")
THING = replace(UNKNOWN_PLAYBOOK, kind="bench", grid="部件/公用设施")
OF_COMPANY = Asset(
    id="cam-1", kind="bench", name=NAME, place=INSIDE, fields=SortedMap({"owner": "company"})
)


@pytest.mark.parametrize(
    ("playbook", "place", "asset", "expected"),
    [
        (EVENT, INSIDE, None, ["here", "by-kind", "by-class"]),
        (THING, INSIDE, None, ["by-kind", "by-class", "here"]),
        (THING, INSIDE, OF_COMPANY, ["company", "by-kind", "by-class", "here"]),
        (EVENT, INSIDE, OF_COMPANY, ["here", "company", "by-kind", "by-class"]),
        (EVENT, OUTSIDE, None, ["by-kind", "by-class"]),
        (UNKNOWN_PLAYBOOK, OUTSIDE, None, []),
        # a class is no beginning of a word
        (replace(THING, kind="lamp", grid="部件/公用设施二"), INSIDE, None, ["here"]),
    ],
)
def test_a_thing_is_first_its_owners_and_an_event_first_its_places(
    playbook, place, asset, expected
):
    assert [one.department for one in ranked(ROUTING, playbook, place, asset)] == expected
