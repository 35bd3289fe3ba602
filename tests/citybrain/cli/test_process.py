"""A `run` command ends in order on the first signal and at once on the second; its log is one line
an event, in UTC.
"""

import asyncio
import logging
import re
import signal
import subprocess
import sys

import pytest

from citybrain.cli import process
from citybrain.errors import CityBrainError

PROGRAM = """
import asyncio, logging, sys
from citybrain.cli.process import log_to_stderr, ready, run_until_signal

async def main(stop):
    ready("probe", web=8101, grpc="127.0.0.1:7101")
    await stop.wait()
    print("stopping", flush=True)
    {ending}
    print("stopped", flush=True)

log_to_stderr()
run_until_signal(main)
print("returned", flush=True)
"""


def probe(ending="await asyncio.sleep(0)"):
    program = PROGRAM.format(ending=ending)
    running = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout.readline() == "ready probe web=8101 grpc=127.0.0.1:7101\n"
    return running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_first_signal_ends_it_in_order_with_exit_0(number):
    running = probe()
    running.send_signal(number)
    out, err = running.communicate(timeout=20)
    assert out == "stopping\nstopped\nreturned\n"
    assert running.returncode == 0
    assert f"stopping in order after {number.name}" in err


def test_a_second_signal_ends_it_at_once():
    running = probe(ending="await asyncio.sleep(600)")
    running.send_signal(signal.SIGTERM)
    assert running.stdout.readline() == "stopping\n"
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert out == ""
    assert running.returncode != 0
    assert "KeyboardInterrupt" in err


def test_it_returns_when_main_does():
    seen = []

    async def main(stop):
        seen.append(stop.is_set())

    process.run_until_signal(main)
    assert seen == [False]


def test_what_main_raises_comes_out():
    async def main(_stop):
        raise CityBrainError("the port is taken.")

    with pytest.raises(CityBrainError, match="the port is taken"):
        process.run_until_signal(main)


def test_a_cancellation_of_its_own_making_is_not_taken_for_a_signal():
    async def main(_stop):
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        process.run_until_signal(main)


def test_signals_are_given_back_afterwards():
    before = signal.getsignal(signal.SIGTERM)

    async def main(_stop):
        assert signal.getsignal(signal.SIGTERM) != before

    process.run_until_signal(main)
    assert signal.getsignal(signal.SIGTERM) == before


def record(message, **fields):
    made = logging.LogRecord(
        "citybrain.bus.paho", logging.WARNING, __file__, 1, message, (), fields.get("exc_info")
    )
    made.created, made.msecs = 1_767_225_600.25, 250.0
    return made


def test_a_log_line_has_utc_time_level_and_name():
    assert (
        process.OneLineFormatter().format(record("the broker is gone"))
        == "2026-01-01T00:00:00.250Z WARNING citybrain.bus.paho: the broker is gone"
    )


def _fail(text):
    raise ValueError(text)


def test_an_event_is_one_line_even_with_a_traceback():
    try:
        _fail("two\nlines")
    except ValueError:
        line = process.OneLineFormatter().format(record("it failed", exc_info=sys.exc_info()))
    assert "\n" not in line
    assert re.search(r"it failed ⏎ Traceback .*ValueError: two ⏎ lines$", line)
