"""The coordinator put together: journal, cores, districts' streams, planner, compute plane and
servers. The one composition root; decides nothing.
"""

import asyncio
import importlib.util
import logging
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from citybrain.api.methods import ApiService
from citybrain.api.services.city import city_service
from citybrain.clock import Clock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.config.fields import split_address
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.rows.shown import show_rows
from citybrain.enrolment.upkeep import IdentityUpkeep
from citybrain.ids import IdSource
from citybrain.journal.node_store import JOURNAL, open_journal, past_watch
from citybrain.journal.sqlite_scrub import JournalScrub
from citybrain.pack.pack import Words
from citybrain.people.door import ensure_not_open, open_door
from citybrain.people.metrics import sign_in_counter, watch_sessions
from citybrain.rpc import server as rpc_server
from citybrain.rpc.guard import guard_of
from citybrain.rpc.link import district_link_service
from citybrain.rpc.public.services import public_service
from citybrain.rpc.transport import Tls, node_tls
from citybrain.supervision import status_line
from citybrain.supervision.heartbeat import Heartbeat
from citybrain.telemetry import metrics, metrics_endpoint
from citybrain.telemetry.commit_loop_metrics import CommitLoopMetrics
from citybrain.telemetry.condition_metrics import watch_conditions
from citybrain.telemetry.otlp_push import OtlpPush
from citybrain.telemetry.spans import Spans
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from coordinator.api.adapter import CityApiAdapter
from coordinator.config import CityConfig
from coordinator.cores.state import CityState
from coordinator.errors import CoordinatorError
from coordinator.ray_plane.supervisor import RaySupervisor
from coordinator.shell.assembly import City, decider_of, first_input
from coordinator.shell.metrics import CityMetrics
from coordinator.shell.planner import Planner

log = logging.getLogger(__name__)


class CityNode:
    """A running coordinator: `City` with its journal on disk, its compute plane and its servers.
    `travel` says how long units take, here and on the compute plane.
    """

    def __init__(
        self,
        config: CityConfig,
        *,
        clock: Clock,
        ids: IdSource,
        travel: TravelTimes = GREAT_CIRCLE,
        words: Words | None = None,
        is_new_meant: bool = False,
    ) -> None:
        """`words`: the packs' texts for its page; left out, the built-in pack's. `is_new_meant`: it
        may begin with nothing.
        """
        self._words, self._is_new_meant = words, is_new_meant
        self.heartbeat = Heartbeat("commit-thread")
        self._config, self._clock, self._ids, self._travel = config, clock, ids, travel
        self._data_dir = Path(config.data_dir)
        ensure_not_open(self._data_dir, config.listen.web, config.people.provider)
        self.registry = metrics.MetricsRegistry()
        self.conditions = Conditions(clock)
        watch_conditions(self.registry, self.conditions)
        self._spans = Spans.from_environment("citybrain-city")
        self._push = OtlpPush.from_environment(self.registry, "citybrain-city")
        self._metrics = CityMetrics(self.registry, self._spans, clock, ids)
        self.failed = asyncio.Event()  # the journal is damaged: the process must end
        self._ends = AsyncExitStack()
        self.supervisor: RaySupervisor | None = None

    async def start(self) -> dict[str, int]:
        """Start; the ports that are served, by name. Ray starts in the background: nothing waits
        for it.
        """
        self._store = open_journal(
            self._data_dir, ids=self._ids, clock=self._clock, is_new_meant=self._is_new_meant
        )
        self._ends.callback(self._store.close)
        self._ends.callback(self._spans.close)
        self._ends.callback(self._push.close)
        commit_metrics = CommitLoopMetrics(self.registry)
        decider = decider_of(self._store)
        show_rows(decider.rows_found, self.conditions)
        self.commit_loop: CommitThread[CityState] = CommitThread(
            decider,
            self._clock,
            self._store,
            metrics=commit_metrics,
            heartbeat=self.heartbeat,
        )
        commit_metrics.watch(self.commit_loop)
        self.commit_loop.on_commit(self._metrics.committed)
        self.commit_loop.on_full(self.conditions.disk_full)
        self.commit_loop.clock_watch.on_hold(self.conditions.clock_held)
        if self.commit_loop.divergence is not None:
            log.error(
                "the replay decided record %d (%s) otherwise than when it was written",
                self.commit_loop.divergence.seq,
                self.commit_loop.divergence.kind,
            )
        loop = asyncio.get_running_loop()
        self.commit_loop.on_failure(lambda error: self._journal_failed(loop, error))
        self.city = self._make_city()
        self.planner, districts = self.city.planner, self.city.districts
        self.api = self._api()
        self._metrics.watch(
            self.commit_loop,
            connected=lambda: districts.count,
            backlog=districts.backlog,
            is_plane_up=lambda: self.planner.status().planner == "ray",
        )
        begun = self.commit_loop.begin(first_input(self._config.plan.policy(), self._store))
        self.commit_loop.start()
        self._ends.push_async_callback(asyncio.to_thread, self.commit_loop.stop)
        await asyncio.wrap_future(begun)
        scrub = JournalScrub(self._data_dir / JOURNAL, self.conditions, self.registry)
        self._ends.push_async_callback(asyncio.to_thread, scrub.stop)
        scrub.start()
        self._keep_identity()
        for work, name in (
            (self.planner.run(), "planner"),
            (self.planner.keep_twins_loaded(), "twins"),
            (self.api.run(), "public api"),
        ):
            task = asyncio.create_task(work, name=name)
            task.add_done_callback(self._task_ended)
            self._ends.push_async_callback(_ended, task)
        return await self._serve()

    async def until(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; raises when the node cannot go on."""
        status_line.follow(self.conditions)
        waits = [asyncio.create_task(event.wait()) for event in (stop, self.failed)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
        if self.failed.is_set():
            raise CoordinatorError(
                "the coordinator cannot go on (see the log above); its supervisor starts it again."
            )

    async def stop(self) -> None:
        """What was started ends in the opposite order: the servers first, the journal's last
        commit, then Ray and the store.
        """
        await self._ends.aclose()

    def _keep_identity(self) -> None:
        upkeep = IdentityUpkeep(
            self._data_dir,
            clock=self._clock,
            ids=self._ids,
            registry=self.registry,
            is_server=True,
        )
        self._ends.push_async_callback(asyncio.to_thread, upkeep.stop)
        upkeep.start()

    def _make_city(self) -> City:
        return City(
            self.commit_loop,
            self._store,
            self._clock,
            make_planner=self._make_planner,
            on_past=past_watch(self._data_dir, self.conditions),
            on_codes=partial(self.conditions.hold, ConditionCode.CODE_SHARED),
        )

    def _make_planner(self) -> Planner:
        ray, no_plane_reason = self._config.ray, ""
        if ray.mode == "off":
            no_plane_reason = "Ray is off in the configuration"
        elif importlib.util.find_spec("ray") is None:
            no_plane_reason = "Ray is not installed"
        else:
            self.supervisor = RaySupervisor(
                mode=ray.mode,
                data_dir=self._data_dir,
                clock=self._clock,
                ids=self._ids,
                cpus=ray.cpus,
                travel=self._travel,
                token_file=Path(ray.token_file) if ray.token_file is not None else None,
                on_refused=self._metrics.cluster_refused,
            )
            self.supervisor.start()
            self._ends.push_async_callback(asyncio.to_thread, self.supervisor.stop)
        return Planner(
            self.commit_loop,
            self._clock,
            plane=self.supervisor,
            no_plane_reason=no_plane_reason,
            budget_s=ray.budget_s,
            on_plan=self._metrics.planned,
            travel=self._travel,
        )

    def _api(self) -> CityApiAdapter:
        return CityApiAdapter(
            self.commit_loop,
            act=self.city.act,
            planner=self.planner.status,
            name=self._name,
            consoles=self._config.consoles,
            clock=self._clock,
            epoch=self._ids.token(),
            conditions=self.conditions.lasting,
        )

    @property
    def _name(self) -> dict[str, str]:
        return {"en": self._config.name.en, "zh": self._config.name.zh}

    async def _serve(self) -> dict[str, int]:
        tls = node_tls(self._config.listen.tls, self._data_dir)
        guard = guard_of(tls, self._clock, self.registry)
        public = city_service(self.api, self._ids)
        services = [district_link_service(self.city.districts), public_service(public)]
        server = await rpc_server.serve(
            self._config.listen.grpc, services, guard=guard, conditions=self.conditions
        )
        self._ends.push_async_callback(server.stop)
        self._ends.callback(self.city.districts.close)
        ports = {"grpc": server.port}
        if self._config.listen.web is not None:
            ports["web"] = await self._serve_web(self._config.listen.web, public, tls)
        if self._config.listen.metrics:
            endpoint = metrics_endpoint.serve(
                self.registry,
                port=self._config.listen.metrics,
                allowed_hosts=self._config.listen.allowed_hosts,
            )
            self._ends.push_async_callback(asyncio.to_thread, endpoint.stop)
            ports["metrics"] = endpoint.port
        return ports

    async def _serve_web(self, address: str, public: ApiService, tls: Tls | None) -> int:
        from citybrain.web.base_map import base_map  # only with a console
        from citybrain.web.page_certificate import page_certificate
        from citybrain.web.serve import serve as serve_web
        from coordinator.web.app import build

        host, port = split_address(address)
        door = open_door(
            self._data_dir,
            node="city",
            address=address,
            clock=self._clock,
            ids=self._ids,
            count=sign_in_counter(self.registry),
            oidc=self._config.people.provider,
        )
        self._ends.callback(door.close)
        watch_sessions(self.registry, door)
        app = build(
            (public,),
            clock=self._clock,
            base_map=base_map(self._config.map.path),
            name=self._name,
            words=self._words,
            conditions=self.conditions.lasting,
            door=door,
            proves_nodes=tls is not None,
        )
        admission = metrics_endpoint.measured_admission(
            self.registry, self._config.listen.allowed_hosts
        )
        certificate = page_certificate(address, tls)
        console = await serve_web(app, host, port, admission=admission, certificate=certificate)
        self._ends.push_async_callback(console.stop)
        return console.port

    def _journal_failed(self, loop: asyncio.AbstractEventLoop, _error: Exception) -> None:
        loop.call_soon_threadsafe(self.failed.set)

    def _task_ended(self, task: "asyncio.Task[None]") -> None:
        """A task that ends by itself is a fault: the supervisor starts the process anew."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task %s failed; the coordinator ends", task.get_name(), exc_info=error)
            self.failed.set()


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
