"""The district node: the composition root that starts store, cores, bus, uplink and consoles, and
stops them in order. Decides nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from citybrain.api.methods import ApiService
from citybrain.api.services.crew import crew_service
from citybrain.api.services.district import district_service
from citybrain.bus.port import Bus
from citybrain.clock import Clock
from citybrain.conditions import Conditions
from citybrain.data_folder import secure
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.rows.shown import show_rows
from citybrain.enrolment.hello_proof import verifier_of
from citybrain.enrolment.upkeep import IdentityUpkeep
from citybrain.ids import IdSource
from citybrain.journal.node_store import JOURNAL, open_journal, past_watch
from citybrain.journal.sqlite import SqliteStore
from citybrain.journal.sqlite_scrub import JournalScrub
from citybrain.pack.load import built_in
from citybrain.pack.pack import Words
from citybrain.people.door import ensure_not_open
from citybrain.random_ids import RandomIds
from citybrain.rpc.guard import guard_of
from citybrain.rpc.public.services import public_service
from citybrain.rpc.server import serve
from citybrain.rpc.transport import node_tls
from citybrain.structs import Struct
from citybrain.supervision import status_line
from citybrain.supervision.heartbeat import Heartbeat
from citybrain.system_clock import SystemClock
from citybrain.telemetry import metrics, metrics_endpoint
from citybrain.telemetry.commit_loop_metrics import CommitLoopMetrics
from citybrain.telemetry.condition_metrics import watch_conditions
from citybrain.telemetry.spans import Spans
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from district_node.api.adapter import DistrictApiAdapter
from district_node.attachments.attachments import Attachments, attachments_of
from district_node.broker_link import BrokerWatch, broker_link
from district_node.city_link import city_link
from district_node.config import DistrictConfig, DistrictFiles, own_name_of
from district_node.cores.state import DistrictState
from district_node.errors import DistrictError
from district_node.inputs import Setup
from district_node.kind_titles import with_titles
from district_node.naming.gazetteer import load_gazetteer
from district_node.node_tasks import end_all, until_stopped
from district_node.pack_reload import PackReload
from district_node.preload import load_solver
from district_node.series.store import SeriesStore
from district_node.shell.assembly import (
    BackgroundTask,
    District,
    DistrictParts,
    decider_of,
    first_input,
)
from district_node.shell.consoles import CrewConsoleAdapter, KnownPerson
from district_node.shell.ingress.interpreter import search_new_objects_only, take_long_turns
from district_node.shell.metrics import DistrictMetrics
from district_node.shell.notice_log import NoticeLog
from district_node.shell.paging.channels import Channels
from district_node.shell.quarantine import FileQuarantine

if TYPE_CHECKING:
    from citybrain.web.serve import RestartableWebServer

log = logging.getLogger(__name__)


class Ports(Struct, frozen=True, kw_only=True):
    """Where a node that is up listens; 0: not at all."""

    grpc: int
    web: int
    metrics: int


class DistrictNode:
    """One district. Build it, then `run` it once. `travel` says how long its units take."""

    def __init__(
        self,
        config: DistrictConfig,
        setup: Setup,
        *,
        clock: Clock | None = None,
        ids: IdSource | None = None,
        bus: Bus | None = None,
        travel: TravelTimes = GREAT_CIRCLE,
        words: Words | None = None,
        reread: Callable[[], DistrictFiles] | None = None,
        is_new_meant: bool = False,
    ) -> None:
        """`words`: the packs' texts for its pages; left out, the built-in pack's. `reread`: reads
        the configuration again, for `request_reload`. `is_new_meant`: it may begin with nothing.
        Raises `ConfigError` where the node's certificate is for another name.
        """
        self._own = own_name_of(config)
        self._is_new_meant, self.heartbeat = is_new_meant, Heartbeat("commit-thread")
        self._reload: PackReload[DistrictFiles] | None = None
        self._config, self._setup, self._travel, self._reread = config, setup, travel, reread
        self._web: RestartableWebServer | None = None
        self._pushing: list[tuple[str, BackgroundTask]] = []
        self._words = self._served_words = words if words is not None else built_in().words
        self._shown_words: Callable[[], Words] = lambda: self._words
        self._clock, self._ids = clock or SystemClock(), ids or RandomIds()
        self._folder = Path(config.data_dir)
        self._verifier = verifier_of(self._folder, setup.district, self._clock)
        ensure_not_open(self._folder, config.listen.web, config.people.provider)
        secure(self._folder)
        self._registry = metrics.MetricsRegistry()
        self._conditions = Conditions(self._clock)
        watch_conditions(self._registry, self._conditions)
        self._spans = Spans.from_environment("citybrain-district")
        self._district_metrics = DistrictMetrics(
            self._registry, self._spans, self._clock, self._ids
        )
        self._bus = bus or broker_link(
            config,
            self._own,
            clock=self._clock,
            ids=self._ids,
            metrics=self._district_metrics,
            conditions=self._conditions,
        )
        self._channels = Channels(config.paging, setup.district, self._bus)
        self._quarantine = FileQuarantine(
            self._folder, self._clock, on_message=self._district_metrics.quarantined
        )

    async def run(self, stop: asyncio.Event, on_ready: Callable[[Ports], None]) -> None:
        """Up until `stop` is set, then down in order; raises what kept it from coming up, and
        `DistrictError` when its journal failed.
        """
        take_long_turns()
        async with AsyncExitStack() as stack:
            store = open_journal(
                self._folder, ids=self._ids, clock=self._clock, is_new_meant=self._is_new_meant
            )
            stack.callback(store.close)
            stack.callback(self._spans.close)
            commit_loop = self._commit_loop(store, stop)
            stack.callback(commit_loop.stop)
            at, proves = self._clock.now(), self._verifier is not None
            first = first_input(self._setup, store, self._travel, at=at, proves_boxes=proves)
            begun = commit_loop.begin(first)
            commit_loop.start()
            scrub = JournalScrub(self._folder / JOURNAL, self._conditions, self._registry)
            stack.callback(scrub.stop)
            await asyncio.wrap_future(begun)
            series = SeriesStore(self._folder)
            stack.callback(series.close)
            files = stack.enter_context(attachments_of(self._folder, self._ids, commit_loop))
            where = self._config.map.path, self._setup.centre.lat
            names = await asyncio.to_thread(load_gazetteer, *where)  # seconds for a large city
            district = District(replace(self._parts(commit_loop, store, series), gazetteer=names))
            self._shown_words = lambda: with_titles(
                self._words, commit_loop.state.playbooks.values()
            )
            self._bus.start()
            stack.callback(self._bus.stop)
            self._district_metrics.watch_link("broker", self._bus.is_connected)
            self._district_metrics.watch_link(
                "city", lambda: district.uplink is not None and district.uplink.is_up
            )
            api = self._api(district, commit_loop, series, files)
            scrub.start()
            upkeep = self._upkeep(district)
            stack.push_async_callback(asyncio.to_thread, upkeep.stop)
            upkeep.start()
            ports = await self._listen(stack, district.crew_console, api)
            broker = BrokerWatch(self._bus, conditions=self._conditions, clock=self._clock)
            running = [
                *district.tasks(),
                ("broker watch", broker.run),
                ("public api", api.run),
                *self._reloading(commit_loop),
                *self._pushing,
            ]
            tasks = [asyncio.create_task(run(), name=name) for name, run in running]
            stack.push_async_callback(end_all, tasks)
            search_new_objects_only()
            on_ready(ports)
            load_solver()
            status_line.follow(self._conditions)
            await until_stopped(stop, tasks)
        if commit_loop.failure is not None:
            raise DistrictError(
                f"the journal failed: {commit_loop.failure}"
            ) from commit_loop.failure

    def _upkeep(self, district: District) -> IdentityUpkeep:
        loop = asyncio.get_running_loop()

        def renewed() -> None:
            if district.uplink is not None:
                with suppress(RuntimeError):  # the loop has ended, and the link with it
                    loop.call_soon_threadsafe(district.uplink.reconnect, "a renewed certificate")

        return IdentityUpkeep(
            self._folder,
            clock=self._clock,
            ids=self._ids,
            registry=self._registry,
            is_server=True,
            on_renewed=renewed,
        )

    def request_reload(self) -> None:
        """Put in force what the configuration's packs and assets say now."""
        if self._reload is not None:
            self._reload.request()

    def _reloading(
        self, commit_loop: CommitThread[DistrictState]
    ) -> list[tuple[str, BackgroundTask]]:
        if self._reread is None:
            return []
        self._reload = PackReload(self._reread, commit_loop, self._show_words)
        return [("pack reload", self._reload.run)]

    async def _show_words(self, files: DistrictFiles) -> None:
        """Call people by the channels of now, and serve the pages anew where the packs' texts are
        others; each page reconnects."""
        self._channels.configure(files.config.paging)
        if files.words != self._served_words and self._web is not None:
            self._words = files.words
            await self._web.restart()
            self._served_words = files.words

    def _commit_loop(self, store: SqliteStore, stop: asyncio.Event) -> CommitThread[DistrictState]:
        commit_metrics = CommitLoopMetrics(self._registry)
        decider = decider_of(store, self._travel)
        self._ensure_same_district(decider.state)
        show_rows(decider.rows_found, self._conditions)
        commit_loop = CommitThread(
            decider, self._clock, store, metrics=commit_metrics, heartbeat=self.heartbeat
        )
        commit_metrics.watch(commit_loop)
        if commit_loop.divergence is not None:
            log.error(
                "the replay decided record %d (%s) otherwise than when it was written: "
                "this is not the version that wrote it",
                commit_loop.divergence.seq,
                commit_loop.divergence.kind,
            )
        loop = asyncio.get_running_loop()

        def ended(_: Exception) -> None:
            loop.call_soon_threadsafe(stop.set)

        commit_loop.on_failure(ended)
        commit_loop.on_commit(self._district_metrics.committed)
        commit_loop.on_full(self._conditions.disk_full)
        commit_loop.on_commit(NoticeLog(self._clock))
        return commit_loop

    def _ensure_same_district(self, state: DistrictState) -> None:
        """Incidents, orders and the city's letters are in this store under its district's name;
        under another one nobody would own them.
        """
        was, now = state.setup.district, self._setup.district
        if was and was != now:
            raise DistrictError(
                f"the store in {self._folder} is district {was}'s, and the configuration says "
                f"{now}. Name it {was}, or give {now} a data_dir."
            )

    def _parts(
        self, commit_loop: CommitThread[DistrictState], store: SqliteStore, series: SeriesStore
    ) -> DistrictParts:
        return DistrictParts(
            setup=self._setup,
            commit_loop=commit_loop,
            store=store,
            bus=self._bus,
            clock=self._clock,
            ids=self._ids,
            quarantine=self._quarantine,
            metrics=self._district_metrics,
            open_link=city_link(self._config, self._folder),
            page_sender=self._channels,
            verifier=self._verifier,
            programs=self._config.roles_of_programs(),
            conditions=self._conditions,
            series=series,
            on_past=past_watch(self._folder, self._conditions),
        )

    def _api(
        self,
        district: District,
        commit_loop: CommitThread[DistrictState],
        series: SeriesStore,
        files: Attachments,
    ) -> DistrictApiAdapter:
        return DistrictApiAdapter(
            district.console,
            lambda: commit_loop.state,
            status=district.runtime_status,
            newest=district.positions.of,
            clock=self._clock,
            changes=district.changes,
            epoch=self._ids.token(),
            series=series.points,
            travel=self._travel,
            files=files,
            gazetteer=district.gazetteer,
        )

    async def _listen(
        self, stack: AsyncExitStack, crews: CrewConsoleAdapter, api: DistrictApiAdapter
    ) -> Ports:
        config = self._config.listen
        metrics_port = web_port = 0
        if self._config.metrics_port:
            endpoint = metrics_endpoint.serve(
                self._registry,
                port=self._config.metrics_port,
                host=self._config.metrics.host,
                allowed_hosts=(*config.allowed_hosts, *self._config.metrics.allowed_hosts),
            )
            stack.callback(endpoint.stop)
            metrics_port = endpoint.port
        public = (district_service(api, self._ids), crew_service(crews, self._ids))
        server = await serve(
            config.grpc,
            tuple(map(public_service, public)),
            guard=guard_of(node_tls(config.tls, self._folder), self._clock, self._registry),
            conditions=self._conditions,
        )
        stack.push_async_callback(server.stop)
        if config.web is not None:
            web_port = await self._serve_web(stack, crews, public, api.know_people)
        return Ports(grpc=server.port, web=web_port, metrics=metrics_port)

    async def _serve_web(
        self,
        stack: AsyncExitStack,
        crews: CrewConsoleAdapter,
        public: Sequence[ApiService],
        know_people: Callable[[KnownPerson], None],
    ) -> int:
        from district_node.web.served_pages import PageParts, serve_pages  # only with a console

        served = await serve_pages(
            stack,
            PageParts(
                config=self._config,
                setup=self._setup,
                folder=self._folder,
                clock=self._clock,
                ids=self._ids,
                registry=self._registry,
                conditions=self._conditions,
                words=lambda: self._shown_words(),
                proves_nodes=self._own is not None,
            ),
            crews,
            public,
        )
        know_people(served.door.person)
        self._web, self._pushing = served.web, served.tasks
        return served.web.port
