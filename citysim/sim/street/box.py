"""An edge box: what lasts of it (outbox, requests, diary) and the agent that runs on it, life after life. A process of a simulated computer."""

from collections.abc import Callable
from random import Random  # noqa: TID251 - one seed is one story

from citybrain.bus.topics import ROOT
from citybrain.ids import DistrictId, IdSource
from citybrain.journal.memory import Crashed
from citysim.laws.history import OutboxHistory
from citysim.sim.bell import Bell
from citysim.sim.machine.computer import Computer
from citysim.sim.net.mqtt import Mqtt, SimBus
from citysim.sim.scenario import CAMERA, BoxPlan
from citysim.sim.street.life import REST, VERSION, Life, Parts
from citysim.sim.street.scene import Scene
from citysim.sim.street.setup import setup_of, source_of
from citysim.sim.street.sources import SimCamera, SimGauge
from citysim.sim.street.truth import Book, BoxTruth, Put, Witness
from street_agent.diary.memory import MemoryDiary
from street_agent.link.uplink import last_will
from street_agent.outbox.memory import MemoryOutbox
from street_agent.turn import Pace


class Box:
    """See `citysim.sim.machine.computer.Process`. Nothing runs on it before the computer starts it. `life` is None while it is down."""

    def __init__(
        self,
        computer: Computer,
        plan: BoxPlan,
        district: DistrictId,
        *,
        mqtt: Mqtt,
        scene: Scene,
        ids: IdSource,
        chance: Random,
        pace: Pace = REST,
    ) -> None:
        self.computer, self.plan, self.district, self.scene = computer, plan, district, scene
        self._mqtt, self._ids, self._chance, self._pace = mqtt, ids, chance, pace
        self._setup = setup_of(plan)
        self.client_id = f"{ROOT.replace('/', '-')}-agent-{district}-{plan.agent}"
        self.life: Life | None = None
        self._bus: SimBus | None = None
        self.words, self.questions = (
            Bell(),
            Bell(),
        )  # rung when some have become durable in the outbox; when one has in the book
        self.mail = Bell()  # rung when an acknowledgement or questions come, before they are taken
        self._puts: list[Put] = []
        self._down: list[tuple[float, float | None]] = [(0.0, None)]
        self.outbox, self._diary = self._formatted()
        computer.process = self

    def boot(self) -> None:
        if self.life is not None:
            return
        loop, clock = self.computer.loop, self.computer.clock()
        self._down[-1] = (self._down[-1][0], loop.time())
        self._bus = self._mqtt.client(
            self.client_id, will=last_will(self.plan.agent, self.district, clock.now(), VERSION)
        )
        parts = Parts(
            setup=self._setup,
            district=self.district,
            source=self._source(),
            outbox=Witness(self.outbox, self._puts, loop.time, mail=self.mail, words=self.words),
            requests=Book(self.outbox, questions=self.questions, mail=self.mail),
            diary=self._diary,
            clock=clock,
            bus=self._bus,
            loop=loop,
            chance=self._chance,
            pace=self._pace,
        )
        self.life = Life(parts, guard=self._guard)
        self._guard(self.life.begin)

    def kill(self) -> None:
        """A power cut: everything volatile is gone, the broker publishes the will, what is durable stays."""
        if self.life is not None and self._bus is not None:
            self._bus.vanish()
            self._rest()

    def stop(self) -> None:
        """An orderly end (the computer is told by whoever calls): last words, no will."""
        if self.life is not None:
            self._guard(self.life.goodbye)
        if self.life is not None:
            self._rest()

    def blind(self, lasts_s: float, reason: str = "black") -> None:
        """From now on its source cannot see, for so long."""
        now_s = self.computer.loop.time()
        self.scene.blind(now_s, now_s + lasts_s, reason)

    def reformat(self) -> None:
        """Its card was lost and replaced, while it is down: another incarnation, nothing remembered."""
        self.outbox, self._diary = self._formatted()

    def history(self) -> OutboxHistory:
        """What the outbox keeps now, as the laws want it (read before the journals)."""
        outbox = self.outbox
        return OutboxHistory(
            agent=self.plan.agent,
            incarnation=outbox.incarnation,
            next_seq=outbox.stats().next_seq,
            kept=outbox.numbers_kept(),
        )

    def truth(self) -> BoxTruth:
        """What really happened here, up to now."""
        return BoxTruth(
            agent=self.plan.agent,
            puts=tuple(self._puts),
            conditions=self.scene.conditions(self.computer.loop.time()),
            blindness=tuple(self.scene.blindness),
            down=tuple(self._down),
        )

    def _rest(self) -> None:
        if self.life is not None:
            self.life.end()
        self.life, self._bus = None, None
        self.outbox, self._diary = self.outbox.crash(), self._diary.crash()
        self._down.append((self.computer.loop.time(), None))

    def _guard(self, act: Callable[[], None]) -> None:
        """`act`, unless the power goes in the middle of it."""
        try:
            act()
        except Crashed as death:
            self.computer.die(str(death))

    def _formatted(self) -> tuple[MemoryOutbox, MemoryDiary]:
        strike = self.computer.disk.strike
        return MemoryOutbox(
            ids=self._ids, cap_bytes=self.plan.cap_bytes, least_bytes=0, faults=strike
        ), MemoryDiary(faults=strike)

    def _source(self) -> SimCamera | SimGauge:
        name = source_of(self.plan)
        if self.plan.source == CAMERA:
            return SimCamera(
                source=name,
                incident_kind=self.plan.incident_kind,
                scene=self.scene,
                ids=self._ids,
                chance=self._chance,
            )
        return SimGauge(source=name, scene=self.scene, ids=self._ids, chance=self._chance)
