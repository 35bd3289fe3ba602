"""The street agent put together: cameras, detector, core, outbox and link in one process. The only
place that knows them all; decides nothing."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from citybrain.bus.from_config import node_bus_config
from citybrain.bus.paho import PahoBus
from citybrain.bus.port import Bus
from citybrain.cli.process import ready
from citybrain.clock import Clock
from citybrain.data_folder import secure
from citybrain.distribution import installed_version
from citybrain.domain.principal import Role
from citybrain.enrolment.folder import FOLDER
from citybrain.enrolment.hello_proof import FolderProver
from citybrain.enrolment.own_name import OwnName
from citybrain.errors import CityBrainError, StoreCorruptError
from citybrain.identity.name import short_name
from citybrain.ids import AgentId, DistrictId, IdSource, SourceId
from citybrain.random_ids import RandomIds
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.telemetry.trace_context import format_traceparent, start_trace
from street_agent.agent_loop import AgentLoop, ThreadHeartbeats
from street_agent.capture.live import LiveCamera
from street_agent.capture.plugin import PluginCamera
from street_agent.capture.port import Camera
from street_agent.checkpoint.file import FileCheckpointStore
from street_agent.config import CameraConfig, StreetConfig
from street_agent.config_resolution import (
    camera_address,
    camera_geometry,
    own_name_of,
    score_thresholds,
)
from street_agent.core.agent_setup import AgentSetup
from street_agent.detect.port import Detector
from street_agent.detection_worker import CameraSlot, DetectionWorker
from street_agent.district_link import DistrictLink, last_will
from street_agent.errors import AgentFailedError, ClockSetBackError
from street_agent.limits import RENEW_PAUSE_S
from street_agent.metrics import StreetMetrics
from street_agent.outbox.damaged_file import damaged_files, open_or_renew
from street_agent.outbox.disk_full_buffer import DiskFullBuffer
from street_agent.outbox.port import OutboxStats
from street_agent.outbox.sqlite import SqliteOutbox
from street_agent.plugins.opening import make_camera, plugin_name
from street_agent.plugins.sensors import PluginSensors
from street_agent.sensor.of_config import plugin_sensors, series_replays, topic_sensors
from street_agent.sensor.replay import SensorReplay
from street_agent.sensor.topic_feeds import TopicFeeds
from street_agent.status.camera_rates import source_rates
from street_agent.status.readiness import BoxFacts
from street_agent.status.readiness_report import ReadinessReport
from street_agent.status.reporter import StatusReporter
from street_agent.status.status_socket import STATUS_SOCKET, StatusSocket
from street_agent.telemetry import AgentTelemetry

OUTBOX_FILE, CHECKPOINT_FILE = "outbox.db", "checkpoint.json"
MIB = 1024 * 1024


class StreetAgent:
    """One edge box. `start` returns at once, broker and cameras there or not; raises
    `StoreBusyError` when another agent has its outbox, `ConfigError` when its certificate is for
    another name."""

    def __init__(
        self,
        config: StreetConfig,
        *,
        open_model: Callable[[str], Detector],
        folder: Path,
        clock: Clock | None = None,
        ids: IdSource | None = None,
        bus: Bus | None = None,
        on_failure: Callable[[], None] = lambda: None,
        outbox_damage: StoreCorruptError | None = None,
        heartbeats: ThreadHeartbeats | None = None,
    ) -> None:
        heartbeats = heartbeats or ThreadHeartbeats.new()
        self._clock, ids = clock or SystemClock(), ids or RandomIds()
        own = own_name_of(config)
        agent, district = AgentId(config.agent), DistrictId(config.district)
        setup, version = config.setup(score_thresholds(config)), installed_version()
        secure(config.data_dir)
        stored = _open_outbox(config, self._clock, ids, damage=outbox_damage)
        self.outbox = DiskFullBuffer(stored)
        self._files_damaged = len(damaged_files(config.data_dir / OUTBOX_FILE))
        self._telemetry = AgentTelemetry(config)
        self._upkeep = self._telemetry.upkeep(config.data_dir, self._clock, ids)
        self._loop = AgentLoop(
            setup=setup,
            outbox=self.outbox,
            requests=stored,
            clock=self._clock,
            checkpoints=FileCheckpointStore(config.data_dir / CHECKPOINT_FILE),
            metrics=self._telemetry.metrics,
            on_failure=on_failure,
            heartbeat=heartbeats.loop,
        )
        bus = bus or self._paho_bus(config, own, ids, version)
        self.link = DistrictLink(
            agent=agent,
            district=district,
            bus=bus,
            outbox=self.outbox,
            requests=stored,
            post=self._loop.post,
            prove=FolderProver(config.data_dir / FOLDER, district),
        )
        cameras = _camera_slots(config, folder, self._clock, ids, self._telemetry.metrics)
        self._status = StatusReporter(
            setup=setup, cameras=cameras, version=version, stats=self._stats
        )

        def new_trace() -> str:
            return format_traceparent(start_trace(ids))

        self._detection = DetectionWorker(
            cameras,
            open_model=open_model,
            clock=self._clock,
            new_trace=new_trace,
            emit=self._loop.put,
            on_failure=on_failure,
            heartbeat=heartbeats.detection,
        )
        self._sensor_replay = SensorReplay(
            series_replays(config, folder),
            clock=self._clock,
            new_trace=new_trace,
            emit=self._loop.put,
            on_failure=on_failure,
        )
        self._plugin_sensors = self._sensors_of_packages(config, ids, new_trace)
        self._subscribe_sensors(config, bus, new_trace)
        self._report = self._readiness_report(setup)
        self._telemetry.metrics.watch_readiness(self._report)
        self._socket = StatusSocket(config.data_dir / STATUS_SOCKET, self._report.text)

    @property
    def failure(self) -> Exception | None:
        """Why the agent could not go on; None where it is not known, or it could."""
        return self._loop.failure

    def _sensors_of_packages(
        self, config: StreetConfig, ids: IdSource, new_trace: Callable[[], str]
    ) -> PluginSensors:
        return PluginSensors(
            plugin_sensors(config),
            clock=self._clock,
            ids=ids,
            new_trace=new_trace,
            emit=self._loop.put,
            count_fault=self._telemetry.metrics.plugin_failed,
        )

    def _subscribe_sensors(
        self, config: StreetConfig, bus: Bus, new_trace: Callable[[], str]
    ) -> None:
        feeds = TopicFeeds(
            topic_sensors(config),
            clock=self._clock,
            new_trace=new_trace,
            emit=self._loop.post,
        )
        feeds.subscribe(bus, DistrictId(config.district))

    def _readiness_report(self, setup: AgentSetup) -> ReadinessReport:
        return ReadinessReport(
            setup.agent,
            clock=self._clock,
            facts=self._facts,
            rates=lambda: source_rates(setup, self._loop.state, self._clock.now()),
        )

    def _stats(self) -> OutboxStats:
        return replace(self.outbox.stats(), files_damaged=self._files_damaged)

    def _facts(self) -> BoxFacts:
        return BoxFacts(
            outbox_cap_bytes=self.outbox.stats().cap_bytes,
            buffered=self.outbox.buffered,
            is_connected=self.link.is_connected,
            broker_problem=self.link.broker_problem(),
            is_believed=self.link.is_believed,
        )

    def _paho_bus(
        self, config: StreetConfig, own: OwnName | None, ids: IdSource, version: str
    ) -> PahoBus:
        agent, district = AgentId(config.agent), DistrictId(config.district)
        settings = node_bus_config(
            config.broker,
            district=district,
            name=short_name(Role.BOX, agent),
            tls=own.files if own is not None else None,
        )
        metrics = self._telemetry.metrics
        bus = PahoBus(
            settings,
            will=last_will(agent, district, self._clock.now(), version),
            ids=ids,
            clock=self._clock,
            on_refusal=metrics.refused,
        )
        metrics.watch_broker(bus.is_connected)
        return bus

    def start(self) -> None:
        self._telemetry.start(self._loop, self.outbox, self._stats, self._status)
        self.link.start()
        self._loop.start(self.link, self._status, self._report)
        self._socket.start()
        self._detection.start()
        self._sensor_replay.start()
        self._plugin_sensors.start()
        self._upkeep.start()

    def stop(self) -> None:
        """Stops capture and sensors, then the agent loop, then the link; closes the outbox last."""
        self._upkeep.stop()
        self._socket.stop()
        self._detection.stop()
        self._sensor_replay.stop()
        self._plugin_sensors.stop()
        self._loop.stop()
        self.link.stop()
        self._telemetry.stop_endpoint()
        self.outbox.close()
        self._telemetry.close()


async def run(
    config: StreetConfig,
    *,
    open_model: Callable[[str], Detector],
    folder: Path,
    stop: asyncio.Event,
    heartbeats: ThreadHeartbeats,
) -> None:
    """Run until `stop` is set; raises `AgentFailedError` when the agent could not go on. Where that
    was a damaged outbox, it begins anew with a new one; where its time was ahead, with the right
    one."""
    outbox_damage = None
    while True:
        failure = await _run_once(
            config,
            open_model=open_model,
            folder=folder,
            stop=stop,
            outbox_damage=outbox_damage,
            heartbeats=heartbeats,
        )
        if failure is None:
            return
        if not isinstance(failure, StoreCorruptError | ClockSetBackError):
            raise failure
        outbox_damage = failure if isinstance(failure, StoreCorruptError) else None
        with suppress(TimeoutError):
            async with asyncio.timeout(RENEW_PAUSE_S):
                await stop.wait()
                return


async def _run_once(
    config: StreetConfig,
    *,
    open_model: Callable[[str], Detector],
    folder: Path,
    stop: asyncio.Event,
    outbox_damage: StoreCorruptError | None,
    heartbeats: ThreadHeartbeats,
) -> CityBrainError | None:
    """Why it could not go on; None: it was stopped."""
    event_loop, failed = asyncio.get_running_loop(), asyncio.Event()

    def on_failure() -> None:
        event_loop.call_soon_threadsafe(failed.set)

    agent = StreetAgent(
        config,
        open_model=open_model,
        folder=folder,
        on_failure=on_failure,
        outbox_damage=outbox_damage,
        heartbeats=heartbeats,
    )
    agent.start()
    ready(
        f"street {config.agent}",
        cameras=len(config.camera),
        sensors=len(config.sensor),
        district=config.district,
    )
    waits = [asyncio.ensure_future(stop.wait()), asyncio.ensure_future(failed.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.to_thread(agent.stop)
    if not failed.is_set():
        return None
    if isinstance(agent.failure, StoreCorruptError | ClockSetBackError):
        return agent.failure
    return AgentFailedError(
        "the agent could not go on; the log above says why. What is in the outbox is safe:"
        " start it again."
    )


def _open_outbox(
    config: StreetConfig, clock: Clock, ids: IdSource, *, damage: StoreCorruptError | None
) -> SqliteOutbox:
    config.data_dir.mkdir(parents=True, exist_ok=True)
    return open_or_renew(
        config.data_dir / OUTBOX_FILE,
        at=clock.now(),
        ids=ids,
        cap_bytes=config.outbox.cap_mb * MIB,
        damage=damage,
    )


def _camera_slots(
    config: StreetConfig, folder: Path, clock: Clock, ids: IdSource, metrics: StreetMetrics
) -> tuple[CameraSlot, ...]:
    return tuple(
        CameraSlot(
            camera=_camera(camera, folder, clock, ids, metrics),
            model=camera.model,
            detect_fps=camera.detect_fps,
        )
        for camera in config.camera
    )


def _camera(
    config: CameraConfig, folder: Path, clock: Clock, ids: IdSource, metrics: StreetMetrics
) -> Camera:
    plugin, source = plugin_name(config.source), SourceId(config.id)
    if plugin is not None:
        return PluginCamera(
            source=source,
            make=partial(make_camera, plugin, config.options),
            clock=clock,
            ids=ids,
            geometry=camera_geometry(config),
            count_fault=metrics.plugin_failed,
        )
    return LiveCamera(
        source=source,
        address=camera_address(config, folder),
        clock=clock,
        ids=ids,
        loop=config.loop,
        geometry=camera_geometry(config),
    )
