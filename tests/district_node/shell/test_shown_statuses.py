"""Agents are shown as they last said how they are, unless they are believed no more."""

from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, ViewCone
from citybrain.geo import Point
from citybrain.ids import AgentId
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import Visibility
from district_node.cores.agents.known_agent import Agent, KnownSource
from district_node.cores.enrolment import NOT_ENROLLED
from district_node.shell.shown_statuses import ShownStatuses

BOXES = AgentId("box-1"), AgentId("box-2")


def nobody():
    return SortedMap()


def status(agent, *, online=True):
    return AgentStatus(
        agent=agent,
        online=online,
        at=Timestamp(1),
        software_version="1",
        outbox_rows=0,
        outbox_bytes=0,
        lost=0,
    )


def test_one_that_is_believed_no_more_is_offline_at_once_and_comes_back_as_it_was():
    refused = set()
    last = {name: status(name) for name in reversed(BOXES)}
    shown = ShownStatuses(last, lambda agent: "revoked" if agent in refused else "", nobody)
    assert shown.now() == tuple(last[name] for name in BOXES)
    refused.add(BOXES[1])
    first, second = shown.now()
    assert (first.online, second.online) == (True, False)
    assert shown.now()[1] is second, "the same object as long as nothing is another"
    refused.clear()
    assert shown.now()[1] is last[BOXES[1]]


def test_one_that_is_gone_is_not_remembered():
    last = {name: status(name) for name in BOXES}
    shown = ShownStatuses(last, lambda _agent: "", nobody)
    shown.now()
    del last[BOXES[0]]
    assert [one.agent for one in shown.now()] == [BOXES[1]]


def test_one_that_was_forgotten_is_not_shown_though_its_last_status_is_here():
    last, known = {name: status(name) for name in BOXES}, {BOXES[0]: Agent()}
    shown = ShownStatuses(last, lambda _agent: NOT_ENROLLED, lambda: SortedMap(known.items()))
    (only,) = shown.now()
    assert (only.agent, only.online) == (BOXES[0], False)


PLACE = Point(lat=30.66, lon=104.06)
CONE = ViewCone(heading_deg=135.0, field_of_view_deg=80.0, range_m=40.0)
KNOWN = Agent(
    online=True,
    places=SortedMap({"cam-1": PLACE, "level-1": PLACE}.items()),
    sources=SortedMap(
        {
            "cam-1": KnownSource(is_camera=True, view_cone=CONE),
            "level-1": KnownSource(is_camera=False),
        }.items()
    ),
)


def test_a_box_that_is_away_keeps_its_cameras_and_where_they_look():
    last = {BOXES[0]: status(BOXES[0])}
    agents = {BOXES[0]: KNOWN}
    shown = ShownStatuses(last, lambda _agent: "", lambda: SortedMap(agents.items()))
    assert shown.now()[0].sources == (), "it is connected, and says so itself"
    last[BOXES[0]] = status(BOXES[0], online=False)
    (away,) = shown.now()
    camera, gauge = away.sources
    assert (camera.source, camera.is_camera, camera.place) == ("cam-1", True, PLACE)
    assert (camera.view_cone, gauge.view_cone, gauge.is_camera) == (CONE, None, False)
    assert camera.visibility is Visibility.UNKNOWN
    agents[BOXES[0]] = replace(KNOWN, online=False, skew_us=7)
    assert shown.now()[0] is away, "nothing that is shown is another"


def test_a_box_of_which_an_older_state_kept_places_alone_shows_no_source():
    last = {BOXES[0]: status(BOXES[0], online=False)}
    agents = SortedMap({BOXES[0]: replace(KNOWN, sources=SortedMap())}.items())
    shown = ShownStatuses(last, lambda _agent: "", lambda: agents)
    assert shown.now()[0].sources == ()
