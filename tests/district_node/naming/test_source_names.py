"""What screens call cameras, sensors and boxes: by the asset that they watch, else by where they
stand."""

from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import Visibility
from district_node.cores.state import EMPTY
from district_node.naming.place_names import PlaceNames
from district_node.naming.source_names import SourceNames

CENTRE = Point(lat=30.657, lon=104.086)
NORTH = Point(lat=CENTRE.lat + 350 / 111_195, lon=CENTRE.lon)
GATE = Asset(
    id="cam-gate",
    kind="camera_point",
    name=LocalizedName(en="East Gate", zh="东门"),
    place=CENTRE,
    fields=SortedMap(),
)
SETUP = replace(
    EMPTY.setup, name=LocalizedName(en="Riverside", zh="滨江区"), centre=CENTRE, assets=(GATE,)
)


def source(name: str, *, is_camera: bool = True, place: Point = NORTH) -> SourceStatus:
    return SourceStatus(
        source=name,
        is_camera=is_camera,
        place=place,
        visibility=Visibility.OBSERVED,
        reason="",
        fps=5.0,
        infer_ms=1.0,
        captured=1,
        used=1,
        gated=0,
        dropped=0,
        observed_s=1.0,
        degraded_s=0.0,
        blind_s=0.0,
    )


def agent(name: str, *sources: SourceStatus) -> AgentStatus:
    return AgentStatus(
        agent=name,
        online=True,
        at=0,
        software_version="0.1.0",
        outbox_rows=0,
        outbox_bytes=0,
        lost=0,
        sources=sources,
    )


def names(*agents: AgentStatus) -> SourceNames:
    return SourceNames(SETUP, PlaceNames(SETUP), lambda: agents)


def test_what_watches_an_asset_has_its_name_also_while_its_box_was_never_heard():
    assert names().of("box-1/cam-gate") == "East Gate / 东门"
    assert names(agent("box-1", source("cam-gate"))).of("box-1/cam-gate") == "East Gate / 东门"


def test_another_is_called_by_what_it_is_and_where_it_stands():
    known = names(agent("box-1", source("cam-7"), source("g-1", is_camera=False)))
    assert known.of("box-1/cam-7") == "Camera (350 m north of East Gate) / 摄像机（东门北350米）"
    assert known.of("box-1/g-1") == "Sensor (350 m north of East Gate) / 传感器（东门北350米）"
    assert known.of("box-1") == "Box (350 m north of East Gate) / 终端（东门北350米）"


def test_two_at_one_place_are_told_apart_by_a_number():
    known = names(agent("box-1", source("cam-8"), source("cam-7")), agent("box-2", source("cam-9")))
    assert known.of("box-1/cam-7").startswith("Camera (")
    assert known.of("box-1/cam-8").startswith("Camera 2 (")
    assert known.of("box-2/cam-9") == "Camera 3 (350 m north of East Gate) / 摄像机3（东门北350米）"
    assert known.of("box-2").startswith("Box 2 (")


def test_of_what_nothing_is_known_there_is_no_name():
    assert names().of("box-1/cam-7") == names().of("box-1") == names().of("Li Na") == ""
