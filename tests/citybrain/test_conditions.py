"""What is wrong with a node is logged at its beginning and its end, and shown while it lasts."""

import logging

from citybrain.clock import ManualClock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.errors import StoreFullError
from citybrain.telemetry.condition_metrics import watch_conditions
from citybrain.telemetry.metrics import MetricsRegistry


def test_a_condition_is_logged_twice_and_shown_in_between(caplog):
    caplog.set_level(logging.INFO)
    clock, changes = ManualClock(), []
    conditions = Conditions(clock)
    conditions.on_change(lambda: changes.append(1))
    began = clock.now()
    for _ in range(3):
        conditions.disk_full(StoreFullError("no room. Free some disk."))
        clock.advance(1)
    (lasting,) = conditions.lasting()
    assert (lasting.code, lasting.since, lasting.is_unready) == ("disk_full", began, True)
    for _ in range(2):
        conditions.disk_full(None)
    assert conditions.lasting() == ()
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "disk_full began: nothing is acknowledged meanwhile. no room." in caplog.text
    assert "disk_full is over: since 2025-06-15T15:06:40-00:00, 3.0 s" in caplog.text
    assert len(changes) == 2


def test_what_is_wrong_with_a_peer_leaves_a_node_ready():
    conditions = Conditions(ManualClock())
    conditions.begin(ConditionCode.PEER_BEGAN_EMPTY, "north lost its store")
    assert [condition.is_unready for condition in conditions.lasting()] == [False]


def test_every_condition_is_a_metric():
    registry, conditions = MetricsRegistry(), Conditions(ManualClock())
    watch_conditions(registry, conditions)
    conditions.begin(ConditionCode.JOURNAL_DAMAGED, "page 7")
    assert registry.value("condition", reason="journal_damaged") == 1.0
    assert registry.value("condition", reason="disk_full") == 0.0
