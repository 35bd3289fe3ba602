"""An adapter that fails is run again after a pause; one that returns has ended; stops are
obeyed.
"""

import asyncio

import pytest

from citybrain.adapters import supervise as supervision
from citybrain.adapters.health import AdapterState, read_health
from citybrain.adapters.supervise import RunPauses, supervise
from citybrain.ids import CountingIds
from citybrain.system_clock import SystemClock

QUICK = RunPauses(first_s=0.01, max_s=0.02)


class ScriptedAdapter:
    """Does what the next step says: an error to raise, "returns", or "waits" until cancelled."""

    def __init__(self, steps, runs):
        self._steps, self._runs = steps, runs

    async def run(self, city):
        self._runs.append(city)
        step = self._steps.pop(0)
        if isinstance(step, BaseException):
            raise step
        if step == "waits":
            await asyncio.Event().wait()
        if step == "clings":
            for _ in range(2):
                try:
                    await asyncio.Event().wait()
                except asyncio.CancelledError:
                    continue


def run(rig, *steps, stop_after=None, makes=()):
    one, steps, runs, makes = rig(), list(steps), [], list(makes)

    def make():
        if makes:
            raise makes.pop(0)
        return ScriptedAdapter(steps, runs)

    async def go():
        stop = asyncio.Event()
        if stop_after is not None:
            asyncio.get_running_loop().call_later(stop_after, stop.set)
        async with asyncio.timeout(20):
            await supervise(
                make,
                one.city,
                one.health,
                stop=stop,
                clock=SystemClock(),
                ids=CountingIds(),
                pauses=QUICK,
            )

    asyncio.run(go())
    return one, runs


def test_one_that_returns_has_ended(rig, tmp_path):
    one, runs = run(rig, "returns")
    assert runs == [one.city]
    assert read_health(tmp_path).state is AdapterState.ENDED


@pytest.mark.parametrize(
    "fault", [OSError("away"), SystemExit(3), asyncio.CancelledError(), MemoryError()]
)
def test_one_that_fails_is_made_and_run_again(rig, fault, tmp_path):
    one, runs = run(rig, fault, fault, "returns")
    assert len(runs) == 3
    assert one.health.health.failures == 2
    assert one.registry.value("adapter_failures_total") == 2


def test_one_that_cannot_be_made_is_made_again(rig):
    one, runs = run(rig, "returns", makes=[ValueError("no url")])
    assert (len(runs), one.health.health.failures) == (1, 1)


def test_a_stop_ends_one_that_waits(rig, tmp_path):
    run(rig, "waits", stop_after=0.05)
    assert read_health(tmp_path).state is AdapterState.ENDED


def test_a_stop_does_not_wait_for_one_that_clings_to_its_life(rig, monkeypatch):
    monkeypatch.setattr(supervision, "STOP_S", 0.05)
    run(rig, "clings", stop_after=0.05)


def test_a_stop_ends_a_pause(rig, monkeypatch):
    monkeypatch.setitem(globals(), "QUICK", RunPauses(first_s=600.0, max_s=600.0))
    _, runs = run(rig, OSError("away"), stop_after=0.1)
    assert len(runs) == 1
