"""The level meter keeps the contract of sources, and says what is wrong with its line."""

import contextlib
import math
import socket
import threading

import pytest
from acme_city.level import LineLevel

from citybrain.system_clock import SystemClock
from street_agent.plugins.checks import checked_reading
from street_agent.plugins.contract import CONTRACT


@pytest.fixture
def meter():
    """A meter's end: sends these bytes to whoever connects, then nothing; its port."""
    listening, said = socket.create_server(("127.0.0.1", 0)), [b""]
    kept = []

    def answer():
        with contextlib.suppress(OSError):
            while True:
                peer, _ = listening.accept()
                kept.append(peer)
                peer.sendall(said[0])

    threading.Thread(target=answer, daemon=True).start()

    def say(sent):
        said[0] = sent
        return {"port": listening.getsockname()[1]}

    yield say
    listening.close()
    for peer in kept:
        peer.close()


@pytest.mark.parametrize("clause", CONTRACT)
def test_it_keeps_the_contract(clause, meter):
    options = meter(b"1.5\n")
    clause(lambda: LineLevel(options), checked_reading, SystemClock())


def opened(options):
    level = LineLevel(options)
    level.open()
    return level


def test_the_newest_whole_line_counts(meter):
    assert opened(meter(b"1.5\n2.5\n3.")).read(2.0).value == 2.5


@pytest.mark.parametrize("line", [b"err 7\n", b"1,5\n", b"1_900\n", b"\xff\n"])
def test_what_is_no_number_is_given_as_none_which_the_agent_counts(line, meter):
    assert math.isnan(opened(meter(line)).read(2.0).value)


def test_lines_that_do_not_end_are_raised(meter):
    with pytest.raises(ValueError, match="lines do not end"):
        opened(meter(b"7" * 300)).read(2.0)


@pytest.mark.parametrize("options", [{}, {"port": "4001"}, {"host": 7, "port": 4001}])
def test_options_that_cannot_be_are_named(options):
    with pytest.raises(TypeError, match="give `host`"):
        LineLevel(options)
