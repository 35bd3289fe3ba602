"""The demo's run folder and ports, and the configuration files of its processes. Starts nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from citybrain.config.secrets import split_login
from citybrain.config.toml_text import TomlValue, dumps
from citybrain.data_folder import FILE_MODE
from citybrain.domain.agent import ViewCone
from citybrain.domain.principal import Role
from citybrain.enrolment.folder import FOLDER
from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId
from citybrain.rpc.transport import Tls, identity_tls
from citybrain.sqlite.owned_file import FileLock
from citybrain.structs import Struct, field
from citysim.demo.city import DemoBox, DemoCamera, DemoCity, DemoDistrict, DemoSensor
from citysim.laws.history_reader import RunFiles
from citysim.supervise.tcp_ports import LOOPBACK, free_ports, ports_from

JOURNAL, OUTBOX = "journal.db", "outbox.db"
OUTBOX_MB = 16
BROKER, CITY = "broker", "city"  # names of processes, beside those of districts and boxes
# in whose names the simulated operators and officer speak where names are proved
PEOPLE, OFFICER = (Role.OPERATOR, "people"), (Role.DUTY_OFFICER, "officer")

Config = dict[str, TomlValue]


class Listen(Struct, frozen=True, kw_only=True):
    """Where one node listens. Its web page is for its own machine."""

    grpc: int
    web: int
    host: str = LOOPBACK

    @property
    def grpc_address(self) -> str:
        return f"{self.host}:{self.grpc}"

    @property
    def web_address(self) -> str:
        return f"{LOOPBACK}:{self.web}"

    @property
    def web_url(self) -> str:
        return f"http://{self.web_address}/"


class Ports(Struct, frozen=True, kw_only=True):
    """Where the processes of a run listen: on the loopback, or each at an address of its own.

    `authority`: the port of the enrolment port, on the loopback. `dial_addresses`: `(client,
    server) → "host:port"` where a client does not connect to the address at which the server
    listens. `identities`: the folder of people's certificates; None: nobody has any, nodes
    neither (lab mode), which nodes take on the loopback only.
    """

    broker: int
    authority: int
    city: Listen
    districts: dict[str, Listen]
    broker_host: str = LOOPBACK
    dial_addresses: Mapping[tuple[str, str], str] = field(default_factory=dict)
    identities: Path | None = None

    @property
    def is_proved(self) -> bool:
        """Whether everybody has a certificate, and the broker asks for it."""
        return self.identities is not None

    def tls_of(self, who: tuple[Role, str]) -> Tls | None:
        """With what a person's client speaks in that name."""
        return identity_tls(identity_of(self.identities, *who)) if self.identities else None

    def broker_for(self, client: str) -> Config:
        """The broker's address in the configuration of `client`."""
        host, _, port = self.dial_addresses.get(
            (client, BROKER), f"{self.broker_host}:{self.broker}"
        ).rpartition(":")
        return {"host": host, "port": int(port)}

    def city_for(self, client: str) -> str:
        """The city's gRPC address in the configuration of `client`."""
        return self.dial_addresses.get((client, CITY), self.city.grpc_address)


def identity_of(identities: Path, role: Role, name: str) -> Path:
    """The folder of the identity of a person or the broker."""
    return identities / f"{role.replace('_', '-')}-{name}"


def choose_ports(city: DemoCity, base: int = 0) -> Ports:
    """Free ports; upwards from `base` when it is given."""
    count = 4 + 2 * len(city.districts)
    if base:
        upwards = ports_from(base)
        ports = iter([next(upwards) for _ in range(count)])
    else:
        ports = iter(free_ports(count))
    broker, of_city = next(ports), Listen(grpc=next(ports), web=next(ports))
    districts = {d.id: Listen(grpc=next(ports), web=next(ports)) for d in city.districts}
    return Ports(
        broker=broker,
        authority=next(ports),
        city=of_city,
        districts=districts,
    )


class RunFolder(Struct, frozen=True, kw_only=True):
    """The layout of one run. Starting again in the same folder continues the run."""

    root: Path

    @contextmanager
    def owned(self) -> Iterator[None]:
        """As long as the block lasts no other run begins here: it would take ports and accounts
        from this one. Raises `StoreBusyError`."""
        self.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.root / "demo")
        try:
            yield
        finally:
            lock.release()

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def broker(self) -> Path:
        return self.root / "broker"

    @property
    def devices(self) -> Path:
        return self.root / "devices"

    @property
    def authority(self) -> Path:
        return self.root / "authority"

    @property
    def identities(self) -> Path:
        """Of people and the broker; a node's is in its data."""
        return self.root / "identities"

    def identity(self, node: str) -> Path:
        return self.data(node) / FOLDER

    def data(self, name: str) -> Path:
        return self.root / "data" / name

    def config(self, name: str) -> Path:
        return self.root / "conf" / f"{name}.toml"

    def device(self, unit: str) -> Path:
        return self.devices / f"{unit}.jsonl"

    def files(self, city: DemoCity) -> RunFiles:
        """What the laws read."""
        return RunFiles(
            city=self.data(CITY) / JOURNAL,
            districts={DistrictId(d.id): self.data(d.id) / JOURNAL for d in city.districts},
            outboxes={
                AgentId(b.id): (DistrictId(b.district), self.data(b.id) / OUTBOX)
                for b in city.boxes
            },
            devices=self.devices,
            caps={AgentId(b.id): OUTBOX_MB * 1024 * 1024 for b in city.boxes},
        )


def write_all(
    run: RunFolder,
    city: DemoCity,
    ports: Ports,
    clips: Path,
    *,
    base_map: Path | None = None,
) -> None:
    """Write every configuration file of the run. `base_map`: the streets of the pages."""
    for folder in (run.logs, run.broker, run.devices, run.root / "conf"):
        folder.mkdir(parents=True, exist_ok=True)
    pages = {CITY, *(district.id for district in city.districts)}
    for name, document in _documents(run, city, ports, clips):
        if base_map is not None and name in pages:
            document["map"] = {"file": base_map}
        run.config(name).write_text(f"# Written by citybrain demo.\n{dumps(document)}")


def _documents(
    run: RunFolder, city: DemoCity, ports: Ports, clips: Path
) -> Iterator[tuple[str, Config]]:
    yield CITY, _city(run, city, ports)
    for district in city.districts:
        yield district.id, _district(run, district, city, ports)
    for box in city.boxes:
        yield box.id, _box(run, box, city, ports, clips)


def _city(run: RunFolder, city: DemoCity, ports: Ports) -> Config:
    return {
        "name": {"en": city.en, "zh": city.zh},
        "data_dir": run.data(CITY),
        "listen": _listen(ports.city),
        "console": [
            {
                "district": district.id,
                "address": f"http://{ports.districts[district.id].web_address}",
            }
            for district in city.districts
        ],
        "plan": {"issue": city.issue},
        "ray": {"mode": "local"},
    }


def _district(run: RunFolder, district: DemoDistrict, city: DemoCity, ports: Ports) -> Config:
    return {
        "district": district.id,
        "data_dir": run.data(district.id),
        "name": {"en": district.en, "zh": district.zh},
        "centre": _place(district.centre),
        "broker": ports.broker_for(district.id),
        "city": {"address": ports.city_for(district.id)},
        "listen": _listen(ports.districts[district.id]),
        "unit": [
            {
                "id": u.id,
                "name": u.name,
                "capabilities": list(u.capabilities),
                "place": _place(u.place),
                "speed_mps": u.speed_mps,
            }
            for u in district.units
        ],
        "tune": list(city.tunes),
    }


def _box(run: RunFolder, box: DemoBox, city: DemoCity, ports: Ports, clips: Path) -> Config:
    document: Config = {
        "agent": box.id,
        "district": box.district,
        "data_dir": run.data(box.id),
        "broker": ports.broker_for(box.id),
        "outbox": {"cap_mb": OUTBOX_MB},
    }
    if box.cameras:
        document["camera"] = [
            _camera(camera, city.model, clips, run.root / "conf") for camera in box.cameras
        ]
    if box.sensors:
        document["sensor"] = [_sensor(sensor) for sensor in box.sensors]
    return document


def _camera(camera: DemoCamera, model: str, clips: Path, conf: Path) -> Config:
    source, username, password = split_login(camera.source or str(clips / camera.clip))
    login: Config = {}
    if username is not None:
        login = {"username": username}
    if password is not None:
        file = conf / f"{camera.id}.password"
        file.touch(mode=FILE_MODE)
        file.write_text(f"{password}\n", encoding="utf-8")
        login["password_file"] = str(file)
    looks: Config = {}
    if camera.view_cone is not None:
        looks = {"view_cone": _view_cone(camera.view_cone)}
    return {
        **login,
        **looks,
        "id": camera.id,
        "source": source,
        "loop": Path(source).is_file(),
        "place": _place(camera.place),
        "model": model,
        "detect_fps": camera.detect_fps,
        "rule": [camera.rule],
    }


def _view_cone(cone: ViewCone) -> Config:
    return {
        "heading_deg": cone.heading_deg,
        "field_of_view_deg": cone.field_of_view_deg,
        "range_m": cone.range_m,
    }


def _sensor(sensor: DemoSensor) -> Config:
    return {
        "id": sensor.id,
        "source": sensor.series,
        "place": _place(sensor.place),
        "unit": sensor.unit,
        "speedup": sensor.speedup,
        "rule": [sensor.rule],
    }


def _listen(listen: Listen) -> Config:
    return {"grpc": listen.grpc_address, "web": listen.web_address, "metrics": 0}


def _place(point: Point) -> Config:
    return {"lat": point.lat, "lon": point.lon}
