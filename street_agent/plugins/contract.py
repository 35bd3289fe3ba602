"""What every source must keep beside the signatures of its port, as functions that a package's own
tests run against its class:

    @pytest.mark.parametrize("clause", CONTRACT)
    def test_the_gauge_keeps_the_contract(clause):
        clause(lambda: WellGauge({"path": "well.txt"}), checked_reading, SystemClock())

Each raises `PluginPortError` or `PluginFaultError`. `make` makes an object whose device gives
something within seconds.
"""

from collections.abc import Callable
from typing import TypeVar

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.plugins.errors import PluginPortError
from street_agent.plugins.port import MakeReader
from street_agent.plugins.probe import first_given

SLACK_S = 2.0  # beyond `wait_s`, for a machine that is busy
WAIT_S = 0.05
G = TypeVar("G")
Check = Callable[[object, Timestamp], object]  # `checks.checked_reading` or `checked_picture`
Clause = Callable[[MakeReader[object], Check, Clock], None]


def gives_what_the_agent_believes(make: MakeReader[G], check: Check, clock: Clock) -> None:
    """What it gives first passes the checks."""
    check(first_given(make, clock), clock.now())


def returns_from_a_read_in_time(make: MakeReader[G], _check: Check, clock: Clock) -> None:
    """No read takes much longer than it was told to wait; a stop would wait for it."""
    reader = make()
    reader.open()
    try:
        for _ in range(3):
            begun = clock.instant()
            reader.read(WAIT_S)
            took_s = (clock.instant() - begun) / SECOND_US
            if took_s > WAIT_S + SLACK_S:
                raise PluginPortError(f"read({WAIT_S}) returned after {took_s:.1f} s")
    finally:
        reader.close()


def closes_though_it_was_never_opened(make: MakeReader[G], _check: Check, _clock: Clock) -> None:
    """The agent closes whatever it made, also when `open` failed."""
    make().close()


def stands_beside_another_of_its_kind(make: MakeReader[G], check: Check, clock: Clock) -> None:
    """A box may have two, and one that is made anew comes after one that was closed."""
    reader = make()
    reader.open()
    reader.close()
    check(first_given(make, clock), clock.now())


CONTRACT: tuple[Clause, ...] = (
    gives_what_the_agent_believes,
    returns_from_a_read_in_time,
    closes_though_it_was_never_opened,
    stands_beside_another_of_its_kind,
)
