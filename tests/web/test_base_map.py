"""A console serves its map by ranges of bytes, and the script that draws it; without either its
pages are as they were."""

import asyncio
import hashlib

import pytest
from consoles import city_screen, crew_screen, district_screen
from consoles.asgi_request import request
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCityScreen, FakeCrewScreen, FakeDistrictScreen
from consoles.reports import CLOCK
from pmtiles.tile import Compression, TileType, serialize_header
from signed_consoles import SignedConsole

from citybrain import map_script
from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from citybrain.web.base_map import MAP_URL, SCRIPT_URL, BaseMap, base_map
from coordinator.web import app as city

SCRIPT = b"var protomapsL = {};"
HEADER = {
    "root_offset": 127,
    "root_length": 0,
    "metadata_offset": 127,
    "metadata_length": 0,
    "tile_data_offset": 127,
    "tile_data_length": 873,
    "addressed_tiles_count": 1,
    "clustered": True,
    "internal_compression": Compression.GZIP,
    "tile_compression": Compression.GZIP,
    "tile_type": TileType.MVT,
    "min_zoom": 2,
    "max_zoom": 14,
}
CONTENT = serialize_header(HEADER) + bytes(n % 251 for n in range(873))


@pytest.fixture
def map_file(tmp_path, monkeypatch):
    """A map and its script in one folder."""
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(map_script, "SCRIPT_SHA256", hashlib.sha256(SCRIPT).hexdigest())
    path = tmp_path / "city.pmtiles"
    path.write_bytes(CONTENT)
    (tmp_path / map_script.SCRIPT_FILE).write_bytes(SCRIPT)
    return path


def district(of):
    screen = FakeDistrictScreen(district_screen.busy_district())
    return district_app(screen, FakeCrewScreen(crew_screen.crew_view()), base_map=of)


def of_city(of):
    screen = FakeCityScreen(city_screen.busy_city())
    return city.build((city_service(screen, CountingIds()),), clock=CLOCK, base_map=of)


APPS = {"district": (district, "/crew/riverside-1"), "city": (of_city, "/")}


@pytest.fixture(params=sorted(APPS))
def console(request):
    """(what builds the app over a map, the path of its page with a map)."""
    return APPS[request.param]


def ask(app, path, *, method="GET", **headers):
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(request(app, path, method=method, headers=sent))


def test_both_consoles_serve_the_whole_map(console, map_file):
    answer = ask(console[0](BaseMap(map_file)), MAP_URL)
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "application/vnd.pmtiles"
    assert answer.headers["cache-control"] == "no-cache"
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("0-126", 0, 127), ("500-", 500, 1000), ("-10", 990, 1000), ("990-5000", 990, 1000)],
)
def test_a_range_is_answered_by_its_bytes_alone(console, map_file, asked, start, end):
    answer = ask(console[0](BaseMap(map_file)), MAP_URL, range=f"bytes={asked}")
    assert (answer.status, answer.body) == (206, CONTENT[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/1000"
    assert answer.headers["content-length"] == str(end - start)


def test_a_range_beyond_the_end_is_refused_with_the_size(console, map_file):
    answer = ask(console[0](BaseMap(map_file)), MAP_URL, range="bytes=1000-1010")
    assert answer.status == 416
    assert answer.headers["content-range"].removeprefix("bytes ") == "*/1000"


def test_the_head_alone_can_be_asked_for(console, map_file):
    answer = ask(console[0](BaseMap(map_file)), MAP_URL, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == "1000"
    assert answer.headers["etag"]


def test_a_part_of_a_map_that_was_replaced_is_never_given_out_as_the_old_ones(console, map_file):
    app = console[0](BaseMap(map_file))
    etag = ask(app, MAP_URL, range="bytes=0-9").headers["etag"]
    same = ask(app, MAP_URL, range="bytes=0-9", if_range=etag)
    assert (same.status, same.body) == (206, CONTENT[:10])
    map_file.write_bytes(CONTENT + b"more")
    changed = ask(app, MAP_URL, range="bytes=0-9", if_range=etag)
    assert (changed.status, changed.body) == (200, CONTENT + b"more")
    assert changed.headers["etag"] != etag


def test_a_page_names_the_map_and_the_script(console, map_file):
    build, path = console
    app = build(BaseMap(map_file))
    page = ask(app, path).body.decode()
    assert 'data-map-zoom="14"' in page
    assert f'<script src="{SCRIPT_URL}" defer></script>' in page
    script = ask(app, SCRIPT_URL)
    assert (script.status, script.body) == (200, SCRIPT)
    assert script.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("lost", ["map", "script", "cut", "other script"])
def test_without_a_whole_map_or_its_script_a_page_is_as_it_was(console, map_file, lost):
    build, path = console
    script = map_file.with_name(map_script.SCRIPT_FILE)
    app = build(BaseMap(map_file))
    match lost:
        case "map":
            map_file.unlink()
            assert ask(app, MAP_URL).status == 404
        case "cut":
            map_file.write_bytes(CONTENT[:900])
        case "script":
            script.unlink()
            assert ask(app, SCRIPT_URL).status == 404
        case "other script":
            script.write_bytes(b"steal()")
            assert ask(app, SCRIPT_URL).status == 404
    answer = ask(app, path)
    assert answer.status == 200
    assert "map-zoom" not in answer.body.decode()
    assert "protomaps" not in answer.body.decode()


def test_a_map_that_comes_later_is_shown_without_a_new_start(console, map_file):
    build, path = console
    map_file.unlink()
    app = build(BaseMap(map_file))
    assert "map-zoom" not in ask(app, path).body.decode()
    map_file.write_bytes(CONTENT)
    assert "map-zoom" in ask(app, path).body.decode()


def test_a_node_whose_map_cannot_be_shown_says_so_in_its_log(map_file, caplog):
    assert base_map(map_file) is not None
    assert caplog.text == ""
    map_file.unlink()
    assert base_map(map_file) is not None
    assert f"the map {map_file} or its script cannot be used" in caplog.text


def test_a_node_without_a_map_has_no_such_addresses(console):
    build, path = console
    app = build(base_map(None))
    assert ask(app, MAP_URL).status == 404
    assert "map-zoom" not in ask(app, path).body.decode()


@pytest.mark.parametrize("tier", ["district", "city"])
def test_whoever_has_not_signed_in_gets_the_map_as_other_static_files(tmp_path, map_file, tier):
    made = SignedConsole(tmp_path, tier=tier, base_map=BaseMap(map_file))
    try:
        assert ask(made.app, "/").status == 303
        for path in (MAP_URL, SCRIPT_URL, "/shared/base.css"):
            assert ask(made.app, path).status == 200
    finally:
        made.close()
