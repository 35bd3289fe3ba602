"""A simulated city assembled from its scenario: computers, networks, nodes, edge boxes, people.

Fault actions and the oracle work on it. It decides nothing.
"""

from collections.abc import Mapping
from functools import partial

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.ids import AgentId, DistrictId, UnitId
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Record
from citysim.laws.ground_truth_log import ClockWord, StoreRestored
from citysim.laws.history import CITY, Stall
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.fault_trigger import FaultTrigger
from citysim.sim.identities import Certificates
from citysim.sim.liars.cast import LiarCast
from citysim.sim.lookout import Lookout
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.machine.computer import Computer
from citysim.sim.net.calls import Calls
from citysim.sim.net.link import Link
from citysim.sim.net.mqtt import Mqtt
from citysim.sim.nodes.city import CityProcess
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.nodes.setup import policy_of, setup_of
from citysim.sim.people.assembly import People
from citysim.sim.people.clock_keepers import ClockKeepers
from citysim.sim.people.crew_phone import CrewPhone
from citysim.sim.random_streams import RandomIds, RandomStreams
from citysim.sim.revocations import Revocations
from citysim.sim.scenario import DistrictSpec, Scenario
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.street.scene import Scenes
from citysim.sim.trace import Trace

THREAD_S = 0.002
MAX_PAYLOAD_CHARS = 200  # of a record in a verbose trace
FLAPPING_PERIOD_S = 1.5  # between two resets of a flapping stream
RETRY_S = 1.0  # after a full disk: by then every commit loop has tried again


class SimulatedWorld:
    """Everything is assembled and nothing runs until `begin`.

    Fault targets are named "city", "district/<id>" or "agent/<id>".
    """

    def __init__(self, scenario: Scenario, *, keep_trace: bool = False) -> None:
        self.scenario = scenario
        self.streams = RandomStreams(scenario.seed)
        # abstract: sockets, processes and signals are missing, and no shell may ask for them
        self.loop = VirtualTimeLoop(thread_s=self._thread_s)  # type: ignore[abstract]  # as above
        self.trace = Trace(keep=keep_trace)
        self.unexpected_errors: list[str] = []  # what production code must never do, and did
        self.stalls: list[Stall] = []  # times, by a node's own clock, when it could not act
        self.restored: list[StoreRestored] = []
        self.clock_words: list[ClockWord] = []
        self.outboxes_lost: list[tuple[AgentId, int]] = []
        self._backups: dict[str, tuple[MemoryStore, Timestamp]] = {}
        self._restore_ids = RandomIds(self.streams.named("restores"))
        self._stalled_since: dict[str, Timestamp] = {}
        self._flapping: set[str] = set()
        self._max_clock_error_s = 0.0
        self.planner_delay_s = 0.0  # added to what the planner's thread usually takes
        self.mqtt = Mqtt(loop=self.loop, rng=self.streams.named("mqtt"))
        self.scenes = Scenes(scenario.city, scenario.street_events)
        self._certificates = Certificates()
        self.links = {d.district: self._make_link(d.district) for d in scenario.city.districts}
        self.city = self._make_city()
        self.districts = {d.district: self._make_district(d) for d in scenario.city.districts}
        self.revocations = Revocations(self._certificates, self.districts)
        self.edge_boxes: Mapping[AgentId, EdgeBox] = self._make_edge_boxes()
        self.calls = {d: self._make_calls(d, node) for d, node in self.districts.items()}
        self.people = People(
            city=scenario.city,
            loop=self.loop,
            streams=self.streams,
            districts=self.districts,
            city_node=self.city,
            calls=self.calls,
            scenes=self.scenes,
            street_calls=scenario.calls,
        )
        self.clock_keepers = ClockKeepers(
            {node.computer.name: node for node in self.nodes},
            self._keepers_calls(),
            loop=self.loop,
            streams=self.streams,
            on_set=self._on_clock_set,
        )
        self.liars = LiarCast(
            scenario.liars,
            city=scenario.city,
            districts=self.districts,
            certificates=self._certificates,
            mqtt=self.mqtt,
            loop=self.loop,
            streams=self.streams,
            revoke=self.revocations.revoke,
            send_as=self.people.send_as,
        )
        self.computers = {c.name: c for c in self._computers()}
        self.lookout = self._make_lookout()

    def begin(self) -> None:
        """Every process starts at time 0."""
        for computer in self.computers.values():
            self.loop.call_soon(computer.start)
        self.loop.call_soon(self.people.begin)
        self.loop.call_soon(self.liars.begin)
        self.loop.call_soon(self.lookout.begin)

    @property
    def phones(self) -> Mapping[UnitId, CrewPhone]:
        return self.people.phones

    @property
    def nodes(self) -> tuple[DistrictProcess | CityProcess, ...]:
        """The city, then its districts."""
        return (self.city, *self.districts.values())

    # trace

    def note(self, who: str, what: str, detail: str = "") -> None:
        self.trace.add(self.loop.time(), who, what, detail)

    def trace_records(self) -> None:
        """From now on every journal record gets a trace line of its own."""
        for node in self.nodes:
            node.on_record = self._trace_record

    def _trace_record(self, who: str, record: Record) -> None:
        text = record.payload.decode()
        if len(text) > MAX_PAYLOAD_CHARS:
            text = f"{text[:MAX_PAYLOAD_CHARS]}…"
        self.trace.add_undigested(self.loop.time(), who, f"record {record.seq} {record.kind}", text)

    def report_unexpected_error(self, who: str, what: str) -> None:
        self.unexpected_errors.append(f"{who}: {what}")
        self.note(who, "BUG", what)

    # parts, by the names of fault targets

    def computer(self, name: str) -> Computer:
        return self.computers[name]

    def link(self, name: str) -> Link:
        return self.links[DistrictId(name.removeprefix("district/"))]

    def client_id(self, name: str) -> str:
        """The MQTT client id of a district or an agent."""
        kind, _, rest = name.partition("/")
        if kind == "district":
            return self.districts[DistrictId(rest)].client_id
        return self.edge_boxes[AgentId(rest)].client_id

    def order_step_committed(self, name: str) -> FaultTrigger[OrderRequest | OrderAnswer]:
        """Fires for every order step that this node commits, before its peers receive it."""
        node = self._node(name)
        assert node is not None, f"{name} is no node"
        return node.order_step_committed

    def _node(self, name: str) -> DistrictProcess | CityProcess | None:
        """None for an agent."""
        process = self.computers[name].process
        return process if isinstance(process, DistrictProcess | CityProcess) else None

    # what fault actions need

    def recheck(self, name: str) -> None:
        """The node's commit loop looks at its clock and disk now instead of a moment later."""
        node = self._node(name)
        if node is not None and node.commit_loop is not None:
            node.commit_loop.recheck()

    def resume_writes(self, name: str) -> None:
        """The node's disk is no longer hung."""
        node = self._node(name)
        if node is not None and node.commit_loop is not None:
            node.commit_loop.resume_writes()

    def suppress_disconnect(self, name: str) -> None:
        """The next death of this node closes no connection: its peers only notice silence."""
        node = self._node(name)
        if node is not None:
            node.notifies_peer = False

    def begin_stall(self, name: str) -> None:
        """From now until `end_stall` the node cannot act. The laws ask this of nodes only."""
        node = self._node(name)
        if node is not None:
            self._stalled_since.setdefault(name, node.clock.now())

    def end_stall(self, name: str) -> None:
        """Ends it, unless another fault of its disk goes on."""
        disk = self.computers[name].disk
        if disk.is_full or disk.refused_writes or disk.is_hung:
            return
        node, since = self._node(name), self._stalled_since.pop(name, None)
        if since is not None and node is not None:
            until = later(node.clock.now(), RETRY_S)
            name = name.removeprefix("district/")
            self.stalls.append(Stall(node=name, since=since, until=until))

    def start_link_flapping(self, name: str) -> None:
        """The node's streams are reset again and again, until `stop_link_flapping`."""
        if name not in self._flapping:
            self._flapping.add(name)
            self.loop.call_soon(self._reset_links, name)

    def stop_link_flapping(self, name: str) -> None:
        self._flapping.discard(name)

    def _reset_links(self, name: str) -> None:
        if name in self._flapping:
            for link in self.links.values() if name == CITY else [self.link(name)]:
                link.reset()
            self.loop.call_later(FLAPPING_PERIOD_S, self._reset_links, name)

    def _on_clock_set(self, name: str, micros: int, was: Timestamp) -> None:
        """A stall that goes on has a part in each of the two times."""
        off_s = self.computers[name].clocks.wrong_s
        self.lookout.time_moved(DistrictId(name.removeprefix("district/")))
        self.clock_words.append(ClockWord(node=name.removeprefix("district/"), off_s=off_s))
        if name in self._stalled_since:
            since = self._stalled_since[name]
            node = name.removeprefix("district/")
            self.stalls.append(Stall(node=node, since=since, until=was))
            self._stalled_since[name] = Timestamp(was + micros)

    def max_clock_error_s(self) -> float:
        """The largest error that any wall clock has had."""
        return self._max_clock_error_s

    def track_clock_error(self, name: str) -> None:
        """To be called after a clock was stepped or changed its drift."""
        error_s = abs(self.computers[name].clocks.error_us) / SECOND_US
        self._max_clock_error_s = max(self._max_clock_error_s, error_s)

    def replace_card(self, agent: AgentId) -> None:
        """The edge box's card is lost with all that is on it, while the box is down."""
        box = self.edge_boxes[agent]
        self.outboxes_lost.append((agent, box.outbox.incarnation))
        box.reformat()

    def back_up(self, name: str) -> None:
        """Copies a node's store as it is now."""
        node = self._node(name)
        if node is not None:
            self._backups[name] = (node.store.backup(), self._true_now())

    def restore(self, name: str) -> None:
        """Stops the node, puts its last backup back under a new epoch, starts the node.

        This is what `citybrain journal restored` does to a file.
        """
        node, kept = self._node(name), self._backups.pop(name, None)
        if kept is None or node is None:
            return
        backup, back_to = kept
        computer = node.computer
        was_powered_off = computer.is_powered_off
        computer.power_off()
        node.replace_store(backup.reopen())
        node.store.renew_epoch(ids=self._restore_ids)
        self.restored.append(
            StoreRestored(node=name.removeprefix("district/"), back_to=back_to, at=self._true_now())
        )
        if isinstance(node, DistrictProcess):
            self.lookout.restored(node.own_setup.district)
        if not was_powered_off:
            computer.power_on()

    def upgrade(self, name: str, *, stops: bool) -> None:
        """The next version takes the node's place, after an orderly stop or a kill."""
        node = self._node(name)
        if node is not None:
            node.upgrade(stops=stops)

    def _true_now(self) -> Timestamp:
        """By simulated time: ground truth trusts no node's clock."""
        return Timestamp(EPOCH_US + round(self.loop.time() * SECOND_US))

    # assembly

    def _computer(self, name: str) -> Computer:
        return Computer(name, loop=self.loop, streams=self.streams, note=self.note)

    def _computers(self) -> list[Computer]:
        return [
            self.city.computer,
            *(d.computer for d in self.districts.values()),
            *(b.computer for b in self.edge_boxes.values()),
        ]

    def _make_link(self, district: DistrictId) -> Link:
        return Link(
            loop=self.loop,
            rng=self.streams.named(f"link {district}"),
            duplicate_rng=self.streams.named(f"odd link {district}"),
        )

    def _make_calls(self, district: DistrictId, node: DistrictProcess) -> Calls:
        rng = self.streams.named(f"calls {district}")
        return Calls(loop=self.loop, rng=rng, is_reachable=lambda: node.is_up)

    def _keepers_calls(self) -> dict[str, Calls]:
        """Whoever sets a clock is at the node: by a network of their own."""
        return {
            node.computer.name: Calls(
                loop=self.loop,
                rng=self.streams.named(f"keeper's calls {node.computer.name}"),
                is_reachable=partial(_is_up, node),
            )
            for node in self.nodes
        }

    def _make_lookout(self) -> Lookout:
        return Lookout(
            self.districts,
            self.edge_boxes,
            mqtt=self.mqtt,
            revocations=self.revocations,
            loop=self.loop,
        )

    def _make_city(self) -> CityProcess:
        return CityProcess(
            self._computer(CITY),
            MemoryStore(ids=RandomIds(self.streams.named("store city"))),
            policy_of(self.scenario.city),
            links=self.links,
            on_unexpected_error=self.report_unexpected_error,
        )

    def _make_district(self, spec: DistrictSpec) -> DistrictProcess:
        name = spec.district
        return DistrictProcess(
            self._computer(f"district/{name}"),
            MemoryStore(ids=RandomIds(self.streams.named(f"store {name}"))),
            setup_of(spec, self.scenario.city.life),
            mqtt=self.mqtt,
            link=self.links[name],
            ids=RandomIds(self.streams.named(f"ids {name}")),
            certificates=self._certificates,
            on_unexpected_error=self.report_unexpected_error,
        )

    def _make_edge_boxes(self) -> dict[AgentId, EdgeBox]:
        return {
            box.agent: EdgeBox(
                self._computer(f"agent/{box.agent}"),
                box,
                district.district,
                mqtt=self.mqtt,
                scene=self.scenes.of(box.agent),
                ids=RandomIds(self.streams.named(f"ids {box.agent}")),
                rng=self.streams.named(f"box {box.agent}"),
                certificates=self._certificates,
            )
            for district, box in self.scenario.city.boxes()
        }

    def _thread_s(self) -> float:
        return THREAD_S + self.planner_delay_s


def _is_up(node: DistrictProcess | CityProcess) -> bool:
    return node.is_up
