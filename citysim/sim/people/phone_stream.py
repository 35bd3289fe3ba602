"""The streams on which a district pushes views to its crews' phones."""

from citybrain.domain.crew import CrewView
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.calls import Calls
from citysim.sim.nodes.district import DistrictProcess
from citysim.sim.people.crew_phone import CrewPhone
from district_node.cores.state import DistrictState

REOPEN_S = 1.0  # after which a broken stream is opened again


class PhoneStream:
    """One phone's stream: views arrive in order, each delayed.

    A broken stream is opened again and begins with the view of that moment.
    """

    def __init__(
        self, node: DistrictProcess, calls: Calls, phone: CrewPhone, loop: VirtualTimeLoop
    ) -> None:
        self._node, self._calls, self._phone, self._loop = node, calls, phone, loop
        self._last: CrewView | None = None
        self._last_at = 0.0
        self._is_broken = False

    def push(self) -> None:
        """Sends the present view, where it differs from the last one sent."""
        runtime = self._node.runtime
        if runtime is None or self._is_broken:
            return
        view = runtime.crew_console.view(self._phone.unit)
        if view is None or view == self._last:
            return
        delay_s = self._calls.push_delay_s()
        if delay_s is None:
            self._is_broken, self._last = True, None
            self._loop.call_later(REOPEN_S, self._reopen)
            return
        self._last, self._last_at = view, max(self._last_at, self._loop.time() + delay_s)
        self._loop.call_at(self._last_at, self._phone.show, view)

    def restart(self) -> None:
        """The district's process is a new one: it sends the first view again."""
        self._last = None

    def _reopen(self) -> None:
        self._is_broken = False
        self.push()


class PhoneStreams:
    """A district's phone streams: pushes after every commit that may have changed a view."""

    def __init__(self, node: DistrictProcess, streams: list[PhoneStream]) -> None:
        self._node, self._streams = node, streams
        self._roster: object = None
        node.on_started = self._on_started

    def _on_started(self) -> None:
        for stream in self._streams:
            stream.restart()
        if self._node.commit_loop is not None:
            self._node.commit_loop.on_commit(lambda state, _: self._push_changes(state))
            self._push_changes(self._node.commit_loop.state)

    def _push_changes(self, state: DistrictState) -> None:
        if state.roster is not self._roster:
            self._roster = state.roster
            for stream in self._streams:
                stream.push()
