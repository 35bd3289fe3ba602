"""An authority in a folder, its enrolment port on a real socket in a thread, boxes that join."""

import asyncio
import threading
from pathlib import Path

from citybrain.ca.authority import Authority
from citybrain.ca.folder import make_authority
from citybrain.ca.port import EnrolmentPort
from citybrain.clock import Clock, Timestamp
from citybrain.enrolment.folder import Identity
from citybrain.enrolment.join import join
from citybrain.identity.name import parse_short
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock

CITY = "chengdu"


class ShiftedClock:
    """The machine's clock, so and so many seconds off."""

    def __init__(self, shift_s: float = 0.0) -> None:
        self._clock = SystemClock()
        self.shift_s = shift_s

    def now(self) -> Timestamp:
        return Timestamp(self._clock.now() + round(self.shift_s * 1_000_000))

    def instant(self):
        return self._clock.instant()

    def not_before(self, at: Timestamp) -> None:
        self._clock.not_before(at)


def open_authority(folder: Path, clock: Clock, *, address: str = "127.0.0.1:7443") -> Authority:
    """The authority in `folder`, which is made where there is none."""
    ids = RandomIds()
    if not folder.exists():
        make_authority(folder, city=CITY, address=address, now=clock.now(), ids=ids)
    return Authority(folder, clock=clock, ids=ids)


class ServedAuthority:
    """An authority and its port; `with` it, or `start` and `stop`."""

    def __init__(self, folder: Path, clock: Clock | None = None, *, port: int = 0) -> None:
        self.folder, self.clock, self.port = folder, clock or SystemClock(), port
        self._ready, self._thread = threading.Event(), None
        self._error = None

    def __enter__(self) -> "ServedAuthority":
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()

    def start(self) -> "ServedAuthority":
        self._ready.clear()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self._ready.wait(20)
        if self._error is not None:
            raise self._error
        return self

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        assert not self._thread.is_alive()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def token(self, short: str, **options):
        """A token of its own making, by a connection of its own, as the command line does it."""
        authority = open_authority(self.folder, self.clock)
        authority.address = self.address
        replaces = options.pop("replaces", None)
        try:
            return authority.new_token(
                parse_short(CITY, short),
                replaces=parse_short(CITY, replaces) if replaces else None,
                **options,
            )
        finally:
            authority.close()

    def revoke(self, short: str, reason: str = "stolen") -> int:
        authority = open_authority(self.folder, self.clock)
        try:
            return authority.revoke(parse_short(CITY, short), reason)
        finally:
            authority.close()

    def joined(self, short: str, folder: Path, **options) -> Identity:
        """Whoever has just joined by the port."""
        return join(self.token(short, **options), folder)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        authority = open_authority(self.folder, self.clock)
        port = EnrolmentPort(authority, ids=RandomIds())
        try:
            self.port = await port.start(f"127.0.0.1:{self.port}")
        except Exception as error:  # noqa: BLE001 - raised in the test's thread
            self._error = error
            self._ready.set()
            return
        self._ready.set()
        await self._stop.wait()
        await port.stop()
        authority.close()


def joined_long_ago(folder, box, *, days, short="box/box-a1"):
    """Joined that many days ago: without the port, since TLS knows today alone."""
    authority = open_authority(folder, ShiftedClock(-days * 86_400))
    try:
        return authority.issue_here(parse_short(CITY, short), box)
    finally:
        authority.close()


def points_at(box, served):
    (box / "authority").write_text(f"{served.address}\n")
