"""A template takes an asset's fields with their types; no field can become more than a value."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pack_folders import LIFTS, write_pack

from citybrain.config.toml_text import dumps
from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.pack.load import built_in, load_packs
from citybrain.pack.render import MissingField, render
from citybrain.pack.source_tables import source_table
from citybrain.sorted_map import SortedMap

PLACE = Point(lat=30.5, lon=104.25)


def asset(kind="lift", **fields):
    return Asset(
        id="a-1",
        kind=kind,
        name=LocalizedName(en="A", zh="甲"),
        place=PLACE,
        fields=SortedMap(fields.items()),
    )


def test_a_whole_reference_keeps_the_type_and_a_part_becomes_text():
    corners = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    template = {
        "zone": "${asset.zone}",
        "hold_s": "${asset.n}",
        "share": "${asset.half}",
        "id": "x-${asset.id}-${asset.n}",
        "deep": [{"lat": "${asset.lat}"}],
        "plain": 7,
    }
    assert render(template, asset(zone=corners, n=3.0, half=0.5)) == {
        "zone": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]],
        "hold_s": 3,
        "share": 0.5,
        "id": "x-a-1-3",
        "deep": [{"lat": 30.5}],
        "plain": 7,
    }


@pytest.mark.parametrize(("number", "text"), [(1234567.0, "1234567"), (0.1, "0.1"), (-2.5, "-2.5")])
def test_a_number_inside_a_text_is_written_whole(number, text):
    assert render({"a": "n ${asset.n}"}, asset(n=number)) == {"a": f"n {text}"}


def test_a_field_that_the_asset_lacks_is_named():
    assert render({"a": "${asset.more}"}, asset()) == MissingField(name="more")


@given(st.text(max_size=80))
def test_whatever_a_text_holds_it_stays_one_value_of_the_rendered_file(text):
    table = render({"source": "${asset.address}", "id": "x ${asset.address}"}, asset(address=text))
    assert not isinstance(table, MissingField)
    try:
        read = tomllib.loads(dumps({"sensor": [table]}))
    except UnicodeEncodeError:  # a lone surrogate is in no file
        return
    assert read == {"sensor": [{"source": text, "id": f"x {text}"}]}


def test_a_reference_inside_a_field_is_not_filled_again():
    table = render({"source": "${asset.address}"}, asset(address="${asset.id}"))
    assert table == {"source": "${asset.id}"}


def test_a_rule_without_its_optional_field_is_left_out_and_said(tmp_path):
    point = asset("camera_point", address="rtsp://x/1", quiet_zone=((0, 0), (1, 0), (1, 1)))
    made = source_table(built_in(), point)
    assert made is not None and made.table["rule"] == []
    assert ("crowd", "crowd_at_least") in made.left_out or ("crowd", "crowd_zone") in made.left_out
    assert ("loiterer", "quiet_s") in made.left_out


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("${asset.nothing}", "a lift has no field 'nothing'"),
        ("${lift.stuck_s}", "is no reference"),
        ("${asset.stuck_s", "is no reference"),
    ],
)
def test_a_slip_in_a_template_is_found_before_any_asset_comes(tmp_path, reference, problem):
    rule = LIFTS["rules/lift_stuck.toml"].replace("${asset.stuck_s}", reference)
    with pytest.raises(Exception, match="rule.hold_s") as raised:
        load_packs([write_pack(tmp_path / "lifts", rules__lift_stuck_toml=rule)])
    assert problem in str(raised.value)
