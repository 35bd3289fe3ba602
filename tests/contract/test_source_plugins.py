"""What every source of a package must keep; a package's own tests run the same clauses."""

import threading

import pytest
from fake_sources import ScriptedSource, picture, reading

from citybrain.plugins.errors import PluginError
from citybrain.system_clock import SystemClock
from street_agent.plugins import contract
from street_agent.plugins.checks import checked_picture, checked_reading
from street_agent.plugins.contract import CONTRACT


@pytest.mark.parametrize("clause", CONTRACT)
@pytest.mark.parametrize(
    ("given", "check"), [(reading(1.5), checked_reading), (picture(), checked_picture)]
)
def test_a_source_that_keeps_its_port_passes(clause, given, check):
    clause(lambda: ScriptedSource(given), check, SystemClock())


class SlowSource(ScriptedSource):
    def read(self, wait_s):
        threading.Event().wait(0.2)


@pytest.mark.parametrize(
    ("clause", "source"),
    [
        (contract.gives_what_the_agent_believes, ScriptedSource(reading(float("nan")))),
        (contract.gives_what_the_agent_believes, ScriptedSource(OSError("away"))),
        (contract.returns_from_a_read_in_time, SlowSource()),
        (contract.stands_beside_another_of_its_kind, ScriptedSource("none")),
    ],
)
def test_one_that_does_not_gets_the_reason(clause, source, monkeypatch):
    monkeypatch.setattr(contract, "SLACK_S", 0.0)
    with pytest.raises(PluginError):
        clause(lambda: source, checked_reading, SystemClock())
