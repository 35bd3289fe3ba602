"""Cameras and sensors in a terminal."""

from io import StringIO

from api_values import AGENT, SOURCE
from rich.console import Console

from citybrain.api.resources.source import source_message
from citybrain.structs import replace
from district_node.terminal.source_table import source_table


def shown(*sources):
    console = Console(width=200, record=True, file=StringIO())
    console.print(source_table(sources))
    return console.export_text()


def test_a_camera_has_its_place_and_where_it_looks():
    text = shown(source_message(AGENT, SOURCE, name="Quay [red]camera"))
    for part in ("Quay [red]camera", "camera", "degraded, too dark"):
        assert part in text, part
    assert "south-east (135°), 80° wide, 40 m" in text
    assert f"{SOURCE.place.lat:.6f}, {SOURCE.place.lon:.6f}" in text


def test_a_long_name_leaves_room_for_the_rest_on_a_narrow_terminal():
    console = Console(width=80, record=True, file=StringIO())
    name = "Camera (Kaisaniemenranta, Kaisaniemi Botanical Garden) / 摄像机（植物园）"
    console.print(source_table((source_message(AGENT, SOURCE, name=name),)))
    text = console.export_text()
    for part in ("camera", "degraded", "135°", "摄像机"):
        assert (part in text) is (part != "摄像机"), part


def test_one_that_does_not_say_where_it_looks_has_no_more_than_its_place():
    sensor = replace(SOURCE, is_camera=False, view_cone=None)
    text = shown(source_message(replace(AGENT, online=False), sensor))
    assert "box-1/cam-1" in text
    assert "offline" in text
    assert "wide" not in text
