"""The street agent put together: cameras, detector, core, outbox and link in one process. The only place that knows them all; decides nothing."""

import asyncio
import logging
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from citybrain.bus.configured import bus_config
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.bus.port import Bus
from citybrain.cli.process import ready
from citybrain.clock import Clock, SystemClock
from citybrain.errors import CityBrainError
from citybrain.ids import AgentId, DistrictId, IdSource, RandomIds, SourceId
from citybrain.telemetry import trace
from citybrain.telemetry.metrics import Endpoint, Meters, serve
from citybrain.telemetry.push import Push
from citybrain.telemetry.spans import Spans
from street_agent.capture.live import LiveCamera
from street_agent.config import CameraConfig, StreetConfig
from street_agent.detect.port import Detector
from street_agent.diary.file import FileDiary
from street_agent.eyes import Eye, Eyes
from street_agent.link.uplink import Uplink, last_will
from street_agent.meters import StreetMeters
from street_agent.mind import Mind
from street_agent.outbox.holding import Holding
from street_agent.outbox.sqlite import SqliteOutbox
from street_agent.places import good_scores, resolve_source
from street_agent.sensor.feed import Replay, SensorFeed
from street_agent.status import Reporter

log = logging.getLogger(__name__)

OUTBOX_FILE, DIARY_FILE = "outbox.db", "diary.json"


class AgentDiedError(CityBrainError):
    """The agent could not go on; the log above says why. What is in the outbox is safe: start it again."""


class StreetAgent:
    """One edge box. `start` returns at once, broker and cameras there or not; raises `StoreBusyError` when another agent has its outbox."""

    def __init__(
        self,
        config: StreetConfig,
        *,
        open_model: Callable[[str], Detector],
        folder: Path,
        clock: Clock | None = None,
        ids: IdSource | None = None,
        bus: Bus | None = None,
        on_death: Callable[[], None] = lambda: None,
    ) -> None:
        self._config, self._clock, ids = config, clock or SystemClock(), ids or RandomIds()
        self._meters = Meters()
        self._endpoint: Endpoint | None = None
        setup, agent, district = (
            config.setup(good_scores(config)),
            AgentId(config.agent),
            DistrictId(config.district),
        )
        config.data_dir.mkdir(parents=True, exist_ok=True)
        kept = SqliteOutbox.open(
            config.data_dir / OUTBOX_FILE, ids=ids, cap_bytes=config.outbox.cap_mb * 1024 * 1024
        )
        self.outbox = Holding(kept)
        release = version("citybrain")
        bus = bus or PahoBus(
            _bus_config(config),
            will=last_will(agent, district, self._clock.now(), release),
            ids=ids,
        )
        self._spans = Spans.from_environment(f"street-{config.agent}")
        self._push = Push.from_environment(self._meters, f"street-{config.agent}")
        meters = StreetMeters(self._meters, self._spans)
        diary = FileDiary(config.data_dir / DIARY_FILE)
        self.mind = Mind(
            setup=setup,
            outbox=self.outbox,
            requests=kept,
            clock=self._clock,
            diary=diary,
            meters=meters,
            on_death=on_death,
        )
        self.uplink = Uplink(
            agent=agent,
            district=district,
            bus=bus,
            outbox=self.outbox,
            requests=kept,
            tell=self.mind.post,
        )
        eyes = tuple(_eye(camera, folder, self._clock, ids) for camera in config.camera)
        self.reporter = Reporter(setup=setup, eyes=eyes, version=release, stats=self.outbox.stats)

        def new_trace() -> str:
            return trace.text(trace.begin(ids))

        self._eyes = Eyes(
            eyes,
            open_model=open_model,
            clock=self._clock,
            new_trace=new_trace,
            tell=self.mind.tell,
            on_death=on_death,
        )
        self._feed = SensorFeed(
            _replays(config, folder),
            clock=self._clock,
            new_trace=new_trace,
            tell=self.mind.tell,
            on_death=on_death,
        )
        meters.watch(
            waiting=lambda: self.mind.waiting,
            held=lambda: self.outbox.held,
            stats=self.outbox.stats,
            tallies=self.reporter.tallies,
        )

    def start(self) -> None:
        if self._config.metrics.port:
            self._endpoint = serve(
                self._meters, port=self._config.metrics.port, host=self._config.metrics.host
            )
        self.uplink.start()
        self.mind.start(self.uplink, self.reporter)
        self._eyes.start()
        self._feed.start()

    def stop(self) -> None:
        """Whoever sees first, then whoever decides, then the link; the outbox last."""
        self._eyes.stop()
        self._feed.stop()
        self.mind.stop()
        self.uplink.stop()
        if self._endpoint is not None:
            self._endpoint.stop()
        self.outbox.close()
        self._push.close()
        self._spans.close()


async def run(
    config: StreetConfig,
    *,
    open_model: Callable[[str], Detector],
    folder: Path,
    stop: asyncio.Event,
) -> None:
    """Run until `stop` is set; raises `AgentDiedError` when the agent could not go on."""
    loop, died = asyncio.get_running_loop(), asyncio.Event()

    def on_death() -> None:
        loop.call_soon_threadsafe(died.set)

    agent = StreetAgent(config, open_model=open_model, folder=folder, on_death=on_death)
    agent.start()
    ready(
        f"street {config.agent}",
        cameras=len(config.camera),
        sensors=len(config.sensor),
        district=config.district,
    )
    waits = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(died.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.to_thread(agent.stop)
    if died.is_set():
        raise AgentDiedError(AgentDiedError.__doc__)


def _eye(camera: CameraConfig, folder: Path, clock: Clock, ids: IdSource) -> Eye:
    live = LiveCamera(
        source=SourceId(camera.id),
        address=resolve_source(camera.source, folder),
        clock=clock,
        ids=ids,
        loop=camera.loop,
    )
    return Eye(camera=live, model=camera.model, detect_fps=camera.detect_fps)


def _replays(config: StreetConfig, folder: Path) -> tuple[Replay, ...]:
    return tuple(
        Replay(
            source=SourceId(sensor.id),
            path=Path(resolve_source(sensor.source, folder)),
            speedup=sensor.speedup,
            loop=sensor.loop,
        )
        for sensor in config.sensor
    )


def _bus_config(config: StreetConfig) -> BusConfig:
    return bus_config(config.broker, client_id=f"agent-{config.district}-{config.agent}")
