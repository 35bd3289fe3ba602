"""A city's own package, built as a wheel and installed beside the product: its source and its
detector work in a real agent, its adapter and its pack in a real district, without a line changed.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import grpc
import pytest
from built_wheel import unpacked_wheel
from district_process import DistrictProcess, until
from rigs.street_box import AgentProcess, District, write_video

from citybrain.api.v1 import district_service_pb2 as pb
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "acme-city"
PLACE = "{lat = 30.66, lon = 104.06}"

STREET = """
agent = "box-1"
district = "riverside"
data_dir = "{folder}/box"
[broker]
port = {broker}
[[camera]]
id = "cam-1"
source = "{folder}/street.avi"
loop = true
place = {place}
model = "{site}/acme_city/cards/acme-tiny.toml"
[[camera.rule]]
id = "crowd"
kind = "objects_inside"
incident_kind = "crowding"
severity = "Severe"
zone = [[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,1.0]]
at_least = 2
hold_s = 0.4
clear_s = 0.6
[[sensor]]
id = "well"
source = "plugin:acme-level"
options = {{ port = {meter} }}
place = {place}
[[sensor.rule]]
id = "high"
incident_kind = "waterlogging"
above = 2.0
below = 1.0
[[sensor]]
id = "ghost"
source = "plugin:acme-ghost"
place = {place}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return unpacked_wheel(EXAMPLE, tmp_path_factory.mktemp("acme"))


@pytest.fixture
def installed(site, monkeypatch):
    """The package stands on the path of every process that the test starts."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(site), *map(str, _own_paths()))))
    return site


def _own_paths():
    given = os.environ.get("PYTHONPATH", "")
    return [ROOT, *(Path(path) for path in given.split(os.pathsep) if path)]


def citybrain(*words, cache=None):
    environment = {**os.environ, "COLUMNS": "200"}
    if cache is not None:
        environment["CITYBRAIN_CACHE"] = str(cache)
    return subprocess.run(
        [sys.executable, "-m", "citybrain.cli.main", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        check=False,
    )


@pytest.fixture
def broker(tmp_path):
    port = free_ports(1)[0]
    process = BrokerProcess(port=port, folder=tmp_path / "broker").start()
    yield port
    process.kill()


class Meter:
    """A level meter on a TCP line: says its level ten times a second to whoever is connected."""

    def __init__(self):
        self.port, self.level = free_ports(1)[0], 0.5
        self._gone = threading.Event()
        self._thread = None

    def plug_in(self):
        self._gone.clear()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def unplug(self):
        self._gone.set()
        self._thread.join(10)

    def _serve(self):
        with socket.create_server(("127.0.0.1", self.port)) as listening:
            listening.settimeout(0.05)
            peers = []
            while not self._gone.wait(0.1):
                try:
                    peers.append(listening.accept()[0])
                except TimeoutError:
                    pass
                for peer in list(peers):
                    try:
                        peer.sendall(f"{self.level}\n".encode())
                    except OSError:
                        peers.remove(peer)
            for peer in peers:
                peer.close()


@pytest.fixture
def meter():
    made = Meter()
    made.plug_in()
    yield made
    made.unplug()


def test_each_of_its_four_is_found_and_can_be_used(installed):
    done = citybrain("plugins", "list")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if "acme-city" in line]
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        ("adapters", "acme-cases", "usable"),
        ("detectors", "acme-channels-first", "usable"),
        ("sources", "acme-level", "usable"),
        ("packs", "bins", "usable"),
    ]


def test_its_own_tests_pass(installed):
    options = ["-q", "-p", "no:cacheprovider", "--import-mode=importlib", "-c", os.devnull]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(EXAMPLE), "tests"],
        cwd=EXAMPLE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_its_source_and_its_detector_report_and_fail_alone(installed, broker, meter, tmp_path):
    card = installed / "acme_city" / "cards" / "acme-tiny.toml"
    cache = tmp_path / "cache"
    fetched = citybrain("model", "fetch", card, cache=cache)
    assert fetched.returncode == 0, fetched.stderr
    write_video(tmp_path / "street.avi")
    config = tmp_path / "street.toml"
    config.write_text(
        STREET.format(folder=tmp_path, broker=broker, place=PLACE, site=installed, meter=meter.port)
    )
    agent, district = AgentProcess(config, cache), District(broker)
    try:
        agent.start()
        district.wait(lambda: "cam-1" in {event.source for event in district.starts()})
        meter.level = 3.25
        district.wait(lambda: "well" in {event.source for event in district.starts()})
        district.wait(lambda: _reason(district, "ghost") == "plugin")  # no package has it
        meter.unplug()
        district.wait(lambda: _reason(district, "well") == "plugin")
        assert _reason(district, "cam-1") in ("", "scene_change")
        before = len(district.starts())
        meter.plug_in()
        district.wait(lambda: _reason(district, "well") == "")
        district.wait(lambda: len(district.starts()) > before)
        agent.stop()
    finally:
        if agent.process.poll() is None:
            agent.kill()
        district.bus.stop()
    assert agent.log.read_text().count("ghost: no installed package offers") == 1


def _reason(district, source):
    """Why the source was last known to be blind or degraded; "" when it is observed."""
    statuses = [s for status in district.statuses[-1:] for s in status.sources]
    return next((s.reason for s in statuses if s.source == source), None)


def test_a_check_tries_them_on_the_machine(installed, meter, tmp_path):
    config = tmp_path / "street.toml"
    write_video(tmp_path / "street.avi")
    config.write_text(
        STREET.format(folder=tmp_path, broker=1, place=PLACE, site=installed, meter=meter.port)
    )
    card = installed / "acme_city" / "cards" / "acme-tiny.toml"
    assert citybrain("model", "fetch", card, cache=tmp_path / "cache").returncode == 0
    done = citybrain("street", "check", "--config", config, cache=tmp_path / "cache")
    assert done.returncode == 2
    lines = {" ".join(line.split()[:3]): line for line in done.stdout.splitlines() if line.strip()}
    assert "0.5" in lines["sensor well ok"]
    assert "no installed package offers a source" in lines["sensor ghost FAULT"]
    assert any(key.startswith("model") and key.endswith("ok") for key in lines)


class DistrictWithPack(DistrictProcess):
    """With the package's pack, and its adapter as a program."""

    def __init__(self, folder, broker_port):
        super().__init__(folder, broker_port)
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(
            'packs = ["bins"]\n' + text + '[[program]]\nname = "acme-cases"\nrole = "adapter"\n',
            encoding="utf-8",
        )

    def ask(self, method, request, reply):
        with grpc.insecure_channel(f"127.0.0.1:{self.grpc}") as channel:
            call = channel.unary_unary(
                f"/citybrain.api.v1.DistrictService/{method}",
                request_serializer=request.SerializeToString,
                response_deserializer=reply.FromString,
            )
            return call(request, timeout=10, wait_for_ready=True)

    def incidents(self):
        return self.ask("ListIncidents", pb.ListIncidentsRequest(), pb.ListIncidentsResponse)


class AdapterProcess:
    """`citybrain adapter run acme-cases` on a folder of its own."""

    def __init__(self, folder, grpc_port):
        self.cases, self.config = folder / "cases.jsonl", folder / "cases.toml"
        self.log = folder / "adapter.log"
        self.config.write_text(
            f'district = "127.0.0.1:{grpc_port}"\ndata_dir = "{folder}/acme"\n[options]\n'
            f'file = "{self.cases}"\nkinds = {{ water = "waterlogging", bin = "bin_overfull" }}\n'
        )

    def start(self):
        words = ["adapter", "run", "acme-cases", "--config", str(self.config)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "citybrain.cli.main", *words],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self.process.stdout.readline()
        assert line.startswith("ready adapter acme-cases"), self.log.read_text()
        return self

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(20)
        self.process.stdout.close()
        return code

    def append(self, number, about, *, lon=104.08):
        case = {"case": str(number), "about": about, "lat": 30.66, "lon": lon, "text": "see there"}
        with self.cases.open("a", encoding="utf-8") as file:
            file.write(json.dumps(case) + "\n")


@pytest.fixture
def district(installed, broker, tmp_path):
    process = DistrictWithPack(tmp_path, broker)
    process.start()
    yield process
    if process.process.poll() is None:
        process.kill()


@pytest.fixture
def adapter(district, tmp_path):
    process = AdapterProcess(tmp_path, district.grpc)
    process.start()
    yield process
    process.end(signal.SIGKILL)


def test_its_adapter_reports_cases_of_a_pack_that_no_camera_sees(district, adapter):
    adapter.append(771, "bin")
    until(lambda: len(district.incidents().incidents) == 1, "the case is an incident")
    (incident,) = district.incidents().incidents
    assert incident.kind == "bin_overfull"
    detail = district.ask(
        "GetIncident", pb.GetIncidentRequest(incident=incident.id), _detail_type()
    )
    (contribution,) = detail.contributions
    assert (contribution.type, contribution.foreign_case.case) == ("foreign_system", "771")
    assert contribution.foreign_case.system == "acme-hotline"
    listed = citybrain("plugins", "list", "--group", "adapters", "--adapter", adapter.config)
    assert listed.returncode == 0, listed.stdout
    assert adapter.end() == 0
    assert district.stop() == 0
    shown = citybrain("journal", "show", district.journal, "--kind", "report_received", "--json")
    (record,) = (json.loads(line) for line in shown.stdout.splitlines())
    assert record["payload"]["principal"]["name"] == "acme-cases"
    assert record["payload"]["principal"]["roles"] == ["adapter"]


def test_killed_or_cut_off_it_reports_every_case_once(district, adapter):
    for number in range(5):
        adapter.append(number, "water", lon=104.0 + number / 20)
    until(lambda: district.incidents().total_size >= 2, "some cases came")
    adapter.end(signal.SIGKILL)
    district.stop()
    for number in range(5, 10):
        adapter.append(number, "water", lon=104.0 + number / 20)
    adapter.start()
    until(lambda: "does not answer" in adapter.log.read_text(), "it waits for its district")
    listed = citybrain("plugins", "list", "--group", "adapters", "--adapter", adapter.config)
    assert (listed.returncode, "waiting" in listed.stdout) == (1, True)
    district.start()
    until(lambda: district.incidents().total_size == 10, "every case is an incident")
    until(lambda: (adapter.config.parent / "acme" / "place").exists(), "it knows its place")
    assert adapter.end() == 0
    assert district.incidents().total_size == 10


def _detail_type():
    from citybrain.api.v1 import incident_pb2

    return incident_pb2.IncidentDetail


def test_what_it_cannot_run_is_said_with_its_cure(installed, tmp_path):
    config = tmp_path / "cases.toml"
    config.write_text(f'district = "127.0.0.1:1"\ndata_dir = "{tmp_path}/acme"\n')
    done = citybrain("adapter", "run", "acme-case", "--config", config)
    assert (done.returncode, "Did you mean acme-cases?" in done.stderr) == (1, True)
    done = citybrain("adapter", "run", "acme-cases", "--config", config)
    assert (done.returncode, "give `file`" in done.stderr) == (1, True)
    config.write_text('distrct = "x"\n')
    done = citybrain("adapter", "run", "acme-cases", "--config", config)
    assert (done.returncode, "Did you mean 'district'?" in done.stderr) == (2, True)


def test_its_pack_is_checked_by_its_name(installed):
    done = citybrain("pack", "check", "bins")
    assert done.returncode == 0, done.stderr
    assert "good. bins 0.1.0" in done.stdout
