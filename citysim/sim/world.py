"""A simulated city put together from its scenario: computers, networks, nodes, boxes, people. Faults and judges work on it; it decides nothing."""

from collections.abc import Mapping

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.ids import AgentId, DistrictId, UnitId
from citybrain.journal.memory import MemoryStore
from citybrain.journal.port import Record
from citysim.laws.history import CITY, Stall
from citysim.laws.truth import Restored
from citysim.sim.bell import Bell
from citysim.sim.dice import Dice, DiceIds
from citysim.sim.loop import SimLoop
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.machine.computer import Computer
from citysim.sim.net.calls import Calls
from citysim.sim.net.link import Link
from citysim.sim.net.mqtt import Mqtt
from citysim.sim.nodes.city import CityProcess
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.nodes.setup import policy_of, setup_of
from citysim.sim.people.crowd import Crowd
from citysim.sim.people.phone import Phone
from citysim.sim.scenario import DistrictPlan, Scenario
from citysim.sim.street.box import Box
from citysim.sim.street.scene import Scenes
from citysim.sim.trace import Trace

QUICK_THREAD_S = 0.002
PAYLOAD_MOST = 200  # characters of a record on a screen
FLAPS_S = 1.5  # between two resets of a stream that does not come to stand
AGAIN_S = 1.0  # after a full disk: when a writer has tried again


class World:
    """Everything stands and nothing runs until `begin`. `bugs` are what production code must never do and did."""

    def __init__(self, scenario: Scenario, *, keep_trace: bool = False) -> None:
        self.scenario = scenario
        self.dice = Dice(scenario.seed)
        self.loop = SimLoop(thread_s=self._thread_s)  # type: ignore[abstract]  # what it lacks nobody may ask of it: no sockets, no processes
        self.trace = Trace(keep=keep_trace)
        self.bugs: list[str] = []
        self.stalls: list[
            Stall
        ] = []  # stretches of a node's own time in which a fault kept it from acting
        self.restored: list[Restored] = []
        self.outboxes_lost: list[tuple[AgentId, int]] = []
        self._backups: dict[str, tuple[MemoryStore, Timestamp]] = {}
        self._restore_ids = DiceIds(self.dice.of("restores"))
        self._held_up: dict[str, Timestamp] = {}
        self._flapping: set[str] = set()
        self._off_s = 0.0
        self.thread_s = 0.0  # how much longer than usual the planner thinks
        self.mqtt = Mqtt(loop=self.loop, stream=self.dice.of("mqtt"))
        self.scenes = Scenes(scenario.city, scenario.happenings)
        self.links = {d.district: self._make_link(d.district) for d in scenario.city.districts}
        self.city = self._make_city()
        self.districts = {d.district: self._make_district(d) for d in scenario.city.districts}
        self.boxes: Mapping[AgentId, Box] = self._make_boxes()
        self.calls = {
            d: Calls(loop=self.loop, stream=self.dice.of(f"calls {d}"), is_there=self._is_up(node))
            for d, node in self.districts.items()
        }
        self.people = Crowd(
            city=scenario.city,
            loop=self.loop,
            dice=self.dice,
            districts=self.districts,
            officed=self.city,
            calls=self.calls,
            scenes=self.scenes,
        )
        self.computers = {c.name: c for c in self._computers()}

    def begin(self) -> None:
        """Every process starts within the first moment."""
        for computer in self.computers.values():
            self.loop.call_soon(computer.start)
        self.loop.call_soon(self.people.begin)

    @property
    def phones(self) -> Mapping[UnitId, Phone]:
        return self.people.phones

    def note(self, who: str, what: str, detail: str = "") -> None:
        self.trace.add(self.loop.time(), who, what, detail)

    def show_records(self) -> None:
        """Every record of every journal gets a line beside the story's."""
        nodes: list[CityProcess | DistrictProcess] = [self.city, *self.districts.values()]
        for node in nodes:
            node.on_record = self._show_record

    def _show_record(self, who: str, record: Record) -> None:
        payload = record.payload.decode()
        self.trace.beside(
            self.loop.time(),
            who,
            f"record {record.seq} {record.kind}",
            payload if len(payload) <= PAYLOAD_MOST else f"{payload[:PAYLOAD_MOST]}…",
        )

    def bug(self, who: str, what: str) -> None:
        self.bugs.append(f"{who}: {what}")
        self.note(who, "BUG", what)

    # by the names that faults use: "city", "district/<id>", "agent/<id>"

    def computer(self, name: str) -> Computer:
        return self.computers[name]

    def link(self, name: str) -> Link:
        return self.links[DistrictId(name.removeprefix("district/"))]

    def client_id(self, name: str) -> str:
        """At the broker."""
        kind, _, rest = name.partition("/")
        return (
            self.districts[DistrictId(rest)].client_id
            if kind == "district"
            else self.boxes[AgentId(rest)].client_id
        )

    @property
    def nodes(self) -> tuple[DistrictProcess | CityProcess, ...]:
        """The city, then its districts."""
        return (self.city, *self.districts.values())

    def poke(self, name: str) -> None:
        """Something about its computer changed that its process would find out by itself in a moment."""
        process = self.computers[name].process
        if isinstance(process, DistrictProcess | CityProcess) and process.commit_loop is not None:
            process.commit_loop.poke()

    def wake(self, name: str) -> None:
        """Its disk hangs no more."""
        process = self.computers[name].process
        if isinstance(process, DistrictProcess | CityProcess) and process.commit_loop is not None:
            process.commit_loop.go_on()

    def without_goodbye(self, name: str) -> None:
        """The next death of this process is not told to its peers."""
        process = self.computers[name].process
        if isinstance(process, DistrictProcess | CityProcess):
            process.says_goodbye = False

    def hold_up(self, name: str) -> None:
        """A node cannot act from now on, by its own time, until it may `go_on`. Agents' stalls are no node's."""
        process = self.computers[name].process
        if isinstance(process, DistrictProcess | CityProcess):
            self._held_up.setdefault(name, process.clock.now())

    def go_on(self, name: str) -> None:
        """Unless something else still holds it up."""
        computer = self.computers[name]
        if computer.disk.is_full or computer.disk.refuses or computer.disk.hangs:
            return
        process, since = computer.process, self._held_up.pop(name, None)
        if since is not None and isinstance(process, DistrictProcess | CityProcess):
            self.stalls.append(
                Stall(
                    node=name.removeprefix("district/"),
                    since=since,
                    until=later(process.clock.now(), AGAIN_S),
                )
            )

    def order_steps(self, name: str) -> Bell:
        """Rung with every step of an order that this node has committed, before anybody hears of it."""
        return (
            self.city
            if name == CITY
            else self.districts[DistrictId(name.removeprefix("district/"))]
        ).order_steps

    def flap(self, name: str) -> None:
        """The streams of this node are reset again and again, until `steady`."""
        if name not in self._flapping:
            self._flapping.add(name)
            self.loop.call_soon(self._tear, name)

    def steady(self, name: str) -> None:
        self._flapping.discard(name)

    def _tear(self, name: str) -> None:
        if name in self._flapping:
            for link in self.links.values() if name == CITY else [self.link(name)]:
                link.tear()
            self.loop.call_later(FLAPS_S, self._tear, name)

    def clocks_off_s(self) -> float:
        """How far any clock ever was from the truth."""
        return self._off_s

    def notice_clock(self, name: str) -> None:
        """A clock was set, or runs otherwise than before."""
        self._off_s = max(self._off_s, abs(self.computers[name].clocks.off_us) / SECOND_US)

    def replace_card(self, agent: AgentId) -> None:
        """The box's card is lost, with everything on it. While it is down."""
        box = self.boxes[agent]
        self.outboxes_lost.append((agent, box.outbox.incarnation))
        box.reformat()

    def back_up(self, name: str) -> None:
        """Copy a node's store as it is now."""
        process = self.computers[name].process
        if isinstance(process, DistrictProcess | CityProcess):
            self._backups[name] = (process.store.backup(), self._true_now())

    def restore(self, name: str) -> None:
        """Stop the node, put its last backup back under a new epoch (`citybrain journal restored`), start it."""
        process, kept = self.computers[name].process, self._backups.pop(name, None)
        if kept is None or not isinstance(process, DistrictProcess | CityProcess):
            return
        backup, back_to = kept
        computer = process.computer
        was_held = computer.is_held
        computer.hold()
        process.put_back(backup.reopen())
        process.store.renew_epoch(ids=self._restore_ids)
        self.restored.append(
            Restored(node=name.removeprefix("district/"), back_to=back_to, at=self._true_now())
        )
        if not was_held:
            computer.let_go()

    def _true_now(self) -> Timestamp:
        """By the world's clock: whoever notes the truth trusts no node's."""
        return Timestamp(EPOCH_US + round(self.loop.time() * SECOND_US))

    # putting together

    def _computer(self, name: str) -> Computer:
        return Computer(name, loop=self.loop, dice=self.dice, note=self.note)

    def _computers(self) -> list[Computer]:
        return [
            self.city.computer,
            *(d.computer for d in self.districts.values()),
            *(b.computer for b in self.boxes.values()),
        ]

    def _make_link(self, district: DistrictId) -> Link:
        return Link(
            loop=self.loop,
            stream=self.dice.of(f"link {district}"),
            odd=self.dice.of(f"odd link {district}"),
        )

    def _make_city(self) -> CityProcess:
        store = MemoryStore(ids=DiceIds(self.dice.of("store city")))
        return CityProcess(
            self._computer("city"),
            store,
            policy_of(self.scenario.city),
            links=self.links,
            on_bug=self.bug,
        )

    def _make_district(self, plan: DistrictPlan) -> DistrictProcess:
        name = plan.district
        return DistrictProcess(
            self._computer(f"district/{name}"),
            MemoryStore(ids=DiceIds(self.dice.of(f"store {name}"))),
            setup_of(plan),
            mqtt=self.mqtt,
            link=self.links[name],
            ids=DiceIds(self.dice.of(f"ids {name}")),
            on_bug=self.bug,
        )

    def _make_boxes(self) -> dict[AgentId, Box]:
        return {
            box.agent: Box(
                self._computer(f"agent/{box.agent}"),
                box,
                district.district,
                mqtt=self.mqtt,
                scene=self.scenes.of(box.agent),
                ids=DiceIds(self.dice.of(f"ids {box.agent}")),
                chance=self.dice.of(f"box {box.agent}"),
            )
            for district, box in self.scenario.city.boxes()
        }

    def _is_up(self, node: DistrictProcess) -> "IsUp":
        return IsUp(node)

    def _thread_s(self) -> float:
        return QUICK_THREAD_S + self.thread_s


class IsUp:
    """Whether a node answers now."""

    def __init__(self, node: DistrictProcess | CityProcess) -> None:
        self._node = node

    def __call__(self) -> bool:
        return self._node.is_up
