"""Metrics of the commit loop and its store: a `CommitMetrics` over `MetricsRegistry`."""

from typing import Any

from citybrain.decider.commit_thread import CommitThread
from citybrain.limits import COMMIT_QUEUE
from citybrain.telemetry.metrics import MetricsRegistry


class CommitLoopMetrics:
    """Give it to `CommitThread(metrics=...)`, then `watch` that thread."""

    def __init__(self, registry: MetricsRegistry) -> None:
        self._registry = registry
        self._records = registry.counter("journal_records", "Inputs journaled.")
        self._commits = registry.counter(
            "journal_commits", "Transactions committed, one fsync each."
        )
        self._commit_s = registry.histogram(
            "journal_commit_seconds",
            "From the decision of the first input of a group to its commit.",
        )
        self._rejected = registry.counter(
            "journal_rejected", "Inputs that no core could decide, in the quarantine.", ("kind",)
        )
        self._refused = registry.counter("journal_refused", "Groups that a full disk refused.")

    def watch(self, commit_loop: CommitThread[Any]) -> None:
        self._registry.limit(COMMIT_QUEUE, lambda: commit_loop.waiting)
        self._registry.gauge("journal_seq", "Number of the last record.").read_from(
            lambda: commit_loop.seq
        )
        self._registry.gauge(
            "journal_diverged",
            "1 when the replay at the start decided otherwise than when it was written.",
        ).set(float(commit_loop.divergence is not None))

        self._registry.gauge(
            "journal_timers_overdue", "Deadlines missed by more than a second; 0 is the law."
        ).read_from(lambda: commit_loop.timers_overdue)
        self._registry.gauge(
            "journal_records_since_checkpoint", "Records that a start would have to replay."
        ).read_from(lambda: commit_loop.records_since_checkpoint)

    def committed(self, *, inputs: int, took_s: float) -> None:
        self._records.add(inputs)
        self._commits.add()
        self._commit_s.observe(took_s)

    def rejected(self, *, kind: str) -> None:
        self._rejected.add(1, kind)

    def refused(self) -> None:
        self._refused.add()
