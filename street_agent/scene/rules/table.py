"""Every scene rule by its name in the configuration. A new rule: one file beside this one, one
entry here; configuration, checks and tests find it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from citybrain.kinds import LINE_CROSSED, LOITERING, OBJECTS_INSIDE, SENSOR_THRESHOLD, STOPPED
from citybrain.structs import Struct
from citybrain.vocabulary import EventKind
from street_agent.scene.observation import Condition, FrameObservation, SensorReading
from street_agent.scene.rules import (
    line_crossed,
    loitering,
    objects_inside,
    sensor_threshold,
    stopped,
)

SettingsT = TypeVar("SettingsT", bound=Struct)
StateT = TypeVar("StateT")
ObservationT = TypeVar("ObservationT", FrameObservation, SensorReading)

Outline = tuple[tuple[float, float], ...]  # a zone (closed) or a line (open), see `scene.geometry`


class RuleKind(Struct, Generic[SettingsT, StateT, ObservationT], frozen=True, kw_only=True):
    """How a rule of this kind is configured, started, evaluated and drawn.

    `observe(settings, state, observation, active) -> (state, condition)`; `active`: an episode of
    the rule is open.
    """

    event_kind: EventKind
    settings: type[SettingsT]
    start: Callable[[SettingsT], StateT]
    observe: Callable[[SettingsT, StateT, ObservationT, bool], tuple[StateT, Condition]]
    outline: Callable[[SettingsT], Outline]
    is_for_sensors: bool = False  # takes readings instead of frames


# Any: the kinds differ in settings and state. A rule's settings and state always belong to its
# kind.
RULE_KINDS: Mapping[str, RuleKind[Any, Any, Any]] = MappingProxyType(
    {
        "objects_inside": RuleKind(
            event_kind=OBJECTS_INSIDE,
            settings=objects_inside.ObjectsInside,
            start=objects_inside.start,
            observe=objects_inside.observe,
            outline=objects_inside.outline,
        ),
        "line_crossed": RuleKind(
            event_kind=LINE_CROSSED,
            settings=line_crossed.LineCrossed,
            start=line_crossed.start,
            observe=line_crossed.observe,
            outline=line_crossed.outline,
        ),
        "loitering": RuleKind(
            event_kind=LOITERING,
            settings=loitering.Loitering,
            start=loitering.start,
            observe=loitering.observe,
            outline=loitering.outline,
        ),
        "stopped": RuleKind(
            event_kind=STOPPED,
            settings=stopped.Stopped,
            start=stopped.start,
            observe=stopped.observe,
            outline=stopped.outline,
        ),
        "sensor_threshold": RuleKind(
            event_kind=SENSOR_THRESHOLD,
            settings=sensor_threshold.SensorThreshold,
            start=sensor_threshold.start,
            observe=sensor_threshold.observe,
            outline=sensor_threshold.outline,
            is_for_sensors=True,
        ),
    }
)
