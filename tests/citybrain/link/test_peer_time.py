"""Either end of a link believes a wall clock that the other one's heartbeat agrees with."""

import asyncio

import pytest
from scripted_end import WELCOME, ScriptedEnd, opening

from citybrain.clock import SECOND_US, Timestamp
from citybrain.link.frames import Heartbeat
from citybrain.link.role import OPENER
from citybrain.link.session import LinkSession
from citybrain.system_clock import SystemClock

NOW_US, DAY_US = 1_750_000_000 * SECOND_US, 86_400 * SECOND_US


class Machine:
    """A machine whose clocks stand still."""

    def wall_us(self):
        return NOW_US

    def boot_us(self):
        return NOW_US

    def monotonic_us(self):
        return NOW_US


@pytest.mark.parametrize(("said_us", "is_believed"), [(NOW_US, True), (NOW_US - DAY_US, False)])
def test_after_a_start_the_wall_clock_is_believed_when_the_peer_agrees(said_us, is_believed):
    clock = SystemClock(Machine())
    clock.resume_after(Timestamp(NOW_US - DAY_US))
    assert clock.hold is not None

    async def frames():
        yield WELCOME
        yield Heartbeat(at=Timestamp(said_us), echo=None)

    async def go():
        end = ScriptedEnd()
        session = LinkSession(OPENER, end, journal=end.journal, clock=clock, hello=opening())
        end.wake = session.wake
        async with asyncio.timeout(60):
            await session.run(frames())

    asyncio.run(go())
    assert (clock.hold is None) is is_believed
    assert clock.now() == (NOW_US if is_believed else NOW_US - DAY_US)
