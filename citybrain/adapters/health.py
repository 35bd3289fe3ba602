"""How an adapter is: a small value in a file of its folder and in its metrics, so that people see
it without asking the process.
"""

import logging
from enum import StrEnum
from pathlib import Path

from citybrain import canonical_json
from citybrain.clock import Clock, Timestamp
from citybrain.errors import MalformedError
from citybrain.structs import Struct, replace
from citybrain.telemetry.metrics import MetricsRegistry

log = logging.getLogger(__name__)

HEALTH_FILE = "health.json"
BEAT_S = 5.0  # as often the file is written though nothing changed
STALE_S = 4 * BEAT_S  # a file that is older belongs to no running process


class AdapterState(StrEnum):
    """Where an adapter's run stands."""

    RUNNING = "running"
    WAITING = "waiting"  # the district does not answer
    FAILED = "failed"  # it raised; it is run again after a pause
    ENDED = "ended"  # it returned, or was stopped in order


class AdapterHealth(Struct, frozen=True, kw_only=True):
    """`since`: of the state. `at`: when this was written. The counts are of this process."""

    adapter: str
    principal: str
    state: AdapterState
    since: Timestamp
    at: Timestamp
    error: str = ""  # why it waits or failed last
    done: int = 0  # reports and actions that the district carried out
    refused: int = 0  # … and that it did not
    failures: int = 0  # how often it was run again


class HealthRecord:
    """Keeps the health of one adapter, writes it, and counts it."""

    def __init__(
        self, adapter: str, principal: str, *, folder: Path, clock: Clock, registry: MetricsRegistry
    ) -> None:
        self._path, self._clock = folder / HEALTH_FILE, clock
        now = clock.now()
        self.health = AdapterHealth(
            adapter=adapter, principal=principal, state=AdapterState.RUNNING, since=now, at=now
        )
        up = registry.gauge(
            "adapter_up", "1: the adapter runs, and the district answered it last time it asked."
        )
        up.read_from(lambda: float(self.health.state is AdapterState.RUNNING))
        self._outcomes = registry.counter(
            "adapter_outcomes",
            "Reports and actions, by what came of them.",
            ("result",),
        )
        self._failures = registry.counter(
            "adapter_failures", "How often the adapter failed and was run again."
        )
        self.write()

    def is_running(self) -> None:
        if self.health.state is not AdapterState.RUNNING:
            log.info("the adapter runs")
        self._enter(AdapterState.RUNNING, "")

    def waits(self, error: str) -> None:
        """The district does not answer."""
        if self.health.state is not AdapterState.WAITING:
            log.warning("the district does not answer, it is asked again: %s", error)
        self._enter(AdapterState.WAITING, error)

    def failed(self, error: str) -> None:
        """It raised, and will be run again."""
        self._failures.add()
        self.health = replace(self.health, failures=self.health.failures + 1)
        self._enter(AdapterState.FAILED, error)

    def ended(self) -> None:
        self._enter(AdapterState.ENDED, "")

    def answered(self, *, done: bool) -> None:
        """The district carried something out, or refused it."""
        self._outcomes.add(1, "done" if done else "refused")
        health = self.health
        self.health = replace(health, done=health.done + done, refused=health.refused + (not done))
        self.is_running()

    def write(self) -> None:
        """The file as it is now; what the disk refuses is logged and no more."""
        self.health = replace(self.health, at=self._clock.now())
        beside = self._path.with_suffix(".new")
        try:
            beside.write_bytes(canonical_json.encode(self.health) + b"\n")
            beside.replace(self._path)
        except OSError as error:
            log.warning("%s cannot be written (%s); people see an old state", self._path, error)

    def _enter(self, state: AdapterState, error: str) -> None:
        if (state, error) == (self.health.state, self.health.error):
            return
        since = self.health.since if state is self.health.state else self._clock.now()
        self.health = replace(self.health, state=state, since=since, error=error)
        self.write()


def read_health(folder: Path) -> AdapterHealth | None:
    """What an adapter last wrote into its folder; None where there is nothing that can be read."""
    try:
        text = (folder / HEALTH_FILE).read_bytes()
        return canonical_json.decode(text, AdapterHealth)
    except (OSError, MalformedError, ValueError):
        return None
