"""The operator's map in a real browser: what cameras cover by what they see, where units head, and
how old their positions are."""

import re

import pytest
from consoles import crew_screen, district_screen
from consoles.fake_api import FakeDistrictApi, district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CENTRES, CLOCK, near
from consoles.threaded_console import ThreadedConsole
from playwright.sync_api import expect

from citybrain.clock import later
from citybrain.domain.agent import ViewCone
from citybrain.geo import Point, bearing_deg, distance_m
from citybrain.structs import replace

pytestmark = pytest.mark.browser
CENTRE = CENTRES["riverside"][1]
CONE = ViewCone(heading_deg=90.0, field_of_view_deg=80.0, range_m=120.0)
CONES = """() => {
  return Object.fromEntries([...deskMap.cones.cones].map(([id, { layer }]) => {
    const { color, dashArray } = layer.options;
    const corners = layer.getLatLngs()[0].map(({ lat, lng }) => [lat, lng]);
    return [id, { color, dashArray, corners }];
  }));
}"""
COLOUR = "deskMap.cones.cones.get('box-a1/cam-a1').layer.options.color"
MARK_OF = """(id) => {
  const { layer } = deskMap.layers.map_units.markers.get(id);
  const { heading, fillOpacity } = layer.options;
  const { x, y } = deskMap.map.latLngToContainerPoint(layer.getLatLng());
  return { heading, fillOpacity, x, y };
}"""
SHOWN = """() => {
  const { map_incidents: a, map_units: b, map_sources: c } = deskMap.layers;
  return a.size === 5 && b.size === 6 && c.size === 5 && deskMap.cones.items.length === 4;
}"""
# the map fits what it shows, and glides there: until then a mark is not where it will be
STILL = "() => !deskMap.map._animatingZoom && !deskMap.map._panAnim?._inProgress"
DRAWN_FIRST = """() => {
  const { _drawFirst: first } = deskMap.map.options.renderer;
  const kinds = [];
  for (let order = first; order; order = order.next) {
    kinds.push(order.layer.options.shape ?? "cone");
  }
  return kinds;
}"""


def camera(name, east_m, visibility="observed", reason="", **changes):
    values = {"place": near(CENTRE, 60, east_m), "view_cone": CONE, **changes}
    return district_screen.camera(name, visibility, reason, **values)


@pytest.fixture
def desk():
    agents = (
        district_screen.agent(
            "box-a1",
            camera("cam-a1", -300),
            camera("cam-a2", -100, "degraded", "too dark"),
            camera("cam-a3", 100, "blind", "no signal"),
            camera("cam-a4", 300, view_cone=None),
        ),
        district_screen.agent("box-x1", camera("cam-x1", 500), online=False),
    )
    base = replace(district_screen.busy_district(), agents=agents)
    screen = FakeDistrictScreen(base)
    api = FakeDistrictApi(screen)
    api.headings["riverside-1"] = 135.0
    api.positioned_at |= {"riverside-5": later(CLOCK.now(), -900.0), "riverside-6": None}
    api.refresh()
    console = ThreadedConsole(district_app(screen, FakeCrewScreen(crew_screen.crew_view()), api))
    console.screen = screen
    yield console
    console.stop()


def opened(desk, pages, query="lang=en", **size):
    page = pages.open(f"{desk.url}/?{query}", **size)
    shown(page)
    return page


def shown(page):
    """Until the map shows everything."""
    page.evaluate(
        "async () => { ({ deskMap: window.deskMap } = await import('/static/queue.js')) }"
    )
    page.wait_for_function(SHOWN)


def test_a_cone_lies_where_its_camera_looks_and_is_coloured_by_what_it_sees(desk, pages):
    page = opened(desk, pages)
    cones = page.evaluate(CONES)
    assert sorted(cones) == ["box-a1/cam-a1", "box-a1/cam-a2", "box-a1/cam-a3", "box-x1/cam-x1"]
    assert len({one["color"] for one in cones.values()}) == 4, "four states, four colours"
    assert [cones[one]["dashArray"] is None for one in sorted(cones)] == [True, True, False, False]
    apex, *arc = [Point(lat=lat, lon=lon) for lat, lon in cones["box-a1/cam-a1"]["corners"]]
    assert distance_m(apex, near(CENTRE, 60, -300)) < 1
    assert all(distance_m(apex, corner) == pytest.approx(120, abs=1) for corner in arc)
    assert bearing_deg(apex, arc[0]) == pytest.approx(50, abs=1)
    assert bearing_deg(apex, arc[-1]) == pytest.approx(130, abs=1)
    assert pages.errors == []


def test_cones_lie_beneath_every_mark_and_take_no_press(desk, pages):
    page = opened(desk, pages)
    kinds = page.evaluate(DRAWN_FIRST)
    assert set(kinds[:4]) == {"cone"}
    assert "cone" not in kinds[4:]
    assert "diamond" in kinds[4:]


def test_a_cone_follows_what_its_camera_sees(desk, pages):
    page = opened(desk, pages)
    before = page.evaluate(CONES)["box-a1/cam-a1"]["color"]
    box, away = desk.screen.value.agents
    blind = camera("cam-a1", -300, "blind", "covered")
    without = replace(box.sources[1], view_cone=None)
    box = district_screen.agent("box-a1", blind, without, *box.sources[2:])
    desk.screen.value = replace(desk.screen.value, agents=(box, away))
    desk.do(desk.screen.poke)
    page.wait_for_function(f"(old) => {COLOUR} !== old", arg=before)
    cones = page.evaluate(CONES)
    assert cones["box-a1/cam-a1"]["color"] == cones["box-a1/cam-a3"]["color"]
    assert "box-a1/cam-a2" not in cones


def test_the_key_names_every_state_in_both_languages_and_turns_cones_off_for_good(desk, pages):
    page = opened(desk, pages)
    key = page.locator("#map-key")
    expect(page.locator("#map-cone-keys")).to_be_hidden()
    key.locator("summary").click()
    for words in ("observed", "degraded", "blind", "offline", "where it heads", "older than 5 min"):
        expect(key).to_contain_text(words)
    page.locator("[data-lang=zh]").click()
    for words in ("可见", "受限", "失明", "离线", "行进中的队伍", "位置超过 5 分钟"):
        expect(key).to_contain_text(words)
    page.locator("#map-cones").uncheck()
    assert page.evaluate(CONES) == {}
    page.reload()
    shown(page)
    expect(page.locator("#map-cones")).not_to_be_checked()
    assert page.evaluate(CONES) == {}
    page.locator("#map-key summary").click()
    page.locator("#map-cones").check()
    assert len(page.evaluate(CONES)) == 4
    assert pages.errors == []
    assert pages.unlabelled(page) == []


def test_a_light_page_has_cones_of_its_own_colours(desk, pages):
    page = opened(desk, pages)
    dark = page.evaluate(CONES)["box-a1/cam-a1"]["color"]
    page.locator("[popovertarget=look]").click()
    page.locator("[data-look=theme][value=light]").check()
    page.wait_for_function(f"(dark) => {COLOUR} !== dark", arg=dark)
    assert page.evaluate(CONES)["box-a1/cam-a1"]["color"] != dark
    assert pages.errors == []


def test_a_unit_points_where_it_heads_and_an_old_position_is_faded(desk, pages):
    page = opened(desk, pages)
    moving, old, never = (page.evaluate(MARK_OF, f"riverside-{n}") for n in (1, 5, 6))
    assert (moving["heading"], moving["fillOpacity"]) == (135, 1)
    assert (old["heading"], old["fillOpacity"] < 0.5, never["fillOpacity"] < 0.5) == (
        None,
        True,
        True,
    )
    tooltip = page.locator(".leaflet-tooltip").last  # the one before fades away
    for number, words in (
        (1, re.compile(r"heads south-east · there \d+ s ago")),
        (5, re.compile("there 15 min ago")),
        (6, re.compile("never said where it is; shown at its station")),
    ):
        page.wait_for_function(STILL)
        mark = page.evaluate(MARK_OF, f"riverside-{number}")
        box = page.locator("#map").bounding_box()
        page.mouse.move(box["x"] + mark["x"], box["y"] + mark["y"])
        expect(tooltip).to_contain_text(words)
    assert pages.errors == []
