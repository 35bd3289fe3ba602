"""Assets come from tables and maps; whatever is wrong in a row is named by its row, and a file is
read whole or not at all.
"""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.errors import ConfigError
from citybrain.pack.asset import AssetField, AssetKind, FieldType
from citybrain.pack.assets.files import read_assets
from citybrain.pack.limits import ASSET_ROWS, LISTED_PROBLEMS

ZONE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
KIND = AssetKind(
    kind="mast",
    pack="p",
    source="camera",
    fields=(
        AssetField(name="height", type=FieldType.NUMBER, unit="m", low=0.0, high=40.0, example=8.0),
        AssetField(name="street", type=FieldType.TEXT, example="A"),
        AssetField(
            name="owner",
            type=FieldType.CHOICE,
            choices=("city", "rail"),
            example="city",
            required=False,
        ),
        AssetField(name="zone", type=FieldType.ZONE, example=ZONE, required=False),
        AssetField(name="site", type=FieldType.AREA, example=ZONE, required=False),
    ),
)
KINDS = {"mast": KIND}
HEADER = "id,kind,name_en,name_zh,lat,lon,height,street,owner,zone\n"


def csv_file(tmp_path, *lines, encoding="utf-8"):
    path = tmp_path / "masts.csv"
    path.write_bytes((HEADER + "".join(f"{line}\n" for line in lines)).encode(encoding))
    return path


def keys(path):
    with pytest.raises(ConfigError) as raised:
        read_assets(path, KINDS)
    return [problem.key for problem in raised.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_whatever_its_byte_order_mark(tmp_path, encoding):
    line = "m-1,mast,Corner,街角,30.6,104.1,8.5,主街,rail,0 0; 1 0; 1 1"
    (mast,) = read_assets(csv_file(tmp_path, line, "", encoding=encoding), KINDS)
    assert (mast.id, mast.name.en, mast.name.zh, mast.place.lat) == ("m-1", "Corner", "街角", 30.6)
    assert dict(mast.fields.items()) == {
        "height": 8.5,
        "street": "主街",
        "owner": "rail",
        "zone": ZONE,
    }


def test_another_encoding_is_a_fault_with_its_cure(tmp_path):
    path = csv_file(tmp_path, "m-1,mast,Corner,街角,30.6,104.1,8.5,主街,,", encoding="gb18030")
    with pytest.raises(ConfigError, match="is not UTF-8.*CSV UTF-8"):
        read_assets(path, KINDS)


def test_every_fault_is_named_by_line_and_column(tmp_path):
    path = csv_file(
        tmp_path,
        "m-1,mast,a,b,30.6,104.1,8.5,s,,",
        "m-1,mast,a,b,30.6,104.1,8.5,s,,",
        "M 2,mast,a,b,91,east,tall,s,nobody,0 0; 1 0",
        "m-3,pole,a,b,30.6,104.1,8.5,s,,",
        "m-4,mast,a,b,30.6,104.1,nan,,,",
        "m-5,mast,a,b,30.6,104.1,41,s,,,surplus",
    )
    assert keys(path) == [
        "line 3, id",
        "line 4, id",
        "line 4, lon",
        "line 4, height",
        "line 4, owner",
        "line 4, zone",
        "line 5, kind",
        "line 6, height",
        "line 6, street",
        "line 7, height",
        "line 7, (beyond the last column)",
    ]


def test_an_unknown_column_with_a_value_is_a_fault_and_an_empty_one_is_not(tmp_path):
    path = tmp_path / "masts.csv"
    path.write_text(
        "id,kind,lat,lon,height,street,colour\nm-1,mast,1,2,3,s,\nm-2,mast,1,2,3,s,red\n",
        encoding="utf-8",
    )
    assert keys(path) == ["line 3, colour"]


def test_a_header_that_names_a_column_twice_is_a_fault(tmp_path):
    path = tmp_path / "masts.csv"
    path.write_text("id,kind,lat,lat\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="the column lat is there twice"):
        read_assets(path, KINDS)


def test_faults_beyond_what_a_person_reads_are_counted(tmp_path):
    lines = [f"m-{n},mast,a,b,30.6,104.1,tall,s,," for n in range(LISTED_PROBLEMS.value + 5)]
    with pytest.raises(ConfigError) as raised:
        read_assets(csv_file(tmp_path, *lines), KINDS)
    assert len(raised.value.problems) == LISTED_PROBLEMS.value + 1
    assert "5 more problems" in raised.value.problems[-1].problem


def test_rows_beyond_the_limit_are_not_looked_at(tmp_path):
    path = tmp_path / "masts.csv"
    row = "m-1,mast,1,2,3,s\n"
    path.write_text("id,kind,lat,lon,height,street\n" + row * (ASSET_ROWS.value + 1), "utf-8")
    with pytest.raises(ConfigError, match=f"more than {ASSET_ROWS.value} rows"):
        read_assets(path, KINDS)


def feature(**properties):
    point = {"type": "Point", "coordinates": [104.1, 30.6]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def geojson(tmp_path, *features):
    path = tmp_path / "masts.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    return path


def test_a_map_is_read_with_its_points_as_places(tmp_path):
    site = [[104.0, 30.0], [104.1, 30.0], [104.1, 30.1]]
    path = geojson(
        tmp_path,
        feature(id="m-1", kind="mast", name="街角", height=8, street="s", site=site, owner=None),
    )
    (mast,) = read_assets(path, KINDS)
    assert (mast.place.lat, mast.place.lon, mast.name.en) == (30.6, 104.1, "街角")
    assert mast.fields["site"] == ((104.0, 30.0), (104.1, 30.0), (104.1, 30.1))
    assert mast.fields["height"] == 8.0


def test_a_polygon_gives_its_middle_as_the_place_and_fills_the_kinds_area(tmp_path):
    ring = [[104.0, 30.0], [104.2, 30.0], [104.1, 30.3], [104.0, 30.0]]
    whole = feature(id="m-1", kind="mast", height=8, street="s")
    whole["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    (mast,) = read_assets(geojson(tmp_path, whole), KINDS)
    assert (round(mast.place.lat, 6), round(mast.place.lon, 6)) == (30.1, 104.1)
    assert mast.fields["site"] == ((104.2, 30.0), (104.1, 30.3), (104.0, 30.0))


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [[["a", 1], [2, 3]]]},
        {"type": "Point", "coordinates": [10**400, 1]},
        {"type": "Point", "coordinates": 7},
    ],
)
def test_a_shape_that_is_none_is_a_missing_place(tmp_path, geometry):
    whole = feature(id="m-1", kind="mast", height=10**400, street="s")
    whole["geometry"] = geometry
    assert {"feature 1, height", "feature 1, lon"} <= set(keys(geojson(tmp_path, whole)))


def test_faults_of_a_map_are_named_by_feature(tmp_path):
    path = geojson(
        tmp_path,
        feature(id="m-1", kind="mast", height="8", street="s"),
        feature(id="m-2", kind="mast", height=True, street="s"),
        {"geometry": {"type": "LineString", "coordinates": []}, "properties": {"id": "m-3"}},
        7,
    )
    found = keys(path)
    assert found[:2] == ["feature 1, height", "feature 2, height"]
    assert {"feature 3, kind", "feature 3, lat", "feature 4, id"} <= set(found)


@pytest.mark.parametrize("text", ["[]", "{", '{"features": 7}', "null", "[" * 100_000])
def test_what_is_no_map_is_one_fault(tmp_path, text):
    path = tmp_path / "masts.geojson"
    path.write_text(text, encoding="utf-8")
    assert len(keys(path)) == 1


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=400))
def test_no_bytes_of_a_table_raise_anything_but_the_named_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "masts.csv"
    path.write_bytes(content)
    with contextlib.suppress(ConfigError):
        assert read_assets(path, KINDS) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "kind", "type", "geometry", "properties", "coordinates", "height", "site"]
            ),
            inner | st.sampled_from(["mast", "Point", "Polygon", "Feature"]),
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(features=st.lists(JSON, max_size=4))
def test_no_map_raises_anything_but_the_named_error(tmp_path_factory, features):
    path = tmp_path_factory.getbasetemp() / "masts.geojson"
    path.write_text(json.dumps({"features": features}), encoding="utf-8")
    with contextlib.suppress(ConfigError):
        read_assets(path, KINDS)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_table_divided_by_other_marks_is_one_fault_with_its_cure(tmp_path, mark):
    path = tmp_path / "masts.csv"
    row = "m-1,mast,A,甲,30.6,104.1,8,main,city,\n"
    path.write_text((HEADER + row * 3).replace(",", mark), encoding="utf-8")
    with pytest.raises(ConfigError, match="its columns are divided by") as raised:
        read_assets(path, KINDS)
    assert len(raised.value.problems) == 1


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::3857", "EPSG:32648", 7])
def test_a_map_in_other_coordinates_is_one_fault(tmp_path, name):
    crs = {"type": "name", "properties": {"name": name}}
    path = tmp_path / "masts.geojson"
    path.write_text(json.dumps({"crs": crs, "features": [feature(id="m-1", kind="mast")]}))
    with pytest.raises(ConfigError, match="not degrees of WGS 84"):
        read_assets(path, KINDS)


def test_a_map_may_say_that_its_coordinates_are_of_wgs_84(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    one = feature(id="m-1", kind="mast", height=8, street="s")
    path = tmp_path / "masts.geojson"
    path.write_text(json.dumps({"crs": crs, "features": [one]}))
    assert len(read_assets(path, KINDS)) == 1


@pytest.mark.parametrize(("reference", "lat"), [("GCJ-02", 39.90734), ("BD-09", 39.901)])
def test_a_chinese_map_says_its_datum_and_is_kept_in_wgs_84(tmp_path, reference, lat):
    crs = {"type": "name", "properties": {"name": reference}}
    point = {"type": "Point", "coordinates": [116.397134, 39.908738]}
    ring = [[116.397, 39.908], [116.398, 39.908], [116.398, 39.909], [116.397, 39.908]]
    site = {"type": "Polygon", "coordinates": [ring]}
    fields = {"kind": "mast", "height": 8, "street": "s"}
    masts = [
        {"type": "Feature", "geometry": point, "properties": {"id": "m-1", **fields}},
        {"type": "Feature", "geometry": site, "properties": {"id": "m-2", **fields}},
    ]
    path = tmp_path / "masts.geojson"
    path.write_text(json.dumps({"crs": crs, "features": masts}))
    mast, other = read_assets(path, KINDS)
    assert mast.place.lat == pytest.approx(lat, abs=1e-3)
    assert mast.place.lon < 116.3925
    assert all(lon < 116.393 for lon, _ in other.fields["site"])


def test_an_id_ends_where_its_text_ends(tmp_path):
    path = geojson(tmp_path, feature(id="m-1\n", kind="mast", height=8, street="s"))
    assert keys(path) == ["feature 1, id"]
