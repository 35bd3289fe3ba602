"""The configurations that the demo writes are accepted by the tiers that read them."""

from pathlib import Path

import pytest

from citybrain.config.load import load
from citybrain.errors import StoreBusyError
from citysim.demo.city_layout import demo_city
from citysim.demo.data.wave import csv_path
from citysim.demo.prepare.configs import RunFolder, choose_ports, write_all
from coordinator.config import CityConfig
from district_node.config import read
from street_agent.config import StreetConfig


@pytest.fixture
def written(tmp_path):
    city, run = demo_city(wave=csv_path()), RunFolder(root=tmp_path)
    ports = choose_ports(city)
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "vtest.avi").touch()
    write_all(run, city, ports, tmp_path / "clips")
    return run, city, ports


def test_every_box_reads_its_configuration(written):
    run, city, ports = written
    configs = [load(run.config(box.id), StreetConfig) for box in city.boxes]
    assert [c.agent for c in configs] == [b.id for b in city.boxes]
    assert {c.broker.port for c in configs} == {ports.broker}


def test_every_camera_says_where_it_looks(written):
    run, city, _ = written
    cameras = [c for box in city.boxes for c in load(run.config(box.id), StreetConfig).camera]
    assert len(cameras) == 3
    assert all(camera.view_cone is not None for camera in cameras)


def test_every_district_reads_its_configuration_and_what_the_demo_tunes(written):
    run, city, ports = written
    for district in city.districts:
        config, setup, _ = read(run.config(district.id))
        assert config.city is not None and config.city.address == ports.city.grpc_address
        assert len(setup.units) == len(district.units)
        parking = next(p for p in setup.playbooks if p.kind == "illegal_parking")
        assert parking.closes.quiet_s == 5.0


def test_the_city_reads_its_configuration(written):
    run, city, ports = written
    config = load(run.config("city"), CityConfig)
    assert config.name.zh == city.zh
    addresses = {name: f"http://{listen.web_address}" for name, listen in ports.districts.items()}
    assert config.consoles == addresses, "its screen leads to the districts' own"


def test_one_run_at_a_time_has_a_folder(tmp_path):
    first, second = RunFolder(root=tmp_path / "run"), RunFolder(root=tmp_path / "run")
    held = pytest.raises(StoreBusyError, match=r"run/demo is held by .*pid \d+.* Stop that")
    with first.owned(), held, second.owned():
        pass
    with second.owned():
        pass


def test_only_files_are_played_in_a_loop(written):
    run, city, _ = written
    loops = {
        c.id: c.loop for box in city.boxes for c in load(run.config(box.id), StreetConfig).camera
    }
    assert loops == {"cam-riverside": True, "cam-oldtown": True, "cam-station": False}, (
        "the test made one of the two clips only"
    )


def test_the_users_camera_replaces_the_first(tmp_path):
    city = demo_city(wave=csv_path(), video="rtsp://camera/1")
    run = RunFolder(root=tmp_path)
    write_all(run, city, choose_ports(city), tmp_path)
    first = load(run.config("box-riverside"), StreetConfig).camera[0]
    assert (first.source, first.loop) == ("rtsp://camera/1", False)


def test_ports_are_all_different_and_begin_at_the_base(tmp_path):
    ports = choose_ports(demo_city(wave=csv_path()), base=23_000)
    listens = [ports.city, *ports.districts.values()]
    served = [port for listen in listens for port in (listen.grpc, listen.web)]
    used = [ports.broker, ports.authority, *served]
    assert len(set(used)) == len(used) == 10 and min(used) >= 23_000


def test_one_district_lacks_the_capability_that_its_gauge_will_need():
    city = demo_city(wave=csv_path())
    gauge = next(box for box in city.boxes if box.sensors)
    own = next(d for d in city.districts if d.id == gauge.district)
    others = [d for d in city.districts if d.id != gauge.district]
    assert not any("pump" in unit.capabilities for unit in own.units)
    assert sum("pump" in unit.capabilities for d in others for unit in d.units) >= 2, (
        "one may refuse"
    )


def test_the_password_of_your_own_camera_is_put_into_a_file_of_its_own(tmp_path):
    city, run = (
        demo_city(wave=csv_path(), video="rtsp://me:s3cret@camera/1"),
        RunFolder(root=tmp_path),
    )
    write_all(run, city, choose_ports(city), tmp_path)
    assert "s3cret" not in run.config("box-riverside").read_text()
    first = load(run.config("box-riverside"), StreetConfig).camera[0]
    assert (first.source, first.username) == ("rtsp://camera/1", "me")
    secret = Path(first.password_file)
    assert secret.read_text() == "s3cret\n"
    assert secret.stat().st_mode & 0o077 == 0


def test_pages_name_the_map_and_boxes_do_not(tmp_path):
    city = demo_city(wave=tmp_path / "wave.csv")
    run, ports = RunFolder(root=tmp_path / "run"), choose_ports(city)
    write_all(run, city, ports, tmp_path / "clips", base_map=tmp_path / "streets.pmtiles")
    named = {
        path.stem for path in (run.root / "conf").iterdir() if "streets.pmtiles" in path.read_text()
    }
    assert named == {"city", *(district.id for district in city.districts)}
