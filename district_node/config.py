"""The district's configuration file as a model that names every problem at once, and the set-up
of the cores. Reads the packs and asset files that it names.
"""

from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, StringConstraints, model_validator

from citybrain.config.base_map import MapConfig, check_map
from citybrain.config.fields import (
    Address,
    BrokerConfig,
    HostName,
    Id,
    IncidentKindName,
    LatLon,
    ListenAddress,
    LocalizedNameConfig,
    MetricsConfig,
    Name,
    PortOrOff,
    PositiveFloat,
    PositiveSeconds,
    Seconds,
    Section,
    TlsFiles,
)
from citybrain.config.load import parse, read_toml
from citybrain.config.people import PeopleConfig
from citybrain.domain.principal import Role
from citybrain.enrolment.own_name import NodeName, OwnName, name_at_broker
from citybrain.ids import DistrictId, UnitId
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.pack.assets.files import collect_assets
from citybrain.pack.identity import PackIdentity
from citybrain.pack.load import collect_packs, resolve_folders
from citybrain.pack.pack import Table, Words
from citybrain.pack.problems import Problems
from citybrain.pack.sections import SnakeCaseName
from citybrain.vocabulary import Capability, Severity
from citybrain.wire.validation.limits import CAPABILITIES
from district_node.calendars.calendar import WorkingCalendar
from district_node.calendars.load import collect_calendar
from district_node.calendars.schema import CalendarConfig, Zone
from district_node.cores.numbering.case_number import CODE_FORM, CODE_PATTERN
from district_node.inputs import Setup, UnitSetup, WatchPolicy
from district_node.paging.check import check_paging
from district_node.paging.policy import NO_PAGING, PagingSetup
from district_node.paging.schema import PagingConfig
from district_node.playbook import Playbook
from district_node.playbooks.load import collect_playbooks
from district_node.routing.schema import RoutingConfig, check_routing
from district_node.web.desk import DeskConfig
from district_node.web_push.schema import PushConfig

NOTHING: dict[str, object] = {}


CaseCode = Annotated[
    str,
    StringConstraints(pattern=CODE_PATTERN),
    Field(json_schema_extra={"remedy": f'Use {CODE_FORM}, for example "R".'}),
]


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
    allowed_hosts: tuple[HostName, ...] = ()
    """Names under which people and programs ask for the pages, the API and the metrics, besides
    addresses and the machine's own name. Any other is refused: a foreign page could stand behind
    it."""
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


class ProgramConfig(Section):
    """A program that is a principal of its own: an adapter of a foreign system, or a source that
    reports without an edge box.
    """

    name: Id
    """Its name, as it sends it with every report and action."""
    role: Literal["adapter", "source"]
    """What it may be in the city."""


class TuneConfig(Section):
    """What is other in this district than in the pack's file of a kind. A key that is left out
    stays; the whole is checked as if the pack's file had these numbers.
    """

    kind: IncidentKindName
    """The kind, of any pack in force."""
    grid: str | None = None
    """As in the pack's file."""
    grid_code: str | None = None
    """As in the pack's file."""
    grades: tuple[dict[str, object], ...] = ()
    """In the place of all `[[grades]]` of the pack's file."""
    opens: dict[str, object] = NOTHING
    """Keys of `[opens]`."""
    joins: dict[str, object] = NOTHING
    """Keys of `[joins]`."""
    needs: tuple[dict[str, object], ...] = ()
    """In the place of all `[[needs]]` of the pack's file."""
    clocks: dict[str, object] = NOTHING
    """Keys of `[clocks]`."""
    closes: dict[str, object] = NOTHING
    """Keys of `[closes]`."""
    escalates: dict[str, object] = NOTHING
    """Keys of `[escalates]`."""
    silence: dict[str, object] = NOTHING
    """Keys of `[silence]`."""
    stability: dict[str, object] = NOTHING
    """Keys of `[stability]`."""

    def table(self) -> Table:
        """The keys that were given."""
        return self.model_dump(exclude_unset=True)


class WatchConfig(Section):
    """Which darkness is a case of its own, and not only a word beside other cases."""

    agent_offline_s: Seconds = 900.0
    """Seconds after which a box that is away is a case; 0: never."""
    camera_blind_s: Seconds = 0.0
    """Seconds after which a camera or sensor that says that it is blind is a case; 0: never."""
    together_s: PositiveSeconds = 60.0
    """What goes dark within so many seconds of one another is one case: it has one cause."""
    severity: Severity = Severity.MINOR
    """How bad it is."""
    capability: SnakeCaseName | None = None
    """What a unit must be able to do that is sent there; left out: nobody is, a person decides."""

    def value(self) -> WatchPolicy:
        return WatchPolicy(
            agent_offline_s=self.agent_offline_s,
            camera_blind_s=self.camera_blind_s,
            together_s=self.together_s,
            severity=self.severity,
            capability=Capability(self.capability or ""),
        )


class AttachmentsConfig(Section):
    """Pictures and files that people attach to cases. They are of people, too: say first who may
    take them, and why."""

    enabled: bool = False
    """Whether people may attach files. Off: those that are attached are listed and given out."""


class DistrictConfig(Section):
    """A district's node."""

    district: Id
    """Name of the district, as agents and the city know it."""
    name: LocalizedNameConfig
    """What screens show."""
    centre: LatLon
    """Where the map of the district is centred."""
    code: CaseCode | None = None
    """Letters that the district's case numbers begin with (R in `R-1130-07`), single in the city;
    left out: the initials of its id."""
    time_zone: Zone | None = None
    """Where its days begin, a name of the IANA time zones; left out: that of `calendar`, else
    UTC."""
    data_dir: Annotated[str, Field(min_length=1)]
    """Folder of the journal and the quarantine, on a disk that survives a power cut."""
    packs: tuple[str, ...] = ()
    """Further scene packs: folders relative to this file, or names of installed ones
    (`citybrain plugins list --group packs`); the street pack is always there."""
    assets: tuple[str, ...] = ()
    """Files of assets (`.csv`, `.geojson`), relative to this file."""
    tune: tuple[TuneConfig, ...] = ()
    """Numbers of known kinds that are other in this district, one table a kind."""
    calendar: CalendarConfig | None = None
    """When the district works; needed where a deadline is in working hours or days."""
    routing: RoutingConfig | None = None
    """Which department is responsible for a case; left out: the district has none."""
    broker: BrokerConfig = BrokerConfig()
    """The district's MQTT broker."""
    city: CityLinkConfig | None = None
    """Where the coordinator is; left out: the district works alone."""
    listen: ListenConfig = ListenConfig()
    """What this node serves."""
    people: PeopleConfig = PeopleConfig()
    """Where people sign in, besides local accounts."""
    map: MapConfig = MapConfig()
    """The streets under the maps of its pages."""
    metrics: MetricsConfig = MetricsConfig()
    """The Prometheus endpoint, where `listen.metrics` is 0."""
    paging: PagingConfig = PagingConfig()
    """Whom this district calls about its incidents."""
    push: PushConfig | None = None
    """Web push to crews' phones; left out: a phone rings while its page is open."""
    desk: DeskConfig = DeskConfig()
    """How crews reach the district's operators."""
    watch: WatchConfig = WatchConfig()
    """Which boxes that are away and cameras that are blind are cases."""
    attachments: AttachmentsConfig = AttachmentsConfig()
    """Whether people may attach files to cases."""
    unit: tuple[UnitConfig, ...] = ()
    """The crews and vehicles, one table each."""
    program: tuple[ProgramConfig, ...] = ()
    """The programs that report or act, one table each; whoever is not named here is a person, or
    the adapter of the foreign case that it reports."""

    @model_validator(mode="after")
    def _names_are_single(self) -> Self:
        names = [unit.id for unit in self.unit]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"unit {', '.join(twice)} is there twice; every unit needs an id of its own"
            )
        programs = [program.name for program in self.program]
        doubled = sorted({name for name in programs if programs.count(name) > 1})
        if doubled:
            raise ValueError(
                f"program {', '.join(doubled)} is there twice; every program has one role"
            )
        return self

    @model_validator(mode="after")
    def _push_has_pages(self) -> Self:
        if self.push is not None and self.listen.web is None:
            raise ValueError(
                "[push] calls the phones that subscribe at the pages, and this district serves"
                " none; set `web` under [listen], or leave [push] out"
            )
        return self

    def roles_of_programs(self) -> dict[str, Role]:
        return {program.name: Role(program.role) for program in self.program}

    @property
    def metrics_port(self) -> int:
        """`[listen] metrics`, or `[metrics] port`; 0: none."""
        return self.listen.metrics or self.metrics.port

    def setup(
        self,
        playbooks: tuple[Playbook, ...],
        packs: tuple[PackIdentity, ...] = (),
        assets: tuple[Asset, ...] = (),
        calendar: WorkingCalendar | None = None,
        paging: PagingSetup = NO_PAGING,
    ) -> Setup:
        return Setup(
            district=DistrictId(self.district),
            name=LocalizedName(en=self.name.en, zh=self.name.zh),
            centre=self.centre.point(),
            units=tuple(unit.value() for unit in self.unit),
            playbooks=playbooks,
            packs=packs,
            assets=assets,
            calendar=calendar,
            paging=paging,
            routing=self.routing.value() if self.routing is not None else None,
            code=self.code or "",
            time_zone=self.time_zone or (calendar.zone if calendar is not None else ""),
            watch=self.watch.value(),
            takes_files=self.attachments.enabled,
        )


class DistrictFiles(NamedTuple):
    """What a district's configuration and the files that it names say together."""

    config: DistrictConfig
    setup: Setup
    words: Words


def read(path: Path, *, checks_map: bool = False) -> DistrictFiles:
    """The configuration at `path` with the packs and asset files it names (relative to it); raises
    `ConfigError` with every problem of all files, of its map where `checks_map`: no node needs one.
    """
    problems = Problems()
    config = problems.of("", lambda: _config(path, problems))
    folders = resolve_folders(config.packs if config is not None else (), path.parent, problems)
    packs = collect_packs(folders, problems)
    tunes = [tune.table() for tune in config.tune] if config is not None else []
    playbooks = collect_playbooks(packs, tunes, problems)
    files = [path.parent / name for name in config.assets] if config is not None else []
    assets = collect_assets(files, packs.asset_kinds, problems)
    calendar = None
    if config is not None:
        calendar = _calendar(config, path.parent, playbooks, problems)
    paging = config.paging.value() if config is not None else NO_PAGING
    if config is not None:
        check_paging(paging, playbooks, problems)
        if config.routing is not None:
            check_routing(config.routing.value(), playbooks, problems)
        config = config.model_copy(update={"map": config.map.beside(path.parent)})
        if checks_map:
            check_map(config.map.path, problems)
    problems.raise_any(str(path))
    assert config is not None
    setup = config.setup(playbooks, packs.identities, assets, calendar, paging)
    return DistrictFiles(config, setup, packs.words)


def own_name_of(config: DistrictConfig) -> OwnName | None:
    """The certificates that this node presents to its broker, and the name in them; None: it has
    none. Raises `ConfigError` where they cannot be used, are for another name, or are
    needed and missing.
    """
    said = NodeName(role=Role.DISTRICT, id=config.district, key="district")
    return name_at_broker(Path(config.data_dir), config.broker, said)


def _calendar(
    config: DistrictConfig, beside: Path, playbooks: tuple[Playbook, ...], problems: Problems
) -> WorkingCalendar | None:
    """The calendar, where the file has one; a deadline in working time needs one."""
    if config.calendar is not None:
        return collect_calendar(config.calendar, beside, problems)
    for playbook in playbooks:
        for name in playbook.clocks.working:
            problems.add(
                "",
                "calendar",
                f"the deadline {name} of {playbook.kind} runs in working time, and this district"
                " has no calendar",
                "Add [calendar] with zone, week and holidays, or give the kind under [[tune]]"
                f" clocks.{name}_s in seconds.",
            )
    return None


def _config(path: Path, problems: Problems) -> DistrictConfig:
    raw = read_toml(path)
    if raw.pop("playbooks", None) is not None:
        problems.add(
            "",
            "playbooks",
            "there is no such key any more",
            "Make your kinds a scene pack (`citybrain pack new NAME`) and name its folder in"
            " `packs`; change numbers of a known kind under [[tune]].",
        )
    return parse(raw, DistrictConfig, name=str(path))
