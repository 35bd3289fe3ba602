"""Prometheus metrics: counters, gauges and histograms named `citybrain_*`. Their endpoint is
`metrics_endpoint`.

Label children are cached (a look-up in a dict, then an add). Labels are closed sets, never ids: a
metric that gets more than CHILDREN_MAX label values counts the rest under "other", so that no
message from outside can grow a node's memory.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import prometheus_client as prometheus

from citybrain.limits import Limit

PREFIX = "citybrain"
CHILDREN_MAX = 64
OTHER = "other"
LATENCY_BUCKETS_S = (
    0.001,
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1.0,
    2.0,
    5.0,
    10.0,
    30.0,
    60.0,
)

# the only labels; an id would make a time series per camera, unit or incident
LABELS = frozenset(
    {
        "kind",
        "reason",
        "severity",
        "stage",
        "state",
        "limit",
        "result",
        "rule_kind",
        "method",
        "code",
        "step",
        "verdict",
        "solver",
        "planner",
        "fate",
        "disposition",
        "link",
    }
)

C = TypeVar("C")
M = TypeVar("M", "Counter", "Gauge", "Histogram")
Samples = Iterator[
    tuple[str, dict[str, str], float]
]  # (name without the city's prefix, labels, value)


class _Family(Generic[C]):
    """A metric and its label children."""

    def __init__(self, metric: Any, labels: Sequence[str]) -> None:
        self._metric = metric
        self._count = len(labels)
        self._children: dict[tuple[str, ...], C] = {} if labels else {(): metric}

    def child(self, values: tuple[str, ...]) -> C:
        found = self._children.get(values)
        return found if found is not None else self._new_child(values)

    def samples(self) -> Samples:
        """Everything that it shows now."""
        for shown in self._metric.collect():
            for sample in shown.samples:
                yield sample.name.removeprefix(f"{PREFIX}_"), sample.labels, sample.value

    def _new_child(self, values: tuple[str, ...]) -> C:
        if len(values) != self._count:
            raise ValueError(f"this metric takes {self._count} label value(s), not {len(values)}")
        if len(self._children) >= CHILDREN_MAX:
            values = (OTHER,) * self._count
        child: C = self._metric.labels(*values)
        return self._children.setdefault(values, child)


class Counter:
    """Only goes up."""

    def __init__(self, family: "_Family[prometheus.Counter]") -> None:
        self._family = family

    def samples(self) -> Samples:
        return self._family.samples()

    def add(self, amount: float = 1, *labels: str) -> None:
        self._family.child(labels).inc(amount)


class Gauge:
    """Goes up and down."""

    def __init__(self, family: "_Family[prometheus.Gauge]") -> None:
        self._family = family

    def samples(self) -> Samples:
        return self._family.samples()

    def set(self, value: float, *labels: str) -> None:
        self._family.child(labels).set(value)

    def read_from(self, read: Callable[[], float], *labels: str) -> None:
        """Call `read` at every scrape, on the endpoint's thread: it must read frozen values."""
        self._family.child(labels).set_function(read)


class Histogram:
    """Counts observations by size."""

    def __init__(self, family: "_Family[prometheus.Histogram]") -> None:
        self._family = family

    def samples(self) -> Samples:
        return self._family.samples()

    def observe(self, value: float, *labels: str) -> None:
        self._family.child(labels).observe(value)


OnMade = Callable[[str, Counter | Gauge | Histogram], None]


class MetricsRegistry:
    """All metrics of one process. Asking twice for one name gives the same metric."""

    def __init__(self) -> None:
        self.collector_registry = prometheus.CollectorRegistry()
        self._made: dict[str, Any] = {}
        self._on_made: list[OnMade] = []
        self._guard = threading.Lock()

    def counter(self, name: str, help_text: str, labels: Sequence[str] = ()) -> Counter:
        return self._make(
            name,
            labels,
            lambda full: Counter(
                _Family(
                    prometheus.Counter(full, help_text, labels, registry=self.collector_registry),
                    labels,
                )
            ),
        )

    def gauge(self, name: str, help_text: str, labels: Sequence[str] = ()) -> Gauge:
        return self._make(
            name,
            labels,
            lambda full: Gauge(
                _Family(
                    prometheus.Gauge(full, help_text, labels, registry=self.collector_registry),
                    labels,
                )
            ),
        )

    def histogram(
        self,
        name: str,
        help_text: str,
        labels: Sequence[str] = (),
        buckets: Sequence[float] = LATENCY_BUCKETS_S,
    ) -> Histogram:
        return self._make(
            name,
            labels,
            lambda full: Histogram(
                _Family(
                    prometheus.Histogram(
                        full,
                        help_text,
                        labels,
                        registry=self.collector_registry,
                        buckets=buckets,
                    ),
                    labels,
                )
            ),
        )

    def limit(self, limit: Limit, used: Callable[[], float]) -> None:
        """Show a limit and how much of it is used now."""
        self.gauge("limit_max", "A declared bound, in its own unit.", ("limit",)).set(
            limit.value, limit.name
        )
        self.gauge("limit_used", "How much of the bound is used now.", ("limit",)).read_from(
            used, limit.name
        )

    def value(self, name: str, **labels: str) -> float:
        """The metric's present value (0 when it has no such child): for summaries and tests."""
        found = self.collector_registry.get_sample_value(f"{PREFIX}_{name}", labels)
        return 0.0 if found is None else found

    def text(self) -> str:
        """All metrics in Prometheus' text format."""
        return prometheus.generate_latest(self.collector_registry).decode()

    def on_made(self, listener: OnMade) -> None:
        """Call `listener` for every metric, present and future."""
        with self._guard:
            self._on_made.append(listener)
            made = list(self._made.items())
        for name, metric in made:
            listener(name, metric)

    def _make(self, name: str, labels: Sequence[str], make: Callable[[str], M]) -> M:
        unknown = sorted(set(labels) - LABELS)
        if unknown:
            raise ValueError(
                f"{', '.join(unknown)}: not one of our labels. Labels are closed sets"
                f" ({', '.join(sorted(LABELS))}), never ids."
            )
        with self._guard:
            if name in self._made:
                there: M = self._made[name]
                return there
            made = self._made[name] = make(f"{PREFIX}_{name}")
            listeners = list(self._on_made)
        for listener in listeners:
            listener(name, made)
        return made
