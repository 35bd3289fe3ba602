"""One thread around a package's object: makes it, opens it, reads it, and begins again after a
pause when it fails. Decides nothing about what is read.
"""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from citybrain.bus.backoff import Backoff
from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.errors import CityBrainError
from citybrain.ids import IdSource
from citybrain.plugins.errors import in_short
from citybrain.structs import Struct
from street_agent.limits import PLUGIN_READS_PER_S
from street_agent.plugins.port import MakeReader, SourceReader

log = logging.getLogger(__name__)

PLUGIN = "plugin"  # the reason code of a source whose package failed
READ_WAIT_S = 0.5  # how long one read may wait; as often it is asked whether to stop
STOP_S = 5.0  # a read that does not return is left behind


class Pauses(Struct, frozen=True, kw_only=True):
    """How long a source that failed is left alone: doubling from `first_s` up to `max_s`, from the
    first again once it stood for `stood_s`.
    """

    first_s: float = 0.5
    max_s: float = 30.0
    stood_s: float = 60.0


USUAL_PAUSES = Pauses()
G = TypeVar("G")


class SupervisedSource(Generic[G]):
    """Owns one thread, on which both callbacks are called: `take` with what was read (what it
    raises is the package's fault too), `report_fault` with what went wrong, for people.
    """

    def __init__(
        self,
        label: str,
        make: MakeReader[G],
        *,
        take: Callable[[G], None],
        report_fault: Callable[[str], None],
        clock: Clock,
        ids: IdSource,
        pauses: Pauses = USUAL_PAUSES,
    ) -> None:
        self._label, self._make, self._take = label, make, take
        self._report_fault, self._clock = report_fault, clock
        self._pauses = pauses
        self._backoff = Backoff(first_s=pauses.first_s, max_s=pauses.max_s, ids=ids)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"plugin-{label}", daemon=True)
        self._last_error = ""

    @property
    def last_error(self) -> str:
        """What went wrong last, for people; "" once something was read again."""
        return self._last_error

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns after `STOP_S` at the latest, whatever the package does."""
        self.ask_to_stop()
        if self._thread.is_alive():
            self._thread.join(timeout=STOP_S)
            if self._thread.is_alive():
                log.warning(
                    "%s: its plugin does not return from a call; it is left behind", self._label
                )

    def ask_to_stop(self) -> None:
        """Begin to stop; does not wait."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            begun = self._clock.instant()
            error = self._attempt()
            if self._stop.is_set():
                return
            if (self._clock.instant() - begun) / SECOND_US >= self._pauses.stood_s:
                self._backoff.reset()
            self._report(error)
            self._stop.wait(self._backoff.next_s())

    def _attempt(self) -> str:
        """Read until the package fails, and why it did; "" when it is to stop."""
        readers: list[SourceReader[G]] = []
        error = _fault_of(lambda: self._make_and_read(readers))
        closing = [_fault_of(reader.close) for reader in readers]
        return error or "".join(closing)

    def _make_and_read(self, readers: list[SourceReader[G]]) -> None:
        reader = self._make()
        readers.append(reader)
        reader.open()
        self._read(reader)

    def _read(self, reader: SourceReader[G]) -> None:
        while not self._stop.is_set():
            begun = self._clock.instant()
            given = reader.read(READ_WAIT_S)
            if self._stop.is_set():
                return
            if given is not None:
                self._take(given)
                self._recovered()
            self._pace(begun)

    def _recovered(self) -> None:
        if self._last_error:
            log.info("%s: its plugin gives something again", self._label)
            self._last_error = ""

    def _pace(self, begun: Instant) -> None:
        """A package that never waits shall not take the whole box."""
        passed_s = (self._clock.instant() - begun) / SECOND_US
        self._stop.wait(max(0.0, 1 / PLUGIN_READS_PER_S.value - passed_s))

    def _report(self, error: str) -> None:
        if error != self._last_error:
            log.warning("%s: %s It is opened again.", self._label, error)
        self._last_error = error
        self._report_fault(error)


def _fault_of(call: Callable[[], None]) -> str:
    """What a call into the package raised, in one line; "" when nothing."""
    try:
        call()
    except CityBrainError as error:
        return str(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - supervision boundary: a package's own faults
        return in_short(error)
    return ""
