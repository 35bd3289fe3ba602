"""A district's process: production's `District` on a simulated commit loop, broker and link."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future

from citybrain.bus import topics
from citybrain.clock import Timestamp
from citybrain.decider.cores import Cores
from citybrain.decider.decider import Committed
from citybrain.errors import RpcError
from citybrain.ids import IdSource
from citybrain.journal.memory import MemoryStore
from citybrain.structs import Struct
from citysim.sim.identities import Certificates, SimulatedVerifier
from citysim.sim.machine.commit_loop import SimulatedCommitLoop
from citysim.sim.machine.computer import Computer
from citysim.sim.net.link import Link
from citysim.sim.net.mqtt import Mqtt, SimBus
from citysim.sim.nodes.node_process import NodeProcess, OnUnexpectedError
from district_node.cores.state import DistrictState
from district_node.district_cores import district_cores
from district_node.inputs import Setup
from district_node.pack_reload import PackReload, is_in_force
from district_node.shell.assembly import District, DistrictParts, first_input
from district_node.shell.paging.port import NoChannels, PageSender

RELOAD_AGAIN_S = 4.0  # what is not in force by then is asked for again: its disk was full


class SimulatedFiles(Struct, frozen=True, kw_only=True):
    """See `district_node.config.DistrictFiles`: what a reload reads."""

    setup: Setup


class SimulatedQuarantine:
    """See `district_node.shell.quarantine.Quarantine`: rejected messages, counted by reason."""

    def __init__(self, note: Callable[[str, str], None]) -> None:
        self.by_reason: Counter[str] = Counter()
        self._note = note

    @property
    def count(self) -> int:
        return self.by_reason.total()

    def add(self, sender: str, reason: str, detail: str, payload: bytes = b"") -> None:  # noqa: ARG002 - as the port wants it
        self.by_reason[reason] += 1
        self._note("quarantines", f"{sender} {reason}: {detail[:160]}")


class NoMetrics:
    """See `district_node.shell.assembly.ShellMetrics`. Measures nothing."""

    def message(self, outcome: str) -> None:
        """Not counted."""

    def event_journaled(self, observed_at: Timestamp) -> None:
        """Not measured."""

    def message_dropped(self, reason: str, count: int = 1) -> None:
        """Not counted."""

    def series_message(self, result: str) -> None:
        """Not counted."""


class DistrictProcess(NodeProcess[DistrictState]):
    """`runtime` is the composition of the present run, None while the process is down; `setup` is
    what its configuration says now, `own_setup` what it said at first."""

    def __init__(
        self,
        computer: Computer,
        store: MemoryStore,
        setup: Setup,
        *,
        mqtt: Mqtt,
        link: Link,
        ids: IdSource,
        certificates: Certificates,
        on_unexpected_error: OnUnexpectedError,
    ) -> None:
        super().__init__(computer, store, on_unexpected_error=on_unexpected_error)
        self.own_setup = self.setup = setup
        self.link = link
        self._mqtt, self._ids = mqtt, ids
        self.client_id = f"{topics.ROOT.replace('/', '-')}-district-{setup.district}"
        self.quarantine = SimulatedQuarantine(computer.note)
        self.verifier = SimulatedVerifier(setup.district, certificates)
        self.runtime: District | None = None
        self._reload: PackReload[SimulatedFiles] | None = None
        self._bus: SimBus | None = None
        self.page_sender: PageSender = NoChannels()  # whom its next run calls people by
        self.notifies_peer = True  # whether its machine resets the stream at its next death
        self.on_started: Callable[[], None] = lambda: None

    @property
    def is_connected(self) -> bool:
        """Whether the broker serves it now."""
        return self._bus is not None and self._bus.is_connected()

    def running(self) -> District:
        """The composition of the present run. Raises `RpcError` while the process is down."""
        if self.runtime is None:
            raise RpcError("UNAVAILABLE", "the node went down", retry=True)
        return self.runtime

    def reconfigure(self, setup: Setup) -> None:
        """Its file says something else: a node that is up reloads its packs until they are in
        force, one that is down starts with them."""
        self.setup = setup
        if self.is_up and self._reload is not None:
            self._begin("reconfiguration", self._reload_until_in_force(self._reload))

    async def _reload_until_in_force(self, reload: PackReload[SimulatedFiles]) -> None:
        while self.state is not None and not is_in_force(self.setup, self.state.setup):
            reload.request()
            await asyncio.sleep(RELOAD_AGAIN_S)

    async def _show_nothing(self, files: SimulatedFiles) -> None:
        """There is no page that would have to show the words."""

    def _cores(self) -> Cores[DistrictState]:
        return district_cores()

    def _first_input(self, commit_loop: SimulatedCommitLoop[DistrictState]) -> Future[Committed]:
        return commit_loop.begin(first_input(self.setup, self.store, proves_boxes=True))

    def _compose(self, commit_loop: SimulatedCommitLoop[DistrictState]) -> None:
        self._bus = self._mqtt.client(self.client_id)
        self.runtime = District(
            DistrictParts(
                setup=self.setup,
                commit_loop=commit_loop,
                store=self.store,
                bus=self._bus,
                clock=self.clock,
                ids=self._ids,
                quarantine=self.quarantine,
                metrics=NoMetrics(),
                open_link=self.link.open,
                verifier=self.verifier,
                page_sender=self.page_sender,
                has_threads=False,
            )
        )
        self._reload = PackReload(
            lambda: SimulatedFiles(setup=self.setup), commit_loop, self._show_nothing
        )
        self._begin("pack reload", self._reload.run())
        self._bus.start()
        for name, run in self.runtime.tasks():
            self._begin(name, run())
        self.on_started()

    def _disconnect(self) -> None:
        self.runtime = self._reload = None
        if self._bus is not None:
            self._bus.vanish()
            self._bus = None
        self.link.district_died(notifies_peer=self.notifies_peer)
        self.notifies_peer = True
