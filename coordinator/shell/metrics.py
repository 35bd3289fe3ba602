"""The coordinator's metrics and spans, taken from its commits. Decides nothing."""

from collections.abc import Callable, Sequence

from citybrain.clock import Clock
from citybrain.decider.command import Notice, Post
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.order import OrderRequest
from citybrain.ids import IdSource
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.telemetry.spans import Spans
from citybrain.telemetry.trace_context import child_context, parse_traceparent
from citybrain.vocabulary import OrderStep
from coordinator import limits
from coordinator.cores.state import CityState, unserved
from coordinator.inputs import DraftPlan

SPAN_OF = {OrderStep.RESERVE: "order proposed", OrderStep.ISSUE: "order committed"}


class CityMetrics:
    """Counters of one coordinator. `committed` runs on the journal's thread."""

    def __init__(
        self, registry: MetricsRegistry, spans: Spans, clock: Clock, ids: IdSource
    ) -> None:
        self.registry, self._spans, self._clock, self._ids = registry, spans, clock, ids
        self._steps = registry.counter(
            "city_order_requests", "Steps of the two-owners protocol requested.", ("step",)
        )
        self._letters = registry.counter(
            "city_letters_set_apart",
            "Letters of the links to districts that one side could not take.",
            ("fate",),
        )
        self._plans = registry.counter("city_plans", "What became of plans.", ("stage",))
        self._refused = registry.counter(
            "city_cluster_refused", "Tries to join a Ray cluster that was refused.", ("reason",)
        )
        self._plan_s = registry.histogram(
            "city_plan_seconds", "From the problem to the checked plan.", ("planner", "solver")
        )

    def watch(
        self,
        commit_loop: CommitLoop[CityState],
        *,
        connected: Callable[[], int],
        backlog: Callable[[], int],
        is_plane_up: Callable[[], bool],
    ) -> None:
        """The gauges, read only when they are scraped."""
        gauge = self.registry.gauge
        gauge("city_districts_connected", "Districts' streams that are open.").read_from(connected)
        gauge("city_link_backlog", "Letters that wait for connected districts.").read_from(backlog)
        gauge("city_plane_up", "1 while Ray answers.").read_from(lambda: float(is_plane_up()))
        gauge("city_orders_live", "Orders under way.").read_from(
            lambda: len(commit_loop.state.sagas.live)
        )
        self.registry.limit(limits.LINKS, connected)
        self.registry.limit(limits.PLAN_SLOTS, lambda: len(unserved(commit_loop.state)))
        self.registry.limit(limits.PLANS, lambda: len(commit_loop.state.plans))
        self.registry.limit(limits.ENDED_ORDERS, lambda: len(commit_loop.state.sagas.ended_order))
        self.registry.limit(limits.ENDED_INCIDENTS, lambda: len(commit_loop.state.world.ended))

    def cluster_refused(self, reason: str) -> None:
        """A Ray cluster was not joined; called on the supervisor's thread."""
        self._refused.add(1, reason)

    def planned(self, draft: DraftPlan) -> None:
        self._plan_s.observe(draft.solve_ms / 1000, draft.planner, draft.solver)

    def committed(self, _state: CityState, committed: Sequence[Committed]) -> None:
        for one in committed:
            for command in one.commands:
                match command:
                    case Post(letter=OrderRequest() as request):
                        self._steps.add(1, request.step)
                        self._span(request)
                    case Notice(code="plan_proposed" | "plan_issued" | "plan_stale" as code):
                        self._plans.add(1, code.removeprefix("plan_"))
                    case Notice(code="letter_quarantined" | "letter_refused" as code):
                        self._letters.add(1, code.removeprefix("letter_"))

    def _span(self, request: OrderRequest) -> None:
        name, origin = SPAN_OF.get(request.step), parse_traceparent(request.task.traceparent)
        if name is not None and origin is not None:
            now = self._clock.now()
            self._spans.record(
                name,
                child_context(origin, self._ids),
                parent=origin,
                start=now,
                end=now,
                order=request.order,
                plan=request.plan,
            )
