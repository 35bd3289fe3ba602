"""The district's lists: what they hold, what they can be asked, and that the feed follows them."""

import asyncio
from contextlib import aclosing

import pytest
from served_district import ServedDistrict

from citybrain.api.services.district import district_service
from citybrain.api.v1 import changes_pb2
from citybrain.clock import later
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.domain.console import LinkStatus, OperatorAction, Unwitnessed
from citybrain.feed.spec import DetailSpec, ViewSpec
from citybrain.feed.update import Delta
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb, Visibility
from district_node.api.adapter import DistrictApiAdapter
from district_node.api.incidents import INCIDENTS
from district_node.api.sources import source_list
from district_node.api.units import UNITS, unit_list
from district_node.shell.consoles import RuntimeStatus
from district_node.shell.positions.unit_positions import LivePosition

QUEUE = ViewSpec(collection="incidents")


def run(test):
    def go():
        async def bounded():
            async with asyncio.timeout(60), ServedDistrict() as district:
                await test(district)

        asyncio.run(bounded())

    go.__name__ = test.__name__
    return go


def adapter(district, status=None):
    """Another one over the same district; nothing runs it."""
    return DistrictApiAdapter(
        district.district.console,
        lambda: district.loop.state,
        status=status or district.district.runtime_status,
        newest=district.district.positions.of,
        clock=district.clock,
        changes=district.district.changes,
        epoch="life",
        tick_s=0.01,
    )


@run
async def test_every_list_has_an_order_by_id_and_searches_its_ids(district):
    await district.events(1)
    district.api.refresh()
    for name, offered in district.api.lists.items():
        assert offered.collection.name == name
        assert "id" in offered.collection.orders, name
        for key, value in offered.items().items():
            row = offered.row(value, district.clock.now())
            assert row.id == key, name
            assert row.SerializeToString() != b""
            if name != "district":
                assert row.id.partition("/")[0] in offered.collection.text(value), name


@run
async def test_a_commit_is_in_the_feed_and_nothing_else_is_new(district):
    await district.events(2)
    district.api.refresh()
    known = district.api.feed.page(QUEUE).version
    district.api.refresh()
    assert district.api.feed.changes(QUEUE, known) is None, "nothing happened"
    await district.events(1)
    district.api.refresh()
    told = district.api.feed.changes(QUEUE, known)
    assert isinstance(told, Delta)
    assert len(told.changed) == 1, "the two that stayed are not told again"


@run
async def test_a_clock_that_runs_out_raises_its_incident(district):
    await district.events(2, incident_kind="unheard_of")
    incidents = list(district.loop.state.incidents.values())
    now = district.clock.now()
    due = min(clock.due for clock in incidents[0].clocks)
    assert INCIDENTS.next_change_at(incidents[0], now) == due
    assert INCIDENTS.next_change_at(incidents[0], later(due, 86_400 * 365)) is None
    before = INCIDENTS.orders["queue"](incidents[0], now)
    assert INCIDENTS.orders["queue"](incidents[0], due) < before, "nearer to the top"
    assert INCIDENTS.orders["queue"](incidents[0], later(due, -0.5)) == before


@run
async def test_a_unit_is_where_its_device_last_said(district):
    names = ("riverside-1", "riverside-2")
    moved = LivePosition(place=Point(lat=30.66, lon=104.08), at=5, heading_deg=90)
    units = unit_list(lambda: district.loop.state, {names[0]: moved}.get)
    first, again = units.items(), units.items()
    assert first[names[0]].report.place == moved.place
    assert all(first[name] is again[name] for name in names), "the feed sees no change"
    assert [UNITS.filters["free"](first[name], "true") for name in names] == [True, True]
    assert UNITS.filters["capability"](first[names[1]], "pump")
    assert not UNITS.filters["free"](first[names[0]], "perhaps")


@run
async def test_a_unit_says_where_it_heads_and_when_it_was_there(district):
    name, place = "riverside-1", Point(lat=30.66, lon=104.08)
    newest = {}
    units = unit_list(lambda: district.loop.state, newest.get)
    shown = lambda: units.row(units.items()[name], district.clock.now())  # noqa: E731 - read anew
    assert not shown().HasField("heading_deg")
    assert not shown().HasField("positioned_at"), "it never said: it is shown at its station"
    newest[name] = LivePosition(place=place, at=5_000_000, heading_deg=90)
    assert shown().heading_deg == 90
    assert shown().positioned_at.seconds == 5
    first = units.items()[name]
    newest[name] = replace(newest[name], at=20_000_000)
    assert units.items()[name] is first, "it stands where it stood: no news"
    newest[name] = replace(newest[name], at=40_000_000, heading_deg=None)
    assert shown().positioned_at.seconds == 40
    assert not shown().HasField("heading_deg")


@run
async def test_a_map_asks_for_what_lies_in_its_window(district):
    await district.events(2)
    state = district.loop.state
    centre = state.setup.centre
    around = f"{centre.lat - 0.2},{centre.lon - 0.2},{centre.lat + 0.2},{centre.lon + 0.2}"
    for name in ("incidents", "units"):
        offered = district.api.lists[name]
        is_in = offered.collection.filters["area"]
        assert offered.items(), name
        assert all(is_in(value, around) for value in offered.items().values()), name
        assert not any(is_in(value, "0,0,1,1") for value in offered.items().values()), name


@run
async def test_a_search_finds_a_case_by_its_place_and_by_what_its_kind_is_called(district):
    await district.events(1)
    offered = district.api.lists["incidents"]
    (incident,) = offered.items().values()
    state, text = district.loop.state, offered.collection.text(incident)
    title = state.playbooks[incident.playbook].title
    row = offered.row(incident, district.clock.now())
    assert row.place_en
    for words in (title.en, title.zh, row.place_en, row.place_zh, row.number):
        assert words in text


def source(name, visibility=Visibility.OBSERVED):
    return SourceStatus(
        source=name,
        is_camera=True,
        place=Point(lat=0.0, lon=0.0),
        visibility=visibility,
        reason="",
        fps=1.0,
        infer_ms=1.0,
        captured=1,
        used=1,
        gated=0,
        dropped=0,
        observed_s=1.0,
        degraded_s=0.0,
        blind_s=0.0,
    )


AGENT = AgentStatus(
    agent="box-1",
    online=True,
    at=1,
    software_version="0.1.0",
    outbox_rows=0,
    outbox_bytes=0,
    lost=0,
    sources=(source("cam-1"), source("cam-2", Visibility.BLIND)),
)


def test_the_sources_of_an_agent_are_new_only_when_it_said_something_new():
    agents = [AGENT, replace(AGENT, agent="box-2", sources=(source("level"),))]
    sources = source_list(lambda: tuple(agents))
    first = sources.items()
    assert sorted(first) == ["box-1/cam-1", "box-1/cam-2", "box-2/level"]
    agents[1] = replace(agents[1], online=False)
    second = sources.items()
    assert first["box-1/cam-1"] is second["box-1/cam-1"]
    assert first["box-2/level"] is not second["box-2/level"]
    filters = sources.collection.filters
    assert [filters["agent_online"](one, "false") for one in second.values()] == [
        False,
        False,
        True,
    ]
    assert filters["visibility"](second["box-1/cam-2"], "blind")


@run
async def test_a_dark_source_names_the_cases_that_it_alone_could_see(district):
    await district.events(1)
    (some,) = district.loop.state.incidents.values()

    def case(number, stage="opened", sources=1):
        dark = Unwitnessed(state="blind", source="box-1/cam-2", reason="", since=1, sources=sources)
        return replace(some, number=number, unwitnessed=dark, stage=IncidentStage(stage))

    known = SortedMap(
        [("a", case("R-1130-09")), ("b", case("R-1130-07")), ("c", case("R-1130-08", sources=2))]
    )
    sources = source_list(lambda: (AGENT,), incidents=lambda: known)
    first = sources.items()
    assert first["box-1/cam-2"].alone_in == ("R-1130-07", "R-1130-09")
    assert first["box-1/cam-1"].alone_in == ()
    row = sources.row(first["box-1/cam-2"], 0)
    assert list(row.alone_in) == ["R-1130-07", "R-1130-09"]
    assert sources.items()["box-1/cam-2"] is first["box-1/cam-2"]
    known = SortedMap([("a", case("R-1130-09")), ("b", case("R-1130-07", stage="closed"))])
    assert sources.items()["box-1/cam-2"].alone_in == ("R-1130-09",)


@pytest.mark.parametrize("name", ["id", "kind", "stage", "severity", "waits_for", "open", "unit"])
def test_incidents_are_filtered_by_what_a_queue_shows(name):
    assert name in INCIDENTS.filters


@run
async def test_a_link_that_is_lost_is_shown_although_nothing_is_committed(district):
    links = [LinkStatus(name="broker", up=True, since=district.clock.now(), backlog=0)]
    status = RuntimeStatus(agents=tuple, links=lambda: tuple(links), counts=dict)
    api = adapter(district, status)
    running = asyncio.create_task(api.run())
    spec = DetailSpec(collection="district", key="riverside")
    async with aclosing(api.feed.watch({"d": spec}, interval_s=0)) as frames:
        ((_, first),) = await anext(frames)
        links[0] = replace(links[0], up=False)
        ((_, second),) = await anext(frames)
    running.cancel()
    assert [one.value.links[0].up for one in (first, second)] == [True, False]


@run
async def test_who_has_just_acted_and_watches_gets_what_came_of_it(district):
    api = adapter(district)
    await district.events(1)
    (incident,) = district.loop.state.incidents.keys()
    view = changes_pb2.View(name="one", collection="incidents", key=incident)
    watch = district_service(api, CountingIds()).streams["Watch"]
    async with aclosing(watch(changes_pb2.WatchRequest(views=[view]))) as told:
        first = changes_pb2.Changes.FromString((await anext(told)).protobuf())
    assert first.views[0].row.key == incident, "and not that there is no such row"


@run
async def test_a_case_is_found_and_acted_on_by_its_number_however_it_is_typed(district):
    await district.events(1)
    (incident,) = district.loop.state.incidents.values()
    typed = incident.number.lower().replace("-01", "-1")
    api = adapter(district)
    assert api.incident_id(typed) == incident.incident
    assert api.incident_id(incident.incident) == incident.incident
    assert api.incident_id("R-0101-99") == "R-0101-99"  # there is none: as it was typed
    found = INCIDENTS.filters["number"](incident, incident.number)
    assert found and incident.number in INCIDENTS.text(incident)
    action = OperatorAction(
        request="r-1", operator="Li Na", incident=typed, verb=OperatorVerb.ESCALATE
    )
    outcome = await api.act(action)
    assert outcome.reason != "no_such_incident"
