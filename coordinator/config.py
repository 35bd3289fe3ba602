"""The coordinator's configuration file as a model that names every fault at once, and the policy
that the cores are given.
"""

from pathlib import Path
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from citybrain.config.base_map import MapConfig, check_map
from citybrain.config.fields import (
    HostName,
    Id,
    ListenAddress,
    LocalizedNameConfig,
    PortOrOff,
    PositiveFloat,
    PositiveInt,
    PositiveSeconds,
    PrivateFile,
    Seconds,
    Section,
    TlsFiles,
)
from citybrain.config.load import load
from citybrain.config.people import PeopleConfig
from citybrain.pack.load import collect_packs, resolve_folders
from citybrain.pack.pack import Words
from citybrain.pack.problems import Problems
from coordinator.policy import Costs, IssueMode, Policy
from coordinator.web_origin import WebOrigin

# an order at the end of the reach and wholly late costs (1 + late_factor) × max_travel_s
TRAVEL_FACTOR = 1.0


class ListenConfig(Section):
    """What this node serves: districts, snapshots and the CLI by gRPC, the console by HTTP, metrics
    for a Prometheus.
    """

    grpc: ListenAddress = "127.0.0.1:7000"
    """Where districts, `citybrain city plan` and other commands connect."""
    web: ListenAddress | None = None
    """Where the city's screen is served."""
    metrics: PortOrOff = 0
    """Port of the Prometheus endpoint; 0: none."""
    allowed_hosts: tuple[HostName, ...] = ()
    """Names under which people and programs ask for the pages, the API and the metrics, besides
    addresses and the machine's own name. Any other is refused: a foreign page could stand behind
    it."""
    tls: TlsFiles | None = None
    """Certificates of the gRPC port; left out: no TLS."""


class PlanConfig(Section):
    """When to plan, what a plan pays for (weighted seconds), how long each side may take."""

    issue: Literal["ask", "auto"] = "ask"
    """`ask`: the duty officer issues a plan; `auto`: a checked plan is issued at once."""
    max_travel_s: PositiveSeconds = 1800.0
    """No unit is sent further than this."""
    min_replan_s: Seconds = 1.0
    """Two plans are at least this far apart."""
    replan_s: PositiveSeconds = 10.0
    """A slot that no plan could fill is planned for again after this time."""
    promise_ttl_s: PositiveSeconds = 30.0
    """How long an owner holds a reservation or a claim."""
    propose_s: PositiveSeconds = 10.0
    """Both owners must have answered by then; less than `promise_ttl_s`."""
    issue_s: PositiveSeconds = 15.0
    """The unit's owner must have issued the order by then."""
    accept_s: PositiveSeconds = 90.0
    """The crew must have accepted by then."""
    withdraw_s: PositiveSeconds = 10.0
    """The unit's owner must have withdrawn by then; afterwards the claim is cancelled."""
    avoid_s: Seconds = 120.0
    """A unit that refused a slot is not planned for it again so soon."""
    age_limit_s: PositiveSeconds = 60.0
    """Units of a district that is offline for longer are not planned with."""
    late_factor: Annotated[
        float, Field(ge=0, le=100, json_schema_extra={"remedy": "Give a number from 0 to 100."})
    ] = 2.0
    """A second too late costs as much as this many more seconds of travel."""
    cross_s: Seconds = 60.0
    """Cost of sending a unit out of its district, in weighted seconds."""
    coverage_s: Seconds = 120.0
    """Cost of taking a district's last free unit, in weighted seconds."""
    reserve_units: PositiveInt = 2
    """With more free units than this, taking one costs less than `coverage_s`."""
    unserved_s: PositiveFloat | None = None
    """Cost of an empty slot, in weighted seconds; left out: dearer than any order."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.propose_s >= self.promise_ttl_s:
            raise ValueError(
                "propose_s must be less than promise_ttl_s; an owner's promise has to outlast the "
                "wait for the other owner"
            )
        if self.unserved_s is not None and self.unserved_s < self._highest_cost_s():
            raise ValueError(
                "unserved_s is less than what the dearest order costs "
                f"({self._highest_cost_s():g}); slots would stay empty although a unit is there"
            )
        return self

    def _highest_cost_s(self) -> float:
        return (
            (TRAVEL_FACTOR + self.late_factor) * self.max_travel_s + self.cross_s + self.coverage_s
        )

    def policy(self) -> Policy:
        costs = Costs(
            late_factor=self.late_factor,
            unserved_s=self.unserved_s
            if self.unserved_s is not None
            else max(Costs().unserved_s, 1.2 * self._highest_cost_s()),
            cross_s=self.cross_s,
            coverage_s=self.coverage_s,
            reserve_units=self.reserve_units,
        )
        return Policy(
            issue=IssueMode(self.issue),
            costs=costs,
            max_travel_s=self.max_travel_s,
            min_replan_s=self.min_replan_s,
            replan_s=self.replan_s,
            promise_ttl_s=self.promise_ttl_s,
            propose_s=self.propose_s,
            issue_s=self.issue_s,
            accept_s=self.accept_s,
            withdraw_s=self.withdraw_s,
            avoid_s=self.avoid_s,
            age_limit_s=self.age_limit_s,
        )


class RayConfig(Section):
    """`mode`: "local" (an own Ray on this machine), "off" (plan in-process), or the address of a
    cluster.
    """

    mode: Annotated[
        str,
        Field(
            pattern=r"^(local|off|([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):\d+)$",
            json_schema_extra={"remedy": 'Use "local", "off" or "host:port".'},
        ),
    ] = "local"
    """`local`: a Ray of its own on this machine; `off`: none; `host:port`: a cluster."""
    token_file: PrivateFile | None = None
    """File with the cluster's token on its first line, readable by this node alone. A cluster is
    joined with its token only, and one that asks for none is not joined at all."""
    cpus: PositiveInt = 2
    """Cores that a local Ray may use."""
    budget_s: PositiveSeconds = 1.0
    """Time for an answer; after it the in-process planner answers."""

    @model_validator(mode="after")
    def _has_token(self) -> Self:
        is_cluster = self.mode not in ("local", "off")
        if is_cluster and self.token_file is None:
            raise ValueError(
                "a cluster is joined with its token only; name a file that holds it as token_file"
            )
        if self.token_file is not None and not is_cluster:
            raise ValueError("token_file is a cluster's; set mode to the cluster's address")
        return self


class ConsoleConfig(Section):
    """The pages of a district: its name and its cases lead there on the city's screen."""

    district: Id
    """The district's id."""
    address: WebOrigin
    """Where browsers reach them: http or https, a host and a port."""


class CityConfig(Section):
    """The coordinator."""

    name: LocalizedNameConfig
    """What screens show."""
    data_dir: Annotated[str, Field(min_length=1)]
    """Folder of the journal, on a disk that survives a power cut."""
    packs: tuple[str, ...] = ()
    """The scene packs of its districts, folders relative to this file or names of installed
    ones, for the words of its screen; the street pack is always there."""
    listen: ListenConfig = ListenConfig()
    """What this node serves."""
    people: PeopleConfig = PeopleConfig()
    """Where people sign in, besides local accounts."""
    console: tuple[ConsoleConfig, ...] = ()
    """Where browsers reach the pages of each district. One that is left out is shown without
    links."""
    map: MapConfig = MapConfig()
    """The streets under the maps of its pages."""
    plan: PlanConfig = PlanConfig()
    """When to plan, what a plan pays for, how long each side may take."""
    ray: RayConfig = RayConfig()
    """Where plans are computed."""

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        named = [one.district for one in self.console]
        if twice := sorted({name for name in named if named.count(name) > 1}):
            raise ValueError(
                f"console names {', '.join(twice)} more than once; keep one address of each"
            )
        return self

    @property
    def consoles(self) -> dict[str, str]:
        """The address of each district's pages, as far as it is known."""
        return {one.district: one.address for one in self.console}


class CityFiles(NamedTuple):
    """What the coordinator's configuration and the packs that it names say together."""

    config: CityConfig
    words: Words


def read(path: Path, *, checks_map: bool = False) -> CityFiles:
    """The configuration at `path` and the words of the packs it names (relative to it); raises
    `ConfigError` with every problem of all files, of its map where `checks_map`: no node needs one.
    """
    problems = Problems()
    config = problems.of("", lambda: load(path, CityConfig))
    folders = resolve_folders(config.packs if config is not None else (), path.parent, problems)
    packs = collect_packs(folders, problems)
    if config is not None:
        config = config.model_copy(update={"map": config.map.beside(path.parent)})
        if checks_map:
            check_map(config.map.path, problems)
    problems.raise_any(str(path))
    assert config is not None
    return CityFiles(config, packs.words)
