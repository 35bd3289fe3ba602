"""What every `run` command shares: the loop that ends on a signal, the log on stderr, the ready
line, and what the service manager is told. Not the tiers' composition.
"""

import asyncio
import faulthandler
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable

from citybrain.data_folder import FILE_UMASK
from citybrain.supervision.heartbeat import Heartbeat
from citybrain.supervision.sd_notify import SdNotify

log = logging.getLogger(__name__)

Main = Callable[[asyncio.Event], Awaitable[None]]


def on_hangup(act: Callable[[], None]) -> None:
    """Call `act` on every SIGHUP, from the running loop."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, act)


def run_until_signal(main: Main, *heartbeats: Heartbeat) -> None:
    """Run `main(stop)` in a loop of its own; the first SIGTERM or SIGINT sets `stop`, a second one
    cancels `main`. Files that it makes are for this user alone. A service manager that watches is
    told each second that the process goes on, while the threads of `heartbeats` do.

    Returns when `main` returns and raises what `main` raises; `KeyboardInterrupt` after a second
    signal.
    """
    umask_before = os.umask(FILE_UMASK)
    try:
        with asyncio.Runner() as runner:
            runner.run(_supervise(main, heartbeats))
    finally:
        os.umask(umask_before)


def ready(what: str, **facts: object) -> None:
    """Print the one line on stdout that says that a process is up, such as
    `ready district riverside grpc=7101 web=8101`."""
    details = "".join(f" {name}={value}" for name, value in facts.items())
    print(f"ready {what}{details}", flush=True)
    SdNotify().notify(READY=1, STATUS=f"{what}{details}")


def log_to_stderr(level: str = "INFO") -> None:
    """Send every log record of this process to stderr, one line each, times in UTC; and where its
    threads stood, when it crashes or is aborted."""
    faulthandler.enable()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineFormatter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


class OneLineFormatter(logging.Formatter):
    """`2026-01-01T00:00:00.123Z INFO citybrain.bus.paho: text`, tracebacks folded into the same
    line."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self.default_time_format = "%Y-%m-%dT%H:%M:%S"
        self.default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        return " ⏎ ".join(line for line in super().format(record).splitlines() if line.strip())


async def _supervise(main: Main, heartbeats: tuple[Heartbeat, ...]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    manager = SdNotify()
    pinging = asyncio.create_task(manager.ping_watchdog(heartbeats), name="watchdog")
    task = asyncio.ensure_future(main(stop))
    forced = False

    def on_signal(number: signal.Signals) -> None:
        nonlocal forced
        if not stop.is_set():
            log.info("stopping in order after %s; a second signal stops at once", number.name)
            manager.notify(STOPPING=1)
            stop.set()
            return
        forced = True
        task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    try:
        await task
    except asyncio.CancelledError:
        if not forced:
            raise
        raise KeyboardInterrupt from None
    finally:
        pinging.cancel()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
