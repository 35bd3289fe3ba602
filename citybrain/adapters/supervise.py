"""Runs an adapter until it has ended or is to stop, and again after a pause when it fails."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from citybrain.adapters.health import BEAT_S, HealthRecord
from citybrain.api.adapter.port import Adapter, AdapterContext
from citybrain.bus.backoff import Backoff
from citybrain.clock import SECOND_US, Clock
from citybrain.errors import CityBrainError
from citybrain.ids import IdSource
from citybrain.plugins.errors import in_short
from citybrain.structs import Struct

log = logging.getLogger(__name__)

STOP_S = 5.0  # an adapter that is cancelled and does not end by then is left behind


class RunPauses(Struct, frozen=True, kw_only=True):
    """How long an adapter that failed is left alone: doubling from `first_s` up to `max_s`, from
    the first again once it ran for `stood_s`.
    """

    first_s: float = 1.0
    max_s: float = 60.0
    stood_s: float = 60.0


USUAL_PAUSES = RunPauses()


async def supervise(
    make: Callable[[], Adapter],
    city: AdapterContext,
    health: HealthRecord,
    *,
    stop: asyncio.Event,
    clock: Clock,
    ids: IdSource,
    pauses: RunPauses = USUAL_PAUSES,
) -> None:
    """Returns when the adapter has returned, or soon after `stop` is set."""
    beating = asyncio.create_task(_beat(health))
    backoff = Backoff(first_s=pauses.first_s, max_s=pauses.max_s, ids=ids)
    try:
        while not stop.is_set():
            begun = clock.instant()
            error = await _run_once(make, city, health, stop)
            if error is None:
                break
            log.error("the adapter failed, it is run again: %s", error)
            health.failed(error)
            if (clock.instant() - begun) / SECOND_US >= pauses.stood_s:
                backoff.reset()
            await _wait(stop, backoff.next_s())
    finally:
        beating.cancel()
        health.ended()


async def _run_once(
    make: Callable[[], Adapter], city: AdapterContext, health: HealthRecord, stop: asyncio.Event
) -> str | None:
    """Why it failed; None when it returned or was stopped."""
    health.is_running()
    running = asyncio.create_task(_guarded(make, city))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if running.done():
        return running.result()
    running.cancel()
    await asyncio.wait((running,), timeout=STOP_S)
    if not running.done():
        log.warning("the adapter does not end when it is cancelled; it is left behind")
    return None


async def _guarded(make: Callable[[], Adapter], city: AdapterContext) -> str | None:
    try:
        await make().run(city)
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return in_short(error)  # it cancelled itself
    except CityBrainError as error:
        return str(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - supervision boundary: a package's own faults
        return in_short(error)
    return None


async def _beat(health: HealthRecord) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        health.write()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
