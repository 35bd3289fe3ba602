"""The district's configuration file as a model that names every problem at once, and the set-up
of the cores. Reads no file itself but playbooks.
"""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from citybrain.config.fields import (
    Address,
    BrokerConfig,
    Id,
    LatLon,
    ListenAddress,
    LocalizedNameConfig,
    MetricsConfig,
    Name,
    PortOrOff,
    PositiveFloat,
    Section,
    TlsFiles,
)
from citybrain.config.load import load
from citybrain.errors import ConfigError, ConfigProblem
from citybrain.ids import DistrictId, UnitId
from citybrain.vocabulary import Capability
from citybrain.wire.validation.limits import CAPABILITIES
from district_node.inputs import Setup, UnitSetup
from district_node.playbook import LocalizedName, Playbook
from district_node.playbooks.load import SnakeCaseName, load_playbooks


class CityLinkConfig(Section):
    """Where the coordinator is; left out, the district works alone."""

    address: Address
    """Host and port of the coordinator's gRPC service."""
    tls: TlsFiles | None = None
    """Certificates of the connection to the city; left out: no TLS."""


class ListenConfig(Section):
    """What this node serves: consoles by gRPC, the web pages by HTTP, metrics for a
    Prometheus.
    """

    grpc: ListenAddress = "127.0.0.1:7101"
    """Where crews and `citybrain district queue` connect."""
    web: ListenAddress | None = None
    """Where the web pages are served: the queue at `/`, a crew's phone at `/crew/UNIT`."""
    metrics: PortOrOff = 0
    """Port of the Prometheus endpoint; 0: none."""
    tls: TlsFiles | None = None
    """Certificates of the gRPC port; left out: no TLS."""


class UnitConfig(Section):
    """A crew or vehicle of the district."""

    id: Id
    """Name of the unit, unique in the whole city."""
    name: Name
    """What screens show; English and Chinese may stand together."""
    capabilities: Annotated[
        tuple[SnakeCaseName, ...], Field(min_length=1, max_length=CAPABILITIES.value)
    ]
    """What the unit can do; playbooks ask for these words."""
    place: LatLon
    """Its position until its device reports one."""
    speed_mps: PositiveFloat = 8.0
    """Metres a second on its usual way, for travel times."""

    def value(self) -> UnitSetup:
        return UnitSetup(
            unit=UnitId(self.id),
            name=self.name,
            capabilities=tuple(Capability(c) for c in self.capabilities),
            place=self.place.point(),
            speed_mps=self.speed_mps,
        )


class DistrictConfig(Section):
    """A district's node."""

    district: Id
    """Name of the district, as agents and the city know it."""
    name: LocalizedNameConfig
    """What screens show."""
    centre: LatLon
    """Where the map of the district is centred."""
    data_dir: Annotated[str, Field(min_length=1)]
    """Folder of the journal and the quarantine, on a disk that survives a power cut."""
    playbooks: tuple[str, ...] = ()
    """Further playbook files, relative to this one; the same kind replaces a built-in one."""
    broker: BrokerConfig = BrokerConfig()
    """The district's MQTT broker."""
    city: CityLinkConfig | None = None
    """Where the coordinator is; left out: the district works alone."""
    listen: ListenConfig = ListenConfig()
    """What this node serves."""
    metrics: MetricsConfig = MetricsConfig()
    """The Prometheus endpoint, where `listen.metrics` is 0."""
    unit: tuple[UnitConfig, ...] = ()
    """The crews and vehicles, one table each."""

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
            name=LocalizedName(en=self.name.en, zh=self.name.zh),
            centre=self.centre.point(),
            units=tuple(unit.value() for unit in self.unit),
            playbooks=playbooks,
        )


def read(path: Path) -> tuple[DistrictConfig, Setup]:
    """The configuration at `path` and the playbooks it names (relative to it); raises `ConfigError`
    with every problem of all files.
    """
    problems: list[ConfigProblem] = []
    config: DistrictConfig | None = None
    playbooks: tuple[Playbook, ...] = ()
    try:
        config = load(path, DistrictConfig)
    except ConfigError as error:
        problems += error.problems
    try:
        playbooks = load_playbooks(
            [path.parent / name for name in config.playbooks] if config is not None else ()
        )
    except ConfigError as error:
        problems += error.problems
    if problems or config is None:
        raise ConfigError(str(path), tuple(problems))
    return config, config.setup(playbooks)
