"""The conditions of a node as metrics: one gauge for each that there can be."""

from functools import partial

from citybrain.conditions import ConditionCode, Conditions
from citybrain.telemetry.metrics import MetricsRegistry


def watch_conditions(registry: MetricsRegistry, conditions: Conditions) -> None:
    """Show from now on which of `conditions` last."""
    gauge = registry.gauge(
        "condition", "1 while it lasts: see the log of its beginning for what to do.", ("reason",)
    )
    for code in ConditionCode:
        gauge.read_from(partial(_lasts, conditions, code), code.value)


def _lasts(conditions: Conditions, code: ConditionCode) -> float:
    return float(any(condition.code is code for condition in conditions.lasting()))
