"""What a host and its store show to a Prometheus: one `CommitMeter` over `Meters`."""

from citybrain.decider.commit_thread import CommitThread
from citybrain.limits import COMMIT_QUEUE
from citybrain.telemetry.metrics import Meters


class CommitMeters:
    """Give it to `CommitThread(meter=…)`, then `watch` the host that was made."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters
        self._records = meters.counter("journal_records", "Inputs journaled.")
        self._commits = meters.counter("journal_commits", "Transactions committed, one fsync each.")
        self._commit_s = meters.histogram(
            "journal_commit_seconds",
            "From the decision of the first input of a group to its commit.",
        )
        self._rejected = meters.counter(
            "journal_rejected", "Inputs that no core could decide, in the quarantine.", ("kind",)
        )
        self._refused = meters.counter("journal_refused", "Groups that a full disk refused.")

    def watch(self, commit_loop: CommitThread) -> None:
        self._meters.limit(COMMIT_QUEUE, lambda: commit_loop.waiting)
        self._meters.gauge("journal_seq", "Number of the last record.").read_from(
            lambda: commit_loop.seq
        )
        self._meters.gauge(
            "journal_diverged",
            "1 when the replay at the start decided otherwise than when it was written.",
        ).set(float(commit_loop.divergence is not None))

    def committed(self, *, inputs: int, took_s: float) -> None:
        self._records.add(inputs)
        self._commits.add()
        self._commit_s.observe(took_s)

    def rejected(self, *, kind: str) -> None:
        self._rejected.add(1, kind)

    def refused(self) -> None:
        self._refused.add()
