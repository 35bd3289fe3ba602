"""Every scene rule by the name it has in the configuration. A new rule: one file beside this one, one line here; config, checks and tests find it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from citybrain.vocabulary import EventKind
from street_agent.scene.look import Condition
from street_agent.scene.rules import (
    line_crossed,
    loitering,
    objects_inside,
    sensor_threshold,
    stopped,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleKind:
    """How a rule is set up, started, shown a look (`observe(rule, state, look, active) -> (state, condition)`) and drawn."""

    says: EventKind
    settings: type
    start: Callable[[Any], Any]
    observe: Callable[[Any, Any, Any, bool], tuple[Any, Condition]]
    outline: Callable[[Any], tuple[tuple[float, float], ...]]
    of_sensor: bool = False  # shown readings instead of looks


def _kind(module: Any, says: EventKind, settings: type, *, of_sensor: bool = False) -> RuleKind:
    return RuleKind(
        says=says,
        settings=settings,
        start=module.start,
        observe=module.observe,
        outline=module.outline,
        of_sensor=of_sensor,
    )


RULE_KINDS: Mapping[str, RuleKind] = {
    "objects_inside": _kind(objects_inside, EventKind.OBJECTS_INSIDE, objects_inside.ObjectsInside),
    "line_crossed": _kind(line_crossed, EventKind.LINE_CROSSED, line_crossed.LineCrossed),
    "loitering": _kind(loitering, EventKind.LOITERING, loitering.Loitering),
    "stopped": _kind(stopped, EventKind.STOPPED, stopped.Stopped),
    "sensor_threshold": _kind(
        sensor_threshold,
        EventKind.SENSOR_THRESHOLD,
        sensor_threshold.SensorThreshold,
        of_sensor=True,
    ),
}
