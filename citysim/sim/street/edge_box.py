"""An edge box: its durable stores, and the agent that runs on it from one start to the next."""

from collections.abc import Callable, Sequence
from random import Random  # noqa: TID251 - seeded

from citybrain.bus.topics import ROOT
from citybrain.domain.agent import Ack, RequestBatch
from citybrain.domain.event import VerificationRequest
from citybrain.ids import DistrictId, IdSource, StoreEpoch
from citybrain.journal.memory import Crashed
from citysim.laws.history import OutboxHistory
from citysim.life.values import CameraSighting
from citysim.sim.fault_trigger import FaultTrigger
from citysim.sim.identities import Certificates
from citysim.sim.machine.computer import Computer
from citysim.sim.net.mqtt import Mqtt, SimBus
from citysim.sim.scenario import EdgeBoxSpec
from citysim.sim.street.agent_run import RESTING_INTERVALS, VERSION, AgentRun, AgentRunParts
from citysim.sim.street.agent_setup import agent_setup, source_id, watched_line
from citysim.sim.street.ground_truth import DurableAppend, EdgeBoxTruth
from citysim.sim.street.recording_outbox import RecordingOutbox, RecordingRequests
from citysim.sim.street.scene import Scene
from citysim.sim.street.sources import BLINDNESS_NOTICED_S, SimCamera, SimGauge
from street_agent.agent_step import StepIntervals
from street_agent.checkpoint.memory import MemoryCheckpointStore
from street_agent.district_link import last_will
from street_agent.errors import ClockSetBackError
from street_agent.outbox.memory import MemoryOutbox
from street_agent.outbox.port import OutboxDraft

NOTICED_LATE_S = 1.0  # a frame or a step of its agent may be that late


class EdgeBox:
    """See `citysim.sim.machine.computer.Process`: nothing runs on it before the computer starts it.

    `agent_run` is None while the box is down. Triggers: `outbox_appended` fires with drafts that
    have become durable, `request_stored` with a request that has, `inbound_received` with an
    acknowledgement or requests before they are handled.
    """

    def __init__(
        self,
        computer: Computer,
        spec: EdgeBoxSpec,
        district: DistrictId,
        *,
        mqtt: Mqtt,
        scene: Scene,
        ids: IdSource,
        rng: Random,
        certificates: Certificates,
        intervals: StepIntervals = RESTING_INTERVALS,
    ) -> None:
        self.computer, self.spec, self.district, self.scene = computer, spec, district, scene
        self._mqtt, self._ids, self._rng, self._intervals = mqtt, ids, rng, intervals
        self._setup, self._certificates = agent_setup(spec), certificates
        self.client_id = f"{ROOT.replace('/', '-')}-agent-{district}-{spec.agent}"
        self.agent_run: AgentRun | None = None
        self._bus: SimBus | None = None
        self.outbox_appended: FaultTrigger[Sequence[OutboxDraft]] = FaultTrigger()
        self.request_stored: FaultTrigger[VerificationRequest] = FaultTrigger()
        self.inbound_received: FaultTrigger[Ack | RequestBatch] = FaultTrigger()
        self.acked_by = StoreEpoch("")  # the district's store whose word this box had last
        self._appends: list[DurableAppend] = []
        self._down: list[tuple[float, float | None]] = [(0.0, None)]
        self._forgotten_s: list[float] = []
        self.outbox, self._checkpoints = self._empty_stores()
        computer.process = self

    @property
    def source(self) -> str:
        """The name of its only camera or gauge."""
        return str(source_id(self.spec))

    @property
    def notices_s(self) -> float:
        """After how long its agent must have noticed that its source is blind."""
        sensor = self._setup.sensors.get(self.source)
        silent_s = sensor.stale_s if sensor is not None else BLINDNESS_NOTICED_S[1]
        return silent_s + NOTICED_LATE_S

    def boot(self) -> None:
        if self.agent_run is not None:
            return
        loop, clock = self.computer.loop, self.computer.clock()
        self._down[-1] = (self._down[-1][0], loop.time())
        self._bus = self._mqtt.client(
            self.client_id, will=last_will(self.spec.agent, self.district, clock.now(), VERSION)
        )
        parts = AgentRunParts(
            setup=self._setup,
            district=self.district,
            source=self._source(),
            outbox=RecordingOutbox(
                self.outbox,
                self._appends,
                loop.time,
                clock=clock,
                inbound_received=self.inbound_received,
                acked=self._note_store,
                outbox_appended=self.outbox_appended,
            ),
            requests=RecordingRequests(
                self.outbox,
                request_stored=self.request_stored,
                inbound_received=self.inbound_received,
            ),
            checkpoints=self._checkpoints,
            clock=clock,
            bus=self._bus,
            loop=loop,
            rng=self._rng,
            certificates=self._certificates,
            intervals=self._intervals,
        )
        self.agent_run = AgentRun(parts, guard=self._guard)
        self._guard(self.agent_run.begin)

    def kill(self) -> None:
        """A power cut: what is volatile is lost, and the broker publishes the will."""
        if self.agent_run is not None and self._bus is not None:
            self._bus.vanish()
            self._end_run()

    def stop(self) -> None:
        """An orderly end without a will. The caller tells the computer."""
        if self.agent_run is not None:
            self._guard(self.agent_run.finish)
        if self.agent_run is not None:
            self._end_run()

    def blind(self, duration_s: float, reason: str = "black") -> None:
        """From now on its source cannot see, for so long."""
        now_s = self.computer.loop.time()
        self.scene.blind(now_s, now_s + duration_s, reason)

    def reformat(self) -> None:
        """Its card was replaced while the box is down: a new incarnation with empty stores."""
        self.outbox, self._checkpoints = self._empty_stores()

    def history(self) -> OutboxHistory:
        """What the outbox holds now, for the laws (to be read before the journals)."""
        outbox = self.outbox
        return OutboxHistory(
            agent=self.spec.agent,
            incarnation=outbox.incarnation,
            next_seq=outbox.stats().next_seq,
            unacknowledged_seqs=outbox.unacknowledged_seqs(),
        )

    def ground_truth(self) -> EdgeBoxTruth:
        """What really happened here up to now."""
        return EdgeBoxTruth(
            agent=self.spec.agent,
            appends=tuple(self._appends),
            conditions=self.scene.conditions(self.computer.loop.time()),
            blindness=tuple(self.scene.blindness),
            down=tuple(self._down),
            forgotten_s=tuple(self._forgotten_s),
        )

    def _note_store(self, ack: Ack) -> None:
        self.acked_by = ack.epoch

    def _end_run(self) -> None:
        if self.agent_run is not None:
            if self.agent_run.outbox.buffered:
                self._forgotten_s.append(self.computer.loop.time())
            self.agent_run.end()
        self.agent_run, self._bus = None, None
        self.outbox, self._checkpoints = self.outbox.crash(), self._checkpoints.crash()
        self._down.append((self.computer.loop.time(), None))

    def _guard(self, action: Callable[[], None]) -> None:
        """Runs `action`; where the power fails meanwhile, the computer dies."""
        try:
            action()
        except (Crashed, ClockSetBackError) as death:
            self.computer.die(str(death))

    def _empty_stores(self) -> tuple[MemoryOutbox, MemoryCheckpointStore]:
        faults = self.computer.disk.on_boundary
        return MemoryOutbox(
            ids=self._ids, cap_bytes=self.spec.cap_bytes, min_bytes=0, faults=faults
        ), MemoryCheckpointStore(faults=faults)

    def _source(self) -> SimCamera | SimGauge:
        name, sighting = source_id(self.spec), self.spec.life.sighting
        if isinstance(sighting, CameraSighting):
            return SimCamera(
                source=name,
                sighting=sighting,
                scene=self.scene,
                ids=self._ids,
                rng=self._rng,
                line=watched_line(self.spec),
            )
        return SimGauge(
            source=name,
            level=sighting,
            scene=self.scene,
            ids=self._ids,
            rng=self._rng,
            stale_s=self._setup.sensors[name].stale_s,
        )
