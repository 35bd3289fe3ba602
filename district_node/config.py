"""The district's configuration file as a model that names every fault at once, and the set-up that the cores are given. Reads no file itself but playbooks."""

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from citybrain.config.fields import (
    Address,
    BrokerConfig,
    Id,
    LatLon,
    ListenAddress,
    MetricsConfig,
    Name,
    PortOrOff,
    PositiveFloat,
    Section,
    Titles,
    TlsFiles,
)
from citybrain.config.load import load
from citybrain.errors import ConfigError
from citybrain.ids import DistrictId, UnitId
from citybrain.vocabulary import Capability
from district_node.inputs import Setup, UnitSetup
from district_node.playbook import Playbook, Title
from district_node.playbooks.load import Word, load_playbooks


class CityConfig(Section):
    """Where the coordinator is; left out, the district works alone."""

    address: Address
    tls: TlsFiles | None = None


class ListenConfig(Section):
    """What this node serves: crews and the desk by gRPC, the console by HTTP, meters for a Prometheus."""

    grpc: ListenAddress = "127.0.0.1:7101"
    web: ListenAddress | None = None
    metrics: PortOrOff = 0
    tls: TlsFiles | None = None  # of the gRPC port


class UnitConfig(Section):
    id: Id
    name: Name
    capabilities: Annotated[tuple[Word, ...], Field(min_length=1)]
    place: LatLon
    speed_mps: PositiveFloat = 8.0

    def value(self) -> UnitSetup:
        return UnitSetup(
            unit=UnitId(self.id),
            name=self.name,
            capabilities=tuple(Capability(c) for c in self.capabilities),
            place=self.place.point(),
            speed_mps=self.speed_mps,
        )


class DistrictConfig(Section):
    district: Id
    name: Titles
    centre: LatLon
    data_dir: Annotated[str, Field(min_length=1)]
    playbooks: tuple[
        str, ...
    ] = ()  # further files; the built-in ones are always there, the same kind replaces
    broker: BrokerConfig = BrokerConfig()
    city: CityConfig | None = None
    listen: ListenConfig = ListenConfig()
    metrics: MetricsConfig = MetricsConfig()
    unit: tuple[UnitConfig, ...] = ()

    @model_validator(mode="after")
    def _names_are_single(self) -> Self:
        names = [unit.id for unit in self.unit]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"unit {', '.join(twice)} is there twice; every unit needs an id of its own"
            )
        return self

    @property
    def metrics_port(self) -> int:
        """`[listen] metrics`, or `[metrics] port`; 0: none."""
        return self.listen.metrics or self.metrics.port

    def setup(self, playbooks: tuple[Playbook, ...]) -> Setup:
        return Setup(
            district=DistrictId(self.district),
            name=Title(en=self.name.en, zh=self.name.zh),
            centre=self.centre.point(),
            units=tuple(unit.value() for unit in self.unit),
            playbooks=playbooks,
        )


def read(path: Path) -> tuple[DistrictConfig, Setup]:
    """The configuration at `path` and the playbooks it names (relative to it); raises `ConfigError` with every fault of all files."""
    faults: list[Any] = []
    config: DistrictConfig | None = None
    playbooks: tuple[Playbook, ...] = ()
    try:
        config = load(path, DistrictConfig)
    except ConfigError as error:
        faults += error.faults
    try:
        playbooks = load_playbooks(
            [path.parent / name for name in config.playbooks] if config is not None else ()
        )
    except ConfigError as error:
        faults += error.faults
    if faults or config is None:
        raise ConfigError(str(path), tuple(faults))
    return config, config.setup(playbooks)
