"""The demo's run folder: where everything of one run lies, and the configuration files that its processes are given. Starts nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from citybrain.geo import Point
from citybrain.ids import AgentId, DistrictId
from citysim.demo.city import DemoBox, DemoCamera, DemoCity, DemoDistrict, DemoSensor
from citysim.demo.prepare.toml import dumps
from citysim.laws.gather import RunFiles
from citysim.supervise.ports import LOOPBACK, free_ports, ports_from

JOURNAL, OUTBOX = "journal.db", "outbox.db"
OUTBOX_MB = 16
BROKER, CITY = "broker", "city"  # their processes' names; a district's and a box's are their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    grpc: int
    web: int
    host: str = LOOPBACK

    @property
    def grpc_address(self) -> str:
        return f"{self.host}:{self.grpc}"

    @property
    def web_address(self) -> str:
        return f"{self.host}:{self.web}"

    @property
    def web_url(self) -> str:
        return f"http://{self.web_address}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where everything of a run listens: on the loopback, or each process at an address of its own.

    `dialled` says where a process is told to call another one when that is not where it listens: `(client, server) → "host:port"`.
    """

    broker: int
    city: Listen
    districts: dict[str, Listen]
    broker_host: str = LOOPBACK
    dialled: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def broker_for(self, client: str) -> dict[str, Any]:
        """The broker as `client` is told of it."""
        host, _, port = self.dialled.get(
            (client, BROKER), f"{self.broker_host}:{self.broker}"
        ).rpartition(":")
        return {"host": host, "port": int(port)}

    def city_for(self, client: str) -> str:
        """The city's gRPC address as `client` is told of it."""
        return self.dialled.get((client, CITY), self.city.grpc_address)


def choose_ports(city: DemoCity, base: int = 0) -> Ports:
    """Free ports; upwards from `base` when it is given."""
    count = 3 + 2 * len(city.districts)
    if base:
        upwards = ports_from(base)
        ports = iter([next(upwards) for _ in range(count)])
    else:
        ports = iter(free_ports(count))
    broker, of_city = next(ports), Listen(grpc=next(ports), web=next(ports))
    return Ports(
        broker=broker,
        city=of_city,
        districts={d.id: Listen(grpc=next(ports), web=next(ports)) for d in city.districts},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """The layout of one run. Starting again in the same folder goes on where it stopped."""

    root: Path

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def broker(self) -> Path:
        return self.root / "broker"

    @property
    def devices(self) -> Path:
        return self.root / "devices"

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


def write_all(run: RunFolder, city: DemoCity, ports: Ports, footage: Path) -> None:
    """Write every configuration file of the run."""
    for folder in (run.logs, run.broker, run.devices, run.root / "conf"):
        folder.mkdir(parents=True, exist_ok=True)
    for name, document in _documents(run, city, ports, footage):
        run.config(name).write_text(f"# Written by citybrain demo.\n{dumps(document)}")


def _documents(
    run: RunFolder, city: DemoCity, ports: Ports, footage: Path
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield CITY, _city(run, city, ports)
    for district in city.districts:
        yield district.id, _district(run, district, city, ports)
    for box in city.boxes:
        yield box.id, _box(run, box, city, ports, footage)


def _city(run: RunFolder, city: DemoCity, ports: Ports) -> dict[str, Any]:
    return {
        "name": {"en": city.en, "zh": city.zh},
        "data_dir": run.data(CITY),
        "listen": _listen(ports.city),
        "plan": {"issue": city.issue},
        "ray": {"mode": "local"},
    }


def _district(
    run: RunFolder, district: DemoDistrict, city: DemoCity, ports: Ports
) -> dict[str, Any]:
    return {
        "district": district.id,
        "data_dir": run.data(district.id),
        "name": {"en": district.en, "zh": district.zh},
        "centre": _place(district.centre),
        "playbooks": [path.resolve() for path in city.playbooks],
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
    }


def _box(
    run: RunFolder, box: DemoBox, city: DemoCity, ports: Ports, footage: Path
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "agent": box.id,
        "district": box.district,
        "data_dir": run.data(box.id),
        "broker": ports.broker_for(box.id),
        "outbox": {"cap_mb": OUTBOX_MB},
    }
    if box.cameras:
        document["camera"] = [_camera(camera, city.model, footage) for camera in box.cameras]
    if box.sensors:
        document["sensor"] = [_sensor(sensor) for sensor in box.sensors]
    return document


def _camera(camera: DemoCamera, model: str, footage: Path) -> dict[str, Any]:
    source = camera.source or str(footage / camera.clip)
    return {
        "id": camera.id,
        "source": source,
        "loop": Path(source).is_file(),
        "place": _place(camera.place),
        "model": model,
        "detect_fps": camera.detect_fps,
        "rule": [camera.rule],
    }


def _sensor(sensor: DemoSensor) -> dict[str, Any]:
    return {
        "id": sensor.id,
        "source": sensor.series,
        "place": _place(sensor.place),
        "unit": sensor.unit,
        "speedup": sensor.speedup,
        "rule": [sensor.rule],
    }


def _listen(listen: Listen) -> dict[str, Any]:
    return {"grpc": listen.grpc_address, "web": listen.web_address, "metrics": 0}


def _place(point: Point) -> dict[str, float]:
    return {"lat": point.lat, "lon": point.lon}
